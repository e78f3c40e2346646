"""What the second way leads to: a web hook and a heartbeat's address on loopback, and what they were sent."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.support.patience import PATIENCE

SECRET = "s3cret"


class Receiver:
    """`told` is what the hook took, `beats` how often the other address was called, `asked` how often the hook was.

    `status` is what both answer.
    """

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.beats = 0
        self.asked = 0
        self.status = 200
        self.something = asyncio.Event()

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post(f"/hook/{SECRET}", self._hook)
        application.router.add_get("/beat", self._beat)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

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
