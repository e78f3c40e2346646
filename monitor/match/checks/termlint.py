"""Terms that hit more than they seem to, or nothing: what a reader of the file does not see."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from monitor.errors import Level, Problem
from monitor.match.checks.inflection import is_inflected
from monitor.match.checks.misplaced import misplaced
from monitor.match.checks.verblint import missing_forms, only_word
from monitor.match.engine import Engine
from monitor.match.known import common_words, foreign, much_commoner, share, share_as_written
from monitor.match.rule import ANY_LANGUAGE, Rule, Term, WordMode
from monitor.match.stems import languages_for, stems, term_stems
from monitor.match.text import Piece, fold, pieces, script_of, words_in
from monitor.match.verbs.entries import stems_of_term, verb_of
from monitor.model.languages import LANGUAGE_NAMES, SCRIPTS
from monitor.wording.lists import listed

# How many times as common as the term a word must be to be told: less is noise, or what the editor means.
_COMMON = 1e-4
_COMMONER = 3
_COMMONER_ELSEWHERE = 10
_STEMS_OF_A_STAR = 3
_LONG = 4
# From which share of all words on a word is found in nearly every text: alone, and each word of a phrase.
_IN_EVERY_TEXT = 2e-3
_EACH_IN_EVERY_TEXT = 1.5e-2
_LETTERS_FOR_TWO_TYPOS = 9
_FORMS_LISTED = 2
_TOLD = 3
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
# How archives ask for words near each other: NEAR, NEAR/5, adj5, w/5.
_DISTANCE = re.compile(r"O?NEAR|ADJ|(?i:O?NEAR|ADJ)/?\d+|(?i:W|PRE)/\d+")
# As searching asks for words, or rules them out: "+mined +road", "mined road -salt".
_SIGNS = re.compile(r"(?:^|\s)([+-])(?=[^\W\d_])")
# Terms are tried many at a time, so far apart that none reaches into the next.
_FILLER = " zzz"
_AT_A_TIME = 25


class _Common(NamedTuple):
    """A common word: as written, as compared, and the language it is commonest in, with its share of that."""

    word: str
    folded: str
    language: str
    share: float


def advise(engine: Engine) -> tuple[Problem, ...]:
    """Warnings about the terms of all rules that are not off, each once, however many rules take them."""
    shared: set[tuple[Term, ...]] = set()
    return tuple(dict.fromkeys(problem for rule in engine.rules for problem in _of_rule(rule, engine, shared)))


def _of_rule(rule: Rule, engine: Engine, shared: set[tuple[Term, ...]]) -> Iterator[Problem]:
    """What is to be said of a rule's terms; `shared` are lists from word files of which another rule said it."""
    yield from _terms_without_effect(rule, engine)
    for group, terms in rule.words.items():
        if terms not in shared:
            yield from lint_terms(terms, rule.path, f"group {group}")
        if all(term.path for term in terms):  # nothing that is said of them names the rule or the group
            shared.add(terms)
    yield from lint_terms(rule.ignore, rule.path, "ignore", phrases=True)


def _terms_without_effect(rule: Rule, engine: Engine) -> Iterator[Problem]:
    """Terms that their own words do not hit: a phrase to ignore covers them."""
    farthest = max(
        (word.gap for terms in (*rule.words.values(), rule.ignore) for term in terms for word in term.words), default=0
    )
    apart = _FILLER * (farthest + 1)
    for group, terms in rule.words.items():
        for start in range(0, len(terms), _AT_A_TIME):
            tried = terms[start : start + _AT_A_TIME]
            text = "".join(f"{apart} {' '.join(word.text for word in term.words)}" for term in tried)
            hits, covered = engine.terms_in(rule.id, text + apart)
            hit = {one.term for one in hits.get(group, ())}
            ignored = {one.term for one in covered}
            for term in (term for term in tried if term.written not in hit):
                why = ": a phrase under ignore covers its words" if term.written in ignored else ""
                message = f'"{term.written}" can never match{why}'
                yield Problem(term.path or rule.path, term.line, term.column, Level.WARNING, message)


def lint_terms(terms: Sequence[Term], path: Path, name: str, *, phrases: bool = False) -> Iterator[Problem]:
    """Warnings about the terms of one group or list, called by `name`; `path` is that of terms that have none.

    `phrases` to ignore are not asked which common words they hit.
    """
    spelt_in = {(word.folded, term.language) for term in terms if (word := only_word(term)) is not None}
    spelt = {folded for folded, _ in spelt_in}
    for term in terms:
        for message in (*_marks(term), *(() if phrases else _words(term, terms, spelt, spelt_in))):
            yield Problem(term.path or path, term.line, term.column, Level.WARNING, message)
    yield from _twice(terms, path, name)
    if not phrases:
        yield from missing_forms(terms, path)


def _marks(term: Term) -> Iterator[str]:
    """Marks that do not do what they seem to."""
    for word in term.words:
        letters = sum(char.isalnum() for char in word.text)
        if word.typos == 2 and letters < _LETTERS_FOR_TWO_TYPOS:
            yield f'"{term.written}": ~2 needs 9 letters; a word of {letters} may have one typing error at most'
        if word.text in _OPERATORS and len(term.words) > 1:
            yield (
                f'"{term.written}": {word.text} is looked for as a word, not acted on; '
                "write each alternative as a term of its own, and combine groups in find"
            )
        if _DISTANCE.fullmatch(word.text) and len(term.words) > 1:
            yield (
                f'"{term.written}": {word.text} is looked for as a word, not acted on; '
                "write one .. two for words in between, or combine two groups in a way with within"
            )
        if word is term.words[0] and (sign := _SIGNS.search(term.written)):
            yield (
                f'"{term.written}": the {sign[1]} before a word is not acted on; combine groups in find, and put what '
                "must not be there into a group under none"
            )
        elsewhere = SCRIPTS.get(term.language, "latin") != "latin" == script_of(word.text.lower())
        if elsewhere and word.mode is WordMode.FORMS and word.text.islower():
            yield (
                f'"{word.text}" is in Latin letters, so no forms of it are looked for in the {term.language} list; '
                "move it to the list of its language"
            )


def _words(term: Term, terms: Sequence[Term], spelt: set[str], spelt_in: set[tuple[str, str]]) -> Iterator[str]:
    """Words of another language, and common words that a term of one word hits, though they are others."""
    if where := misplaced(term):
        yield where
        return
    piece = only_word(term)
    if everywhere := _everywhere(term, piece):
        yield everywhere
        return
    if piece is None or term.language == ANY_LANGUAGE:
        return
    mode = term.words[0].mode
    if mode is WordMode.ENDING:
        yield from _endings(term, piece, spelt)
    elif mode in (WordMode.FORMS, WordMode.EXACT):
        yield from _same_spelling(term, piece, spelt_in)
        if mode is WordMode.FORMS:
            yield from _no_stem(term, piece, terms)
            yield from _same_stem(term, piece, spelt)


def _everywhere(term: Term, only: Piece | None) -> str | None:
    """What is to be said of a term that hits nearly every text: a letter, or nothing but the commonest words."""
    words = [piece for word in term.words for _, piece in words_in(word.text)]
    language = LANGUAGE_NAMES.get(term.language)
    least = _IN_EVERY_TEXT if only else _EACH_IN_EVERY_TEXT
    acronym = any(word.mode is WordMode.ACRONYM for word in term.words)
    if language and words and not acronym and all(share(word.folded, term.language) >= least for word in words):
        which = "is one of the commonest words" if only else "holds only the commonest words"
        return f'"{term.written}" {which} of {language}, so nearly every text has it; add a word that says more'
    if only and len(only.folded) == 1 and only.folded.isalpha():
        return f'"{term.written}" is one letter, which is hit wherever it stands alone; write the whole word'
    return None


def _endings(term: Term, piece: Piece, spelt: set[str]) -> Iterator[str]:
    common = _by_letters(term.language)
    first = bisect_left(common, piece.folded, key=_folded_of)
    hit = takewhile(lambda one: one.folded.startswith(piece.folded), common[first:])
    found = sorted(hit, key=lambda one: -one.share)
    others = {stem: one for one in reversed(found) for stem in stems(one.word, one.language) if one.folded not in spelt}
    if len({one.word for one in others.values()}) >= _STEMS_OF_A_STAR:
        words = _listed(sorted(others.values(), key=lambda one: -one.share))
        yield f'"{term.written}" also hits {words}; write more letters before the star, or the forms one by one'


def _same_spelling(term: Term, piece: Piece, spelt_in: set[tuple[str, str]]) -> Iterator[str]:
    capitalised = term.words[0].text[:1].isupper()
    for one in _by_spelling(script_of(piece.folded)).get(piece.folded, ()):
        if one.language == term.language:
            accents = script_of(piece.folded) == "latin" and one.word != piece.lower and one.share >= _COMMON
            if accents and one.share > _COMMONER * share_as_written(piece.lower, term.language):
                yield f'"{term.written}" also hits the common "{one.word}": accents do not count; add a word beside it'
        elif (
            not capitalised
            and (one.folded, one.language) not in spelt_in
            and one.share > _COMMONER_ELSEWHERE * share(piece.folded, term.language)
        ):
            yield (
                f'"{term.written}" is also a common {LANGUAGE_NAMES[one.language]} word, which it hits: '
                "all terms are tried on items of all languages; add a word beside it"
            )


def _no_stem(term: Term, piece: Piece, terms: Sequence[Term]) -> Iterator[str]:
    languages = languages_for(term.language, piece.folded)
    if (
        len(piece.folded) < _LONG
        or not languages
        or any(term_stems(piece.lower, language) or verb_of(piece.lower, language) for language in languages)
    ):
        return
    alike = [
        one for one in terms if one.language == term.language and fold(one.written.lstrip("="))[:3] == piece.folded[:3]
    ]
    if len(alike) <= _FORMS_LISTED:
        yield f'"{term.written}" is hit in no other form, because its stem is too short; list its forms as well'


def _same_stem(term: Term, piece: Piece, spelt: set[str]) -> Iterator[str]:
    found: dict[str, _Common] = {}
    for language in languages_for(term.language, piece.folded):
        own = share(piece.folded, language)
        for stem in sorted(stems_of_term(piece.lower, language)):
            for one in _by_stem(language).get(stem, ()):
                if one.folded in spelt or one.share < _COMMONER * own:
                    continue
                if one.language == language and one.share < _COMMON:
                    continue
                if language != "ar" and one.folded[0] != piece.folded[0]:
                    continue
                if much_commoner(one.folded, piece.folded, language):
                    continue
                if not is_inflected(piece.lower, one.word, language):
                    found[one.word] = one
    if found:
        words = _listed(sorted(found.values(), key=lambda one: -one.share))
        yield (
            f'"{term.written}" also hits {words}, taken for a form of it; write ={term.written} and list its forms, '
            f'or, if "{next(iter(found))}" is meant, list that too'
        )


def _listed(found: Sequence[_Common]) -> str:
    return listed(list(dict.fromkeys(f'"{one.word}"' for one in found))[:_TOLD])


@cache
def _commons(script: str) -> tuple[_Common, ...]:
    return tuple(
        _Common(word, found[0].folded, language, part)
        for word, (language, part) in common_words(script).items()
        if len(found := pieces(word)) == 1
    )


def _folded_of(one: _Common) -> str:
    return one.folded


@cache
def _by_letters(language: str) -> tuple[_Common, ...]:
    """The commonest words that are a language's, as in a dictionary."""
    own = (one for one in _commons(SCRIPTS[language]) if one.language == language and one.share >= _COMMON)
    return tuple(sorted(own, key=_folded_of))


@cache
def _by_spelling(script: str) -> dict[str, list[_Common]]:
    found: dict[str, list[_Common]] = defaultdict(list)
    for one in _commons(script):
        found[one.folded].append(one)
    return dict(found)


@cache
def _by_stem(language: str) -> dict[str, list[_Common]]:
    """The common words of a language's script, by the stems that this language's stemmer gives them; none `foreign`."""
    found: dict[str, list[_Common]] = defaultdict(list)
    for one in _commons(SCRIPTS[language]):
        if not foreign(one.folded, language):
            for stem in stems(one.word, language):
                found[stem].append(one)
    return dict(found)


def _twice(terms: Sequence[Term], path: Path, name: str) -> Iterator[Problem]:
    """Terms that stand there more than once, as they are compared. Two word files may have some in common."""
    known: dict[tuple[object, ...], Term] = {}
    for term in sorted(terms, key=lambda one: one.path is None):
        key = (term.language, *((tuple(_folded(word.text)), word.mode, word.typos, word.gap) for word in term.words))
        first = known.setdefault(key, term)
        if first is term or (term.path is not None and term.path != first.path):
            continue
        same = "" if first.written == term.written else f', also as "{first.written}"'
        taken = f", which takes it from {first.path.name}" if first.path != term.path and first.path else ""
        where = name if term.path is None else "this list"
        message = f'"{term.written}" appears twice in {where}{same}{taken}'
        yield Problem(term.path or path, term.line, term.column, Level.WARNING, message)


def _folded(text: str) -> list[str]:
    return [piece.folded for _, piece in words_in(text)]
