"""What people and machines do to a besieged service besides killing it: edits of routes.yaml, and jumps of its clock.

Clocks are moved by libfaketime (Debian's package faketime), for services that are interpreters of their own.
"""

from __future__ import annotations

import glob
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.tree import ROOT

FAKETIME = next(iter(sorted(glob.glob("/usr/lib/*/faketime/libfaketime.so.1"))), None)  # noqa: PTH207

_SLEEPING = Path(__file__).parent / "faketime"


_JUMPS = ("+0", "+7200", "-7200")


def clock_of(folder: Path) -> Path:
    """The file that says how far the clock of the service in a folder is ahead."""
    return folder / "clock"


def movable_clock(file: Path) -> dict[str, str]:
    """What a service is started with, so that its clock can be moved while it runs."""
    return {
        "LD_PRELOAD": str(FAKETIME),
        "PYTHONPATH": f"{_SLEEPING}:{ROOT}",
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


class Edits:
    """Draws what routes.yaml says next and what the clock does next."""

    def __init__(
        self, folder: Path, desks: Sequence[str], rng: random.Random, *, clocks: bool, above: str = "", below: str = ""
    ) -> None:
        """`above` and `below` are what else stands in routes.yaml."""
        self._file, self._clock = folder / "routes.yaml", clock_of(folder)
        self._above, self._below = above, below
        self._desks = desks
        self._rng = rng
        self.clocks = clocks and FAKETIME is not None
        self.made = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a service is started with, so that its clock can be moved while it runs."""
        if not self.clocks:
            return {}
        return movable_clock(self._clock)

    def make(self) -> None:
        """Edit the routes and move the clock, or put one of them right."""
        self.made += 1
        self._write(self._drawn)
        if self.clocks:
            self._clock.write_text(self._rng.choice(_JUMPS))

    def put_right(self) -> None:
        """Let every route lead where it led first, with no quiet hours and no limit, and the clock be right."""
        self._write(lambda desk: f"{{name: {desk}, channel: C{desk.upper()}}}")
        if self.clocks:
            self._clock.write_text("+0")

    def _drawn(self, desk: str) -> str:
        draw = self._rng.random
        channel = f"C{desk.upper()}{'2' if draw() < 0.4 else ''}"
        quiet = ', quiet_hours: {from: "00:00", to: "23:59"}' if draw() < 0.25 else ""
        limit = ", max_per_hour: 1" if draw() < 0.25 else ""
        return f"{{name: {desk}, channel: {channel}{quiet}{limit}}}"

    def _write(self, line: Callable[[str], str]) -> None:
        routes = "\n".join(f"  - {line(desk)}" for desk in self._desks)
        new = self._file.with_suffix(".new")
        new.write_text(f"{self._above}routes:\n{routes}\n{self._below}", encoding="utf-8")
        new.replace(self._file)
