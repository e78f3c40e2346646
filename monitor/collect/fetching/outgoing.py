"""By which way does a request leave: directly, behind the guard, or by the proxy of the environment?

A proxy connects where we cannot see, and its own address is mostly a private one. So what goes by it has connections of
its own without the guard, and the name is looked up before. docs/decisions/0065.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from monitor.collect.fetching.guard import AddressRefused, guarded_sockets, is_number, refusal
from monitor.collect.fetching.names import SLOW, Names
from monitor.settings.proxies import Proxies


class Outgoing:
    """Sessions that reach no private address unless feeds may; to be made in a running event loop.

    `connector` makes the pool of connections of each, `options` are those of aiohttp's sessions.
    """

    def __init__(
        self,
        proxies: Proxies,
        *,
        allow_private: bool,
        connector: Callable[..., aiohttp.TCPConnector] = aiohttp.TCPConnector,
        **options: Any,
    ) -> None:
        self._proxies = proxies
        self._allow_private = allow_private
        self._names = Names()
        self._connector = connector
        self._options = options
        guard = guarded_sockets(allow_private=allow_private)
        self.direct = aiohttp.ClientSession(connector=connector(socket_factory=guard, resolver=Names()), **options)
        self._by_proxy: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        await self.direct.close()
        await self._names.close()
        if self._by_proxy is not None:
            await self._by_proxy.close()

    async def to(self, url: str) -> tuple[aiohttp.ClientSession, str | None]:
        """The session that asks for an address, and the proxy to name to it.

        Raises:
            AddressRefused: the proxy would be asked for an address that may not be connected to, as far as the
                nameservers of this machine know.
        """
        proxy = self._proxies.of(url)
        if proxy is None:
            return self.direct, None
        if why := await self._refused(urlsplit(url).hostname or ""):
            raise AddressRefused(why)
        if self._by_proxy is None:
            self._by_proxy = aiohttp.ClientSession(connector=self._connector(resolver=Names()), **self._options)
        return self._by_proxy, proxy

    async def _refused(self, host: str) -> str | None:
        """Why a host may not be asked for. Where names are known to the proxy alone, it is the proxy that decides."""
        addresses = [host]
        if not is_number(host):
            try:
                async with asyncio.timeout(SLOW):
                    addresses = [one["host"] for one in await self._names.resolve(host, family=socket.AF_UNSPEC)]
            except (OSError, TimeoutError):
                return None
        return next(filter(None, (refusal(one, allow_private=self._allow_private) for one in addresses)), None)
