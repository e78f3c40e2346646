"""Poll one feed: the order of the stages on one screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import Batch, Context, Delivery, FeedState, Lookup


class PollStore(Protocol):
    """What polling needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def claim_due(
        self, feed_ids: Collection[str], *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[str]:
        """Take at most `limit` of these feeds that are due (never polled counts as due), longest waiting first.

        A taken feed is not due again before `now + lease`, so that two processes never poll one feed at a time.
        """

    async def feed_state(self, feed_id: str) -> FeedState:
        """What is known about the feed; an empty state for one never polled."""

    async def seen(self, feed_id: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the entry digests that this feed has shown before, however long ago."""

    async def save_feed(self, state: FeedState, deliveries: Sequence[Delivery] = ()) -> None:
        """Write a poll that brought nothing new, or failed, with the notices it causes."""

    async def judge(self, lookup: Lookup, build: Callable[[Context], Batch]) -> Batch:
        """Read the context, call `build` (pure), and write its batch, all in ONE transaction.

        No other judgement runs between the reading and the commit, in this or any other process.
        """
