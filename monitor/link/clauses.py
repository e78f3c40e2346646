"""What a headline or a lead says, clause by clause: its weighed words, places, acts and tolls.

Keys are stems as they are, and `@place`, `#act`, `#act@place` and `#killed:8` for what is the same in every language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from monitor.link.acts import HARM, acts_in
from monitor.link.places.ids import BELOW_A_COUNTRY, SETTLED, UNLISTED, is_country, meet, within
from monitor.link.places.mentions import mentions
from monitor.link.places.sounds import town_called
from monitor.link.places.unlisted import settlements, sound_of
from monitor.link.rarity import act_rarity, lowered, place_rarity, weigh
from monitor.link.tolls.tolls import tolls_in
from monitor.model import Place, PlaceKind, PlaceMention

Weights = Mapping[str, float]

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
"""A number as languages write large ones: 71,000 is 71.000 in French."""

_CLAUSE_END = re.compile(
    r"\s*(?:[,;:–—|]\s+|\s[-–—]\s|\s(?:as|while|amid|despite|but|and|mais|tandis que|alors que|pero|mientras"
    r"|на фоне|во время|а также|тоді як|وسط|فيما|بينما)\s)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…؟]\s+")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:»”\"])\W*$")
_PREFIX_WORDS = 2
_PLACE_WEIGHT = {
    PlaceKind.COUNTRY: 1.3,
    PlaceKind.REGION: 1.1,
    PlaceKind.CITY: 2.7,
    PlaceKind.SITE: 2.5,
    PlaceKind.SEA: 0.8,
}
_METONYM, _AROUND = 0.7, 0.5
_NUMBER, _ACT, _ACT_AT_PLACE, _TOLL, _CAPITAL = 0.6, 1.6, 1.6, 1.0, 1.3
_LAST_PART = 4
_MOST_ACTS, _MOST_PLACES = 12, 24


class Part:
    """A headline or a lead: its words, places, acts and tolls, each with the number of the clause it stands in."""

    def __init__(self, text: str, *, headline: bool) -> None:
        ends = _CLAUSE_END if headline else _SENTENCE_END
        self._text = text
        self._ends = [match.end() for match in ends.finditer(text) if not _is_only_a_prefix(text[: match.start()])]
        self._places = list(islice(mentions(text), _MOST_PLACES)) if text else []
        # A lead names so many other things that looking for towns among them costs more than it tells.
        self._unlisted = self._read_unlisted() if headline else frozenset[str]()
        self._words = list(self._read_words())
        starts = {start for _, start in self._words}
        said = ((start, acts) for start, acts in acts_in(text) if start in starts)
        self._acts = [(act, start) for start, acts in said for act in sorted(acts)][:_MOST_ACTS]
        self._tolls = [f"#{toll.kind}:{toll.low}" for toll in tolls_in(text)]

    def weights(self, share: float, later: float) -> dict[str, float]:
        """By key, the weight of what is said; `later` is what each clause counts of the one before."""
        found: dict[str, float] = {}
        for key, weight, start in self._said():
            here = weight * share * later ** min(self._clause(start), _LAST_PART)
            if here > found.get(key, 0.0):
                found[key] = here
        return found

    def towns(self) -> frozenset[str]:
        """The ids of the places below a country that are named as where something is, and of what they lie in.

        Towns that the gazetteer does not hold are among them.
        """
        named = [one.place for one in self._there() if one.place.kind in BELOW_A_COUNTRY]
        around = {around for place in named for around in within(place) if not is_country(around)}
        return frozenset(around).union((place.place_id for place in named), self._unlisted)

    def _there(self) -> Iterator[PlaceMention]:
        """The places that are named as where something is, and no capital that stands for its government."""
        acting = {(one.start, one.end) for one in self._places if one.metonym}
        return (one for one in self._places if not one.adjective and (one.start, one.end) not in acting)

    def names(self) -> frozenset[str]:
        """The stems of the words with a capital that does not only begin a sentence."""
        return frozenset(
            weigh(word)[0]
            for word, start in self._words
            if self._text[start].isupper()
            and start
            and not _SENTENCE_START.search(self._text, max(0, start - 4), start)
        )

    def settled(self) -> frozenset[str]:
        """The towns and sites that are named, none of them within another."""
        named = {one.place.place_id: one.place for one in self._there()}
        settled = {place_id: place for place_id, place in named.items() if place.kind in SETTLED}
        inside = {around for place in settled.values() for around in within(place)}
        return frozenset(settled.keys() - inside)

    def tells_of_several(self) -> bool:
        """Whether a text tells of several attacks, one after the other: "Drones hit A; B shelled".

        It tells of one on however many towns: "Missiles hit A and B".
        """
        settled = [one for one in self._there() if one.place.kind in SETTLED]
        found: list[frozenset[str]] = []
        for clause in range(len(self._ends) + 1):
            attacked = any(act in HARM and self._clause(start) == clause for act, start in self._acts)
            towns = frozenset(one.place.place_id for one in settled if self._clause(one.start) == clause)
            if attacked and towns and not any(meet(towns, known) for known in found):
                found.append(towns)
        return len(found) > 1

    def _read_unlisted(self) -> frozenset[str]:
        """The ids of the towns that the gazetteer does not hold; those that it has under another name are places."""
        named = settlements(self._text, ((one.start, one.end) for one in self._places), called_so=False)
        placed = any(one.place.kind is not PlaceKind.COUNTRY for one in self._places)
        countries = [one.place.country for one in self._places if not (one.adjective or one.metonym)]
        unlisted = set()
        for one in named:
            if town := None if placed else town_called(one.place.name, countries):
                self._places.append(replace(one, place=town))
            else:
                unlisted.add(one.place.place_id)
        return frozenset(unlisted)

    def sounds(self) -> dict[str, float]:
        """The towns that the gazetteer does not hold, by what they sound like: the same in every script."""
        return {
            f"@{UNLISTED}{sound}": _PLACE_WEIGHT[PlaceKind.CITY] for sound in map(sound_of, self._unlisted) if sound
        }

    def _clause(self, start: int) -> int:
        return bisect_right(self._ends, start)

    def _read_words(self) -> Iterator[tuple[str, int]]:
        """The words that are no part of a place's name, folded, with the character they start at."""
        spans = sorted((one.start, one.end) for one in self._places)
        starts = [start for start, _ in spans]
        for match in WORD.finditer(self._text):
            before = bisect_right(starts, match.start()) - 1
            if before < 0 or spans[before][1] <= match.start():
                yield lowered(match[0]), match.start()

    def _said(self) -> Iterator[tuple[str, float, int]]:
        for word, start in self._words:
            if not word:
                continue
            if word[0].isdigit():
                number = re.sub("[.,]", "", word) if _GROUPED.fullmatch(word) else word
                yield number, 0.0 if number in ("1", "2") else _NUMBER, start
            else:
                stem, weight = weigh(word)
                yield stem, weight * (_CAPITAL if self._text[start].isupper() else 1.0), start
        for one in self._places:
            weight = _place_weight(one.place) * (_METONYM if one.metonym else 1.0)
            yield f"@{one.place.place_id}", weight, one.start
            for around in within(one.place):
                share = _PLACE_WEIGHT[one.place.kind] * _AROUND * place_rarity(around)
                yield f"@{around}", share, one.start
        for act, start in self._acts:
            rarity = act_rarity(act)
            yield f"#{act}", _ACT * rarity, start
            for one in self._places:
                both = (rarity + place_rarity(one.place.place_id)) / 2
                yield f"#{act}@{one.place.place_id}", _ACT_AT_PLACE * both, max(start, one.start)
        for toll in self._tolls:
            yield toll, _TOLL, 0


def _place_weight(place: Place) -> float:
    return _PLACE_WEIGHT[place.kind] * place_rarity(place.place_id)


def _is_only_a_prefix(words: str) -> bool:
    """Whether what comes before the first colon or dash only says where or what about: "Syria: ", "Gaza strikes - "."""
    return len(words.split()) <= _PREFIX_WORDS
