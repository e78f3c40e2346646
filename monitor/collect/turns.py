"""Which document is parsed next: of the feed that took least, and long ones never hold up short ones.

docs/decisions/0027 has the rules.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_FORGOTTEN_IN = 600.0
"""Seconds in which what a feed took counts for a third of it only."""

_REMEMBERED = 10_000
_BYTES_A_SECOND = 2_000_000
"""About how fast documents are parsed; it counts until a feed's own document was timed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    whose: str
    slow: bool
    expected: float
    turn: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class _Taken:
    """How many seconds a feed took of the workers, as it counted at a time, and how many its last document did."""

    at: float
    seconds: float
    last: float

    def by(self, now: float) -> float:
        return self.seconds * math.exp((self.at - now) / _FORGOTTEN_IN)


class Turns:
    """Turns at `places` workers. One of them is never taken by what is slow, if there are several."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._slow_places = max(1, places - 1)
        self._waiting: list[_Waiting] = []
        self._running: list[_Waiting] = []
        self._taken: OrderedDict[str, _Taken] = OrderedDict()

    @property
    def free(self) -> bool:
        """Whether whoever comes now has a turn at once."""
        return len(self._running) < self._places and not self._waiting

    def expected(self, whose: str, size: int) -> float:
        """About how many seconds a feed's document of so many bytes will take, by the last one."""
        taken = self._taken.get(whose)
        return taken.last if taken else size / _BYTES_A_SECOND

    def took(self, whose: str, seconds: float) -> None:
        """Remember how long a feed's document took."""
        now = asyncio.get_running_loop().time()
        before = self._taken.get(whose)
        self._taken[whose] = _Taken(now, seconds + (before.by(now) if before else 0), seconds)
        self._taken.move_to_end(whose)
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    @asynccontextmanager
    async def turn(self, whose: str, *, expected: float, slow: bool) -> AsyncIterator[None]:
        """Wait for a worker. A feed has one turn at a time."""
        one = _Waiting(whose, slow, expected, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._start_next()
        try:
            await one.turn
            yield
        finally:
            if one in self._running:
                self._running.remove(one)
            else:
                self._waiting.remove(one)
            self._start_next()

    def _start_next(self) -> None:
        while len(self._running) < self._places:
            busy = {one.whose for one in self._running}
            full = sum(one.slow for one in self._running) >= self._slow_places
            # One that is given up is taken out by the task that waited for it.
            waiting = (one for one in self._waiting if not one.turn.done())
            ready = [one for one in waiting if one.whose not in busy and not (one.slow and full)]
            if not ready:
                return
            now = asyncio.get_running_loop().time()
            # The first of those that are alike: `min` keeps the order in which they came.
            first = min(ready, key=lambda one: one.expected + self._has_taken(one.whose, now))
            self._waiting.remove(first)
            self._running.append(first)
            first.turn.set_result(None)

    def _has_taken(self, whose: str, now: float) -> float:
        taken = self._taken.get(whose)
        return taken.by(now) if taken else 0.0
