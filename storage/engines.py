"""How connections to SQLite and PostgreSQL are set up, and how an SQLite file is watched as it is opened."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, PoolProxiedConnection, StaticPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext

from monitor.errors import StoreUnavailable
from storage.refusals import is_left_behind
from storage.sqlitefile import OpenFile, create_private

if TYPE_CHECKING:
    import psycopg

_CONNECT_TIMEOUT = 10


def sqlite_engine(
    url: URL, busy_timeout: float, begin: str, *, readers: int = 0, memory: bool = False, throwaway: bool = False
) -> Engine:
    """An engine whose transactions begin with `begin`.

    `busy_timeout` is in seconds. With `readers` it only reads, on so many connections. One in `memory` has one
    connection; a `throwaway` file is never waited for.
    """
    engine = (
        create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        if memory
        else create_engine(url, pool_size=max(1, readers), max_overflow=0, connect_args={"timeout": busy_timeout})
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
        # The driver must not begin transactions itself: `_begin` does (SQLAlchemy's SQLite page, "Transactions").
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA synchronous = {'OFF' if throwaway else 'FULL'}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        if readers:
            cursor.execute("PRAGMA query_only = ON")
        else:
            # Kilobytes; readers keep SQLite's 2 MB each.
            cursor.execute(f"PRAGMA cache_size = {-65536 if throwaway else -8192}")
        if not readers and not memory and cursor.execute("PRAGMA page_count").fetchone() == (0,):
            # Of a new database: what is deleted is given back to the disk bit by bit (`upkeep.give_back`).
            cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if not readers and not memory and cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    def _begin(connection: PoolProxiedConnection) -> None:
        connection.cursor().execute(begin)

    # The dialect does it, as a listener to events makes each statement look for events: a third more for a short read.
    engine.dialect.do_begin = _begin  # type: ignore[assignment, method-assign]
    return engine


def know_file(file: OpenFile, writing: Engine, reading: Engine | None) -> None:
    """Let `file` know when it is opened, and open nothing to another file that took its place."""
    event.listen(writing, "connect", functools.partial(_opened, file))
    for engine in filter(None, (writing, reading)):
        event.listen(engine, "do_connect", functools.partial(_prepare_file, file))


def _opened(file: OpenFile, *_: object) -> None:
    """Know the file that was connected to."""
    file.opened()


def _prepare_file(file: OpenFile, *_: object) -> None:
    """Let the file be private from its first byte; SQLAlchemy connects afterwards.

    Beside connections to a file that is gone, or has no log any more, none may be opened to what is at its path: they
    would share the index of the log, and those that are open would take the empty database for theirs.
    """
    if file.changed() is not None:
        raise StoreUnavailable(
            f"the database {file.path}, or its log, was deleted or replaced while it was open; it is being repaired"
        )
    create_private(file.path)


def postgresql_engine(url: URL, busy_timeout: float, *, pool_size: int) -> Engine:
    """An engine with so many connections; a statement waits `busy_timeout` seconds for a lock."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=busy_timeout,
        pool_pre_ping=True,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_TIMEOUT},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: psycopg.Connection[Any], record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(f"SET lock_timeout = {round(busy_timeout * 1000)}")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def _leave(context: ExceptionContext) -> None:
        # After a failover the name may lead to another server already: connect anew, all of the pool.
        if is_left_behind(context.original_exception):
            context.is_disconnect = True

    return engine
