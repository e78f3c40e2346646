"""A fetcher for tests, and what it is asked for."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.schedule import after, as_asked
from monitor.model import Feed, FeedState
from monitor.settings.proxies import DIRECT, Proxies
from tests.support.builders import NOW
from tests.support.fakes.feed_server import rss

BODY = rss(title="news")


def make(
    *,
    allow_private: bool,
    seconds: float = 5,
    per_host: int = 2,
    max_bytes: int = 100_000,
    proxies: Proxies = DIRECT,
) -> Fetcher:
    return Fetcher(
        allow_private=allow_private,
        timeout=timedelta(seconds=seconds),
        max_bytes=max_bytes,
        contact="desk@news.example",
        version="1.2",
        per_host=per_host,
        proxies=proxies,
    )


def feed(url: str, **over: object) -> Feed:
    return Feed(id="f", name="F", url=url, family="f", **over)  # type: ignore[arg-type]  # any field of a feed


STATE = FeedState(feed_id="f")


def known(url: str) -> FeedState:
    return FeedState(feed_id="f", etag='"1"', validated_url=url)


class Middle(random.Random):
    """Draws the middle of what it may draw from."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


async def polled(fetcher: Fetcher, one: Feed, state: FeedState) -> FeedState:
    """What is known of a feed after a poll of it at `NOW`."""
    got = await fetcher.fetch(one, as_asked(state, now=NOW))
    return after(one, state, got, now=NOW, rng=Middle())


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
