"""Judging on PostgreSQL by several processes at once: polls a second, in all together.

Each process has feeds of its own, and judges polls of two new entries each as the service does: of ordinary news, of
which none matches, and with two in a hundred that do.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.rows import Row
from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import prepare
from monitor.model import Entry, Feed, FeedState, Route, Routes
from storage.store import Store
from tests.support.postgresql import new_databases
from tests.support.rules import engine as rules_of

POLLS, ENTRIES, AT_ONCE = 1_500, 2, 16
RUNS = 3
MATCHING = 0.02
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def run() -> list[Row]:
    """The figures for one process and for four, in turns."""
    rates: dict[int, list[float]] = {1: [], 4: []}
    with new_databases() as new:
        for _ in range(RUNS):
            for processes, measured in rates.items():
                measured.append(_measure(new(), processes))
    one, four = (statistics.median(measured) for measured in rates.values())
    return [
        Row("judging on PostgreSQL, 1 process", f"{one:,.0f} polls/s"),
        Row("judging on PostgreSQL, 4 processes together", f"{four:,.0f} polls/s", f"{four / one:.2f} times one"),
    ]


def _measure(url: str, processes: int) -> float:
    asyncio.run(_upgrade(url))
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    each = POLLS // processes
    workers = [context.Process(target=_work, args=(url, number, each, ready)) for number in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    assert not any(worker.exitcode for worker in workers)
    return processes * each / (time.perf_counter() - began)


async def _upgrade(url: str) -> None:
    store = Store.open(url)
    await store.upgrade()
    await store.close()


def _work(url: str, number: int, count: int, ready: Barrier) -> None:
    asyncio.run(_judge_all(url, number, count, ready))


async def _judge_all(url: str, number: int, count: int, ready: Barrier) -> None:
    rules = rules_of({"weapon": ["cluster munitions"]}, send_to=("desk",))
    policy = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=None)
    store = Store.open(url)
    now = _LONG_AGO + timedelta(days=300)
    asked = []
    for poll in range(count):
        name = f"f{number}-{poll % 100}"
        feed = Feed(id=name, name=name, url=f"https://{name}.example/rss", family=name)
        matches = int(poll * MATCHING) != int((poll - 1) * MATCHING)
        entries = [_entry(name, poll * ENTRIES + one, matches and one == 0) for one in range(ENTRIES)]
        prepared = prepare(entries, feed, rules, language="en", base_url=feed.url, now=now)
        state = FeedState(feed_id=name, baselined_at=_LONG_AGO)
        build = partial(judge, part=DocumentPart(prepared), poll=Poll(state), policy=policy, now=now)
        asked.append((lookup_of(feed, prepared, now=now), build))
    await store.feed_states()
    await asyncio.to_thread(ready.wait)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(lookup: Any, build: Callable[..., Any]) -> None:
        async with slots:
            await store.judge(lookup, build)

    await asyncio.gather(*(one(lookup, build) for lookup, build in asked))
    await store.close()


def _entry(feed: str, number: int, matches: bool) -> Entry:
    words = uuid.uuid5(uuid.NAMESPACE_URL, f"{feed}/{number}").hex
    title = f"{'Cluster munitions reported near ' if matches else 'Council votes on '}{words[:8]} and {words[8:16]}"
    link = f"https://{feed}.example/{number}"
    return Entry(title=title, link=link, guid=link, summary=f"{words[16:24]} {words[24:]}", digest=words)
