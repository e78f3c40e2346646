"""What an item holds: its words in order, each resolved once, and the terms found among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from monitor.match.compile import CompiledTerm, Index
from monitor.match.hits import Hit, weakest
from monitor.match.itemtexts import ItemTexts
from monitor.match.lexicon import Resolved
from monitor.match.text import CHUNK, LETTERS_THAT_PART, LONGEST_REMEMBERED, mostly_capitals, pieces
from monitor.model import Field, How
from monitor.wording.sentences import sentence_ends

LEAD_WORDS = 80
FIELD_BREAK = 1_000
_REMEMBERED = 40_000

_number = attrgetter("number")


class Occurrence(NamedTuple):
    """Where the words of a term stand in a field: the numbers of its first and last word, and how many are its own."""

    first: int
    last: int
    size: int
    how: How


@dataclass(frozen=True, slots=True)
class _Part:
    """A word within a chunk of text, by characters, and what it can be."""

    start: int
    end: int
    lower: str
    resolved: Resolved


class Words(dict[str, tuple[_Part, ...] | None]):
    """What each chunk of text met so far holds; None stands for one word that is no term's, as most are."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, chunk: str) -> tuple[_Part, ...] | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        resolve = self._index.lexicon.resolve
        parts = tuple(_Part(piece.start, piece.end, piece.lower, resolve(piece)) for piece in pieces(chunk))
        plain = len(parts) == 1 and parts[0].resolved.empty
        found = None if plain else parts
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = found
        return found


class Scan:
    """The terms found in one field: first which, and only for those who ask, where in characters."""

    def __init__(
        self, name: Field, text: str, base: int, index: Index, words: Words, rules: Collection[int] | None
    ) -> None:
        self._name = name
        self._text = text
        self._base = base
        self._index = index
        self._rules = None if rules is None else frozenset(rules)
        self.occurrences: dict[int, list[Occurrence]] = {}
        """By the number of each term found, where its words stand, in the order of the text."""
        self._at: dict[int, list[tuple[int, How]]] = defaultdict(list)
        chunks = CHUNK.findall(text)
        seen = [(number, parts) for number, parts in enumerate(map(words.__getitem__, chunks)) if parts is not None]
        self.length = len(chunks) + sum(len(parts) - 1 for _, parts in seen)
        self._hits: dict[int, list[Hit]] = {}
        self._spans: list[tuple[int, int]] = []
        self._breaks: list[int] = []
        if seen:
            self._resolve(seen, chunks)

    def hits(self, term: int) -> list[Hit]:
        """The hits of a term found here."""
        known = self._hits.get(term)
        if known is None:
            if not self._spans:
                self._measure()
            written = self._index.terms[term].written
            known = self._hits[term] = [self._hit(written, one) for one in self.occurrences[term]]
        return known

    def _resolve(self, seen: Sequence[tuple[int, tuple[_Part, ...]]], chunks: Sequence[str]) -> None:
        """Note which term words stand where, then put terms together."""
        at, shift = self._at, 0
        starts: list[tuple[int, int, str]] = []
        shouting: bool | None = None
        for chunk, parts in seen:
            for offset, part in enumerate(parts):
                number = chunk + shift + offset
                resolved = part.resolved
                for term_word, how in resolved.hits:
                    at[term_word].append((number, how))
                if resolved.starts and offset == len(parts) - 1:
                    starts.append((number, chunk, part.lower))
                if resolved.lower_case_acronyms:
                    if shouting is None:
                        shouting = mostly_capitals(self._text)
                    if shouting:
                        for term_word in resolved.lower_case_acronyms:
                            at[term_word].append((number, How.ACRONYM))
            shift += len(parts) - 1
        for term_word in sorted(self._wanted(at)):
            self._collect(term_word)
        for number, chunk, lower in starts:
            if chunk + 1 < len(chunks):
                self._collect_split(number, lower, chunks[chunk + 1])

    def _collect(self, term_word: int) -> None:
        """The terms that begin with a word: where their words stand in order, each as near as it can be."""
        places = self._at[term_word]
        singles = self._index.singles.get(term_word, ())
        if wanted := [single for single in singles if self._wants(single)]:
            alone = [Occurrence(number, number, 1, how) for number, how in places]
            for single in wanted:
                self._add(single, alone)
        if (by_second := self._index.several.get(term_word)) and (there := by_second.keys() & self._at.keys()):
            for term in sorted(chain.from_iterable(by_second[word] for word in there), key=_number):
                if self._wants(term):
                    self._add(term, [one for number, how in places if (one := self._follow(term, number, how))])

    def _follow(self, term: CompiledTerm, number: int, how: How) -> Occurrence | None:
        last, hows = number, [how]
        for slot in term.slots[1:]:
            places = self._at.get(slot.word, ())
            place = bisect_left(places, (last + 1, ""))
            if place == len(places) or places[place][0] > last + 1 + slot.gap:
                return None
            last = places[place][0]
            hows.append(places[place][1])
        return Occurrence(number, last, len(term.slots), weakest(hows))

    def _collect_split(self, number: int, lower: str, next_chunk: str) -> None:
        """Two neighbours that are, written together, the one word of a term."""
        for term in self._index.written_apart(lower, next_chunk):
            if self._wants(term) and self._adjacent(number):
                self._add(term, [Occurrence(number, number + 1, 2, How.SPLIT)])

    def _adjacent(self, number: int) -> bool:
        """Whether at most one character parts a word from the next."""
        if not self._spans:
            self._measure()
        return self._spans[number + 1][0] - self._spans[number][1] <= 1

    def _wants(self, term: CompiledTerm) -> bool:
        return self._rules is None or not self._rules.isdisjoint(self._index.rules_of_term[term.number])

    def _wanted(self, words: Collection[int]) -> Collection[int]:
        """Of term words, those of the rules that are asked for; without a call for each, as a text has many."""
        rules, rules_of = self._rules, self._index.rules_of_word
        return words if rules is None else [word for word in words if not rules.isdisjoint(rules_of[word])]

    def _add(self, term: CompiledTerm, occurrences: list[Occurrence]) -> None:
        if occurrences:
            self.occurrences.setdefault(term.number, []).extend(occurrences)

    def _measure(self) -> None:
        """Find where each word and each end of a sentence stands."""
        parted = LETTERS_THAT_PART.search(self._text) is not None
        for chunk in CHUNK.finditer(self._text):
            start, end = chunk.span()
            if chunk[0].isalnum() and not parted:
                self._spans.append((start, end))
            else:
                self._spans += [(start + piece.start, start + piece.end) for piece in pieces(chunk[0])]
        self._breaks = list(sentence_ends(self._text)) if self._index.sentences else []

    def _hit(self, term: str, found: Occurrence) -> Hit:
        start, end = self._spans[found.first][0], self._spans[found.last][1]
        title = self._name is Field.TITLE
        sentence, sentence_of_end = bisect_right(self._breaks, start), bisect_right(self._breaks, end - 1)
        return Hit(
            first=self._base + found.first,
            last=self._base + found.last,
            size=found.size,
            sentence=self._base + sentence if sentence == sentence_of_end else -1,
            in_title=title,
            in_lead=title or self._name is Field.SUMMARY or found.last < LEAD_WORDS,
            term=term,
            how=found.how,
            field=self._name,
            start=start,
            end=end,
            source=self._text,
        )


def scan(texts: ItemTexts, index: Index, words: Words, rules: Collection[int] | None = None) -> list[Scan]:
    """The fields of an item that have a text, read for the terms of all rules or of some (by numbers)."""
    found = []
    base = 0
    for name, text in ((Field.TITLE, texts.title), (Field.SUMMARY, texts.summary), (Field.BODY, texts.body)):
        if text:
            found.append(Scan(name, text, base, index, words, rules))
            base += found[-1].length + FIELD_BREAK
    return found
