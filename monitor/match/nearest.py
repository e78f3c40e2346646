"""Words that nearly met a group without a hit, and why they did not count: for `explain`, off the hot path."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.match.engine import Evaluation, hits_of_lists
from monitor.match.itemtexts import ItemTexts
from monitor.match.refused import Unit, refusal, units_of
from monitor.match.rule import Term, WordMode
from monitor.match.scan import FIELD_BREAK
from monitor.match.stems import languages_for, stems, term_stems
from monitor.match.text import CHUNK, Piece, pieces, script_of
from monitor.model import Evidence, Field
from monitor.model.languages import LANGUAGES_OF
from monitor.wording.counts import counted

_SHOWN = 3
_MOST_WORDS = 1_500
_MOST_PLACES = 60
# Words of a term that stand further apart than this have nothing to do with each other.
_FAR = 10
_TERMS_NAMED = 3


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Words of the text that nearly are a term of a group; `why` goes on from them. The lower its rank, the nearer."""

    group: str
    text: str
    term: str
    why: str
    rank: int


class _Word(NamedTuple):
    """A word of the text: its number (a field break counts 1,000), and its place in characters of its field."""

    number: int
    field: Field
    start: int
    end: int
    piece: Piece


Terms = Sequence[tuple[Term, tuple[Unit, ...]]]
Places = Mapping[Unit, Sequence[int]]


def nearest(evaluation: Evaluation, texts: ItemTexts) -> tuple[NearMiss, ...]:
    """The best few near misses of each group that some way of the rule lacks; of a long text in its first words."""
    rule = evaluation.rule
    lacking = _lacking(evaluation)
    terms = {group: [(term, units_of(term)) for term in rule.words[group]] for group in lacking if group in rule.words}
    units = {unit for some in terms.values() for _, several in some if len(several) > 1 for unit in several}
    text = _Text(texts)
    places = _places(units, texts, text)
    found = []
    for group, of_group in terms.items():
        misses = [*text.spellings(group, of_group), *text.terms(group, of_group, places)]
        found += _best(misses)
    return (*found, *_apart(evaluation, lacking, text))


def _lacking(evaluation: Evaluation) -> list[str]:
    """The groups without a hit that some way lacks, and those they are built from."""
    found: dict[str, None] = {}

    def add(groups: Iterable[str]) -> None:
        for group in groups:
            if group not in found and not evaluation.hits.get(group):
                found[group] = None
                for part in evaluation.rule.groups.get(group, ()):
                    add((*part.any, *part.all))

    for result in evaluation.ways:
        add(result.missing)
    return list(found)


def _best(misses: Iterable[NearMiss]) -> list[NearMiss]:
    """The nearest, each stretch of text once."""
    found: dict[str, NearMiss] = {}
    for miss in sorted(misses, key=lambda one: (one.rank, len(one.why))):
        found.setdefault(miss.text.casefold(), miss)
    return list(found.values())[:_SHOWN]


def _apart(evaluation: Evaluation, lacking: Sequence[str], text: _Text) -> list[NearMiss]:
    """Groups built from groups that all have hits, but not near enough together."""
    found = []
    for group in lacking:
        for part in evaluation.rule.groups.get(group, ()):
            hits = [list(evaluation.hits.get(name, ()))[:_MOST_PLACES] for name in part.all]
            if not hits or not all(hits):
                continue
            chosen = [
                [one, *(min(some, key=lambda hit: text.between([one, hit])) for some in hits[1:])] for one in hits[0]
            ]
            best = min(chosen, key=text.between)
            words = " … ".join(piece.text for piece in sorted(best, key=text.place))
            why = f"is too far apart: distance {text.between(best)} > {part.within}"
            found.append(NearMiss(group, words, " + ".join(part.all), why, 0))
    return found


def _places(units: Iterable[Unit], texts: ItemTexts, text: _Text) -> Places:
    """Where words of terms stand, by the engine itself: a rule that has a group for each of them."""
    known = {str(number): unit for number, unit in enumerate(units)}
    if not known:
        return {}
    lists = {name: (Term(unit.written, unit.language, (unit.word,)),) for name, unit in known.items()}
    hits = hits_of_lists(lists, texts)
    return {unit: [text.place(hit) for hit in hits.get(name, ())][:_MOST_PLACES] for name, unit in known.items()}


class _Text:
    """The words of an item, numbered as the engine does, at most so many that looking at them is short."""

    def __init__(self, texts: ItemTexts) -> None:
        self.words: list[_Word] = []
        self._source: dict[Field, str] = {
            Field.TITLE: texts.title,
            Field.SUMMARY: texts.summary,
            Field.BODY: texts.body,
        }
        base = 0
        for field, source in self._source.items():
            for chunk in CHUNK.finditer(source):
                for piece in pieces(chunk[0]):
                    start = chunk.start()
                    self.words.append(_Word(base, field, start + piece.start, start + piece.end, piece))
                    base += 1
            base += FIELD_BREAK if source else 0
        del self.words[_MOST_WORDS:]
        self._by_number = {word.number: word for word in self.words}
        self._starts: dict[Field, list[_Word]] = defaultdict(list)
        for word in self.words:
            self._starts[word.field].append(word)

    def place(self, hit: Evidence) -> int:
        """The number of a hit's first word."""
        return self._at(hit.field, hit.start)

    def between(self, hits: Sequence[Evidence]) -> int:
        """The words from the first to the last hit that belong to none of them."""
        spans = [(self.place(hit), self._at(hit.field, max(hit.start, hit.end - 1))) for hit in hits]
        span = max(last for _, last in spans) - min(first for first, _ in spans) + 1
        return max(0, span - sum(last - first + 1 for first, last in spans))

    def _at(self, field: Field, position: int) -> int:
        words = self._starts[field]
        place = bisect_right(words, position, key=lambda word: word.start) - 1
        return words[max(0, place)].number if words else 0

    def spellings(self, group: str, terms: Terms) -> Iterable[NearMiss]:
        """Words that are nearly a term of one word."""
        by_unit = {units[0]: term for term, units in terms if len(units) == 1}
        likely = _Likely(by_unit)
        for folded, word in {word.piece.folded: word for word in reversed(self.words)}.items():
            for unit in likely.like(word.piece):
                refused = refusal(unit, word.piece) if folded != unit.folded or unit.mode is WordMode.ACRONYM else None
                if refused:
                    yield NearMiss(group, self._quote(word, word), by_unit[unit].written, refused.why, refused.rank)

    def terms(self, group: str, terms: Terms, places: Places) -> Iterable[NearMiss]:
        """Terms of several words that are nearly there."""
        halves: dict[int, list[str]] = defaultdict(list)
        for term, units in terms:
            if len(units) < 2:
                continue
            there = [places.get(unit, ()) for unit in units]
            if all(there):
                found = self._too_far(group, term, units, there) or self._in_disorder(group, term, there)
            else:
                found = self._one_word_off(group, term, units, there)
            if found:
                yield found
            elif there[0] and not any(there[1:]):
                halves[there[0][0]].append(term.written)
        for number, written in halves.items():
            if word := self._by_number.get(number):
                yield NearMiss(group, self._quote(word, word), written[0], _half(written), 5)

    def _too_far(
        self, group: str, term: Term, units: Sequence[Unit], there: Sequence[Sequence[int]]
    ) -> NearMiss | None:
        """The words of the term in their order, with too many others in between."""
        for start in there[0]:
            chain = [start]
            for places in there[1:]:
                after = bisect_right(places, chain[-1])
                if after == len(places):
                    break
                chain.append(places[after])
            gaps = [after - before - 1 for before, after in pairwise(chain)]
            over = [place for place, gap in enumerate(gaps) if gap > units[place + 1].gap]
            if len(chain) < len(units) or not over or sum(gaps) > _FAR + sum(unit.gap for unit in units):
                continue
            at = over[0]
            first, last = self._by_number.get(chain[0]), self._by_number.get(chain[-1])
            if first and last:
                count = f"{counted(gaps[at], 'word')} between"
                allowed = f"allows {units[at + 1].gap}" if units[at + 1].gap else "allows none"
                return NearMiss(
                    group, self._quote(first, last), term.written, f'has {count}, "{term.written}" {allowed}', 1
                )
        return None

    def _in_disorder(self, group: str, term: Term, there: Sequence[Sequence[int]]) -> NearMiss | None:
        """The words of the term close together in another order."""
        for start in there[0]:
            chosen = [start, *(min(places, key=lambda place: abs(place - start)) for places in there[1:])]
            first, last = min(chosen), max(chosen)
            disordered = chosen != sorted(chosen) and len(set(chosen)) == len(chosen)
            if disordered and last - first < len(chosen) + 2 and first in self._by_number and last in self._by_number:
                quote = self._quote(self._by_number[first], self._by_number[last])
                return NearMiss(group, quote, term.written, f'has the words of "{term.written}" in another order', 2)
        return None

    def _one_word_off(
        self, group: str, term: Term, units: Sequence[Unit], there: Sequence[Sequence[int]]
    ) -> NearMiss | None:
        """All words of the term but one, and where that one should stand a word that is nearly it."""
        absent = [place for place, places in enumerate(there) if not places]
        if len(absent) != 1:
            return None
        (at,) = absent
        unit = units[at]
        beside = there[at - 1] if at else there[1]
        for place in beside:
            reach = range(1, unit.gap + 2) if at else range(1, units[1].gap + 2)
            for step in reach:
                word = self._by_number.get(place + step if at else place - step)
                refused = refusal(unit, word.piece, of=term.written) if word else None
                if word and refused:
                    return NearMiss(group, self._quote(word, word), term.written, refused.why, refused.rank)
        return None

    def _quote(self, first: _Word, last: _Word) -> str:
        return self._source[first.field][first.start : last.end]


def _half(written: Sequence[str]) -> str:
    named = ", ".join(f'"{term}"' for term in written[:_TERMS_NAMED])
    more = f" and {len(written) - _TERMS_NAMED} more" if len(written) > _TERMS_NAMED else ""
    return f"begins {named}{more}, but what must follow does not"


class _Likely:
    """Which words of terms a word of a text may be like, so that only those are looked at closely."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._spelt: dict[str, list[Unit]] = defaultdict(list)
        self._endings: dict[str, list[Unit]] = defaultdict(list)
        self._stems: dict[str, dict[str, list[Unit]]] = defaultdict(lambda: defaultdict(list))
        for unit in units:
            self._spelt[unit.folded].append(unit)
            if unit.mode is WordMode.ENDING:
                self._endings[unit.folded[0]].append(unit)
            elif unit.mode is not WordMode.ACRONYM:
                for language in languages_for(unit.language, unit.folded):
                    for stem in term_stems(unit.lower, language):
                        self._stems[language][stem].append(unit)

    def like(self, word: Piece) -> list[Unit]:
        """The words of terms at most two letters from this one, from its beginning, or from its stem."""
        found = dict.fromkeys(self._endings.get(word.folded[0], ()))
        found |= _near(word.folded, self._spelt)
        for language, of_stem in self._stems.items():
            if language in LANGUAGES_OF.get(script_of(word.folded), ()):
                for stem in stems(word.lower, language):
                    found |= _near(stem, of_stem)
        return list(found)


def _near(spelling: str, units: Mapping[str, Sequence[Unit]]) -> dict[Unit, None]:
    near = process.extract(spelling, list(units), scorer=OSA.distance, score_cutoff=2, limit=None)
    return {unit: None for other, _, _ in near for unit in units[other]}
