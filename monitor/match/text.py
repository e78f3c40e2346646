"""From a text to its words: the normalisation that rules and items share."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.match.letters import PLAIN_LETTERS, readings_of

# What may stand inside a word without ending it: marks, invisible characters, and apostrophes.
# A zero-width space is none of them: it parts words.
_INVISIBLE = "\u00ad\u061c\u0640\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\ufe00-\ufe0f"
)
_APOSTROPHES = "'’ʼ‘´′`‛＇՚׳ʹʻʽʾʿˈ"
_INSIDE = f"[{_INVISIBLE}{_MARKS}{_APOSTROPHES}]"
# What people type for an apostrophe where Ukrainian has one, before a letter that begins with "й".
_FOR_APOSTROPHE = '["*](?<=[бпвмфргкжшзБПВМФРГКЖШЗ].)(?=[єїюяЄЇЮЯ])'

CHUNK = re.compile(
    # An acronym with dots is one word: U.N., U.S.A
    r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])\.?"
    rf"|[^\W_](?:[^\W_]+|{_INSIDE}+(?=[^\W_])|{_FOR_APOSTROPHE})*"
)
"""A stretch of text without a break between words; `pieces` says which words it holds."""

LETTERS_THAT_PART = re.compile("[ʼʹʻʽʾʿˈ]")
"""Apostrophes that count as letters: what is all letters is one word only in a text without them."""

LONGEST_REMEMBERED = 64
"""Longer stretches of text (characters) hold no word of a term, or come only once; they are worked out each time."""

_DROP = re.compile(f"[{_INVISIBLE}]")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}\"*]")
_SMALL = string.ascii_lowercase.encode()
# Letters that folding leaves as they are, of which most words consist.
_PLAIN = re.compile("[a-z0-9а-яєіїґابتثجحخدذرزسشصضطظعغفقكلمنهوي]+")
_ARABIC = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ـ": None})
_SAME = {**PLAIN_LETTERS, **_ARABIC}
# Letters of their own that NFD takes apart into another letter and a mark; the marks beside any other letter go.
_KEPT = (("и\u0306", "й"), ("и\u0308", "ӥ"), ("і\u0308", "ї"), ("\u0306", ""), ("\u0308", ""))


class _Marks(dict[int, int | None]):
    """For `str.translate`: drops marks, but those of `_KEPT`; each character is looked up once."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        self[code] = kept = None if unicodedata.combining(char) and char not in "\u0306\u0308" else code
        return kept


class _Letters(dict[int, str]):
    """For `str.translate`: makes letters and digits plain, and drops anything else; each is looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = kept = "".join(_digit(char) for char in chr(code).translate(_SAME) if char.isalnum())
        return kept


_WITHOUT_MARKS, _PLAINLY = _Marks(), _Letters()


@dataclass(frozen=True, slots=True)
class Piece:
    """A word within a chunk: where it lies in it (characters), as compared, as stemmed, and whether all capitals.

    A word with letters of several scripts, which look alike, may be another word too: `others` has those, each as
    compared and as stemmed.
    """

    start: int
    end: int
    folded: str
    lower: str
    capitals: bool
    others: tuple[tuple[str, str], ...] = ()


def fold(word: str) -> str:
    """A word as it is compared: without case, accents, harakat, letter variants and invisible characters.

    Joined and crossed letters are compared as people type them: "œ" as "oe", "ł" as "l".
    """
    low = word.lower()
    if low.isascii() or _PLAIN.fullmatch(low):
        return low
    return fold_any(word)


def fold_any(word: str) -> str:
    """What `fold` does to a word that has more than plain letters."""
    apart = unicodedata.normalize("NFD", _DROP.sub("", unicodedata.normalize("NFKC", word)).casefold())
    apart = apart.translate(_WITHOUT_MARKS)
    for letter, kept in _KEPT:
        apart = apart.replace(letter, kept)
    return unicodedata.normalize("NFC", apart).translate(_PLAINLY)


def lower(word: str) -> str:
    """A word as stemmers want it: lower case, accents kept, joined and crossed letters as people type them."""
    low = word.lower()
    if low.isascii() or _PLAIN.fullmatch(low):
        return low
    clean = unicodedata.normalize("NFKC", _DROP.sub("", unicodedata.normalize("NFKC", word)).lower())
    # Marks that are no part of a letter are stress marks and harakat, and the dot that a Turkish "İ" leaves behind.
    return "".join(char for char in clean if not unicodedata.combining(char)).translate(PLAIN_LETTERS)


def pieces(chunk: str) -> tuple[Piece, ...]:
    """The words of a chunk.

    An apostrophe inside a Cyrillic word belongs to it (об'єкт); elsewhere it parts words, and parts of one letter
    (l', 's) are no words. Dots in an acronym vanish.
    """
    return _remembered(chunk) if len(chunk) <= LONGEST_REMEMBERED else _pieces(chunk)


def words_in(text: str) -> Iterator[tuple[str, Piece]]:
    """The words of all chunks of a text, each as it is written and as it is compared."""
    for chunk in CHUNK.finditer(text):
        for piece in pieces(chunk[0]):
            yield chunk[0][piece.start : piece.end], piece


def _pieces(chunk: str) -> tuple[Piece, ...]:
    if chunk.isalnum() and chunk.isascii():
        return (Piece(0, len(chunk), chunk.lower(), chunk.lower(), _in_capitals(chunk)),)
    if "." in chunk:
        return (_piece(0, len(chunk), chunk.replace(".", "")),)
    if not _APOSTROPHE.search(chunk) or is_cyrillic(chunk):
        piece = _piece(0, len(chunk), _APOSTROPHE.sub("", chunk))
        return (piece,) if piece.folded else ()
    found = []
    start = 0
    for part in _APOSTROPHE.split(chunk):
        piece = _piece(start, start + len(part), part)
        if len(piece.folded) > 1:
            found.append(piece)
        start += len(part) + 1
    return tuple(found)


def _piece(start: int, end: int, word: str) -> Piece:
    first, *others = readings_of(word) or (word,)
    read = tuple((fold(other), lower(other)) for other in others)
    return Piece(start, end, fold(first), lower(first), _in_capitals(word), read)


def _in_capitals(word: str) -> bool:
    """Whether a word is all capitals, but for the "s" of designations in the plural: M42s."""
    return word.isupper() or (word[-2:-1].isdigit() and word.endswith("s") and word[:-1].isupper())


# What they mean to the rules is remembered for longer (`scan.Words`).
_remembered = lru_cache(maxsize=10_000)(_pieces)


def script_of(folded: str) -> str:
    """The script of a word, by its first letter: latin, cyrillic, arabic, or other (digits count as other)."""
    for char in folded:
        if char.isdigit():
            continue
        if char < "\u0250":
            return "latin"
        if "\u0400" <= char <= "\u052f":
            return "cyrillic"
        return "arabic" if "\u0600" <= char <= "\u077f" else "other"
    return "other"


def is_cyrillic(text: str) -> bool:
    """Whether a text has a Cyrillic letter."""
    return any("\u0400" <= char <= "\u052f" for char in text)


def mostly_capitals(text: str) -> bool:
    """Whether more than 80 % of the letters are capitals, so that capitals mark no acronym."""
    plain = text.encode("ascii", "ignore")
    small = len(plain) - len(plain.translate(None, _SMALL))
    if 4 * small > len(text) - small:  # most texts are told by their plain letters alone
        return False
    capitals = sum(map(str.isupper, text))
    return capitals > 0.8 * (capitals + sum(map(str.islower, text)))


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
