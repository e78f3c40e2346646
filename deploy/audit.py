"""`make audit`: are weaknesses known in the packages of the image? `python deploy/audit.py REQUIREMENTS...`.

pip-audit asks the database of the Python Package Index. Exit status: 0 none is known, 1 some are, 3 it could not be
asked, as on a machine without a network: then nothing is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NOT_RUN = 3


def words_of(report: dict[str, Any]) -> list[str]:
    """A line for each weakness that pip-audit's JSON names."""
    lines = []
    for package in report["dependencies"]:
        for one in package.get("vulns", ()):
            better = f"; repaired in {', '.join(one['fix_versions'])}" if one.get("fix_versions") else ""
            lines.append(f"{package['name']} {package['version']}: {one['id']}{better}")
    return lines


def audit(files: Sequence[str], program: Sequence[str]) -> int:
    """Ask, and print what was found; the exit status."""
    asked = [word for file in files for word in ("--requirement", file)]
    command = [*program, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - what `make audit` names
    try:
        report = json.loads(done.stdout)
        found, count = words_of(report), len(report["dependencies"])
    except (ValueError, KeyError, TypeError):
        why = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        print(f"The audit did not run, so nothing is known about weaknesses of the packages: {why[:300]}")
        return NOT_RUN
    print("\n".join([*found, f"{len(found)} known weaknesses in {count} packages"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:], [str(Path(sys.executable).with_name("pip-audit"))]))
