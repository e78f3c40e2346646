"""What the outbox asks of the store, each method one transaction: what is due, who takes it, and the result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.deliver.before import KnownStore
from monitor.deliver.leases import LeaseStore
from monitor.model import Attempt, Delivery, EditAttempt, EditSettlement, Folded, RoutesNow, Settlement


class OutboxStore(LeaseStore, KnownStore, Protocol):
    """What the outbox needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def recover(self, now: datetime) -> int:
        """Turn deliveries left `sending` under an expired lease into `unknown`, due for a look-up; how many."""

    async def follow_routes(
        self,
        routes: RoutesNow,
        now: datetime,
        *,
        broken: Callable[[str], bool],
        fits: Callable[[Delivery, Mapping[str, int], Mapping[str, int]], bool],
    ) -> Sequence[tuple[str, str]]:
        """Send what certainly is not posted to where its route leads now; from where to where, once for each message.

        `broken` says whether a problem is its channel's own, `fits` whether a busy digest is within its route's limit,
        by the cards that routes got in the last hour and their limits: then it goes out.
        """

    async def due_channels(self, now: datetime, routes: RoutesNow) -> Sequence[str]:
        """Channels that are ready, not leased to somebody else, and have something due, most urgent first.

        Those with nothing due but edits come last. What the quiet hours of `routes` hold is not due.
        """

    async def take_delivery(
        self, channel: str, *, owner: str, now: datetime, lease: timedelta, routes: RoutesNow
    ) -> Attempt | None:
        """Lease the channel, take its next due delivery (critical first, then oldest) and mark it `sending`.

        A delivery with a parent is due once that was posted, or never will be. What is refused by itself comes last,
        and while all of a channel is refused, what was tried longest ago comes first. The attempt is recorded in the
        same transaction.
        None when there is nothing due, the channel is not ready, or another owner holds its lease.
        """

    async def fold_backlog(
        self,
        channel: str,
        build: Callable[[Sequence[Delivery], Sequence[Delivery], Mapping[str, int]], Folded],
        *,
        most: int,
        now: datetime,
        routes: RoutesNow,
    ) -> int:
        """Post cards together when too many wait for a channel that may be spoken to; how many.

        That is more than `most`, or more than the limit of a route. `build` (pure) decides. It gets the cards, most
        urgent first, the digests for the channel that were not posted yet, and how many cards of the last hour count
        against each route's limit; critical cards, and those that may have been posted, are none of them.
        """

    async def settle(self, attempt: Attempt, settlement: Settlement, *, owner: str, now: datetime) -> None:
        """Write what an attempt led to, release the channel's lease, and enqueue the settlement's notices."""

    async def take_edit(self, channel: str, *, owner: str, now: datetime, lease: timedelta) -> EditAttempt | None:
        """Lease the channel and take the most urgent card that is to be edited now, with its newest message, or None.

        Nothing is written but the lease, so that an edit cut off by a crash is made once the lease is over.
        """

    async def settle_edit(self, edit: EditAttempt, settlement: EditSettlement, *, owner: str, now: datetime) -> None:
        """Write what an edit led to and release the channel's lease."""

    async def next_edit_at(self) -> datetime | None:
        """When the next card may be edited; None when none is to be."""

    async def next_due_at(
        self, routes: RoutesNow, *, refused: Collection[str] = (), until: datetime | None = None
    ) -> datetime | None:
        """When the next delivery that waits for nothing but time falls due; None when none waits.

        What waits for a channel that is `refused` and not tried again before `until` is left out.
        """

    async def channel_problems(self) -> Mapping[str, str]:
        """What is wrong with each channel that does not work."""
