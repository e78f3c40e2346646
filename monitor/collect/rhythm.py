"""When a feed publishes, learnt from when its entries appeared: pure. docs/decisions/0042.

The rate at a time is the rate of all times, more or less by the hour of the day and by the day of the week, and more or
less again by how much the last hour brought against what such an hour usually brings. So a month teaches it what 31
counts can hold, and a burst is seen at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from monitor.model import DateLag, FeedRhythm

FADES = timedelta(days=21)
"""Counts are worth a third (1/e) after this time: feeds change their habits, and clocks their summer time."""

RECENT = timedelta(hours=1)
"""What came in this time shows whether more comes than usual."""

FEWEST = 5
"""So many entries, those of long ago counted less, tell something of a rhythm."""

_SEEDED = timedelta(days=14)
"""How far back the dates of a feed's first document are believed."""

_SHORTEST = timedelta(days=1)
"""Entries counted in less time are taken for those of a day: a first document may date everything to now."""

_HOURS_KNOWN, _DAYS_KNOWN = timedelta(days=3), timedelta(days=14)
"""Before so long, hours and days differ by which of them were watched."""

_DOUBT = 4.0
"""Entries of no known hour or day that are counted in: few entries must not make an hour silent."""

_STEADY = 0.3
"""Entries that the last hour and its usual share have beside what was counted: how slowly a burst is believed."""

_LEAST = 0.4
"""However little the last hour brought, so much of the usual is expected: news begins in silence."""

_SAME_LAG = timedelta(hours=1)
"""So long articles may take to appear; what is behind by more has another clock."""

_MOST_AT_ONCE = 500
_HOURS_BACK = 4
_STEP, _MOST_STEPS = 1 / 60, 60
"""Hours, and how many steps: what a poll is due by is summed up in steps of at least a minute."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many entries come in an hour: `level` times what the hour and the day (UTC) have.

    At `at` it is `boost` times as much, after what the last hour brought.
    """

    level: float
    hours: tuple[float, ...]
    days: tuple[float, ...]
    at: datetime
    boost: float = 1.0

    def usual(self, moment: datetime) -> float:
        """What usually comes in an hour at this time."""
        moment = moment.astimezone(UTC)
        return self.level * self.hours[moment.hour] * self.days[moment.weekday()]

    def expected(self, moment: datetime) -> float:
        """What comes in an hour at this time, if it is `at` or later, after what the last hour brought."""
        fades = math.exp(-max(0.0, (moment - self.at) / RECENT))
        return self.usual(moment) * (1 + (self.boost - 1) * fades)

    def hours_until_due(self, share: float, longest: float) -> float:
        """After how many hours a poll is due, when `share` times the root of the rate are made an hour; see `budget`.

        What the last hour brought counts for less and less.
        """
        start = self.at.astimezone(UTC)
        hour, day, minutes = start.hour, start.weekday(), start.minute + start.second / 60
        step, wait, polls = max(_STEP, longest / _MOST_STEPS), 0.0, 0.0
        while wait < longest:
            middle = wait + step / 2
            passed = hour + int(minutes / 60 + middle)
            usual = self.level * self.hours[passed % 24] * self.days[(day + passed // 24) % 7]
            more = share * math.sqrt(usual * (1 + (self.boost - 1) * math.exp(-middle))) * step
            if polls + more >= 1:
                return min(longest, wait + step * (1 - polls) / more)
            wait, polls = wait + step, polls + more
        return longest


def seeded(rhythm: FeedRhythm, published: Sequence[datetime], *, now: datetime) -> FeedRhythm:
    """The rhythm of a feed that was read for the first time, from when the entries shown appeared."""
    dates = [date for date in published if now - _SEEDED < date <= now]
    if rhythm.since is not None or not dates:
        return rhythm
    return _counted(replace(rhythm, since=min(dates), counted_at=now), dates, now)


def learnt(rhythm: FeedRhythm, published: Sequence[datetime | None], *, after: datetime, now: datetime) -> FeedRhythm:
    """The rhythm once more entries are new, with when they say that they appeared.

    They appeared between the poll before, `after`, and `now`, whatever they say.
    """
    begin = min(after, now)
    dates = [date if date is not None and begin < date <= now else now for date in published[:_MOST_AT_ONCE]]
    lag = _lag(rhythm.lag, [date for date in published if date is not None and date.time() != time.min], begin, now)
    return _counted(replace(rhythm, since=rhythm.since or begin, lag=lag), dates, now)


def _lag(known: DateLag | None, dates: Sequence[datetime], begin: datetime, now: datetime) -> DateLag | None:
    """How far dates are behind the clock, from those of what appeared between `begin` and `now`.

    A clock that is wrong is so by the same time again and again. What is shown late is late by another time each time.
    """
    if not dates:
        return known
    found = DateLag(least=begin - min(dates), most=now - max(dates))
    if known is not None:
        both = DateLag(
            least=max(known.least, found.least), most=min(known.most, found.most), polls=min(known.polls + 1, 99)
        )
        found = both if both.least - both.most <= _SAME_LAG else found
    return found if found.least >= _SAME_LAG >= found.least - found.most else None


def rate_of(rhythm: FeedRhythm, *, now: datetime) -> Rate | None:
    """How many entries come in an hour; None when too few were seen to say it."""
    if rhythm.since is None or rhythm.counted_at is None or len(rhythm.hours) != 24 or len(rhythm.days) != 7:
        return None
    left = _left(rhythm, now)
    count = sum(rhythm.hours) * left
    if count < FEWEST:
        return None
    watched = now - rhythm.since
    # A clock that was wrong may have left any time here.
    hours = max(_SHORTEST, FADES * -math.expm1(-(max(timedelta(0), watched) / FADES))) / timedelta(hours=1)
    by_hour = _shares(rhythm.hours, smooth=True) if watched >= _HOURS_KNOWN else (1.0,) * 24
    by_day = _shares(rhythm.days, smooth=False) if watched >= _DAYS_KNOWN else (1.0,) * 7
    rate = Rate(count / hours, by_hour, by_day, now)
    recent = rhythm.recent * math.exp(-max(0.0, (now - rhythm.counted_at) / RECENT))
    return replace(rate, boost=max(_LEAST, (recent + _STEADY) / (_recently(rate, now) + _STEADY)))


def _recently(rate: Rate, now: datetime) -> float:
    """What usually comes in the time before now that `FeedRhythm.recent` counts, and as it counts it."""
    moment = now.astimezone(UTC)
    begun = moment.minute / 60 + moment.second / 3600
    found, left = rate.usual(moment) * (1 - math.exp(-begun)), math.exp(-begun)
    for back in range(1, _HOURS_BACK + 1):
        share = left if back == _HOURS_BACK else left * (1 - math.exp(-1))
        found, left = found + rate.usual(moment - back * RECENT) * share, left - share
    return found


def _counted(rhythm: FeedRhythm, dates: Sequence[datetime], now: datetime) -> FeedRhythm:
    left = _left(rhythm, now)
    hours = [count * left for count in rhythm.hours or (0.0,) * 24]
    days = [count * left for count in rhythm.days or (0.0,) * 7]
    since_counted = max(0.0, (now - (rhythm.counted_at or now)) / RECENT)
    recent = rhythm.recent * math.exp(-since_counted)
    for date in (one.astimezone(UTC) for one in dates):
        hours[date.hour] += 1
        days[date.weekday()] += 1
        recent += math.exp(-((now - date) / RECENT))
    return replace(
        rhythm,
        counted_at=now,
        hours=tuple(round(count, 3) for count in hours),
        days=tuple(round(count, 3) for count in days),
        recent=round(recent, 3),
    )


def _left(rhythm: FeedRhythm, now: datetime) -> float:
    """What the counts are worth by now; as much as before for a clock that went back."""
    return math.exp(-max(0.0, (now - rhythm.counted_at) / FADES)) if rhythm.counted_at else 1.0


def _shares(counts: tuple[float, ...], *, smooth: bool) -> tuple[float, ...]:
    """How many times as much as on average comes in each part; of hours, a little from those beside it."""
    even, doubt = (sum(counts) + _DOUBT) / len(counts), _DOUBT / len(counts)
    if smooth:
        beside = zip((counts[-1], *counts), counts, (*counts[1:], counts[0]), strict=False)
        counts = tuple([(before + 2 * count + after) / 4 for before, count, after in beside])
    return tuple([(count + doubt) / even for count in counts])
