"""When a feed publishes: learnt from its entries, fading, and never misled for long by dates or clocks that lie."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.budget import Shares
from monitor.collect.explained import why_then
from monitor.collect.rhythm import FADES, learnt, rate_of, seeded
from monitor.collect.schedule import planned
from monitor.model import Feed, FeedRhythm, FeedState, PollReason
from tests.support.builders import NOW, hours, minutes

MONDAY = NOW - timedelta(days=NOW.weekday(), hours=NOW.hour, minutes=NOW.minute)


def watched(days: int, *, per_hour: dict[int, int], weekdays: frozenset[int] = frozenset(range(7))) -> FeedRhythm:
    """The rhythm of a feed after so many days before `MONDAY`, with so many entries in some hours of some days."""
    start = MONDAY - timedelta(days=days)
    rhythm = FeedRhythm(since=start, counted_at=start)
    for hour in range(24 * days):
        moment = start + hours(hour)
        count = per_hour.get(moment.hour, 0) if moment.weekday() in weekdays else 0
        if count:
            dates = [moment + hours(1) * (one + 1) / (count + 1) for one in range(count)]
            rhythm = learnt(rhythm, dates, after=moment, now=moment + hours(1))
    return rhythm


def usual(rhythm: FeedRhythm, moment: datetime) -> float:
    found = rate_of(rhythm, now=MONDAY)
    assert found is not None
    return found.usual(moment)


def test_a_steady_feed_has_the_same_rate_at_every_hour() -> None:
    rhythm = watched(42, per_hour=dict.fromkeys(range(24), 2))
    for hour in (0, 7, 13, 100, 160):
        assert usual(rhythm, MONDAY + hours(hour)) == pytest.approx(2, rel=0.2)


def test_hours_and_days_are_told_apart() -> None:
    rhythm = watched(42, per_hour=dict.fromkeys(range(8, 18), 3), weekdays=frozenset(range(5)))
    morning, night, sunday = MONDAY + hours(11.5), MONDAY + hours(2.5), MONDAY + timedelta(days=6, hours=11.5)
    assert usual(rhythm, morning) == pytest.approx(3, rel=0.15)
    assert usual(rhythm, night) < 0.05
    assert usual(rhythm, sunday) < 0.3


def test_days_say_nothing_before_two_weeks_and_hours_nothing_before_three_days() -> None:
    five = watched(5, per_hour={9: 24})
    assert usual(five, MONDAY + timedelta(days=5, hours=9)) == usual(five, MONDAY + hours(9)) > 2
    two = watched(2, per_hour={9: 24})
    assert usual(two, MONDAY + hours(9)) == usual(two, MONDAY + hours(21))


def test_a_new_habit_is_learnt_within_weeks() -> None:
    rhythm = watched(42, per_hour={6: 10})
    for day in range(28):
        moment = MONDAY + timedelta(days=day, hours=18)
        dates = [moment + minutes(6 * one) for one in range(1, 10)]
        rhythm = learnt(rhythm, dates, after=moment, now=moment + hours(1))
    found = rate_of(rhythm, now=MONDAY + timedelta(days=28))
    assert found is not None
    assert found.usual(MONDAY + timedelta(days=29, hours=18)) > 2 * found.usual(MONDAY + timedelta(days=29, hours=6))


def test_a_burst_counts_at_once_and_is_over_within_hours() -> None:
    rhythm = watched(42, per_hour=dict.fromkeys(range(24), 1))
    rhythm = learnt(rhythm, [MONDAY + minutes(one) for one in range(1, 20)], after=MONDAY, now=MONDAY + minutes(20))
    then = MONDAY + minutes(20)
    burst = rate_of(rhythm, now=then)
    assert burst is not None
    assert burst.expected(then) > 8 * burst.usual(then)
    assert burst.expected(then + hours(6)) == pytest.approx(burst.usual(then + hours(6)), rel=0.1)
    later = rate_of(rhythm, now=then + hours(6))
    assert later is not None
    assert later.expected(then + hours(6)) <= later.usual(then + hours(6))


def test_silence_never_makes_a_feed_expected_to_stay_silent() -> None:
    rate = rate_of(watched(42, per_hour=dict.fromkeys(range(24), 10)), now=MONDAY + hours(8))
    assert rate is not None
    assert rate.expected(rate.at) >= 0.4 * rate.usual(rate.at)


def test_a_busy_hour_that_begins_is_not_taken_for_silence() -> None:
    rhythm = watched(42, per_hour={9: 20})
    night, morning = (rate_of(rhythm, now=MONDAY + hours(hour)) for hour in (3, 9))
    assert night is not None
    assert morning is not None
    assert morning.expected(morning.at) > 50 * night.expected(night.at)


def test_a_first_document_says_how_often_a_feed_publishes() -> None:
    dates = [NOW - hours(one) for one in range(40)]
    rhythm = seeded(FeedRhythm(), dates, now=NOW)
    found = rate_of(rhythm, now=NOW)
    assert found is not None
    assert found.usual(NOW) == pytest.approx(1, rel=0.1)
    assert seeded(rhythm, [NOW] * 9, now=NOW + hours(1)) == rhythm, "only the first does"


@pytest.mark.parametrize(
    "dates",
    [[], [NOW + hours(1)] * 40, [NOW - timedelta(days=400)] * 40],
    ids=["none", "to come", "of long ago"],
)
def test_a_first_document_without_usable_dates_says_nothing(dates: list[datetime]) -> None:
    assert seeded(FeedRhythm(), dates, now=NOW) == FeedRhythm()


def test_a_first_document_that_dates_everything_to_now_makes_no_feed_frantic() -> None:
    found = rate_of(seeded(FeedRhythm(), [NOW] * 40, now=NOW), now=NOW)
    assert found is not None
    assert found.level < 2


@pytest.mark.parametrize(
    ("said", "counted"),
    [(NOW - minutes(3), NOW - minutes(3)), (NOW - hours(9), NOW), (NOW + hours(9), NOW), (None, NOW)],
    ids=["believable", "before the last poll", "to come", "no date"],
)
def test_an_entry_appeared_between_two_polls_whatever_it_says(said: datetime | None, counted: datetime) -> None:
    found, meant = (learnt(FeedRhythm(), [date], after=NOW - minutes(5), now=NOW) for date in (said, counted))
    assert replace(found, lag=None) == meant


@pytest.mark.parametrize(
    ("late", "behind"),
    [
        pytest.param([5, 12, 2, 9], 0, id="dates that are right"),
        pytest.param([1445, 1452, 1442, 1449], 1430, id="a clock a day behind"),
        pytest.param([1445, 1452], 0, id="two polls prove nothing"),
        pytest.param([1445, 900, 4000, 2000], 0, id="reports that are dated back"),
        pytest.param([1445, 1452, 1442, 5], 0, id="a clock that was put right"),
    ],
)
def test_a_clock_that_is_behind_by_the_same_time_each_time_is_known(late: list[int], behind: int) -> None:
    rhythm = FeedRhythm()
    for number, minutes_late in enumerate(late):
        now = MONDAY + hours(number + 1) + minutes(7)
        rhythm = learnt(rhythm, [now - minutes(minutes_late), None], after=now - minutes(15), now=now)
    assert abs(rhythm.behind - minutes(behind)) <= minutes(7)


def test_what_was_learnt_is_forgotten_when_a_feed_is_not_polled_for_very_long() -> None:
    rhythm = watched(10, per_hour={9: 2})
    assert rate_of(rhythm, now=MONDAY) is not None
    assert rate_of(rhythm, now=MONDAY + 3 * FADES) is None


TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda one: one.replace(tzinfo=NOW.tzinfo))  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(
    steps=st.lists(st.tuples(TIMES, st.lists(st.none() | TIMES, max_size=5)), max_size=6),
    now=TIMES,
    share=st.floats(0, 1e9),
)
def test_whatever_clocks_and_dates_say_the_next_poll_is_within_the_bounds(
    steps: list[tuple[datetime, list[datetime | None]]], now: datetime, share: float
) -> None:
    rhythm, last = FeedRhythm(), NOW
    for moment, dates in steps:
        rhythm = learnt(rhythm, dates, after=last, now=moment)
        last = moment
        assert all(math.isfinite(count) and count >= 0 for count in (*rhythm.hours, *rhythm.days, rhythm.recent))
    feed = Feed(id="f", name="F", url="https://f.example", family="f")
    state = FeedState(feed_id="f", succeeded_at=now, baselined_at=now - timedelta(days=9), rhythm=rhythm)
    found = planned(feed, state, state, Shares(of_all=share), now=now, rng=random.Random(1))
    assert found.next_poll_at is not None
    assert minutes(0.9) <= found.next_poll_at - now <= minutes(15)
    assert why_then(found, now=now) == ""


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (PollReason.INTERVAL, "every 5 min: that is its interval"),
        (PollReason.ASKED, "5 min after the last poll: the publisher asks for no sooner one"),
        (PollReason.GAP, "every 5 min now: nearly all it showed was new"),
        (PollReason.STORY, "every 5 min now: it reports on a story that many report on"),
        (PollReason.FAILED, "5 min after the last poll: it failed"),
        (None, ""),
    ],
)
def test_people_read_why_a_feed_is_polled_next_when_it_is(why: PollReason | None, words: str) -> None:
    state = FeedState(feed_id="f", polled_at=NOW, next_poll_at=NOW + minutes(5), rhythm=FeedRhythm(why=why))
    assert why_then(state, now=NOW) == words


def test_an_interval_is_told_without_the_seconds_that_a_poll_took() -> None:
    state = FeedState(
        feed_id="f",
        polled_at=NOW + timedelta(seconds=2),
        next_poll_at=NOW + hours(8),
        rhythm=FeedRhythm(why=PollReason.INTERVAL),
    )
    assert why_then(state, now=NOW) == "every 8 h: that is its interval"


@pytest.mark.parametrize(
    ("hour", "new", "words"),
    [
        (9, 4, "it usually publishes at this hour"),
        (3, 0, "it seldom publishes at this hour"),
        (3, 9, "more comes from it than usual at this hour"),
    ],
)
def test_people_read_what_its_rhythm_is(hour: int, new: int, words: str) -> None:
    now = MONDAY + hours(hour + 0.5)
    rhythm = watched(42, per_hour={8: 4, 9: 4})
    rhythm = learnt(rhythm, [now] * new, after=now - minutes(9), now=now) if new else rhythm
    rhythm = FeedRhythm(
        since=rhythm.since,
        counted_at=rhythm.counted_at,
        hours=rhythm.hours,
        days=rhythm.days,
        recent=rhythm.recent,
        why=PollReason.RHYTHM,
    )
    state = FeedState(feed_id="f", polled_at=now, next_poll_at=now + minutes(4), rhythm=rhythm)
    assert why_then(state, now=now) == f"every 4 min now: {words}"
