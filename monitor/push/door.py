"""What hubs can reach: one address for each subscription, where they ask whether it was meant, and push to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.collect.fetching.headers import hub_of
from monitor.collect.fetching.unpack import NotUnpacked, TooLarge, is_packed, unpacked
from monitor.errors import StoreError
from monitor.model import Fetched, PushState, Subscription
from monitor.pipeline.report import PollReport
from monitor.push import websub
from monitor.push.keeper import Keeper

MOST_BYTES = 5_000_000
"""The largest document that is taken; a larger one is left to the next poll."""

MOST_A_MINUTE = 60
"""How many pushes of one feed are taken in a minute."""

_AT_ONCE = 4
_LONGEST_BODY_TAKES = 30.0
_MINUTE = 60.0

Take = Callable[[str, Fetched], Awaitable[PollReport | None]]
"""Takes in what was pushed for a feed, by its id; None when it is no longer polled."""


def door_of(keeper: Keeper, take: Take, *, uptime: Callable[[], float]) -> Starlette:
    """The application. `uptime` are seconds of a clock that never goes back."""
    door = _Door(keeper, take, uptime)
    # Whoever stands in front may add a path of its own.
    paths = ("/push/{token}", "/{before:path}/push/{token}")
    routes = [Route(path, door.verify, methods=["GET"]) for path in paths]
    routes += [Route(path, door.take, methods=["POST"]) for path in paths]
    return Starlette(routes=routes)


class _Door:
    def __init__(self, keeper: Keeper, take: Take, uptime: Callable[[], float]) -> None:
        self._keeper = keeper
        self._take = take
        self._uptime = uptime
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._came: dict[str, list[float]] = {}

    async def verify(self, request: Request) -> Response:
        try:
            one = await self._keeper.by_token(request.path_params["token"])
            answer = await self._keeper.verify(one, request.query_params) if one else None
        except StoreError:
            return PlainTextResponse("try again", 503, {"Retry-After": "30"})
        return PlainTextResponse("not known", 404) if answer is None else PlainTextResponse(answer)

    async def take(self, request: Request) -> Response:
        try:
            return await self._taken(request)
        except StoreError:
            return PlainTextResponse("try again", 503, {"Retry-After": "30"})
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("incomplete", 408)

    async def _taken(self, request: Request) -> Response:
        one = await self._keeper.by_token(request.path_params["token"])
        if one is None or one.state is PushState.LEAVING:
            return PlainTextResponse("not known", 410 if one else 404)
        if not self._is_in_time(one.feed_id):
            return PlainTextResponse("too many", 429, {"Retry-After": "60"})
        async with self._slots:
            async with asyncio.timeout(_LONGEST_BODY_TAKES):
                body = await _body(request)
            if body is None:
                return PlainTextResponse("too large", 413)
            if not websub.is_signed(one, body, request.headers.get("X-Hub-Signature", "")):
                await self._keeper.forged(one)
                return PlainTextResponse("taken", 202)  # a hub learns nothing from it (WebSub, 8)
            return await self._read(one, body, request)

    async def _read(self, one: Subscription, body: bytes, request: Request) -> Response:
        label = request.headers.get("Content-Encoding", "")
        try:
            if is_packed(body, label):
                body = await asyncio.to_thread(_unpacked, body, label)
        except (TooLarge, NotUnpacked):
            return PlainTextResponse("cannot be unpacked", 413)
        # Not the address that polls are of: what is remembered of their documents stays.
        pushed = Fetched(
            url=f"{one.topic}#pushed",
            body=body,
            content_type=request.headers.get("Content-Type"),
            hub=hub_of(request.headers.getlist("Link"), one.topic),
        )
        report = await self._take(one.feed_id, pushed)
        if report is None:
            return PlainTextResponse("not known", 410)
        if not report.written:
            return PlainTextResponse("try again", 503, {"Retry-After": "30"})
        await self._keeper.came(one)
        return PlainTextResponse("taken", 202)

    def _is_in_time(self, feed_id: str) -> bool:
        now = self._uptime()
        came = [at for at in self._came.get(feed_id, ()) if now - at < _MINUTE]
        self._came[feed_id] = came
        if len(came) >= MOST_A_MINUTE:
            return False
        came.append(now)
        return True


def _unpacked(body: bytes, label: str) -> bytes:
    return b"".join(unpacked([body], label, most=MOST_BYTES))


async def _body(request: Request) -> bytes | None:
    """The body as it was sent, for it is signed so; None when it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
