"""Whether the words beside a name say that something happens there: the town of Kyiv is hit, its government acts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from monitor.link.acts import TARGETS, acts_of, attacks
from monitor.link.places.beside import TextWords
from monitor.link.places.names import NameFound
from monitor.link.places.senses import Gazetteer
from monitor.link.places.words import fold
from monitor.model import PlaceKind

_TO = "a"  # "à Moscou", as it is folded
_BEHIND = 5
"""How many words beside a capital may say that the town is meant."""

_GIVEN = 6
"""How many words before "à" may say that a capital gets something: "livraison d'armes à sous-munitions à Kiev"."""

_BLASTS = frozenset({"blast"})
_MARKS = frozenset(".,:;!?؟،؛—–\n")


class There:
    """One text, and the names in it (`named`); `city` is the last word of the city named last, -1 for none."""

    def __init__(self, said: TextWords, known: Gazetteer, named: Sequence[NameFound]) -> None:
        self._said, self._known, self._named = said, known, named
        self.city = -1

    def is_there(self, candidate: NameFound) -> bool:
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

    def _is_befallen(self, candidate: NameFound) -> bool:
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
        return (
            candidate.word.capital
            and self._said.is_heading(candidate.first, candidate.last)
            and not elsewhere
            and any("kill" in acts_of(word) for word in behind)
        )

    def _is_town(self, candidate: NameFound) -> bool:
        return self._known.places[candidate.senses[0].number].kind is not PlaceKind.COUNTRY

    def _is_called_capital(self, candidate: NameFound) -> bool:
        """Whether it is named as the town: "the capital, Kyiv", "la capitale du Yémen, Sanaa"."""
        before = range(max(0, candidate.first - _BEHIND), candidate.first)
        return any(self._is(number, "capital") for number in before)

    def _is_listed(self, before: int) -> bool:
        """Whether another town is named right before it: "blasts over Dubai, Doha"."""
        if self.city >= 0 and self._said.words[self.city] == self._said.words[before + 1]:
            return False
        and_so = self.city == before - 1 and self._is(before, "and")
        if self.city < 0 or not (self.city == before or and_so):
            return False
        between = self._said.text[self._said.spans[self.city][1] : self._said.spans[before + 1][0]]
        return and_so or between.strip() in (",", "،")

    def _is(self, number: int, table: str) -> bool:
        """Whether a word is one of those of a table of placenames.toml."""
        return self._said.folded(number) in self._known.words[table]
