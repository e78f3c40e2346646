"""Rules become an index: every word of every term once, and for each term the rules and groups it stands in.

docs/decisions/0061 says why designations have a plural.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor.match.dictionary import forget_dictionary, rest_dictionary
from monitor.match.known import forget_lists, is_common
from monitor.match.letters import spellings_of
from monitor.match.lexicon import Lexicon, TermKey, allowed_typos, note
from monitor.match.rule import Rule, Status, Term, TermWord, WordMode
from monitor.match.text import Piece, fold, pieces, words_in
from monitor.match.verbs.entries import forget_verbs

_DESIGNATION = re.compile(r"\d|(?<=\w)-(?=\w)")
_PLURAL = re.compile(r"\d[a-z]?$")
_NUMBER = re.compile(r"(?<=[^\W\d_])(?=\d)")
_PARTED_NUMBER = re.compile(r"(?<=[^\W\d_])-(?=\d)")

IGNORE = ""
"""The group that ignore phrases stand in."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A word of a term: which, and how many other words may stand before it."""

    word: int
    gap: int


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """A term as ids of its words."""

    number: int
    written: str
    slots: tuple[Slot, ...]


Groups = dict[str, frozenset[int]]
"""The terms of each group of a rule, by their numbers."""


@dataclass(slots=True)
class Index:
    """What the engine looks things up in.

    Terms by their first word: those of a single word, those of several by their second too, and those that two
    neighbours may make up.
    `groups` holds the terms of each rule, and `uses` for each rule the groups that a term stands in. `rules_of_term`
    and `rules_of_word` have the numbers of the rules that look for a term, or for a word as part of one. `sentences`:
    whether a rule asks where sentences end.
    """

    lexicon: Lexicon = field(default_factory=Lexicon)
    terms: list[CompiledTerm] = field(default_factory=list)
    singles: dict[int, tuple[CompiledTerm, ...]] = field(default_factory=dict)
    several: dict[int, dict[int, tuple[CompiledTerm, ...]]] = field(default_factory=dict)
    split_terms: dict[int, tuple[CompiledTerm, ...]] = field(default_factory=dict)
    groups: list[Groups] = field(default_factory=list)
    uses: list[dict[int, tuple[str, ...]]] = field(default_factory=list)
    rules_of_term: list[frozenset[int]] = field(default_factory=list)
    rules_of_word: list[frozenset[int]] = field(default_factory=list)
    sentences: bool = False

    def written_apart(self, lower: str, chunk: str) -> Iterator[CompiledTerm]:
        """The terms whose one word is another with the first of the chunk after it: air strike for airstrike."""
        following = pieces(chunk)
        if following and following[0].start == 0:
            for word in self.lexicon.split(lower, following[0].lower):
                yield from self.split_terms.get(word, ())


def compiled() -> None:
    """Give back the memory that only compiling and checking rules needs; a service does both seldom."""
    forget_dictionary("ru")
    rest_dictionary("uk")  # texts are looked up in it
    forget_lists()
    forget_verbs()


def build_index(rules: Sequence[Rule]) -> Index:
    """Index the terms of these rules; a term that several rules or groups use is looked for once."""
    index = Index(sentences=any(way.sentence for rule in rules for way in rule.ways))
    known: dict[tuple[str, tuple[Slot, ...]], CompiledTerm] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # most terms stand in one group
    taken_apart: dict[tuple[str, tuple[TermWord, ...]], list[tuple[Slot, ...]]] = {}  # rules take the same word files
    for rule in rules:
        groups: dict[str, set[int]] = {}
        for group, terms in (*rule.words.items(), (IGNORE, rule.ignore)):
            numbers = groups.setdefault(group, set())
            for term in terms:
                asked = term.language, term.words
                if (ways := taken_apart.get(asked)) is None:
                    ways = taken_apart[asked] = _slots(term, index.lexicon)
                for slots in ways:
                    compiled = known.get((term.written, slots))
                    if compiled is None:
                        compiled = known[term.written, slots] = _add(index, term, slots)
                    numbers.add(compiled.number)
        index.groups.append({group: frozenset(numbers) for group, numbers in groups.items()})
        uses: dict[int, tuple[str, ...]] = {}
        for group, members in groups.items():
            for number in members:
                both = (*uses.get(number, ()), group)
                uses[number] = shared.setdefault(both, both)
        index.uses.append(uses)
    _note_rules(index)
    return index


def evaluated(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that are not off."""
    return tuple(rule for rule in rules if rule.status is not Status.OFF)


def _note_rules(index: Index) -> None:
    shared: dict[frozenset[int], frozenset[int]] = {}
    of_term: list[set[int]] = [set() for _ in index.terms]
    of_word: list[set[int]] = [set() for _ in index.lexicon.keys]
    for rule, uses in enumerate(index.uses):
        for number in uses:
            of_term[number].add(rule)
            for slot in index.terms[number].slots:
                of_word[slot.word].add(rule)
    # Most terms and words are one rule's, so the sets are few.
    index.rules_of_term = [shared.setdefault(rules, rules) for rules in map(frozenset, of_term)]
    index.rules_of_word = [shared.setdefault(rules, rules) for rules in map(frozenset, of_word)]


def _add(index: Index, term: Term, slots: tuple[Slot, ...]) -> CompiledTerm:
    compiled = CompiledTerm(len(index.terms), term.written, slots)
    index.terms.append(compiled)
    first, alone = slots[0].word, (compiled,)
    if len(slots) > 1:
        note(index.several.setdefault(first, {}), slots[1].word, alone)
    else:
        note(index.singles, first, alone)
        key = index.lexicon.keys[first]
        if key.mode is WordMode.FORMS and not key.joined:
            note(index.split_terms, first, alone)
    return compiled


def _spellings(word: TermWord, piece: Piece) -> tuple[str, ...]:
    """How a designation, which is a word of letters and digits or of parts, is written otherwise.

    In another script, where what is a common word is no spelling of it: "СБУ" is a security service and no "CBU". And
    as a plural, if it has a number: "BLU-63s".
    """
    if word.mode not in (WordMode.EXACT, WordMode.ACRONYM) or not _DESIGNATION.search(word.text):
        return ()
    if not any(map(str.isalpha, word.text)):
        return ()
    found = map(fold, spellings_of(piece.lower))
    spelt = tuple(spelling for spelling in found if len(spelling) == 1 or not is_common(spelling))
    return (*spelt, piece.folded + "s") if _PLURAL.search(piece.folded) else spelt


def _otherwise(word: TermWord) -> Iterator[TermWord]:
    """How a designation is also written: "RBK500" for "RBK-500", "M-26" or "M 26" for "M26"."""
    if word.mode in (WordMode.EXACT, WordMode.ACRONYM):
        for text in (_PARTED_NUMBER.sub("", word.text, count=1), _NUMBER.sub("-", word.text, count=1)):
            if text != word.text:
                # A single letter is part of it only as a capital: "5 m 26".
                alone = text[1:2] == "-"
                yield replace(word, text=text, mode=WordMode.ACRONYM if alone else word.mode)


def _slots(term: Term, lexicon: Lexicon) -> list[tuple[Slot, ...]]:
    """A term word by word, also with designations written otherwise; and several words without gaps as one word."""
    ways = _ways(term, lexicon)
    for number, word in enumerate(term.words):
        for other in _otherwise(word):
            ways += _ways(replace(term, words=(*term.words[:number], other, *term.words[number + 1 :])), lexicon)
    return list(dict.fromkeys(ways))


def _ways(term: Term, lexicon: Lexicon) -> list[tuple[Slot, ...]]:
    """A term word by word; a term of several words without gaps is also looked for written together."""
    words = [(word, piece) for word in term.words for _, piece in words_in(word.text)]
    if not words:
        return []
    slots = []
    last: TermWord | None = None
    for word, piece in words:
        gap = word.gap if word is not last else 0
        typos = allowed_typos(len(piece.folded)) if word.typos is None else word.typos
        # The number of an acronym (RBK-500) has no capitals to ask for.
        mode = WordMode.EXACT if word.mode is WordMode.ACRONYM and not piece.capitals else word.mode
        key = TermKey(
            piece.folded,
            piece.lower,
            term.language,
            mode,
            typos if mode is WordMode.FORMS else 0,
            spellings=_spellings(word, piece),
        )
        slots.append(Slot(lexicon.add(key), gap))
        last = word
    ways = [tuple(slots)]
    together = len(slots) > 1 and all(word.mode is WordMode.FORMS and not word.gap for word, _ in words)
    if together:
        joined = TermKey(
            "".join(piece.folded for _, piece in words),
            "".join(piece.lower for _, piece in words),
            term.language,
            WordMode.FORMS,
            typos=0,
            joined=True,
        )
        ways.append((Slot(lexicon.add(joined), 0),))
    return ways
