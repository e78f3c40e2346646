"""The gazetteer: every place we know, by the words of its names.

It is read from three files beside this module: places.tsv (built by `build` from GeoNames, CC BY 4.0, and Unicode CLDR)
and the hand-written placenames.toml and regions.toml, whose names win over those of places.tsv.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from monitor.link.places.senses import (
    ACRONYM,
    ADJECTIVE,
    ANY_CASE,
    GUARDED,
    LISTED,
    METONYM,
    PERSONAL,
    Gazetteer,
    packed,
    place_of,
)
from monitor.link.places.words import WORD, fold, inflected, is_cyrillic, name_keys
from monitor.model import Place, PlaceKind
from monitor.model.hashed import Hashing
from monitor.model.languages import LANGUAGES

_HERE = Path(__file__).parent
_KINDS = {"geo": PlaceKind.CITY, **{kind.value: kind for kind in PlaceKind}}
_SMALL_LETTERS = ("fr", "es", "ru", "uk")  # adjectives of place take no capital there
_MAX_ACRONYM = 5


@dataclass(slots=True)
class _NameTable:
    """The names of a gazetteer while it is read: what each means, and what its keys start, as they come."""

    senses: Hashing[int] = field(default_factory=lambda: Hashing("i", 0))
    starts: Hashing[int] = field(default_factory=lambda: Hashing("b", 0))
    small: set[str] = field(default_factory=set)

    def add(self, keys: tuple[str, ...], number: int, flags: int) -> None:
        """Note that the keys are a name of a place."""
        self.senses.add(_joined(keys), packed(number, flags))
        self.starts.add(keys[0], len(keys))
        for key in keys[1:]:
            self.starts.add(key, 0)
        if flags & ANY_CASE:
            self.small.add(keys[0])


def _joined(keys: tuple[str, ...]) -> str:
    return keys[0] if len(keys) == 1 else " ".join(keys)


def _merged(senses: Iterable[int]) -> Iterable[int]:
    """The senses of one name, one for each place, the one that was added last at the end."""
    found: dict[int, int] = {}
    for sense in senses:
        same = found.pop(place_of(sense), None)
        # Spanish may write small what English writes with a capital: israelí.
        found[place_of(sense)] = sense if same is None else same | (sense & ANY_CASE)
    return found.values()


def _most(lengths: Sequence[int]) -> Iterable[int]:
    return (max(lengths),)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    admin1: str
    written: str

    @property
    def names(self) -> list[str]:
        """Its names, taken apart when they are asked for: all at once they would take a while's memory for nothing."""
        return self.written.split("|")


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    found = Gazetteer()
    written = _read("placenames.toml") | _read("regions.toml")
    found.words = {name: frozenset(map(fold, _listed(words))) for name, words in written["words"].items()}
    rows = tuple(_rows(found))
    names = _NameTable()
    ours = _Ours(found, names, rows, written)
    ours.add_all()
    by_hand = names.senses.done()
    personal = found.words["personal"]
    for row in rows:
        for name in row.names:
            guarded = GUARDED if name[0] == "?" else 0
            flags = guarded | (PERSONAL if name in personal else 0)
            flags |= LISTED if found.places[row.number].kind is PlaceKind.CITY else 0
            for keys in _keys(name.removeprefix("?").split(" ")):
                if _joined(keys) not in by_hand:
                    names.add(keys, row.number, flags)
    found.names = names.senses.done(_merged)
    found.longest = names.starts.done(_most)
    found.small = frozenset(names.small)
    found.around = ours.around()
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _rows(found: Gazetteer) -> Iterator[_Row]:
    """The places of the table, which get their numbers here."""
    capitals = set()
    for line in (_HERE / "places.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        place_id, country, admin1, population, capital, name, names = line.split("\t")
        kind = _KINDS[place_id.partition(":")[0]]
        number = _number(found, Place(place_id, name, sys.intern(country), kind), int(population))
        if capital:
            capitals.add(number)
        yield _Row(number, sys.intern(admin1), names)
    found.capitals = frozenset(capitals)


def _number(found: Gazetteer, place: Place, population: int) -> int:
    found.places.append(place)
    found.populations.append(population)
    return len(found.places) - 1


def _listed(names: str) -> list[str]:
    return [name for name in (" ".join(part.split()) for part in names.split(",")) if name]


def _folded(name: str) -> str:
    return " ".join(map(fold, WORD.findall(name)))


def _keys(words: Iterable[str]) -> Iterable[tuple[str, ...]]:
    words = tuple(words)
    if not any(map(is_cyrillic, words)):
        return (words,)
    return product(*(name_keys(word, alone=len(words) == 1) for word in words))


class _Ours:
    """The hand-written places, added to the gazetteer, and where all places lie."""

    def __init__(self, found: Gazetteer, names: _NameTable, rows: tuple[_Row, ...], written: Mapping[str, Any]) -> None:
        self._found = found
        self._names = names
        self._rows = rows
        self._written = written
        self._numbers = {place.place_id: number for number, place in enumerate(found.places)}
        self._cities = self._by_country_and_name()
        self._divisions: dict[str, frozenset[tuple[str, str]]] = {}
        self._parents: dict[str, str] = {}
        for row in rows:
            place = found.places[row.number]
            if place.kind is PlaceKind.REGION:
                self._divisions[place.place_id] = frozenset({(place.country, row.admin1)})

    def add_all(self) -> None:
        """Add what is written by hand."""
        for phrase in _listed(self._written["words"]["not_places"].replace("\n", " ")):
            self._name(phrase, 0, ANY_CASE)
        for code, entry in self._written["country"].items():
            self._describe(self._numbers[f"country:{code}"], entry)
        seats = {}
        for kind in (PlaceKind.REGION, PlaceKind.SITE, PlaceKind.SEA):
            for key, entry in self._written[kind.value].items():
                number = self._place(f"{kind.value}:{key}", kind, entry)
                self._describe(number, entry)
                if seat := entry.get("seat"):
                    seats[self._city(entry["country"], seat)] = number
        for city, names in self._written["cities"].items():
            number = self._city(*city.split(" ", 1))
            self._found.places[number] = replace(self._found.places[number], name=_listed(names)[0])
            self._describe(number, {"names": names})
        self._found.seats = seats
        prefix = f"{PlaceKind.COUNTRY.value}:"
        self._found.countries = {
            place_id.removeprefix(prefix): number
            for place_id, number in self._numbers.items()
            if place_id.startswith(prefix)
        }

    def around(self) -> dict[str, frozenset[str]]:
        """The regions and the country that each place lies in, by its id."""
        regions_of: dict[tuple[str, str], set[str]] = {}
        for region, divisions in self._divisions.items():
            for division in divisions:
                regions_of.setdefault(division, set()).add(region)
        shared: dict[frozenset[str], frozenset[str]] = {}  # most places lie where many others do
        found = {}
        for region, divisions in self._divisions.items():
            larger = {other for other, theirs in self._divisions.items() if divisions < theirs}
            found[region] = frozenset({*larger, *self._lineage(region)})
        for row in self._rows:
            place = self._found.places[row.number]
            if place.kind is PlaceKind.CITY:
                within = frozenset(regions_of.get((place.country, row.admin1), set()))
                wider = frozenset().union(within, *(self._lineage(region) for region in within))
                found[place.place_id] = shared.setdefault(wider, wider)
        for place_id in self._parents:
            found[place_id] = found.get(place_id, frozenset()) | self._lineage(place_id)
        for place in self._found.places:
            if place.country and place.kind is not PlaceKind.COUNTRY:
                whole = found.get(place.place_id, frozenset()) | {f"country:{place.country}"}
                found[place.place_id] = shared.setdefault(whole, whole)
        return found

    def _lineage(self, place_id: str) -> frozenset[str]:
        found = []
        while place_id in self._parents:
            place_id = self._parents[place_id]
            found.append(place_id)
        return frozenset(found)

    def _place(self, place_id: str, kind: PlaceKind, entry: Mapping[str, Any]) -> int:
        country = entry.get("country", "")
        if place_id not in self._numbers:
            place = Place(place_id, entry["name"], country, kind)
            self._numbers[place_id] = _number(self._found, place, 0)
        if population := entry.get("population"):
            self._found.populations[self._numbers[place_id]] = population
        if divisions := entry.get("admin1"):
            self._divisions[place_id] = frozenset((country, division) for division in divisions.split())
        if parent := entry.get("within"):
            self._parents[place_id] = f"{PlaceKind.REGION.value}:{parent}"
        return self._numbers[place_id]

    def _describe(self, number: int, entry: Mapping[str, Any]) -> None:
        personal = self._found.words["personal"]
        for name in _listed(entry.get("names", "")):
            flags = PERSONAL if fold(name) in personal else 0
            flags |= ANY_CASE if name[0].islower() else 0
            self._name(name, number, flags)
        for name in _listed(entry.get("metonyms", "")):
            self._name(name, number, METONYM)
        for language in LANGUAGES:
            flags = ADJECTIVE | (ANY_CASE if language in _SMALL_LETTERS else 0)
            for adjective in _listed(entry.get(language, "")):
                for form in inflected(adjective, language):
                    self._name(form, number, flags)

    def _name(self, name: str, number: int, flags: int) -> None:
        letters = name.replace(".", "").replace(" ", "")
        if letters.isupper() and len(letters) <= _MAX_ACRONYM:
            flags |= ACRONYM
        for keys in _keys(filter(None, (fold(match.group()) for match in WORD.finditer(name)))):
            self._names.add(keys, number, flags)

    def _by_country_and_name(self) -> dict[tuple[str, str], int]:
        """The cities that our files name, by country and name: the one known by it, else the most populous."""
        seats = ((entry["country"], entry["seat"]) for entry in self._written["region"].values() if "seat" in entry)
        named = (city.split(" ", 1) for city in self._written["cities"])
        wanted = {(country, _folded(name)) for country, name in (*seats, *named)}
        found: dict[tuple[str, str], tuple[bool, int, int]] = {}
        for row in self._rows:
            place = self._found.places[row.number]
            if place.kind is PlaceKind.CITY:
                for position, name in enumerate(row.names):
                    key = place.country, name.removeprefix("?")
                    if key not in wanted:
                        continue
                    rank = (position == 0, self._found.populations[row.number], row.number)
                    found[key] = max(rank, found.get(key, rank))
        return {key: number for key, (_, _, number) in found.items()}

    def _city(self, country: str, name: str) -> int:
        try:
            return self._cities[country, _folded(name)]
        except KeyError:
            raise LookupError(f"places.tsv has no city {name} in {country}") from None
