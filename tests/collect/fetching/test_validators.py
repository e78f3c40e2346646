"""Validators (ETag, Last-Modified): which are sent back, to whom, and what a 304 is worth, over real sockets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.schedule import WHOLE_EVERY, after, as_asked
from monitor.model import Failed, FeedState, Fetched, NotModified
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.fetching import BODY, STATE, Middle, feed, polled, raw


async def test_validators_go_to_the_address_that_gave_them(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    server.serve("/b", Answer(BODY, etag='"1"'))
    state = await polled(fetcher, feed(server.url("/a")), STATE)
    got = await fetcher.fetch(feed(server.url("/a")), state)
    assert isinstance(got, NotModified)
    asked = [(one.path, one.headers.get("if-none-match")) for one in server.requests]
    assert asked == [("/a", None), ("/b", None), ("/a", None), ("/b", '"1"')]


async def test_validators_of_one_address_mean_nothing_to_another(server: FeedServer, fetcher: Fetcher) -> None:
    """Both say "1", of different documents: a 304 to the wrong one would hide an article."""
    server.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    server.serve("/b", Answer(BODY, etag='"1"'))
    server.serve("/c", Answer(BODY + "<!-- other -->", etag='"1"'))
    state = await polled(fetcher, feed(server.url("/a")), STATE)
    server.serve("/a", Answer(status=302, headers={"Location": "/c"}))
    assert isinstance(await fetcher.fetch(feed(server.url("/a")), state), Fetched)


UNSENDABLE = {
    "a control character": b'"a\x01b"',
    "delete": b'"a\x7fb"',
    "an escape": b'"\x1b[31m"',
    "letters of UTF-8": '"é"'.encode(),
    "bytes of no character set": b'"\xff\xfe"',
    "longer than any request": b'"' + b"x" * 5_000 + b'"',
}


@pytest.mark.parametrize("header", [b"ETag", b"Last-Modified"])
@pytest.mark.parametrize("value", UNSENDABLE.values(), ids=UNSENDABLE)
async def test_a_validator_that_cannot_be_sent_back_is_dropped(fetcher: Fetcher, header: bytes, value: bytes) -> None:
    """One such answer must not end a feed, now or by what an earlier version kept of it."""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/xml\r\n" + header + b": " + value + b"\r\n\r\n"
    async with raw(head + BODY.encode()) as url:
        before = await fetcher.fetch(feed(url), STATE)
        assert not isinstance(before, Failed) or "not well-formed" in before.reason
        if isinstance(before, Fetched):
            assert (before.etag, before.last_modified) == (None, None)
        kept = value.decode("utf-8", "surrogateescape")
        known = replace(STATE, etag=kept, last_modified=kept, validated_url=url)
        again = await fetcher.fetch(feed(url), known)
        assert isinstance(again, Failed) is isinstance(before, Failed)
        assert not isinstance(again, Failed) or again.reason == before.reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "behind", [b"", b"Connection: close\r\n", b"Content-Length: %d\r\n" % len(BODY), b"Transfer-Encoding: chunked\r\n"]
)
async def test_a_document_behind_a_304_is_asked_for_without_validators(fetcher: Fetcher, behind: bytes) -> None:
    """And from then on always: such a server can be asked for nothing else."""
    whole = b'HTTP/1.1 200 OK\r\nETag: "2"\r\nConnection: close\r\n\r\n' + BODY.encode()
    lie = b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\n' + behind + b"\r\n" + BODY.encode()
    async with raw(whole, conditional=lie) as url:
        got = await fetcher.fetch(feed(url), replace(STATE, etag='"1"', validated_url=url))
    assert isinstance(got, Fetched)
    assert (got.body, got.etag) == (BODY.encode(), None)


@pytest.mark.parametrize("status", [400, 412, 500, 200])
async def test_a_server_that_refuses_its_own_validators_is_asked_without_them(
    server: FeedServer, fetcher: Fetcher, status: int
) -> None:
    """With 200 it sends nothing at all."""
    server.serve("/a", lambda headers: Answer(status=status) if "if-none-match" in headers else Answer(BODY))
    url = server.url("/a")
    got = await fetcher.fetch(feed(url), replace(STATE, etag='"1"', validated_url=url))
    assert isinstance(got, Fetched)
    assert (got.body, got.etag) == (BODY.encode(), None)


@pytest.mark.parametrize(("changed", "kept"), [("2035", False), ("2025", True), ("2026", True)])
async def test_a_document_that_is_yet_to_change_is_always_asked_for(
    server: FeedServer, fetcher: Fetcher, changed: str, kept: bool
) -> None:
    """Else it would be answered with 304 until then, whatever is published."""
    changed = f"Thu, 01 Jan {changed} 00:00:00 GMT"
    server.serve("/a", Answer(BODY, headers={"Last-Modified": changed, "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}))
    got = await polled(fetcher, feed(server.url("/a")), STATE)
    assert got.last_modified == (changed if kept else None)


@pytest.mark.parametrize("etag", ["*", " * ", '"1", *'])
async def test_a_validator_that_fits_everything_is_dropped(server: FeedServer, fetcher: Fetcher, etag: str) -> None:
    """By HTTP it would be answered with 304 whatever is new."""
    server.serve("/a", Answer(BODY, headers={"ETag": etag}))
    assert (await polled(fetcher, feed(server.url("/a")), STATE)).etag is None


def test_a_whole_document_is_asked_for_each_day() -> None:
    """Some servers answer 304 for ever."""
    known = FeedState(feed_id="f", etag='"1"', last_modified="x", validated_url="u", whole_at=NOW)
    assert as_asked(known, now=NOW + WHOLE_EVERY - timedelta(seconds=1)) == known
    bare = replace(known, etag=None, last_modified=None, validated_url=None)
    assert as_asked(known, now=NOW + WHOLE_EVERY) == bare
    assert as_asked(known, now=NOW - timedelta(hours=2)) == bare, "the clock was ahead when that was written"
    assert as_asked(replace(known, whole_at=None), now=NOW) == replace(bare, whole_at=None)


def test_the_same_bytes_are_a_whole_document_and_a_304_is_none() -> None:
    state = FeedState(feed_id="f", whole_at=NOW - timedelta(hours=5))
    one = feed("https://f.example/rss")
    assert after(one, state, NotModified(), now=NOW, rng=Middle()).whole_at == NOW - timedelta(hours=5)
    assert after(one, state, NotModified(whole=True), now=NOW, rng=Middle()).whole_at == NOW
