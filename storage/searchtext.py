"""How texts and searches become words, the same in both databases: pure functions.

A word is a run of letters and digits, folded: without case, accents, marks of vowels, tatweel and what cannot be seen,
with the digits of any script as 0-9. In Cyrillic an apostrophe is a part of the word. Arabic letters that are often
written for one another count as one, and the article with what is written before it is taken off. Nothing else is
stemmed: `bomb*` finds "bombs" and "bombing".
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

MOST_READ = 8_000
"""Characters of an item that are searched: its headline, its summary, and what comes first of its text."""

_LONGEST_WORD = 60
_MOST_TERMS = 12
_MOST_IN_PHRASE = 12
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=[Ѐ-ԯ])'(?=[Ѐ-ԯ])")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_TERM = re.compile(r'"(?P<phrase>[^"]*)"?(?P<begins>\*?)|(?P<word>[^\s"]+)')
_ARTICLE = re.compile(r"^(?:و?(?:[فبك]?ال|لل)|و)(?=[ء-ي]{3})")
_ANY_ARTICLE = re.compile(r"^(?:و?(?:[فبك]?ال|لل)|و)(?=[ء-ي])")
_SAME = {
    "ـ": None, "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ٱ": "ا",
    "’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'", "＇": "'",
    "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ґ": "г",
}  # fmt: skip


class _Folded(dict[int, str | int | None]):
    """What becomes of a character, by its code; learnt as characters come."""

    def __missing__(self, code: int) -> str | int | None:
        char = chr(code)
        kept: str | int | None = code
        if char in _SAME:
            kept = _SAME[char]
        elif unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Cf", "Cs"):
            kept = None
        elif char.isdecimal():
            kept = str(unicodedata.decimal(char))
        self[code] = kept
        return kept


_FOLDED = _Folded()


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Words that have to stand in this order; of the last one only its beginning, if `begins`."""

    words: tuple[str, ...]
    begins: bool = False

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The ways to look for it: the beginning of an Arabic word may be that of its article."""
        bare = _ANY_ARTICLE.sub("", self.words[-1], count=1) if self.begins else self.words[-1]
        return tuple(dict.fromkeys((self.words, (*self.words[:-1], bare))))


def words_of(text: str) -> list[str]:
    """The words of a text in their order."""
    return [_ARTICLE.sub("", word, count=1)[:_LONGEST_WORD] for word in _folded(text)]


def terms_of(search: str) -> tuple[SearchTerm, ...]:
    """What somebody looks for: words, "words in this order", and the beginnings of words*; nothing is an error.

    Words that something else than a blank joins are looked for in their order: cluster-munition. Of very many terms
    the first twelve count.
    """
    found: list[SearchTerm] = []
    for part in _TERM.finditer(search.translate(_QUOTES)):
        text = part["phrase"] if part["word"] is None else part["word"]
        begins = bool(part["begins"]) or (part["word"] or "").endswith("*")
        words = tuple(_folded(text))[:_MOST_IN_PHRASE] if begins else tuple(words_of(text))[:_MOST_IN_PHRASE]
        if words:
            kept = tuple(_ARTICLE.sub("", word, count=1) for word in words[:-1])
            found.append(SearchTerm((*kept, words[-1][:_LONGEST_WORD]), begins))
    return tuple(dict.fromkeys(found))[:_MOST_TERMS]


def _folded(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _WORD.findall(_APOSTROPHE.sub("", decomposed.translate(_FOLDED)))


def as_fts5(terms: tuple[SearchTerm, ...]) -> str:
    """The terms in the words of SQLite's FTS5; words are letters and digits, so nothing in them can be an operator."""

    def written(words: tuple[str, ...], term: SearchTerm) -> str:
        return f'"{" ".join(words)}"{" *" if term.begins else ""}'

    return " AND ".join(f"({' OR '.join(written(words, term) for words in term.spellings)})" for term in terms)


def as_tsquery(terms: tuple[SearchTerm, ...]) -> str:
    """The terms in the words of PostgreSQL's `tsquery`."""

    def written(words: tuple[str, ...], term: SearchTerm) -> str:
        return " <-> ".join(f"'{word}'" for word in words) + (":*" if term.begins else "")

    return " & ".join(f"({' | '.join(written(words, term) for words in term.spellings)})" for term in terms)


def as_tsvector(words: list[str]) -> str:
    """Words in the words of PostgreSQL's `tsvector`: each with the places where it stands, as far as it counts them."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, 1):
        if len(places[word]) < _MOST_PLACES:
            places[word].append(min(place, _LAST_PLACE))
    return " ".join(f"'{word}':{','.join(map(str, where))}" for word, where in places.items())


_MOST_PLACES, _LAST_PLACE = 255, 16_383
