"""Numbers by text, read only, in 17 bytes for each or 33: of a text nothing is kept but its hash.

A dict takes ten times as much, most of it for the texts and what Python adds to each object (docs/decisions/0054).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from itertools import groupby
from typing import Any, Generic, TypeVar, cast

Number = TypeVar("Number", bound=float)

_PLACES = 8
"""Of the bytes that say at once that a text was not given, so many for each that was."""


class Hashing(Generic[Number]):
    """Takes numbers by text, to be looked up once all are there; keeps no text meanwhile either."""

    def __init__(self, kind: str, none: Number) -> None:
        """`kind` is what `array` calls numbers of this size, `none` what a text is to have that was not given."""
        self._kind = kind
        self._none = none
        self._hashes: array[int] = array("q")
        self._numbers: Any = array(kind)

    def add(self, text: str, number: Number) -> None:
        """Take a number of a text."""
        self._hashes.append(hash(text))
        self._numbers.append(number)

    def done(self, together: Callable[[Sequence[Number]], Iterable[Number]] = tuple) -> Hashed[Number]:
        """What was taken. `together` says what to keep of the numbers of one text, in the order they were taken in."""
        taken, hashes = self._hashes, array("q")
        numbers: Any = array(self._kind)
        order = sorted(range(len(taken)), key=taken.__getitem__)
        for hashed, places in groupby(order, key=taken.__getitem__):
            for number in together([self._numbers[place] for place in places]):
                hashes.append(hashed)
                numbers.append(number)
        return Hashed(hashes, numbers, self._none)


class Hashed(Generic[Number]):
    """Numbers by text; several where a text was given several times. `Hashing` makes it.

    That a text which was not given is taken for one of a hundred thousand that were has a chance of one in 10^14 for
    each look-up.
    """

    __slots__ = ("_given", "_hashes", "_none", "_numbers", "_shift", "_starts")

    def __init__(self, hashes: array[int], numbers: MutableSequence[Number], none: Number) -> None:
        """`hashes` are sorted, with the number of each in `numbers`."""
        self._hashes = hashes
        self._numbers = numbers
        self._none = none
        # Hashes are spread evenly, so the first bits of one say where it stands, but for about eight places.
        bits = max(1, len(hashes).bit_length() - 3)
        half = 1 << (bits - 1)
        self._shift = 64 - bits
        self._starts = array("I", [bisect_left(hashes, first << self._shift) for first in range(-half, half)])
        self._starts.append(len(hashes))
        self._given = b""

    def get(self, text: str) -> Number:
        """The first number of a text."""
        place = self._place(text)
        return self._none if place is None else self._numbers[place]

    def total(self, texts: Iterable[str]) -> Number:
        """The first numbers of some texts, added; a text that was not given adds nothing.

        An opinion asks for hundreds, most of them not given, so there is no call for each, and no search for most.
        """
        hashes, numbers, starts, shift = self._hashes, self._numbers, self._starts, self._shift
        half, end = len(starts) // 2, len(hashes)
        given = self._given or self._note_given()
        lowest = len(given) - 1
        found: Any = 0
        for wanted in map(hash, texts):
            if given[wanted & lowest]:
                first = (wanted >> shift) + half
                place = bisect_left(hashes, wanted, starts[first], starts[first + 1])
                if place < end and hashes[place] == wanted:
                    found += numbers[place]
        return cast("Number", found)

    def all(self, text: str) -> Sequence[Number]:
        """The numbers of a text, in order; none where it was not given."""
        first = self._place(text)
        if first is None:
            return ()
        after, hashes = first + 1, self._hashes
        while after < len(hashes) and hashes[after] == hashes[first]:
            after += 1
        return self._numbers[first:after]

    def __contains__(self, text: str) -> bool:
        return self._place(text) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and (self._hashes, self._numbers) == (other._hashes, other._numbers)

    def __hash__(self) -> int:
        return hash((len(self._hashes), self._none))

    def _note_given(self) -> bytes:
        """By the lowest bits of a hash, whether there is any text with them: in a power of two of bytes."""
        given = bytearray(1 << (len(self._hashes) * _PLACES).bit_length())
        lowest = len(given) - 1
        for hashed in self._hashes:
            given[hashed & lowest] = 1
        self._given = bytes(given)
        return self._given

    def _place(self, text: str) -> int | None:
        wanted = hash(text)
        first = (wanted >> self._shift) + len(self._starts) // 2
        place = bisect_left(self._hashes, wanted, self._starts[first], self._starts[first + 1])
        return place if place < len(self._hashes) and self._hashes[place] == wanted else None
