"""A Slack on loopback: real sockets, the methods Wirewatch uses, Slack's limits, and every fault on demand."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from monitor.loopback import OnLoopback
from tests.support.fakes.slackfaults import STORES, Fault, Json, Trouble, failed, limited, random_faults, refused
from tests.support.fakes.workspace import Channel, Refusal, Workspace, page

__all__ = ["Channel", "FakeSlack", "Fault", "random_faults"]

SCOPES = frozenset(
    {"chat:write", "channels:history", "groups:history", "channels:read", "groups:read", "commands", "users:read"}
)
PER_MINUTE = {"conversations.history": 50, "conversations.replies": 50, "chat.update": 50, "conversations.info": 50}
"""Tier 3 of https://docs.slack.dev/apis/web-api/rate-limits, which a strict Slack keeps to."""

_READING = {"conversations.history": "history", "conversations.replies": "history", "conversations.info": "read"}


@dataclass
class FakeSlack(OnLoopback):
    """`faults` are used up by the next posts, one each: a Fault, or an error code such as "not_in_channel".

    `plan` is asked for each post that `faults` says nothing about. `history_faults` and `history_plan` are for
    look-ups, `update_faults` and `update_plan` for edits. `channels` are those that exist, None for any but
    `unknown_channels`. `strict`: a second message to a channel within a second and more calls of a method in a minute
    than its tier has are refused. `refuses` is an error code that every call gets, `refuses_posts` one that every
    post and edit gets. `ails` is asked what happens to any call, before all else. `clock` gives the seconds that `ts`
    is made of.
    """

    token: str = "xoxb-test"
    scopes: frozenset[str] = SCOPES
    refuses: str | None = None
    refuses_posts: str | None = None
    ails: Callable[[], Trouble] = lambda: None
    retry_after: int = 1
    page: int = 200
    strict: bool = False
    clock: Callable[[], float] = time.time
    faults: deque[Trouble] = field(default_factory=deque)
    history_faults: deque[Trouble] = field(default_factory=deque)
    update_faults: deque[Trouble] = field(default_factory=deque)
    plan: Callable[[Json], Trouble] = lambda _: None
    history_plan: Callable[[Json], Trouble] = lambda _: None
    update_plan: Callable[[Json], Trouble] = lambda _: None
    requests: list[tuple[str, Json]] = field(default_factory=list)
    refused_replies: list[Json] = field(default_factory=list)
    channels: set[str] | None = None
    unknown_channels: set[str] = field(default_factory=set)
    on_post: Callable[[Json], None] = lambda _: None

    def __post_init__(self) -> None:
        self.workspace = Workspace(lambda: self.clock(), self._exists)  # noqa: PLW0108 - tests change the clock
        self._calls_at: dict[str, deque[float]] = defaultdict(deque)
        self._released = asyncio.Event()

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/api/{method}", self._handle), web.get("/api/{method}", self._handle)]

    async def __aexit__(self, *failure: object) -> None:
        self._released.set()
        await super().__aexit__(*failure)

    # -- what tests ask and do

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def channel(self, channel: str) -> Channel:
        """A channel, to be archived, renamed, made private or left by the bot."""
        return self.workspace.channels[channel]

    def messages(self, channel: str | None = None) -> list[Json]:
        """What stands in a channel (or in all), threads included, in the order it came."""
        channels = self.workspace.channels
        found = [one for name, there in channels.items() if channel in (None, name) for one in there.messages]
        return sorted(found, key=lambda message: float(message["ts"]))

    def alert_ids(self, channel: str | None = None) -> list[str]:
        found = [message["metadata"] for message in self.messages(channel) if "metadata" in message]
        return [metadata["event_payload"]["alert_id"] for metadata in found]

    def calls(self, method: str) -> list[Json]:
        """The arguments of each call of a method."""
        return [body for called, body in self.requests if called == method]

    def delete(self, channel: str, ts: str) -> None:
        """What an editor does to a message."""
        self.workspace.delete(channel, ts)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """What an admin does to a message."""
        self.workspace.edit(channel, ts, text)

    # -- what Slack does

    def _exists(self, channel: str) -> bool:
        return channel not in self.unknown_channels and (self.channels is None or channel in self.channels)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await _arguments(request)
        self.requests.append((method, body))
        try:
            self._require_right(request, method, body)
            response = await self._answer(request, method, body)
        except Refusal as refusal:
            if body.get("thread_ts") and method == "chat.postMessage":
                self.refused_replies.append(body)
            needed = self._needed(method, body) if refusal.code == "missing_scope" else ""
            response = refused(refusal.code, **({"needed": needed} if needed else {}))
        if not response.prepared:
            response.headers["X-OAuth-Scopes"] = ",".join(sorted(self.scopes))
        return response

    def _require_right(self, request: web.Request, method: str, body: Json) -> None:
        if self.refuses or (self.refuses_posts and method.startswith("chat.")):
            raise Refusal(self.refuses or str(self.refuses_posts))
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refusal("invalid_auth")
        if (needed := self._needed(method, body)) and needed not in self.scopes:
            raise Refusal("missing_scope")

    def _needed(self, method: str, body: Json) -> str:
        """The scope a call needs; the empty text when it needs none."""
        if method.startswith("chat."):
            return "chat:write"
        private = str(body.get("channel")) in self.workspace.channels and self.channel(body["channel"]).private
        kind = _READING.get(method)
        return f"{'groups' if private else 'channels'}:{kind}" if kind else ""

    async def _answer(self, request: web.Request, method: str, body: Json) -> web.StreamResponse:
        if fault := self.ails():
            if fault in STORES and method == "chat.postMessage":
                self.on_post(self.workspace.post(body))
            elif fault in STORES and method == "chat.update":
                self.workspace.update(body)
            return await self._fail(request, fault)
        if self.strict and self._too_often(method):
            return limited(self.retry_after)
        match method:
            case "chat.postMessage":
                return await self._post(request, body)
            case "chat.update":
                return await self._update(request, body)
            case "conversations.history" | "conversations.replies":
                if fault := self.history_faults.popleft() if self.history_faults else self.history_plan(body):
                    return await self._fail(request, fault)
                read = self.workspace.history if method == "conversations.history" else self.workspace.replies
                shown, cursor = page(read(body), body, most=self.page)
                answer: Json = {"messages": shown, "has_more": bool(cursor)}
                return _yes({**answer, "response_metadata": {"next_cursor": cursor}})
            case "conversations.info":
                channel = self.workspace.seen(body["channel"])
                told = {"is_member": channel.member, "is_archived": channel.archived, "is_private": channel.private}
                return _yes({"channel": {"id": body["channel"], "name": channel.name, **told}})
            case "auth.test":
                return _yes({"user_id": "U0", "user": "wirewatch", "team_id": "T0", "team": "Newsroom"})
        return refused("unknown_method")

    async def _post(self, request: web.Request, body: Json) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else self.plan(body)
        if fault is None and self.strict and self._within_a_second(body["channel"]):
            fault = Fault.LIMITED
        if fault is None or fault in STORES:
            message = self.workspace.post(body)
            self.on_post(message)
            if fault is None:
                return _yes({"channel": body["channel"], "ts": message["ts"]})
        return await self._fail(request, fault)

    async def _fail(self, request: web.Request, fault: Fault | str) -> web.StreamResponse:
        return await failed(request, fault, retry_after=self.retry_after, released=self._released)

    def _within_a_second(self, channel: str) -> bool:
        last = self.workspace.last_at(channel)
        return last is not None and self.clock() - last < 1

    def _too_often(self, method: str) -> bool:
        if method not in PER_MINUTE:
            return False
        now, calls = self.clock(), self._calls_at[method]
        while calls and now - calls[0] >= 60:
            calls.popleft()
        if len(calls) >= PER_MINUTE[method]:
            return True
        calls.append(now)
        return False

    async def _update(self, request: web.Request, body: Json) -> web.StreamResponse:
        fault = self.update_faults.popleft() if self.update_faults else self.update_plan(body)
        if fault is None or fault in STORES:
            message = self.workspace.update(body)
            if fault is None:
                return _yes({"channel": body["channel"], "ts": message["ts"], "text": message["text"]})
        return await self._fail(request, fault)


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


def _yes(body: Json) -> web.Response:
    return web.json_response({"ok": True, **body})
