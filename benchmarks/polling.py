"""Polling feeds of 40 entries on loopback through the whole chain, into SQLite: changed ones and unchanged ones.

The peers get the same documents from the same server, in turns with ours, so that a busy machine is busy for all.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
from rich.console import Console

from benchmarks.rows import Row
from monitor import settings
from monitor.app import memory
from monitor.app.app import open_app
from monitor.config import configuration
from monitor.config.configuration import Configuration
from monitor.model import Feed, Route, Routes
from monitor.pipeline.poll import Poller, poll_all
from storage.store import Store
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss

FEEDS, ENTRIES, NEW = 200, 40, 2
HOSTS = 20
"""A host is asked for two documents at once, so that with one all of ours would wait for each other."""
CONCURRENCY = 20
RUNS = 5

Rates = dict[str, list[float]]
_CHANGED, _UNCHANGED = "changed", "unchanged"


def run() -> list[Row]:
    """The figures, as rows of what was measured and how fast it was."""
    return asyncio.run(_run())


async def _run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        options = settings.load(
            {
                "database_url": f"sqlite:///{folder}/bench.db",
                "slack_bot_token": None,
                "wirewatch_allow_private_addresses": True,
            }
        )
        store = Store.open(options.database_url)
        await store.upgrade()
        async with AsyncExitStack() as stack:
            hosts = range(2, 2 + HOSTS)
            servers = [await stack.enter_async_context(FeedServer(f"127.0.0.{host}")) for host in hosts]
            feeds = [
                Feed(id=f"f{n}", name=f"F{n}", url=servers[n % HOSTS].url(f"/{n}"), family=f"f{n}")
                for n in range(FEEDS)
            ]
            routes = Routes((Route(name="desk", channel="terminal"),))
            config = Configuration(tuple(feeds), routes, configuration.read_engine(Path("rules")), ())
            cards = Console(file=io.StringIO())
            async with open_app(options, config, store, clock=lambda: datetime.now(UTC), cards=cards) as app:
                memory.started()  # as the service does: garbage is looked for among what polls make alone
                rates = await _measured(servers, feeds, app.poller, Path(folder) / "reader.db")
        await store.close()
    return _rows(rates)


async def _measured(servers: Sequence[FeedServer], feeds: Sequence[Feed], poller: Poller, database: Path) -> Rates:
    """Feeds a second of each run but the first, by who polled and what."""
    rates: Rates = {}
    etags: dict[str, str] = {}
    reader = _reader(feeds, database)

    async def ours() -> None:
        await poll_all(poller, feeds, concurrency=CONCURRENCY)

    peers: list[tuple[str, str, Callable[[], Awaitable[object]]]] = [
        ("ours", _CHANGED, ours),
        ("ours", _UNCHANGED, ours),
        ("feedparser", _CHANGED, lambda: _loop(feeds, etags, feedparser.parse)),
        ("aiohttp", _UNCHANGED, lambda: _loop(feeds, etags, len)),
    ]
    if reader is not None:
        peers += [("reader", what, lambda: asyncio.to_thread(reader)) for what in (_CHANGED, _UNCHANGED)]
    for turn in range(RUNS + 2):
        _publish(servers, turn * NEW)
        for who, what, poll in peers:
            start = time.perf_counter()
            await poll()
            if turn > 1:  # everything was met before
                rates.setdefault(f"{who}, {what}", []).append(len(feeds) / (time.perf_counter() - start))
    return rates


def _rows(rates: Rates) -> list[Row]:
    middle = {name: statistics.median(of) for name, of in rates.items()}
    titles = {
        _CHANGED: f"changed feeds ({ENTRIES} entries, {NEW} new)",
        _UNCHANGED: "unchanged feeds (304)",
    }
    rows = []
    for what, title in titles.items():
        ours = middle[f"ours, {what}"]
        rows.append(Row(f"**{title}**", _figure(rates[f"ours, {what}"]), "1"))
        if what == _UNCHANGED:
            limit = middle[f"aiohttp, {what}"]
            name = f"aiohttp {version('aiohttp')} alone, {what} feeds (the limit)"
            rows.append(Row(name, _figure(rates[f"aiohttp, {what}"]), f"ours is {ours / limit:.0%} of it"))
        else:
            loop = middle[f"feedparser, {what}"]
            name = f"aiohttp and feedparser {version('feedparser')} in a loop that keeps nothing, {what} feeds"
            rows.append(Row(name, _figure(rates[f"feedparser, {what}"]), f"ours is {ours / loop:.1f} times as fast"))
        if f"reader, {what}" not in middle:
            rows.append(Row("reader", "missing", "not installed here"))
            continue
        name = f"reader {version('reader')}, {what} feeds"
        times = f"ours is {ours / middle[f'reader, {what}']:.1f} times as fast"
        rows.append(Row(name, _figure(rates[f"reader, {what}"]), times))
    return rows


def _figure(rates: Sequence[float]) -> str:
    return f"{statistics.median(rates):,.0f} feeds/s ({min(rates):,.0f}-{max(rates):,.0f})"


async def _loop(feeds: Sequence[Feed], etags: dict[str, str], read: Callable[[bytes], Any]) -> None:
    """Get every feed as cheaply as can be, and `read` those that changed."""
    slots = asyncio.Semaphore(CONCURRENCY)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit_per_host=CONCURRENCY)) as session:

        async def one(url: str) -> None:
            headers = {"If-None-Match": etags[url]} if url in etags else {}
            async with slots, session.get(url, headers=headers) as answer:
                body = await answer.read()
            if answer.status == 200:
                etags[url] = answer.headers["ETag"]
                read(body)

        await asyncio.gather(*(one(feed.url) for feed in feeds))


def _reader(feeds: Sequence[Feed], database: Path) -> Callable[[], None] | None:
    """The feed reader library `reader`, which updates all feeds when called; None where it is missing."""
    try:
        library = import_module("reader")
    except ImportError:
        return None
    with library.make_reader(str(database)) as reader:
        for feed in feeds:
            reader.add_feed(feed.url)

    def update() -> None:
        with library.make_reader(str(database)) as reader:
            for result in reader.update_feeds_iter(scheduled=False, workers=CONCURRENCY):
                assert not isinstance(result.value, Exception), result.value

    return update


def _publish(servers: Sequence[FeedServer], first: int) -> None:
    for number in range(FEEDS):
        entries = [
            FeedEntry(
                f"Report {number}-{entry} from the council of district {entry}",
                f"https://f{number}.example/{entry}",
                f"{number}-{entry}",
                summary=f"The council of district {entry} met on matter {number} and adjourned.",
            )
            for entry in range(first, first + ENTRIES)
        ]
        servers[number % HOSTS].serve(f"/{number}", Answer(rss(*entries), etag=f'"{first}"'))
