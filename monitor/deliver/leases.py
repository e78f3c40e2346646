"""Leases under clocks that may be wrong: none is broken while its holder may still post.

A lease is a time by its holder's clock. Where that cannot be compared with the clock here, because one of them jumped,
the lease is watched: its holder has ended or given up once its whole length has passed by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.model.waits import SKEW, jumped

log = structlog.get_logger()

LEASE = timedelta(seconds=25)
"""Longer than any attempt takes: a call to Slack is given up after 10 s, a look-up after 15 s."""


class LeaseStore(Protocol):
    """What watching leases needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def leases(self) -> Mapping[str, datetime]:
        """Until when each channel is leased, by the clock of the process that has the lease."""

    async def end_lease(self, channel: str, lease_until: datetime, now: datetime) -> None:
        """End a lease whose whole length was watched, if it is still the same."""


class LeaseWatch:
    """Call `look` before anything is taken. `uptime` is in seconds, whatever the clock says."""

    def __init__(self, store: LeaseStore, *, clock: Callable[[], datetime], uptime: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._uptime = uptime
        self._seen = clock(), uptime()
        self._doubted: dict[str, datetime] = {}
        self._doubted_until = 0.0
        self._watched: dict[tuple[str, datetime], float] = {}
        self._looked_at: float | None = None

    @property
    def in_doubt(self) -> frozenset[str]:
        """The channels whose lease may hold although it seems to be over, because the clock jumped forward."""
        return frozenset(self._doubted)

    def seconds_left(self) -> float | None:
        """How long the next lease that seems to hold for too long is still watched; None without any."""
        ends = [since + LEASE.total_seconds() - self._uptime() for since in self._watched.values()]
        return max(0.0, min(ends)) if ends else None

    async def look(self) -> None:
        """Notice a jump of the clock, and end the leases that were watched for their whole length."""
        now, uptime = self._clock(), self._uptime()
        jump = jumped(now - self._seen[0], uptime - self._seen[1])
        if jump > timedelta(0):
            self._doubted = dict(await self._store.leases())
            self._doubted_until = uptime + LEASE.total_seconds()
        elif self._doubted and uptime >= self._doubted_until:
            self._doubted = {}
        self._seen = now, uptime
        if self._looked_at is None or jump or uptime >= self._looked_at + (1.0 if self._watched else 15.0):
            self._looked_at = uptime
            await self._end_watched(now, uptime)

    async def _end_watched(self, now: datetime, uptime: float) -> None:
        """Leases that hold for longer than any does were taken by a clock that is ahead of this one."""
        too_long = {one for one in (await self._store.leases()).items() if one[1] > now + LEASE + SKEW}
        self._watched = {one: self._watched.get(one, uptime) for one in too_long}
        for (channel, until), since in list(self._watched.items()):
            if uptime - since >= LEASE.total_seconds():
                log.warning("a lease that a wrong clock wrote is ended", action="lease_ended", channel=channel)
                await self._store.end_lease(channel, until, now)
                del self._watched[channel, until]
