"""What the second way leads to: a web hook and a heartbeat's address on loopback, and what they were sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from monitor.loopback import OnLoopback
from tests.support.patience import PATIENCE

SECRET = "s3cret"


class Receiver(OnLoopback):
    """`told` is what the hook took, `beats` how often the other address was called, `asked` how often the hook was.

    `status` is what both answer.
    """

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.beats = 0
        self.asked = 0
        self.status = 200
        self.something = asyncio.Event()

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post(f"/hook/{SECRET}", self._hook), web.get("/beat", self._beat)]

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/{SECRET}"

    @property
    def beat(self) -> str:
        return f"http://127.0.0.1:{self.port}/beat"

    async def has(self, *, told: int = 0, asked: int = 0) -> None:
        """Wait until so many messages were taken, and the hook was asked so often."""
        async with asyncio.timeout(PATIENCE):
            while len(self.told) < told or self.asked < asked:
                self.something.clear()
                await self.something.wait()

    async def _hook(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.status == 200:
            self.told.append(await request.json())
        self.something.set()
        return web.Response(status=self.status, headers={"Location": "/beat"})

    async def _beat(self, _: web.Request) -> web.Response:
        self.beats += 1
        self.something.set()
        return web.Response(status=self.status)
