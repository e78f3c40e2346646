"""Shares out the requests of an hour among the feeds that are polled. docs/decisions/0042.

Of several processes each does this for itself: all feeds and their rhythms in the database give each the same shares,
and a feed that is due is polled by one of them. So the settings are for all processes together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from monitor.collect import schedule
from monitor.collect.budget import Shares, shared_out
from monitor.collect.pacing import Pacing
from monitor.model import Feed, FeedRhythm
from monitor.settings import Requests

log = structlog.get_logger()

_TOO_MANY = 1.02


class SharingStore(Protocol):
    """What sharing out needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def rhythms(self, feed_ids: Collection[str]) -> Mapping[str, FeedRhythm]:
        """When these feeds publish; those that were never polled are left out."""

    async def poll_sooner(self, waits: Mapping[str, datetime], now: datetime) -> None:
        """Let feeds wait until these times at most, unless they fail or ask not to be polled before."""


class Sharing:
    """Keeps `pacing` up to date. `per_hour` is the setting, `per_host` how often one host may be asked in an hour."""

    def __init__(self, store: SharingStore, pacing: Pacing, *, per_hour: int | Requests, per_host: int) -> None:
        self._store = store
        self._pacing = pacing
        self._per_hour = per_hour
        self._per_host = per_host
        self._told = False

    async def look(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Share out anew.

        Raises:
            StoreError: the rhythms cannot be read; what was shared out before holds on.
        """
        if self._per_hour is Requests.FIXED or not feeds:
            self._pacing.shares = Shares()
            return
        per_hour = None if isinstance(self._per_hour, Requests) else float(self._per_hour)
        rhythms = await self._store.rhythms([feed.id for feed in feeds])
        work = partial(shared_out, feeds, rhythms, per_hour=per_hour, per_host=self._per_host, now=now)
        self._pacing.shares = shares = await asyncio.to_thread(work)
        # `auto` allows what the intervals come to, so they cannot need more: the rest is that waits vary.
        over = per_hour is not None and shares.requests > per_hour * _TOO_MANY
        if over and not self._told:
            log.warning(
                "the intervals of feeds.yaml need more requests than are allowed; the intervals are kept",
                action="requests_over_budget",
                requests=round(shares.requests),
                allowed=self._per_hour,
            )
        self._told = over

    async def hurry(self, families: Collection[str], feeds: Sequence[Feed], now: datetime) -> None:
        """Poll the feeds of these families sooner, as many report what they report.

        Raises:
            StoreError: those that wait are polled when they are due, and sooner from then on.
        """
        fresh = self._pacing.hurry(families, now=now)
        waits = {
            feed.id: now + schedule.in_a_hurry(feed) * schedule.phase(feed.id) for feed in feeds if feed.family in fresh
        }
        if waits and self._per_hour is not Requests.FIXED:
            await self._store.poll_sooner(waits, now)
