"""Phrases of word tables, found in a text whatever its case, accents and harakat, and where they stand in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.link.places.words import WORD, fold

_PIECE = re.compile(rf"(?P<word>{WORD.pattern})|(?P<mark>[,;:.!?…؟،؛()\"“”«»\n]|\s[-–—]\s)")
_MARKS = str.maketrans({"،": ",", "؛": ";", "؟": "?", "…": ".", "\n": "."})
# And, so, by, with, for, to, as, before the article or without it.
_ARABIC_PREFIX = r"(?:[وف]?(?:ال|لل|[بكل](?:ال)?)?)"
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as phrases are looked for in it: its folded words and marks with a blank around each.

    `starts` and `ends` are the characters of the text where each begins and ends, `at` where it begins in `text`.
    """

    text: str
    at: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the text as it was written that `text[start:end]` stands for."""
        first, last = bisect_right(self.at, start) - 1, bisect_right(self.at, end - 1) - 1
        return self.starts[max(first, 0)], self.ends[max(last, 0)]

    def place(self, character: int) -> int:
        """Where in `text` the word begins that holds a character of the text as it was written."""
        return self.at[max(bisect_right(self.starts, character) - 1, 0)] if self.at else 0


def folded(text: str) -> Folded:
    """Fold a text, in time linear in its length."""
    pieces, at, starts, ends, length = [" "], [], [], [], 1
    for found in _PIECE.finditer(text):
        piece = fold(found["word"]) if found["word"] else found[0].strip().translate(_MARKS) or "."
        if piece:
            at.append(length)
            starts.append(found.start())
            ends.append(found.end())
            pieces.append(f"{piece} ")
            length += len(piece) + 1
    return Folded("".join(pieces), tuple(at), tuple(starts), tuple(ends))


class Phrases:
    """Phrases, each of one kind; a comma parts them, a star stands for any ending of a word.

    Arabic ones are found behind the prefixes that are written as part of a word: and, by, for, the.
    """

    def __init__(self, listed: Mapping[str, str]) -> None:
        entries = [(kind, _pattern(entry)) for kind, words in listed.items() for entry in _entries(words)]
        entries.sort(key=lambda one: -len(one[1]))
        self._kinds = [kind for kind, _ in entries]
        alternatives = "|".join(f"({pattern})" for _, pattern in entries) or "(?!)"
        self._pattern = re.compile(rf"(?<= )(?:{alternatives})(?= )")

    def find(self, text: Folded, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
        """The kind of each phrase in `text.text[start:end]` and where it stands there; the longest first."""
        for found in self._pattern.finditer(text.text, start, len(text.text) if end is None else end):
            yield self._kinds[(found.lastindex or 1) - 1], found.start(), found.end()

    def any(self, text: Folded, start: int = 0, end: int | None = None) -> bool:
        """Whether there is one."""
        return next(self.find(text, start, end), None) is not None


def _entries(listed: str) -> list[str]:
    return [entry for entry in (" ".join(part.split()) for part in listed.split(",")) if entry]


def _pattern(entry: str) -> str:
    """A regular expression for an entry; it holds no group."""
    words = []
    for word in entry.split(" "):
        stem = " ".join(fold(part) for part in WORD.findall(word)) or re.sub(r"\W", "", word)
        prefix = _ARABIC_PREFIX if _ARABIC.match(stem) else ""
        words.append(f"{prefix}{re.escape(stem)}" + (r"[^ ]*" if word.endswith("*") else ""))
    return " ".join(words)
