"""From an entry being served to the request at Slack: 50 polls a second over loopback, into SQLite.

Where a sentence encoder is installed, once more with it and as many matches as news has: it reads each of them.
"""

from __future__ import annotations

import asyncio
import functools
import io
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.crowd import CHANNELS, rule_of, strike
from benchmarks.rows import Row
from monitor import settings
from monitor.app.app import App, open_app
from monitor.config.configuration import Configuration
from monitor.match.engine import Engine, compile_rules
from monitor.match.rulefile import read_rules
from monitor.meaning.encoder import AUTO, encoder_of
from monitor.model import Feed, PollStatus, Route, Routes
from monitor.pipeline.poll import poll_all
from monitor.settings import OFF
from storage.store import Store
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, Seen, rss
from tests.support.fakes.slack import FakeSlack

POLLS_A_SECOND = 50
SECONDS = 12
WARM_UP = 1
CONCURRENCY = 20
ENTRIES = 20
FEEDS = 100
EVERY, EVERY_READ = 7, 50
"""Each so many polls there is a matching entry, the second where an encoder reads it; all others bring an entry that no
rule meets."""


def run() -> list[Row]:
    """The figures, as rows of what was measured."""
    rows = [asyncio.run(_run(OFF, EVERY))]
    if encoder_of(AUTO) is not None:
        rows.append(asyncio.run(_run(AUTO, EVERY_READ)))
    return rows


@dataclass(slots=True)
class _Times:
    """When the entry of each word was served, and when its alert came to Slack; `waiting` are words by path."""

    waiting: dict[str, str] = field(default_factory=dict)
    served: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)

    def on_request(self, seen: Seen) -> None:
        if (word := self.waiting.pop(seen.path, None)) is not None:
            self.served[word] = time.perf_counter()

    def on_post(self, message: dict[str, object]) -> None:
        text = str(message["text"])
        word = next((word for word in self.served if word in text), None)
        if word is not None:
            self.arrived.setdefault(word, time.perf_counter())


async def _run(meaning: str, every: int) -> Row:
    times = _Times()
    async with FeedServer() as server, FakeSlack() as slack, _app(server, slack, meaning) as (app, feeds):
        slack.on_post, server.on_request = times.on_post, times.on_request
        await app.load()
        for number in range(FEEDS):
            _publish(server, number, 0, every)
        # From here on the feeds are known, and bring one new entry each time.
        await poll_all(app.poller, feeds, concurrency=CONCURRENCY)
        stop = asyncio.Event()
        pump = asyncio.create_task(app.outbox.run(stop))
        pace = await _poll_evenly(app, feeds, server, times, every)
        due = len(times.served)
        async with asyncio.timeout(30):
            while len(times.arrived) < due:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        stop.set()
        await pump
        read = app.meaning.counts["read"] if app.meaning else 0
    centiles = statistics.quantiles((1000 * (times.arrived[word] - at) for word, at in times.served.items()), n=100)
    what = f"entry served -> request at Slack, {pace:.0f} polls/s of {ENTRIES} entries, {due} alerts"
    return Row(
        what + (f", {read} texts read by the encoder" if app.meaning else ""),
        f"median {centiles[49]:.0f} ms, **p95 {centiles[94]:.0f} ms**, p99 {centiles[98]:.0f} ms",
        "goal: p95 under 250 ms",
    )


async def _poll_evenly(app: App, feeds: Sequence[Feed], server: FeedServer, times: _Times, every: int) -> float:
    """Poll the feeds in turn, each with one new entry; how many polls there were in a second."""
    began = time.perf_counter()
    polls: set[asyncio.Task[None]] = set()
    total = POLLS_A_SECOND * (SECONDS + WARM_UP)
    for number in range(total):
        feed = feeds[number % FEEDS]
        word = _publish(server, number % FEEDS, 1 + number // FEEDS, every)
        if word and number >= POLLS_A_SECOND * WARM_UP:
            times.waiting[f"/{feed.id}"] = word
        polls.add(task := asyncio.create_task(_poll(app, feed)))
        task.add_done_callback(polls.discard)
        await asyncio.sleep(max(0.0, began + (number + 1) / POLLS_A_SECOND - time.perf_counter()))
    await asyncio.gather(*polls)
    return total / (time.perf_counter() - began)


async def _poll(app: App, feed: Feed) -> None:
    report = await app.poller.poll(feed)
    assert report.status is PollStatus.OK, report
    app.outbox.wake()


@asynccontextmanager
async def _app(server: FeedServer, slack: FakeSlack, meaning: str) -> AsyncIterator[tuple[App, list[Feed]]]:
    """An app that polls as many feeds as there are polls in two seconds, with the shipped rules."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        options = settings.load(
            {
                "database_url": f"sqlite:///{folder}/bench.db",
                "slack_bot_token": slack.token,
                "slack_api_url": slack.base_url,
                "wirewatch_allow_private_addresses": True,
                "wirewatch_catch_up": "all",
                "wirewatch_meaning": meaning,
            }
        )
        store = Store.open(options.database_url)
        await store.upgrade()
        feeds = [Feed(id=f"f{n}", name=f"F{n}", url=server.url(f"/f{n}"), family=f"f{n}") for n in range(FEEDS)]
        # A desk has one channel; many routes stand for many desks, each with a channel that is free.
        routes = Routes(tuple(Route(name=f"r{n}", channel=f"C0R{n}") for n in range(CHANNELS)))
        config = Configuration(tuple(feeds), routes, _engine(folder), ())
        cards = Console(file=io.StringIO())
        async with open_app(options, config, store, clock=lambda: datetime.now(UTC), cards=cards) as app:
            yield app, feeds
        await store.close()


def _engine(folder: str) -> Engine:
    """The shipped rules, whose alerts go nowhere, and one rule for each channel, whose word is in one entry in 40."""
    path = Path(folder) / "rules"
    path.mkdir()
    for number in range(CHANNELS):
        (path / f"desk-{number}.yaml").write_text(rule_of(number), encoding="utf-8")
    desks, shipped = (read_rules(where) for where in (path, Path("rules")))
    assert len(desks.rules) == CHANNELS
    return compile_rules(
        (*desks.rules, *(replace(rule, send_to=("nowhere",)) for rule in shipped.rules)), shipped.opinions
    )


def _publish(server: FeedServer, feed: int, number: int, every: int) -> str | None:
    """Serve a feed whose newest entry is the one of this round; the word by which its alert is known if it matches."""
    entries = [_entry(feed, number - back, every) for back in range(ENTRIES)]
    server.serve(f"/f{feed}", Answer(rss(*entries)))
    return _word(feed, number) if _matches(feed, number, every) else None


def _matches(feed: int, number: int, every: int) -> bool:
    return number > 0 and (number * FEEDS + feed) % every == 0


def _entry(feed: int, number: int, every: int) -> FeedEntry:
    """The entry that a feed brings in a round: the same whenever it is asked for."""
    word, link = _word(feed, number), f"https://f{feed}.example/{number}"
    if not _matches(feed, number, every):
        summary = f"The budget of {word} was adopted after a long debate on parks."
        return FeedEntry(f"Council {word} adopts its budget", link, f"{feed}-{number}", summary=summary)
    title, summary = strike((number * FEEDS + feed) // every % CHANNELS, word)
    return FeedEntry(title, link, f"{feed}-{number}", summary=summary)


@functools.cache
def _word(feed: int, number: int) -> str:
    """A name that no other entry has."""
    rng = random.Random(number * FEEDS + feed)
    return "".join(rng.choice(("ba", "do", "fe", "gu", "ki", "lo", "mu", "na", "pe", "ri")) for _ in range(6)).title()
