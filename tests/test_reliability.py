"""The page on faults names the test of each: a test that is there."""

from __future__ import annotations

import re

from tests.test_architecture import ROOT

PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")


def test_every_fault_of_the_page_has_a_test_of_that_name() -> None:
    """A row ends with the name of a test, the path of a file of tests, or "the same"."""
    defined = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    last = [line.rstrip("| ").rpartition("| ")[2] for line in PAGE.splitlines() if line.startswith("| ")]
    named = [cell.strip("`") for cell in last if cell not in ("test", "the same")]
    assert len(named) > 10
    assert [name for name in named if name not in defined and not (ROOT / name).is_file()] == []
