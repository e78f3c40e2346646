"""How a feed does, by its own rhythm: frozen, empty, moved, or showing more than was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.collect import course
from monitor.collect.course import health_of, is_empty, is_frozen, rhythm_of
from monitor.decide.notices.feeds import feed_missed, feed_moved, feed_still
from monitor.model import Failed, FailureClass, Feed, FeedCourse, FeedHealth, FeedKind, FeedState, Route
from tests.support.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPS = Route(name="ops", channel="C9")
FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")


def every(pause: timedelta, *, age: timedelta, count: int = 20) -> list[datetime]:
    return [NOW - age - number * pause for number in range(count)]


def watched(published: list[datetime], **changed: object) -> FeedState:
    """A feed known for ten days that shows entries of these dates, all seen before."""
    known = course.read(FeedCourse(), published, shown=len(published), now=NOW)
    state = FeedState(feed_id="wire", polled_at=NOW, succeeded_at=NOW, baselined_at=NOW - 10 * DAY, course=known)
    return replace(state, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pause", "age", "health"),
    [
        (timedelta(minutes=10), timedelta(minutes=5), FeedHealth.OK),
        (timedelta(minutes=10), 13 * HOUR, FeedHealth.QUIET),
        (timedelta(minutes=10), 25 * HOUR, FeedHealth.FROZEN),
        (8 * HOUR, 3 * DAY, FeedHealth.OK),
        (8 * HOUR, 7 * DAY, FeedHealth.FROZEN),
        (7 * DAY, 60 * DAY, FeedHealth.OK),
        (7 * DAY, 141 * DAY, FeedHealth.FROZEN),
    ],
)
def test_a_feed_is_frozen_by_its_own_rhythm(pause: timedelta, age: timedelta, health: FeedHealth) -> None:
    assert health_of(watched(every(pause, age=age)), NOW) is health


def test_nights_and_weekends_are_no_frost() -> None:
    """Entries by the hour on working days: the longest pause counts, not the usual one alone."""
    monday = every(HOUR, age=64 * HOUR, count=9) + every(HOUR, age=88 * HOUR, count=9)
    weekend = [*monday, *every(HOUR, age=88 * HOUR + 72 * HOUR, count=9)]
    assert not is_frozen(watched(weekend), NOW)


def test_entries_without_dates_or_few_of_them_say_little() -> None:
    assert rhythm_of([], now=NOW) == (None, timedelta(days=30))
    assert rhythm_of([NOW - DAY], now=NOW) == (NOW - DAY, timedelta(days=30))
    assert rhythm_of([NOW - HOUR] * 9, now=NOW) == (NOW - HOUR, timedelta(days=30)), "one moment is no rhythm"
    assert rhythm_of([NOW + DAY] * 9, now=NOW) == (None, timedelta(days=30)), "what lies ahead proves nothing"


def test_a_feed_that_dates_all_anew_and_shows_nothing_new_is_frozen_in_the_end() -> None:
    before = replace(watched(every(HOUR, age=9 * DAY)).course, new_at=NOW - 9 * DAY)
    anew = course.redated(course.read(before, every(HOUR, age=HOUR), shown=20, now=NOW), before)
    assert (anew.newest_at, anew.patience) == (before.newest_at, timedelta(days=30))
    assert not is_frozen(watched([], course=anew), NOW)
    assert is_frozen(watched([], course=anew), NOW + 22 * DAY)
    lately = replace(before, new_at=NOW - HOUR)
    as_dated = course.read(lately, every(HOUR, age=timedelta(0)), shown=20, now=NOW)
    assert course.redated(as_dated, lately) == as_dated, "an hour is a clock or a zone that is wrong"


def test_what_was_seen_new_lately_is_not_frozen_whatever_its_dates_say() -> None:
    old = watched(every(HOUR, age=400 * DAY))
    assert is_frozen(old, NOW)
    assert not is_frozen(replace(old, course=replace(old.course, new_at=NOW - HOUR)), NOW)
    assert not is_frozen(replace(old, baselined_at=NOW - HOUR), NOW), "it is watched for a day first"


@pytest.mark.parametrize(
    ("changed", "health"),
    [
        ({"failures": 1, "failure": FailureClass.HTTP, "reason": "HTTP 500"}, FeedHealth.FAILING),
        ({"failures": 1, "failure": FailureClass.HTTP, "reason": "HTTP 403 Forbidden"}, FeedHealth.BLOCKED),
        ({"failures": 1, "failure": FailureClass.RATE_LIMITED, "reason": "HTTP 429"}, FeedHealth.BLOCKED),
        ({"failures": 1, "failure": FailureClass.HTTP, "reason": f"HTTP 503: X {course.TESTED}"}, FeedHealth.BLOCKED),
        ({"failures": 9, "failure": FailureClass.GONE, "reason": "HTTP 410 Gone"}, FeedHealth.GONE),
        ({"url": "https://new.example/rss"}, FeedHealth.MOVED),
        ({"course": FeedCourse(empty_since=NOW - DAY)}, FeedHealth.QUIET),
        ({}, FeedHealth.OK),
    ],
)
def test_the_word_for_how_a_feed_does(changed: dict[str, object], health: FeedHealth) -> None:
    assert health_of(watched(every(HOUR, age=HOUR), **changed), NOW) is health


def test_frost_and_emptiness_are_told_once_and_once_when_over() -> None:
    state = watched(every(HOUR, age=9 * DAY))
    titles = []
    for frozen, empty in [(False, False), (True, False), (True, False), (True, True), (False, False), (False, False)]:
        told, known = feed_still(FEED, state, OPS, frozen=frozen, empty=empty, now=NOW)
        state = replace(state, course=replace(state.course, told=known, empty_since=NOW - DAY))
        titles.append([one.message.title for one in told])  # type: ignore[union-attr]
    assert titles == [
        [], ["Feed wire is frozen"], [], ["Feed wire is empty"],
        ["Feed wire has news again", "Feed wire has entries again"], [],
    ]  # fmt: skip


def test_an_empty_feed_is_told_after_an_hour_and_a_feed_with_entries_never() -> None:
    empty = course.read(FeedCourse(), [], shown=0, now=NOW)
    state = FeedState(feed_id="wire", course=empty)
    assert not is_empty(state, NOW)
    assert is_empty(state, NOW + HOUR)
    later = course.read(course.read(empty, [], shown=0, now=NOW + HOUR), [], shown=3, now=NOW + 2 * HOUR)
    assert not is_empty(replace(state, course=later), NOW + DAY)


def test_a_move_is_told_once_for_each_new_address() -> None:
    moved = "https://new.example/rss"
    (told,) = feed_moved(FEED, "", moved, OPS, now=NOW)
    assert moved in told.message.text  # type: ignore[union-attr]
    assert feed_moved(FEED, moved, moved, OPS, now=NOW) == ()
    assert feed_moved(FEED, moved, "", OPS, now=NOW) == ()


# -- what polls did not see ----------------------------------------------------------------------------------------


def polled(before: FeedState, *, shown: int, new: int, after: timedelta = HOUR) -> FeedState:
    now = (before.succeeded_at or NOW) + after
    known = course.read(before.course, [], shown=shown, now=now)
    known = course.rate(course.judged(known, before, new=new, now=now), new, after)
    return replace(before, succeeded_at=now, course=known)


def test_a_window_that_is_all_new_may_have_lost_some_and_is_polled_sooner_at_once() -> None:
    state = replace(watched([]), course=FeedCourse(shown=20))
    for _ in range(4):
        state = polled(state, shown=20, new=10, after=timedelta(minutes=30))
    assert (state.course.pace, state.course.missed) == (1.0, 0)
    burst = polled(state, shown=20, new=20, after=2 * HOUR)
    assert burst.course.pace == 0.5
    assert (burst.course.missed_after, burst.course.missed_until) == (state.succeeded_at, burst.succeeded_at)
    assert burst.course.missed == 20, "forty come in two hours, and twenty were seen"
    calm = burst
    for _ in range(3):
        calm = polled(calm, shown=20, new=1)
    assert calm.course.pace == 1.0
    assert calm.course.missed == 20, "it stays known"


@pytest.mark.parametrize(("shown", "new", "pace"), [(20, 17, 0.5), (20, 10, 1.0), (3, 3, 1.0), (20, 0, 1.0)])
def test_how_much_of_a_window_is_new_sets_the_pace(shown: int, new: int, pace: float) -> None:
    state = replace(watched([]), course=FeedCourse(shown=20))
    after = polled(state, shown=shown, new=new).course
    assert (after.pace, after.missed) == (pace, 0)


def test_a_first_poll_misses_nothing_and_the_pace_has_an_end() -> None:
    first = FeedState(feed_id="wire", course=FeedCourse())
    assert polled(first, shown=20, new=20).course.missed_until is None
    state = replace(watched([]), course=FeedCourse(shown=20))
    for _ in range(9):
        state = polled(state, shown=20, new=20)
    assert state.course.pace == 0.125


@pytest.mark.parametrize(("kind", "told"), [(FeedKind.WIRE, 1), (FeedKind.NGO, 0)])
def test_ops_is_told_of_what_a_wire_may_have_shown_unseen(kind: FeedKind, told: int) -> None:
    state = polled(replace(watched([]), course=FeedCourse(shown=20)), shown=20, new=20)
    assert state.succeeded_at is not None
    assert len(feed_missed("wire", kind, state, OPS, now=state.succeeded_at)) == told
    assert feed_missed("wire", kind, state, OPS, now=state.succeeded_at + HOUR) == ()


def test_the_last_polls_that_brought_something_or_failed_are_remembered() -> None:
    known = FeedState(feed_id="f")
    done = known.course
    for number in range(1, 13):
        done = course.judged(done, known, new=number, now=NOW + timedelta(minutes=number))
    assert course.judged(done, known, new=0, now=NOW + HOUR).polls == done.polls
    reason = "HTTP 503\u2028Service\x1c Unavailable\n" + "x" * 500
    failed = Failed(failure=FailureClass.HTTP, reason=reason)
    done = course.failed(done, failed, now=NOW + HOUR)
    first, second, *others = course.polls_of(done)
    assert (first.at, first.new, first.reason[:30]) == (NOW + HOUR, 0, "HTTP 503 Service Unavailable x")
    assert (second.at, second.new, second.reason) == (NOW + timedelta(minutes=12), 12, "")
    assert len(others) == course.NOTED - 2
    assert course.polls_of(FeedCourse()) == ()
    bare = Failed(failure=FailureClass.TIMEOUT, reason="")
    assert course.polls_of(course.failed(FeedCourse(), bare, now=NOW))[0].reason == "timeout"
