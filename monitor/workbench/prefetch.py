"""Matching the records of a replay ahead of judging them, in processes of their own where that is quicker."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from monitor.errors import InputError
from monitor.judge.prepared import Prepared
from monitor.link import reading
from monitor.match.engine import Engine
from monitor.pools import Kept
from monitor.workbench.replay import Timed, prepare_timed

_BLOCKS = 3
"""How many blocks each process is given ahead."""

_engine = Kept[Engine]()
"""What is forked knows it from here."""


class Prefetch:
    """Prepares blocks of records in their order. To be entered before anything starts a thread.

    `apart`: in processes that are forked from this one, with the engine that it has compiled, one for each processor
    but the one that judges; where processes cannot be forked, or there is one processor, in this one after all.
    Then a block is ready before the next is asked for, so that whoever writes a line and waits gets its result.
    """

    def __init__(self, engine: Engine, *, apart: bool) -> None:
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        self._engine = engine
        self._processes = processors - 1 if apart else 0
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._processes:
            _engine.put(self._engine)
            reading.load()  # what is forked has it too, and so has the one that compares reports
            gc.freeze()  # what both have is not written to, so it stays one
            context = multiprocessing.get_context("fork")
            self._pool = self._stack.enter_context(ProcessPoolExecutor(self._processes, mp_context=context))
            self._pool.submit(int).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    async def prepared(self, blocks: Iterable[list[Timed]]) -> AsyncIterator[tuple[list[Timed], list[Prepared]]]:
        """Each block with what its records were prepared to.

        Raises:
            InputError: what the blocks raise, after all before it were given.
        """
        waiting: deque[tuple[list[Timed], Awaitable[list[Prepared]]]] = deque()
        trouble: InputError | None = None
        try:
            for block in blocks:
                waiting.append((block, self._prepare(block)))
                while len(waiting) > self._processes * _BLOCKS:
                    yield await _first(waiting)
        except InputError as error:
            trouble = error
        while waiting:
            yield await _first(waiting)
        if trouble:
            raise trouble

    def _prepare(self, block: list[Timed]) -> Awaitable[list[Prepared]]:
        loop = asyncio.get_running_loop()
        if self._pool:
            return loop.run_in_executor(self._pool, _prepare_here, block)
        done: asyncio.Future[list[Prepared]] = loop.create_future()
        done.set_result(prepare_timed(block, self._engine))
        return done


async def _first(
    waiting: deque[tuple[list[Timed], Awaitable[list[Prepared]]]],
) -> tuple[list[Timed], list[Prepared]]:
    block, prepared = waiting.popleft()
    return block, await prepared


def _prepare_here(block: list[Timed]) -> list[Prepared]:
    """In a forked process: the engine is the one it was forked with."""
    return prepare_timed(block, _engine.get())
