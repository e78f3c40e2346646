"""Which words are forms of one word: a stemmer for each language, on top of normalisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import Stemmer

from monitor.match.text import fold, lower, script_of

LANGUAGES_OF = {"latin": ("en", "fr", "es"), "cyrillic": ("ru", "uk"), "arabic": ("ar",)}
"""The languages whose terms may hit a word, by its script."""

SCRIPTS = {language: script for script, languages in LANGUAGES_OF.items() for language in languages}
"""The script of each language."""

MIN_STEM = 3

# Light stemming of Arabic after Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information Retrieval"
# (light10), with the one-letter prefixes b, k, l and f as well.
_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_ONE_LETTER = ("و", "ب", "ل", "ف", "ك")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "ه", "ي", "ا")


def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a word in a language (en fr es ar ru uk), folded; empty when too short to tell.

    The word is taken with its accents and stemmed before it is folded, as Snowball's French expects.
    """
    return frozenset(stems_of_lower(lower(word), language))


def stems_of_lower(word: str, language: str) -> list[str]:
    """The same of a word that is in lower case already, as `lower` makes it; may name one twice."""
    found = [stem if stem.isascii() else fold(stem) for stem in _STEMMERS[language](word)]
    return found if all(len(stem) >= MIN_STEM for stem in found) else [one for one in found if len(one) >= MIN_STEM]


def languages_for(term_language: str, folded: str) -> tuple[str, ...]:
    """The languages to stem a term's word in: its list's own, or, for any_language, all of its script."""
    of_script = LANGUAGES_OF.get(script_of(folded), ())
    return tuple(language for language in of_script if term_language in (language, "any_language"))


def _snowball(algorithm: str) -> Callable[[str], tuple[str, ...]]:
    stemmer = Stemmer.Stemmer(algorithm, 0)  # every word is asked for once, so it need not remember any
    return lambda word: (stemmer.stemWord(word),)


@cache
def _ukrainian_analyzer() -> Callable[[str], list[Any]]:
    # Loading the dictionary takes a moment, so it is loaded at the first Ukrainian term only.
    import pymorphy3  # noqa: PLC0415

    analyzer = pymorphy3.MorphAnalyzer(lang="uk")
    return lambda word: list(analyzer.parse(word)[:3])


@cache
def dictionary_forms(word: str) -> frozenset[str]:
    """The forms (folded) that the Ukrainian dictionary has of a word."""
    parses = _ukrainian_analyzer()(lower(word))
    return frozenset(fold(form.word) for parse in parses for form in parse.lexeme)


def _ukrainian(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parse.normal_form for parse in _ukrainian_analyzer()(word)))


def _arabic(word: str) -> tuple[str, ...]:
    folded = fold(word)
    bases = [folded]
    if folded.startswith(_ARTICLES):
        bases += [folded[len(article) :] for article in _ARTICLES if folded.startswith(article)][:1]
    if folded[:1] in _ONE_LETTER and len(folded) > 4:
        bases.append(folded[1:])
    return tuple(_without_suffix(base) for base in bases if len(base) >= MIN_STEM)


def without_article(folded: str) -> str:
    """An Arabic word without the article and the one-letter words that are written as part of it."""
    for article in (*_ARTICLES, *_ONE_LETTER):
        least = MIN_STEM if len(article) > 1 else MIN_STEM + 1
        if folded.startswith(article) and len(folded) - len(article) >= least:
            return folded[len(article) :]
    return folded


def _without_suffix(word: str) -> str:
    if word.endswith(_SUFFIXES):
        for suffix in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= MIN_STEM:
                return word[: -len(suffix)]
    return word


_STEMMERS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "en": _snowball("english"),
    "fr": _snowball("french"),
    "es": _snowball("spanish"),
    "ru": _snowball("russian"),
    "uk": _ukrainian,
    "ar": _arabic,
}
