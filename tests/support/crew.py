"""Several processes that share the work of one world: now and then one is killed, and another takes its place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

from tests.support.siege import FURTHER, STORIES, Siege


class Crew:
    """The workers of a siege: `services` of them at any time."""

    def __init__(self, siege: Siege) -> None:
        self.siege = siege
        self.pids: list[int] = []

    async def start(self) -> None:
        """Start as many as are missing."""
        while len(self.pids) < self.siege.services:
            self.pids.append(await self.siege._start())

    async def supervise(self) -> None:
        """Start others for those that ended, as one does that finds no database when it begins."""
        for pid in list(self.pids):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                self.pids.remove(pid)
        await self.start()

    async def strike(self, *, patience: float = 30) -> None:
        """Publish, kill one of them at a random instant, and let another begin."""
        siege, rng = self.siege, self.siege.rng
        siege._publish()
        instant = asyncio.Event()
        count = rng.randint(1, STORIES + FURTHER)

        def on_event(_: object) -> None:
            nonlocal count
            count -= 1
            if count <= 0:
                instant.set()

        siege.world.slack.on_post = siege.world.feeds.on_request = on_event
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(instant.wait(), patience)
        await asyncio.sleep(rng.random() * 0.2)
        siege.world.slack.on_post = lambda _: None
        siege.world.feeds.on_request = lambda _: None
        await self.supervise()
        await self.kill(rng.choice(self.pids))
        await self.start()

    async def kill(self, pid: int) -> None:
        """kill -9 of one of them."""
        os.kill(pid, signal.SIGKILL)
        self.siege.kills += 1
        self.pids.remove(pid)
        assert await self.siege.starts.ended(pid) == -signal.SIGKILL

    async def all_told(self, *, limit: float) -> None:
        """Wait until everything is told, at most so many seconds."""
        siege = self.siege
        try:
            async with asyncio.timeout(limit):
                while not await siege.is_all_told():
                    await self.supervise()
                    await asyncio.sleep(0.5)
        except TimeoutError:
            siege.stuck.append(f"after {siege.kills} kills and {limit:.0f} s: {await siege._what_waits()}")

    async def stop(self) -> list[int]:
        """Stop them all; their exit statuses."""
        pids, self.pids = self.pids, []
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        return [await self.siege.starts.ended(pid) for pid in pids]
