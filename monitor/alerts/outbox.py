"""The outbox: takes what is due, posts it once, and settles what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import Claim, Settlement


class OutboxStore(Protocol):
    """What the outbox needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def recover(self, now: datetime) -> int:
        """Turn deliveries left `sending` under an expired lease into `unknown`, due for a look-up; how many."""

    async def due_channels(self, now: datetime) -> Sequence[str]:
        """Channels that are ready, not leased to somebody else, and have something due, most urgent first."""

    async def claim(self, channel: str, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """Lease the channel, take its next due delivery (critical first, then oldest) and mark it `sending`.

        A delivery with a parent is due once the parent was sent. The attempt is recorded in the same transaction.
        None when there is nothing due, the channel is not ready, or another owner holds its lease.
        """

    async def settle(self, claim: Claim, settlement: Settlement, *, owner: str, now: datetime) -> None:
        """Write what an attempt led to, release the channel's lease, and enqueue the settlement's notices."""

    async def next_due_at(self, now: datetime) -> datetime | None:
        """When the next delivery that is not stuck behind a held or rejected one falls due; None when none waits."""
