"""Polling feeds of 40 entries on loopback through the whole chain, into SQLite: changed ones and unchanged ones."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.rows import Row
from monitor import settings
from monitor.app.app import open_app
from monitor.config import configuration
from monitor.config.configuration import Configuration
from monitor.model import Feed, Route, Routes
from monitor.pipeline import Poller, poll_all
from storage.store import Store
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss

FEEDS, ENTRIES, NEW = 60, 40, 2
CONCURRENCY = 20


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
        async with FeedServer() as server:
            feeds = [Feed(id=f"f{n}", name=f"F{n}", url=server.url(f"/{n}"), family=f"f{n}") for n in range(FEEDS)]
            routes = Routes((Route(name="desk", channel="terminal"),))
            config = Configuration(tuple(feeds), routes, configuration.read_engine(Path("rules")), ())
            cards = Console(file=io.StringIO())
            async with open_app(options, config, store, clock=lambda: datetime.now(UTC), cards=cards) as app:
                _publish(server, 0)
                await poll_all(app.poller, feeds, concurrency=CONCURRENCY)
                _publish(server, NEW)
                changed = await _rate(app.poller, feeds)
                unchanged = await _rate(app.poller, feeds)
            reader = await _reader(server, feeds, Path(folder) / "reader.db")
        await store.close()
    ours = [
        Row(f"**changed feeds** ({ENTRIES} entries, {NEW} new)", f"{changed:,.0f} feeds/s", "1"),
        Row("**unchanged feeds** (304)", f"{unchanged:,.0f} feeds/s", "1"),
    ]
    if reader is None:
        return [*ours, Row("reader", "missing", "not installed here")]
    return [
        *ours,
        Row("reader, changed feeds", f"{reader[0]:,.0f} feeds/s", f"ours is {changed / reader[0]:.1f} times as fast"),
        Row(
            "reader, unchanged feeds", f"{reader[1]:,.0f} feeds/s", f"ours is {unchanged / reader[1]:.1f} times as fast"
        ),
    ]


async def _reader(server: FeedServer, feeds: Sequence[Feed], database: Path) -> tuple[float, float] | None:
    """Feeds a second, changed and unchanged, that the feed reader library `reader` does; None where it is missing."""
    try:
        library = import_module("reader")
    except ImportError:
        return None

    def update() -> float:
        with library.make_reader(str(database)) as reader:
            start = time.perf_counter()
            for result in reader.update_feeds_iter(scheduled=False, workers=CONCURRENCY):
                assert not isinstance(result.value, Exception), result.value
            return len(feeds) / (time.perf_counter() - start)

    def subscribe() -> None:
        with library.make_reader(str(database)) as reader:
            for feed in feeds:
                reader.add_feed(feed.url)

    _publish(server, 0)
    await asyncio.to_thread(subscribe)
    await asyncio.to_thread(update)
    _publish(server, NEW)
    return await asyncio.to_thread(update), await asyncio.to_thread(update)


async def _rate(poller: Poller, feeds: list[Feed]) -> float:
    start = time.perf_counter()
    await poll_all(poller, feeds, concurrency=CONCURRENCY)
    return len(feeds) / (time.perf_counter() - start)


def _publish(server: FeedServer, first: int) -> None:
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
        server.serve(f"/{number}", Answer(rss(*entries), etag=f'"{first}"'))
