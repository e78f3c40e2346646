"""Which stretches of a round-up tell one event each (docs/decisions/0067)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from monitor.link.acts import HARM, acts_of
from monitor.link.phrases import folded, table
from monitor.link.places.ids import SETTLED, meet
from monitor.link.places.mentions import mentions
from monitor.model import Field, Item, Match
from monitor.wording.sentences import sentence_ends

_words = partial(table, "attacks")

_READ = 2_000
"""So many characters of a text are read; of what is longer nobody can tell whether all of it is known."""

_MOST = 24
_MOST_PLACES = 100
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PART = re.compile(
    r"\s*(?P<mark>[;:|؛]|\s[–—-])\s+"
    r"|\s*[,،–—]\s+|\s(?:as|while|amid|tandis que|alors que|mientras|на фоне|а также|тоді як|وسط|فيما|بينما)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an item's text: the characters of a field from `start` on that are its `text`."""

    field: Field
    start: int
    text: str

    @property
    def end(self) -> int:
        """The character of the field after its last one."""
        return self.start + len(self.text)


def stretches_of(item: Item, *, headline_only: bool = False) -> tuple[Stretch, ...]:
    """The stretches of an item's text, in order; none when the text is too long to know all of it.

    A stretch is a clause. What only adds to the one before it, such as a further town, is part of that.
    """
    texts = {Field.TITLE: item.title} if headline_only else _texts(item)
    if sum(map(len, texts.values())) > _READ:
        return ()
    found = tuple(Stretch(field, *told) for field, text in texts.items() for told in _told_in(text))
    return found if len(found) <= _MOST else ()


def match_within(match: Match, stretch: Stretch) -> Match:
    """A match with the evidence that stands in a stretch alone, where it stands there."""
    evidence = tuple(
        replace(piece, field=Field.TITLE, start=piece.start - stretch.start, end=piece.end - stretch.start)
        for piece in match.evidence
        if piece.field is stretch.field and stretch.start <= piece.start and piece.end <= stretch.end
    )
    return replace(match, evidence=evidence)


def _texts(item: Item) -> dict[Field, str]:
    return {Field.TITLE: item.title, Field.SUMMARY: item.summary, Field.BODY: item.body}


def _told_in(text: str) -> Iterator[tuple[int, str]]:
    """The stretches of one text, each with where it begins."""
    named = [one for one in islice(mentions(text), _MOST_PLACES) if one.place.kind in SETTLED]
    settled = [one for one in named if not (one.metonym or one.adjective)]
    begun, so_far = 0, frozenset[str]()
    for start, end, marked in _clauses(text):
        towns = frozenset(one.place.place_id for one in settled if start <= one.start < end)
        other = bool(towns) and not meet(towns, so_far) and _tells(text[start:end])
        if start and (marked or other):
            yield begun, text[begun:start]
            begun, so_far = start, towns
        else:
            so_far |= towns
    yield begun, text[begun:]


def _clauses(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where clauses begin and end, and whether a mark before them says that they stand by themselves."""
    ends = dict.fromkeys(sentence_ends(text), True)
    for part in _PART.finditer(text):
        ends.setdefault(part.end(), part["mark"] is not None)
    start, marked = 0, True
    for end in [*sorted(ends), len(text)]:
        if end > start:
            yield start, end, marked
        start, marked = end, ends.get(end, False)


def _tells(clause: str) -> bool:
    """Whether a clause names an attack, its dead, or what it was made with."""
    done = frozenset[str]().union(*map(acts_of, _WORD.findall(clause)))
    return bool(done & HARM) or _words("weapons").any(folded(clause))
