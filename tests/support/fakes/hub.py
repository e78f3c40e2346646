"""A real WebSub hub on loopback: takes subscriptions, asks back, and pushes as a test wants."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
from collections import Counter
from collections.abc import Iterable
from typing import Self

import aiohttp
from aiohttp import web

from monitor.loopback import OnLoopback
from tests.support.patience import PATIENCE


class FakeHub(OnLoopback):
    """`asks` are the forms it got. It asks back at once, with `lease` seconds, unless `silent`; `status` is its answer,
    unless it `moved` to another address.

    `wait_for` returns when it agreed to so many requests.
    """

    def __init__(self) -> None:
        self.asks: list[dict[str, str]] = []
        self.lease = 1000
        self.status = 202
        self.silent = False
        self.moved = False
        self.agreed: list[str] = []
        self._changed = asyncio.Condition()
        self._session: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/hub", self._asked), web.post("/hub/new", self._asked)]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._session is not None:
            await self._session.close()
        await super().__aexit__(*failure)

    async def _asked(self, request: web.Request) -> web.Response:
        if self.moved and request.path == "/hub":
            return web.Response(status=301, headers={"Location": "/hub/new"})
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asks.append(form)
        if self.status == 202 and not self.silent:
            # As many hubs do: before they answer.
            status, text = await self.ask_back(form)
            if (status, text) == (200, "a challenge"):
                self.agreed.append(form["hub.mode"])
        async with self._changed:
            self._changed.notify_all()
        return web.Response(status=self.status)

    async def ask_back(self, form: dict[str, str], **over: str) -> tuple[int, str]:
        """Ask whether a request was meant; status and text of the answer."""
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "a challenge",
            "hub.lease_seconds": str(self.lease),
        } | {f"hub.{name}": value for name, value in over.items()}
        assert self._session is not None
        async with self._session.get(form["hub.callback"], params=query) as answer:
            return answer.status, await answer.text()

    async def push(
        self, body: str | bytes, *, signature: str | None = None, method: str = "sha256", link: str = ""
    ) -> int:
        """Push a document to who subscribed last, signed with the secret unless a `signature` is given."""
        form = [ask for ask in self.asks if ask["hub.mode"] == "subscribe"][-1]
        body = body.encode() if isinstance(body, str) else body
        made = hmac.new(form["hub.secret"].encode(), body, getattr(hashlib, method)).hexdigest()
        signature = f"{method}={made}" if signature is None else signature
        headers = {"Content-Type": "application/rss+xml"} | ({"X-Hub-Signature": signature} if signature else {})
        headers |= {"Link": link} if link else {}
        assert self._session is not None
        async with self._session.post(form["hub.callback"], data=io.BytesIO(body), headers=headers) as answer:
            return answer.status

    async def wait_for(self, asks: int, *, seconds: float = PATIENCE) -> None:
        """Wait until it got so many requests."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.asks) >= asks)

    def counts(self) -> Counter[str]:
        """How many requests of each mode it agreed to."""
        return Counter(self.agreed)
