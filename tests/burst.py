"""`make burst`: 300 critical alerts in one second, a service of its own, and a Slack that takes one message a second.

Takes five and a half minutes. Prints how many posts were tried and refused, and how the memory of the service went.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.soak import Interpreters
from tests.support.fakes.feed_server import FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.world import DESK, World

ALERTS = 300
_MOST_GROWTH = 10
"""Megabytes that the service may grow by from the tenth alert to the last."""


async def burst(folder: Path) -> int:
    """Serve them, wait until all are told, print figures; how many things were wrong."""
    rng = random.Random(1)
    titles = [" ".join("".join(rng.sample("bdfgklmnprst", 8)) for _ in range(4)) + " floods" for _ in range(ALERTS)]
    async with FeedServer() as feeds, FakeSlack(strict=True) as slack:
        world = World(folder, feeds, slack)
        world.environment["WIREWATCH_RULES"] = str(folder / "rules")
        world.write(
            "rules/floods.yaml",
            "format: 1\nid: floods\ntitle: Floods\nstatus: live\nseverity: critical\nwords: {water: {en: [flood]}}\n"
            "find: [{name: any mention, all: [water]}]\nexamples: {match: [Floods], no_match: [nothing]}\n",
        )
        world.poll_feeds("wire", interval="5s")
        entries = [FeedEntry(title, f"https://w.example/{n}", str(n), summary=title) for n, title in enumerate(titles)]
        feeds.serve("/wire.xml", rss(*reversed(entries)))
        starts = Interpreters()
        pid = await starts.start(folder, world.environment)
        memory: list[tuple[int, float]] = []
        began = time.monotonic()
        while len(slack.messages(DESK)) < ALERTS and time.monotonic() - began < 3 * ALERTS:
            await asyncio.sleep(2)
            memory.append((len(slack.messages(DESK)), psutil.Process(pid).memory_info().rss / 1e6))
        took = time.monotonic() - began
        os.kill(pid, signal.SIGTERM)
        status = await starts.ended(pid)
        tried = len(slack.calls("chat.postMessage"))
        told = Counter(title for message in slack.messages(DESK) for title in titles if title in message["text"])
    early = next(size for count, size in memory if count >= ALERTS // 30)
    grown = memory[-1][1] - early
    refused = tried - told.total()
    print(f"{told.total()} of {ALERTS} told in {took:.0f} s, {refused} posts refused, stopped with {status}")
    print(
        f"memory of the service: {early:.0f} MB after {ALERTS // 30} alerts, {memory[-1][1]:.0f} MB after all of them"
    )
    wrong = [f"told {told[title]} times: {title}" for title in titles if told[title] != 1]
    wrong += [f"{refused} posts were refused"] if refused else []
    wrong += [f"the memory grew by {grown:.0f} MB"] if grown > _MOST_GROWTH else []
    print("\n".join(wrong) or "nothing lost, nothing doubled, nothing refused")
    return len(wrong)


def main() -> None:
    """End with 1 when anything was wrong."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-burst-") as folder:
        sys.exit(asyncio.run(burst(Path(folder))) > 0)


if __name__ == "__main__":
    main()
