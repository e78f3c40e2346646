"""A Slack on loopback: real sockets, the methods Wirewatch uses, and every fault on demand."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]

MOST_TEXT = 40_000
MOST_EDITED_TEXT = 4_000
MOST_BLOCKS = 50
MOST_BLOCK_CHARACTERS = 13_200


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
    INVALID_JSON = "invalid JSON after"
    SILENCE_BEFORE = "no answer before"
    SILENCE_AFTER = "no answer after"


_STORES = {Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.HTML, Fault.INVALID_JSON, Fault.SILENCE_AFTER}
Trouble = Fault | str | None


def random_faults(rng: random.Random, rates: Mapping[Fault | str, float]) -> Callable[[Json], Trouble]:
    """A plan that lets each fault (or error code) happen at its rate, 0 to 1."""
    faults: list[Trouble] = [*rates, None]
    weights = [*rates.values(), 1 - sum(rates.values())]
    return lambda _: rng.choices(faults, weights)[0]


@dataclass
class FakeSlack:
    """`faults` are used up by the next posts, one each: a Fault, or an error code such as "not_in_channel".

    `plan` is asked for each post that `faults` says nothing about. `history_faults` are for look-ups, `update_faults`
    for edits. `channels` are those that exist, None for any but `unknown_channels`. `strict`: a second message to a
    channel within a second is refused. `clock` gives the seconds that `ts` is made of.
    """

    token: str = "xoxb-test"
    retry_after: int = 1
    page: int = 200
    strict: bool = False
    clock: Callable[[], float] = time.time
    faults: deque[Trouble] = field(default_factory=deque)
    history_faults: deque[Trouble] = field(default_factory=deque)
    update_faults: deque[Trouble] = field(default_factory=deque)
    plan: Callable[[Json], Trouble] = lambda _: None
    requests: list[tuple[str, Json]] = field(default_factory=list)
    channels: set[str] | None = None
    unknown_channels: set[str] = field(default_factory=set)
    on_post: Callable[[Json], None] = lambda _: None
    _messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _last: float = 0
    _runner: web.AppRunner | None = None
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/api/{method}", self._handle)
        application.router.add_get("/api/{method}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
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

    def calls(self, method: str) -> list[Json]:
        """The arguments of each call of a method."""
        return [body for called, body in self.requests if called == method]

    def delete(self, channel: str, ts: str) -> None:
        """What an editor does to a message."""
        self._messages[channel] = [message for message in self._messages[channel] if message["ts"] != ts]

    def _exists(self, channel: str) -> bool:
        return channel not in self.unknown_channels and (self.channels is None or channel in self.channels)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await _arguments(request)
        self.requests.append((method, body))
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _error("invalid_auth")
        if "channel" in body and not self._exists(body["channel"]):
            return _error("channel_not_found")
        match method:
            case "chat.postMessage":
                return await self._post(request, body)
            case "chat.update":
                return await self._update(request, body)
            case "conversations.history" | "conversations.replies":
                fault = self.history_faults.popleft() if self.history_faults else None
                return await self._fail(request, fault) if fault else self._history(method, body)
            case "conversations.info":
                return _answer({"channel": {"id": body["channel"], "is_member": True, "is_archived": False}})
            case "auth.test":
                return _answer({"user_id": "U0", "team_id": "T0"})
        return _error("unknown_method")

    async def _post(self, request: web.Request, body: Json) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else self.plan(body)
        if fault is None and self.strict and self._posted_within_a_second(body["channel"]):
            fault = Fault.LIMITED
        if fault is None or fault in _STORES:
            if refusal := self._refusal(body):
                return _error(refusal)
            ts = self._store(body)
            if fault is None:
                return _answer({"channel": body["channel"], "ts": ts})
        return await self._fail(request, fault)

    async def _fail(self, request: web.Request, fault: Fault | str) -> web.StreamResponse:
        match fault:
            case Fault.LIMITED:
                headers = {"Retry-After": str(self.retry_after)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
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
            case Fault.INVALID_JSON:
                return web.Response(body='{"ok": tru', content_type="application/json")
            case Fault.SILENCE_BEFORE | Fault.SILENCE_AFTER:
                await self._released.wait()
                return web.Response()
        return _error(fault)

    def _posted_within_a_second(self, channel: str) -> bool:
        return any(self.clock() - float(message["ts"]) < 1 for message in self._messages[channel][-1:])

    def _refusal(self, body: Json) -> str | None:
        """Slack's own objections to a message."""
        blocks = body.get("blocks") or []
        metadata = body.get("metadata")
        if not body.get("text") and not blocks:
            return "no_text"
        if len(body.get("text", "")) > MOST_TEXT:
            return "msg_too_long"
        if len(blocks) > MOST_BLOCKS:
            return "invalid_blocks"
        if len(json.dumps(blocks, ensure_ascii=False)) > MOST_BLOCK_CHARACTERS:
            return "msg_blocks_too_long"
        if metadata is not None and not (
            metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)
        ):
            return "invalid_metadata_format"
        thread = body.get("thread_ts")
        if thread and not any(message["ts"] == thread for message in self._messages[body["channel"]]):
            return "thread_not_found"
        return None

    def _store(self, body: Json) -> str:
        # A ts is the name of a message: no two are equal, and later ones are greater.
        self._last = max(self.clock(), self._last + 0.000_002)
        ts = f"{self._last:.6f}"
        message = {**body, "ts": ts}
        self._messages[body["channel"]].append(message)
        self.on_post(message)
        return ts

    async def _update(self, request: web.Request, body: Json) -> web.StreamResponse:
        fault = self.update_faults.popleft() if self.update_faults else None
        if fault is None or fault in _STORES:
            if refusal := self._edit(body):
                return _error(refusal)
            if fault is None:
                return _answer({"channel": body["channel"], "ts": body["ts"], "text": body["text"]})
        return await self._fail(request, fault)

    def _edit(self, body: Json) -> str | None:
        """Change a message; a text that comes without blocks takes them away."""
        message = next((one for one in self._messages[body["channel"]] if one["ts"] == body["ts"]), None)
        if message is None:
            return "message_not_found"
        if refusal := self._refusal({key: value for key, value in body.items() if key != "thread_ts"}):
            return refusal
        if len(body["text"]) > MOST_EDITED_TEXT:
            return "msg_too_long"
        message.pop("blocks", None)
        message.update({key: value for key, value in body.items() if key not in ("channel", "ts")})
        return None

    def _history(self, method: str, body: Json) -> web.Response:
        """Newest first as Slack has it; replies only by conversations.replies, metadata only when asked for."""
        replies = method == "conversations.replies"
        messages = self._messages[body["channel"]]
        if replies and not any(body["ts"] == message["ts"] for message in messages):
            return _error("thread_not_found")
        oldest = float(body.get("oldest") or 0)
        found = [
            message
            for message in reversed(messages)
            if float(message["ts"]) >= oldest
            and (
                body["ts"] in (message.get("thread_ts"), message["ts"])
                if replies
                else not message.get("thread_ts") or _true(message.get("reply_broadcast"))
            )
        ]
        start = int(body.get("cursor") or 0)
        size = min(self.page, int(body.get("limit") or 100))
        shown = [dict(message) for message in found[start : start + size]]
        if not _true(body.get("include_all_metadata")):
            for message in shown:
                message["metadata"] = {"event_type": message["metadata"]["event_type"], "event_payload": {}}
        more = str(start + size) if len(found) > start + size else ""
        return _answer({"messages": shown, "response_metadata": {"next_cursor": more}})


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


def _true(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def _answer(body: Json) -> web.Response:
    return web.json_response({"ok": True, **body})


def _error(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})
