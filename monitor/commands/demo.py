"""Plays the demo's story through the real chain, and shows what becomes of each item."""

from __future__ import annotations

import asyncio

from rich.console import Console

from monitor.commands import tables
from monitor.deliver.outbox import Outbox
from monitor.demo.server import DemoFeeds
from monitor.pipeline import Poller, poll_all

_PAUSE = 10.0


async def play(
    feeds: DemoFeeds, poller: Poller, outbox: Outbox, *, out: Console, stop: asyncio.Event, once: bool
) -> None:
    """Poll every phase of the story; then, unless `once`, go on polling every 10 s until `stop`."""
    phase, more = 1, True
    while more and not stop.is_set():
        out.rule(f"[bold]poll {phase} of {feeds.phases}: {len(feeds.feeds)} feeds")
        reports = await poll_all(poller, feeds.feeds, concurrency=len(feeds.feeds))
        delivered = await outbox.drain()
        out.print(tables.verdict_table(reports))
        out.print(tables.poll_table(reports, delivered=delivered))
        phase, more = phase + 1, feeds.advance()
    if not once and not stop.is_set():
        out.print("That was the whole story. The feeds stay up and are polled every 10 s; Ctrl-C ends the demo.")
    while not once and not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), _PAUSE)
        except TimeoutError:
            await poll_all(poller, feeds.feeds, concurrency=len(feeds.feeds))
            await outbox.drain()
