"""Polling feeds of 40 entries on loopback through the whole chain, into SQLite: changed ones and unchanged ones."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.rows import Row
from monitor import configuration, settings
from monitor.configuration import Configuration
from monitor.house import open_house
from monitor.model import Feed, Route, Routes
from monitor.pipeline import Poller, poll_all
from storage.store import Store
from tests.fakes.feed_server import Answer, FeedEntry, FeedServer, rss

FEEDS, ENTRIES, NEW = 60, 40, 2


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
            async with open_house(options, config, store, clock=lambda: datetime.now(UTC), cards=cards) as house:
                _publish(server, 0)
                await poll_all(house.poller, feeds, concurrency=20)
                _publish(server, NEW)
                changed = await _rate(house.poller, feeds)
                unchanged = await _rate(house.poller, feeds)
        await store.close()
    return [
        Row(f"polling changed feeds ({ENTRIES} entries, {NEW} new)", f"{changed:,.0f} feeds/s"),
        Row("polling unchanged feeds (304)", f"{unchanged:,.0f} feeds/s"),
    ]


async def _rate(poller: Poller, feeds: list[Feed]) -> float:
    start = time.perf_counter()
    await poll_all(poller, feeds, concurrency=20)
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
