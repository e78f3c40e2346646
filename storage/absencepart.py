"""The part of the store that knows what feeds took out again. It has the shape that `monitor.pipeline` asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import Absent, VanishedItem
from storage import absences
from storage.part import Part


class AbsencePart(Part):
    """Alerted articles that their feed does not show any more. Every method is one transaction, as those of `Store`."""

    async def absent(
        self, feed_id: str, digests: Collection[str], *, since: datetime
    ) -> tuple[Sequence[Absent], frozenset[str]]:
        """The articles alerted since then that none of these entries is, and those of the feed missed already."""
        return await self._database.read(lambda c: absences.absent(c, feed_id, digests, since))

    async def published(self, feed_id: str, digests: Collection[str]) -> Mapping[str, datetime | None]:
        """By entry digest, when the article it is of was published."""
        return await self._database.read(lambda c: absences.published(c, feed_id, digests))

    async def miss(self, feed_id: str, gone: Collection[str], back: Collection[str], now: datetime) -> None:
        """Remember that a feed took some articles out, and forget it of others."""
        await self._database.write(lambda c: absences.miss(c, feed_id, gone, back, now))

    async def vanished(self, now: datetime, *, latest: timedelta) -> Sequence[VanishedItem]:
        """The articles that their feed took out for good, each with the cards not told of it yet."""
        return await self._database.read(lambda c: absences.vanished(c, now, latest=latest))
