"""When feeds are polled: how long entries wait, and how many are missed, against how many requests that takes.

A month of 500 invented feeds is replayed on a virtual clock, with Wirewatch's own code and with what others do, as they
document it. Beside each stands what a fixed interval gives for as many requests.
"""

from __future__ import annotations

import math
import random
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benchmarks.rows import Row
from monitor.collect import course, rhythm, schedule
from monitor.collect.budget import Shares, shared_out
from monitor.model import Feed, FeedKind, FeedRhythm, FeedState

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, BEFORE = 30, 14
FEEDS = 500
SHARED_EVERY = timedelta(hours=6)

_KINDS = {"wire": FeedKind.WIRE, "ngo": FeedKind.NGO, "ministry": FeedKind.OFFICIAL}

_MINUTE, _HOUR, _DAY, _WEEK = 60.0, 3600.0, 86_400.0, 604_800.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Feeds of one kind: how many of a hundred, entries a day (from, to), their hours and days, and what they share.

    `office` is how much of it falls into office hours, `weekend` how busy a weekend is, `batch` how many entries come
    at once, `follows` how many an entry draws after it, `news` how much more comes while the world has a story.
    """

    share: int
    daily: tuple[float, float]
    office: float
    weekend: float
    batch: float
    follows: float
    news: float
    window: tuple[int, int]


KINDS = {
    "wire": Kind(8, (80, 300), 0.35, 0.6, 1, 0.3, 3, (20, 50)),
    "outlet": Kind(42, (8, 70), 0.6, 0.6, 1.3, 0.3, 2.5, (15, 40)),
    "ngo": Kind(25, (0.3, 4), 0.9, 0.1, 1.2, 0.2, 1.5, (10, 20)),
    "ministry": Kind(20, (1, 12), 0.92, 0.15, 2, 0.3, 1.5, (10, 20)),
    "quiet": Kind(5, (0.03, 0.2), 0.8, 0.3, 1, 0, 1, (10, 10)),
}


@dataclass(frozen=True, slots=True)
class History:
    """When a feed's entries appeared, in seconds from `BEGIN` and in order, and how many it shows at once."""

    name: str
    kind: str
    times: tuple[float, ...]
    window: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What polling so came to: requests, how long each entry waited (seconds), and how many were never seen."""

    requests: int
    delays: tuple[float, ...]
    missed: int


Policy = Callable[[Sequence[History]], Iterator[tuple[History, list[float]]]]


def month(seed: int = 1, feeds: int = FEEDS, days: int = DAYS) -> list[History]:
    """Invented feeds: wires, outlets, NGOs, ministries, quiet ones, of all time zones, and stories of many."""
    draw = random.Random(seed)
    stories = [(draw.uniform(-BEFORE * _DAY, days * _DAY), draw.uniform(2, 8) * _HOUR) for _ in range(BEFORE + days)]
    return [
        _history(f"{name}-{number}", name, kind, stories, days, draw)
        for name, kind in KINDS.items()
        for number in range(feeds * kind.share // 100)
    ]


def _history(
    name: str, kind_name: str, kind: Kind, stories: Sequence[tuple[float, float]], days: int, draw: random.Random
) -> History:
    daily = math.exp(draw.uniform(*map(math.log, kind.daily)))
    zone = draw.choice((-5, 0, 1, 2, 3, 3, 4, 5, 8))
    own = [story for story in stories if draw.random() < 0.3]
    moods = [draw.gammavariate(6, 1 / 6) for _ in range(BEFORE + days + 1)]
    # What follows an entry, and what comes with it, is part of what comes in a day.
    first = daily / kind.batch * (1 - kind.follows)
    most = first / 24 * 6 * kind.news * 2
    times, moment = list[float](), -BEFORE * _DAY
    while moment < days * _DAY:
        moment += draw.expovariate(most / _HOUR)
        hour, day = (moment / _HOUR + zone) % 24, int((moment + zone * _HOUR) // _DAY) % 7
        rate = first / 24 * _of_day(hour, kind.office) * (kind.weekend if day >= 5 else (7 - 2 * kind.weekend) / 5)
        rate *= moods[min(len(moods) - 1, max(0, int(moment // _DAY) + BEFORE))]
        rate *= kind.news if any(at <= moment < at + long for at, long in own) else 1
        if draw.random() * most < rate:
            size = 1 + (0 if kind.batch <= 1 else int(draw.expovariate(1 / (kind.batch - 1))))
            times += [moment + 20 * one for one in range(size)]
            times += _following(moment, kind.follows, draw)
    return History(name, kind_name, tuple(sorted(t for t in times if t < days * _DAY)), draw.randint(*kind.window))


def _following(moment: float, follows: float, draw: random.Random) -> Iterator[float]:
    while draw.random() < follows:
        moment += draw.expovariate(1 / (20 * _MINUTE))
        yield moment


def _of_day(hour: float, office: float) -> float:
    """How busy an hour is: so much of the day's work falls between 8 and 19 o'clock, most of it in the morning."""
    if not 8 <= hour < 19:
        return (1 - office) * 24 / 13
    return office * 24 / 11 * (1.3 if hour < 13 else 0.76)


# -- who polls how -----------------------------------------------------------------------------------------------


def fixed(interval: float) -> Policy:
    """Every feed after the same time, each at a time of its own."""

    def policy(feeds: Sequence[History]) -> Iterator[tuple[History, list[float]]]:
        for feed in feeds:
            start = schedule.phase(feed.name) * interval
            yield feed, [start + n * interval for n in range(int((DAYS * _DAY - start) // interval) + 1)]

    return policy


def entry_frequency(shortest: float = 5 * _MINUTE, longest: float = _DAY, factor: float = 1) -> Policy:
    """Miniflux: a week divided by how many entries the last week brought, within bounds (its man page, version 2)."""

    def policy(feeds: Sequence[History]) -> Iterator[tuple[History, list[float]]]:
        for feed in feeds:
            polls, now = list[float](), schedule.phase(feed.name) * shortest
            while now < DAYS * _DAY:
                polls.append(now)
                weekly = bisect_right(feed.times, now) - bisect_right(feed.times, now - _WEEK)
                now += min(longest, max(shortest, _WEEK / (weekly * factor))) if weekly else longest
            yield feed, polls

    return policy


def doubling(shortest: float = 5 * _MINUTE, longest: float = _DAY) -> Policy:
    """Media Cloud: twice as long after each poll that brings nothing, and the shortest time after one that does."""

    def policy(feeds: Sequence[History]) -> Iterator[tuple[History, list[float]]]:
        for feed in feeds:
            polls, now, wait, seen = list[float](), schedule.phase(feed.name) * shortest, shortest, 0
            while now < DAYS * _DAY:
                polls.append(now)
                before, seen = seen, bisect_right(feed.times, now)
                wait = shortest if seen > before else min(longest, 2 * wait)
                now += wait
            yield feed, polls

    return policy


def learning(interval: float, *, promised: bool = False) -> Policy:
    """Wirewatch, with an interval for all feeds and as many requests as that makes."""

    def policy(histories: Sequence[History]) -> Iterator[tuple[History, list[float]]]:
        rng = random.Random(1)
        feeds = [_feed(one, interval, promised=promised) for one in histories]
        states = [FeedState(feed_id=feed.id) for feed in feeds]
        nexts = [schedule.phase(feed.id) * min(interval, 600.0) for feed in feeds]
        polls: list[list[float]] = [[] for _ in feeds]
        turn = 0.0
        while turn < DAYS * _DAY:
            rhythms = {state.feed_id: state.rhythm for state in states}
            shares = shared_out(feeds, rhythms, per_hour=None, per_host=math.inf, now=_at(turn))
            until = min(DAYS * _DAY, turn + SHARED_EVERY.total_seconds())
            for number, (feed, history) in enumerate(zip(feeds, histories, strict=True)):
                now, state = nexts[number], states[number]
                while now < until:
                    polls[number].append(now)
                    state, now = _polled(feed, history, state, shares, now, rng)
                nexts[number], states[number] = now, state
            turn = until
        yield from zip(histories, polls, strict=True)

    return policy


def _feed(history: History, interval: float, *, promised: bool) -> Feed:
    return Feed(
        id=history.name,
        name=history.name,
        url=f"https://{history.name}.example/rss",
        family=history.name,
        interval=timedelta(seconds=interval),
        promised=promised,
        kind=_KINDS.get(history.kind, FeedKind.OUTLET),
    )


def _polled(
    feed: Feed, history: History, before: FeedState, shares: Shares, now: float, rng: random.Random
) -> tuple[FeedState, float]:
    """The state after a poll that showed what it showed, by the service's own code, and when the next one is."""
    moment = _at(now)
    last = before.succeeded_at
    until = bisect_right(history.times, now)
    state = replace(before, succeeded_at=moment, baselined_at=before.baselined_at or moment)
    if last is None:
        dates = [_at(one) for one in history.times[max(0, until - history.window) : until]]
        first = rhythm.seeded(FeedRhythm(), dates, now=moment)
        state = replace(state, rhythm=first, course=replace(state.course, shown=len(dates)))
    else:
        since = bisect_right(history.times, (last - BEGIN).total_seconds())
        new = min(history.window, until - since)
        if new or before.course.pace < 1:
            known = replace(before.course, shown=min(history.window, until))
            state = replace(state, course=course.judged(known, before, new=new, now=moment))
        if new:
            dates = [_at(one) for one in history.times[until - new : until]]
            state = replace(state, rhythm=rhythm.learnt(state.rhythm, dates, after=last, now=moment))
    state = schedule.planned(feed, before, state, shares, now=moment, rng=rng)
    assert state.next_poll_at is not None
    return state, (state.next_poll_at - BEGIN).total_seconds()


def _at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


# -- what it came to ---------------------------------------------------------------------------------------------


def outcome(policy: Policy, feeds: Sequence[History]) -> Outcome:
    """What polling these feeds so comes to, for the entries that appear between the first and the last poll of each."""
    requests, missed, delays = 0, 0, list[float]()
    for feed, polls in policy(feeds):
        requests += len(polls)
        for number in range(bisect_left(feed.times, polls[0]), len(feed.times)):
            turn = bisect_left(polls, feed.times[number])
            if turn == len(polls):
                break
            newer = bisect_right(feed.times, polls[turn]) - number - 1
            if newer >= feed.window:
                missed += 1
            else:
                delays.append(polls[turn] - feed.times[number])
    return Outcome(requests, tuple(delays), missed)


def run() -> Iterator[Row]:
    """The figures, as rows of who polls how, what came of it, and what a fixed interval gives for as many requests."""
    feeds = month()
    for interval in (60, 15, 5):
        yield _row(f"fixed, {interval} min", fixed(interval * _MINUTE), feeds, beside=False)
    yield _row("Miniflux's entry_frequency, 5 min to a day", entry_frequency(), feeds)
    yield _row("Media Cloud's doubling, 5 min to a day", doubling(), feeds)
    for interval in (60, 15, 5):
        yield _row(f"**ours**, interval {interval} min", learning(interval * _MINUTE), feeds)


def _row(name: str, policy: Policy, feeds: Sequence[History], *, beside: bool = True) -> Row:
    found = outcome(policy, feeds)
    if not beside:
        return Row(name, _figure(found))
    same = DAYS * _DAY * len(feeds) / found.requests
    other = outcome(fixed(same), feeds)
    part = statistics.median(found.delays) / statistics.median(other.delays)
    return Row(name, _figure(found), f"{part:.2f} of the median of fixed {same / _MINUTE:.1f} min: {_figure(other)}")


def _figure(found: Outcome) -> str:
    delays = sorted(found.delays)
    p50, p95 = (delays[int(len(delays) * part)] / _MINUTE for part in (0.5, 0.95))
    return (
        f"{found.requests / DAYS / 24:,.0f} requests/h, waits {p50:.1f} min (p95 {p95:.1f}), "
        f"{found.missed:,} of {len(delays) + found.missed:,} missed"
    )
