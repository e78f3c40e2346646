"""What a second opinion weighs of a document: what the rule found in it, how that stands, and the words around it.

Every name stands for itself in the file of an opinion: `group:strike`, `term:air strike`, `near:strike hospi`.
What each kind gains: docs/decisions/0037, docs/decisions/0047 and docs/decisions/0049.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from monitor.match.scan import FIELD_BREAK, Document, Hit
from monitor.match.text import CHUNK, pieces
from monitor.model import Field, How

KINDS = (
    *("way", "group", "title", "both", "order", "same", "term", "twice", "often", "mistyped", "words", "alone"),
    *("word", "start", "pair", "near"),
)
"""The kinds of names, each before a colon, in the order in which a file lists them."""

_CHARACTERS = 2_000
_WORDS = 80
_BEGINNINGS = (4, 5)
_OF_WORD = 5
_NEAR = 4
_AROUND = 8
_MOST_HITS = 60
_LENGTHS = (8, 12, 16, 24, 36, 50, 80)
_TOGETHER = 0.5
_AMOUNT = 0.2


@dataclass(frozen=True, slots=True)
class Features:
    """What is weighed: names of ways and groups, and the words of headline and summary, folded and as written.

    `together` has the groups that stand in one text, and in which order those do that stand close to each other;
    `terms` the terms that were hit, each with its stretch of text, folded and as written; `amounts` which groups were
    hit more than once or only with typing errors, and how long the text is; `pairs` the beginnings of any two words
    that follow each other; `near` each group with the beginnings of the words around its hits.
    """

    evidence: frozenset[str]
    words: Mapping[str, str]
    together: frozenset[str] = frozenset()
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amounts: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()

    def kinds(self, *, words: bool = True) -> Iterator[tuple[Collection[str], float]]:
        """What is weighed besides single words, and how much each counts; without `words`, what the rule found alone.

        What is many counts less each, so that long texts weigh no more than short ones.
        """
        yield self.evidence, scale(len(self.evidence))
        yield self.together, _TOGETHER * scale(len(self.together))
        yield self.terms, scale(len(self.terms))
        yield self.amounts, _AMOUNT
        if words:
            yield self.pairs, scale(len(self.pairs))
            yield self.near, scale(len(self.near))


def features_of(
    document: Document, groups: Mapping[str, Sequence[Hit]], ways: Iterable[str], built: Collection[str] = ()
) -> Features:
    """What a document is weighed by: the ways that hold, the groups hit (and hit in the title), and its words.

    Groups `built` from others say nothing more of what stands together than those that they are built from.
    """
    evidence = {f"way:{way}" for way in ways}
    for group, hits in groups.items():
        if hits:
            evidence.add(f"group:{group}")
        if any(hit.in_title for hit in hits):
            evidence.add(f"title:{group}")
    own = {group: hits[:_MOST_HITS] for group, hits in groups.items() if hits and group not in built}
    read = _read(document.title, document.summary)
    return Features(
        frozenset(evidence),
        read.words,
        together=_together(own),
        terms=_terms(own),
        amounts=_amounts(own, len(read.words), alone=not document.summary),
        pairs=read.pairs,
        near=frozenset(chain.from_iterable(_near(own, *field) for field in read.fields)),
    )


class _Read(NamedTuple):
    """What the words of headline and summary are, whatever a rule finds in them.

    `fields` has of both the number of their first word, as `scan` counts, and the beginnings of all.
    """

    words: Mapping[str, str]
    pairs: frozenset[str]
    fields: Sequence[tuple[Field, int, Sequence[str]]]


@lru_cache(maxsize=1)  # the opinions of several rules read the same document, one after the other
def _read(title: str, summary: str) -> _Read:
    words: dict[str, str] = {}
    pairs: set[str] = set()
    fields = []
    base = 0
    for name, text in ((Field.TITLE, title), (Field.SUMMARY, summary)):
        every = list(chain.from_iterable(map(_words, CHUNK.findall(text[:_CHARACTERS]))))
        found = every[:_WORDS]
        for folded, written in found:
            words.setdefault(folded, written)
        beginnings = [folded[:_OF_WORD] for folded, _ in found]
        pairs.update([f"pair:{one} {other}" for one, other in pairwise(beginnings)])
        fields.append((name, base, beginnings))
        # A title is never so long that it is cut.
        base += len(every) + FIELD_BREAK if text else 0
    return _Read(words, frozenset(pairs), fields)


def _near(groups: Mapping[str, Sequence[Hit]], name: Field, base: int, words: Sequence[str]) -> Iterator[str]:
    """Each group with the words of a field around its hits: a strike beside a hospital is not one beside pay."""
    for group, hits in groups.items():
        around: set[str] = set()
        for hit in hits:
            if hit.field is name:
                first, after = hit.first - base, hit.last - base + 1
                around.update(words[max(0, first - _AROUND) : first], words[after : after + _AROUND])
        prefix = f"near:{group} "
        yield from [prefix + word for word in around]


def _terms(groups: Mapping[str, Sequence[Hit]]) -> dict[str, tuple[str, str]]:
    """The terms that were hit, each with the stretch that was hit first, folded and as written."""
    found: dict[str, tuple[str, str]] = {}
    for hit in chain.from_iterable(groups.values()):
        name = f"term:{hit.term}"
        if name not in found:
            written = hit.source[hit.start : hit.end]
            found[name] = _folded(written), written
    return found


@lru_cache(maxsize=20_000)
def _folded(written: str) -> str:
    return " ".join([word for chunk in CHUNK.findall(written) for word, _ in _words(chunk)])


def _amounts(groups: Mapping[str, Sequence[Hit]], words: int, *, alone: bool) -> frozenset[str]:
    """How often groups were hit, which only by words with typing errors, and how long the text is."""
    amounts = {f"words:{least}" for least in _LENGTHS if words > least}
    if alone:
        amounts.add("alone:headline")
    for group, hits in groups.items():
        places = len({hit.first for hit in hits})
        if places > 1:
            amounts.add(f"twice:{group}")
        if places > 2:
            amounts.add(f"often:{group}")
        if all(hit.how is How.TYPO for hit in hits):
            amounts.add(f"mistyped:{group}")
    return frozenset(amounts)


def _together(groups: Mapping[str, Sequence[Hit]]) -> frozenset[str]:
    """Which groups stand in one text, and those with few words between them in the order of the text.

    Who does what to whom is in the order: "ministry condemns strike" is none by a ministry.
    """
    hits = sorted((hit.first, hit.last, group) for group in groups for hit in groups[group])[:_MOST_HITS]
    near: set[tuple[bool, str, str]] = set()
    for number, (_, last, group) in enumerate(hits, start=1):
        reach = last + 1 + _NEAR
        for first, _, other in hits[number:]:
            if first > reach:
                break
            near.add((first > last, group, other))
    return _all_pairs(tuple(sorted(groups))).union(
        [
            f"order:{one} {other}" if apart else f"same:{min(one, other)} {max(one, other)}"
            for apart, one, other in near
            if one != other
        ]
    )


@lru_cache(maxsize=20_000)
def _all_pairs(groups: tuple[str, ...]) -> frozenset[str]:
    return frozenset([f"both:{one} {other}" for one, other in combinations(groups, 2)])


def _words(chunk: str) -> tuple[tuple[str, str], ...]:
    """The words of a chunk, folded and as written."""
    if chunk.isascii() and chunk.isalnum():
        return ((chunk.lower(), chunk),)  # as most are in half of the languages: quicker made than remembered
    return _remembered(chunk)


@lru_cache(maxsize=5_000)
def _remembered(chunk: str) -> tuple[tuple[str, str], ...]:
    return tuple((piece.folded, chunk[piece.start : piece.end]) for piece in pieces(chunk))


def names_of(word: str) -> list[str]:
    """The weights a folded word stands under: its own, and those of its beginnings, which its forms share."""
    return [f"word:{word}", *(f"start:{word[:size]}" for size in _BEGINNINGS if len(word) > size)]


def scale(count: int) -> float:
    """What each of so many features of a kind weighs, so that long texts weigh no more than short ones."""
    return 1 / math.sqrt(max(1, count))
