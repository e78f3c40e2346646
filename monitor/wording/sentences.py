"""Where sentences end: at a mark or a line break, but not at the dot of a number, an abbreviation or an address.

The tables of `abbreviations` are those of all languages, as no text is asked which language it is in;
docs/decisions/0020 says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.wording.abbreviations import (
    AFTER_A_NUMBER,
    AFTER_A_TIME,
    ARTICLES,
    BEFORE_A_NAME,
    BEFORE_A_NUMBER,
    BEFORE_MORE,
    BEGINNINGS,
    MONTHS,
    NAMES_WITH_A_MARK,
    SUFFIXES_OF_DOMAINS,
    TIMES,
)

_MARK = re.compile(r"\.(?: \.)+|[.!?؟۔。！？…‼⁉⁈]+|[;؛]|\n+")
_CLOSING = frozenset("\"'»”’“›)]}")
_GOES_ON = frozenset(",:،;؛-–—/&%°")
_LAST = re.compile(r"[\w.'’ʼ°@:/-]+$")
_NEXT = re.compile(r"[^\w.!?;\n]*([^\W_]+(?:['’ʼ-][^\W_]+)*)(\.?)")
_ELIDED = re.compile(r"^[A-Za-z]{1,2}['’ʼ](?=\w)")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_LETTERS = re.compile(r"[^\W\d_]*")
_INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]\.) ?$")
_NUMBER_BEFORE = re.compile(r"\d\s*$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")
_VOWEL = re.compile("[aeiouyàâäáãåæéèêëíîïóôöõøœúùûüýаеёиоуыэюяєіїґ]")
_ADDRESS = re.compile(r"\S*(?:@|://|www\.)\S*")
_NEAR, _NEXT_WITHIN, _LONGEST_ADDRESS = 40, 60, 200
_SHORT = 5
_YEAR = re.compile(r"(?:19|20)\d\d")


def _words(table: Mapping[str, str]) -> frozenset[str]:
    return frozenset(word for words in table.values() for word in words.split())


_BEFORE_MORE, _BEFORE_A_NUMBER, _AFTER_A_NUMBER = map(_words, (BEFORE_MORE, BEFORE_A_NUMBER, AFTER_A_NUMBER))
_BEFORE_A_NAME, _BEGINNINGS = _words(BEFORE_A_NAME), _words(BEGINNINGS)
_ONLY_WITH_A_CAPITAL = frozenset(BEFORE_A_NAME["en"].split())


def sentence_ends(text: str, start: int = 0, stop: int | None = None, *, semicolons: bool = True) -> Iterator[int]:
    """The characters after the marks that end sentences, in order; those of `text[start:stop]` alone.

    Args:
        text: any text; what stands around a mark decides, so pass all of it.
        start: the first character looked at.
        stop: the character after the last one looked at; None for the end.
        semicolons: whether a semicolon ends a sentence too.
    """
    for mark in _MARK.finditer(text, start, len(text) if stop is None else stop):
        if ends_sentence(text, *mark.span()) and (semicolons or mark[0] not in ";؛"):
            yield mark.end()


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the marks `text[start:end]`, a run of dots, marks or line breaks, end a sentence."""
    marks = text[start:end]
    if marks[0] in ";؛" or "\n" in marks:
        return True
    if text[end : end + 1].isalnum():
        return _ends_within(text, start, end)
    while text[end : end + 1] in _CLOSING and end < len(text):
        end += 1
    if text[end : end + 1] in _GOES_ON and end < len(text):
        return False
    found = _NEXT.match(text, end, end + _NEXT_WITHIN)
    if found is None:
        return True
    around = _Around.of(text, start, found)
    if marks == ".":
        return _dot_ends(around)
    if marks == "!" and around.last in NAMES_WITH_A_MARK:
        return around.begins
    return not around.lower


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands beside a dot: the word before (`written`, and in small letters), and the next one.

    `lower`, `digit`: how the next word begins. `begins`: it is one that sentences begin with. `counted`: a number
    stands before the word before. `first`: that word is the first of its line.
    """

    written: str
    last: str
    following: str
    lower: bool
    digit: bool
    begins: bool
    counted: bool
    first: bool

    @classmethod
    def of(cls, text: str, start: int, found: re.Match[str]) -> _Around:
        head = text[max(0, start - _NEAR) : start]
        last = _LAST.search(head)
        # What French writes before an apostrophe is a word of its own: "l'art. 5".
        written = _ELIDED.sub("", last[0].strip("'’-:/")) if last else ""
        before = head[: last.start()] if last else head
        initial = _INITIAL_BEFORE.search(before) if len(written) == 1 else None
        following = found[1]
        small = following.casefold()
        return cls(
            written=written,
            last=((initial[1] if initial else "") + written).casefold(),
            following=small,
            lower=following[0].islower(),
            digit=following[0].isdigit(),
            # A letter with a dot is an initial, whatever word it looks like.
            begins=small in _BEGINNINGS and not (len(following) == 1 and found[2]),
            counted=_NUMBER_BEFORE.search(before) is not None,
            first=not before.strip(" (\t") or before.endswith("\n"),
        )

    @property
    def cased(self) -> bool:
        """Whether the word before is of a script with capitals."""
        return self.written.lower() != self.written.upper()


def _dot_ends(around: _Around) -> bool:
    """Whether a single dot between these words ends a sentence."""
    written, last = around.written, around.last
    if not written:
        return True
    if written[-1].isdigit() and not any(map(str.isalpha, written)):
        return _number_ends(around)
    if last in _AFTER_A_NUMBER and (around.counted or last not in _BEFORE_MORE):
        timed = last in TIMES and around.following in AFTER_A_TIME
        return not (around.lower or around.digit or timed)
    if last in _BEFORE_MORE or (around.digit and last in _BEFORE_A_NUMBER):
        return False
    if last in _BEFORE_A_NAME and (written[0].isupper() or last not in _ONLY_WITH_A_CAPITAL):
        return around.begins
    if len(written) == 1:
        return _letter_ends(around)
    if _DOTTED.fullmatch(written):
        return around.begins
    if written[0].isdigit() and around.lower:
        return False
    unknown = len(written) <= _SHORT and around.cased and not written.isupper() and not _VOWEL.search(last)
    return not (unknown and (around.lower or around.digit))


def _number_ends(around: _Around) -> bool:
    """After a number: "3. November", "12. 11. 2026" and "1. First of a list" go on."""
    short = len(around.written) <= 2
    dated = around.following in MONTHS or (
        around.digit and (len(around.following) <= 2 or _YEAR.match(around.following))
    )
    return not around.lower and not (short and (around.first or (dated and not around.counted)))


def _letter_ends(around: _Around) -> bool:
    """After a single letter: an initial, a unit of what was counted, or the title in Arabic (د.)."""
    if not around.cased:
        return around.counted
    if around.counted and around.written.islower():
        return not around.lower and not around.digit
    return around.begins and around.following not in ARTICLES


def _ends_within(text: str, start: int, end: int) -> bool:
    """Whether marks without a space after them end a sentence: "killed.Russia" does, "example.org" and "3.5" do not."""
    following = _LETTERS.match(text, end)
    after = following[0] if following else ""
    if len(after) < 2 or after[0].islower() or _in_address(text, start):
        return False
    found = _LAST_LETTERS.search(text, max(0, start - _NEAR), start)
    before = found[0] if found else ""
    if text[start:end] != ".":
        return True
    if not before:
        return text[start - 1 : start].isdigit() and not after.isupper()
    abbreviated = before.casefold() in _BEFORE_MORE | _BEFORE_A_NUMBER | _BEFORE_A_NAME
    named = after.casefold() in SUFFIXES_OF_DOMAINS or (before.isupper() and after.isupper())
    return len(before) > 1 and not abbreviated and not named


def _in_address(text: str, at: int) -> bool:
    """Whether a mark stands in an address of the web or of mail."""
    near = max(0, at - _LONGEST_ADDRESS)
    start = max(text.rfind(" ", near, at), text.rfind("\n", near, at), near - 1) + 1
    return _ADDRESS.match(text, start, at + _LONGEST_ADDRESS) is not None
