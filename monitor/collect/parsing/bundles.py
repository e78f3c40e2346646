"""Small documents that would wait for a worker are handed to one together: the way there costs more than reading them.

Where what became of a bundle is not certain, each of its documents is read alone, in its turn (docs/decisions/0027).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

Document = TypeVar("Document")
Answer = TypeVar("Answer")

LARGEST = 16_000
"""Bytes up to which a document is small: some entries, as most polls bring."""

MOST = 16
"""How many documents are in a bundle at most, so that none waits long for the others."""


class Bundles(Generic[Document, Answer]):
    """Reads bundles one after the other; what comes while one is under way is the next.

    `read` gives an answer for each document in their order, or None when the bundle failed as a whole.
    """

    def __init__(self, read: Callable[[Sequence[Document]], Awaitable[Sequence[Answer] | None]]) -> None:
        self._read = read
        self._waiting: list[tuple[Document, asyncio.Future[Answer | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, document: Document) -> Answer | None:
        """The answer for a document; None when it is to be read alone."""
        done: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((document, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="read small documents")
        return await done

    async def close(self) -> None:
        """Take nothing more; documents that wait are to be read alone."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        left, self._waiting = self._waiting, []
        _give(left, [None] * len(left))

    async def _work(self) -> None:
        while self._waiting:
            # One whose poll was cut off is not read any more.
            wanted = [one for one in self._waiting if not one[1].done()]
            bundle, self._waiting = wanted[:MOST], wanted[MOST:]
            answers: Sequence[Answer] | None = None
            try:
                answers = await self._read([document for document, _ in bundle]) if bundle else None
            except Exception:
                log.exception("small documents could not be read together; each is read alone", action="bundle_failed")
            finally:
                _give(bundle, answers or [None] * len(bundle))


def _give(bundle: Sequence[tuple[Document, asyncio.Future[Answer | None]]], answers: Sequence[Answer | None]) -> None:
    for (_, done), answer in zip(bundle, answers, strict=True):
        if not done.done():
            done.set_result(answer)
