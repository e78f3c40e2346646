"""Which words are forms of one word: a stemmer for each language, on top of normalisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import Stemmer

from monitor.match.dictionary import forms_in_dictionary, normal_forms
from monitor.match.text import fold, lower, script_of
from monitor.model.languages import LANGUAGES_OF

MIN_STEM = 3

# Light stemming of Arabic after Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information Retrieval"
# (light10), with every stack of what is written as part of the next word: "and" or "so", then "with", "like" or "for",
# then the article, of which "for the" leaves one letter.
_AND, _WITH = ("", "و", "ف"), ("", "ب", "ك", "ل")
_ARTICLES = tuple(one + two for one in _AND for two in ("ال", "بال", "كال", "لل"))
_LITTLE_WORDS = tuple(one + two for one in _AND for two in _WITH if one + two)
_PREFIXES = (*_ARTICLES, *_LITTLE_WORDS)
_FIRST_LETTERS = tuple("وفبكلا")
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


def term_stems(word: str, language: str) -> frozenset[str]:
    """The stems that a word of a term has in the language of its list: a word of a text with one of them is its form.

    They are those of any word but in Arabic, where a word of a text may begin with others, and in Russian, whose
    stemmer does not know that a vowel before the last letters comes and goes (docs/decisions/0056).
    """
    if language == "ar":
        return frozenset(map(fold, _arabic_term(word)))
    found = stems(word, language)
    return found | _without_or_with_vowel(fold(lower(word))) if language == "ru" else found


# рынок - рынка, ларек - ларька, дворец - дворца, гвардеец - гвардейца, церковь - церкви; and the other way, площадка -
# площадок, девочка - девочек, скамейка - скамеек.
_FLEETING = (("овь", "в"), ("ок", "к"), ("ец", "ц"))
_HARD, _HUSHING = frozenset("бвгдзклмнпрстфх"), frozenset("жчшщц")
_FEWEST = 5
"""Letters of the shortest word whose vowel is looked for: "сок" and "бок" are too short to tell."""


def _without_or_with_vowel(word: str) -> frozenset[str]:
    """The stem of the cases in which a Russian noun loses its last vowel, or gets one; none where it does neither."""
    if len(word) < _FEWEST:
        return frozenset()
    for ending, without in _FLEETING:
        before = word.removesuffix(ending)
        if before != word and before[-1] in _HARD | _HUSHING:
            soft = ("ь",) if without == "ц" and before[-1] == "л" else ()
            return frozenset(before + between + without for between in ("", *soft))
    if word.endswith(("оец", "еец")):
        return frozenset([word.removesuffix("ец") + "йц"])
    if word.endswith("ек") and word[-3] in _HARD | _HUSHING:
        return frozenset([word[:-2] + "к", word[:-2] + "ьк"])
    if word.endswith("ка"):
        before = word[:-2]
        if before[-1] in _HARD:
            return frozenset([before + "ок"])
        if before[-1] in _HUSHING:
            return frozenset([before + "ек"])
        if before[-1] in "йь":
            return frozenset([before[:-1] + "ек"])
    return frozenset()


def languages_for(term_language: str, folded: str) -> tuple[str, ...]:
    """The languages to stem a term's word in: its list's own, or, for any_language, all of its script."""
    of_script = LANGUAGES_OF.get(script_of(folded), ())
    return tuple(language for language in of_script if term_language in (language, "any_language"))


def _snowball(algorithm: str) -> Callable[[str], tuple[str, ...]]:
    stemmer = Stemmer.Stemmer(algorithm, 0)  # every word is asked for once, so it need not remember any
    return lambda word: (stemmer.stemWord(word),)


@cache
def dictionary_forms(word: str) -> frozenset[str]:
    """The forms (folded) that the Ukrainian dictionary has of a word."""
    return frozenset(map(fold, forms_in_dictionary(lower(word), "uk")))


def _arabic(word: str) -> tuple[str, ...]:
    return tuple(_without_suffix(base) for base in bases_of(fold(word)))


def _arabic_term(word: str) -> tuple[str, ...]:
    """Of a word as it stands in a list, where "and" and "with" are no part of it: وزارة is not "and a visit"."""
    folded = fold(word)
    bases = [folded, *(base for article in _ARTICLES if (base := _after(folded, article)))]
    return tuple(_without_suffix(base) for base in bases[:2] if len(base) >= MIN_STEM)


def bases_of(folded: str) -> tuple[str, ...]:
    """An Arabic word, and what may be left of it without the words that are written as part of it."""
    if not folded.startswith(_FIRST_LETTERS):
        return (folded,) if len(folded) >= MIN_STEM else ()
    found = [folded, *(base for prefix in _PREFIXES if (base := _after(folded, prefix)))]
    return tuple(dict.fromkeys(base for base in found if len(base) >= MIN_STEM))


def without_article(folded: str) -> str:
    """An Arabic word without the article and the little words that are written as part of it."""
    for prefix in sorted(_PREFIXES, key=len, reverse=True):
        if base := _after(folded, prefix):
            return base
    return folded


def _after(word: str, prefix: str) -> str:
    """What follows a prefix; empty where too little does to be a word."""
    base = word[len(prefix) :]
    return base if word.startswith(prefix) and len(base) >= MIN_STEM else ""


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
    "uk": partial(normal_forms, language="uk"),
    "ar": _arabic,
}
