"""Measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import asyncio
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import matching, polling
from monitor import logs
from monitor.settings import LogFormat

PAGE = Path("docs/benchmarks.md")


def main() -> None:
    """Run each benchmark, print its figures, and write the page."""
    logs.configure(LogFormat.TEXT, level=logs.LEVELS["error"])
    rows = []
    for name, figures in (("matching", matching.run), ("polling", lambda: asyncio.run(polling.run()))):
        print(f"measuring {name} ...", flush=True)
        for what, figure in figures():
            print(f"  {what}: {figure}", flush=True)
            rows.append(f"| {what} | {figure} |")
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}"
    head = f"# Benchmarks\n\n`make bench` measured this on one machine ({machine}). Ratios travel, seconds do not.\n"
    PAGE.write_text("\n".join([head, "| what | figure |", "|---|---|", *rows, ""]), encoding="utf-8")
    print(f"written to {PAGE}")


if __name__ == "__main__":
    main()
