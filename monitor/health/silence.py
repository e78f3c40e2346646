"""Whether a rule fell silent: it matches far less than it did at the same hours of the weeks before. Pure.

Only whole hours count in which the service ran, as far as that is known. docs/decisions/0038 has the reasons, and how
often this is wrong.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import mean, median, variance

from monitor.model import RuleHours

HOUR = timedelta(hours=1)
WEEK = 7 * 24
WEEKS = 10
"""So many weeks are looked back, the window included."""

WINDOWS = (3, 6, 12, 24, 48, 96, 168, 336)
"""The hours, up to the last whole one, over which a rule may have been silent."""

LEAST_WEEKS = 3
"""So many weeks before a window must say what is usual in it."""

IMPROBABLE = 0.001 / len(WINDOWS)
"""A rule is silent when so few matches are less probable than this: 1 in 1,000 for all windows together."""

LOOKS = 4
"""The service looks six times an hour; an hour in which it looked less often does not count as watched."""

_ENOUGH = 4.0
"""So many matches must be usual in a window before it can say that a rule matches again."""

Series = Sequence[int]
"""Matches by hour, from the oldest one on."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours up to now in which a rule matched least for what is usual: how many, what was seen and expected."""

    hours: int
    seen: int
    expected: float
    probability: float


class Hours:
    """What is known of the hours before `now`. `of` gives the matches of one rule by hour."""

    def __init__(self, known: RuleHours, now: datetime) -> None:
        self.end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self._known = known
        self.begin = self.end - WEEKS * WEEK * HOUR
        self.length = WEEKS * WEEK
        watched = [hour for hour in known.looks if hour < self.end]
        first = min(watched, default=self.end)
        hours = ((number, self.begin + number * HOUR) for number in range(self.length))
        self.unwatched = frozenset(
            number for number, hour in hours if hour > first and known.looks.get(hour, 0) < LOOKS
        )

    def series(self, rules: Collection[str]) -> dict[tuple[str, str], list[int]]:
        """Of each of these rules, the matches by hour, in each language and, as "", in all together."""
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * self.length)
        for one in self._known.counts:
            number = self.number(one.hour)
            if one.rule in rules and 0 <= number < self.length:
                for language in {one.language, ""}:
                    found[one.rule, language][number] += one.count
        return dict(found)

    def number(self, moment: datetime) -> int:
        """The number of the hour that a moment is in; it is outside of the range for one that is not looked at."""
        return (moment - self.begin) // HOUR

    def silent_since(self, series: Series, quiet: Quiet) -> datetime:
        """When a silence began: with its window or, where that has no match at all, after the last one before."""
        first = self.length - quiet.hours
        while not quiet.seen and first and not series[first - 1]:
            first -= 1
        return self.begin + first * HOUR

    def skipped(self, since: datetime, until: datetime | None = None) -> frozenset[int]:
        """The hours that begin with the one of `since`, up to the one of `until` (None: up to now)."""
        last = self.length if until is None else self.number(until) + 1
        return frozenset(range(max(0, self.number(since)), min(self.length, max(0, last))))


def quiet(series: Series, hours: Hours, *, after: datetime | None = None, apart: Collection[int] = ()) -> Quiet | None:
    """The window in which a rule matched improbably little, None when there is none.

    A window that begins before `after` does not count: what was wrong then was told and is over. The hours in `apart`
    say nothing of what is usual. A rule that matches as usual by now is not silent any more.
    """
    first = 0 if after is None else hours.number(after) + 1
    found = []
    for length in WINDOWS:
        if hours.length - length < first:
            break
        usual = _usual(series, hours, length, apart)
        if usual is None:
            continue
        seen, weeks = usual
        expected, fewest = min(mean(weeks), median(weeks)), sorted(weeks)[len(weeks) // 4]
        if 2 * seen >= fewest or at_most(seen, expected) >= IMPROBABLE:
            continue
        bursts = _bursts(series, length, hours.unwatched.union(apart))
        if (probability := at_most(int(seen / bursts), expected / bursts)) < IMPROBABLE:
            found.append(Quiet(length, seen, expected, probability))
    if not found or _matches_now(series, hours, apart):
        return None
    return min(found, key=lambda one: one.probability)


def is_over(series: Series, hours: Hours, *, since: datetime, found_at: datetime) -> bool:
    """Whether a rule that was silent since then, and found so at `found_at`, matches as usual again.

    Where too little is usual for it to say that, any match since it was found does.
    """
    usual = _matches_now(series, hours, hours.skipped(since))
    return sum(series[max(0, hours.number(found_at)) :]) > 0 if usual is None else usual


def _matches_now(series: Series, hours: Hours, apart: Collection[int]) -> bool | None:
    """Whether at least half of what is usual came in the shortest window in which enough is usual to tell, if any."""
    for length in WINDOWS:
        usual = _usual(series, hours, length, apart)
        if usual is not None and (expected := min(mean(usual[1]), median(usual[1]))) >= _ENOUGH:
            return usual[0] >= expected / 2
    return None


def shares(known: RuleHours, rule: str, language: str, before: datetime) -> dict[str, float]:
    """Of the matches of a rule before then, the share that each feed brought, the largest first."""
    counts: defaultdict[str, int] = defaultdict(int)
    for one in known.counts:
        if one.rule == rule and language in ("", one.language) and one.hour < before:
            counts[one.feed_id] += one.count
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda feed: (-feed[1], feed[0]))
    return {feed: count / total for feed, count in ordered} if total else {}


def at_most(count: int, expected: float) -> float:
    """The probability of at most `count`, fewer than `expected`, where `expected` is the mean of Poisson."""
    if expected <= 0:
        return 1.0
    total, log = 0.0, math.log(expected)
    for number in range(count, -1, -1):
        term = math.exp(number * log - expected - math.lgamma(number + 1))
        total += term
        if term < total * 1e-9:
            break
    return min(1.0, total)


def _usual(series: Series, hours: Hours, length: int, apart: Collection[int]) -> tuple[int, list[float]] | None:
    """What was seen in the last so many hours, and in the same hours of each of the weeks before.

    A week counts from when the rule first matched anything, and what was not watched in it is made up for. None: fewer
    weeks than it takes, or the window was watched for less than half of it.
    """
    end = hours.length
    window = range(end - length, end)
    watched = [number for number in window if number not in hours.unwatched] if hours.unwatched else window
    if 2 * len(watched) < length:
        return None
    first = next((number for number, count in enumerate(series) if count), end)
    weeks, step = [], math.ceil(length / WEEK) * WEEK
    for back in range(step, end, step):
        if end - length - back < first:
            break
        if not apart and not hours.unwatched:
            weeks.append(float(sum(series[end - length - back : end - back])))
            continue
        there = [number - back for number in watched]
        good = [number for number in there if number not in hours.unwatched and number not in apart]
        if 2 * len(good) >= len(there):
            weeks.append(sum(series[number] for number in good) * len(there) / len(good))
    if len(weeks) < LEAST_WEEKS:
        return None
    return sum(series[number] for number in watched), weeks


def _bursts(series: Series, length: int, unknown: Collection[int]) -> float:
    """How many matches come at once, about: news come in bursts, so that few are less rare than Poisson says.

    It is by how much the counts of such windows differ from each other at the same hours of the week, at least 1.
    Windows with an hour that says nothing are left out.
    """
    summed = (0, *accumulate(series))
    gaps = (0, *accumulate(number in unknown for number in range(len(series))))
    first = next((number for number, count in enumerate(series) if count), len(series))
    variances, means = [], []
    for day in range(7):
        ends = range(len(series) - length - 24 * day, first + length - 1, -WEEK)
        counts = [summed[end] - summed[end - length] for end in ends if gaps[end] == gaps[end - length]]
        if len(counts) > 1:
            variances.append(variance(counts))
            means.append(mean(counts))
    return max(1.0, mean(variances) / mean(means)) if any(means) else 1.0
