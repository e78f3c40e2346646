"""Puts the daily summary together, once in 24 hours, whatever restarts and however many processes run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.collect.course import health_of
from monitor.decide.daily import Day, daily, remembered
from monitor.model import Delivery, Route
from monitor.model.stores import DiskStore, FeedsStore, SilencesStore
from monitor.model.waits import waits

EVERY = timedelta(minutes=10)
DAY = timedelta(days=1)
_SLACK = timedelta(hours=1)


class SummaryStore(DiskStore, FeedsStore, SilencesStore, Protocol):
    """What the summary needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def last_summary(self) -> tuple[datetime, Mapping[str, str]] | None:
        """When the last summary was, and how each feed did then; None before the first."""

    async def save_summary(
        self, before: datetime | None, at: datetime, feeds: Mapping[str, str], notices: Sequence[Delivery]
    ) -> int:
        """Write a summary with its notices, unless there is another than that of `before`; how many were new."""


async def look(
    store: SummaryStore,
    feed_ids: Collection[str],
    ops: Route | None,
    now: datetime,
    *,
    canary_at: datetime | None = None,
) -> int:
    """Put the summary into the outbox when a day is over; how many messages that made.

    The first one comes a day after the service first ran. Later ones keep to its hour.

    Raises:
        StoreError: the database cannot be used; the next look tries again.
    """
    known = await store.last_summary()
    if known is not None and waits(known[0], DAY, now):
        return 0
    states = [state for state in await store.feed_states() if state.feed_id in feed_ids]
    feeds = [(state, health_of(state, now)) for state in states]
    if known is None:
        return await store.save_summary(None, now, remembered(feeds), ())
    since, before = known
    on_time = timedelta(0) <= now - since - DAY < _SLACK
    day = Day(
        since=since,
        before=before,
        feeds=feeds,
        silences=await store.silences(),
        stored=await store.stored(),
        room=await store.room(),
        canary_at=canary_at,
    )
    at = since + DAY if on_time else now
    return await store.save_summary(since, at, remembered(feeds), daily(day, ops, now=now))
