"""What makes a class one of those that the API takes or gives."""

from __future__ import annotations

from dataclasses import field
from typing import TypeVar, cast, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_SHAPE = ConfigDict(use_attribute_docstrings=True, extra="forbid")
T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def shape(made: type[T]) -> type[T]:
    """Make a class one of what the API takes or gives: frozen, by names, described by the sentence below each name."""
    return cast("type[T]", dataclass(config=_SHAPE, frozen=True, kw_only=True)(made))
