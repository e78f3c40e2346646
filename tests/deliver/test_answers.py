"""Answers that are not Slack's, or not whole: what is certain after them, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.deliver.sink import (
    Limited,
    LookUp,
    NotFound,
    Outcome,
    Posted,
    Refused,
    Scope,
    Sent,
    Unknown,
    Unreadable,
)
from monitor.deliver.slack.payload import EVENT_TYPE
from monitor.deliver.slack.sink import SlackSink
from tests.support.messages import attempt, delivery, edit_attempt, look_up

TS = "1772625600.000100"
NOT_SLACK = "something between here and Slack does not let it through, or SLACK_API_URL is wrong"


@dataclass
class Line:
    """A server that answers every request with the same bytes; how many came."""

    answer: bytes = b""
    asked: int = 0
    sink: SlackSink = field(init=False)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    made = Line()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        made.sink = SlackSink("xoxb-test", f"http://127.0.0.1:{port}/api/", clock=lambda: datetime.now(UTC))
        try:
            yield made
        finally:
            await made.sink.close()


def http(body: Any, status: str = "200 OK", *headers: str) -> bytes:
    """An answer; what is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (
        headers if isinstance(body, bytes) and content[:1] != b"{" else (*headers, "Content-Type: application/json")
    )
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(content)}", "Connection: close"])
    return f"{head}\r\n\r\n".encode() + content


PLACE = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
CUT = "Slack answered HTTP 200 with a body that cannot be read"
ANSWERS: dict[str, tuple[bytes, Outcome]] = {
    "yes": (http({"ok": True, "ts": TS}), Sent(TS)),
    "yes, but no name": (http({"ok": True}), Unknown("the reply names no message")),
    "yes, and a number": (http({"ok": True, "ts": 1772625600.0001}), Unknown("the reply names no message")),
    "yes, and an object": (http({"ok": True, "ts": {"at": TS}}), Unknown("the reply names no message")),
    "yes, and words": (http({"ok": True, "ts": "posted"}), Unknown("the reply names no message")),
    "a word for yes": (http({"ok": "true", "ts": TS}), Unknown("the reply says neither yes nor no")),
    "a word for no": (http({"ok": "false", "ts": TS}), Unknown("the reply says neither yes nor no")),
    "neither": (http({"ts": TS}), Unknown(CUT)),
    "no, without a reason": (http({"ok": False}), Unknown(CUT)),
    "cut off": (http(b'{"ok": true, "ts": "17'), Unknown(CUT)),
    "a page": (http(b"<html>Please log in</html>", "200 OK", "Content-Type: text/html"), Unknown(CUT)),
    "moved": (http(b"", "302 Found", "Location: /login"), Refused("http_302", NOT_SLACK, Scope.UNCLEAR)),
    "moved, with the message": (http(b"", "307 Go", "Location: /api/x"), Refused("http_307", NOT_SLACK, Scope.UNCLEAR)),
    "a refusal that moves": (
        http({"ok": False, "error": "is_archived"}, "303 See"),
        Refused("http_303", NOT_SLACK, Scope.UNCLEAR),
    ),
    "another server's no": (http(b"<html>", "401 Who"), Refused("http_401", NOT_SLACK, Scope.UNCLEAR)),
    "broken, and says no": (http({"ok": False, "error": "is_archived"}, "500 Oops"),
                             Unknown("Slack answered is_archived")),
    "no to a part of it": (
        http({"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": [f"[ERROR] {PLACE}", 7]}}),
        Refused("invalid_blocks", f"Slack does not take the message as it is ([ERROR] {PLACE})", Scope.MESSAGE),
    ),
    "no, and an odd place": (
        http({"ok": False, "error": "invalid_blocks", "response_metadata": [PLACE]}),
        Refused("invalid_blocks", "Slack does not take the message as it is", Scope.MESSAGE),
    ),
    "no, and the place elsewhere": (
        http({"ok": False, "error": "invalid_blocks", "errors": [PLACE, None, PLACE]}),
        Refused("invalid_blocks", f"Slack does not take the message as it is ({PLACE})", Scope.MESSAGE),
    ),
    "asks to wait": (http({"ok": False}, "429 Slow", "Retry-After: 7"), Limited(timedelta(seconds=7), "rate limited")),
    "a part of a second": (http(b"", "429 Slow", "Retry-After: 1.5"), Limited(timedelta(seconds=2), "rate limited")),
    "until a time": (
        http(b"", "429 Slow", "Retry-After: Wed, 04 Mar 2026 12:01:00 GMT", "Date: Wed, 04 Mar 2026 12:00:00 GMT"),
        Limited(timedelta(minutes=1), "rate limited"),
    ),
    "no time": (http(b"<html>", "429 Slow"), Limited(timedelta(seconds=30), "rate limited")),
    **{
        f"too much: {code}": (http({"ok": False, "error": code}), Limited(timedelta(seconds=30), code))
        for code in ("ratelimited", "rate_limit_exceeded", "rateLimited", "too_many_requests", "request_throttled")
    },
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
async def test_an_answer_proves_what_it_says_in_slacks_own_form_and_nothing_else(case: str) -> None:
    answer, outcome = ANSWERS[case]
    async with line() as slack:
        slack.answer = answer
        assert await slack.sink.post(attempt()) == outcome
        looked = isinstance(outcome, Refused) and outcome.scope is Scope.UNCLEAR
        assert slack.asked == 1 + looked


def shown(delivery_id: str, **over: Any) -> dict[str, Any]:
    payload = {"alert_id": delivery_id, "story_id": "s1"}
    return {"ts": TS, "metadata": {"event_type": EVENT_TYPE, "event_payload": payload}} | over


OURS = delivery().delivery_id
NOTHING = Unreadable("the reply shows no messages", lasting=False)
PART = Unreadable("the reply shows only a part of the messages", lasting=False)
HISTORIES: dict[str, tuple[dict[str, Any], LookUp]] = {
    "there": ({"messages": [shown("other"), shown(OURS)]}, Sent(TS)),
    "not there": ({"messages": []}, NotFound()),
    "no messages": ({}, NOTHING),
    "null": ({"messages": None}, NOTHING),
    "no list": ({"messages": {"0": shown(OURS)}}, NOTHING),
    "no objects": ({"messages": ["a", 1]}, PART),
    "there is more, and no word where": ({"messages": [], "has_more": True}, PART),
    "more, and metadata of another form": ({"messages": [], "has_more": True, "response_metadata": "x"}, PART),
    "there, before the rest is missing": ({"messages": [1, shown(OURS)], "has_more": True}, Sent(TS)),
    "other people's metadata": (
        {"messages": [shown(OURS, metadata=[1]), shown(OURS, metadata={"event_type": EVENT_TYPE, "event_payload": 1})]},
        NotFound(),
    ),
    "ours without a name": ({"messages": [shown(OURS, ts=None)]}, NotFound()),
}  # fmt: skip


@pytest.mark.parametrize("case", HISTORIES)
async def test_a_history_that_is_not_whole_proves_of_no_message_that_it_is_not_there(case: str) -> None:
    answer, found = HISTORIES[case]
    async with line() as slack:
        slack.answer = http({"ok": True} | answer)
        assert await slack.sink.find(look_up(delivery())) == found
        before = await slack.sink.history("C1", TS)
    if isinstance(found, Unreadable):
        assert before == found
    if case == "there":
        assert before == [Posted(TS, "other", ("s1",)), Posted(TS, OURS, ("s1",))]


async def test_an_edit_is_made_when_slack_says_so_and_not_before() -> None:
    async with line() as slack:
        slack.answer = http({"ok": "true"})
        assert await slack.sink.edit(edit_attempt()) == Unknown("the reply says neither yes nor no")
