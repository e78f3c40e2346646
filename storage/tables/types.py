"""How values are kept in columns: clean text, aware times, and frozen types as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import DateTime, Dialect, Integer, String, TypeDecorator
from sqlalchemy.types import TypeEngine

from monitor.errors import StoreError

Strings = tuple[str, ...]

# Each value of each row goes through a function that a type below makes for it. SQLAlchemy would put two of its own
# around it, which took longer than what is done; so the types make theirs themselves (docs/performance.md).
_Bind = Callable[[Any], Any]

_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def storable(text: str) -> str:
    """`text` without what a database refuses: NUL goes, lone surrogates become U+FFFD.

    PostgreSQL stores no NUL in text (its manual, 8.3 Character Types) and no database stores half a surrogate pair;
    both come in with header values, guids and the reasons of broken feeds.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _Kept(TypeDecorator[Any]):
    """A value that one function brings into the form of the database, and another one out of it; None stays None."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String
    _into: _Bind
    _out: _Bind | None = None

    def bind_processor(self, dialect: Dialect) -> _Bind:  # noqa: ARG002 - SQLAlchemy's
        """What is done with each value on its way in."""
        into = self._into
        return lambda value: None if value is None else into(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> _Bind | None:  # noqa: ARG002
        """What is done with each value on its way out."""
        out = self._out
        return None if out is None else lambda value: None if value is None else out(value)


class Text(_Kept):
    """Text of any length, made `storable` on the way in, in values that are looked up as well."""

    cache_ok = True
    _into = staticmethod(storable)


class EnumMember(_Kept):
    """A member of an enum, kept as its value: text, or the number of one that is an `IntEnum`."""

    cache_ok = True

    def __init__(self, of: type[Enum]) -> None:
        super().__init__()
        self.of = of
        self.impl = Integer() if issubclass(of, int) else String()
        self._into, self._out = lambda value: of(value).value, of


class PackedJson(_Kept):
    """A value of the frozen type `of`, kept as JSON text."""

    cache_ok = True

    def __init__(self, of: object) -> None:
        super().__init__()
        self.of = of
        self._into, self._out = partial(pack, of), partial(unpack, of)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC to the microsecond. SQLite has text that sorts by time, PostgreSQL `timestamptz`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> _Bind:
        """What is done with each value on its way in: SQLite's text is written here, with all its digits."""
        return _utc_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> _Bind:  # noqa: ARG002
        """What is done with each value on its way out."""
        return _utc_time if dialect.name == "sqlite" else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a time zone cannot be stored: {value!r}")
    return value.astimezone(UTC)


@lru_cache(maxsize=64)  # all rows of a poll have the same few times
def _utc_text(value: datetime | None) -> str | None:
    aware = _in_utc(value)
    return None if aware is None else aware.isoformat(" ", "microseconds")[:_TO_MICROSECONDS]


def _utc_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


_TO_MICROSECONDS = len("2000-01-01 00:00:00.000000")


def pack(of: object, value: object) -> str:
    """JSON text of a value of type `of`; text in it is made `storable` where JSON cannot hold it."""
    adapter = _adapter(of)
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:
        return to_json(_clean(adapter.dump_python(value))).decode()


def unpack(of: object, text: str) -> Any:
    """The value of type `of` that was packed.

    Raises:
        StoreError: the text does not fit the type, because another version of Wirewatch wrote it.
    """
    try:
        return _adapter(of).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreError(
            f"the database holds data this version of Wirewatch cannot read ({where}: {first['msg']}); "
            "run the version that wrote it, or a newer one"
        ) from None


def as_json(values: object) -> str:
    """Strings or lists of strings as the JSON that a statement takes instead of one parameter for each."""
    try:
        text = _dumped(values)
        if "\\u0000" not in text:
            text.encode()
            return text
    except (TypeError, UnicodeEncodeError):  # sets are no JSON, and half a surrogate pair is no text
        pass
    return _dumped(_clean(values))  # string by string, which most lists need not


def _dumped(values: object) -> str:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False)


def _adapter(of: Any) -> TypeAdapter[Any]:
    adapter = _ADAPTERS.get(of)
    if adapter is None:
        adapter = _ADAPTERS.setdefault(of, TypeAdapter[Any](of))
    return adapter


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    return value
