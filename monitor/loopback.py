"""How something is served on this machine alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Self

from aiohttp import web


class OnLoopback(ABC):
    """An async context manager that serves its routes on a free `port` of loopback, or of `host` in that network."""

    host = "127.0.0.1"
    port = 0
    _runner: web.AppRunner

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """What is served."""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._runner.cleanup()
