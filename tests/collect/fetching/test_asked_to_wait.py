"""Servers that ask for a pause: for how long, by whose clock, and whom else that concerns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.schedule import after
from monitor.model import Failed, FailureClass, FeedState
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.fetching import BODY, STATE, Middle, feed, raw


async def test_a_server_that_asks_for_a_pause_is_not_asked_elsewhere(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/old", Answer(status=429))
    server.serve("/new", BODY)
    got = await fetcher.fetch(feed(server.url("/old")), FeedState(feed_id="f", url=server.url("/new")))
    assert isinstance(got, Failed)
    assert len(server.requests) == 1


@pytest.mark.parametrize("asked", [timedelta(minutes=7), timedelta(hours=3), timedelta(days=2), timedelta(days=7)])
@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_a_wait_is_never_shorter_than_the_server_asks(asked: timedelta, draw: float) -> None:
    class Drawn(Middle):
        def uniform(self, a: float, b: float) -> float:
            return a + (b - a) * draw

    failed = Failed(failure=FailureClass.RATE_LIMITED, reason="HTTP 429", retry_after=asked)
    found = after(feed("https://f.example/rss"), STATE, failed, now=NOW, rng=Drawn()).next_poll_at
    assert found is not None
    assert asked <= found - NOW <= asked * 1.1


@pytest.mark.parametrize(
    ("until", "least"),
    [(NOW + timedelta(hours=3), timedelta(hours=3)), (NOW - timedelta(days=1), timedelta(0)),
     (NOW + timedelta(days=4_000), timedelta(days=7))],
)  # fmt: skip
def test_a_time_by_which_to_come_back_counts_from_now(until: datetime, least: timedelta) -> None:
    failed = Failed(failure=FailureClass.RATE_LIMITED, reason="HTTP 429", retry_at=until)
    found = after(feed("https://f.example/rss"), STATE, failed, now=NOW, rng=Middle()).next_poll_at
    assert found is not None
    assert least <= found - NOW <= max(least * 1.1, timedelta(hours=1))


async def test_a_date_in_retry_after_counts_by_the_servers_clock(server: FeedServer, fetcher: Fetcher) -> None:
    date = "Wed, 04 Mar 2026 12:10:00 GMT"
    server.serve("/a", Answer(status=503, headers={"Retry-After": date, "Date": "Wed, 04 Mar 2026 12:00:00 GMT"}))
    shown = await fetcher.fetch(feed(server.url("/a")), STATE)
    async with raw(f"HTTP/1.1 503 Wait\r\nRetry-After: {date}\r\nContent-Length: 0\r\n\r\n".encode()) as url:
        hidden = await fetcher.fetch(feed(url), STATE)
    assert isinstance(shown, Failed)
    assert (shown.retry_after, shown.retry_at) == (timedelta(minutes=10), None)
    assert isinstance(hidden, Failed)
    assert (hidden.retry_after, hidden.retry_at) == (None, datetime(2026, 3, 4, 12, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("status", "headers", "asked"),
    [
        (429, {"X-RateLimit-Reset": "120"}, timedelta(minutes=2)),
        (429, {"RateLimit-Reset": "120", "Retry-After": "60"}, timedelta(minutes=1)),
        (503, {"X-RateLimit-Reset": "120"}, None),
    ],
)
async def test_who_was_asked_too_often_may_say_when_it_counts_anew(
    server: FeedServer, fetcher: Fetcher, status: int, headers: dict[str, str], asked: timedelta | None
) -> None:
    server.serve("/a", Answer(status=status, headers=headers))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Failed)
    assert got.retry_after == asked
