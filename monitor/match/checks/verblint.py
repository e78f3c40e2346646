"""Verbs of which a list has some forms, written one by one, and not others that the news will use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.errors import Level, Problem
from monitor.match.forms import hit_by
from monitor.match.known import share
from monitor.match.rule import Term, WordMode
from monitor.match.text import Piece, fold, words_in
from monitor.match.verbs.entries import VERB_LANGUAGES, Verb, verb_of, verbs_with
from monitor.wording.lists import listed

_LEAST_LISTED = 2
_TOLD = 4
# Forms that differ by nothing else may be those of a noun or an adjective.
_OF_NOUNS = {
    "fr": frozenset({"", "e", "s", "es"}),
    "es": frozenset({"o", "a", "os", "as", "e", "es"}),
    "ru": frozenset({"", "а", "о", "ы"}),
    "uk": frozenset({"", "а", "о", "и", "і"}),
    "ar": frozenset({"", "ه", "ت"}),
}


def missing_forms(terms: Sequence[Term], path: Path) -> Iterator[Problem]:
    """A warning for each verb of which one list has at least two forms as terms of their own, and lacks others."""
    by_language: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if term.language in VERB_LANGUAGES:
            by_language[term.language].append(term)
    for language, own in by_language.items():
        verbs = _verbs_listed(own, language)
        if verbs:
            hit = {fold(form) for form in hit_by(own, [form for verb in verbs for form in verb.usual])}
            for verb, some in verbs.items():
                missing = [form for form in verb.usual if fold(form) not in hit]
                if missing:
                    yield _problem(verb, some[0], missing, path)


def _verbs_listed(terms: Sequence[Term], language: str) -> dict[Verb, list[Term]]:
    """The verbs with forms that stand in a list by themselves, each form counted for the verb that has most."""
    verbs_of: dict[Term, tuple[Verb, ...]] = {}
    word_of: dict[Term, Piece] = {}
    for term in terms:
        piece = only_word(term)
        if piece is not None and _by_hand(term, piece, language):
            word_of[term] = piece
            verbs_of[term] = tuple(
                verb for verb in verbs_with(piece.lower, language) if piece.folded in map(fold, verb.usual)
            )
    counts: dict[Verb, int] = defaultdict(int)
    for verbs in verbs_of.values():
        for verb in verbs:
            counts[verb] += 1
    found: dict[Verb, list[Term]] = defaultdict(list)
    for term, verbs in verbs_of.items():
        if verbs:
            found[max(verbs, key=lambda verb: (counts[verb], share(fold(verb.name), language)))].append(term)
    return {
        verb: some for verb, some in found.items() if _shows_a_verb([word_of[one].folded for one in some], language)
    }


def _by_hand(term: Term, piece: Piece, language: str) -> bool:
    """Whether a term stands for one form of a verb and not for all of them."""
    mode = term.words[0].mode
    return mode is WordMode.EXACT or (mode is WordMode.FORMS and verb_of(piece.lower, language) is None)


def _shows_a_verb(forms: Sequence[str], language: str) -> bool:
    """Whether forms are at least two, and more than the endings of a noun or adjective."""
    different = set(forms)
    if len(different) < _LEAST_LISTED:
        return False
    # What the first and the last in order share, all do.
    ends = zip(min(different), max(different), strict=False)
    shared = next((number for number, (one, other) in enumerate(ends) if one != other), len(min(different)))
    return not any({form[end:] for form in different} <= _OF_NOUNS[language] for end in (shared, shared - 1) if end > 0)


def _problem(verb: Verb, term: Term, missing: Sequence[str], path: Path) -> Problem:
    told = listed([f'"{form}"' for form in missing], _TOLD)
    message = (
        f'"{term.written}" and other forms of "{verb.name}" are listed, but not {told}; '
        f'write "{verb.name}", which has them all, or list these too'
    )
    return Problem(term.path or path, term.line, term.column, Level.WARNING, message)


def only_word(term: Term) -> Piece | None:
    """The word of a term that has only one."""
    found = [piece for word in term.words for _, piece in words_in(word.text)]
    return found[0] if len(found) == 1 else None
