"""Which words of the terms a word of the text can be: resolved once for each distinct word, then remembered.

docs/decisions/0005 says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.match.known import at_home, foreign, is_known, much_commoner, shares_in
from monitor.match.rule import WordMode
from monitor.match.stems import bases_of, languages_for, stems_of_lower, term_stems
from monitor.match.text import LONGEST_REMEMBERED, Piece, fold, script_of
from monitor.match.verbs.entries import stems_of_term, verb_forms
from monitor.model import How

MIN_SPLIT, MIN_PART = 6, 3
"""Letters of the shortest word that may be written as two, and of each of these."""
MIN_TYPO = 5
"""Letters of the shortest word that may have a typing error."""
_LONG_FORM = 7
_MAX_TYPOS = 2
_REMEMBERED = 50_000

Numbers = tuple[int, ...]
"""The ids of words of terms."""

Key = TypeVar("Key")
Noted = TypeVar("Noted")


@dataclass(frozen=True, slots=True)
class TermKey:
    """A word of a term, as far as it decides what it hits: the same key is looked up once for all rules.

    `spellings` are how a designation is written in another script (folded).
    """

    folded: str
    lower: str
    language: str
    mode: WordMode
    typos: int
    joined: bool = False
    spellings: tuple[str, ...] = ()


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

    def joined_with(self, other: Resolved) -> Resolved:
        """What a word can be that may be read in two ways; how it is hit by the first counts."""
        hits = {**dict(other.hits), **dict(self.hits)}
        acronyms = dict.fromkeys((*self.lower_case_acronyms, *other.lower_case_acronyms))
        return Resolved(tuple(sorted(hits.items())), self.starts or other.starts, tuple(acronyms))


_NOTHING = Resolved()


@dataclass(slots=True)
class Lexicon:
    """All words of all terms, indexed by everything they can be hit through."""

    keys: list[TermKey] = field(default_factory=list)
    _ids: dict[TermKey, int] = field(default_factory=dict)
    _same: dict[str, Numbers] = field(default_factory=dict)
    _stems: dict[tuple[str, str], Numbers] = field(default_factory=dict)
    _forms: dict[str, dict[str, Numbers]] = field(default_factory=lambda: defaultdict(dict))
    _endings: dict[str, Numbers] = field(default_factory=dict)
    _acronyms: dict[str, Numbers] = field(default_factory=dict)
    _spellings: dict[str, Numbers] = field(default_factory=dict)
    _spelt_stems: dict[str, Numbers] = field(default_factory=dict)
    _by_start: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    _split_words: set[int] = field(default_factory=set)
    _split_starts: set[str] = field(default_factory=set)
    _languages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _with_verbs: set[str] = field(default_factory=set)
    _split_memory: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _choice_memory: dict[tuple[str, int], list[tuple[int, list[str]]]] = field(default_factory=dict)

    def add(self, key: TermKey) -> int:
        """The id of a word of a term; new ones are indexed."""
        if key in self._ids:
            return self._ids[key]
        self._split_memory.clear()
        self._choice_memory.clear()
        number = self._ids[key] = len(self.keys)
        self.keys.append(key)
        alone = (number,)  # one for all that leads to it, as little leads to two words
        match key.mode:
            case WordMode.ACRONYM:
                for spelling in (key.folded, *key.spellings):
                    note(self._acronyms, spelling, alone)
            case WordMode.ENDING:
                note(self._endings, key.folded[:4], alone)
            case WordMode.EXACT:
                for spelling in (key.folded, *key.spellings):
                    note(self._same, spelling, alone)
            case WordMode.FORMS:
                self._add_forms(key, alone)
        return number

    def _add_forms(self, key: TermKey, alone: Numbers) -> None:
        note(self._same, key.folded, alone)
        script = script_of(key.folded)
        for language in languages_for(key.language, key.folded):
            self._languages[script].add(language)
            conjugated = self._forms[language]
            for form in verb_forms(key.lower, language):
                self._with_verbs.add(script)
                note(conjugated, form, alone)
            for stem in stems_of_term(key.lower, language):
                note(self._stems, (language, stem), alone)
            for stem in term_stems(key.lower, language):
                if key.typos and len(stem) >= MIN_TYPO:
                    note(self._spelt_stems, stem, alone)
                    self._by_start[stem[0], len(stem)].add(stem)
        if key.typos:
            for form in (key.folded, key.folded + "s") if script == "latin" else (key.folded,):
                note(self._spellings, form, alone)
                self._by_start[form[0], len(form)].add(form)
        if not key.joined and len(key.folded) >= MIN_SPLIT:
            self._split_words.update(alone)
            self._split_starts |= {key.folded[:end] for end in range(MIN_PART, len(key.folded) - MIN_PART + 1)}

    def resolve(self, piece: Piece) -> Resolved:
        """What a word of a text can be, or, with letters of several scripts, what the words it may be can be."""
        found = self._resolve(piece)
        for folded, lower in piece.others:
            found = found.joined_with(self._resolve(replace(piece, folded=folded, lower=lower)))
        return found

    def _resolve(self, piece: Piece) -> Resolved:
        word = piece.folded
        hits: dict[int, How] = dict.fromkeys(self._same.get(word, ()), How.SAME)
        acronyms = tuple(self._acronyms.get(word, ()))
        if piece.capitals:
            hits.update(dict.fromkeys(acronyms, How.ACRONYM))
        for number in self._endings.get(word[:4], ()):
            if word.startswith(self.keys[number].folded):
                hits.setdefault(number, How.ENDING)
        script = script_of(word)
        shares = shares_in(word, script)
        home = at_home(shares)
        stemmed = self._stemmed(piece.lower, script, home)
        for number in (*self._inflected(word, stemmed), *self._conjugated(word, piece.lower, script, home)):
            hits.setdefault(number, How.INFLECTED)
        if not hits and not any(shares.values()):
            hits = dict.fromkeys(self._misspelt(word, script, stemmed), How.TYPO)
        starts = word in self._split_starts
        lower_case = () if piece.capitals else acronyms
        if not (hits or starts or lower_case):
            return _NOTHING
        found = tuple((n, How.JOINED if self.keys[n].joined else how) for n, how in sorted(hits.items()))
        return Resolved(found, starts, lower_case)

    def split(self, one: str, two: str) -> tuple[int, ...]:
        """The term words that two neighbours (lower case) are when written together; the answer is remembered."""
        word = one + two
        known = self._split_memory.get(word)
        if known is None:
            if len(self._split_memory) >= _REMEMBERED:
                self._split_memory.clear()
            folded = fold(word)
            script = script_of(folded)
            home = at_home(shares_in(folded, script))
            found = {
                *self._same.get(folded, ()),
                *self._inflected(folded, self._stemmed(word, script, home)),
                *self._conjugated(folded, word, script, home),
            }
            known = tuple(sorted(found & self._split_words))
            if len(word) <= LONGEST_REMEMBERED:
                self._split_memory[word] = known
        return known

    def _stemmed(self, lower: str, script: str, home: Iterable[str]) -> list[tuple[str, str]]:
        """The stems of a word, each with its language, in the languages of terms where it may be at `home`."""
        spoken = self._languages.get(script, ())
        return [(language, stem) for language in home if language in spoken for stem in stems_of_lower(lower, language)]

    def _inflected(self, word: str, stemmed: Iterable[tuple[str, str]]) -> Iterator[int]:
        """The term words that have a stem in common with this word, in their own language."""
        for language, stem in stemmed:
            for number in self._stems.get((language, stem), ()):
                if is_form(word, self.keys[number], language):
                    yield number

    def _conjugated(self, word: str, lower: str, script: str, home: Iterable[str]) -> Iterator[int]:
        """The term words that are verbs of which this word is a form, in the languages where it may be at `home`."""
        for language in home if script in self._with_verbs else ():
            for base in bases_of(word) if language == "ar" else {word, lower}:
                yield from self._forms[language].get(base, ())

    def _misspelt(self, word: str, script: str, stemmed: Iterable[tuple[str, str]]) -> set[int]:
        """The term words that this unknown word is a typing error of.

        A typing error is at most 1 (words of 5 to 8 letters) or 2 (9 or more) letters inserted, deleted, replaced or
        swapped, not in the first letter, in a word without digits that is no known word. It is looked for against
        the word of the term and its plural in -s, and between the stems of both, which covers other forms.
        """
        if len(word) < MIN_TYPO - 1 or not word.isalpha():
            return set()
        found = self._near(word, self._spellings)
        if script == "arabic":
            for base in bases_of(word):
                if base != word and len(base) >= MIN_TYPO and not is_known(base):
                    # Names of towns have the article too, and look like short words: الحصيبة is no حصيلة.
                    found += self._near(base, self._spellings, shortest=_LONG_FORM)
        for stem in {stem for _, stem in stemmed if len(stem) >= MIN_TYPO}:
            found += self._near(stem, self._spelt_stems)
        return {number for number in found if script_of(self.keys[number].folded) == script}

    def _near(self, form: str, spellings: dict[str, Numbers], shortest: int = 0) -> list[int]:
        """The term words with a spelling this near, which has that many letters."""
        found = []
        for typos, choices in self._choices(form[0], len(form)):
            near = process.extract(form, choices, scorer=OSA.distance, score_cutoff=typos, limit=None)
            for other, distance, _ in near:
                if len(other) < shortest:
                    continue
                found += [number for number in spellings.get(other, ()) if distance <= self.keys[number].typos]
        return found

    def _choices(self, initial: str, length: int) -> list[tuple[int, list[str]]]:
        """The spellings that a form with this initial and length may be nearest to, by the typing errors they allow."""
        known = self._choice_memory.get((initial, length))
        if known is None:
            choices: dict[int, list[str]] = defaultdict(list)
            for other in range(length - _MAX_TYPOS, length + _MAX_TYPOS + 1):
                typos = allowed_typos(other) or 1
                if abs(other - length) <= typos:
                    choices[typos] += sorted(self._by_start.get((initial, other), ()))
            known = self._choice_memory[initial, length] = [(typos, found) for typos, found in choices.items() if found]
        return known


def note(table: dict[Key, tuple[Noted, ...]], key: Key, alone: tuple[Noted, ...]) -> None:
    """Note one more thing under a key: a tuple that others share takes a tenth of what a list does."""
    known = table.get(key)
    table[key] = alone if known is None else known + alone


def is_form(form: str, key: TermKey, language: str) -> bool:
    """Whether a word with the stem of a term's word is a form of it, not another word the stemmer takes for one."""
    initial = language == "ar" or key.folded[0] == form[0]
    return initial and not much_commoner(form, key.folded, language) and not foreign(form, language)


def allowed_typos(letters: int) -> int:
    """How many typing errors a word of this many letters may have."""
    return 0 if letters < MIN_TYPO else 1 if letters < 9 else 2
