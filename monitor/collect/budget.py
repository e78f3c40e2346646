"""How the requests of an hour are shared out among feeds, so that news waits as little as can be: pure.

An entry waits half the time between two polls, on average. With so many polls in all, entries wait least when each feed
is polled in proportion to the root of how many entries it brings. docs/decisions/0042 has the argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log2, sqrt
from urllib.parse import urlsplit

from monitor.collect.rhythm import Rate, rate_of
from monitor.model import Feed, FeedKind, FeedRhythm

SLOWEST = 3
"""A feed without an interval of its own is polled after so many of the intervals that all have, at the latest."""

FASTEST = 8
"""A feed is polled after a part of its interval, one of so many, at the soonest."""

SHORTEST = timedelta(minutes=1)
"""No rhythm shortens a wait below this."""

JITTER = 0.1
"""Waits are shorter by up to this part, each by another, so that feeds do not fall into step."""

WEIGHTS = {FeedKind.NGO: 4.0, FeedKind.OFFICIAL: 4.0}
"""So many times as much an entry counts of those who speak themselves: others only report later what they said."""

_HOUR = timedelta(hours=1)
_MOST_LOOKED_AT = 100_000
_STEPS = 8
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Shares:
    """How many polls an hour a feed gets, per square root of the entries that it brings in an hour.

    `of_all` is for all feeds but those of the hosts in `of_hosts`, which it would ask too often. With `of_all` None
    every feed is polled at its interval. `requests` is how many are made in an hour, averaged over a week.
    """

    of_all: float | None = None
    of_hosts: Mapping[str, float] = field(default_factory=dict)
    requests: float = 0.0

    def of(self, feed: Feed) -> float | None:
        """The share of this feed, by how much its kind counts."""
        share = self.of_hosts.get(host_of(feed), self.of_all) if self.of_hosts else self.of_all
        return None if share is None else share * sqrt(WEIGHTS.get(feed.kind, 1.0))


def bounds(feed: Feed) -> tuple[timedelta, timedelta]:
    """The shortest and the longest time between two polls of a feed that its rhythm can lead to."""
    shortest = min(feed.interval, max(feed.interval / FASTEST, SHORTEST))
    return shortest, feed.interval if feed.promised else feed.interval * SLOWEST


def host_of(feed: Feed) -> str:
    """The host that a feed is asked of."""
    return urlsplit(feed.url).hostname or ""


def usual_requests(feeds: Iterable[Feed]) -> float:
    """How many requests an hour there are when each feed is polled at its interval."""
    return sum(_HOUR / feed.interval for feed in feeds)


def shared_out(
    feeds: Sequence[Feed],
    rhythms: Mapping[str, FeedRhythm],
    *,
    per_hour: float | None,
    per_host: float,
    now: datetime,
) -> Shares:
    """The shares with which so many requests an hour are made in all, averaged over a week, and of each host.

    `per_hour` None stands for as many as there are when each feed is polled at its interval. Intervals that were
    promised are kept even where they alone need more.
    """
    each = max(1, 168 * len(feeds) // _MOST_LOOKED_AT)
    wants = [_Want.of(feed, rate_of(rhythms.get(feed.id) or FeedRhythm(), now=now), each) for feed in feeds]
    of_all, made = _share(wants, usual_requests(feeds) if per_hour is None else per_hour)
    hosts: dict[str, list[_Want]] = {}
    for feed, want in zip(feeds, wants, strict=True):
        hosts.setdefault(host_of(feed), []).append(want)
    busy = (host for host, some in hosts.items() if sum(want.most for want in some) > per_host)
    least = {host: _share(hosts[host], per_host)[0] for host in busy}
    return Shares(of_all, {host: share for host, share in least.items() if share < of_all}, made)


@dataclass(frozen=True, slots=True)
class _Want:
    """The fewest and the most polls that a feed may get in an hour, and how much it publishes over a week.

    `roots` has the square roots of its hourly rates: logarithms to base two, rounded to steps, each with how many hours
    have it. Without rates the feed gets `most`.
    """

    least: float
    most: float
    roots: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, feed: Feed, rate: Rate | None, each: int) -> _Want:
        if rate is None:
            return cls(0.0, _HOUR / feed.interval, ())
        shortest, longest = bounds(feed)
        level = rate.level * WEIGHTS.get(feed.kind, 1.0)
        rates = [hour * day for hour in rate.hours for day in rate.days][::each]
        roots = Counter(round(_STEPS * log2(max(1e-9, level * one)) / 2) for one in rates)
        return cls(_HOUR / longest, _HOUR / shortest, tuple(roots.items()))


def _share(wants: Sequence[_Want], requests: float) -> tuple[float, float]:
    """The share with which these feeds make so many requests an hour, and how many they make with it.

    That is as near to `requests` as their bounds allow.
    """
    fixed = sum(want.most for want in wants if not want.roots)
    together: Counter[tuple[float, float, int]] = Counter()
    for want in wants:
        of_all = sum(count for _, count in want.roots)
        for step, count in want.roots:
            together[want.least, want.most, step] += count / of_all  # type: ignore[assignment]
    parts = [(least, most, 2 ** (step / _STEPS), count) for (least, most, step), count in together.items()]
    sooner = 1 - JITTER / 2  # waits are shorter by as much
    low, high, made = 1e-6, 1e6, fixed
    for _ in range(_TRIES):
        share = sqrt(low * high)
        made = fixed + sum(min(max(share * root, least), most) * count for least, most, root, count in parts)
        low, high = (share, high) if made < requests * sooner else (low, share)
    return low, made / sooner
