"""Servers that cannot be reached: certificates, connections and names that fail, each told in words.

The certificates in tests/support/certificates were made for these tests and protect nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.fetching.unreachable import failure_of, shown
from monitor.model import Failed, FailureClass
from tests.support.fakes.feed_server import FeedServer
from tests.support.fetching import STATE, feed

CERTIFICATES = Path(__file__).parents[2] / "support" / "certificates"


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
