"""Restore into PostgreSQL: what a copy of a SQLite database holds, written into an empty one.

All rows of all tables go over as they are, by the tables that the code knows, so that a table that is added later goes
along. Only into empty ones: to join two databases would make two cards of one story. Only from the same schema, because
migrations know one database at a time.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Connection, Engine, Table, func, select

from monitor.errors import StoreError
from storage.backup import require_sound
from storage.locks import UPGRADE_LOCK, lock
from storage.refusals import shown
from storage.schema import HEAD, known, upgrade
from storage.tables.base import Base
from storage.tables.search import ItemWordsRow
from storage.tables.types import UtcTime, storable

if TYPE_CHECKING:
    import psycopg

_ROWS = 1000
_Convert = Callable[[Any], Any]


def refill(engine: Engine, copy: Path) -> None:
    """Write all that `copy`, a SQLite file that nobody writes to, holds into an empty PostgreSQL database, or nothing.

    The index of the search is not taken along: each database has one of its own kind, made by `storage.search`.

    Raises:
        StoreError: `copy` is damaged, of another program or of another version, or the database is not empty.
    """
    version = require_sound(copy)
    if version != HEAD:
        advice = (
            "let this version upgrade it first: `db restore` it with DATABASE_URL=sqlite:///… , then `db backup`"
            if known(version)
            else "run that version, or a newer one"
        )
        age = "an earlier" if known(version) else "a newer"
        raise StoreError(f"the backup {copy} was written by {age} version of Wirewatch (schema {version}); {advice}")
    upgrade(engine)
    tables = [one for one in Base.metadata.sorted_tables if one.name != ItemWordsRow.__tablename__]
    with (
        contextlib.closing(sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as source,
        engine.begin() as connection,
    ):
        lock(connection, UPGRADE_LOCK)
        # A service that starts meanwhile waits with its first write, and finds everything.
        names = ", ".join(f'"{one.name}"' for one in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        for one in tables:
            if connection.execute(select(1).select_from(one).limit(1)).first():
                raise StoreError(f"{shown(engine.url)} is not empty ({one.name}); name an empty one in DATABASE_URL")
        for one in tables:
            _fill(connection, source, one)


def _fill(connection: Connection, source: sqlite3.Connection, into: Table) -> None:
    """Copy the rows of a table, and let ids that the database counts go on behind the last one."""
    columns = list(into.columns)
    listed = ", ".join(f'"{column.name}"' for column in columns)
    converts = [_convert(column) for column in columns]
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    rows = source.execute(f'SELECT {listed} FROM "{into.name}"')  # noqa: S608 - names of our own tables
    with driver.cursor() as cursor, cursor.copy(f'COPY "{into.name}" ({listed}) FROM STDIN'.encode()) as copied:
        while some := rows.fetchmany(_ROWS):
            for row in some:
                copied.write_row(
                    [None if value is None else convert(value) for convert, value in zip(converts, row, strict=True)]
                )
    counted = into.autoincrement_column
    if counted is not None and not counted.foreign_keys:
        sequence = func.pg_get_serial_sequence(into.name, counted.name)
        highest = select(func.max(counted)).scalar_subquery()
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _convert(column: Column[Any]) -> _Convert:
    """How a value of SQLite is written for PostgreSQL, which knows truth and time as types of their own."""
    if isinstance(column.type, Boolean):
        return bool
    if isinstance(column.type, UtcTime):
        return lambda value: f"{value}+00"
    return lambda value: storable(value) if isinstance(value, str) else value
