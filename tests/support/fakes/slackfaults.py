"""What can go wrong with a call to the fake Slack."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class Fault(StrEnum):
    """What goes wrong with a call. "after" means that the message was stored."""

    LOST_REPLY = "connection closed after"
    CLOSED = "connection closed before"
    LIMITED = "429"
    ERROR_BEFORE = "500 before"
    ERROR_AFTER = "500 after"
    HTML = "an HTML body after"
    TEXT_BEFORE = "a plain text before"
    NOT_FOUND = "an HTML 404 before"
    FILTERED = "an HTML 403 before"
    INVALID_JSON = "invalid JSON after"
    EMPTY = "an empty body after"
    SILENCE_BEFORE = "no answer before"
    SILENCE_AFTER = "no answer after"


STORES = {Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.HTML, Fault.INVALID_JSON, Fault.EMPTY, Fault.SILENCE_AFTER}
"""The faults of calls that did what was asked."""

Trouble = Fault | str | None
"""A fault, an error code such as "not_in_channel", the status of what is not Slack ("http_405"), or nothing."""


def random_faults(rng: random.Random, rates: Mapping[Fault | str, float]) -> Callable[[Json], Trouble]:
    """A plan that lets each fault (or error code) happen at its rate, 0 to 1."""
    faults: list[Trouble] = [*rates, None]
    weights = [*rates.values(), 1 - sum(rates.values())]
    return lambda _: rng.choices(faults, weights)[0]


async def failed(
    request: web.Request, fault: Fault | str, *, retry_after: int, released: asyncio.Event
) -> web.StreamResponse:
    """The answer (or none) of a call that goes wrong; `released` ends the silent ones when the server stops."""
    match fault:
        case Fault.LIMITED:
            return limited(retry_after)
        case Fault.LOST_REPLY | Fault.CLOSED:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        case Fault.ERROR_BEFORE | Fault.ERROR_AFTER:
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        case Fault.HTML:
            return web.Response(body="<html>Bad gateway</html>", content_type="text/html", status=502)
        case Fault.TEXT_BEFORE:
            return web.Response(text="This network needs you to sign in")
        case Fault.NOT_FOUND:
            return web.Response(body="<html>Not found</html>", content_type="text/html", status=404)
        case Fault.FILTERED:
            return web.Response(body="<html>Blocked by policy</html>", content_type="text/html", status=403)
        case Fault.INVALID_JSON:
            return web.Response(body='{"ok": tru', content_type="application/json")
        case Fault.EMPTY:
            return web.Response(body=b"", content_type="application/json")
        case Fault.SILENCE_BEFORE | Fault.SILENCE_AFTER:
            await released.wait()
            return web.Response()
    return _page(int(fault.removeprefix("http_"))) if fault.startswith("http_") else refused(fault)


def _page(status: int) -> web.Response:
    """What a filter between here and Slack answers."""
    headers = {"Location": "http://127.0.0.1:9/blocked.html"} if 300 <= status < 400 else {}
    return web.Response(body="<html>Blocked</html>", content_type="text/html", status=status, headers=headers)


def refused(code: str, **more: object) -> web.Response:
    """Slack's no."""
    return web.json_response({"ok": False, "error": code, **more})


def limited(retry_after: int) -> web.Response:
    """Slack's not now."""
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(retry_after)}
    )
