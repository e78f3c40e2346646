"""What a database's refusals mean, in words for an admin: which database, why, and what to do."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy import exc as sa

from monitor.errors import StoreBusy, StoreError, StoreUnavailable

# lock_not_available, deadlock_detected, serialization_failure: https://www.postgresql.org/docs/18/errcodes-appendix.html
_BUSY_POSTGRESQL = {"55P03", "40P01", "40001"}
_NO_TABLE_POSTGRESQL = {"42P01", "42703"}
_FULL_POSTGRESQL = {"53100"}
# Damaged rows or indexes, and a disk that fails.
_FAILING_POSTGRESQL = {*_FULL_POSTGRESQL, "XX001", "XX002", "58030"}
# Connections that break, a server that starts, stops or has none left to give.
_AWAY_POSTGRESQL = ("08", "57P", "53")
_CROWDED_POSTGRESQL = ("too many connections", "too many clients", "connection slots")
"""A server says so before it gives a code."""

_FORBIDDEN_POSTGRESQL = {"42501"}
_READ_ONLY_POSTGRESQL = "25006"
_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FAILING_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}
_RESTORE = "stop the service and run `db restore BACKUP`"
# By SQLite's code, of which the low byte says what it is: https://www.sqlite.org/rescode.html
_SQLITE = {
    sqlite3.SQLITE_NOTADB: "{where} is not a SQLite database, or is damaged: {said}. Check DATABASE_URL; if it is the "
    f"right file, {_RESTORE}",
    sqlite3.SQLITE_CORRUPT: f"the database {{where}} is damaged: {{said}}; {_RESTORE}",
    sqlite3.SQLITE_READONLY: "cannot write to the database {where}: {said}; check who may write to the file and to its "
    "folder, and that the disk is not mounted read-only",
    sqlite3.SQLITE_FULL: "the disk with the database {where} is full: {said}; make room on it",
    sqlite3.SQLITE_IOERR: "the disk with the database {where} fails: {said}; check that it is there and has room",
    sqlite3.SQLITE_PERM: "cannot open the database {where}: {said}; check who may read and write the file",
}


class StoreFailing(StoreUnavailable):
    """The disk is full or fails, or the file is damaged. What is small or elsewhere may work; that does not end it."""


def is_left_behind(error: BaseException | None) -> bool:
    """Whether a connection leads to a server of PostgreSQL that takes no writes: another is the primary one."""
    return getattr(error, "sqlstate", None) == _READ_ONLY_POSTGRESQL


class StoreRefused(StoreError):
    """What was to be written is at fault, not the database; something else may well be written."""


@contextmanager
def translating(url: URL) -> Iterator[None]:
    """Turn what a database or its driver raises into `StoreError`; everything else passes."""
    try:
        yield
    except _refusals() as error:
        raise error_of(error, url) from error


def _refusals() -> tuple[type[Exception], ...]:
    """What SQLAlchemy and the drivers raise. SQLAlchemy loads PostgreSQL's driver only for a database that needs it."""
    loaded = sys.modules.get("psycopg")
    return (sa.SQLAlchemyError, sqlite3.Error, *((loaded.Error,) if loaded else ()))


def error_of(error: BaseException, url: URL) -> BaseException:
    """A database's refusal as a `StoreError`; whatever else it is stays as it is."""
    if not isinstance(error, _refusals()):
        return error
    if isinstance(error, sa.TimeoutError):
        return StoreBusy("the database has no free connection; it is slower than it is asked")
    cause = error.orig if isinstance(error, sa.DBAPIError) else error
    said = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    if _is_busy(cause):
        return StoreBusy(f"the database is locked by another process for too long ({said}); trying again may help")
    if _lacks_tables(cause, said):
        return StoreError(f"{shown(url)} has an older schema, or none ({said}): run `service.py db upgrade`")
    if isinstance(cause, sqlite3.Error):
        if told := _of_sqlite(cause, said, url):
            return _unavailable(told, failing=_code_of(cause) in _FAILING_SQLITE)
    elif told := _of_postgresql(error, cause, said, url):
        return _unavailable(told, failing=getattr(cause, "sqlstate", None) in _FAILING_POSTGRESQL)
    if isinstance(error, sa.IntegrityError):
        return StoreRefused(f"the database refused a contradiction, which is a mistake in Wirewatch: {said}")
    if isinstance(error, sa.StatementError) and not isinstance(error, sa.OperationalError | sa.InterfaceError):
        return StoreRefused(f"the database refused a value, which is a mistake in Wirewatch: {said}")
    return StoreError(f"{shown(url)} could not do what was asked: {said}")


def _unavailable(told: str, *, failing: bool) -> StoreUnavailable:
    return StoreFailing(told) if failing else StoreUnavailable(told)


def _code_of(cause: sqlite3.Error) -> int:
    """The low byte of SQLite's code, which says what it is; 0 for none."""
    code: int = getattr(cause, "sqlite_errorcode", 0) or 0
    return code & 0xFF


def _of_sqlite(cause: sqlite3.Error, said: str, url: URL) -> str | None:
    code = _code_of(cause)
    where = str(url.database)
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"cannot open the database {where}: {_why_closed(Path(where))} ({said}); DATABASE_URL says where it is"
    return _SQLITE[code].format(where=where, said=said) if code in _SQLITE else None


def _why_closed(path: Path) -> str:
    """Why a file of SQLite does not open, as far as looking at it tells."""
    try:
        if path.is_dir():
            return "it is a folder, and a file is wanted"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}"
    except OSError as error:
        return f"the folder cannot be looked into: {error.strerror}"
    return "check that its folder can be written to, and who may read and write the file"


def _of_postgresql(error: BaseException, cause: object, said: str, url: URL) -> str | None:
    state = getattr(cause, "sqlstate", None)
    if state in _FULL_POSTGRESQL:
        return f"the disk of {shown(url)} is full: {said}; make room on it"
    if state in _FAILING_POSTGRESQL:
        return f"{shown(url)} is damaged, or its disk fails: {said}; look at the server's log"
    if state == _READ_ONLY_POSTGRESQL:
        return f"{shown(url)} takes no writes: {said}. It may be a standby; name the primary server in DATABASE_URL"
    if state in _FORBIDDEN_POSTGRESQL:
        return f"{shown(url)} does not let this user write: {said}"
    if any(sign in str(cause) for sign in _CROWDED_POSTGRESQL):
        crowd = "raise its max_connections, or see who holds them, as pg_stat_activity shows"
        return f"{shown(url)} has no connection left for Wirewatch: {said}; {crowd}"
    if isinstance(error, sa.OperationalError) and (state is None or state.startswith(_AWAY_POSTGRESQL)):
        return f"cannot reach {shown(url)}: {said}; check that it runs, and DATABASE_URL"
    return None


def shown(url: URL) -> str:
    """A database in words, without its password."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database or 'in memory'}"
    place = f"{url.host}:{url.port}" if url.host and url.port else url.host or "this machine"
    return f"the PostgreSQL database {url.database or url.username or ''} on {place}"


def _is_busy(cause: object) -> bool:
    if isinstance(cause, sqlite3.Error):
        return _code_of(cause) in _BUSY_SQLITE
    return getattr(cause, "sqlstate", None) in _BUSY_POSTGRESQL


def _lacks_tables(cause: object, said: str) -> bool:
    if isinstance(cause, sqlite3.Error):
        return said.startswith(("no such table", "no such column"))
    return getattr(cause, "sqlstate", None) in _NO_TABLE_POSTGRESQL
