"""What a database's refusals mean, in words for an admin: which database, why, and what to do."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import URL
from sqlalchemy import exc as sa

from monitor.errors import StoreBusy, StoreError, StoreUnavailable

log = structlog.get_logger()

# lock_not_available, deadlock_detected, serialization_failure: https://www.postgresql.org/docs/18/errcodes-appendix.html
_BUSY_POSTGRESQL = {"55P03", "40P01", "40001"}
_NO_TABLE_POSTGRESQL = {"42P01", "42703"}
_FULL_POSTGRESQL = {"53100"}
# Connections that break, a server that starts, stops or has none left to give.
_AWAY_POSTGRESQL = ("08", "57P", "53")
_FORBIDDEN_POSTGRESQL = {"42501", "25006"}
_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_RESTORE = "stop the service and put a backup in its place (`db backup` makes them)"
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
_AGAIN = 60.0
"""Seconds until an outage that goes on is logged once more."""


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
        return StoreError(f"{_shown(url)} has an older schema, or none ({said}): run `service.py db upgrade`")
    if isinstance(cause, sqlite3.Error):
        if told := _of_sqlite(cause, said, url):
            return StoreUnavailable(told)
    elif told := _of_postgresql(error, cause, said, url):
        return StoreUnavailable(told)
    if isinstance(error, sa.IntegrityError):
        return StoreRefused(f"the database refused a contradiction, which is a mistake in Wirewatch: {said}")
    if isinstance(error, sa.StatementError) and not isinstance(error, sa.OperationalError | sa.InterfaceError):
        return StoreRefused(f"the database refused a value, which is a mistake in Wirewatch: {said}")
    return StoreError(f"{_shown(url)} could not do what was asked: {said}")


def _of_sqlite(cause: sqlite3.Error, said: str, url: URL) -> str | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
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
        return f"the disk of {_shown(url)} is full: {said}; make room on it"
    if state in _FORBIDDEN_POSTGRESQL:
        return f"{_shown(url)} does not let this user write: {said}"
    if isinstance(error, sa.OperationalError) and (state is None or state.startswith(_AWAY_POSTGRESQL)):
        return f"cannot reach {_shown(url)}: {said}; check that it runs, and DATABASE_URL"
    return None


def _shown(url: URL) -> str:
    """The database in words, without its password."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database or 'in memory'}"
    place = f"{url.host}:{url.port}" if url.host and url.port else url.host or "this machine"
    return f"the PostgreSQL database {url.database or url.username or ''} on {place}"


def _is_busy(cause: object) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _BUSY_SQLITE
    return getattr(cause, "sqlstate", None) in _BUSY_POSTGRESQL


def _lacks_tables(cause: object, said: str) -> bool:
    if isinstance(cause, sqlite3.Error):
        return said.startswith(("no such table", "no such column"))
    return getattr(cause, "sqlstate", None) in _NO_TABLE_POSTGRESQL


class Outage:
    """Logs that a database that worked does so no more: once, then once a minute, and when it is over.

    Those who ask it try again and again; what they would each log is said here for all. Called from many threads.
    """

    def __init__(self, url: URL) -> None:
        self._where = _shown(url)
        self._lock = threading.Lock()
        self._worked = False
        self._began: float | None = None
        self._logged = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around each use of the database; what is raised passes."""
        try:
            yield
        except StoreUnavailable as error:
            self._failed(error)
            raise
        except StoreError:
            raise
        else:
            self._went_well()

    def _failed(self, error: StoreError) -> None:
        now = time.monotonic()
        with self._lock:
            first = self._began is None
            if not self._worked or not (first or now - self._logged >= _AGAIN):
                return
            self._began = now if self._began is None else self._began
            self._logged = now
            since = now - self._began
        log.error(
            "the database cannot be used; everything that needs it is tried again until it can",
            action="database_unavailable",
            error=str(error),
            seconds=round(since, 1),
        )

    def _went_well(self) -> None:
        if self._worked and self._began is None:
            return
        with self._lock:
            began, self._began, self._worked = self._began, None, True
        if began is not None:
            seconds = round(time.monotonic() - began, 1)
            log.info("the database is back", action="database_back", seconds=seconds, database=self._where)
