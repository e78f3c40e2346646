"""Servers as publishers run them: cookies, moves, large headers, odd answers, and every way to fail, over real sockets.

The certificates in tests/support/certificates were made for these tests and protect nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.collect.fetch import Fetcher
from monitor.collect.headers import is_home
from monitor.collect.schedule import WHOLE_EVERY, after, as_asked
from monitor.collect.unreachable import failure_of, shown
from monitor.model import Failed, FailureClass, Feed, FeedState, Fetched, NotModified
from tests.support.fakes.feed_server import Answer, FeedServer, rss
from tests.support.fetching import BODY, STATE, Middle, feed, make

CERTIFICATES = Path(__file__).parents[1] / "support" / "certificates"
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)


# -- headers -----------------------------------------------------------------------------------------------------


async def test_large_headers_and_many_are_read(server: FeedServer, fetcher: Fetcher) -> None:
    many = {f"X-{number}": "v" for number in range(200)}
    server.serve("/a", Answer(BODY, headers={"Content-Security-Policy": "img-src " + "a" * 60_000, **many}))
    assert isinstance(await fetcher.fetch(feed(server.url("/a")), STATE), Fetched)


async def test_headers_without_an_end_are_refused_in_words(fetcher: Fetcher) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n") as url:
        got = await fetcher.fetch(feed(url), STATE)
    assert got == Failed(failure=FailureClass.HTTP, reason="127.0.0.1 sends larger headers than are read")


# -- cookies -----------------------------------------------------------------------------------------------------


SEEN = 'seen={"all":1}'
"""No cookie by the standard (RFC 6265), and sent back as it came by every browser."""


def gate(headers: dict[str, str]) -> Answer:
    if SEEN in headers.get("cookie", ""):
        return Answer(BODY)
    return Answer(status=302, headers={"Location": "/gate", "Set-Cookie": f"{SEEN}; Path=/"})


async def test_a_cookie_is_kept_for_one_fetch_and_no_longer(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/gate", gate)
    for _ in range(2):
        assert isinstance(await fetcher.fetch(feed(server.url("/gate")), STATE), Fetched)
    assert [one.headers.get("cookie") for one in server.requests] == [None, SEEN, None, SEEN]


async def test_a_cookie_goes_beside_the_feeds_own(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/gate", gate)
    await fetcher.fetch(feed(server.url("/gate"), headers=(("Cookie", "key=k"),)), STATE)
    assert [one.headers.get("cookie") for one in server.requests] == ["key=k", f"key=k; {SEEN}"]


async def test_a_cookie_stays_with_its_host(server: FeedServer, fetcher: Fetcher) -> None:
    other = f"http://localhost:{server.port}/b"
    server.serve("/a", Answer(status=302, headers={"Location": other, "Set-Cookie": "seen=1"}))
    server.serve("/b", BODY)
    await fetcher.fetch(feed(server.url("/a")), STATE)
    assert [one.headers.get("cookie") for one in server.requests] == [None, None]


# -- statuses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 203, 226, 299])
async def test_a_document_is_read_whatever_good_status_it_comes_with(
    server: FeedServer, fetcher: Fetcher, status: int
) -> None:
    server.serve("/a", Answer(BODY, status=status))
    assert isinstance(await fetcher.fetch(feed(server.url("/a")), STATE), Fetched)


@pytest.mark.parametrize(
    ("range_", "whole"),
    [
        ("bytes 0-{last}/{size}", True),
        ("Bytes 0-{last}/{size}", True),
        ("bytes 0-{last}/*", False),
        ("bytes 0-9/{size}", False),
        ("bytes 1-{last}/{size}", False),
        ("", False),
    ],
)
async def test_a_part_is_read_when_it_is_the_whole(
    server: FeedServer, fetcher: Fetcher, range_: str, *, whole: bool
) -> None:
    said = range_.format(last=len(BODY) - 1, size=len(BODY))
    server.serve("/a", Answer(BODY, status=206, headers={"Content-Range": said} if said else {}))
    assert isinstance(await fetcher.fetch(feed(server.url("/a")), STATE), Fetched) is whole


async def test_a_choice_with_an_address_leads_there(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(status=300, headers={"Location": "/b"}))
    server.serve("/b", BODY)
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Fetched)
    assert got.permanent_url is None


@pytest.mark.parametrize("status", [204, 205, 206, 300, 400, 451, 500, 520])
async def test_other_statuses_are_failures(server: FeedServer, fetcher: Fetcher, status: int) -> None:
    server.serve("/a", Answer(b"" if status in (204, 205) else BODY, status=status))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Failed)
    assert str(status) in got.reason


# -- moves -------------------------------------------------------------------------------------------------------


async def poll(fetcher: Fetcher, one: Feed, state: FeedState) -> FeedState:
    got = await fetcher.fetch(one, as_asked(state, now=NOW))
    return after(one, state, got, now=NOW, rng=Middle())


async def test_a_move_that_is_taken_back_is_forgotten(server: FeedServer, fetcher: Fetcher) -> None:
    one = feed(server.url("/old"))
    server.serve("/old", Answer(status=301, headers={"Location": "/new"}))
    server.serve("/new", BODY)
    state = await poll(fetcher, one, STATE)
    assert state.url == server.url("/new")
    server.serve("/old", BODY + "<!-- changed -->")
    server.serve("/new", Answer(status=404))
    state = await poll(fetcher, one, state)
    assert (state.failures, state.url) == (0, None)


async def test_the_new_home_is_asked_when_the_old_one_is_gone(server: FeedServer, fetcher: Fetcher) -> None:
    one = feed(server.url("/old"))
    server.serve("/old", Answer(status=308, headers={"Location": "/new"}))
    server.serve("/new", BODY)
    state = await poll(fetcher, one, STATE)
    server.serve("/old", Answer(status=410))
    state = await poll(fetcher, one, state)
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


@pytest.mark.parametrize(("account", "words"), [("", "asks for a name"), ("desk:secret@", "refuses the name")])
async def test_an_account_that_is_refused_is_told_apart_from_none(
    server: FeedServer, fetcher: Fetcher, account: str, words: str
) -> None:
    server.serve("/a", Answer(status=401))
    got = await fetcher.fetch(feed(server.url("/a").replace("//", f"//{account}")), STATE)
    assert isinstance(got, Failed)
    assert words in got.reason


async def test_a_server_that_asks_for_a_pause_is_not_asked_elsewhere(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/old", Answer(status=429))
    server.serve("/new", BODY)
    got = await fetcher.fetch(feed(server.url("/old")), FeedState(feed_id="f", url=server.url("/new")))
    assert isinstance(got, Failed)
    assert len(server.requests) == 1


# -- validators --------------------------------------------------------------------------------------------------


async def test_validators_go_to_the_address_that_gave_them(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    server.serve("/b", Answer(BODY, etag='"1"'))
    state = await poll(fetcher, feed(server.url("/a")), STATE)
    got = await fetcher.fetch(feed(server.url("/a")), state)
    assert isinstance(got, NotModified)
    asked = [(one.path, one.headers.get("if-none-match")) for one in server.requests]
    assert asked == [("/a", None), ("/b", None), ("/a", None), ("/b", '"1"')]


async def test_validators_of_one_address_mean_nothing_to_another(server: FeedServer, fetcher: Fetcher) -> None:
    """Both say "1", of different documents: a 304 to the wrong one would hide an article."""
    server.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    server.serve("/b", Answer(BODY, etag='"1"'))
    server.serve("/c", Answer(BODY + "<!-- other -->", etag='"1"'))
    state = await poll(fetcher, feed(server.url("/a")), STATE)
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


@pytest.mark.parametrize(("packing", "end"), [("zstd", b"\x28\xb5\x2f\xfd"), ("gzip", b"")])
async def test_what_cannot_be_unpacked_is_asked_for_as_it_is(server: FeedServer, packing: str, end: bytes) -> None:
    """Large ones too, of which each gives up its place before it is asked for again."""
    body = rss(title="news " * 200_000)
    packed = Answer(end or gzip.compress(body.encode())[:-20], headers={"Content-Encoding": packing})
    server.serve("/a", lambda headers: Answer(body) if headers["accept-encoding"] == "identity" else packed)
    async with make(allow_private=True, max_bytes=10_000_000, per_host=9) as fetcher, asyncio.timeout(20):
        found = await asyncio.gather(*(fetcher.fetch(feed(server.url("/a")), STATE) for _ in range(3)))
    assert [isinstance(one, Fetched) and one.body == body.encode() for one in found] == [True] * 3


@pytest.mark.parametrize(("changed", "kept"), [("2035", False), ("2025", True), ("2026", True)])
async def test_a_document_that_is_yet_to_change_is_always_asked_for(
    server: FeedServer, fetcher: Fetcher, changed: str, kept: bool
) -> None:
    """Else it would be answered with 304 until then, whatever is published."""
    changed = f"Thu, 01 Jan {changed} 00:00:00 GMT"
    server.serve("/a", Answer(BODY, headers={"Last-Modified": changed, "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}))
    got = await poll(fetcher, feed(server.url("/a")), STATE)
    assert got.last_modified == (changed if kept else None)


@pytest.mark.parametrize("etag", ["*", " * ", '"1", *'])
async def test_a_validator_that_fits_everything_is_dropped(server: FeedServer, fetcher: Fetcher, etag: str) -> None:
    """By HTTP it would be answered with 304 whatever is new."""
    server.serve("/a", Answer(BODY, headers={"ETag": etag}))
    assert (await poll(fetcher, feed(server.url("/a")), STATE)).etag is None


@pytest.mark.parametrize("location", ["http://[bad/", "//[", "http://127.0.0.1:99999/", "http://127.0.0.1:port/"])
async def test_a_redirect_to_no_address_says_so(server: FeedServer, fetcher: Fetcher, location: str) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": location}))
    reason = "127.0.0.1 redirects to an address that is none"
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert got == Failed(failure=FailureClass.REDIRECT, reason=reason)


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


# -- headers of the feed on redirects ------------------------------------------------------------------------------


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


# -- large documents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_two_large_documents_are_under_way_at_once_and_small_ones_wait_for_none(
    server: FeedServer, packed: bool
) -> None:
    body = rss(title="news " * 400_000).encode()
    headers = {"Content-Encoding": "gzip"} if packed else {}
    server.serve("/large", Answer(gzip.compress(body) if packed else body, headers=headers))
    server.serve("/small", BODY)
    one = feed(server.url("/large"))
    async with make(allow_private=True, max_bytes=10_000_000, per_host=9) as fetcher:
        async with fetcher.opened(one, STATE) as first, fetcher.opened(one, STATE) as second:
            third = asyncio.create_task(fetcher.fetch(one, STATE))
            assert isinstance(await fetcher.fetch(feed(server.url("/small")), STATE), Fetched)
            assert not third.done()
            assert isinstance(first, Fetched)
            assert isinstance(second, Fetched)
            assert isinstance(first.body, Path)
            assert first.body.read_bytes() == body
        assert not first.body.exists()
        got = await third
        assert isinstance(got, Fetched)
        assert got.body == body


# -- turns -------------------------------------------------------------------------------------------------------


async def test_waiting_for_a_turn_is_not_the_servers_time(server: FeedServer) -> None:
    """A host is asked for two documents at once. Here the first two take nearly all the time that each may take."""
    held = [asyncio.Event() for _ in range(6)]
    for number, event in enumerate(held):
        server.serve(f"/{number}", Answer(BODY, wait=event))
    arrived: asyncio.Queue[str] = asyncio.Queue()
    server.on_request = lambda seen: arrived.put_nowait(seen.path)
    async with make(allow_private=True, seconds=30) as fetcher:
        polls = [asyncio.create_task(fetcher.fetch(feed(server.url(f"/{number}")), STATE)) for number in range(6)]
        for _ in range(3):
            pair = [await arrived.get() for _ in range(2)]
            assert arrived.empty(), "no more than two at once"
            for path in pair:
                held[int(path[1:])].set()
        assert all(isinstance(got, Fetched) for got in await asyncio.gather(*polls))


async def test_a_turn_that_never_comes_is_told_as_that(server: FeedServer) -> None:
    """Thirty feeds of one host that answers none of them."""
    never = asyncio.Event()
    server.serve("/slow", Answer(BODY, wait=never))
    async with make(allow_private=True, seconds=0.02, per_host=1) as fetcher:
        got = await asyncio.gather(*(fetcher.fetch(feed(server.url("/slow")), STATE) for _ in range(30)))
    never.set()
    assert {one.failure for one in got if isinstance(one, Failed)} == {FailureClass.TIMEOUT}
    reasons = [one.reason for one in got if isinstance(one, Failed)]
    assert reasons[0].startswith("no complete answer within")
    assert reasons[-1] == "other feeds of 127.0.0.1 took so long that this one had no turn"


# -- answers that cannot be read ---------------------------------------------------------------------------------


@asynccontextmanager
async def raw(answer: bytes, *, conditional: bytes | None = None) -> AsyncIterator[str]:
    """The address of a server that answers with these bytes, or others if the request is conditional, and closes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read(4096)
        writer.write(conditional if conditional is not None and b"If-None-Match" in asked else answer)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/rss"


SETTINGS = b"\x00\x00%c\x04\x00\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (SETTINGS % 0 + b"\x00" * 9, "HTTP/2"),
        (SETTINGS % 6 + b"\x00\x03\x00\x00\x00\x64", "HTTP/2"),
        (SETTINGS % 0x24 + b"\x00" * 36, "HTTP/2"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "something other than HTTP/1.1"),
        (b"<rss version='2.0'></rss>", "something other than HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6, 6\r\n\r\n<rss/>", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<rss/>", "Transfer-Encoding"),
        (b"HTTP/1.1 200 OK\r\nX-Key : secret\r\n\r\n<rss/>", "a header that is not well-formed: X-Key"),
        (b"HTTP/1.1 200 OK\r\nsecret\r\n\r\n<rss/>", "a header that is not well-formed"),
        (b"HTTP/1.1 403 Forbidden\r\nCF-Mitigated: challenge\r\n\r\n", "tests whether a browser asks"),
        (b"HTTP/1.1 202 Accepted\r\nX-Amzn-Waf-Action: challenge\r\n\r\n", "AWS WAF, which stands before the site"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "it asks for a name and password, or for a key"),
        (b"HTTP/1.1 522 \r\n\r\n", "HTTP 522: Cloudflare, which stands before the site, gets no sound answer from it"),
        (b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", "but not at which (Location)"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(400)) + b"\r\n", "larger headers"),
        (b"", "closed the connection before it had answered"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss", "closed the connection in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<rss/>" * 90, mtime=0)[:-9], "gzip"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\xff\xff\xff", "gzip"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_told_in_words(fetcher: Fetcher, answer: bytes, words: str) -> None:
    async with raw(answer) as url:
        got = await fetcher.fetch(feed(url), STATE)
    assert isinstance(got, Failed)
    assert words in got.reason
    assert "Error" not in got.reason
    assert "secret" not in got.reason


WHOLE = b"<rss version='2.0'></rss>\n"


@pytest.mark.parametrize(
    ("head", "sent"),
    [
        pytest.param(b"Content-Length: 900", WHOLE, id="a length that is too long"),
        pytest.param(b"Transfer-Encoding: chunked", b"1a\r\n" + WHOLE + b"\r\n", id="no last chunk"),
        pytest.param(b"Content-Length: 900\r\nContent-Encoding: gzip", gzip.compress(WHOLE, mtime=0), id="packed"),
    ],
)
async def test_a_document_that_is_all_there_is_read_though_its_answer_has_no_end(
    fetcher: Fetcher, head: bytes, sent: bytes
) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + sent) as url:
        got = await fetcher.fetch(feed(url), STATE)
    assert isinstance(got, Fetched), got
    assert got.body == WHOLE


async def test_an_answer_is_read_as_far_as_its_length_says(fetcher: Fetcher) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<rss version='2.0'></rss>") as url:
        got = await fetcher.fetch(feed(url), STATE)
    assert isinstance(got, Fetched)
    assert got.body == b"<rss"


@pytest.mark.parametrize("label", ["gzip", "br", "deflate", None])
async def test_plain_and_packed_documents_are_read_by_any_label(
    server: FeedServer, fetcher: Fetcher, label: str | None
) -> None:
    headers = {"Content-Encoding": label} if label else {}
    server.serve("/packed", Answer(gzip.compress(BODY.encode()), headers=headers))
    server.serve("/plain", Answer(BODY, headers=headers))
    for path in ("/packed", "/plain"):
        got = await fetcher.fetch(feed(server.url(path)), STATE)
        assert isinstance(got, Fetched)
        assert got.body == BODY.encode()


# -- certificates ------------------------------------------------------------------------------------------------


@asynccontextmanager
async def secured(name: str) -> AsyncIterator[int]:
    """The port of a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("self-signed", "self-signed"),
        ("expired", "has expired"),
        ("not-yet", "not valid yet"),
        ("other-name", "for another"),
    ],
)
async def test_what_is_wrong_with_a_certificate_is_said(name: str, words: str) -> None:
    trusting = ssl.create_default_context(cafile=CERTIFICATES / "ca.pem")
    async with secured(name) as port:
        with pytest.raises(ssl.SSLError) as raised:
            await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    failed = failure_of(raised.value, "wire.example")
    assert failed.failure is FailureClass.TLS
    assert failed.reason.startswith("no secure connection to wire.example: its certificate")
    assert words in failed.reason


@pytest.mark.parametrize(
    ("name", "words"), [("self-signed", "self-signed"), ("unknown-issuer", "no trusted issuer confirms")]
)
async def test_a_certificate_nobody_vouches_for(fetcher: Fetcher, name: str, words: str) -> None:
    async with secured(name) as port:
        got = await fetcher.fetch(feed(f"https://127.0.0.1:{port}/rss"), STATE)
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.TLS
    assert words in got.reason
    assert "Error" not in got.reason
    assert "secret" not in got.reason


async def test_https_where_there_is_only_http(server: FeedServer, fetcher: Fetcher) -> None:
    got = await fetcher.fetch(feed(f"https://127.0.0.1:{server.port}/rss"), STATE)
    assert isinstance(got, Failed)
    assert "does not speak TLS at this port" in got.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NO_APPLICATION_PROTOCOL", "HTTP/2"),
        ("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "HTTP/2"),
        ("UNSUPPORTED_PROTOCOL", "too old"),
        ("TLSV1_UNRECOGNIZED_NAME", "does not know this name"),
        ("SOMETHING_NEW", "something new"),
    ],
)
def test_a_handshake_that_fails_is_told_in_words(name: str, words: str) -> None:
    """By the name that OpenSSL gives the failure; servers that fail so cannot be had with Python's ssl alone."""
    error = ssl.SSLError(1, name)
    error.reason = name
    assert words in failure_of(error, "wire.example").reason


async def test_a_connection_that_is_reset_is_no_odd_answer(fetcher: Fetcher) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async with await asyncio.start_server(reset, "127.0.0.1", 0) as listening:
        at = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}/rss"
        told = [await fetcher.fetch(feed(f"{scheme}://{at}"), STATE) for scheme in ("http", "https")]
    assert told == [
        Failed(failure=FailureClass.CONNECT, reason=reason)
        for reason in (
            "127.0.0.1 closed the connection before it had answered",
            "cannot connect to 127.0.0.1: it closes the connection at once",
        )
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (socket.EAI_NONAME, "the name wire.example cannot be found"),
        (socket.EAI_AGAIN, "the name wire.example cannot be found: no nameserver answers for it"),
    ],
)
def test_a_name_that_nobody_can_look_up_is_told_apart_from_one_that_is_not_there(number: int, words: str) -> None:
    assert failure_of(socket.gaierror(number, "as the system says"), "wire.example").reason == words


# -- Retry-After ---------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://wire.example/feed?key=secret", "https://wire.example/feed"),
        ("https://user:secret@wire.example:8443/feed", "https://wire.example:8443/feed"),
        ("https://wire.example:443/feed", "https://wire.example/feed"),
        ("http://wire.example:443/feed", "http://wire.example:443/feed"),
        ("http://wire.example:80/feed", "http://wire.example/feed"),
        ("http://[2001:db8::1]:8080/feed", "http://[2001:db8::1]:8080/feed"),
        ("http://[2001:db8::1]/feed", "http://[2001:db8::1]/feed"),
        ("http://wire.example:99999/feed", "http://wire.example/feed"),
        ("http://wire.example:port/feed", "http://wire.example/feed"),
    ],
)
def test_an_address_is_shown_with_the_port_that_is_unusual_and_without_what_is_secret(url: str, said: str) -> None:
    assert shown(url) == said
