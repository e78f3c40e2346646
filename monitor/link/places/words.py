"""The words of place names: how they are compared, and which case forms and prefixes lead back to them.

A name is looked up by keys, one for each of its words. Latin and Arabic words are their own keys, folded. A Cyrillic
word is taken apart into a stem and a declension ("харьков~C"), and any ending of that declension leads back to it, so
that no list of forms is held.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from monitor.wordlists import WordShares, folded_shares, shares

_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640"
_APOSTROPHES = "'’ʼ‘ʻʿ`´′"

WORD = re.compile(rf"[^\W\d_](?:\.[^\W\d_])+(?![^\W_])|[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*|[{_APOSTROPHES}][^\W\d_]+)*")
"""A word as places are written: letters, with marks and apostrophes within, or an acronym with dots (U.S.)."""

_ELIDED = re.compile(rf"^(?:[ldsnmcjtLDSNMCJT]|[Qq]u|[Ll]orsqu|[Pp]uisqu)[{_APOSTROPHES}](?=\w\w)")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]$")
_NOT_KEPT = re.compile(rf"[{_APOSTROPHES}.{_MARKS}]")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "گ": "غ"})
_CYRILLIC = str.maketrans({"ё": "е", "ґ": "г"})
_LATIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ə": "a"})

_OTHER_WHEN_FOLDED = ("ar", "fr", "es")
"""The languages that write many words with signs which folding takes away: محافظة, école."""

_MIN_STEM = 3
_MIN_ARABIC = 3

PLURAL = "~Y"
"""How the keys of names in the plural end: Сумы."""

# The endings of each declension, Russian and Ukrainian together: a form of one language is no word of the other often
# enough to matter.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "C": ("", "а", "у", "ом", "ем", "е", "і", "ові"),
    "S": ("ь", "я", "ю", "ем", "е", "и", "ью", "і"),
    "J": ("й", "я", "ю", "ем", "єм", "е", "ї", "и"),
    "A": ("а", "ы", "и", "е", "і", "у", "ой", "ою", "ей", "ею", "ої", "ій"),
    "V": ("я", "и", "і", "ї", "е", "ю", "ей", "ею", "єю", "ям"),
    "O": ("о", "а", "у", "ом", "е", "і"),
    "N": ("о", "ом", "е"),
    "E": ("е", "я", "ю", "ем", "и", "і", "ого", "ому", "им", "ім", "ям"),
    "Y": ("ы", "и", "і", "е", "", "ам", "ами", "ах", "ям", "ями", "ях", "ов", "ів", "ев"),
    "D": tuple("ий ый ой ая ое ие ые ого ому им ым ом ім ую их ых ими ыми а ої ій у ою е і".split()),
    "M": ("і",),
    "I": ("",),
}
_DECLENSIONS_OF: defaultdict[str, list[str]] = defaultdict(list)
for _declension, _endings in _ENDINGS.items():
    for _ending in _endings:
        _DECLENSIONS_OF[_ending].append(_declension)
_LONGEST_ENDING = max(map(len, _DECLENSIONS_OF))
_ADJECTIVAL = ("ий", "ый", "ой", "ая", "ое")
_UNDECLINED = ("ово", "ево", "єво", "ино", "іно", "ыно")
_BY_LAST_LETTER = {"ь": "S", "й": "J", "а": "A", "я": "V", "о": "O", "е": "E", "ы": "Y", "и": "Y", "і": "Y"}
_SOFTENED = {"г": "з", "к": "ц", "х": "с"}
_CLOSED_SYLLABLE = re.compile(r"([ії])([бвгджзклмнпрстфхцчшщ])(ь?)$")


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word without case, accents, apostrophes, harakat, and without the letter variants of its script."""
    if word.isalpha():  # most words: neither marks nor apostrophes
        low = word.lower()
        if low.isascii():
            return low
    else:
        low = _NOT_KEPT.sub("", unicodedata.normalize("NFC", _POSSESSIVE.sub("", _ELIDED.sub("", word)).lower()))
    if is_cyrillic(low):
        return low.translate(_CYRILLIC)
    if is_arabic(low):
        return low.translate(_ARABIC)
    bare = unicodedata.normalize("NFKD", low.translate(_LATIN))
    return "".join(char for char in bare if char.isalnum() and not unicodedata.combining(char))


def trimmed(word: str) -> tuple[int, int]:
    """How many characters before and after a name are written as part of it: two each in l'Iran and Iran's."""
    elided, possessive = _ELIDED.search(word), _POSSESSIVE.search(word)
    return elided.end() if elided else 0, len(possessive.group()) if possessive else 0


def is_cyrillic(word: str) -> bool:
    """Whether a word starts with a Cyrillic letter."""
    return "\u0400" <= word[:1] <= "\u052f"


def is_arabic(word: str) -> bool:
    """Whether a word starts with an Arabic letter."""
    return "\u0600" <= word[:1] <= "\u06ff"


def name_keys(folded: str, *, alone: bool = True) -> tuple[str, ...]:
    """The keys a word of a name (folded, as in a dictionary) is found under; several where its stem changes.

    A word that is not `alone` in its name may be a short adjective too: в Южном Ливане.
    """
    if not is_cyrillic(folded):
        return (folded,)
    short = not alone and len(folded) == _MIN_STEM + 2 and folded.endswith(_ADJECTIVAL)
    return (*_declined(folded), *((f"{folded[:-2]}~D",) if short else ()))


def forms_of(folded: str) -> list[str]:
    """The case forms of a Cyrillic word of a name, and strings that might be such."""
    keys = (key.split("~") for key in name_keys(folded))
    return [stem + ending for stem, declension in keys for ending in _ENDINGS[declension]]


def text_keys(folded: str) -> Iterable[str]:
    """The keys that a word of a text (folded) may have, the likeliest first."""
    if is_cyrillic(folded):
        return _cyrillic_keys(folded)
    return _arabic_keys(folded) if is_arabic(folded) else (folded,)


def _declined(word: str) -> Iterable[str]:
    if word.endswith(_ADJECTIVAL) and len(word) > _MIN_STEM + 2:
        yield f"{word[:-2]}~D"
        return
    if word.endswith(_UNDECLINED):
        yield f"{word[:-1]}~N"  # Иванова is somebody's name, hardly ever a form of Иваново
        return
    last = word[-1]
    declension = _BY_LAST_LETTER.get(last) or ("C" if last not in "уюэєї" else "I")
    if word.endswith(("ане", "яне")):
        declension = "Y"
    stem = word if declension in "CI" else word[:-1]
    if len(stem) < _MIN_STEM:
        yield f"{word}~I"
        return
    yield f"{stem}~{declension}"
    if declension == "A" and stem[-1] in _SOFTENED:
        yield f"{stem[:-1]}{_SOFTENED[stem[-1]]}~M"
    if word.endswith(("ец", "ець")):
        short = word.rstrip("ь")[:-2] + "ц"
        yield from (f"{short}~Y", f"{short}~C", f"{short}~S")
    elif word.endswith("ок") and len(word) > _MIN_STEM + 2:
        yield f"{word[:-2]}к~C"
    elif closed := _CLOSED_SYLLABLE.search(word):
        # Харків, but Харкова; Київ, but Києва; Тернопіль, but Тернополя.
        vowel, consonant, _ = closed.groups()
        for opened in ("о", "е") if vowel == "і" else ("є",):
            yield f"{word[: closed.start()]}{opened}{consonant}~{declension}"


def _cyrillic_keys(word: str) -> list[str]:
    found = []
    for length in range(min(_LONGEST_ENDING, len(word) - _MIN_STEM) + 1):
        stem, ending = word[: len(word) - length], word[len(word) - length :]
        found += [f"{stem}~{declension}" for declension in _DECLENSIONS_OF.get(ending, ())]
    return found or [f"{word}~I"]


def _arabic_keys(word: str) -> list[str]:
    """The word, then without the conjunctions and prepositions of one letter that are written as part of it."""
    found = [word]
    if word[0] in "وف":
        found.append(word[1:])
    for base in tuple(found):
        if base.startswith("لل"):
            found.append("ال" + base[2:])
        if base[:1] in ("ب", "ل"):
            found.append(base[1:])
    return [key for key in found if len(key) >= _MIN_ARABIC or key == word]


def inflected(adjective: str, language: str) -> tuple[str, ...]:
    """The forms of an adjective or demonym that are looked up as they are: all but the Cyrillic ones, which decline."""
    if language == "en":
        return adjective, f"{adjective}s"
    if language == "ar":
        stem = adjective.removesuffix("ي")
        bare = (
            (adjective, *(f"{stem}ي{ending}" for ending in ("ة", "ون", "ين", "ات")))
            if stem != adjective
            else (adjective,)
        )
        return tuple(article + form for form in bare for article in ("", "ال"))
    if language in ("fr", "es"):
        return _romance(adjective, language)
    return (adjective,)


def _romance(masculine: str, language: str) -> tuple[str, ...]:
    plural = "s" if language == "fr" or masculine[-1] in "aeiou" else "es"
    if language == "fr":
        doubled = masculine + masculine[-1] if masculine.endswith(("ien", "éen")) else masculine
        feminine = masculine if masculine.endswith("e") else doubled + "e"
    elif masculine.endswith("o"):
        feminine = masculine[:-1] + "a"
    else:
        feminine = masculine + "a" if masculine[-1] in "sn" and masculine[-2] in "éáó" else masculine
    if masculine.endswith("í"):
        plural = "es"
    return masculine, f"{masculine}{plural}", feminine, f"{feminine}s"


@lru_cache(maxsize=4096)
def share_of(folded: str) -> float:
    """How much of a language of its script a folded word is, 0 to 1; the most of all of them, 0 for a rare word."""
    languages = ("ru", "uk") if is_cyrillic(folded) else ("ar",) if is_arabic(folded) else ("en", "fr", "es")
    return max(_folded_shares(language).get(folded) for language in languages)


@cache
def _folded_shares(language: str) -> WordShares:
    """The words of a language as they are folded; in some of them that is as they are written."""
    if language not in _OTHER_WHEN_FOLDED:
        return shares(language)
    return folded_shares(language, lambda words: map(fold, words))
