"""Signs that the parts of one process did their work, by a clock that no time service moves.

The clock counts the seconds in which the process was awake: one that was stopped, or slept with its machine, has not
been silent for so long. Whoever advances it (`watchdog`) stands outside of the event loop. What is judged is pure.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Trouble


class Part(StrEnum):
    """A part of the process whose work is watched; the value is for a person."""

    LOOP = "the event loop"
    SCHEDULER = "the scheduler"
    OUTBOX = "the outbox"
    PULSE = "the watch over the vital signs"
    STORE = "the database"
    POLLS = "writing what polls bring"
    PARSER = "the parser"
    MATCHER = "the matching of rules"
    FILES = "the reading of files"


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many seconds without its work a part is in trouble, and after how many the process is to end.

    `dead` None: the process goes on, for a new one would not do better, or the part is replaced by itself.
    """

    late: float
    dead: float | None
    remedy: str


_ENDS = "if this lasts, the service ends by itself, to be started again"
LIMITS: Mapping[Part, Limits] = {
    Part.LOOP: Limits(20, 45, _ENDS),
    # Another process may keep the database locked for 30 s, and a second statement waits when the first one has.
    Part.SCHEDULER: Limits(75, 150, _ENDS),
    Part.OUTBOX: Limits(75, 150, _ENDS),
    Part.PULSE: Limits(75, 150, _ENDS),
    Part.STORE: Limits(75, 240, "look at the database and its disk"),
    Part.POLLS: Limits(105, None, "look at the database and its disk: the log has the reason"),
    Part.PARSER: Limits(60, 300, "it is replaced; report what the log says"),
    Part.MATCHER: Limits(60, 300, "it is replaced; report what the log says"),
    Part.FILES: Limits(60, None, "look at the disk or share that the files are on, and at how busy the machine is"),
}
REPLACED_AFTER = 90.0
"""Seconds without its work after which a parser, or the thread that matches, is given up for a new one."""


@dataclass(frozen=True, slots=True)
class Sign:
    """For how many seconds a part has had something to do and done none of it, None while it has nothing to do.

    `stuck`: for how many of them it has not even refused to do it, None while it has nothing in hand that it might.
    """

    part: Part
    silent: float | None
    stuck: float | None


class WorkSigns:
    """What the parts did when. Any thread may call anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._awake = 0.0
        self._since: dict[Part, float] = {}
        self._in_hand: dict[Part, int] = {}
        self._refused: dict[Part, float] = {}

    @property
    def awake(self) -> float:
        """For how many seconds the process has been awake since this was made."""
        return self._awake

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._awake += seconds

    def did(self, part: Part) -> None:
        """Note that a part, which always has something to do, did some of it."""
        with self._lock:
            self._since[part] = self._awake

    def begin(self, part: Part) -> None:
        """Note that a part has something more to do."""
        with self._lock:
            if part in self._refused and not self._in_hand[part]:
                self._refused[part] = self._awake
            self._in_hand[part] = self._in_hand.get(part, 0) + 1
            self._since.setdefault(part, self._awake)

    def end(self, part: Part, *, done: bool = True) -> None:
        """Note that a part ended what it began. Only what was `done` is a sign of life; else the part is silent on."""
        with self._lock:
            left = self._in_hand[part] = self._in_hand.get(part, 1) - 1
            if done:
                self._refused.pop(part, None)
            if done and left:
                self._since[part] = self._awake
            elif done:
                self._since.pop(part, None)

    def refuse(self, part: Part) -> None:
        """Note that a part ended what it began with the answer that it cannot do it: it is silent on, and not stuck."""
        with self._lock:
            self._in_hand[part] -= 1
            self._refused[part] = self._awake

    @contextmanager
    def at_work(self, part: Part) -> Iterator[None]:
        """Have something to do for as long as this is open; however it ends, the part did it."""
        self.begin(part)
        try:
            yield
        finally:
            self.end(part)

    def read(self) -> Sequence[Sign]:
        """The sign of each part."""
        with self._lock:
            return [Sign(part, self._age(self._since, part), self._stuck(part)) for part in LIMITS]

    def _stuck(self, part: Part) -> float | None:
        if part not in self._refused:
            return self._age(self._since, part)
        return self._age(self._refused, part) if self._in_hand[part] else None

    def _age(self, times: Mapping[Part, float], part: Part) -> float | None:
        return self._awake - times[part] if part in times else None


def late(signs: Sequence[Sign], *, owner: str, now: datetime) -> list[Trouble]:
    """The parts of the process `owner` that are in trouble."""
    return [
        Trouble(
            name=f"{sign.part.name.lower()}@{owner}",
            what=f"{sign.part} has done nothing though it should",
            since=now - timedelta(seconds=round(sign.silent)),
            remedy=LIMITS[sign.part].remedy,
        )
        for sign in signs
        if sign.silent is not None and sign.silent > LIMITS[sign.part].late
    ]


def dead(signs: Sequence[Sign]) -> list[Sign]:
    """The signs of parts that are given up: the process is to end. What only refuses would refuse in a new one too."""
    limits = {part: limit.dead for part, limit in LIMITS.items()}
    return [
        sign
        for sign in signs
        if sign.stuck is not None and (limit := limits[sign.part]) is not None and sign.stuck > limit
    ]
