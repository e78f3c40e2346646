"""What an item can meet by its words alone, wherever they stand: all that most items are ever asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.match.compile import CompiledTerm, Index
from monitor.match.itemtexts import ItemTexts
from monitor.match.scan import Words
from monitor.match.text import CHUNK, LONGEST_REMEMBERED, mostly_capitals

_REMEMBERED, _FOLLOWERS = 200_000, 2_000

Needs = tuple[int, ...]
"""The numbers of needs: of most words none or one, so that what is kept of a word is small and quick to read."""


class _Token(NamedTuple):
    """What a stretch of text between blanks brings.

    `met`: needs met by it alone. `several`: needs met when another word of a term is in the item too. `words`: the
    term words in it that others ask for so. `followed`: by the next stretch, the needs met by terms that are the two
    written together; None when it can begin no term. `shouting`: what it brings instead in a text of capitals.
    """

    met: Needs
    several: Mapping[int, Needs]
    words: frozenset[int]
    followed: _Followed | None
    shouting: _Token | None


class Skim:
    """Finds the needs that an item can meet; may name one too many, never one too few.

    Every stretch between blanks is looked up in one table that fills as texts come: most bring nothing. A term of
    several words counts when its two rarest are there, in any place and order.
    """

    def __init__(self, index: Index, words: Words, needs: Mapping[int, Needs]) -> None:
        self._tokens = _Tokens(index, words, needs)

    def met(self, texts: ItemTexts) -> set[int]:
        """The needs that may be met."""
        met: set[int] = set()
        asked: list[Mapping[int, Needs]] = []
        answers: list[frozenset[int]] = []
        for text in (texts.title, texts.summary, texts.body):
            tokens = text.split()
            capitals: bool | None = None
            for following, token in enumerate(map(self._tokens.__getitem__, tokens), 1):
                if token is None:
                    continue
                alone, several, others, followed, shouting = token
                if shouting:
                    capitals = mostly_capitals(text) if capitals is None else capitals
                    if capitals:
                        alone, several, others, followed, _ = shouting
                if alone:
                    met.update(alone)
                if several:
                    asked.append(several)
                if others:
                    answers.append(others)
                if followed is not None and following < len(tokens):
                    met.update(followed[tokens[following]])
        return met.union(*_answered(asked, answers)) if asked and answers else met


def _answered(asked: Sequence[Mapping[int, Needs]], answers: Sequence[frozenset[int]]) -> Iterator[Needs]:
    """The needs met by terms of which one word asks for another that is there too."""
    words = frozenset().union(*answers)
    for several in asked:
        if not words.isdisjoint(several):
            for word in words.intersection(several):
                yield several[word]


class _Tokens(dict[str, _Token | None]):
    """By stretch of text, what it brings; None for nothing, as for most."""

    def __init__(self, index: Index, words: Words, needs: Mapping[int, Needs]) -> None:
        super().__init__()
        self._index = index
        self._words = words
        self._needs = needs
        self._alone = {word: _needs_of(terms, needs) for word, terms in index.singles.items()}
        self._several: dict[int, dict[int, Needs]] = defaultdict(lambda: defaultdict(tuple))
        by_second = chain.from_iterable(map(dict.values, index.several.values()))
        terms = [term for term in chain.from_iterable(by_second) if term.number in needs]
        uses: dict[int, int] = defaultdict(int)
        for word in chain.from_iterable({slot.word for slot in term.slots} for term in terms):
            uses[word] += 1
        for term in terms:
            # A word that few terms hold, or a long one, is in few texts.
            rare = sorted({slot.word for slot in term.slots}, key=lambda word: (uses[word], -len(self._folded(word))))
            self._several[rare[0]][rare[min(1, len(rare) - 1)]] += needs[term.number]
        self._asked = frozenset(chain.from_iterable(self._several.values()))

    def __missing__(self, text: str) -> _Token | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        chunks = list(CHUNK.finditer(text))
        parts = [(chunk, self._words[chunk[0]] or ()) for chunk in chunks]
        met: set[int] = set()
        found: set[int] = set()
        capitals: set[int] = set()
        followed: _Followed | None = None
        for number, (chunk, held) in enumerate(parts):
            for part in held:
                found |= {word for word, _ in part.resolved.hits}
                capitals |= set(part.resolved.lower_case_acronyms)
            if held and held[-1].resolved.starts:
                if number + 1 < len(parts):
                    met.update(_needs_of(self._index.written_apart(held[-1].lower, chunks[number + 1][0]), self._needs))
                elif chunk.start() + held[-1].end == len(text):
                    followed = _Followed(held[-1].lower, self._index, self._needs)
        token = self._token(met, found, capitals, followed)
        if len(text) <= LONGEST_REMEMBERED:
            self[text] = token
        return token

    def _token(self, met: set[int], found: set[int], capitals: set[int], followed: _Followed | None) -> _Token | None:
        several: dict[int, set[int]] = defaultdict(set)
        met = met.union(*(self._alone.get(word, ()) for word in found))
        for word in found:
            for other, needs in self._several.get(word, {}).items():
                several[other].update(needs)
        shouting = self._token(met, found | capitals, set(), followed) if capitals else None
        words = self._asked & found
        if not (met or several or words or shouting or followed is not None):
            return None
        return _Token(tuple(met), {word: tuple(needs) for word, needs in several.items()}, words, followed, shouting)

    def _folded(self, word: int) -> str:
        return self._index.lexicon.keys[word].folded


class _Followed(dict[str, Needs]):
    """By the stretch of text after a word, the needs met by terms that are the two written together."""

    def __init__(self, word: str, index: Index, needs: Mapping[int, Needs]) -> None:
        super().__init__()
        self._word = word
        self._index = index
        self._needs = needs

    def __missing__(self, text: str) -> Needs:
        chunk = CHUNK.match(text)
        met = _needs_of(self._index.written_apart(self._word, chunk[0]), self._needs) if chunk else ()
        if len(self) < _FOLLOWERS and len(text) <= LONGEST_REMEMBERED:
            self[text] = met
        return met


def _needs_of(terms: Iterable[CompiledTerm], needs: Mapping[int, Needs]) -> Needs:
    return tuple({need for term in terms for need in needs.get(term.number, ())})
