"""What a document holds: its words in order, and the terms found among them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.match.compile import CompiledTerm, Index
from monitor.match.text import CHUNK, SENTENCE_END, Piece, mostly_capitals, pieces
from monitor.model import Evidence, FeedKind, Field, How

LEAD_WORDS = 80
_FIELD_BREAK = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """The cleaned texts of an item, and where it comes from for rules that ask."""

    title: str
    summary: str = ""
    body: str = ""
    feed_id: str = ""
    kind: FeedKind | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found. `first` and `last` are positions of words (a field break counts 1,000), `size` its own words."""

    first: int
    last: int
    size: int
    in_title: bool
    in_lead: bool
    sentence: int
    evidence: Evidence


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    sentence: int
    piece: Piece


@dataclass(slots=True)
class Scan:
    """The terms found in a document, by term, in the order of the text."""

    hits: dict[int, list[Hit]] = field(default_factory=lambda: defaultdict(list))


_PIECES: dict[str, tuple[Piece, ...]] = {}
_REMEMBERED = 300_000


def scan(document: Document, index: Index) -> Scan:
    """Find every term of the index in a document, each word being resolved once for all of them."""
    found = Scan()
    base = 0
    for name, text in ((Field.TITLE, document.title), (Field.SUMMARY, document.summary), (Field.BODY, document.body)):
        if text:
            words = _FieldScan(name, text, base, index, found)
            words.run()
            base += len(words.words) + _FIELD_BREAK
    return found


class _FieldScan:
    """One field of a document on its way through the index."""

    def __init__(self, name: Field, text: str, base: int, index: Index, found: Scan) -> None:
        self._name = name
        self._text = text
        self._base = base
        self._index = index
        self._found = found
        self.words: list[_Word] = []
        self._at: dict[int, list[tuple[int, How]]] = defaultdict(list)
        self._shouting: bool | None = None

    def run(self) -> None:
        """Read the words, note which term words they are, then put terms together."""
        starts: list[int] = []
        resolve = self._index.lexicon.resolve
        for number, word in enumerate(self._read()):
            self.words.append(word)
            resolved = resolve(word.piece)
            for term_word, how in resolved.hits:
                self._at[term_word].append((number, how))
            if resolved.starts:
                starts.append(number)
            if resolved.lower_case_acronyms and self._is_shouting():
                for term_word in resolved.lower_case_acronyms:
                    self._at[term_word].append((number, How.ACRONYM))
        for term_word in sorted(self._at):
            for term in self._index.by_first.get(term_word, ()):
                self._collect(term)
        for number in starts:
            self._collect_split(number)

    def _read(self) -> Iterator[_Word]:
        text = self._text
        sentence, end = 0, 0
        for chunk in CHUNK.finditer(text):
            start = chunk.start()
            if start > end and SENTENCE_END.search(text, end, start):
                sentence += 1
            end = chunk.end()
            for piece in _pieces(chunk[0]):
                yield _Word(start + piece.start, start + piece.end, sentence, piece)

    def _is_shouting(self) -> bool:
        if self._shouting is None:
            self._shouting = mostly_capitals(self._text)
        return self._shouting

    def _collect(self, term: CompiledTerm) -> None:
        """Every place where the words of a term stand in order, each as near as it can be to the one before."""
        for number, how in self._at[term.slots[0].word]:
            last, hows, complete = number, [how], True
            for slot in term.slots[1:]:
                places = self._at.get(slot.word, ())
                place = bisect_left(places, (last + 1, ""))
                if place == len(places) or places[place][0] > last + 1 + slot.gap:
                    complete = False
                    break
                last = places[place][0]
                hows.append(places[place][1])
            if complete:
                self._add(term, number, last, _weakest(hows))

    def _collect_split(self, number: int) -> None:
        """Two neighbours that are, written together, the one word of a term: air strike for airstrike."""
        if number + 1 >= len(self.words):
            return
        one, two = self.words[number], self.words[number + 1]
        if two.start - one.end > 1:
            return
        for term_word in self._index.lexicon.split(one.piece.lower, two.piece.lower):
            for term in self._index.split_terms.get(term_word, ()):
                self._add(term, number, number + 1, How.SPLIT)

    def _add(self, term: CompiledTerm, first: int, last: int, how: How) -> None:
        start, end = self.words[first].start, self.words[last].end
        title = self._name is Field.TITLE
        evidence = Evidence(
            field=self._name,
            start=start,
            end=end,
            text=self._text[start:end],
            term=term.written,
            how=how,
            group="",
        )
        one_sentence = self.words[first].sentence == self.words[last].sentence
        self._found.hits[term.number].append(
            Hit(
                first=self._base + first,
                last=self._base + last,
                size=last - first + 1 if how is How.SPLIT else len(term.slots),
                in_title=title,
                in_lead=title or self._name is Field.SUMMARY or last < LEAD_WORDS,
                sentence=self._base + self.words[first].sentence if one_sentence else -1,
                evidence=evidence,
            )
        )


# From the most to the least certain way to hit a word; a term is hit as its weakest word is.
_CERTAINTY = (How.SAME, How.ACRONYM, How.ENDING, How.JOINED, How.SPLIT, How.INFLECTED, How.TYPO)


def _weakest(hows: list[How]) -> How:
    return max(hows, key=_CERTAINTY.index)


def _pieces(chunk: str) -> tuple[Piece, ...]:
    known = _PIECES.get(chunk)
    if known is None:
        if len(_PIECES) >= _REMEMBERED:
            _PIECES.clear()
        known = _PIECES[chunk] = pieces(chunk)
    return known
