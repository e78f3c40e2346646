"""Who may use the database when: the threads that read and write, and the transactions.

SQLite: one connection writes, on one thread; four read, each from its own snapshot, while it does (WAL). Writes that
wait for each other are committed together, each in a savepoint of its own, so that the disk is waited for once. Those
of alerts that are due go first, and what is not urgent does not join them (docs/decisions/0052).
`synchronous=FULL`, not `NORMAL`: either survives `kill -9`, but under `NORMAL` a power cut takes the last commits
back (https://www.sqlite.org/pragma.html#pragma_synchronous), and a delivery whose `sending` was taken back is posted
a second time.

PostgreSQL: the same functions on a few threads, one transaction each; row locks and advisory locks (`locks`) keep
processes apart, and the server itself commits in groups.

Why the functions are synchronous: docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, make_url

from monitor.errors import StoreBusy
from monitor.model.vitals import FileChange
from storage.engines import know_file, postgresql_engine, sqlite_engine
from storage.gate import Gate
from storage.outage import Outage
from storage.refusals import error_of, translating
from storage.sqlitefile import OpenFile, path_of

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[Connection], T]

_READERS = 4
_WRITERS = 4
_GROUP = 64
_LONGEST_GROUP = 0.1
"""Seconds after which no further write joins a group: all of them wait for its commit."""


class Database:
    """The engines of one database and the threads its statements run on. Opens no connection before it is used.

    `busy_timeout` is how long a statement waits for another process's lock, in seconds. A `throwaway` SQLite file never
    waits for the disk, and is lost with the machine or the process.
    """

    def __init__(self, url: str, *, busy_timeout: float, throwaway: bool = False) -> None:
        self.url: URL = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._urgent: deque[tuple[Work[Any], Future[Any]]] = deque()
        self._waiting: deque[tuple[Work[Any], Future[Any]]] = deque()
        self.outage = Outage(self.url)
        self._gate = Gate()
        self.timed: Callable[[str, float], object] = lambda kind, seconds: None  # noqa: ARG005 - whoever measures
        path = path_of(self.url)
        self._file = None if path is None else OpenFile(path)
        if self.sqlite:
            memory = self.url.database in (None, "", ":memory:")
            self._write_engine = sqlite_engine(
                self.url, busy_timeout, "BEGIN IMMEDIATE", memory=memory, throwaway=throwaway
            )
            self._read_engine = None if memory else sqlite_engine(self.url, busy_timeout, "BEGIN", readers=_READERS)
            self._group, writers = _GROUP, 1
            if self._file is not None:
                know_file(self._file, self._write_engine, self._read_engine)
        else:
            self._write_engine = self._read_engine = postgresql_engine(
                self.url, busy_timeout, pool_size=_READERS + _WRITERS
            )
            self._group, writers = 1, _WRITERS
        self._write_threads = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a transaction that sees one state of the database and writes nothing.

        Raises:
            StoreBusy: somebody else kept it locked.
            StoreError: it refused for any other reason.
        """
        if self._read_engine is None:
            return await self.write(work)
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._read, self._read_engine, work)

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        """Run `work` in a transaction and commit it; whatever it raises takes back all that it wrote.

        What is `urgent` goes before what waits, and is committed before it: an alert that is due must not wait for
        polls that bring none.

        Raises:
            StoreBusy: somebody else kept it locked.
            StoreError: it refused for any other reason; nothing was written.
        """
        done: Future[T] = Future()
        (self._urgent if urgent else self._waiting).append((work, done))
        self._write_threads.submit(self._write_waiting)
        return await asyncio.wrap_future(done)

    async def off_loop(self, work: Callable[[Engine], T]) -> T:
        """Run `work` with the writing engine, between the writes.

        Raises:
            StoreError: as `write`.
        """
        run = functools.partial(self._translated, functools.partial(work, self._write_engine))
        return await asyncio.get_running_loop().run_in_executor(self._write_threads, run)

    async def aside(self, work: Callable[[], T]) -> T:
        """Run `work`, which needs no connection of ours, on a thread of those that read."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, work)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None where there is none."""
        return None if self._file is None else self._file.path

    def missing(self) -> Path | None:
        """The SQLite file, when it is not there: nothing was ever written to it."""
        return None if self.path is None or self.path.exists() else self.path

    async def mend_file(self, stamp: str) -> tuple[FileChange, Path | None] | None:
        """Look whether the SQLite file is still the one that is open, and if not mend that (see `sqlitefile`).

        What it was, and where a copy of what was open is kept beside another file. None when it is the same.

        Raises:
            StoreError: it cannot be mended now; nothing more is written until it can.
        """
        if self._file is None or self._file.changed() is None:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._write_threads, self._mend, self._file, stamp)

    def _mend(self, file: OpenFile, stamp: str) -> tuple[FileChange, Path | None] | None:
        change = file.changed()
        if change is None:
            return None
        with self.outage.watched(), translating(self.url), self._gate.closed():
            kept = file.mend(change, self._write_engine, stamp=stamp)
            self._write_engine.dispose()
            if self._read_engine is not None:
                self._read_engine.dispose()
            file.forget()
            return change, kept

    async def close(self) -> None:
        """Finish what was asked for, and close every connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._write_engine.dispose()
        if self._read_engine is not None:
            self._read_engine.dispose()

    def _read(self, engine: Engine, work: Work[T]) -> T:
        with (
            self._measured("read"),
            self.outage.watched("read"),
            translating(self.url),
            self._gate.passed(),
            engine.connect() as connection,
        ):
            return work(connection)

    @contextlib.contextmanager
    def _measured(self, kind: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.timed(kind, time.perf_counter() - began)

    def _translated(self, work: Callable[[], T]) -> T:
        with self.outage.watched(), translating(self.url):
            return work()

    def _write_waiting(self) -> None:
        taken = self._take()
        if taken is None:
            return
        behind = len(self._urgent), len(self._waiting)
        group = [taken[1]]
        results: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with (
                self._measured("write"),
                self.outage.watched(),
                translating(self.url),
                self._write_engine.begin() as connection,
            ):
                hurried, end = taken[2], time.monotonic() + _LONGEST_GROUP
                alone = self._group == 1 or not (self._urgent or (self._waiting and not hurried))
                while taken is not None:
                    work, done, urgent = taken
                    results.append((done, *_attempt(connection, work, self.url, alone=alone)))
                    full = alone or len(group) >= self._group or time.monotonic() >= end
                    hurried = hurried or urgent
                    taken = None if full or (hurried and not self._urgent) else self._take()
                    group += [] if taken is None else [taken[1]]
        except BaseException as error:  # noqa: BLE001 - it belongs to those who wait for the commit
            if self.sqlite and not results and isinstance(error, StoreBusy):
                group += self._waited_as_long(*behind)
            for done in group:
                done.set_exception(error)
            return
        for done, result, failure in results:
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(failure)

    def _waited_as_long(self, urgent: int, others: int) -> list[Future[Any]]:
        """Those who waited behind a write that waited for another process's lock in vain.

        One after the other they would wait for minutes, and what asks them looked dead.
        """
        late = [self._urgent.popleft() for _ in range(urgent)] + [self._waiting.popleft() for _ in range(others)]
        return [done for _, done in late if done.set_running_or_notify_cancel()]

    def _take(self) -> tuple[Work[Any], Future[Any], bool] | None:
        """The next write that somebody still waits for, and whether it is urgent."""
        while True:
            urgent = bool(self._urgent)
            try:
                work, done = (self._urgent if urgent else self._waiting).popleft()
            except IndexError:
                if urgent:
                    continue  # another thread was quicker; what is not urgent may still wait
                return None
            if done.set_running_or_notify_cancel():
                return work, done, urgent


def _attempt(connection: Connection, work: Work[T], url: URL, *, alone: bool) -> tuple[T | None, BaseException | None]:
    """What `work` returns or raises. One that shares its transaction is taken back alone when it raises."""
    if alone:
        return work(connection), None
    try:
        with connection.begin_nested():
            return work(connection), None
    except BaseException as error:
        if not _is_open(connection):
            raise
        return None, error_of(error, url)


def _is_open(connection: Connection) -> bool:
    """Whether the transaction still stands; a full disk, for one, makes SQLite take all of it back by itself."""
    driver: object = connection.connection.dbapi_connection
    return not isinstance(driver, sqlite3.Connection) or driver.in_transaction


class StorePart:
    """A part of the store, over an open database: methods that are one transaction each."""

    def __init__(self, database: Database) -> None:
        self._database = database


def reading(
    work: Callable[Concatenate[Connection, P], T],
) -> Callable[Concatenate[StorePart, P], Coroutine[Any, Any, T]]:
    """A method of a part of the store that does this work in a transaction which only reads."""

    @functools.wraps(work)
    async def method(self: StorePart, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.read(lambda connection: work(connection, *args, **kwargs))

    return method


def writing(
    work: Callable[Concatenate[Connection, P], T], *, urgent: bool = False
) -> Callable[Concatenate[StorePart, P], Coroutine[Any, Any, T]]:
    """A method of a part of the store that does this work in a transaction; `urgent` as for `Database.write`."""

    @functools.wraps(work)
    async def method(self: StorePart, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.write(lambda connection: work(connection, *args, **kwargs), urgent=urgent)

    return method
