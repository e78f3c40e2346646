"""Keeps the routes in order: looks at their channels, tells what is broken, and lets ops stand in meanwhile.

docs/decisions/0014 has the reasons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.decide.notices.channels import Inspect, Inspection, can_see, channel_notices, is_told, stand_ins
from monitor.errors import StoreError
from monitor.model import Delivery, Routes
from monitor.model.stores import EnqueueStore

log = structlog.get_logger()

LOOK_EVERY = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=5)
"""How soon channels are looked at again when Slack could not say how they stand."""

LOOK_AT_BROKEN = timedelta(minutes=1)
"""How soon channels are looked at again while one is broken."""

_WAITING_LOOKED_AT = 500


class RouteStore(EnqueueStore, Protocol):
    """What keeping routes needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def channel_problems(self) -> Mapping[str, str]:
        """What is wrong with each channel that does not work."""

    async def channels_inspected(
        self,
        found: Mapping[str, str | None],
        tell: Callable[[Mapping[str, str | None], Mapping[str, str]], Sequence[Delivery]],
        *,
        can_see: Callable[[str], bool],
        now: datetime,
    ) -> None:
        """Write what is wrong with these channels, and enqueue what `tell` makes of it and of what was known.

        A problem that `can_see` says would not have been found stays. So does one for which something waits that was
        refused: it is tried at once, and decides. `tell` is given what was found as far as that decides.
        """

    async def waiting_for(self, channels: Collection[str], now: datetime, *, limit: int) -> Sequence[Delivery]:
        """What is due in these channels and not posted yet, oldest first."""


class RouteKeeper:
    """Call `tend` every half minute or so. `inspect` is None for a sink whose channels always work."""

    def __init__(self, store: RouteStore, inspect: Inspect | None, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._inspect = inspect
        self._clock = clock
        self._looked: _Look | None = None
        self._one_at_a_time = asyncio.Lock()

    async def look_now(self, routes: Routes) -> None:
        """Look at the channels at once: somebody waits to know how they stand, and may just have put one right."""
        self.look_soon()
        await self.tend(routes)

    def look_soon(self) -> None:
        """Look at the channels at the next call of `tend`: somebody edited something."""
        self._looked = None

    async def tend(self, routes: Routes) -> int:
        """Look at the channels when it is time, or the routes are others; show ops what waits for broken ones.

        Returns:
            How many messages were put into the outbox for ops to see. Never raises: what goes wrong is logged.
        """
        if self._inspect is None:
            return 0
        try:
            async with self._one_at_a_time:
                await self._look(self._inspect, routes)
                return await self._stand_in(routes)
        except StoreError as error:
            log.error(
                "the result of checking the channels cannot be written", action="channels_not_tended", error=str(error)
            )
            return 0

    async def _look(self, inspect: Inspect, routes: Routes) -> None:
        broken = await self._store.channel_problems()
        before = self._looked
        if before is not None and not before.is_over(routes, self._clock(), broken=bool(broken)):
            return
        found = await inspect(routes)
        now = self._clock()
        _report(found, before.found if before else Inspection())
        await self._store.channels_inspected(
            found.found,
            lambda decided, known: channel_notices(found, decided, known, routes, now=now),
            can_see=can_see,
            now=now,
        )
        # Not before it is written: what a look found that nobody kept would be told an hour later.
        self._looked = _Look(routes, found, now)

    async def _stand_in(self, routes: Routes) -> int:
        problems = {
            channel: problem for channel, problem in (await self._store.channel_problems()).items() if is_told(problem)
        }
        if not problems:
            return 0
        now = self._clock()
        waiting = await self._store.waiting_for(problems, now, limit=_WAITING_LOOKED_AT)
        return await self._store.enqueue(stand_ins(waiting, problems, routes, now=now))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the channels of these routes found, and when."""

    routes: Routes
    found: Inspection
    at: datetime

    def is_over(self, routes: Routes, now: datetime, *, broken: bool) -> bool:
        """Whether it is time for the next look; `broken` says that a channel is known to be."""
        every = LOOK_AT_BROKEN if broken else LOOK_AGAIN if self.found.unseen else LOOK_EVERY
        # A clock that was put back must not keep us from looking.
        return routes != self.routes or not self.at <= now < self.at + every


def _report(found: Inspection, before: Inspection) -> None:
    """Log what is wrong, once while it lasts."""
    for channel, problem in found.broken.items():
        if problem != before.broken.get(channel):
            log.error("a channel cannot be posted to", action="channel_broken", channel=channel, problem=problem)
    for channel, lack in found.weak.items():
        if lack != before.weak.get(channel):
            log.warning("a channel lacks something", action="channel_weak", channel=channel, lack=lack)
    if found.unseen and found.unseen != before.unseen:
        log.warning("not every channel could be looked at", action="channels_unseen", reason=found.unseen)
