"""The words by which tolls are told, looked up by their folded form; those of each language are in a TOML file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path

from monitor.model import Bound, TollKind

LONGEST_PHRASE = 5
"""The most words that an entry of the tables has."""


class Role(Enum):
    """What a word does in a sentence that tells of a toll."""

    BEFORE = auto()  # a word of harm that follows its number: "12 dead"
    AFTER = auto()  # a word of harm that its number follows: "kills 12"
    NUMBER = auto()
    SHY = auto()  # a number that is another word in another language: "once", "sept"
    FEW = auto()  # "several", before "dozen"
    ARTICLE = auto()
    BOUND = auto()
    POSTBOUND = auto()  # a bound that follows its number: "or more"
    TOLL = auto()  # "death toll", "number of"
    RISE = auto()  # what tolls do: "rises"
    LINK = auto()  # what stands between a toll and its number: "to", "past"
    MANY = auto()  # a noun of harm to several, which is no one's: "deaths"
    PERSON = auto()
    SINGULAR = auto()  # one person
    THING = auto()  # what is counted but is no person
    UNIT_BEFORE = auto()  # makes the number after it no count: "aged", "$"
    MONTH = auto()
    AUX = auto()  # may stand between victims and what happened to them: "were"
    FILLER = auto()  # may stand between what happened and the number: "another"
    AND = auto()
    TO = auto()  # between the ends of a range
    BETWEEN = auto()  # before a range
    PREP = auto()
    OF = auto()
    AMONG = auto()  # between a part and its whole: "two of five"
    PART = auto()  # before a part of those counted: "including"
    PIECE = auto()  # a fraction, which beside a number makes another of it: "half"
    ORDINAL = auto()  # one of several: "a third man"
    BREAK = auto()  # begins another clause
    NOT = auto()
    MODAL = auto()  # what follows did not happen, or not yet

    # Members are one of a kind: hashing them as such is several times faster than by name.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Word:
    """What the tables say of a word.

    `kind` is for words of harm and tolls, `value` for numbers and duals; `languages` are those of the tables that have
    it, such as "en".
    """

    roles: frozenset[Role] = frozenset()
    kind: TollKind | None = None
    value: int = 0
    bound: Bound | None = None
    languages: frozenset[str] = frozenset()

    @property
    def english(self) -> bool:
        """Whether it is a word of English, perhaps among others."""
        return "en" in self.languages


UNKNOWN = Word()

_ANY = "any"
"""The key of words of no one kind of harm: "number of", "two people"."""

_OF_HARM = {
    "before": (Role.BEFORE,),
    "after": (Role.AFTER,),
    "either": (Role.BEFORE, Role.AFTER),
    "tolls": (Role.TOLL,),
}


_DROP = re.compile("[\u0300\u0301\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_SAME = str.maketrans({**dict.fromkeys("’ʼ‘´`", "'"), **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ة": "ه", "ё": "е"})


def fold(text: str) -> str:
    """A text as it is compared: small letters, no harakat, one form of each letter. Latin accents stay."""
    low = text.lower()
    if low.isascii():
        return low
    return _DROP.sub("", unicodedata.normalize("NFKC", low).translate(_SAME))


class Lexicon:
    """All tables as one: what a word means, whatever its language."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._words: dict[str, Word] = {}
        self._stems: dict[str, Word] = {}
        self._prefixes: tuple[str, ...] = ()
        self.numbers: set[str] = set()
        """The words for numbers from two on, as they are written in small letters, and folded."""
        for language in languages:
            self._read(language)
        self.openings = frozenset(phrase.split(" ")[0] for phrase in self._words if " " in phrase)
        self.harms = frozenset(self._harms())
        """The longest word of each phrase of harm, with the prefixes it takes: no text without one tells a toll."""
        self.word = lru_cache(maxsize=8192)(self._word)

    def phrase(self, words: Iterable[str]) -> Word | None:
        """What several words mean together, if the tables hold them."""
        return self._words.get(" ".join(words))

    def bare(self, word: str) -> str:
        """A word without the prefix that hides one of the tables' words; the word itself when there is none."""
        if word in self._words or not self._prefixes or not word.startswith(self._prefixes):
            return word
        for prefix in self._prefixes:
            rest = word.removeprefix(prefix)
            if rest != word and rest in self._words:
                return rest
        return word

    def _word(self, word: str) -> Word:
        bare = self.bare(word)
        if found := self._words.get(bare):
            return found
        for candidate in (bare, *(bare.removeprefix(prefix) for prefix in self._prefixes if bare.startswith(prefix))):
            for length in range(min(len(candidate), 16), 2, -1):
                if found := self._stems.get(candidate[:length]):
                    return found
        return UNKNOWN

    def _harms(self) -> Iterable[str]:
        for phrase, word in self._words.items():
            if word.kind is not None:
                longest = max(re.split(r"[ ']", phrase), key=len)
                yield longest
                if _ARABIC.match(longest):
                    for prefix in self._prefixes:
                        yield from (prefix + longest, "و" + prefix + longest)
                    yield "و" + longest

    def _read(self, language: str) -> None:
        """Add the words of a language. Commas part entries; one that ends in * stands for all words that begin so.

        A table of harm has the kinds of harm as its keys, one of numbers the numbers; those of `vague` are by their
        bounds, those of `roles` by the names of `Role`.
        """
        written = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
        self._prefixes += tuple(_listed(written.get("prefixes", "")))

        def add(text: str, *roles: Role, kind: str = _ANY, value: int = 0, bound: str | None = None) -> None:
            harm = None if kind == _ANY else TollKind(kind)
            meant = None if bound is None else Bound(bound)
            self._add(text, Word(frozenset(roles), harm, value, meant, frozenset({language})))

        for table, roles in _OF_HARM.items():
            for kind, text in written.get(table, {}).items():
                add(text, *roles, kind=kind)
        for table, role in (("numbers", Role.NUMBER), ("shy", Role.SHY)):
            for value, text in written.get(table, {}).items():
                add(text, role, value=int(value))
        for bound, numbers in written["vague"].items():
            for value, text in numbers.items():
                add(text, Role.NUMBER, value=int(value), bound=bound)
        for bound, text in written["bounds"].items():
            add(text, Role.BOUND, bound=bound)
        for kind, text in written.get("duals", {}).items():
            add(text, Role.NUMBER, Role.PERSON, *(() if kind == _ANY else (Role.BEFORE,)), kind=kind, value=2)
        for name, text in written["roles"].items():
            role = Role[name.upper()]
            add(text, role, bound=Bound.AT_LEAST if role is Role.POSTBOUND else None)

    def _add(self, text: str, word: Word) -> None:
        for entry in _listed(text):
            folded = fold(entry)
            if word.value > 1 and not word.roles.isdisjoint((Role.NUMBER, Role.SHY)):
                self.numbers |= {entry.casefold(), folded}
            place, key = (self._stems, folded[:-1]) if folded.endswith("*") else (self._words, folded)
            known = place.get(key)
            place[key] = _both(known, word) if known else word


def _listed(text: str) -> Iterator[str]:
    return (" ".join(entry.split()) for entry in text.split(",") if entry.strip())


def _both(one: Word, other: Word) -> Word:
    return Word(
        one.roles | other.roles,
        kind=one.kind or other.kind,
        value=one.value or other.value,
        bound=one.bound or other.bound,
        languages=one.languages | other.languages,
    )
