"""A receiver of webhooks on loopback that verifies each signature by the standard, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass(frozen=True)
class Got:
    """A message that arrived, whatever was answered; `taken` when that was a yes."""

    id: str
    body: dict[str, Any]
    headers: dict[str, str]
    signed: bool
    taken: bool


class HookReceiver:
    """`answers` are what the next requests get, raw or as one of the words below; then what `plan` says; else 204.

    "drop" closes the connection after the whole request, "half" in the middle of an answer, "silence" never answers,
    and "trickle" sends an answer that has no end.
    """

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: deque[str | bytes] = deque()
        self.plan: Callable[[], str | bytes | None] = lambda: None
        self._silent = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def up(self) -> None:
        """Listen, at the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", getattr(self, "port", 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def down(self) -> None:
        """Listen no more."""
        self._server.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._silent.set()
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/of-the-desk"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.got]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.partition(": ") for line in head.split("\r\n")[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        good = expected in headers["webhook-signature"].split()
        answer = (self.answers.popleft() if self.answers else self.plan()) or b"HTTP/1.1 204 No Content\r\n\r\n"
        taken = isinstance(answer, bytes) and answer.startswith(b"HTTP/1.1 2")
        self.got.append(Got(headers["webhook-id"], json.loads(body), headers, good, taken))
        if answer == "silence":
            await self._silent.wait()
        elif answer == "half":
            writer.write(b"HTTP/1.1 20")
        elif answer == "trickle":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nok")
            await writer.drain()
            await reader.read()
        elif isinstance(answer, bytes):
            writer.write(answer)
        with contextlib.suppress(ConnectionError):
            await writer.drain()


def status(code: int, headers: str = "", body: str = "") -> bytes:
    """An answer."""
    return f"HTTP/1.1 {code} Word\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}".encode()
