"""Watches the machine's clock: says when it jumps, and puts right what it wrote while it was wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.errors import StoreError, StoreUnavailable
from monitor.model import in_words
from monitor.model.waits import jumped

log = structlog.get_logger()

_SOON, _SOON_FOR, _LATER = 15.0, 120.0, 300.0
"""Seconds: after a start or a jump it is looked again and again what the wrong clock left, then now and then, for other
machines' clocks may be wrong too."""


class WaitsStore(Protocol):
    """What watching the clock needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def put_waits_right(self, now: datetime, jump: timedelta) -> int:
        """End what a wrong clock would have wait on, after the clock jumped by so much or (zero) may have; how much."""


class ClockWatch:
    """Call `look` every second or so. `uptime` is how long the machine has run, in seconds, whatever its clock says."""

    def __init__(self, store: WaitsStore, *, clock: Callable[[], datetime], uptime: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._uptime = uptime
        self._seen = clock(), uptime()
        self._restless_until = uptime() + _SOON_FOR
        self._put_right_at = uptime()

    async def look(self) -> bool:
        """Whether the clock jumped since the last look; then, and now and then, what waits is put right.

        While the database cannot be used, the next look does it: until then no jump is told.
        """
        now, uptime = self._clock(), self._uptime()
        jump = jumped(now - self._seen[0], uptime - self._seen[1])
        if not jump and uptime < self._put_right_at:
            self._seen = now, uptime
            return False
        try:
            count = await self._store.put_waits_right(now, jump)
        except StoreUnavailable:
            return False  # the store logs it, for all who ask it
        except StoreError as error:
            # Mostly no clock was wrong: this is a look now and then.
            log.error(
                "cannot check whether anything waits for a time that a wrong clock wrote; tried again",
                action="waits_not_put_right",
                error=str(error),
            )
            return False
        self._seen = now, uptime
        if jump:
            self._restless_until = uptime + _SOON_FOR
            log.warning(
                "the machine's clock jumped",
                action="clock_jumped",
                direction="forward" if jump > timedelta(0) else "back",
                by=in_words(abs(jump)),
            )
        if count:
            log.warning("waits for times that a wrong clock wrote are ended", action="waits_put_right", count=count)
        self._put_right_at = uptime + (_SOON if uptime < self._restless_until else _LATER)
        return bool(jump)
