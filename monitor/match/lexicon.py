"""Which words of the terms a word of the text can be: resolved once for each distinct word, then remembered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.match.known import foreign, is_known, much_commoner
from monitor.match.rule import WordMode
from monitor.match.stems import languages_for, stems
from monitor.match.text import LONGEST_REMEMBERED, Piece, fold, script_of
from monitor.model import How

_MIN_SPLIT, _MIN_PART = 6, 3
_MIN_TYPO = 5
_MAX_TYPOS = 2
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class TermKey:
    """A word of a term, as far as it decides what it hits: the same key is looked up once for all rules."""

    folded: str
    lower: str
    language: str
    mode: WordMode
    typos: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a word of the text can be: ids of term words with how each is hit.

    `starts`: a term word may begin with it and go on with the next word. `lower_case_acronyms` are hit only in a text
    that is all capitals.
    """

    hits: tuple[tuple[int, How], ...] = ()
    starts: bool = False
    lower_case_acronyms: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the word is no part of any term."""
        return not (self.hits or self.starts or self.lower_case_acronyms)


_NOTHING = Resolved()


@dataclass(slots=True)
class Lexicon:
    """All words of all terms, indexed by everything they can be hit through."""

    keys: list[TermKey] = field(default_factory=list)
    _ids: dict[TermKey, int] = field(default_factory=dict)
    _same: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _stems: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _endings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _acronyms: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _spellings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _spelt_stems: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_start: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    _split_starts: set[str] = field(default_factory=set)
    _languages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _split_memory: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, key: TermKey) -> int:
        """The id of a word of a term; new ones are indexed."""
        if key in self._ids:
            return self._ids[key]
        number = self._ids[key] = len(self.keys)
        self.keys.append(key)
        match key.mode:
            case WordMode.ACRONYM:
                self._acronyms[key.folded].append(number)
            case WordMode.ENDING:
                self._endings[key.folded[:4]].append(number)
            case WordMode.EXACT:
                self._same[key.folded].append(number)
            case WordMode.FORMS:
                self._add_forms(key, number)
        return number

    def _add_forms(self, key: TermKey, number: int) -> None:
        self._same[key.folded].append(number)
        script = script_of(key.folded)
        for language in languages_for(key.language, key.folded):
            self._languages[script].add(language)
            for stem in stems(key.lower, language):
                self._stems[language, stem].append(number)
                if key.typos and len(stem) >= _MIN_TYPO:
                    self._spelt_stems[stem].append(number)
                    self._by_start[stem[0], len(stem)].add(stem)
        if key.typos:
            for form in (key.folded, key.folded + "s") if script == "latin" else (key.folded,):
                self._spellings[form].append(number)
                self._by_start[form[0], len(form)].add(form)
        if not key.joined and len(key.folded) >= _MIN_SPLIT:
            self._split_starts |= {key.folded[:end] for end in range(_MIN_PART, len(key.folded) - _MIN_PART + 1)}

    def resolve(self, piece: Piece) -> Resolved:
        """What a word of a text can be."""
        word = piece.folded
        hits: dict[int, How] = dict.fromkeys(self._same.get(word, ()), How.SAME)
        acronyms = tuple(self._acronyms.get(word, ()))
        if piece.capitals:
            hits.update(dict.fromkeys(acronyms, How.ACRONYM))
        for number in self._endings.get(word[:4], ()):
            if word.startswith(self.keys[number].folded):
                hits.setdefault(number, How.ENDING)
        for number in self._inflected(piece):
            hits.setdefault(number, How.INFLECTED)
        for number in self._misspelt(piece, hits):
            hits.setdefault(number, How.TYPO)
        starts = word in self._split_starts
        lower_case = () if piece.capitals else acronyms
        found = tuple((n, How.JOINED if self.keys[n].joined else how) for n, how in sorted(hits.items()))
        return Resolved(found, starts, lower_case) if found or starts or lower_case else _NOTHING

    def split(self, one: str, two: str) -> tuple[int, ...]:
        """The term words that two neighbours (lower case) are when written together; the answer is remembered."""
        word = one + two
        known = self._split_memory.get(word)
        if known is None:
            if len(self._split_memory) >= _REMEMBERED:
                self._split_memory.clear()
            resolved = self.resolve(Piece(0, len(word), fold(word), word, capitals=False))
            known = tuple(
                number
                for number, how in resolved.hits
                if how in (How.SAME, How.INFLECTED)
                and self.keys[number].mode is WordMode.FORMS
                and len(self.keys[number].folded) >= _MIN_SPLIT
            )
            if len(word) <= LONGEST_REMEMBERED:
                self._split_memory[word] = known
        return known

    def _inflected(self, piece: Piece) -> list[int]:
        """The term words that have a stem in common with this word, in their own language."""
        found = []
        for language in sorted(self._languages.get(script_of(piece.folded), ())):
            for stem in sorted(stems(piece.lower, language)):
                for number in self._stems.get((language, stem), ()):
                    key = self.keys[number]
                    if is_form(piece.folded, key, language):
                        found.append(number)
        return found

    def _misspelt(self, piece: Piece, hits: dict[int, How]) -> list[int]:
        """The term words that this unknown word is a typing error of.

        A typing error is at most 1 (words of 5 to 8 letters) or 2 (9 or more) letters inserted, deleted, replaced or
        swapped, not in the first letter, in a word without digits that is no known word. It is looked for against
        the word of the term and its plural in -s, and between the stems of both, which covers other forms.
        """
        word = piece.folded
        if hits or len(word) < _MIN_TYPO - 1 or not word.isalpha() or is_known(word):
            return []
        found = self._near(word, self._spellings)
        script = script_of(word)
        for language in sorted(self._languages.get(script, ())):
            for stem in sorted(stems(piece.lower, language)):
                if len(stem) >= _MIN_TYPO:
                    found += self._near(stem, self._spelt_stems)
        return [number for number in found if script_of(self.keys[number].folded) == script]

    def _near(self, form: str, spellings: dict[str, list[int]]) -> list[int]:
        """The term words with a spelling this near."""
        choices = [
            other
            for length in range(len(form) - _MAX_TYPOS, len(form) + _MAX_TYPOS + 1)
            for other in self._by_start.get((form[0], length), ())
        ]
        near = process.extract(form, choices, scorer=OSA.distance, score_cutoff=_MAX_TYPOS, limit=None)
        return [
            number
            for other, distance, _ in near
            for number in spellings.get(other, ())
            if distance <= min(self.keys[number].typos, allowed_typos(len(other)) or 1)
        ]


def is_form(form: str, key: TermKey, language: str) -> bool:
    """Whether a word with the stem of a term's word is a form of it, not another word the stemmer takes for one."""
    initial = language == "ar" or key.folded[0] == form[0]
    return initial and not much_commoner(form, key.folded, language) and not foreign(form, language)


def allowed_typos(letters: int) -> int:
    """How many typing errors a word of this many letters may have."""
    return 0 if letters < _MIN_TYPO else 1 if letters < 9 else 2
