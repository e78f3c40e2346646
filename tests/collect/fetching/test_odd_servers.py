"""Servers as publishers run them: headers, cookies, statuses and answers that no standard knows, over real sockets."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.model import Failed, FailureClass, Fetched
from tests.support.fakes.feed_server import Answer, FeedServer, rss
from tests.support.fetching import BODY, STATE, feed, make, raw

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


@pytest.mark.parametrize(("account", "words"), [("", "asks for a name"), ("desk:secret@", "refuses the name")])
async def test_an_account_that_is_refused_is_told_apart_from_none(
    server: FeedServer, fetcher: Fetcher, account: str, words: str
) -> None:
    server.serve("/a", Answer(status=401))
    got = await fetcher.fetch(feed(server.url("/a").replace("//", f"//{account}")), STATE)
    assert isinstance(got, Failed)
    assert words in got.reason


@pytest.mark.parametrize(("packing", "end"), [("zstd", b"\x28\xb5\x2f\xfd"), ("gzip", b"")])
async def test_what_cannot_be_unpacked_is_asked_for_as_it_is(server: FeedServer, packing: str, end: bytes) -> None:
    """Large ones too, of which each gives up its place before it is asked for again."""
    body = rss(title="news " * 200_000)
    packed = Answer(end or gzip.compress(body.encode())[:-20], headers={"Content-Encoding": packing})
    server.serve("/a", lambda headers: Answer(body) if headers["accept-encoding"] == "identity" else packed)
    async with make(allow_private=True, max_bytes=10_000_000, per_host=9) as fetcher, asyncio.timeout(20):
        found = await asyncio.gather(*(fetcher.fetch(feed(server.url("/a")), STATE) for _ in range(3)))
    assert [isinstance(one, Fetched) and one.body == body.encode() for one in found] == [True] * 3


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
