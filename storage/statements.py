"""What many statements are made of: what the two databases spell differently, and what many tables are joined by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Insert,
    TableValuedAlias,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from storage.tables.base import Base, table
from storage.tables.desk import RatingRow
from storage.tables.items import MatchRow, RevisionRow, VerdictRow
from storage.tables.types import Text

Row = Mapping[str, Any]
T = TypeVar("T")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

Upsert = sqlite.Insert | postgresql.Insert


def listed(name: str, dialect: str) -> TableValuedAlias:
    """A table with one column, `value`, of the strings in the JSON list (see `types.as_json`) bound as `name`.

    One parameter whatever the length, so that a statement is compiled once and no limit on parameters is met.
    `dialect` is the name of SQLAlchemy's dialect.
    """
    if dialect == "sqlite":
        return func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Text))
    return func.jsonb_array_elements_text(cast(bindparam(name, type_=Text), postgresql.JSONB)).table_valued(
        column("value", Text)
    )


def in_list(named: ColumnElement[T] | InstrumentedAttribute[T], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether a column holds one of the strings that are bound as `name` (see `listed`).

    For a table that is asked about as it is. `listed` is for joins, and for which of the strings are there.
    """
    return named.in_(select(listed(name, dialect).c.value))


def unindexed(named: InstrumentedAttribute[T]) -> ColumnElement[T]:
    """A column of strings that no index is to be used for, because another column leads to the few rows that are meant.

    SQLite takes any index for one that leads to few rows, also when half of the table is of a kind:
    docs/decisions/0071.
    """
    return type_coerce(named.op("||")(literal_column("''")), named.type)


def unindexed_on_sqlite(named: InstrumentedAttribute[T], dialect: str) -> ColumnElement[T] | InstrumentedAttribute[T]:
    """As `unindexed` on SQLite alone, for a column that is looked at in each row to which something else leads.

    PostgreSQL, which counts how often a value is there, goes the shorter way if it is asked plainly.
    """
    return unindexed(named) if dialect == "sqlite" else named


def among_newest(
    row_key: InstrumentedAttribute[str],
    row_time: InstrumentedAttribute[datetime],
    value: ColumnElement[Any],
    *,
    newest: int,
) -> ColumnElement[bool]:
    """The join condition for the `newest` latest rows whose key is `value` (more when their times are equal).

    Walks at most that many entries of an index over key and time, however many rows share the key.
    """
    inner = row_key.class_.__table__.alias()
    cutoff = (
        select(inner.c[row_time.key])
        .where(inner.c[row_key.key] == value)
        .order_by(inner.c[row_time.key].desc())
        .offset(newest)
        .limit(1)
        .correlate(value.table)
        .scalar_subquery()
    )
    # In this form SQLite too looks the cutoff up once for each value and starts reading the index there.
    return and_(row_key == value, row_time >= func.coalesce(cutoff, bindparam(None, _LONG_AGO, row_time.type)))


def upsert(row: type[Base], dialect: str) -> Upsert:
    """An `INSERT` that takes `on_conflict_…`, in the words of the dialect of that name."""
    return sqlite.insert(table(row)) if dialect == "sqlite" else postgresql.insert(table(row))


def same_revision(
    one: type[RevisionRow | MatchRow | VerdictRow], other: type[MatchRow | VerdictRow | RatingRow]
) -> ColumnElement[bool]:
    """Whether two rows are about one revision of one item."""
    return and_(one.item_id == other.item_id, one.revision == other.revision)


def insert(connection: Connection, row: type[Base], rows: Sequence[Row]) -> None:
    """Insert the rows, if there are any."""
    if rows:
        connection.execute(_insert(row), rows)


def insert_missing(connection: Connection, row: type[Base], rows: Sequence[Row]) -> None:
    """Insert those of the rows whose key is not there yet."""
    if rows:
        connection.execute(_insert_missing(row, connection.dialect.name), rows)


def write(connection: Connection, row: type[Base], rows: Sequence[Row], *, keep: frozenset[str] = frozenset()) -> None:
    """Insert the rows, which name the same columns; where the primary key is there, write all columns but `keep`."""
    if rows:
        connection.execute(_write(row, connection.dialect.name, frozenset(rows[0]) - keep), rows)


# Building a statement takes SQLAlchemy longer than running it.


@cache
def _insert(row: type[Base]) -> Insert:
    return table(row).insert()


@cache
def _insert_missing(row: type[Base], dialect: str) -> Upsert:
    return upsert(row, dialect).on_conflict_do_nothing()


@cache
def _write(row: type[Base], dialect: str, columns: frozenset[str]) -> Upsert:
    key = [one.name for one in table(row).primary_key]
    statement = upsert(row, dialect)
    changed = {name: statement.excluded[name] for name in sorted(columns.difference(key))}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)
