"""A proxy on loopback, as an institution has one: all that is asked for by name goes to servers of this machine."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

END = b"\r\n\r\n"


class FakeProxy:
    """Leads every http address to the port `to`, whatever its name. `asked` has the methods and targets.

    A tunnel, as https needs one, is answered with the status `refuses`. `passwords` has what users said of themselves.
    """

    def __init__(self, to: int = 0, *, refuses: int = 407) -> None:
        self._to, self._refuses = to, refuses
        self.asked: list[tuple[str, str]] = []
        self.passwords: list[str] = []
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        return f"http://desk:s3cret@127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(END)
        first, *rest = head.removesuffix(END).decode().split("\r\n")
        method, target, _ = first.split(" ")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
        self.asked.append((method, target))
        self.passwords.append(fields.get("proxy-authorization", ""))
        if method == "CONNECT":
            writer.write(f"HTTP/1.1 {self._refuses} No\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            parts = urlsplit(target)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kept = [line for line in rest if not line.lower().startswith(("proxy-", "connection:"))]
            lines = [f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
            back, forth = await asyncio.open_connection("127.0.0.1", self._to)
            forth.write("\r\n".join(lines).encode() + body)
            writer.write(await back.read())
            forth.close()
        writer.close()
