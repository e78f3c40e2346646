"""What makes a class one of those that the API takes or gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from enum import Enum
from typing import Any, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from monitor.wording.safe import safe

_SHAPE = ConfigDict(use_attribute_docstrings=True, extra="forbid")
T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def shape(made: type[T]) -> type[T]:
    """Make a class one of what the API takes or gives: frozen, by names, described by the sentence below each name."""
    return cast("type[T]", dataclass(config=_SHAPE, frozen=True, kw_only=True)(made))


def shaped(shape_of: Callable[..., T], value: object, **others: object) -> T:
    """A value in the shape that the API gives it: what has the same name in both goes over, texts are made safe.

    `others` are the fields that are called otherwise in the value, or are no line of plain text there.
    """
    names = [one.name for one in fields(cast("Any", shape_of)) if one.name not in others]
    return shape_of(**{name: _plain(getattr(value, name)) for name in names}, **others)


def _plain(part: object) -> object:
    """A member of an enum as its word, and any other text on a line, without characters that hide or turn it."""
    return str(part) if isinstance(part, Enum) else safe(part) if isinstance(part, str) else part
