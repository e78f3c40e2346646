"""Vectors for the service: made in a process of its own, one text after the other, and never waited for long.

What is late, or finds the queue full, is judged without: an alert does not wait for a better opinion
(docs/decisions/0046). The process may hang, crash or take all its memory; then there is a new one.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import math
import multiprocessing
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog
from pebble import ProcessPool

from monitor import pools
from monitor.meaning.encoder import Encoder, encoder_of, key_of

if TYPE_CHECKING:  # see `encoder`
    from monitor.model import Vector

log = structlog.get_logger()

WITHIN = 2.0
"""Seconds a poll waits for its vectors."""

MOST_WAITING = 64
"""How many texts wait at most; more would be late anyway."""

REMEMBERED = 2_000
"""How many vectors are remembered: the same news comes by many feeds."""

HANGS = 60.0
"""Seconds after which the process is ended that does not answer. Loading the model takes one, and many where too much
else runs; nobody waits for it meanwhile."""

REST = 60.0
"""Seconds without an encoder after it failed `_PATIENCE` times in a row."""

_PATIENCE = 3
_BEGINS = 30.0


@dataclass(slots=True)
class _Asked:
    key: bytes
    text: str
    until: float
    vector: asyncio.Future[Vector | None]


class Reader:
    """Makes vectors of texts beside the event loop. `counts` says what became of the texts that were asked for.

    Args:
        setting: WIREWATCH_MEANING, which names the encoder.
        encoder: the class that it names.
        within: seconds that `vectors` takes at most, `WITHIN` unless told.
        hangs: seconds after which the process is ended.
        rest: seconds without an encoder after it failed too often.
    """

    def __init__(
        self,
        setting: str,
        encoder: type[Encoder],
        *,
        within: float | None = None,
        hangs: float = HANGS,
        rest: float = REST,
    ) -> None:
        self.encoder = encoder.name
        self.counts: Counter[str] = Counter(dict.fromkeys(("read", "remembered", "late", "full", "failed"), 0))
        self.restarts = 0
        """How often the process was ended because it hung or crashed."""
        self.counted: Callable[[str], object] = lambda _: None
        self.restarted: Callable[[], object] = lambda: None
        """Called with what became of a text, and when the process was ended."""
        self._setting = setting
        self._dimensions = encoder.dimensions
        self._within = WITHIN if within is None else within
        self._hangs = hangs
        self._rest = rest
        self._pool: ProcessPool | None = None
        self._known: OrderedDict[bytes, Vector] = OrderedDict()
        self._under_way: dict[bytes, _Asked] = {}
        self._queue: asyncio.Queue[_Asked] = asyncio.Queue()
        self._work: asyncio.Task[None] | None = None
        self._failures = 0
        self._rests_until = -math.inf

    async def __aenter__(self) -> Self:
        self._work = asyncio.create_task(self._read(), name="encoder")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pools.end, pool)

    def warm(self) -> None:
        """Begin the process and load the model, so that the first alert does not wait for it."""
        self._ask("news", asyncio.get_running_loop().time() + self._hangs)

    async def vectors(self, texts: Collection[str]) -> dict[str, Vector]:
        """The vectors of those texts that are known, or could be read in time. Never raises."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._within
        found: dict[str, Vector] = {}
        asked: list[_Asked] = []
        for text in texts:
            key = key_of(text)
            if (vector := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                self._count("remembered")
                found[text] = vector
            elif loop.time() < self._rests_until:
                self._count("failed")
            elif key not in self._under_way and len(self._under_way) >= MOST_WAITING:
                self._count("full")
            else:
                asked.append(self._ask(text, until))
        if asked:
            await asyncio.wait([one.vector for one in asked], timeout=max(0.0, until - loop.time()))
        for one in asked:
            vector = one.vector.result() if one.vector.done() else None
            if vector is not None:
                found[one.text] = vector
            self._count("read" if vector is not None else "late" if loop.time() >= until else "failed")
        return found

    def _count(self, outcome: str) -> None:
        self.counts[outcome] += 1
        self.counted(outcome)

    def _ask(self, text: str, until: float) -> _Asked:
        """Let a text be read; one that somebody else waits for already is read once."""
        key = key_of(text)
        one = self._under_way.get(key)
        if one is None:
            one = self._under_way[key] = _Asked(key, text, until, asyncio.get_running_loop().create_future())
            self._queue.put_nowait(one)
        one.until = max(one.until, until)
        return one

    async def _read(self) -> None:
        """Read one text after the other, for ever; those that nobody waits for any more are left out."""
        while True:
            one = await self._queue.get()
            vector = None
            try:
                if self._rests_until <= asyncio.get_running_loop().time() < one.until:
                    vector = await self._vector(one.text)
            finally:
                del self._under_way[one.key]
                if not one.vector.done():
                    one.vector.set_result(vector)
            if vector is not None:
                self._known[one.key] = vector
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)

    async def _vector(self, text: str) -> Vector | None:
        """The vector of a text from the process; None when it failed, which gives it up for a new one."""
        pool = self._running()
        try:
            await asyncio.to_thread(pools.begin, pool)
            future = asyncio.wrap_future(pool.schedule(_encode, args=[self._setting, text], timeout=self._hangs))
            # The pool may break and then never answers; to begin a process takes time too.
            vector = array("f", await asyncio.wait_for(future, self._hangs + _BEGINS))
        except Exception as error:  # noqa: BLE001 - it hangs, or crashed, or whatever an encoder may raise
            self._failed(pool, error)
            return None
        if len(vector) != self._dimensions or not all(map(math.isfinite, vector)):
            self._failed(pool, ValueError("it gave no vector of finite numbers"))
            return None
        if self._failures:
            log.info("meanings of texts are read again", action="meaning_back", encoder=self.encoder)
        self._failures = 0
        return vector

    def _failed(self, pool: ProcessPool, error: Exception) -> None:
        """Give the process up; after several in a row, for a while."""
        self.restarts += 1
        self.restarted()
        self._failures += 1
        if self._pool is pool:
            self._pool = None
        pools.stop(pool)
        rests = self._failures >= _PATIENCE
        if rests:
            self._rests_until = asyncio.get_running_loop().time() + self._rest
        if self._failures in (1, _PATIENCE):
            log.warning(
                "the process that reads meanings failed; meanwhile opinions judge by words alone",
                action="meaning_broken",
                encoder=self.encoder,
                error=repr(error),
                next_in=self._rest if rests else 0,
            )

    def _running(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                initializer=_begin,
                context=multiprocessing.get_context("forkserver"),
            )
        return self._pool


def _begin() -> None:
    """In a new process: leave signals to the service."""
    pools.leave_signals()
    gc.freeze()  # as for parsers, with which it shares memory


@functools.cache
def _loaded(setting: str) -> Encoder:
    """The encoder that a setting names, loaded when the first text is read."""
    kind = encoder_of(setting)
    if kind is None:
        raise RuntimeError("there is no encoder any more")
    return kind()


def _encode(setting: str, text: str) -> bytes:
    """The vector of a text, as bytes: a list of numbers would take a hundred times as long to hand over."""
    (vector,) = _loaded(setting).encode([text])
    return array("f", vector).tobytes()
