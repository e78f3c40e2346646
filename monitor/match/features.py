"""What a second opinion weighs of an item: what the rule found in it, how that stands, and the words around it.

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

from monitor.match.hits import Hit
from monitor.match.itemtexts import ItemTexts
from monitor.match.scan import FIELD_BREAK
from monitor.match.text import CHUNK, pieces
from monitor.model import Field, How

KINDS = (
    *("way", "group", "title", "both", "order", "same", "term", "twice", "often", "mistyped", "words", "alone"),
    *("word", "start", "pair", "near"),
)
"""The kinds of names, each before a colon, in the order in which a file lists them."""

Parted = Mapping[str, Collection[str]]
"""Many names, in two parts as `parted` parts them: "near:strike " with "hospi" and "clini" is two of them."""

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

    evidence: Parted
    words: Mapping[str, str]
    together: Parted = field(default_factory=dict)
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amounts: Parted = field(default_factory=dict)
    pairs: frozenset[str] = frozenset()
    near: Parted = field(default_factory=dict)

    def parted(self, *, words: bool = True) -> Iterator[tuple[Parted, float]]:
        """What is weighed of which names have two parts, and how much each counts.

        What is many counts less each, so that long texts weigh no more than short ones. Without `words` it is what the
        rule found alone.
        """
        yield self.evidence, _scale_of(self.evidence)
        yield self.together, _TOGETHER * _scale_of(self.together)
        yield self.amounts, _AMOUNT
        if words:
            yield self.near, _scale_of(self.near)

    def whole(self, *, words: bool = True) -> Iterator[tuple[Collection[str], float]]:
        """The same of what is weighed by whole names, besides single words."""
        yield self.terms, scale(len(self.terms))
        if words:
            yield self.pairs, scale(len(self.pairs))

    def kinds(self, *, words: bool = True) -> Iterator[tuple[Collection[str], float]]:
        """Both, by whole names."""
        for names, each in self.parted(words=words):
            yield joined(names), each
        yield from self.whole(words=words)


def features_of(
    texts: ItemTexts, groups: Mapping[str, Sequence[Hit]], ways: Iterable[str], built: Collection[str] = ()
) -> Features:
    """What an item is weighed by: the ways that hold, the groups hit (and hit in the title), and its words.

    Groups `built` from others say nothing more of what stands together than those that they are built from.
    """
    there = [group for group, hits in groups.items() if hits]
    # Hits are in the order of the text, and the title comes first.
    titles = [group for group in there if groups[group][0].in_title]
    own = {group: groups[group][:_MOST_HITS] for group in there if group not in built}
    read = _read(texts.title, texts.summary)
    return Features(
        {"way:": set(ways), "group:": there, "title:": titles},
        read.words,
        together=_together(own),
        terms=_terms(own),
        amounts=_amounts(own, len(read.words), alone=not texts.summary),
        pairs=read.pairs,
        near=_near(own, read.fields),
    )


class _Read(NamedTuple):
    """What the words of headline and summary are, whatever a rule finds in them.

    `fields` has of both the number of their first word, as `scan` counts, and the beginnings of all.
    """

    words: Mapping[str, str]
    pairs: frozenset[str]
    fields: Mapping[Field, tuple[int, Sequence[str]]]


@lru_cache(maxsize=1)  # the opinions of several rules read the same item, one after the other
def _read(title: str, summary: str) -> _Read:
    words: dict[str, str] = {}
    pairs: set[str] = set()
    fields = {}
    base = 0
    for name, text in ((Field.TITLE, title), (Field.SUMMARY, summary)):
        every = list(chain.from_iterable(map(_words, CHUNK.findall(text[:_CHARACTERS]))))
        found = every[:_WORDS]
        for folded, written in found:
            words.setdefault(folded, written)
        beginnings = [folded[:_OF_WORD] for folded, _ in found]
        pairs.update([f"pair:{one} {other}" for one, other in pairwise(beginnings)])
        fields[name] = base, beginnings
        # A title is never so long that it is cut.
        base += len(every) + FIELD_BREAK if text else 0
    return _Read(words, frozenset(pairs), fields)


def _near(groups: Mapping[str, Sequence[Hit]], fields: Mapping[Field, tuple[int, Sequence[str]]]) -> Parted:
    """Each group with the words around its hits: a strike beside a hospital is not one beside pay."""
    near: dict[str, set[str]] = {}
    for group, hits in groups.items():
        around: set[str] = set()
        for hit in hits:
            if hit.field in fields:
                base, words = fields[hit.field]
                first, after = hit.first - base, hit.last - base + 1
                around.update(words[max(0, first - _AROUND) : first], words[after : after + _AROUND])
        near[f"near:{group} "] = around
    return near


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


def _amounts(groups: Mapping[str, Sequence[Hit]], words: int, *, alone: bool) -> Parted:
    """How often groups were hit, which only by words with typing errors, and how long the text is."""
    places = {group: len({hit.first for hit in hits}) for group, hits in groups.items()}
    return {
        "words:": [str(least) for least in _LENGTHS if words > least],
        "alone:": ["headline"] if alone else [],
        "twice:": [group for group, count in places.items() if count > 1],
        "often:": [group for group, count in places.items() if count > 2],
        "mistyped:": [group for group, hits in groups.items() if all(hit.how is How.TYPO for hit in hits)],
    }


def _together(groups: Mapping[str, Sequence[Hit]]) -> Parted:
    """Which groups stand in one text, and those with few words between them in the order of the text.

    Who does what to whom is in the order: "ministry condemns strike" is none by a ministry.
    """
    hits = sorted((hit.first, hit.last, group) for group in groups for hit in groups[group])[:_MOST_HITS]
    order: set[str] = set()
    same: set[str] = set()
    for number, (_, last, group) in enumerate(hits, start=1):
        reach = last + 1 + _NEAR
        for first, _, other in hits[number:]:
            if first > reach:
                break
            if other == group:
                continue
            if first > last:
                order.add(f"{group} {other}")
            else:
                same.add(f"{min(group, other)} {max(group, other)}")
    return {"both:": _all_pairs(tuple(sorted(groups))), "order:": order, "same:": same}


@lru_cache(maxsize=20_000)
def _all_pairs(groups: tuple[str, ...]) -> frozenset[str]:
    return frozenset([f"{one} {other}" for one, other in combinations(groups, 2)])


def _words(chunk: str) -> tuple[tuple[str, str], ...]:
    """The words of a chunk, folded and as written."""
    if chunk.isascii() and chunk.isalnum():
        return ((chunk.lower(), chunk),)  # as most are in half of the languages: quicker made than remembered
    return _remembered(chunk)


@lru_cache(maxsize=5_000)
def _remembered(chunk: str) -> tuple[tuple[str, str], ...]:
    return tuple((piece.folded, chunk[piece.start : piece.end]) for piece in pieces(chunk))


def parted(name: str) -> tuple[str, str]:
    """The two parts of a name: a group with a word near it ends with the word, all others begin with their kind."""
    cut = (name.rfind(" ") if name.startswith("near:") else name.find(":")) + 1
    return name[:cut], name[cut:]


def joined(names: Parted) -> list[str]:
    """Names in two parts as they stand in a file."""
    return [first + last for first, every in names.items() for last in every]


def names_of(word: str) -> list[str]:
    """The weights a folded word stands under: its own, and those of its beginnings, which its forms share."""
    return [f"word:{word}", *(f"start:{word[:size]}" for size in _BEGINNINGS if len(word) > size)]


def scale(count: int) -> float:
    """What each of so many features of a kind weighs, so that long texts weigh no more than short ones."""
    return 1 / math.sqrt(max(1, count))


def _scale_of(names: Parted) -> float:
    return scale(sum(map(len, names.values())))
