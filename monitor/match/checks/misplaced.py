"""Words that stand in the list of another language than theirs: they get the wrong forms, or none."""

from __future__ import annotations

from monitor.match.known import is_known_in, share, share_if_rare
from monitor.match.rule import ANY_LANGUAGE, Term, WordMode
from monitor.match.text import Piece, script_of, words_in
from monitor.model.languages import LANGUAGE_NAMES, LANGUAGES_OF, SCRIPTS

_USUAL = 2e-6
"""The share of all words of a language from which on a word is surely one of it: two in a million."""
_QUOTED = 100
"""So many times as common a word is in its own language as in one that only quotes it (hôpital in English)."""


def misplaced(term: Term) -> str | None:
    """What is to be said of a term all of whose words are those of one other language; None for any other.

    Names in capitals are of no language, and what the list's own language has, if rarely, stands where it may.
    """
    if term.language == ANY_LANGUAGE:
        return None
    words = [
        piece
        for word in term.words
        if word.mode in (WordMode.FORMS, WordMode.EXACT) and word.text[:1].islower()
        for _, piece in words_in(word.text)
    ]
    if not words or len(words) < len(term.words) or any(_is_home(word, term.language) for word in words):
        return None
    for language in LANGUAGES_OF.get(SCRIPTS.get(term.language, ""), ()):
        if all(_is_of(word, language, not_of=term.language) for word in words):
            which = "is a word" if len(words) == 1 else "are words"
            where = f"in the {term.language} list; move it to the {language} list"
            return f'"{term.written}" {which} of {LANGUAGE_NAMES[language]}, {where}'
    return None


def _is_home(word: Piece, language: str) -> bool:
    """Whether a word is a common one of a language; what is in another script is told elsewhere."""
    return script_of(word.folded) != SCRIPTS.get(language) or is_known_in(word.folded, language)


def _is_of(word: Piece, language: str, *, not_of: str) -> bool:
    """Whether a word is a usual one in a language, and so much rarer in another that it is only quoted there."""
    usual = share(word.folded, language)
    if usual < _USUAL:
        return False
    return usual > _QUOTED * max(share_if_rare(word.lower, not_of), share_if_rare(word.folded, not_of))
