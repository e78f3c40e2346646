"""Who is parsed next: feeds take turns, and what is known to take long never holds up what does not.

docs/decisions/0027 has the rules.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

PATIENCE = 10.0
"""A document is taken as if it had come so many times later as it is expected to take: short ones overtake long ones,
and none waits for ever."""

_REMEMBERED = 10_000
_BYTES_A_SECOND = 2_000_000
"""About how fast documents are parsed; it counts until a feed's own document was timed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    whose: str
    slow: bool
    due: float
    turn: asyncio.Future[None]


class Turns:
    """Turns at `places` workers. One of them is never taken by what is slow, if there are several."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._slow_places = max(1, places - 1)
        self._waiting: list[_Waiting] = []
        self._running: list[_Waiting] = []
        self._took: OrderedDict[str, float] = OrderedDict()

    def expected(self, whose: str, size: int) -> float:
        """About how many seconds a feed's document of so many bytes will take, by the last one."""
        return self._took.get(whose, size / _BYTES_A_SECOND)

    def took(self, whose: str, seconds: float) -> None:
        """Remember how long a feed's document took."""
        self._took[whose] = seconds
        self._took.move_to_end(whose)
        if len(self._took) > _REMEMBERED:
            self._took.popitem(last=False)

    @asynccontextmanager
    async def turn(self, whose: str, *, expected: float, slow: bool) -> AsyncIterator[None]:
        """Wait for a worker. A feed has one turn at a time."""
        loop = asyncio.get_running_loop()
        one = _Waiting(whose, slow, loop.time() + PATIENCE * expected, loop.create_future())
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
            # One that was given up is taken out by whoever waited for it.
            waiting = (one for one in self._waiting if not one.turn.done())
            ready = [one for one in waiting if one.whose not in busy and not (one.slow and full)]
            if not ready:
                return
            first = min(ready, key=lambda one: one.due)
            self._waiting.remove(first)
            self._running.append(first)
            first.turn.set_result(None)
