"""The names that a text may hold: the longest ones, with the places that each may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from monitor.link.places.beside import TextWords
from monitor.link.places.namewords import NameWord, name_word, preferred
from monitor.link.places.senses import ACRONYM, ANY_CASE, Gazetteer, Sense
from monitor.model import PlaceKind

# What may stand between the words of one name.
_WITHIN_NAME = frozenset(" \u00a0-\u2010\u2011–.") | {". ", " - "}
_SHORT_NAME = 4
_ARTICLES = frozenset({"al", "el"})


@dataclass(slots=True)
class NameFound:
    """A name in a text, from its first word to its last (numbers of words), its first word, and what it may mean."""

    first: int
    last: int
    word: NameWord
    senses: Sequence[Sense]


def names_in(said: TextWords, known: Gazetteer) -> list[NameFound]:
    """The longest names of a text, from left to right."""
    return _NameReader(said, known).names()


class _NameReader:
    """One text, read for names."""

    def __init__(self, said: TextWords, known: Gazetteer) -> None:
        self._said, self._known = said, known

    def names(self) -> list[NameFound]:
        """See `names_in`."""
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

    def _longest_name(self, first: int, word: NameWord) -> NameFound | None:
        keys = [word.keys]
        if word.longest == 1 and not word.capitals:
            return NameFound(first, first, word, word.alone) if word.alone else None
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
                return NameFound(first, first + length - 1, word, preferred(senses))
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
