"""What a hit of a term is, and how hits stand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.model import Evidence, Field, How, Role


class Hit(NamedTuple):
    """A term found. `first` and `last` are positions of words (a field break counts 1,000), `size` its own words.

    `start` and `end` are characters of `source`, the text of `field`. `sentence` is -1 across the end of one, and means
    nothing where no rule asks for it.
    """

    first: int
    last: int
    size: int
    sentence: int
    in_title: bool
    in_lead: bool
    term: str
    how: How
    field: Field
    start: int
    end: int
    source: str

    def evidence(self, group: str, role: Role | None = None) -> Evidence:
        """What is kept and shown of it, as a hit of this group, which has that role."""
        return Evidence(
            field=self.field,
            start=self.start,
            end=self.end,
            text=self.source[self.start : self.end],
            term=self.term,
            how=self.how,
            group=group,
            role=role,
        )


def between(chosen: Sequence[Hit]) -> int:
    """The words from the first to the last hit that belong to none of them."""
    span = max(hit.last for hit in chosen) - min(hit.first for hit in chosen) + 1
    return max(0, span - sum(hit.size for hit in chosen))


def overlap(one: Hit, other: Hit) -> bool:
    """Whether two hits share a word."""
    return one.first <= other.last and other.first <= one.last


# From the most to the least certain way to hit a word; a term is hit as its weakest word is.
_CERTAINTY = (How.SAME, How.ACRONYM, How.ENDING, How.JOINED, How.SPLIT, How.INFLECTED, How.TYPO)


def weakest(hows: Sequence[How]) -> How:
    """The least certain of some ways to hit a word."""
    return max(hows, key=_CERTAINTY.index)
