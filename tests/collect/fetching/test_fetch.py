"""Fetching over real sockets: what is asked, what is followed, what is refused, and every way to fail."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import brotli
import pytest

from monitor.collect import schedule
from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.fetching.guard import refusal
from monitor.model import Failed, FailureClass, FeedState, Fetched, NotModified
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.fetching import BODY, STATE, feed, known, make


async def test_asks_politely_and_returns_the_body(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(BODY, etag='"1"', headers={"Cache-Control": "public, max-age=900", "Age": "300"}))
    got = await fetcher.fetch(feed(server.url("/a"), headers=(("X-Key", "k"),)), STATE)
    assert isinstance(got, Fetched)
    assert (got.body, got.etag, got.max_age, got.permanent_url) == (BODY.encode(), '"1"', timedelta(minutes=10), None)
    asked = server.requests[0].headers
    assert asked["user-agent"] == "Wirewatch/1.2 (news monitoring; +desk@news.example)"
    assert asked["x-key"] == "k"
    assert "br" in asked["accept-encoding"]
    assert "if-none-match" not in asked


async def test_what_is_unchanged_is_not_modified(server: FeedServer, fetcher: Fetcher) -> None:
    """By the server's word, and by the bytes when the server does not say."""
    server.serve("/a", Answer(BODY, etag='"1"'))
    got = await fetcher.fetch(feed(server.url("/a")), known(server.url("/a")))
    assert got == NotModified(etag='"1"', validated_url=server.url("/a"))
    server.serve("/b", Answer(BODY))
    before = FeedState(feed_id="f", body_hash=hashlib.sha256(BODY.encode()).hexdigest()[:32])
    got = await fetcher.fetch(feed(server.url("/b")), before)
    assert isinstance(got, NotModified)


async def test_a_304_nobody_asked_for_is_a_failure_of_a_feed_that_was_never_read(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.serve("/a", Answer(status=304, headers={"ETag": '"2"'}))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.HTTP
    assert "though it was asked for the whole document" in got.reason


async def test_a_304_nobody_asked_for_is_no_news_of_a_feed_that_is_known(server: FeedServer, fetcher: Fetcher) -> None:
    """Its validators are not kept: with them, the document that they are of would never be read."""
    server.serve("/a", Answer(status=304, headers={"ETag": '"2"', "Last-Modified": "Wed, 04 Mar 2026 09:05:00 GMT"}))
    before = FeedState(feed_id="f", body_hash="1" * 32)
    got = await fetcher.fetch(feed(server.url("/a")), before)
    assert got == NotModified()
    after = schedule.after(feed(server.url("/a")), before, got, now=NOW, rng=random.Random(0))
    assert (after.failures, after.etag, after.last_modified, after.whole_at) == (0, None, None, None)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_compressed_bodies_are_read(server: FeedServer, fetcher: Fetcher, encoding: str) -> None:
    packed = gzip.compress(BODY.encode()) if encoding == "gzip" else brotli.compress(BODY.encode())
    server.serve("/a", Answer(packed, headers={"Content-Encoding": encoding}))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Fetched)
    assert got.body == BODY.encode()


@pytest.mark.parametrize("compressed", [True, False])
async def test_a_body_is_cut_off_at_its_decompressed_size(
    server: FeedServer, fetcher: Fetcher, compressed: bool
) -> None:
    bomb = b"x" * 5_000_000
    headers = {"Content-Encoding": "gzip"} if compressed else {}
    server.serve("/a", Answer(gzip.compress(bomb) if compressed else bomb, headers=headers))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert got == Failed(failure=FailureClass.TOO_LARGE, reason="the document is larger than 0.1 MB")


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((302,), False)])
async def test_redirects_are_followed_and_permanent_ones_kept(
    server: FeedServer, fetcher: Fetcher, statuses: tuple[int, ...], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        server.serve(f"/{number}", Answer(status=status, headers={"Location": f"/{number + 1}"}))
    server.serve(f"/{len(statuses)}", BODY)
    got = await fetcher.fetch(feed(server.url("/0")), STATE)
    assert isinstance(got, Fetched)
    assert got.permanent_url == (server.url(f"/{len(statuses)}") if moved else None)


@pytest.mark.parametrize(
    ("hops", "asked", "why"),
    [
        ([1], 2, None),
        (range(1, 11), 11, None),
        (range(1, 13), 11, "more than 10 redirects"),
        ([0], 1, "redirects in a circle"),
        ([1, 2, 1], 3, "redirects in a circle"),
    ],
)
async def test_ten_redirects_are_the_most_and_none_leads_round(
    server: FeedServer, fetcher: Fetcher, hops: Sequence[int], asked: int, why: str | None
) -> None:
    for here, there in pairwise([0, *hops]):
        server.serve(f"/{here}", Answer(status=302, headers={"Location": f"/{there}"}))
    if why is None:
        server.serve(f"/{hops[-1]}", BODY)
    got = await fetcher.fetch(feed(server.url("/0")), STATE)
    assert why in got.reason if isinstance(got, Failed) and why else isinstance(got, Fetched)
    assert len(server.requests) == asked


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://[fe80::1]/", "link-local"),
        ("http://0.0.0.0/", "not the address of one machine"),
    ],
)
async def test_a_redirect_cannot_lead_where_feeds_may_not_live(
    server: FeedServer, fetcher: Fetcher, location: str, why: str
) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": location}))
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.BLOCKED_ADDRESS
    assert why in got.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_loopback_is_refused_unless_allowed_by_name_and_by_address(server: FeedServer, host: str) -> None:
    server.serve("/a", BODY)
    async with make(allow_private=False) as guarded:
        got = await guarded.fetch(feed(f"http://{host}:{server.port}/a"), STATE)
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.BLOCKED_ADDRESS
    assert server.requests == []


async def test_a_key_in_a_header_stays_with_its_host(server: FeedServer, fetcher: Fetcher) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": f"http://localhost:{server.port}/b"}))
    server.serve("/b", BODY)
    await fetcher.fetch(feed(server.url("/a"), headers=(("X-Key", "k"),)), STATE)
    assert [one.headers.get("x-key") for one in server.requests] == ["k", None]


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (Answer(status=404), FailureClass.GONE, "HTTP 404 Not Found"),
        (Answer(status=503), FailureClass.HTTP, "HTTP 503 Service Unavailable"),
        (Answer(status=429, headers={"Retry-After": "90"}), FailureClass.RATE_LIMITED, "HTTP 429 Too Many Requests"),
        (Answer(hang_up=True), FailureClass.CONNECT, "127.0.0.1 closed the connection before it had answered"),
        (Answer(BODY, cut=20), FailureClass.CONNECT, "127.0.0.1 closed the connection in the middle of the answer"),
    ],
    ids=["404", "503", "429", "no answer", "half an answer"],
)
async def test_failures_are_values_with_a_reason(
    server: FeedServer, fetcher: Fetcher, answer: Answer, failure: FailureClass, reason: str
) -> None:
    server.serve("/a", answer)
    got = await fetcher.fetch(feed(server.url("/a")), STATE)
    assert isinstance(got, Failed)
    assert (got.failure, got.reason) == (failure, reason)
    assert got.retry_after == (timedelta(seconds=90) if failure is FailureClass.RATE_LIMITED else None)


async def test_a_name_that_does_not_exist(fetcher: Fetcher) -> None:
    got = await fetcher.fetch(feed("http://user:secret@nothing.invalid/rss?key=secret"), STATE)
    assert got == Failed(failure=FailureClass.DNS, reason="the name nothing.invalid cannot be found")


async def test_an_answer_that_does_not_end_in_time(server: FeedServer) -> None:
    never = asyncio.Event()
    server.serve("/a", Answer(BODY, wait=never))
    async with make(allow_private=True, seconds=0.2) as impatient:
        got = await impatient.fetch(feed(server.url("/a")), STATE)
    never.set()
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.TIMEOUT


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.9", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("224.0.0.1", False, False),
        ("0.0.0.0", False, False),
        ("not-an-address", False, False),
    ],
)
def test_the_guard_knows_every_kind_of_address(address: str, public: bool, private: bool) -> None:
    assert (refusal(address, allow_private=False) is None) is public
    assert (refusal(address, allow_private=True) is None) is private


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 500 \x1b]0;owned\x07 \x9b31m no\r\n", "HTTP 500 ]0;owned 31m no"),
        (
            b"HTTP/1.1 302 Go\r\nLocation: file:///a\x9b\xff/\x1b[31mb\r\n",
            "file:///a / [31mb is not an http or https address",
        ),
        (b"HTTP/1.1 500 " + b"no " * 1_000 + b"\r\n", None),
    ],
    ids=["status line", "redirect", "long"],
)
async def test_a_failure_says_what_the_server_wrote_in_a_line_that_any_terminal_can_show(
    fetcher: Fetcher, answer: bytes, reason: str | None
) -> None:
    """Bytes that are no text came through as half characters, which cannot be printed: the command ended of them."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer + b"Content-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as odd:
        host, port = odd.sockets[0].getsockname()
        got = await fetcher.fetch(feed(f"http://{host}:{port}/"), STATE)
    assert isinstance(got, Failed)
    assert got.reason.isprintable()
    assert len(got.reason) <= 250
    assert reason in (None, got.reason)
