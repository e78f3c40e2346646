"""What every request passes: the Host, the origin of changes, limits, and the headers that each answer carries.

Plain ASGI, around the whole site, so that no page can forget it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.console.access import Address

log = structlog.get_logger()

LARGEST_BODY = 64 * 1024
LARGEST_DRAFT_BODY = 3 << 20
"""Of the pages below /workbench/: a draft is up to six times as long when it is sent."""
_MOST_THROWN_AWAY = 32 << 20
LONG = ("/workbench/", "/feeds/import")
"""Where drafts and lists of feeds are sent."""
LONGEST_BODY_WAIT = 10.0
LONGEST_ANSWER = 30.0
LONGEST_QUERY = 4_000

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: browsers then send "Origin: null" with forms, and the origin of a change could not be checked.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Sent with every answer; nothing inline runs, nothing from elsewhere is loaded, nobody may frame a page."""

Refuse = Callable[[int], ASGIApp]
"""Gives what answers a request with an error page of this status."""


class Door:
    """The site behind its checks. `refuse` makes the page for what does not pass."""

    def __init__(self, site: ASGIApp, address: Address, refuse: Refuse) -> None:
        self._site = site
        self._address = address
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever happens, it gets an answer, and the service goes on."""
        if scope["type"] != "http":
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                headers.update(HEADERS)
                headers.setdefault("cache-control", "no-store")
                message = {**message, "headers": headers.raw}
            await send(message)

        try:
            async with asyncio.timeout(LONGEST_ANSWER):
                status, body = await self._checked(scope, receive)
                answer = self._site if status is None else self._refuse(status)
                await answer(scope, _given(body, receive), sent)
        except TimeoutError:
            log.warning("a page of the console took too long", action="console_page_slow", path=shown(scope["path"]))
            if not begun:
                await self._refuse(503)(scope, receive, sent)
        except Exception:
            log.exception("a page of the console failed", action="console_page_failed", path=shown(scope["path"]))
            if not begun:
                await self._refuse(500)(scope, receive, sent)

    async def _checked(self, scope: Scope, receive: Receive) -> tuple[int | None, bytes]:
        """The status with which a request is refused, or None, and its body."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._address.serves(hosts[0]):
            return 421, b""
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            return 414, b""
        if scope["method"] in ("GET", "HEAD"):
            return None, b""
        if any(urlsplit(origin).netloc.casefold() != hosts[0].casefold() for origin in headers.getlist("origin")):
            return 403, b""
        try:
            async with asyncio.timeout(LONGEST_BODY_WAIT):
                return await _body(receive, LARGEST_DRAFT_BODY if scope["path"].startswith(LONG) else LARGEST_BODY)
        except TimeoutError:
            return 408, b""


async def _body(receive: Receive, most: int) -> tuple[int | None, bytes]:
    """What was sent. What is too large is read to its end, if that comes soon: browsers show no answer before that."""
    read, size = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return 400, b""  # the browser is gone
        piece = message.get("body", b"")
        size += len(piece)
        read = read + piece if size <= most else bytearray()
        if size > _MOST_THROWN_AWAY or (size > most and not message.get("more_body")):
            return 413, b""
        if not message.get("more_body"):
            return None, bytes(read)


def shown(path: str) -> str:
    """A path as logs show it: of what is secret in it, nothing."""
    return f"{path[: path.find('/', 1)]}/…" if path.startswith("/atom/") else path[:200]


def _given(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then what comes after it."""
    waiting = [body]

    async def given() -> Message:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return given
