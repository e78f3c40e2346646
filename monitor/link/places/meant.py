"""Whether a name in a text means a place there, and not a person, a thing or a street, and which one it means.

Precision goes before recall: a name that is also a word or a person counts only where the words beside it settle that
a place is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from monitor.link.acts import TARGETS, acts_of
from monitor.link.places.beside import TextWords
from monitor.link.places.names import NameFound
from monitor.link.places.namewords import name_word
from monitor.link.places.senses import ADJECTIVE, AT_WAR, GUARDED, LEAST, LISTED, METONYM, PERSONAL, Gazetteer, Sense
from monitor.link.places.there import There
from monitor.link.places.words import PLURAL, fold, is_cyrillic, share_of
from monitor.model import PlaceKind

PARTICLES = frozenset({"de", "d", "of", "del", "la", "the"})
"""What may stand between the word for a street or a province and its name."""

_COMMON_SHARE = 6e-5  # of all words of a language
_ADJECTIVES = 3  # words that may stand between an Arabic attack and "on", with the attack: "a heavy Israeli raid on"
_LARGE = 20_000  # people of a town whose Arabic name is more than a word where bombs fall
_GENITIVE_PLURAL = ("ов", "ев", "ів", "їв")


class Meant:
    """One text, and the names in it (`named`)."""

    def __init__(self, said: TextWords, known: Gazetteer, named: Sequence[NameFound], there: There) -> None:
        self._said, self._known, self._named, self._there = said, known, named, there

    def is_meant(self, candidate: NameFound, sense: Sense, *, alone: bool = False) -> bool:
        """Whether a name means a place here, not a person or a thing; `alone` when no other name may prove it."""
        place = self._known.places[sense.number]
        before = self._said.folded(candidate.first - 1) if self._said.is_beside(candidate.first - 1) else ""
        words = self._known.words
        if place.kind is PlaceKind.CITY and (
            self._is_of_street(candidate)
            or self._is_of_office(candidate, before)
            or self._is_surname(candidate, sense, before)
        ):
            return False
        large = self._known.populations[sense.number] >= _LARGE and place.country in LEAST
        if candidate.word.arabic and place.kind is PlaceKind.CITY and large and self._is_bombed(candidate):
            return True
        if sense.flags & GUARDED:
            heads = candidate.word.capital and self._said.is_heading(candidate.first, candidate.last)
            if before in words["settled"] or (heads and place.country in AT_WAR):
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
            return struck or self._there.is_there(candidate) or (not alone and place.country in self._context)
        if sense.flags & LISTED:
            return not self._is_of_person(candidate)
        return not (sense.flags & PERSONAL and not self._said.is_titled and self._is_rare_name(candidate.last + 1))

    def likeliest(self, senses: Sequence[Sense]) -> Sense:
        """Which of some places a name means, by the countries of the text, and by how many people live there."""
        if len(senses) == 1:
            return senses[0]

        def weight(sense: Sense) -> tuple[bool, bool, bool, int]:
            place = self._known.places[sense.number]
            population = self._known.populations[sense.number]
            return place.country in self._context, place.kind is not PlaceKind.CITY, place.country in LEAST, population

        return max(senses, key=weight)

    @cached_property
    def _context(self) -> frozenset[str]:
        """The countries that the unmistakable names speak of; worked out when a name is not."""
        found = set()
        for candidate in self._named:
            countries = {self._known.places[sense.number].country for sense in candidate.senses}
            if len(countries) == 1 and all(self.is_meant(candidate, sense, alone=True) for sense in candidate.senses):
                found |= countries
        return frozenset(found - {""})

    def _is_bombed(self, candidate: NameFound) -> bool:
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

    def _is_of_street(self, candidate: NameFound) -> bool:
        """Whether it is the name of a street: "Damascus Street", "rue de Kiev"."""
        last = candidate.last
        if self._said.is_beside(last) and self._is(last + 1, "street"):
            return self._said.words[last + 1][0].isupper() and not self._said.is_titled
        before = candidate.first - 1
        if self._said.folded(before) in PARTICLES:
            before -= 1
        return self._said.is_beside(before) and self._is(before, "street_of")

    def _is_of_office(self, candidate: NameFound, before: str) -> bool:
        """Whether an office stands right before the name, which is that of who holds it: "embajador Kyslytsya".

        Where it is a town's, Latin scripts have a word between ("maire de Lyon"); others need none.
        """
        first = self._said.words[candidate.first]
        written_so = not (candidate.word.arabic or is_cyrillic(first) or self._said.is_titled)
        return written_so and before in self._known.words["office"]

    def _is_surname(self, candidate: NameFound, sense: Sense, before: str) -> bool:
        """Whether it is a surname that only looks like the genitive of a name in the plural: Песков, of Пески."""
        word, words = self._said.folded(candidate.first), self._known.words
        if not (word.endswith(_GENITIVE_PLURAL) and is_cyrillic(word) and candidate.first == candidate.last):
            return False
        plural = any(sense in self._known.senses(key) for key in candidate.word.keys if key.endswith(PLURAL))
        return plural and before not in words["locative"] | words["bombing"] | words["settled"]

    def _is_named_in(self, candidate: NameFound, before: str) -> bool:
        """Whether a capital within a sentence, behind "in", "on" or a shelling, shows a name: "удар по Сумам"."""
        words = self._known.words
        cyrillic = is_cyrillic(self._said.words[candidate.first])
        there = any(before in words[kind] for kind in ("inside", "upon", "at", "bombing"))
        return cyrillic and there and not self._said.is_titled and not self._said.is_shouted

    def _is_of_person(self, candidate: NameFound) -> bool:
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

    def _is(self, number: int, table: str) -> bool:
        """Whether a word is one of those of a table of placenames.toml."""
        return self._said.folded(number) in self._known.words[table]
