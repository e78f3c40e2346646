"""From a text to the tokens that tolls are read from: words, numbers and marks, with what the tables say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.link.tolls.lexicon import LONGEST_PHRASE, UNKNOWN, Lexicon, Role, Word, fold
from monitor.model.languages import LANGUAGES
from monitor.wording.sentences import ends_sentence

LEXICON = Lexicon(LANGUAGES)
END, NUMBER, NAME, HYPHEN = ".", "number", "name", "hyphen"
"""The marks of a sentence's end, a number in digits, names such as "F-16" or "93rd", and a dash inside a word."""

_SPACE = "\u00a0\u202f\u2009 "
_INSIDE = "\u0300\u0301\u0610-\u061a\u064b-\u065f\u0670\u0640"
_TOKEN = re.compile(
    rf"""
      (?P<number>(?<![\w.,])(?:\d{{1,3}}(?:[{_SPACE},.'’٬]\d{{3}})+(?!\d)|\d+(?:[.,:/٫]\d+)*+))(?P<rest>[-‑]?+[^\W\d_]++(?:[-‑]\w++)*+)?
    | (?P<age>[^\W\d_]++(?:[-‑][^\W\d_]++)??[-‑](?:year|month|week|day)s?[-‑]old\b)
    | (?P<word>[^\W\d_]++(?:[{_INSIDE}]++[^\W\d_]*+|['’ʼ´`][^\W\d_]++)*+)(?P<serial>[-‑]?+\d[\w-]*+)?
    | (?P<mark>[.!?…؟;\n]++|[,،:()%٪+$€£₴₽₹¥₪№#]|[-‑–—]++)
    | \d++
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+")
_BY = "ب"
_ELISION = re.compile(r"(?:d|l|qu|n|s|c|j)['’ʼ´`]", re.IGNORECASE)
_CASE_ENDING = re.compile(r"[-‑](?:ти|х|и|м|ми|ро|го|е|їх|ма|тьох|ох)")
_AGED = re.compile(r"-(?:(?:year|month|week|day)s?-old|летн[а-я]{2,3}|річн[а-яі]{1,3})$")
_MARKS = {"،": ",", "٪": "%", "€": "$", "£": "$", "₴": "$", "₽": "$"} | dict.fromkeys("₹¥₪№#", "$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, phrase, number or mark: where it lies (characters), as folded, and what it means.

    `by` says that an Arabic word may be written with the preposition before what something was done with.
    """

    start: int
    end: int
    folded: str
    word: Word = UNKNOWN
    mark: str = ""
    by: bool = False

    def has(self, role: Role) -> bool:
        """Whether the tables give the word this role."""
        return role in self.word.roles


def may_tell(text: str) -> bool:
    """Whether a text has a word that could tell of harm; most texts have none."""
    return not LEXICON.harms.isdisjoint(_WORD.findall(fold(text)))


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text in their order, phrases of the tables as one token."""
    return list(_phrased(list(_split(text))))


def _split(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if found["word"] is not None:
            yield from _words(found, start, end)
        elif found["age"]:
            yield Token(start, end, fold(found[0]), LEXICON.word("year-old"), NAME)
        elif found["number"] is not None:
            yield from _numbers(found, start)
        elif mark := found["mark"]:
            kind = _MARKS.get(mark, mark)
            if mark[0] in ".!?…؟;\n":
                kind = END
                if not ends_sentence(text, start, end):
                    continue
            elif mark[0] in "-‑–—":
                joins = text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()
                kind = HYPHEN if joins else "-"
            yield Token(start, end, mark, mark=kind)


def _numbers(found: re.Match[str], start: int) -> Iterator[Token]:
    rest = found["rest"]
    if rest in ("k", "K"):
        yield Token(start, found.end(), fold(found[0]), mark=NUMBER)
    elif rest and not _CASE_ENDING.fullmatch(rest):
        folded = fold(found[0])
        word = LEXICON.word("year-old") if _AGED.search(folded) else UNKNOWN
        yield Token(start, found.end(), folded, word, NAME)
    else:
        yield Token(start, found.end("number"), found["number"], mark=NUMBER)


def _words(found: re.Match[str], start: int, end: int) -> Iterator[Token]:
    if found["serial"]:
        letters = fold(found["word"])
        if letters in ("و", "ل", "ب") and found["serial"].isdecimal():
            yield Token(start, start + 1, letters, LEXICON.word(letters))
            yield Token(start + 1, end, found["serial"], mark=NUMBER)
        else:
            yield Token(start, end, fold(found[0]), mark=NAME)
        return
    if elided := _ELISION.match(found["word"]):
        cut = start + elided.end()
        yield Token(start, cut, fold(elided[0]), LEXICON.word(fold(elided[0])))
        start = cut
    folded = fold(found.string[start:end])
    word = LEXICON.word(folded)
    if word is UNKNOWN and folded[:1] == "و" and len(folded) > 2:
        yield Token(start, start + 1, "و", LEXICON.word("و"))
        start, folded = start + 1, folded[1:]
        word = LEXICON.word(folded)
    bare = LEXICON.bare(folded)
    # Words of the tables that begin so are whole words: "town", "per cent".
    by = folded[:1] == _BY and (word is UNKNOWN or bare != folded)
    yield Token(start, end, bare, word, by=by)


def _phrased(tokens: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.folded in LEXICON.openings:
            for length in range(min(LONGEST_PHRASE, len(tokens) - at), 1, -1):
                run = tokens[at : at + length]
                if word := LEXICON.phrase(part.folded for part in run):
                    token = Token(token.start, run[-1].end, " ".join(part.folded for part in run), word)
                    at += length - 1
                    break
        yield token
        at += 1
