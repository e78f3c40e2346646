"""When a feed is polled next: its interval, what it asks for, and how long failures make it wait."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.collect.schedule import JITTER, after
from monitor.model import Failed, FailureClass, Feed, FeedState, Fetched, NotModified
from tests.support.builders import NOW, hours, minutes

FEED = Feed(id="f", name="F", url="https://f.example/rss", family="f", interval=minutes(5))
FAILED = Failed(failure=FailureClass.HTTP, reason="HTTP 500")
OK = NotModified()
STATE = FeedState(feed_id="f")


class Middle(random.Random):
    """Draws the middle of what it may draw from."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def wait(
    state: FeedState, result: Fetched | NotModified | Failed, feed: Feed = FEED, ttl: timedelta | None = None
) -> float:
    """Minutes to the next poll, with the jitter in its middle."""

    found = after(feed, state, result, now=NOW, rng=Middle(), ttl=ttl).next_poll_at
    assert found is not None
    return round((found - NOW) / minutes(1), 6)


@pytest.mark.parametrize(
    ("result", "ttl", "expected"),
    [
        (OK, None, 5),
        (NotModified(max_age=minutes(20)), None, 20),
        (NotModified(max_age=minutes(1)), None, 5),
        (NotModified(max_age=hours(9)), None, 60),
        (OK, minutes(30), 30),
        (OK, hours(9), 60),
    ],
)
def test_a_feed_that_works_is_polled_at_its_interval_or_later_if_it_asks(
    result: NotModified, ttl: timedelta | None, expected: float
) -> None:
    assert wait(STATE, result, ttl=ttl) == expected


@pytest.mark.parametrize(("failures", "expected"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 60), (50, 60)])
def test_failures_double_the_wait_up_to_an_hour_and_never_end_it(failures: int, expected: float) -> None:
    assert wait(replace(STATE, failures=failures), FAILED) == expected


def test_a_slow_feed_that_fails_waits_its_own_interval() -> None:
    assert wait(replace(STATE, failures=9), FAILED, replace(FEED, interval=hours(24))) == 24 * 60


@pytest.mark.parametrize(("asked", "expected"), [(minutes(100), 105), (minutes(1), 5), (hours(999), 7 * 24 * 63)])
def test_retry_after_is_honoured_for_a_week_at_most(asked: timedelta, expected: float) -> None:
    limited = Failed(failure=FailureClass.RATE_LIMITED, reason="HTTP 429", retry_after=asked)
    assert wait(STATE, limited) == expected


def test_polls_spread_by_a_tenth() -> None:
    rng = random.Random(1)
    times = [after(FEED, STATE, OK, now=NOW, rng=rng).next_poll_at for _ in range(200)]
    waits = [time - NOW for time in times if time]
    assert min(waits) >= FEED.interval * (1 - JITTER)
    assert max(waits) <= FEED.interval * (1 + JITTER)
    assert max(waits) - min(waits) > FEED.interval * JITTER


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
