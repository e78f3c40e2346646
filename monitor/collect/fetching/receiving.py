"""How the body of a document comes in: unpacked, not larger than it may be, and few large ones at once.

So what all fetches under way keep in memory is bounded, whatever servers send (docs/decisions/0039).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

import aiohttp

from monitor.collect.fetching.asked import Asked
from monitor.collect.fetching.bodies import Bodies, Body
from monitor.collect.fetching.unpack import NotUnpacked, TooLarge, is_packed, unpacked

_CHUNK = 65_536
_LARGE = 400_000
"""Bytes from which a document is large."""

# A document that ends so is all there, whatever its server says of its length: some send a wrong one, or no last chunk.
_ENDED = re.compile(rb"(?:</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|urlset)\s*>|\]\s*\})\s*\Z", re.IGNORECASE)

_LARGE_AT_ONCE = 2
"""How many large documents are under way, from their fetch until what they say was judged."""


class Receiver:
    """Receives the bodies of documents, of at most `max_bytes` each when unpacked."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bodies = Bodies()
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    def close(self) -> None:
        """Remove what waits in files."""
        self._bodies.close()

    async def body(self, response: aiohttp.ClientResponse, asked: Asked) -> Body:
        """The unpacked body of an answer; it is dropped when `asked.held` is left.

        Raises:
            TooLarge: it is larger than it may be.
            NotUnpacked: it is not packed as it says.
            aiohttp.ClientError: the connection ended, or stood still, before the document was all there.
        """
        body = asked.held.enter_context(self._bodies.new())
        broken = None
        try:
            async for chunk in response.content.iter_chunked(_CHUNK):
                body.write(chunk)
                if body.size > self._max_bytes:
                    raise TooLarge(f"the document is larger than {self._max_bytes / 1_000_000:g} MB")
                if body.size > _LARGE:
                    await self._room(asked)
        except (aiohttp.ClientPayloadError, aiohttp.ServerTimeoutError) as error:
            broken = error
        whole = body
        try:
            whole = await self._unpacked(body, response.headers.get("Content-Encoding", ""), asked)
        except NotUnpacked:
            if broken is None:
                raise
        if broken is not None and not _ENDED.search(whole.tail.replace(b"\0", b"")):
            raise broken
        return whole

    async def _unpacked(self, body: Body, label: str, asked: Asked) -> Body:
        if not is_packed(body.head, label):
            return body
        whole = asked.held.enter_context(self._bodies.new())
        pieces = unpacked(body.chunks(), label, most=self._max_bytes)
        while not await asyncio.to_thread(_filled, whole, pieces, self._max_bytes if asked.large else _LARGE):
            await self._room(asked)
        body.drop()
        return whole

    async def _room(self, asked: Asked) -> None:
        """Wait until another large document may be in memory. This is no time that the server took."""
        if asked.large:
            return
        began = asyncio.get_running_loop().time()
        until = asked.limit.when() if asked.limit else None
        if asked.limit:
            asked.limit.reschedule(None)
        await asked.held.enter_async_context(self._large)
        asked.large = True
        if asked.limit and until is not None:
            asked.limit.reschedule(until + asyncio.get_running_loop().time() - began)


def _filled(body: Body, pieces: Iterable[bytes], most: int) -> bool:
    """Write pieces into a body until they end, or it has more than `most` bytes; whether they ended."""
    for piece in pieces:
        body.write(piece)
        if body.size > most:
            return False
    return True
