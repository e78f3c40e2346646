"""The part of the store that routes are looked after with, by the service and by drills."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from monitor.model import Delivery, Progress
from storage import channels, deliveries, outbox
from storage.part import Part


class RoutesPart(Part):
    """Has the shape of `monitor.health.channels.RouteStore` and `monitor.health.drill.DrillStore`."""

    # -- routes: monitor.health.channels.RouteStore

    async def channel_problems(self) -> Mapping[str, str]:
        """What is wrong with each channel that does not work."""
        return await self._database.read(outbox.problems)

    async def channels_inspected(
        self,
        found: Mapping[str, str | None],
        tell: channels.Tell,
        *,
        can_see: Callable[[str], bool],
        now: datetime,
    ) -> None:
        """Write what is wrong with these channels, and enqueue what `tell` makes of it and of what was known.

        A problem that `can_see` says would not have been found stays.
        """
        await self._database.write(lambda c: channels.inspected(c, found, tell, can_see=can_see, now=now))

    async def waiting_for(self, names: Collection[str], now: datetime, *, limit: int) -> Sequence[Delivery]:
        """What is due in these channels and not posted yet, oldest first."""
        return await self._database.read(lambda c: channels.waiting(c, names, now, limit=limit))

    # -- drills: monitor.health.drill.DrillStore

    async def progress(self, delivery_ids: Sequence[str]) -> Mapping[str, Progress]:
        """How far deliveries have got, by id."""
        return await self._database.read(lambda c: deliveries.progress(c, delivery_ids))

    async def withdraw(self, delivery_ids: Sequence[str]) -> int:
        """Take those back that were certainly not posted; how many."""
        return await self._database.write(lambda c: deliveries.withdraw(c, delivery_ids))
