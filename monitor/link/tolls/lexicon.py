"""The words by which tolls are told, looked up by their folded form; the tables of each language stand beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The words of one language.

    Texts hold entries parted by commas. An entry may have several words; one that ends in * stands for all words that
    begin so.
    """

    name: str
    before: Mapping[TollKind, str]
    after: Mapping[TollKind, str]
    either: Mapping[TollKind, str] = field(default_factory=dict)
    tolls: Mapping[TollKind | None, str]
    numbers: Mapping[int, str]
    vague: Mapping[tuple[int, Bound], str]
    shy: Mapping[int, str] = field(default_factory=dict)
    bounds: Mapping[Bound, str]
    roles: Mapping[Role, str]
    duals: Mapping[TollKind | None, str] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()


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

    def __init__(self, tables: Iterable[Table]) -> None:
        self._words: dict[str, Word] = {}
        self._stems: dict[str, Word] = {}
        self._prefixes: tuple[str, ...] = ()
        self.openings: frozenset[str] = frozenset()
        self.harms: frozenset[str] = frozenset()
        """The longest word of each phrase of harm, with the prefixes it takes: no text without one tells a toll."""
        for table in tables:
            self._read(table)
        self.openings = frozenset(phrase.split(" ")[0] for phrase in self._words if " " in phrase)
        self.harms = frozenset(self._harms())
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

    def _read(self, table: Table) -> None:
        self._prefixes += table.prefixes
        add, languages = self._add, frozenset({table.name})
        for harms, roles in (
            (table.before, {Role.BEFORE}),
            (table.after, {Role.AFTER}),
            (table.either, {Role.BEFORE, Role.AFTER}),
        ):
            for kind, text in harms.items():
                add(text, Word(frozenset(roles), kind=kind, languages=languages))
        for kind_of_toll, text in table.tolls.items():
            add(text, Word(frozenset({Role.TOLL}), kind=kind_of_toll, languages=languages))
        for value, text in table.numbers.items():
            add(text, Word(frozenset({Role.NUMBER}), value=value, languages=languages))
        for value, text in table.shy.items():
            add(text, Word(frozenset({Role.SHY}), value=value, languages=languages))
        for (value, bound), text in table.vague.items():
            add(text, Word(frozenset({Role.NUMBER}), value=value, bound=bound, languages=languages))
        for bound, text in table.bounds.items():
            add(text, Word(frozenset({Role.BOUND}), bound=bound, languages=languages))
        for kind_of_dual, text in table.duals.items():
            roles = {Role.NUMBER, Role.PERSON} if kind_of_dual is None else {Role.NUMBER, Role.PERSON, Role.BEFORE}
            add(text, Word(frozenset(roles), kind=kind_of_dual, value=2, languages=languages))
        for role, text in table.roles.items():
            bound_after = Bound.AT_LEAST if role is Role.POSTBOUND else None
            add(text, Word(frozenset({role}), bound=bound_after, languages=languages))

    def _add(self, text: str, word: Word) -> None:
        for entry in filter(None, map(str.strip, text.split(","))):
            folded = fold(" ".join(entry.split()))
            place, key = (self._stems, folded[:-1]) if folded.endswith("*") else (self._words, folded)
            known = place.get(key)
            place[key] = _both(known, word) if known else word


def _both(one: Word, other: Word) -> Word:
    return Word(
        one.roles | other.roles,
        kind=one.kind or other.kind,
        value=one.value or other.value,
        bound=one.bound or other.bound,
        languages=one.languages | other.languages,
    )
