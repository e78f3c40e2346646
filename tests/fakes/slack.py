"""A Slack on loopback: real sockets, the methods Wirewatch uses, and every fault on demand."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

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
    INVALID_JSON = "invalid JSON after"
    SILENCE_BEFORE = "no answer before"
    SILENCE_AFTER = "no answer after"


_STORES = {Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.HTML, Fault.INVALID_JSON, Fault.SILENCE_AFTER}


@dataclass
class FakeSlack:
    """`faults` are used up by the next posts, one each: a Fault, or an error code such as "not_in_channel".

    `plan` is asked for each post that `faults` says nothing about. `history_faults` are for look-ups.
    """

    token: str = "xoxb-test"
    retry_after: int = 1
    page: int = 200
    faults: deque[Fault | str | None] = field(default_factory=deque)
    history_faults: deque[str] = field(default_factory=deque)
    plan: Callable[[Json], Fault | str | None] = lambda _: None
    requests: list[tuple[str, Json]] = field(default_factory=list)
    unknown_channels: set[str] = field(default_factory=set)
    on_post: Callable[[Json], None] = lambda _: None
    _messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _clock: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _runner: web.AppRunner | None = None
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/api/{method}", self._handle)
        application.router.add_get("/api/{method}", self._handle)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, shutdown_timeout=0.1).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def messages(self, channel: str | None = None) -> list[Json]:
        """What stands in a channel (or in all), threads included, in the order it came."""
        found = [m for name, messages in self._messages.items() if channel in (None, name) for m in messages]
        return sorted(found, key=lambda message: float(message["ts"]))

    def alert_ids(self, channel: str | None = None) -> list[str]:
        return [message["metadata"]["event_payload"]["alert_id"] for message in self.messages(channel)]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await _arguments(request)
        self.requests.append((method, body))
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _answer({"ok": False, "error": "invalid_auth"})
        match method:
            case "chat.postMessage":
                return await self._post(request, body)
            case "chat.update":
                return self._update(body)
            case "conversations.history" | "conversations.replies":
                return self._history(method, body)
            case "conversations.info":
                known = body["channel"] not in self.unknown_channels
                channel = {"id": body["channel"], "is_member": True, "is_archived": False}
                return _answer(
                    {"ok": True, "channel": channel} if known else {"ok": False, "error": "channel_not_found"}
                )
            case "auth.test":
                return _answer({"ok": True, "user_id": "U0", "team_id": "T0"})
        return _answer({"ok": False, "error": "unknown_method"})

    async def _post(self, request: web.Request, body: Json) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else self.plan(body)
        if body["channel"] in self.unknown_channels:
            return _answer({"ok": False, "error": "channel_not_found"})
        if fault is Fault.LIMITED:
            headers = {"Retry-After": str(self.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault is not None and not isinstance(fault, Fault):
            return _answer({"ok": False, "error": fault})
        stored = self._store(body) if fault is None or fault in _STORES else None
        match fault:
            case None:
                return _answer({"ok": True, "channel": body["channel"], "ts": stored and stored["ts"]})
            case Fault.LOST_REPLY | Fault.CLOSED:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            case Fault.HTML:
                return web.Response(body="<html>Bad gateway</html>", content_type="text/html", status=502)
            case Fault.INVALID_JSON:
                return web.Response(body='{"ok": tru', content_type="application/json")
            case Fault.SILENCE_BEFORE | Fault.SILENCE_AFTER:
                await self._released.wait()
        return web.json_response({"ok": False, "error": "internal_error"}, status=500)

    def _store(self, body: Json) -> Json:
        number = next(self._clock)
        message = {**body, "ts": f"{1_000_000_000 + number * 2}.{number:06d}"}
        self._messages[body["channel"]].append(message)
        self.on_post(message)
        return message

    def _update(self, body: Json) -> web.Response:
        for message in self._messages[body["channel"]]:
            if message["ts"] == body["ts"]:
                message.update({key: value for key, value in body.items() if key not in ("channel", "ts")})
                return _answer({"ok": True, "channel": body["channel"], "ts": body["ts"]})
        return _answer({"ok": False, "error": "message_not_found"})

    def _history(self, method: str, body: Json) -> web.Response:
        """Newest first as Slack has it; replies only by conversations.replies, metadata only when asked for."""
        if self.history_faults:
            return _answer({"ok": False, "error": self.history_faults.popleft()})
        replies = method == "conversations.replies"
        found = [
            message
            for message in reversed(self._messages[body["channel"]])
            if (replies and body["ts"] in (message.get("thread_ts"), message["ts"]))
            or (not replies and not message.get("thread_ts"))
        ]
        start = int(body.get("cursor") or 0)
        size = min(self.page, int(body.get("limit") or 100))
        shown = [dict(message) for message in found[start : start + size]]
        if str(body.get("include_all_metadata", "")).lower() not in ("true", "1"):
            for message in shown:
                message["metadata"] = {"event_type": message["metadata"]["event_type"], "event_payload": {}}
        more = str(start + size) if len(found) > start + size else ""
        return _answer({"ok": True, "messages": shown, "response_metadata": {"next_cursor": more}})


async def _arguments(request: web.Request) -> Json:
    """slack_sdk sends JSON or a form, where values that are no text are JSON themselves."""
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    given = {**request.query, **await request.post()}
    return {name: _value(str(value)) if name in ("metadata", "blocks") else str(value) for name, value in given.items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _answer(body: Json) -> web.Response:
    return web.json_response(body)
