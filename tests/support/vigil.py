"""Watches one service for an hour while news comes a hundred times as fast, and everything goes wrong in turn.

The service's clock and limits are real. What is a hundred times as fast is the news, and how often feeds are asked: so
an hour has the articles and polls of four days. What waits for a time (daily upkeep, an outage of so many minutes) does
not come a hundred times as often.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.fakes.feed_server import FeedServer
from tests.support.fakes.slack import FakeSlack
from tests.support.fakes.slackfaults import random_faults
from tests.support.hooks import HookReceiver
from tests.support.month import Month
from tests.support.siege import DESKS, FAULTS, READING_FAULTS, Services, Siege, surrounded, write_desks
from tests.support.tree import ROOT
from tests.support.woes import Draw, suffer
from tests.support.world import World

FEEDS = 40
SHIPPED = ("conflict-desk", "weapons-desk", "diplomacy-desk")
"""The routes that the shipped rules name."""
SPEED = 100
INTERVAL = 5 * 60 / SPEED
"""Seconds between two polls of a feed: the shipped five minutes, a hundred times as often."""

FEWER_FAULTS = 0.2
"""How often calls of Slack go wrong, of how often they do in a siege: beside the woes."""

UNHARMED = 60.0
"""Seconds before the first woe."""

PAUSE = 30.0
"""Seconds at most from the end of one woe to the next."""

LASTS = 45.0
"""Seconds at most of a woe that nobody needs to be told of."""

WARM_UP = 600.0
"""Seconds after which memory and descriptors must stay."""

GROWTH, MORE_DESCRIPTORS = 0.05, 3
"""How much more memory the service may take at the end, and how many more descriptors."""

SETTLES = 420.0
"""Seconds for what is left to be told, when nothing goes wrong any more."""


@dataclass(frozen=True)
class Look:
    """What the processes took at a time: megabytes and descriptors of the service, and of each other process."""

    at: float
    service: tuple[float, int]
    others: tuple[tuple[float, int], ...]

    def line(self) -> str:
        """For a person."""
        megabytes, descriptors = self.service
        others = ", ".join(f"{mb:.0f} MB {count}" for mb, count in self.others)
        return f"{self.at / 60:4.0f} min: service {megabytes:.0f} MB, {descriptors} descriptors; others {others}"


@dataclass
class Vigil:
    """`watch` it. `siege` has the service and keeps account, `month` has the feeds."""

    siege: Siege
    month: Month
    looks: list[Look] = field(default_factory=list)

    async def watch(self, seconds: float, say: Callable[[str], None]) -> list[str]:
        """Run the service so long, and until all is told; what was wrong."""
        siege, stopping = self.siege, asyncio.Event()
        self._began = time.monotonic()
        service = asyncio.create_task(siege._supervised(stopping))
        beside = [
            asyncio.create_task(task)
            for task in (self._publish(), self._look_now_and_then(say), self._harm(seconds, say))
        ]
        try:
            await asyncio.wait(beside[2:], return_when=asyncio.FIRST_COMPLETED)
            await beside[2]
            for task in beside:
                task.cancel()
            said = siege.published = list(self.month.published)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SETTLES):
                    while not await siege.is_all_told():  # noqa: ASYNC110
                        await asyncio.sleep(1)
            told = len(siege.channels.told())
            say(f"{self.month.articles} articles in {FEEDS} feeds, {len(said)} for desks, {told} told")
        finally:
            for task in beside:
                task.cancel()
            stopping.set()
            status = await service
        wrong = siege.faults() + self._growth()
        wrong += [f"{what}, {count} times" for what, count in siege.happened.items() if what.startswith("ended by")]
        return [*wrong, *([f"stopped with {status}"] if status else [])]

    def _now(self) -> float:
        return time.monotonic() - self._began

    async def _publish(self) -> None:
        before = self._now()
        while True:
            await asyncio.sleep(0.25)
            self.month.pass_by(self._now(), self._now() - before)
            before = self._now()

    async def _harm(self, seconds: float, say: Callable[[str], None]) -> None:
        around = self.siege.around
        assert around is not None
        draw = Draw(around)
        await asyncio.sleep(min(UNHARMED, seconds / 3))
        while self._now() < seconds:
            name = draw.next()
            self.siege.happened[name] += 1
            for _ in range(3):
                self.month.a_report(self._now())
            outcome = await suffer(name, around, seconds=around.rng.uniform(5, LASTS))
            self.siege.outcomes.append(outcome)
            say(f"{self._now() / 60:4.1f} min: {outcome.line()}")
            for line in outcome.wrong:
                say(f"  WRONG: {line}")
            await asyncio.sleep(around.rng.uniform(5, PAUSE))

    async def _look_now_and_then(self, say: Callable[[str], None]) -> None:
        minute = 1
        while True:
            await asyncio.sleep(max(0.0, minute * 60 - self._now()))
            minute += 1
            if self.siege.pids and (look := _looked(self.siege.pids[0], self._now())):
                self.looks.append(look)
                self.siege.published = list(self.month.published)
                told = len(self.siege.channels.told())
                say(f"{look.line()}; {told} of {len(self.siege.published)} told, {self.month.articles} articles")

    def _growth(self) -> list[str]:
        """What grew from the time after the warm-up to the end; nothing is said of a run too short to tell."""
        steady = [look for look in self.looks if look.at >= WARM_UP]
        if len(steady) < 12:
            return []
        part = min(10, len(steady) // 3)
        first, last = steady[:part], steady[-part:]
        before, after = (statistics.median(look.service[0] for look in looks) for looks in (first, last))
        open_before, open_after = (min(look.service[1] for look in looks) for looks in (first, last))
        wrong = []
        if after >= before * (1 + GROWTH):
            wrong.append(f"the service's memory grew from {before:.0f} to {after:.0f} MB")
        if open_after > open_before + MORE_DESCRIPTORS:
            wrong.append(f"the service's descriptors grew from {open_before} to {open_after}")
        return wrong


def _looked(pid: int, at: float) -> Look | None:
    try:
        service = psutil.Process(pid)
        others = []
        for one in service.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                others.append((one.memory_info().rss / 1e6, one.num_fds()))
        return Look(at, (service.memory_info().rss / 1e6, service.num_fds()), tuple(others))
    except psutil.Error:
        return None


@contextlib.asynccontextmanager
async def vigil(folder: Path, starts: Services, seed: int, *, clocks: bool) -> AsyncIterator[Vigil]:
    """A service with the shipped rules beside those of the desks, and forty feeds."""
    rng = random.Random(seed)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with contextlib.AsyncExitStack() as stack:
        feeds = await stack.enter_async_context(FeedServer())
        slack = await stack.enter_async_context(FakeSlack())
        hook = await stack.enter_async_context(HookReceiver())
        world = World(folder, feeds, slack)
        shutil.copytree(ROOT / "rules", folder / "rules")
        write_desks(world, hook=hook.url, more=SHIPPED)
        siege = Siege(world, starts, random.Random(seed + 1))
        around = await surrounded(world, hook, stack, random.Random(seed + 3), clocks=clocks)
        around.pids = lambda: siege.pids
        siege.befall(around)
        names = tuple(f"feed{number}" for number in range(FEEDS))
        around.paths = lambda: [f"/{name}.xml" for name in names]
        month = Month(feeds, names, DESKS, SPEED, rng)
        world.poll_feeds(*names, interval=f"{INTERVAL:g}s", host=".news.test")
        few = (
            {fault: rate * FEWER_FAULTS for fault, rate in rates.items()} for rates in (FAULTS, READING_FAULTS, FAULTS)
        )
        slack.plan, slack.history_plan, slack.update_plan = (siege.noting(random_faults(rng, rates)) for rates in few)
        yield Vigil(siege, month)


def counted(happened: Counter[str]) -> str:
    """How often each thing went wrong."""
    return ", ".join(f"{count} {fault}" for fault, count in sorted(happened.items()))
