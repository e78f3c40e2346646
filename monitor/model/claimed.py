"""What a text claims of people: how many were killed, hurt or are missing, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TollKind(StrEnum):
    """What happened to the people counted."""

    KILLED = "killed"
    HURT = "hurt"
    MISSING = "missing"


class Bound(StrEnum):
    """How a number is meant: "12", "at least 12", "up to 12", "about 12"."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    UP_TO = "up_to"
    ABOUT = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """A number of people that a text says were killed, hurt or are missing.

    `low` and `high` differ for a range only. `start` and `end` are characters of the text, from the number or the word
    of harm, whichever comes first, to the end of the other. `quote` is the sentence as written, or the part around the
    number when it is longer than 240 characters. `claimant` is who says so in the same sentence, as written; empty when
    the sentence does not tell.
    """

    kind: TollKind
    low: int
    high: int
    bound: Bound = Bound.EXACT
    start: int
    end: int
    quote: str
    claimant: str = ""
