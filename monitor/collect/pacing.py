"""What decides beside a feed's own rhythm how often it is polled: the share of all requests, and what is in a hurry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.collect.budget import Shares
from monitor.model import Feed, Story

HURRY_FOR = timedelta(minutes=30)
"""How long feeds are polled sooner after many reported one event."""

MANY = 4
"""So many families that report one event within `TOGETHER` are many."""

TOGETHER = timedelta(hours=2)


def reported_by_many(stories: Iterable[Story], *, now: datetime) -> frozenset[str]:
    """The families of those of these stories that many report at this time."""
    found = frozenset[str]()
    for story in stories:
        families = frozenset(one.family for one in story.members if abs(now - one.seen_at) <= TOGETHER)
        if len(families) >= MANY:
            found |= families
    return found


class Pacing:
    """What holds now; kept in memory alone, as it is found again within minutes. `pushing` are feeds, by id."""

    def __init__(self) -> None:
        self.shares = Shares()
        self.pushing: frozenset[str] = frozenset()
        self._hurried: dict[str, datetime] = {}

    def hurry(self, families: Iterable[str], *, now: datetime) -> frozenset[str]:
        """Poll the feeds of these families sooner from now on, for a while; which of them were in no hurry before."""
        families = frozenset(families)
        fresh = frozenset(family for family in families if not self._is_hurried(family, now))
        self._hurried = {family: since for family, since in self._hurried.items() if self._is_hurried(family, now)}
        self._hurried.update(dict.fromkeys(families, now))
        return fresh

    def is_hurried(self, feed: Feed, *, now: datetime) -> bool:
        """Whether a feed is polled sooner now."""
        return self._is_hurried(feed.family, now)

    def _is_hurried(self, family: str, now: datetime) -> bool:
        since = self._hurried.get(family)
        return since is not None and abs(now - since) < HURRY_FOR  # of a clock that went back, too
