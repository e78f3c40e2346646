"""When a feed is polled next: its interval, what it asks for, and how long failures make it wait."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.collect.budget import JITTER, Shares
from monitor.collect.rhythm import learnt
from monitor.collect.schedule import after, planned, when_asked
from monitor.model import (
    Failed,
    FailureClass,
    Feed,
    FeedRhythm,
    FeedState,
    FeedWishes,
    Fetched,
    NotModified,
    PollReason,
)
from tests.support.builders import NOW, hours, minutes
from tests.support.fetching import Middle

FEED = Feed(id="f", name="F", url="https://f.example/rss", family="f", interval=minutes(5))
FAILED = Failed(failure=FailureClass.HTTP, reason="HTTP 500")
OK = NotModified()
STATE = FeedState(feed_id="f", succeeded_at=NOW - minutes(5))
FIXED = Shares()


class Last(random.Random):
    """Draws the largest that it may draw."""

    def uniform(self, _: float, b: float) -> float:
        return b


def polled(
    state: FeedState,
    result: Fetched | NotModified | Failed,
    feed: Feed = FEED,
    wishes: FeedWishes | None = None,
    *,
    rng: random.Random | None = None,
    now: datetime = NOW,
    hurried: bool = False,
    shares: Shares = FIXED,
) -> FeedState:
    """The state after a poll that brought nothing new."""
    rng = rng or Last()
    found = after(feed, state, result, now=now, rng=rng, wishes=wishes)
    if isinstance(result, Failed):
        return found
    return planned(feed, state, found, shares, hurried=hurried, now=now, rng=rng)


def wait(
    state: FeedState, result: Fetched | NotModified | Failed, feed: Feed = FEED, wishes: FeedWishes | None = None
) -> float:
    """Minutes to the next poll, the longest that they can be; of failures, in the middle."""
    rng = Middle() if isinstance(result, Failed) else Last()
    found = polled(state, result, feed, wishes, rng=rng).next_poll_at
    assert found is not None
    return round((found - NOW) / minutes(1), 6)


@pytest.mark.parametrize(
    ("result", "wishes", "expected"),
    [
        (OK, None, 5),
        (NotModified(max_age=minutes(20)), None, 22),
        (NotModified(max_age=minutes(1)), None, 5),
        (NotModified(max_age=hours(9)), None, 66),
        (OK, FeedWishes(ttl=minutes(30)), 33),
        (OK, FeedWishes(ttl=hours(9)), 66),
        (OK, FeedWishes(skip_hours=(NOW.hour,)), (60 - NOW.minute) * 1.1),
        (OK, FeedWishes(skip_days=(NOW.weekday(),)), 66),
        (OK, FeedWishes(skip_hours=((NOW.hour + 3) % 24,)), 5),
    ],
)
def test_a_feed_that_works_is_polled_at_its_interval_or_later_if_it_asks(
    result: NotModified, wishes: FeedWishes | None, expected: float
) -> None:
    assert wait(STATE, result, wishes=wishes) == pytest.approx(expected)


def test_what_a_document_asked_for_holds_while_nothing_changes() -> None:
    fetched = Fetched(url=FEED.url, body=b"x")
    asked = polled(STATE, fetched, wishes=FeedWishes(ttl=minutes(30)))
    later = NOW + minutes(33)
    still = polled(asked, OK, now=later)
    assert still.next_poll_at == later + minutes(33)
    assert still.rhythm.why is PollReason.ASKED
    assert polled(still, fetched, wishes=FeedWishes(), now=later).rhythm.wishes == FeedWishes()


def test_a_poll_that_would_fall_into_hours_to_skip_waits_for_their_end() -> None:
    now = NOW.replace(minute=58)
    state = replace(STATE, succeeded_at=now - minutes(5))
    wishes = FeedWishes(skip_hours=((now.hour + 1) % 24,))
    assert polled(state, OK, wishes=wishes, now=now).next_poll_at == now + minutes(60), "an hour at most"
    early = NOW.replace(minute=40)
    at = replace(FEED, interval=minutes(25))
    assert polled(STATE, OK, at, wishes, now=early).next_poll_at == early + minutes(60)
    assert polled(STATE, OK, replace(FEED, interval=hours(5)), wishes, now=early).next_poll_at == early + hours(5)


@pytest.mark.parametrize(("failures", "expected"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 60), (50, 60)])
def test_failures_double_the_wait_up_to_an_hour_and_never_end_it(failures: int, expected: float) -> None:
    assert wait(replace(STATE, failures=failures), FAILED) == expected


def test_a_slow_feed_that_fails_waits_its_own_interval() -> None:
    assert wait(replace(STATE, failures=9), FAILED, replace(FEED, interval=hours(24))) == 24 * 60


@pytest.mark.parametrize(("asked", "expected"), [(minutes(100), 105), (minutes(1), 5), (hours(999), 7 * 24 * 63)])
def test_retry_after_is_honoured_for_a_week_at_most(asked: timedelta, expected: float) -> None:
    limited = Failed(failure=FailureClass.RATE_LIMITED, reason="HTTP 429", retry_after=asked)
    assert wait(STATE, limited) == expected


def test_waits_vary_by_a_tenth_and_are_never_longer_than_the_interval() -> None:
    rng = random.Random(1)
    times = [polled(STATE, OK, rng=rng).next_poll_at for _ in range(200)]
    waits = [time - NOW for time in times if time]
    assert min(waits) >= FEED.interval * (1 - JITTER)
    assert max(waits) <= FEED.interval
    assert max(waits) - min(waits) > FEED.interval * JITTER * 0.9


@pytest.mark.parametrize("last", [None, NOW - hours(1)], ids=["a first poll", "after a long break"])
def test_feeds_that_begin_together_spread_out_over_their_whole_interval(last: datetime | None) -> None:
    waits = []
    for number in range(300):
        feed = replace(FEED, id=f"feed-{number}")
        found = polled(FeedState(feed_id=feed.id, succeeded_at=last), OK, feed)
        assert found.next_poll_at is not None
        assert found.rhythm.why is PollReason.SPREAD
        waits.append((found.next_poll_at - NOW) / feed.interval)
        assert polled(FeedState(feed_id=feed.id, succeeded_at=last), OK, feed, rng=random.Random(number)) == found
    assert JITTER <= min(waits) < max(waits) <= 1
    in_tenths = Counter(int(10 * (one - JITTER) / (1 - JITTER)) for one in waits)
    assert len(in_tenths) == 10
    assert max(in_tenths.values()) < 3 * min(in_tenths.values())


def test_a_feed_whose_polls_are_always_late_is_not_polled_more_often_for_it() -> None:
    state, waits = FeedState(feed_id="f", succeeded_at=NOW), list[timedelta]()
    for turn in range(1, 9):
        now = NOW + turn * hours(2)
        state = polled(state, OK, now=now)
        assert state.next_poll_at is not None
        waits.append(state.next_poll_at - now)
    assert waits[1::2] == [FEED.interval] * 4
    assert all(wait < FEED.interval for wait in waits[::2])


# -- by its rhythm


def busy(hour: int, *, daily: int = 48, days: int = 28) -> FeedState:
    """A feed that published so many entries a day for so long, all of them in the two hours around this one (UTC)."""
    start = NOW - timedelta(days=days)
    rhythm = FeedRhythm(since=start, counted_at=start)
    for day in range(days):
        morning = (start + timedelta(days=day)).replace(hour=0, minute=0)
        times = [morning + hours(hour - 1) + hours(2) * one / daily for one in range(daily)]
        rhythm = learnt(rhythm, times, after=morning, now=morning + hours(24))
    return replace(STATE, baselined_at=start, succeeded_at=NOW - minutes(5), rhythm=rhythm)


SHARES = Shares(of_all=4.0)


def waits_at(state: FeedState, hour: int, feed: Feed = FEED, shares: Shares = SHARES) -> float:
    now = NOW.replace(hour=hour, minute=30)
    state = replace(state, succeeded_at=now - minutes(5))
    found = polled(state, OK, feed, now=now, shares=shares)
    assert found.next_poll_at is not None
    return (found.next_poll_at - now) / minutes(1)


def test_a_feed_is_polled_most_when_it_usually_publishes() -> None:
    state = busy(9)
    assert waits_at(state, 9) < 10
    assert waits_at(state, 9) < waits_at(state, 3) / 1.4
    assert waits_at(state, 3) == 15, "three intervals at most"


@pytest.mark.parametrize("hour", [3, 9, 15])
def test_an_interval_of_a_feed_s_own_is_a_promise(hour: int) -> None:
    feed = replace(FEED, promised=True)
    for share in (0.001, 1.5, 1000.0):
        found = waits_at(busy(9), hour, feed, Shares(of_all=share))
        assert 1 <= found <= 5


def test_no_rhythm_shortens_a_wait_below_an_eighth_or_a_minute() -> None:
    most = Shares(of_all=1e6)
    assert waits_at(busy(9), 9, shares=most) == 1
    assert waits_at(busy(9), 9, replace(FEED, interval=hours(1)), most) == 7.5
    assert waits_at(busy(9), 9, replace(FEED, interval=minutes(2)), most) == 1


@pytest.mark.parametrize(
    "state",
    [
        STATE,
        replace(busy(9), baselined_at=NOW - hours(20)),
        replace(STATE, baselined_at=NOW - hours(99), rhythm=FeedRhythm(since=NOW - hours(99), counted_at=NOW)),
        replace(STATE, baselined_at=NOW - hours(99), rhythm=busy(9, daily=1, days=4).rhythm),
        replace(busy(9), rhythm=replace(busy(9).rhythm, hours=(1.0,) * 23)),
    ],
    ids=["nothing known", "watched for less than a day", "no entry", "four entries", "counts of another version"],
)
def test_a_feed_of_which_little_is_known_is_polled_at_its_interval(state: FeedState) -> None:
    assert waits_at(state, 9) == 5


def test_no_rhythm_counts_where_intervals_are_fixed() -> None:
    assert waits_at(busy(9), 9, shares=FIXED) == waits_at(busy(9), 3, shares=FIXED) == 5


def test_a_publisher_s_wish_holds_against_rhythm_gap_and_hurry() -> None:
    asked = NotModified(max_age=minutes(20))
    state = busy(NOW.hour)
    state = replace(state, course=replace(state.course, pace=0.125))
    found = polled(state, asked, hurried=True, shares=Shares(of_all=1e6))
    assert found.next_poll_at is not None
    assert found.next_poll_at >= NOW + minutes(20)
    assert found.rhythm.why is PollReason.ASKED


def test_a_gap_and_a_story_of_many_shorten_the_wait_at_once() -> None:
    gap = replace(STATE, course=replace(STATE.course, pace=0.5))
    assert wait(gap, OK) == 2.5
    found = polled(STATE, OK, hurried=True)
    assert found.next_poll_at == NOW + minutes(1.25)
    assert found.rhythm.why is PollReason.STORY


@pytest.mark.parametrize(
    ("feed", "expected"),
    [(FEED, 30), (replace(FEED, promised=True), 5), (replace(FEED, interval=hours(1)), 360)],
    ids=["by default", "a promise", "an hour"],
)
def test_a_feed_that_pushes_is_polled_seldom_but_as_often_as_was_promised(feed: Feed, expected: float) -> None:
    found = planned(feed, STATE, STATE, FIXED, pushing=True, hurried=True, now=NOW, rng=Last())
    assert found.next_poll_at == NOW + minutes(expected)
    assert found.rhythm.why is PollReason.PUSHED


@pytest.mark.parametrize("wrong", [timedelta(days=-400), timedelta(days=-1), timedelta(days=1), timedelta(days=4000)])
def test_a_clock_that_was_wrong_for_a_while_lets_a_feed_be_polled_within_its_bounds(wrong: timedelta) -> None:
    state = busy(9)
    there = NOW + wrong
    rhythm = learnt(state.rhythm, [there, None], after=state.succeeded_at or NOW, now=there)
    for now in (there, NOW):
        found = polled(replace(state, rhythm=rhythm), OK, now=now, shares=SHARES, rng=Last())
        assert found.next_poll_at is not None
        assert minutes(0.5) <= found.next_poll_at - now <= minutes(15)


def test_trouble_is_remembered_from_its_beginning_and_ends_with_a_success() -> None:
    rng = random.Random(1)
    first = after(FEED, STATE, FAILED, now=NOW, rng=rng)
    second = after(FEED, replace(first, failure_told=True), FAILED, now=NOW + minutes(5), rng=rng)
    assert (second.failures, second.failing_since, second.reason) == (2, NOW, "HTTP 500")
    assert second.failure_told
    well = after(FEED, second, OK, now=NOW + minutes(9), rng=rng)
    assert (well.failures, well.failing_since, well.failure, well.failure_told) == (0, None, None, False)
    assert well.succeeded_at == NOW + minutes(9)


def test_a_failure_forgets_no_validator_and_a_move_is_kept() -> None:
    rng = random.Random(1)
    fetched = Fetched(url="https://f.example/new", body=b"x", etag='"1"', permanent_url="https://f.example/new")
    known = after(FEED, STATE, fetched, now=NOW, rng=rng)
    failed = after(FEED, known, FAILED, now=NOW, rng=rng)
    assert (failed.etag, failed.url, failed.body_hash) == ('"1"', "https://f.example/new", known.body_hash)


@pytest.mark.parametrize(
    ("state", "waits"),
    {
        "never polled": ({}, 0),
        "polled long ago": ({"polled_at": NOW - timedelta(minutes=2)}, 0),
        "polled just now": ({"polled_at": NOW - timedelta(seconds=10)}, 20),
        "left alone by its publisher's wish": (
            {"polled_at": NOW - timedelta(minutes=2), "rhythm": FeedRhythm(not_before=NOW + timedelta(minutes=7))},
            420,
        ),
        "a wish that is over": ({"rhythm": FeedRhythm(not_before=NOW - timedelta(minutes=7))}, 0),
        "failing for long": ({"failures": 9, "next_poll_at": NOW + timedelta(hours=1)}, 0),
    }.values(),
)
def test_a_feed_that_a_person_wants_polled_now_is_polled_as_soon_as_is_polite(state: Any, waits: int) -> None:
    at = when_asked(FEED, FeedState(feed_id=FEED.id, **state), now=NOW)
    assert at - NOW == timedelta(seconds=waits)


def test_a_feed_of_seconds_is_polled_at_its_interval_whoever_asks() -> None:
    state = FeedState(feed_id=FEED.id, polled_at=NOW - timedelta(seconds=1))
    assert when_asked(replace(FEED, interval=timedelta(seconds=5)), state, now=NOW) - NOW == timedelta(seconds=4)


def test_what_a_server_that_failed_asks_for_holds_for_people_too() -> None:
    asked = Failed(failure=FailureClass.HTTP, reason="HTTP 503", retry_after=timedelta(minutes=10))
    state = after(FEED, FeedState(feed_id=FEED.id), asked, now=NOW, rng=random.Random(1))
    assert when_asked(FEED, state, now=NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=10)
    plain = Failed(failure=FailureClass.HTTP, reason="HTTP 500")
    state = after(FEED, FeedState(feed_id=FEED.id), plain, now=NOW, rng=random.Random(1))
    assert when_asked(FEED, state, now=NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)
