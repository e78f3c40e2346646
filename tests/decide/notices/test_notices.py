"""What ops hears of feeds: after three failures, or at once when a feed is not tried again for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.decide.notices.notice import feed_trouble
from monitor.model import FailureClass, Feed, FeedState, NoticeMessage
from tests.support.messages import OPS

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")


def failing(failures: int, pause: timedelta) -> FeedState:
    return FeedState(
        feed_id="wire",
        failures=failures,
        failing_since=NOW,
        next_poll_at=NOW + pause,
        failure=FailureClass.RATE_LIMITED,
        reason="HTTP 429 Too Many Requests",
    )


@pytest.mark.parametrize(
    ("failures", "pause", "words"),
    [
        (1, timedelta(minutes=10), None),
        (2, timedelta(hours=1), None),
        (
            3,
            timedelta(minutes=40),
            "has failed 3 times in a row since 2026-11-24 09:12 UTC: HTTP 429 Too Many Requests",
        ),
        (3, timedelta(minutes=40), "Next attempt at 09:52 UTC; retries continue."),
        (1, timedelta(hours=6), "has failed once since"),
        (1, timedelta(days=7), "Next attempt at 2026-12-01 09:12 UTC"),
    ],
)
def test_a_feed_that_fails_is_told_when_it_is_worth_it(failures: int, pause: timedelta, words: str | None) -> None:
    told = feed_trouble(FEED, failing(failures, pause), OPS, now=NOW)
    assert bool(told) == bool(words)
    for delivery in told:
        assert isinstance(delivery.message, NoticeMessage)
        assert (words or "") in delivery.message.text


def test_a_feed_that_is_polled_rarely_may_fail_once_untold() -> None:
    weekly = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire", interval=timedelta(days=7))
    assert feed_trouble(weekly, failing(1, timedelta(days=7)), OPS, now=NOW) == ()
