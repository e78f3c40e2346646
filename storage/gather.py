"""Gathering: calls that come in while one is under way, or at the same moment, are answered together by the next.

Thousands of polls that find nothing new each read one row and write one; a transaction for each would cost more than
the poll.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = 256

_QUIET_TURNS = 2
_MOST_TURNS = 20
"""The event loop is let go round until no call came in so many of its turns, though for no more than so many. While it
has nothing else to do that takes no time worth the name; while it is busy, what it is busy with becomes one batch."""


class Gather(Generic[Asked, Answer]):
    """Calls `answer` with what is asked for, in the order it was, one call after another.

    What is asked for at a time weighs at most `most` in all, unless one alone weighs more; each weighs 1 where no
    `weight` says what it does. `answer` gives one result for each. When it raises `own_fault` for several, each is
    asked alone, so that one that cannot be answered costs the others nothing; what else it raises is everybody's.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        own_fault: type[Exception],
        most: int = _MOST,
        weight: Callable[[Asked], int] = lambda asked: 1,  # noqa: ARG005 - all weigh the same
    ) -> None:
        self._answer = answer
        self._own_fault = own_fault
        self._most = most
        self._weight = weight
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """The answer to one question.

        Raises:
            Exception: what `answer` raised for it.
        """
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            batch: Sequence[tuple[Asked, asyncio.Future[Answer]]] = ()
            try:
                await self._let_more_come()
                batch = self._next()
                self._waiting = self._waiting[len(batch) :]
                await self._settle(batch)
            except asyncio.CancelledError:
                for _, done in (*batch, *self._waiting):
                    done.cancel()
                raise

    def _next(self) -> Sequence[tuple[Asked, asyncio.Future[Answer]]]:
        weighs = accumulate(self._weight(asked) for asked, _ in self._waiting)
        return self._waiting[: max(1, sum(so_far <= self._most for so_far in weighs))]

    async def _let_more_come(self) -> None:
        known, quiet = len(self._waiting), 0
        for _ in range(_MOST_TURNS):
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == known else 0
            known = len(self._waiting)
            if quiet >= _QUIET_TURNS or known >= self._most:
                return

    async def _settle(self, batch: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._answer([asked for asked, _ in batch])
        except Exception as error:  # noqa: BLE001 - it belongs to the callers
            if len(batch) > 1 and isinstance(error, self._own_fault):
                for one in batch:
                    await self._settle([one])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), answer in zip(batch, answers, strict=True):
            if not done.done():
                done.set_result(answer)
