"""Phrases of word tables, found in a text whatever its case, accents and harakat, and where they stand in it."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from monitor.link.places.words import WORD, fold

_PIECE = re.compile(rf"(?P<word>{WORD.pattern})|(?P<mark>[,;:.!?…؟،؛()\"“”«»\n]|\s[-–—]\s)")
_MARKS = str.maketrans({"،": ",", "؛": ";", "؟": "?", "…": ".", "\n": "."} | dict.fromkeys("“”«»", '"'))
# And, so, with, like and for, before the article or without it.
_ARABIC_PREFIX = r"[وف]?(?:ال|لل|[بكل](?:ال)?)?"
_ARABIC = re.compile("[\u0600-\u06ff]")
QUOTE = '"'
MARKS = frozenset(f",;:.!?()-–—{QUOTE}")
"""What ends a clause, as a word of a folded text."""

_FIRST_ARABIC = "\u0600"
_GAP = r"(?:(?:[^\W\d_]+|\") ){0,4}?"
# What French writes as one with the next word: "par l'ONU".
_ELIDED = re.compile(r"^(?:[ldsnmcjt]|qu)['’ʼ]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’ʼ]s$")
_SHORTEST_STEM = 2
_LONGEST_ACRONYM = 6


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as phrases are looked for in it: its folded words and marks, one blank around each.

    `pieces` are these. `starts` and `ends` are the characters of the `written` text where each begins and ends, `at`
    where it begins in `text`. What follows counts in characters of `text`.
    """

    written: str
    text: str
    pieces: tuple[str, ...]
    at: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the written text that `text[start:end]` stands for."""
        first, last = bisect_right(self.at, start) - 1, bisect_right(self.at, end - 1) - 1
        return self.starts[max(first, 0)], self.ends[max(last, 0)]

    def place(self, character: int) -> int:
        """Where the word begins that holds a character of the written text."""
        return self.at[max(bisect_right(self.starts, character) - 1, 0)] if self.at else 0

    def words(self, start: int, end: int) -> int:
        """How many words and marks begin in `text[start:end]`."""
        return max(0, bisect_left(self.at, end) - bisect_left(self.at, start))


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a kind that stands in `Folded.text[start:end]`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    pattern: re.Pattern[str]
    capitals: bool


@lru_cache(maxsize=64)  # one report asks for its few texts a dozen times
def folded(text: str) -> Folded:
    """Fold a text, in time linear in its length."""
    pieces, at, starts, ends, length = [], [], [], [], 1
    for found in _PIECE.finditer(text):
        piece = fold(found["word"]) if found["word"] else found[0].strip().translate(_MARKS) or "."
        if piece:
            at.append(length)
            starts.append(found.start())
            ends.append(found.end())
            pieces.append(piece)
            length += len(piece) + 1
    return Folded(
        text, f" {' '.join(pieces)} " if pieces else " ", tuple(pieces), tuple(at), tuple(starts), tuple(ends)
    )


class Phrases:
    """Phrases, each of one kind; a comma parts them, a star stands for any ending, two dots for up to four words.

    Arabic ones are found behind the prefixes that are written as part of a word: and, by, for, the. Acronyms count in
    capitals only.
    """

    def __init__(self, listed: Mapping[str, str]) -> None:
        self._exact: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._stems: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._beginnings: set[str] = set()
        for kind, words in listed.items():
            for phrase in filter(None, (" ".join(part.split()) for part in words.split(","))):
                self._add(kind, phrase)

    def find(self, text: Folded, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """The phrases in `text.text[start:end]`, in its order; where two begin together the longer one counts."""
        end = len(text.text) if end is None else end
        exact, beginnings = self._exact, self._beginnings
        for number in range(bisect_left(text.at, start), len(text.at)):
            at = text.at[number]
            if at >= end:
                return
            word = text.pieces[number]
            if at < start or not (word in exact or word[:_SHORTEST_STEM] in beginnings or word >= _FIRST_ARABIC):
                continue
            if hit := self._longest(text, word, at, end):
                start = hit.end
                yield hit

    def first(self, text: Folded, start: int = 0, end: int | None = None) -> Hit | None:
        """The first of them; None for none."""
        return next(self.find(text, start, end), None)

    def any(self, text: Folded, start: int = 0, end: int | None = None) -> bool:
        """Whether there is one."""
        return self.first(text, start, end) is not None

    def kinds(self, text: Folded) -> frozenset[str]:
        """The kinds of those that stand in a text."""
        return frozenset(hit.kind for hit in self.find(text))

    def _add(self, kind: str, phrase: str) -> None:
        first, _, _ = phrase.partition(" ")
        key = _folded_word(first)
        bare = re.sub(r"[\W_]", "", phrase)
        capitals = bare.isupper() and len(bare) <= _LONGEST_ACRONYM and not _ARABIC.search(bare)
        entry = _Entry(kind, re.compile(_pattern(phrase)), capitals)
        word, *_ = key.split(" ")
        if first.endswith("*"):
            self._stems[word].append(entry)
            self._beginnings.add(word[:_SHORTEST_STEM])
        else:
            self._exact[word].append(entry)

    def _longest(self, text: Folded, word: str, at: int, end: int) -> Hit | None:
        best = None
        for entry in self._candidates(word):
            found = entry.pattern.match(text.text, at, end)
            if found and (best is None or found.end() > best.end) and not self._in_small(entry, text, found):
                best = Hit(entry.kind, found.start(), found.end())
        return best

    def _candidates(self, word: str) -> Iterator[_Entry]:
        for form in _forms(word):
            yield from self._exact.get(form, ())
            if form[:_SHORTEST_STEM] in self._beginnings:
                for length in range(_SHORTEST_STEM, len(form) + 1):
                    yield from self._stems.get(form[:length], ())

    @staticmethod
    def _in_small(entry: _Entry, text: Folded, found: re.Match[str]) -> bool:
        """Whether an acronym is written as another word: "who", "un"."""
        if not entry.capitals:
            return False
        first, last = text.span(found.start(), found.end())
        return not _POSSESSIVE.sub("", _ELIDED.sub("", text.written[first:last])).isupper()


def table(file: str, name: str) -> Phrases:
    """A table of a TOML file beside this module: a list of phrases, of its name's kind, or a list for each kind."""
    return _tables(file)[name]


@cache
def _tables(file: str) -> Mapping[str, Phrases]:
    written = tomllib.loads(Path(__file__).with_name(f"{file}.toml").read_text(encoding="utf-8"))
    return {name: Phrases({name: of} if isinstance(of, str) else of) for name, of in written.items()}


def _forms(word: str) -> Iterable[str]:
    """A word, and an Arabic one also without each of the prefixes it may have."""
    if not _ARABIC.match(word):
        return (word,)
    bare = word[1:] if word[0] in "وف" else word
    prefixes = ("بال", "كال", "ال", "لل", "ب", "ل", "ك")
    return dict.fromkeys((word, bare, *(bare.removeprefix(one) for one in prefixes if bare.startswith(one))))


def _folded_word(word: str) -> str:
    return " ".join(fold(part) for part in WORD.findall(word))


def _pattern(phrase: str) -> str:
    """A regular expression for a phrase in folded text, up to the blank behind it."""
    pattern = ""
    for word in phrase.split(" "):
        if word == "..":
            pattern += _GAP
            continue
        stem = _folded_word(word)
        prefix = f"(?:{_ARABIC_PREFIX})" if _ARABIC.match(stem) else ""
        pattern += f"{prefix}{re.escape(stem)}" + (r"[^ ]* " if word.endswith("*") else " ")
    return f"{pattern.removesuffix(' ')}(?= )"
