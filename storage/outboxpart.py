"""The store as the outbox sees it: what may be posted or edited now, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import Claim, EditClaim, EditSettlement, Settlement
from storage import backlog, cardedits, outbox
from storage.part import Part


class OutboxPart(Part):
    """The part of `Store` that has the shape of `monitor.deliver.outbox.OutboxStore`."""

    async def recover(self, now: datetime) -> int:
        """Turn what dead processes left `sending` into `unknown`, to be looked for at once; how many."""
        return await self._database.write(lambda c: outbox.recover(c, now))

    async def due_channels(self, now: datetime) -> Sequence[str]:
        """Channels somebody may speak to now: those with something to post, most urgent first, then with edits."""
        return await self._database.read(lambda c: cardedits.due_channels(c, now))

    async def claim(self, channel: str, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """Lease the channel and take its most urgent due delivery, or None. A live lease keeps its holder out too."""
        return await self._database.write(
            lambda c: outbox.claim(c, channel, owner=owner, now=now, lease=lease), urgent=True
        )

    async def fold_backlog(self, channel: str, build: backlog.Fold, *, most: int, now: datetime) -> int:
        """Post cards together when more than `most` wait for a channel, as `build` decides (see `backlog.fold`)."""
        if not await self._database.read(lambda c: backlog.needed(c, channel, most=most, now=now)):
            return 0
        return await self._database.write(lambda c: backlog.fold(c, channel, build, now), urgent=True)

    async def settle(self, claim: Claim, settlement: Settlement, *, owner: str, now: datetime) -> None:
        """Write what an attempt led to, release the channel's lease, and enqueue the settlement's notices."""
        await self._database.write(lambda c: outbox.settle(c, claim, settlement, owner=owner, now=now), urgent=True)

    async def claim_edit(self, channel: str, *, owner: str, now: datetime, lease: timedelta) -> EditClaim | None:
        """Lease the channel and take the most urgent card that is to be edited now, or None."""
        return await self._database.write(
            lambda c: cardedits.claim(c, channel, owner=owner, now=now, lease=lease), urgent=True
        )

    async def settle_edit(self, edit: EditClaim, settlement: EditSettlement, *, owner: str, now: datetime) -> None:
        """Write what an edit led to and release the channel's lease."""
        await self._database.write(lambda c: cardedits.settle(c, edit, settlement, owner=owner, now=now), urgent=True)

    async def next_edit_at(self) -> datetime | None:
        """When the next card may be edited; None when none is to be."""
        return await self._database.read(cardedits.next_due_at)

    async def next_due_at(self, now: datetime) -> datetime | None:  # noqa: ARG002 - the protocol's
        """When the next delivery that waits for nothing but time falls due; None when none waits."""
        return await self._database.read(outbox.next_due_at)
