"""Documents are parsed in processes that can be ended when they hang, in turns (docs/decisions/0004, 0027)."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor import pools
from monitor.collect.parsing import bundles
from monitor.collect.parsing.bundles import Bundles
from monitor.collect.parsing.document import TOO_DEAR, Read, read_document
from monitor.collect.parsing.recall import Recall, read_new
from monitor.collect.turns import Turns
from monitor.model import Failed, FailureClass, Fetched, Parsed

log = structlog.get_logger()

T = TypeVar("T")
_Document = tuple[bytes | Path, str | None, str, str]
"""What a worker is given of a document: its body, its content type, the language and address of its feed."""

TIME_LIMIT = 20.0
"""Seconds a document may take before its parse is ended."""

QUICK = 1.0
"""Seconds a document is given at first; what needs more is read beside others like it."""

WORKERS = 2

MEMORY = 200 << 20
"""Bytes that reading a document may take."""

_SURELY_QUICK = 0.25
"""What was read in this part of the short time may be read together with others."""

_GLANCE = 1.0

_GONE = Failed(failure=FailureClass.INTERNAL, reason="the file in which the document waited is gone")


class _NotStarted(Failed):
    """No worker can be started to read a document."""

    __slots__ = ()

    @classmethod
    def because(cls, why: str) -> _NotStarted:
        return cls(failure=FailureClass.INTERNAL, reason=f"the parser cannot be started: {why}")


class Parser:
    """Parses documents in worker processes, started when first needed.

    Every document is given a short time first. One that needs more is taken up again among those that are known to
    take long, which never have all workers (docs/decisions/0027).

    `began` is called when workers are to read a document, and `ended` when that is over: with True if one of them did,
    or the document itself was at fault, False if none can be started, None if it was given up from outside.
    """

    def __init__(
        self,
        *,
        time_limit: float = TIME_LIMIT,
        quick: float = QUICK,
        began: Callable[[], object] = lambda: None,
        ended: Callable[[bool | None], object] = lambda _: None,
    ) -> None:
        self._began, self._ended = began, ended
        self._time_limit = time_limit
        self._quick = min(quick, time_limit)
        self._pool: ProcessPool | None = None
        self._begun: ProcessPool | None = None
        # Workers come from a process that has feedparser loaded: after a hang the next one is there at once, and they
        # share its memory. Said here, because that process is everybody's, and whoever needs it first starts it.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        _let_our_modules_be_found()
        self._turns = Turns(WORKERS)
        self.restarts = 0
        """How often workers were ended because a document hung or crashed them, or because they were given up."""
        self._recall = Recall()
        self._bundles: Bundles[_Document, Read | Failed] = Bundles(self._together)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._bundles.close()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pools.end, pool)

    async def parse(self, fetched: Fetched, *, language: str = "", whole: bool = True) -> Parsed | Failed:
        """The entries of a document; a hung or crashed parse is ended and is this document's failure alone.

        `language` is what feeds.yaml says of the feed's. Unless the `whole` is asked for, entries that were read before
        may come without their texts (`Parsed.brief`).
        """
        read, now = partial(self._read, language=language), asyncio.get_running_loop().time()
        return await read_new(self._recall, fetched, read, language=language, whole=whole, now=now)

    async def _read(self, fetched: Fetched, *, language: str) -> Read | Failed:
        answered = None
        self._began()
        try:
            read = await self._read_by_workers(fetched, language=language)
            answered = not isinstance(read, _NotStarted)
            return read
        finally:
            self._ended(answered)

    async def _read_by_workers(self, fetched: Fetched, *, language: str) -> Read | Failed:
        try:
            size = len(fetched.body) if isinstance(fetched.body, bytes) else fetched.body.stat().st_size
        except OSError:
            return _GONE
        expected = self._turns.expected(fetched.url, size)
        document = fetched.body, fetched.content_type, language, fetched.url
        if size <= bundles.LARGEST and expected <= self._quick * _SURELY_QUICK and not self._turns.free:
            beside = await self._bundles(document)
            if beside is not None:
                return beside
        for limit in (self._quick, self._time_limit):
            if limit == self._quick < min(expected, self._time_limit):
                continue  # its last document took longer
            async with self._turns.turn(fetched.url, expected=expected, slow=limit > self._quick):
                began = asyncio.get_running_loop().time()
                got = await self._within(limit, _parse_in_worker, *document)
                expected = asyncio.get_running_loop().time() - began
                self._turns.took(fetched.url, expected)
            if got is not None:
                return got
        return Failed(failure=FailureClass.PARSE, reason=f"took longer than {self._time_limit:g} s to parse")

    async def _together(self, documents: Sequence[_Document]) -> Sequence[Read | Failed] | None:
        """What small documents say, from one worker; None when one of them took too long, or crashed it."""
        got = await self._within(self._quick, _parse_some_in_worker, documents)
        if got is None or isinstance(got, Failed):
            return None
        for document, (_, seconds) in zip(documents, got, strict=True):
            self._turns.took(document[-1], seconds)
        return [answer for answer, _ in got]

    async def _within(self, seconds: float, work: Callable[..., T], *args: Any) -> T | Failed | None:
        """What a worker makes of documents; None when it takes longer."""
        for last_try in (False, True):
            pool, began = self._running_pool(), asyncio.get_running_loop().time()
            try:
                return await self._parsed(pool, seconds, work, *args)
            except RuntimeError as error:
                # Its threads may die, as when the clock jumps while they sleep; what they had in hand is lost.
                log.warning("the parser broke; it is started again", action="parser_broken", error=str(error))
                self._drop(pool)
                if last_try:
                    return _NotStarted.because(str(error))
            except (TimeoutError, FutureTimeoutError):
                # The pool counts by the clock on the wall, which may have been put forward.
                self.restarts += 1
                if last_try or asyncio.get_running_loop().time() - began >= seconds:
                    break
            except ProcessExpired:
                self.restarts += 1
                return Failed(failure=FailureClass.PARSE, reason="the document crashed the parser")
            except OSError as error:  # no descriptor or no memory is left for a worker
                self._drop(pool)
                return _NotStarted.because(error.strerror or type(error).__name__)
        return None

    def renew(self) -> None:
        """Give the worker up for a new one; what it has in hand is parsed once more."""
        if self._pool is not None:
            self._drop(self._pool)

    def _running_pool(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(max_workers=WORKERS, initializer=_begin_worker, context=self._context)
        return self._pool

    def _drop(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
            self.restarts += 1
        # Its pipes are closed by waiting for its end only.
        threading.Thread(target=pools.end, args=(pool,), name="end a parser", daemon=True).start()

    async def _parsed(self, pool: ProcessPool, seconds: float, work: Callable[..., T], *args: Any) -> T:
        """What the pool makes of documents; it is looked after, for it may break, and wait by a clock that jumps.

        Raises:
            RuntimeError: the pool is broken.
            TimeoutError: it took too long.
            ProcessExpired: it crashed the parser.
        """
        if self._begun is not pool:
            await asyncio.to_thread(pools.begin, pool)
            self._begun = pool
        future = pool.schedule(work, args=args, timeout=seconds)
        waited, running_since = asyncio.wrap_future(future), None
        try:
            while not (await asyncio.wait([waited], timeout=_GLANCE))[0]:
                now = asyncio.get_running_loop().time()
                running_since = running_since or (now if future.running() else None)
                if not pool.active:
                    raise RuntimeError("its threads have ended")
                if running_since is not None and now - running_since > seconds + _GLANCE:
                    raise TimeoutError
            return await waited
        except asyncio.CancelledError:
            if pool is self._pool or (task := asyncio.current_task()) is None or task.cancelling():
                raise
            # Somebody else gave the pool up, and with it all that waited in it.
            raise RuntimeError("it was given up while this document waited") from None
        finally:
            waited.cancel()


def _let_our_modules_be_found() -> None:
    """Before Python 3.12.8 the process that others come from knows the folders of modules by the environment alone.

    Started in another folder, it had loaded nothing, without a word, and each worker took 36 MB for itself.
    """
    root, known = str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if root not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([root, *filter(None, known)])


def _begin_worker() -> None:
    """Leave signals to the service, and see how much memory the worker begins with."""
    pools.leave_signals()
    gc.freeze()  # what all processes share is not looked through for garbage, which would copy it
    with contextlib.suppress(OSError, IndexError, ValueError):  # where it is not told, the time limit is left
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        _Worker.memory = pages * resource.getpagesize() + MEMORY


class _Worker:
    """What a worker knows of itself: the bytes it may have while it reads a document, 0 for no limit."""

    memory = 0


def _parse_in_worker(body: bytes | Path, content_type: str | None, language: str, address: str) -> Read | Failed:
    """`read_document` in bounded memory: a document that asks for more fails by itself.

    The limit holds for this alone, because a worker that cannot take its next document breaks all of them.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        if _Worker.memory:
            with contextlib.suppress(ValueError, OSError):  # an admin may have set less
                resource.setrlimit(resource.RLIMIT_DATA, (_Worker.memory, hard))
        content = body if isinstance(body, bytes) else body.read_bytes()
        return read_document(content, content_type=content_type, language=language, address=address)
    except MemoryError:
        return TOO_DEAR
    except OSError:
        return _GONE
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _parse_some_in_worker(documents: Sequence[_Document]) -> list[tuple[Read | Failed, float]]:
    """`_parse_in_worker` of one after the other, and how many seconds each took."""
    answers = []
    for document in documents:
        began = time.monotonic()
        answers.append((_parse_in_worker(*document), time.monotonic() - began))
    return answers
