"""Work that takes a processor for longer than a page may: done in a process that can be ended, beside the service.

Drafts are written by people who may be mistaken, or mean harm: reading one is bounded in time and memory, and neither
delays an alert.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor import pools
from monitor.errors import Problem
from monitor.match.itemtexts import ItemTexts
from monitor.model import RatedItem
from monitor.settings import Settings
from monitor.workbench import draft as drafts
from monitor.workbench.draft import Draft, Drafts, Looked, Taught, Tried

log = structlog.get_logger()
T = TypeVar("T")

TIME_LIMIT = 20.0
"""Seconds that a piece of work may take."""
MEMORY = 1 << 30
"""Bytes that a worker may take on top of what it begins with."""
_MOST_WAITING = 8
_PATIENCE = 7.0
"""Seconds on top of it in which other work may come first; a page has 30 in all."""
_NICE = 5


@dataclass(frozen=True, slots=True)
class NotDone:
    """Why there is no result, in words."""

    words: str


_TOO_LONG = NotDone(
    f"This took longer than {TIME_LIMIT:g} seconds, so it was given up. The machine may be busy: try again. "
    "If it happens again, make the draft shorter."
)
_TOO_LARGE = NotDone("This takes too much memory, so it was given up. Make the draft shorter.")
_BUSY = NotDone("Too many drafts are being checked just now. Try again in a minute.")
_BROKEN = NotDone("The process that checks drafts could not be used. Try again; if this goes on, see the log.")


class DraftWorker:
    """One process for all drafts, started when first needed."""

    def __init__(self, settings: Settings, *, time_limit: float = TIME_LIMIT) -> None:
        self._settings = settings
        self.time_limit = time_limit
        self._pool: ProcessPool | None = None
        self._waiting = 0

    async def look(self, draft: Draft) -> Looked | NotDone:
        """What `check` says of a draft."""
        return await self._done(_with_drafts, Drafts.look, draft)

    async def harm(self, draft: Draft) -> tuple[Problem, ...] | NotDone:
        """The errors that saving a draft would bring."""
        return await self._done(_with_drafts, Drafts.harm, draft)

    async def tried(self, draft: Draft, texts: ItemTexts) -> Tried | NotDone:
        """What the rules with a draft make of a text."""
        return await self._done(_with_drafts, Drafts.tried, draft, texts)

    async def diff(self, name: str, before: bytes, after: bytes) -> str | NotDone:
        """What a draft changes in its file."""
        return await self._done(drafts.diff, name, before, after)

    async def taught(self, rated: Sequence[RatedItem], since: datetime) -> Taught | NotDone:
        """What ratings say about the rules on the disk."""
        return await self._done(_with_drafts, Drafts.taught, rated, since)

    async def close(self) -> None:
        """End the process, whatever it does."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pools.end, pool)

    async def _done(self, work: Callable[..., T], *given: object) -> T | NotDone:
        if self._waiting >= _MOST_WAITING:
            return _BUSY
        self._waiting += 1
        patience = asyncio.timeout(self.time_limit + _PATIENCE)
        try:
            # Who goes away takes the work along: a cancelled future ends the process that is at it.
            async with patience:
                return await asyncio.wrap_future(self._running().schedule(work, args=given, timeout=self.time_limit))
        except (TimeoutError, FutureTimeoutError):
            if patience.expired() and self._waiting == 1:
                await self.close()  # nobody else waits, so its process does not even begin
            return _TOO_LONG
        except MemoryError:
            return _TOO_LARGE
        except (ProcessExpired, RuntimeError, OSError) as error:
            log.warning("the process for drafts broke", action="console_worker_broken", error=repr(error))
            self._pool = None
            return _BROKEN
        finally:
            self._waiting -= 1

    def _running(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                initializer=_begin,
                initargs=(self._settings,),
                context=multiprocessing.get_context("forkserver"),
            )
        return self._pool


_drafts = pools.Kept[Drafts]()


def begin() -> None:
    """In a new process: leave signals to the service, yield to it, and bound the memory."""
    pools.leave_signals()
    os.nice(_NICE)
    with contextlib.suppress(OSError, IndexError, ValueError):  # where it is not told, the time limit is left
        size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, hard))


def _begin(settings: Settings) -> None:
    begin()
    _drafts.put(Drafts(settings))


def _with_drafts(work: Callable[..., T], *given: object) -> T:
    return work(_drafts.get(), *given)
