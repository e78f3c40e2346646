"""Feeds that moved: which address is asked, which is kept, and what goes along, over real sockets."""

from __future__ import annotations

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.fetching.headers import is_home
from monitor.model import Failed, FailureClass, FeedState, Fetched
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.fetching import BODY, STATE, feed, polled


async def test_a_move_that_is_taken_back_is_forgotten(server: FeedServer, fetcher: Fetcher) -> None:
    one = feed(server.url("/old"))
    server.serve("/old", Answer(status=301, headers={"Location": "/new"}))
    server.serve("/new", BODY)
    state = await polled(fetcher, one, STATE)
    assert state.url == server.url("/new")
    server.serve("/old", BODY + "<!-- changed -->")
    server.serve("/new", Answer(status=404))
    state = await polled(fetcher, one, state)
    assert (state.failures, state.url) == (0, None)


async def test_the_new_home_is_asked_when_the_old_one_is_gone(server: FeedServer, fetcher: Fetcher) -> None:
    one = feed(server.url("/old"))
    server.serve("/old", Answer(status=308, headers={"Location": "/new"}))
    server.serve("/new", BODY)
    state = await polled(fetcher, one, STATE)
    server.serve("/old", Answer(status=410))
    state = await polled(fetcher, one, state)
    assert (state.failures, state.url) == (0, server.url("/new"))


async def test_the_new_home_is_asked_first_once_the_old_one_serves_no_feed(
    server: FeedServer, fetcher: Fetcher
) -> None:
    """What is no feed shows only when it is parsed, so the next poll goes elsewhere."""
    server.serve("/old", "<html><title>This domain is for sale</title></html>")
    server.serve("/new", BODY)
    state = FeedState(feed_id="f", url=server.url("/new"), failure=FailureClass.NOT_A_FEED, failures=1)
    got = await fetcher.fetch(feed(server.url("/old")), state)
    assert isinstance(got, Fetched)
    assert (got.url, got.permanent_url) == (server.url("/new"), server.url("/new"))


async def test_the_reason_is_that_of_the_address_in_the_file(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/old", Answer(status=503))
    got = await fetcher.fetch(feed(server.url("/old")), FeedState(feed_id="f", url=server.url("/new")))
    assert isinstance(got, Failed)
    assert got.reason == "HTTP 503 Service Unavailable"


async def test_where_a_redirect_led_is_in_the_reason(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/old", Answer(status=302, headers={"Location": "/new?key=secret"}))
    got = await fetcher.fetch(feed(server.url("/old")), STATE)
    assert isinstance(got, Failed)
    assert got.reason == f"HTTP 404 Not Found (its address redirects to {server.url('/new')})"


@pytest.mark.parametrize("location", ["http://[bad/", "//[", "http://127.0.0.1:99999/", "http://127.0.0.1:port/"])
async def test_a_redirect_to_no_address_says_so(server: FeedServer, fetcher: Fetcher, location: str) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": location}))
    reason = "127.0.0.1 redirects to an address that is none"
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert got == Failed(failure=FailureClass.REDIRECT, reason=reason)


async def test_how_to_read_goes_along_and_keys_stay(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": f"http://localhost:{server.port}/b"}))
    server.serve("/b", BODY)
    own = (("User-Agent", "Mozilla/5.0"), ("accept-language", "fr"), ("Authorization", "secret"), ("X-Key", "k"))
    await fetcher.fetch(feed(server.url("/a"), headers=own), STATE)
    sent = server.requests[1].headers
    assert (sent["user-agent"], sent["accept-language"]) == ("Mozilla/5.0", "fr")
    assert "authorization" not in sent
    assert "x-key" not in sent


@pytest.mark.parametrize(("host", "known"), [("127.0.0.1", True), ("localhost", False)])
async def test_the_account_in_an_address_goes_along_on_its_own_server(
    server: FeedServer, fetcher: Fetcher, host: str, *, known: bool
) -> None:
    server.serve("/a", Answer(status=301, headers={"Location": f"http://{host}:{server.port}/b"}))
    server.serve("/b", BODY)
    await fetcher.fetch(feed(f"http://desk:p%40ss@127.0.0.1:{server.port}/a"), STATE)
    first, second = (one.headers.get("authorization") for one in server.requests)
    assert (first, second) == ("Basic ZGVzazpwQHNz", first if known else None)


@pytest.mark.parametrize(
    ("home", "here", "same"),
    [
        ("https://wire.example/rss", "https://wire.example/new", True),
        ("https://wire.example/rss", "https://wire.example:443/new", True),
        ("https://wire.example:443/rss", "https://wire.example/new", True),
        ("http://wire.example/rss", "http://wire.example:80/new", True),
        ("http://wire.example/rss", "https://wire.example/rss", True),
        ("https://WIRE.example/rss", "https://wire.example/rss", True),
        ("https://user:pass@wire.example/rss", "https://wire.example/rss", True),
        ("https://wire.example/rss", "http://wire.example/rss", False),
        ("https://wire.example:8443/rss", "http://wire.example:8443/rss", False),
        ("https://wire.example:8443/rss", "http://wire.example/rss", False),
        ("https://wire.example/rss", "http://wire.example:443/rss", False),
        ("http://wire.example:8080/rss", "https://wire.example:8080/rss", False),
        ("https://wire.example/rss", "https://wire.example:8443/rss", False),
        ("https://wire.example/rss", "https://other.example/rss", False),
        ("https://wire.example/rss", "https://wire.example.evil.example/rss", False),
        ("https://wire.example/rss", "https://wire.example@evil.example/rss", False),
        ("https://wire.example/rss", "https://wire.example:99999/rss", False),
    ],
)
def test_a_key_goes_to_its_own_server_alone_and_by_no_lower_scheme(home: str, here: str, same: bool) -> None:
    assert is_home(here, home) is same
