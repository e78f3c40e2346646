"""Rows and the frozen types of the vocabulary: what has the same name in both goes over by itself.

What is called otherwise in the table, or is kept in another form, is named where a row is read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from storage.tables.base import Base, table

T = TypeVar("T")


def value_of(kind: Callable[..., T], row: Mapping[Any, Any], /, **others: Any) -> T:
    """The value of this frozen type that a row holds; `others` are the fields that are not its columns of their name.

    Fields that neither has keep their defaults.
    """
    return kind(**{name: row[name] for name in _fields(kind) if name in row and name not in others}, **others)


def row_of(row: type[Base], value: Any, /, **others: Any) -> dict[str, Any]:
    """The row that keeps a value of a frozen type; `others` are the columns that are not its fields of their name."""
    kind: Any = type(value)
    return {name: getattr(value, name) for name in _shared(row, kind)} | others


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


@cache
def _shared(row: type[Base], kind: Any) -> tuple[str, ...]:
    columns = table(row).columns
    return tuple(name for name in _fields(kind) if name in columns)
