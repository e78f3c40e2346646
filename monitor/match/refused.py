"""Why a word of a text that looks like a word of a term is not taken for it."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from monitor.match.known import at_home_in, is_known, much_commoner
from monitor.match.lexicon import MIN_TYPO, allowed_typos
from monitor.match.rule import Term, TermWord, WordMode
from monitor.match.stems import languages_for, stems, term_stems
from monitor.match.text import Piece, script_of, words_in
from monitor.match.verbs.entries import stems_of_term
from monitor.model.languages import LANGUAGE_NAMES

_MIN_LETTERS = 3
_NEAR = 2
_COUNT = {1: "one letter", 2: "two letters"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One word of a term. `typos` are allowed, by its length unless the term is `marked` with a number of its own."""

    written: str
    folded: str
    lower: str
    language: str
    mode: WordMode
    typos: int
    marked: bool
    gap: int

    @property
    def word(self) -> TermWord:
        """The word as one of a rule's term."""
        return TermWord(self.written, self.mode, self.typos if self.marked else None)


@dataclass(frozen=True, slots=True, order=True)
class WordRefusal:
    """Why a word does not count, as a sentence that begins with the word; the lower the rank, the nearer it was."""

    rank: int
    why: str


def units_of(term: Term) -> tuple[Unit, ...]:
    """The words of a term; one with a hyphen is two."""
    units = []
    for word in term.words:
        for place, (written, piece) in enumerate(words_in(word.text)):
            typos = allowed_typos(len(piece.folded)) if word.typos is None else word.typos
            units.append(
                Unit(
                    written=written,
                    folded=piece.folded,
                    lower=piece.lower,
                    language=term.language,
                    mode=word.mode,
                    typos=typos if word.mode is WordMode.FORMS else 0,
                    marked=word.typos is not None,
                    gap=0 if place else word.gap,
                )
            )
    return tuple(units)


def refusal(unit: Unit, word: Piece, *, of: str = "") -> WordRefusal | None:
    """Why a word of a text that does not hit a term's word is not it; None when the two have nothing in common.

    Args:
        unit: the term's word.
        word: the text's word.
        of: the term, if its other words stand where they should, so that a weaker likeness is told too.
    """
    if script_of(unit.folded) != script_of(word.folded):
        return None
    match unit.mode:
        case WordMode.ACRONYM:
            return _acronym(unit, word, of)
        case WordMode.ENDING:
            return _ending(unit, word, of)
        case WordMode.EXACT:
            return _exact(unit, word, of)
        case WordMode.FORMS:
            return _stem(unit, word, of) or _spelling(unit, word, of)


def _named(unit: Unit, of: str) -> str:
    star = "*" if unit.mode is WordMode.ENDING else ""
    return f'"{unit.written}{star}" of "{of}"' if of else f'"{unit.written}{star}"'


def _acronym(unit: Unit, word: Piece, of: str) -> WordRefusal | None:
    if word.folded == unit.folded:
        return WordRefusal(0, f"is {_named(unit, of)}, but not in capitals, as an acronym must be")
    if word.capitals and len(unit.folded) >= MIN_TYPO - 1 and OSA.distance(word.folded, unit.folded) == 1:
        return WordRefusal(1, f"is one letter from {_named(unit, of)}, but acronyms take no typing errors")
    return None


def _ending(unit: Unit, word: Piece, of: str) -> WordRefusal | None:
    size = len(unit.folded)
    heads = {word.folded[:end] for end in (size - 1, size, size + 1)}
    near = word.folded[0] == unit.folded[0] and any(OSA.distance(head, unit.folded) == 1 for head in heads)
    if near and size >= MIN_TYPO and not is_known(word.folded):
        return WordRefusal(0, f"is one letter from {_named(unit, of)}, but before a star no typing error is taken")
    return None


def _exact(unit: Unit, word: Piece, of: str) -> WordRefusal | None:
    why = "but the term takes only the form that is written"
    for language in languages_for(unit.language, unit.folded):
        if term_stems(unit.lower, language) & stems(word.lower, language):
            return WordRefusal(0, f"is a form of {_named(unit, of)}, {why}")
    if len(unit.folded) >= MIN_TYPO and OSA.distance(word.folded, unit.folded) == 1 and not is_known(word.folded):
        return WordRefusal(0, f"is one letter from {_named(unit, of)}, {why}")
    return None


def _stem(unit: Unit, word: Piece, of: str) -> WordRefusal | None:
    """A word with the stem of the term's word that was dropped as another word."""
    for language in languages_for(unit.language, unit.folded):
        if term_stems(unit.lower, language) & stems(word.lower, language):
            why = not_a_form(word.folded, unit.folded, language)
            if not why and not stems_of_term(unit.lower, language):
                why = "it is not a form of that verb"
            return WordRefusal(3, f"has the stem of {_named(unit, of)}, but {why}") if why else None
    return None


def not_a_form(form: str, word: str, language: str) -> str | None:
    """Why a word (folded) with the stem of another is no form of it, see `lexicon.is_form`; None when it is one."""
    if language != "ar" and form[0] != word[0]:
        return "its first letter differs"
    if much_commoner(form, word, language):
        return "it is a much commoner word"
    if other := at_home_in(form, language):
        return f"it is a word of {LANGUAGE_NAMES[other]}"
    return None


def _spelling(unit: Unit, word: Piece, of: str) -> WordRefusal | None:
    """A word one or two letters away that is not taken for a typing error."""
    distance, form = _distance(unit, word)
    shortest = min(len(word.folded), len(unit.folded))
    if distance == 0 or distance > _NEAR or shortest < _MIN_LETTERS or (distance > 1 and shortest < MIN_TYPO):
        return None
    known = is_known(word.folded)
    lead = f"is {_COUNT[distance]} from {'a form of ' if form else ''}{_named(unit, of)}"
    if word.folded[0] != unit.folded[0]:
        likely = distance == 1 and shortest >= MIN_TYPO and (of != "" or not known)
        return WordRefusal(1, f"{lead}, but its first letter differs") if likely else None
    if not word.folded.isalpha():
        return WordRefusal(1, f"{lead}, but it has a digit")
    if known:
        likely = distance == 1 and (of != "" or shortest >= MIN_TYPO)
        return WordRefusal(2, f"{lead}, but is a known word itself") if likely else None
    if unit.typos == 0:
        return (
            WordRefusal(1, f'{lead}, but "{unit.written}" {_no_typos(unit)}') if distance == 1 or unit.marked else None
        )
    if distance > unit.typos:
        return WordRefusal(0, f"{lead}, but only one is taken for a typing error {_why_one(unit)}")
    return None


def _no_typos(unit: Unit) -> str:
    return "is marked ~0" if unit.marked else f"is too short for typing errors ({MIN_TYPO} letters or more)"


def _why_one(unit: Unit) -> str:
    return "as the term is marked ~1" if unit.marked else f"in a word of {len(unit.folded)} letters (two from 9 on)"


def _distance(unit: Unit, word: Piece) -> tuple[int, bool]:
    """The letters between a word and a term's word, and whether another form of that is meant, as far as stems tell."""
    best = OSA.distance(word.folded, unit.folded), False
    for language in languages_for(unit.language, unit.folded):
        for one in term_stems(unit.lower, language):
            for other in stems(word.lower, language):
                if min(len(one), len(other)) >= MIN_TYPO and one != other:
                    best = min(best, (OSA.distance(one, other), True))
    return best
