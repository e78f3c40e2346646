"""A Slack with Socket Mode on loopback: people who click, and the methods that answer them.

Envelopes go to one of the connections, as Slack's do; one that is not answered is delivered again, to any of them.
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.fakes.slack import FakeSlack, _arguments
from tests.support.fakes.slackfaults import limited
from tests.support.fakes.workspace import wrong_parts

Json = dict[str, Any]


class FakeSocketMode(FakeSlack):
    """What people saw is in `ephemeral`, `views` and `answers`; `groups` are the members of user groups.

    So many of the next answers to envelopes as `lost_acks` says are lost with their connection, and so many of the next
    addresses for a connection as `dead_tickets` says let nobody in. Each connection is ended at once for the reason
    `ends`, if there is one. `says_no` has the error codes of methods, and of the addresses for answers ("response").
    """

    app_token = "xapp-test"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.open_sockets = True
        self.ephemeral: list[Json] = []
        self.views: list[Json] = []
        self.answers: list[Json] = []
        self.acks: dict[str, Json] = {}
        self.lost_acks = 0
        self.dead_tickets = 0
        self.ends = ""
        self._unanswered: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self.group_error = ""
        self.says_no: dict[str, str] = {}
        self._triggers: set[str] = set()
        self._used: set[str] = set()
        self._numbers = itertools.count(1)
        self._sockets: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._changed = asyncio.Condition()

    def routes(self) -> Iterable[web.RouteDef]:
        return [*super().routes(), web.get("/link", self._link), web.post("/response", self._respond)]

    async def __aexit__(self, *failure: object) -> None:
        for socket in list(self._sockets):
            await socket.close()
        await super().__aexit__(*failure)

    @property
    def connections(self) -> int:
        """How many connections stand."""
        return len(self._sockets)

    # -- what people do

    async def press(
        self, user: str, message: Json, action_id: str, value: str = "", *, twice: bool = False, **more: Any
    ) -> str:
        """Press a button of a message, or choose an option; `twice` delivers the click to two connections at once."""
        action = {"type": "button", "action_id": action_id, "value": value, "action_ts": f"{next(self._numbers)}.5"}
        return await self.deliver("interactive", self.clicked(user, message, action | more), twice=twice)

    async def choose(
        self, user: str, message: Json, action_id: str, option: str, *, card: str, twice: bool = False
    ) -> str:
        """Choose an option of a select that stands in a card's block."""
        more: Json = {"type": "static_select", "selected_option": {"value": option}, "block_id": f"desk:{card}:1"}
        return await self.press(user, message, action_id, twice=twice, **more)

    def clicked(self, user: str, message: Json, action: Json) -> Json:
        """The payload of a click."""
        channel = message.get("channel", "C0DESK")
        thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        return {
            "type": "block_actions",
            "user": {"id": user, "username": f"{user.lower()}.name", "team_id": "T0"},
            "team": {"id": "T0"},
            "channel": {"id": channel, "name": "desk"},
            "container": {"type": "message", "message_ts": message.get("ts"), "channel_id": channel, **thread},
            "message": {"ts": message.get("ts"), **thread},
            "trigger_id": self.trigger(),
            "response_url": f"http://127.0.0.1:{self.port}/response",
            "actions": [action],
        }

    async def submit(
        self, user: str, view: Json, fields: Mapping[str, str | Sequence[str]], *, twice: bool = False
    ) -> str:
        """Send a form that was opened; a field that takes several values has a list."""

        def given(name: str, value: str | Sequence[str]) -> Json:
            if not isinstance(value, str):
                return {"selected_options": [{"value": one} for one in value]}
            return {"value": value} if name == "note" else {"selected_option": {"value": value}}

        values = {name: {name: given(name, value)} for name, value in fields.items()}
        payload = {
            "type": "view_submission",
            "user": {"id": user, "username": f"{user.lower()}.name", "team_id": "T0"},
            "team": {"id": "T0"},
            "view": {**view, "state": {"values": values}},
        }
        return await self.deliver("interactive", payload, twice=twice)

    async def command(self, user: str, text: str, *, channel: str = "C0DESK") -> str:
        """Type /wirewatch and some words."""
        payload = {
            "command": "/wirewatch",
            "text": text,
            "user_id": user,
            "user_name": f"{user.lower()}.name",
            "channel_id": channel,
            "team_id": "T0",
            "response_url": f"http://127.0.0.1:{self.port}/response",
            "trigger_id": self.trigger(),
        }
        return await self.deliver("slash_commands", payload)

    def trigger(self) -> str:
        trigger = f"trigger-{next(self._numbers)}"
        self._triggers.add(trigger)
        return trigger

    # -- what Slack does

    async def deliver(self, kind: str, payload: Json, *, twice: bool = False) -> str:
        """Send an envelope to the next connection and wait for its answer.

        Slack waits for 3 s. Here it may take longer: how fast a machine is that runs tests says nothing of the code.
        """
        envelope = {
            "type": kind,
            "envelope_id": f"e{next(self._numbers)}",
            "payload": payload,
            "accepts_response_payload": kind != "interactive",
        }
        await self.sockets(2 if twice else 1)
        self._unanswered[str(envelope["envelope_id"])] = json.dumps(envelope)
        for _ in range(2 if twice else 1):
            await self._next_socket().send_str(json.dumps(envelope))
        await self.until(lambda: envelope["envelope_id"] in self.acks)
        return str(envelope["envelope_id"])

    async def sockets(self, count: int, *, within: float = 30) -> None:
        """Wait until so many connections stand."""
        await self.until(lambda: len(self._sockets) >= count, within=within)

    async def until(self, holds: Callable[[], object], *, within: float = 30) -> None:
        """Wait until something holds; looked at after each request, and now and then."""
        async with asyncio.timeout(within):
            while not holds():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._next_change(), 0.05)

    async def _next_change(self) -> None:
        async with self._changed:
            await self._changed.wait()

    async def refresh(self) -> None:
        """Ask every connection to be made anew, as Slack does every few hours."""
        for socket in list(self._sockets):
            await socket.send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def cut(self) -> None:
        """Close every connection."""
        for socket in list(self._sockets):
            await socket.close()

    def _next_socket(self) -> web.WebSocketResponse:
        return self._sockets[next(self._turn) % len(self._sockets)]

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        if request.query["ticket"].startswith("dead"):
            raise web.HTTPNotFound
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": len(self._sockets) + 1}))
        if self.ends:
            await socket.send_str(json.dumps({"type": "disconnect", "reason": self.ends}))
            await socket.close()
            return socket
        self._sockets.append(socket)
        await self._note()
        try:
            for envelope in self._unanswered.values():
                await socket.send_str(envelope)
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    if self.lost_acks:
                        self.lost_acks -= 1
                        await socket.close()
                        break
                    self._unanswered.pop(answer["envelope_id"], None)
                    self.acks[answer["envelope_id"]] = answer.get("payload") or {}
                    await self._note()
        finally:
            self._sockets.remove(socket)
            await self._note()
        return socket

    async def _respond(self, request: web.Request) -> web.Response:
        if code := self.says_no.get("response"):
            return web.json_response({"ok": False, "error": code}, status=404)
        self.answers.append(await request.json())
        await self._note()
        return web.Response(text="ok")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            method = request.match_info["method"]
            if method not in _OURS:
                return await super()._handle(request)
            body = await _arguments(request)
            self.requests.append((method, body))
            token = self.app_token if method == "apps.connections.open" else self.token
            if request.headers.get("Authorization") != f"Bearer {token}":
                return _no("invalid_auth")
            return self._ours(method, body)
        finally:
            await self._note()

    def _ours(self, method: str, body: Json) -> web.Response:
        if code := self.says_no.get(method):
            return limited(self.retry_after) if code == "ratelimited" else _no(code)
        match method:
            case "apps.connections.open":
                if not self.open_sockets:
                    return _no("internal_error")
                ticket = "secret-ticket" if not self.dead_tickets else "dead-secret-ticket"
                self.dead_tickets = max(0, self.dead_tickets - 1)
                return _yes(url=f"ws://127.0.0.1:{self.port}/link?ticket={ticket}")
            case "views.open":
                if body["trigger_id"] not in self._triggers:
                    return _no("expired_trigger_id" if body["trigger_id"] not in self._used else "exchanged_trigger_id")
                self._triggers.remove(body["trigger_id"])
                self._used.add(body["trigger_id"])
                if refusal := _view_refusal(body["view"]):
                    return _no(refusal)
                self.views.append({**body["view"], "id": f"V{next(self._numbers)}"})
                return _yes(view=self.views[-1])
            case "chat.postEphemeral":
                shown = body.get("blocks") or []
                if not body.get("text") or len(json.dumps(shown)) > 13_200 or wrong_parts(shown):
                    return _no("invalid_blocks")
                self.ephemeral.append(body)
                return _yes(message_ts=f"{next(self._numbers)}.0")
            case _:
                if self.group_error:
                    return _no(self.group_error)
                return _yes(users=self.groups.get(body["usergroup"], []))


_OURS = {"apps.connections.open", "views.open", "chat.postEphemeral", "usergroups.users.list"}


def _view_refusal(view: Json) -> str:
    """Slack's objections to a form (https://docs.slack.dev/reference/views/modal-views, and each block's page)."""
    wrong = (
        view["type"] != "modal"
        or not 0 < len(view["title"]["text"]) <= 24
        or len(view.get("private_metadata", "")) > 3_000
        or not 0 < len(view["blocks"]) <= 100
        or wrong_parts(view["blocks"])
    )
    return "invalid_arguments" if wrong else ""


def _yes(**body: Any) -> web.Response:
    return web.json_response({"ok": True, **body})


def _no(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})
