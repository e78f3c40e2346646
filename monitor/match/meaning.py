"""What opinions weigh of the meaning of a text: numbers of a sentence encoder that matching is given, never computes.

Texts that mean alike have vectors that point alike, whatever their words and language. docs/decisions/0046 says what
that gains, and why only an opinion fitted on the vectors of one encoder may be asked with them.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import mul
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor.match.itemtexts import ItemTexts
from monitor.model import LIKE, Vector

READ = 400
"""How many characters of headline and summary an encoder reads: it takes time for each, and news says first what it is
about."""

TIMES = 1.0
"""How much a vector weighs beside evidence and words, which are of length one too: with half as much again the fit
leans on vectors where it has seen few (docs/decisions/0050), and three times drown what the rule found."""

_NEAR, _AHEAD = 0.22, 0.07
"""From which likeness, 1 for the same, a text is said to be like a kind; and how far the next kind must be behind."""


class Meanings(Protocol):
    """What knows vectors of texts, all of one encoder."""

    @property
    def encoder(self) -> str:
        """The name of the encoder."""

    def of(self, text: str, *, live: bool = True) -> Vector | None:
        """The vector of a text; None when it is not known, or not yet. `live`: a rule that may alert asks for it."""


@dataclass(frozen=True, slots=True)
class Given:
    """Vectors that were computed before, and the texts that were asked for and are not among them.

    Of those that are `missing`, live rules asked for the `pressing` ones.
    """

    encoder: str
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    pressing: set[str] = field(default_factory=set)

    def of(self, text: str, *, live: bool = True) -> Vector | None:
        """The vector of a text; one that is not there is noted as missing."""
        vector = self.vectors.get(text)
        if vector is None:
            self.missing.add(text)
            if live:
                self.pressing.add(text)
        return vector


def beginning_of(texts: ItemTexts) -> str:
    """What an encoder reads of an item: the beginning of headline and summary."""
    return ". ".join(filter(None, (texts.title, texts.summary)))[:READ]


class Kind(BaseModel):
    """A kind of news: how it is called, where its texts lie, and how many of those like it are relevant, 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str
    relevant: float
    items: int
    direction: str = Field(description="A vector of length one: base64 of numbers of two bytes (IEEE 754).")

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The direction, unpacked."""
        return unpacked(self.direction)


class Meant(BaseModel):
    """What an opinion weighs of vectors: `weights` times what sets a vector off from `middle`, at length one.

    `usual` is how many of all items are relevant: kinds with more speak for a match, and those with less against it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    middle: str = Field(description="The mean of many vectors, packed as a direction is.")
    weights: str
    usual: float
    kinds: tuple[Kind, ...] = ()

    @model_validator(mode="after")
    def _alike(self) -> Meant:
        sizes = {len(unpacked(one)) for one in (self.middle, self.weights, *(kind.direction for kind in self.kinds))}
        if len(sizes) > 1:
            raise ValueError("its vectors are not of one length")
        if not all(map(math.isfinite, (*self._middle, *self._weights))):
            raise ValueError("its vectors hold something that is not a number")
        return self

    @cached_property
    def _middle(self) -> tuple[float, ...]:
        return unpacked(self.middle)

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        return unpacked(self.weights)

    def fits(self, vector: Vector) -> bool:
        """Whether a vector is as long as those it was fitted on."""
        return len(vector) == len(self._weights)

    def odds(self, vector: Vector) -> float:
        """What a vector adds to the log-odds."""
        return math.fsum(map(mul, self._weights, set_off(vector, self._middle)))

    def likeness(self, vector: Vector) -> str | None:
        """The kind of news that a text is most like, as a reason for (+) or against (-); None when it is like none."""
        offset = set_off(vector, self._middle)
        number = likest([math.fsum(map(mul, kind.numbers, offset)) for kind in self.kinds])
        if number is None:
            return None
        kind = self.kinds[number]
        return f"{'+' if kind.relevant > self.usual else '-'}{LIKE}{kind.says}"


def likest(likenesses: Sequence[float]) -> int | None:
    """Which of some kinds a text is like, by how like each it is; None when it is like none, or like two."""
    ordered = sorted(range(len(likenesses)), key=lambda number: -likenesses[number])
    if not ordered or likenesses[ordered[0]] < _NEAR:
        return None
    if len(ordered) > 1 and likenesses[ordered[0]] - likenesses[ordered[1]] < _AHEAD:
        return None
    return ordered[0]


def set_off(vector: Vector, middle: Vector) -> list[float]:
    """What sets a vector off from the middle, at length one; all vectors of an encoder share a large part."""
    offset = [one - other for one, other in zip(vector, middle, strict=True)]
    length = math.hypot(*offset)
    return [one / length for one in offset] if length else offset


def packed(numbers: Iterable[float]) -> str:
    """Numbers as text: base64 of two bytes each."""
    every = [float(one) for one in numbers]
    return base64.b64encode(struct.pack(f"<{len(every)}e", *every)).decode("ascii")


def unpacked(text: str) -> tuple[float, ...]:
    """The numbers of such a text.

    Raises:
        ValueError: it is none.
    """
    data = base64.b64decode(text, validate=True)
    if len(data) % 2:
        raise ValueError("a vector is cut off")
    return struct.unpack(f"<{len(data) // 2}e", data)
