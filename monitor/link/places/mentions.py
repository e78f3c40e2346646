"""Where a text speaks of: the places it names, the same in every language.

Precision goes before recall: a name that is also a word or a person counts only where the words beside it settle that
a place is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, product

from monitor.link.acts import TARGETS, acts_of
from monitor.link.places.beside import TextWords
from monitor.link.places.gazetteer import (
    ACRONYM,
    ADJECTIVE,
    ANY_CASE,
    AT_WAR,
    GUARDED,
    LEAST,
    LISTED,
    METONYM,
    PERSONAL,
    Gazetteer,
    Sense,
    gazetteer,
)
from monitor.link.places.namewords import NameWord, name_word, preferred
from monitor.link.places.words import fold, is_arabic, is_cyrillic, share_of, trimmed
from monitor.model import PlaceKind, PlaceMention

# What may stand between the words of one name.
_WITHIN_NAME = frozenset(" \u00a0-\u2010\u2011–.") | {". ", " - "}
_PARTICLES = frozenset({"de", "d", "of", "del", "la", "the"})
_COMMON_SHARE = 6e-5  # of all words of a language
_TO = "a"  # "à Moscou", as it is folded
_ADJECTIVES = 3  # words that may stand between an Arabic attack and "on", with the attack: "a heavy Israeli raid on"
_LARGE = 20_000  # people of a town whose Arabic name is more than a word where bombs fall
_SHORT_NAME = 4
_ARTICLES = frozenset({"al", "el"})
_BEHIND = 5
"""How many words beside a capital may say that the town is meant."""

_GIVEN = 6
"""How many words before "à" may say that a capital gets something: "livraison d'armes à sous-munitions à Kiev"."""

_BLASTS = frozenset({"blast"})
_MARKS = frozenset(".,:;!?؟،؛—–\n")
_VERB_ENDS = ("л", "ла", "ло", "ли", "ав", "ив", "ув", "ет", "ют", "ує", "ють")


@dataclass(slots=True)
class _Candidate:
    """A name in a text, from its first word to its last (numbers of words), its first word, and what it may mean."""

    first: int
    last: int
    word: NameWord
    senses: Sequence[Sense]


@lru_cache(maxsize=32)
def mentions(text: str) -> tuple[PlaceMention, ...]:
    """The places a text names, in its order; the longest name wins where names overlap.

    A capital is mentioned as a city, and unless words before it say that something is there ("in Tehran"), the same
    stretch is a second mention: of its country, as a metonym.
    """
    return _Reading(text, gazetteer()).mentions()


class _Reading:
    """One text, read for places."""

    def __init__(self, text: str, known: Gazetteer) -> None:
        self._said = TextWords(text)
        self._known = known
        self._named: Sequence[_Candidate] = ()
        self._city = -1

    def mentions(self) -> tuple[PlaceMention, ...]:
        """See `mentions`."""
        candidates = self._candidates()
        if not candidates:
            return ()
        self._named = candidates
        found: list[PlaceMention] = []
        for candidate in candidates:
            senses = [sense for sense in candidate.senses if self._is_meant(candidate, sense)]
            if senses:
                found += self._mentions_of(candidate, self._likeliest(senses))
                if found[-1].place.kind is PlaceKind.CITY and not found[-1].metonym:
                    self._city = candidate.last
        return tuple(found)

    def _candidates(self) -> list[_Candidate]:
        """The longest names, from left to right."""
        found = []
        small = self._known.small
        behind = 0
        for number, written in enumerate(self._said.words):
            lower = written.islower() and written.isascii() and written not in small
            if number < behind or (lower and written not in _ARTICLES):
                continue
            word = name_word(written)
            if word is None or not word.longest:
                continue
            candidate = self._longest_name(number, word)
            if candidate is not None:
                if candidate.senses[0].number:  # else it is known to be no place
                    found.append(candidate)
                behind = candidate.last + 1
        return found

    def _longest_name(self, first: int, word: NameWord) -> _Candidate | None:
        keys = [word.keys]
        if word.longest == 1 and not word.capitals:
            return _Candidate(first, first, word, word.alone) if word.alone else None
        for number in range(first, min(first + word.longest, len(self._said.words)) - 1):
            following = name_word(self._said.words[number + 1])
            if following is None or self._said.between(number) not in _WITHIN_NAME:
                break
            keys.append(following.keys)
        for length in range(len(keys), 0, -1):
            senses: list[Sense] = []
            for name in product(*keys[:length]):
                senses += (sense for sense in self._known.senses(" ".join(name)) if self._is_written_so(word, sense))
                if senses and word.arabic:
                    break  # see namewords
            if senses:
                return _Candidate(first, first + length - 1, word, preferred(senses))
        return None

    def _is_written_so(self, word: NameWord, sense: Sense) -> bool:
        """Whether the case of a word is that of the name."""
        if sense.flags & ACRONYM:
            return word.capitals and not self._said.is_shouted
        if word.capitals and self._is_abbreviation(word, sense):
            return False
        # "Al-Shifa" is "al-Shifa" within a sentence; of towns "al-Sham" is more often a part of another name.
        site = self._known.places[sense.number].kind is PlaceKind.SITE
        return word.capital or word.arabic or (site and word.keys[0] in _ARTICLES) or bool(sense.flags & ANY_CASE)

    def _is_abbreviation(self, word: NameWord, sense: Sense) -> bool:
        """Whether a short word in capitals is no city (SANA, MAGA), as the text is not all in capitals."""
        city = self._known.places[sense.number].kind is PlaceKind.CITY
        return city and word.length <= _SHORT_NAME and not self._said.is_shouted

    @cached_property
    def _context(self) -> frozenset[str]:
        """The countries that the unmistakable names speak of; worked out when a name is not."""
        found = set()
        for candidate in self._named:
            countries = {self._known.places[sense.number].country for sense in candidate.senses}
            if len(countries) == 1 and all(self._is_meant(candidate, sense, alone=True) for sense in candidate.senses):
                found |= countries
        return frozenset(found - {""})

    def _is_meant(self, candidate: _Candidate, sense: Sense, *, alone: bool = False) -> bool:
        """Whether a name means a place here, not a person or a thing; `alone` when no other name may prove it."""
        place = self._known.places[sense.number]
        before = self._said.folded(candidate.first - 1) if self._said.is_beside(candidate.first - 1) else ""
        words = self._known.words
        if place.kind is PlaceKind.CITY and (self._is_of_street(candidate) or self._is_of_office(candidate, before)):
            return False
        large = self._known.populations[sense.number] >= _LARGE and place.country in LEAST
        if candidate.word.arabic and place.kind is PlaceKind.CITY and large and self._is_bombed(candidate):
            return True
        if sense.flags & GUARDED:
            if before in words["settled"] or (self._is_heading(candidate) and place.country in AT_WAR):
                return True
            if candidate.word.capital and self._is_named_in(candidate, before):
                struck = place.country in LEAST and self._is_bombed(candidate)
                return place.country in AT_WAR or struck or (not alone and place.country in self._context)
            return not alone and candidate.word.capital and before in words["inside"] and place.country in self._context
        if before in words["given"] and not sense.flags & (ADJECTIVE | METONYM):
            return place.kind is PlaceKind.COUNTRY and not sense.flags & PERSONAL
        if sense.flags & LISTED and candidate.word.arabic and candidate.first == candidate.last:
            # No capital says that this is a name at all.
            struck = place.country in LEAST and self._is_bombed(candidate)
            return struck or self._is_there(candidate) or (not alone and place.country in self._context)
        if sense.flags & LISTED:
            return not self._is_of_person(candidate)
        return not (sense.flags & PERSONAL and not self._said.is_titled and self._is_rare_name(candidate.last + 1))

    def _is_bombed(self, candidate: _Candidate) -> bool:
        """Whether a word for an attack stands right before the name, or with "on" between: "قصف الباب", "удар по".

        Behind other nouns without "on" is who attacks.
        """
        before = candidate.first - 1
        if candidate.word.arabic and self._said.is_beside(before) and acts_of(self._said.words[before]) & TARGETS:
            before -= 1  # of what was hit there: "غارة على مستشفى تكريت"
        if self._is(before, "upon"):
            near = range(max(0, before - _ADJECTIVES), before)
            said = [number for number in near if "strike" in acts_of(self._said.words[number])]
            return bool(said) and all(map(self._said.is_beside, range(said[-1], before + 1)))
        return self._said.is_beside(before) and self._is(before, "bombing")

    def _is_heading(self, candidate: _Candidate) -> bool:
        """Whether a text begins with the name and a colon: "Суми: двоє загиблих"."""
        end = self._said.spans[candidate.last][1]
        return not candidate.first and candidate.word.capital and self._said.text.startswith(":", end)

    def _is_of_street(self, candidate: _Candidate) -> bool:
        """Whether it is the name of a street: "Damascus Street", "rue de Kiev"."""
        last = candidate.last
        if self._said.is_beside(last) and self._is(last + 1, "street"):
            return self._said.words[last + 1][0].isupper() and not self._said.is_titled
        before = candidate.first - 1
        if self._said.folded(before) in _PARTICLES:
            before -= 1
        return self._said.is_beside(before) and self._is(before, "street_of")

    def _is_of_office(self, candidate: _Candidate, before: str) -> bool:
        """Whether an office stands right before the name, which is that of who holds it: "embajador Kyslytsya".

        Where it is a town's, Latin scripts have a word between ("maire de Lyon"); others need none.
        """
        first = self._said.words[candidate.first]
        written_so = not (candidate.word.arabic or is_cyrillic(first) or self._said.is_titled)
        return written_so and before in self._known.words["office"]

    def _is_named_in(self, candidate: _Candidate, before: str) -> bool:
        """Whether a capital within a sentence, behind "in", "on" or a shelling, shows a name: "удар по Сумам"."""
        words = self._known.words
        cyrillic = is_cyrillic(self._said.words[candidate.first])
        there = any(before in words[kind] for kind in ("inside", "upon", "at", "bombing"))
        return cyrillic and there and not self._said.is_titled and not self._said.is_shouted

    def _is_of_person(self, candidate: _Candidate) -> bool:
        """Whether the name is likely that of a person: another rare name stands before or after it."""
        if candidate.word.arabic or candidate.last > candidate.first:
            return False
        if self._said.is_beside(candidate.last) and self._is_rare_name(candidate.last + 1):
            return True
        before = candidate.first - 1
        return self._said.is_beside(before) and not self._said.is_titled and self._is_rare_name(before)

    def _is_rare_name(self, number: int) -> bool:
        """Whether a word has a capital, and is neither common, nor a place, nor a word for an attack or the like."""
        if not 0 < number + 1 <= len(self._said.words) or not self._said.is_beside(max(number - 1, 0)):
            return False
        word = self._said.words[number]
        if not word[0].isupper() or word.isupper() or ((known := name_word(word)) is not None and known.longest):
            return False
        return share_of(fold(word)) < _COMMON_SHARE and not acts_of(word)

    def _likeliest(self, senses: Sequence[Sense]) -> Sense:
        if len(senses) == 1:
            return senses[0]

        def weight(sense: Sense) -> tuple[bool, bool, bool, int]:
            place = self._known.places[sense.number]
            population = self._known.populations[sense.number]
            return place.country in self._context, place.kind is not PlaceKind.CITY, place.country in LEAST, population

        return max(senses, key=weight)

    def _mentions_of(self, candidate: _Candidate, sense: Sense) -> list[PlaceMention]:
        number, flags, last = sense.number, sense.flags, candidate.last
        adjective = bool(flags & ADJECTIVE)
        region = self._known.seats.get(number, number)
        if (region != number or adjective) and self._is_region_after(last):
            number, last, adjective = region, last + 1, False
        elif region != number and self._is_region_before(candidate.first):
            number = region
        start = self._said.spans[candidate.first][0] + candidate.word.lead
        end = self._said.spans[last][1] - trimmed(self._said.words[last])[1]
        place = self._known.places[number]
        found = [PlaceMention(place, start, end, metonym=bool(flags & METONYM), adjective=adjective)]
        if number in self._known.capitals and not self._is_there(candidate):
            country = self._known.places[self._known.countries[place.country]]
            found.append(PlaceMention(country, start, end, metonym=True))
        return found

    def _is_there(self, candidate: _Candidate) -> bool:
        """Whether the words beside a capital, or its letters, say that something happens there or is told from there.

        "Russia strikes Kyiv" and "Kyiv hospital hit" are of the town; "Kyiv strikes refinery" is of its government.
        """
        if (candidate.word.arabic and candidate.word.lead) or (candidate.word.capitals and not self._said.is_shouted):
            return True
        before = candidate.first - 1
        if self._said.is_beside(before) and self._is(before, "locative"):
            addressed = self._said.folded(before) == _TO and self._is_addressed(before)
            return not (addressed or self._is(candidate.last + 1, "governmental"))
        attacked = self._said.is_beside(before) and attacks(self._said.words[before])
        return attacked or self._is_befallen(candidate) or self._is_called_capital(candidate) or self._is_listed(before)

    def _is_addressed(self, before: int) -> bool:
        """Whether a capital behind "à" is asked or supplied: "réclame à Moscou", "livraison d'armes à Kiev"."""
        if self._is(before - 1, "addressing"):
            return True
        for number in range(before - 1, max(-1, before - 1 - _GIVEN), -1):
            if self._is(number, "supplying"):
                return True
            if "strike" in acts_of(self._said.words[number]):
                return False  # "la livraison après la frappe à Kiev"
        return False

    def _is_befallen(self, candidate: _Candidate) -> bool:
        """Whether the words behind a capital say what is done to it: "Kyiv comes under attack", "Kyiv hospital hit"."""
        known, last = self._known.words, candidate.last
        behind = self._said.words[last + 1 : last + 1 + _BEHIND]
        if not behind:
            return False
        if self._said.is_beside(last):
            if acts_of(behind[0]) & (TARGETS | _BLASTS):
                return True
            # "Sous-munitions" are no "sous".
            alone = [
                word
                for word, (_, end) in zip(behind, self._said.spans[last + 1 :], strict=False)
                if not self._said.text.startswith("-", end)
            ]
            said = (*alone, *map(" ".join, pairwise(behind)))
            within = _MARKS.isdisjoint(
                self._said.text[self._said.spans[last][1] : self._said.spans[last + len(behind)][1]]
            )
            return within and not known["befallen"].isdisjoint(map(fold, said))
        elsewhere = any(last < other.first <= last + _BEHIND and self._is_town(other) for other in self._named)
        return self._is_heading(candidate) and not elsewhere and any("kill" in acts_of(word) for word in behind)

    def _is_town(self, candidate: _Candidate) -> bool:
        return self._known.places[candidate.senses[0].number].kind is not PlaceKind.COUNTRY

    def _is_called_capital(self, candidate: _Candidate) -> bool:
        """Whether it is named as the town: "the capital, Kyiv", "la capitale du Yémen, Sanaa"."""
        before = range(max(0, candidate.first - _BEHIND), candidate.first)
        return any(self._is(number, "capital") for number in before)

    def _is_listed(self, before: int) -> bool:
        """Whether another town is named right before it: "blasts over Dubai, Doha"."""
        if self._city >= 0 and self._said.words[self._city] == self._said.words[before + 1]:
            return False
        and_so = self._city == before - 1 and self._is(before, "and")
        if self._city < 0 or not (self._city == before or and_so):
            return False
        between = self._said.text[self._said.spans[self._city][1] : self._said.spans[before + 1][0]]
        return and_so or between.strip() in (",", "،")

    def _is(self, number: int, table: str) -> bool:
        """Whether a word is one of those of a table of placenames.toml."""
        return self._said.folded(number) in self._known.words[table]

    def _is_region_after(self, last: int) -> bool:
        return self._said.is_beside(last) and self._is(last + 1, "region_after")

    def _is_region_before(self, first: int) -> bool:
        before = first - 1
        if self._said.folded(before) in _PARTICLES:
            before -= 1
        return self._said.is_beside(first - 1) and self._is(before, "region_before")


def attacks(word: str) -> bool:
    """Whether a word may be a verb of attacking, whose object follows: in Russian "удар Киева" is one by Kyiv."""
    if "strike" not in acts_of(word) or is_arabic(word):
        return False
    return not is_cyrillic(word) or word.casefold().endswith(_VERB_ENDS)
