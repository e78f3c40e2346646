"""What a name may mean: places of the gazetteer, by their numbers, and what the name is beside their plain names."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.model import Place, PlaceKind
from monitor.model.hashed import Hashed, Hashing

ADJECTIVE, METONYM, GUARDED, ACRONYM, ANY_CASE, PERSONAL, LISTED = 1, 2, 4, 8, 16, 32, 64
"""What a name may be beside a place's plain name (flags of `Sense.flags`).

A guarded name is also a common word, a personal one also a first name; an acronym counts in capitals only, and what is
of any case needs no capital. Listed names come from the table and nobody has looked at them one by one.
"""

# From how many inhabitants a city is worth having: villages where war is, towns in the countries of present conflicts.
AT_WAR = dict.fromkeys(("LB", "SY", "YE", "SD", "SS"), 1000) | {"UA": 2000, "PS": 2000, "IL": 5000}
_CONFLICT = dict.fromkeys(
    "RU IR IQ MM CD ET ER SO LY ML NE BF NG AF PK HT AM AZ CF TD CM MZ SA AE QA KW BH OM JO".split(), 15_000
)
LEAST: Mapping[str, int] = _CONFLICT | AT_WAR
"""From how many inhabitants on cities count, by country; `LEAST_ELSEWHERE` in all others."""
LEAST_ELSEWHERE = 100_000

_FLAG_BITS = 7
_NO_PLACE = Place("", "", "", PlaceKind.SITE)


@dataclass(frozen=True, slots=True)
class Sense:
    """One of the places a name may mean: its number in the gazetteer, and the flags of the name."""

    number: int
    flags: int


@lru_cache(maxsize=16384)
def _unpacked(value: int) -> Sense:
    return Sense(value >> _FLAG_BITS, value & ((1 << _FLAG_BITS) - 1))


@dataclass(slots=True)
class Gazetteer:
    """All places, numbered; number 0 is no place ("Washington Post").

    `names` gives the packed senses (see `senses`) of a name's keys, joined by spaces; `longest` how many words the
    longest name has that starts with a key, 0 for keys that start none; `small` are the first keys of names that need
    no capital. `seats` leads from a city to the region that is named after it, `around` from a place to the regions
    and the country it lies in, `words` to the (folded) words that tell about the places beside them.
    """

    places: list[Place] = field(default_factory=lambda: [_NO_PLACE])
    populations: array[int] = field(default_factory=lambda: array("q", [0]))
    names: Hashed[int] = field(default_factory=lambda: Hashing("i", 0).done())
    longest: Hashed[int] = field(default_factory=lambda: Hashing("b", 0).done())
    small: frozenset[str] = frozenset()
    capitals: frozenset[int] = frozenset()
    seats: Mapping[int, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    around: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def senses(self, name: str) -> tuple[Sense, ...]:
        """The places a name may mean; none when it is no name."""
        return tuple(map(_unpacked, self.names.all(name)))


def packed(number: int, flags: int) -> int:
    """A sense as one number, as `Gazetteer.names` has it."""
    return (number << _FLAG_BITS) | flags


def place_of(sense: int) -> int:
    """The number of the place that a packed sense means."""
    return sense >> _FLAG_BITS
