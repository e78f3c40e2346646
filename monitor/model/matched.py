"""What matching gives: a rule that matches, with the words that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.model.claimed import Reaction
from monitor.model.configured import Severity

Vector = Sequence[float]
"""What a text means to a sentence encoder: as many finite numbers as that encoder has dimensions."""


class Field(StrEnum):
    """The parts of an item that are matched."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"


class How(StrEnum):
    """How a term hit the words of the text."""

    SAME = "same"
    INFLECTED = "inflected"
    TYPO = "typo"
    JOINED = "joined"
    SPLIT = "split"
    ENDING = "ending"
    ACRONYM = "acronym"
    EVERYTHING = "everything"


class Unsure(StrEnum):
    """What becomes of a match that is unsure.

    `alert`: as any other; `mark`: an alert that says so; `digest`: told together with others like it, unless critical.
    No rule file says `faint`: it is what becomes of a match below the rule's `digest_below`, told together with others
    like it, critical or not.
    """

    ALERT = "alert"
    MARK = "mark"
    DIGEST = "digest"
    FAINT = "faint"


class Role(StrEnum):
    """What the words of a group are to what a report claims, in the words of rule files.

    `officials` speak for a state or a body. `countries` speak too, but also act and are spoken of. `said` is what a
    speaker says or does. `weapons` and `targets` are what was used, and what was hit.
    """

    OFFICIAL = "officials"
    COUNTRY = "countries"
    SAID = "said"
    WEAPON = "weapons"
    TARGET = "targets"


LIKE = "like "
"""What a reason begins with, after its sign, that names a kind of news: "+like news of a strike on homes"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words that made a rule match: `text` is `field[start:end]` of the item, in characters.

    `role` is the role that the rule gives its `group`; None when it gives none.
    """

    field: Field
    start: int
    end: int
    text: str
    term: str
    how: How
    group: str
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that matches an item by one of its ways.

    `rule_hash` and `engine` make it repeatable. `says` is the official reaction that the rule says its way is, and
    `topic` are the words, as written, of all hits of the evidence's groups in the text; both are used while the item is
    judged, and not stored with it. `live` is False for a rule on test:
    recorded, never posted. `confidence` is 0 to 1, or None without a second opinion. `sure` is what that opinion says,
    and True without one; `unsure` is what happens to the match when it is not. `reasons` are words of the text that
    speak for (+) and against (-) it, the weightiest first, and then maybe a kind of news that it is `LIKE`. `opinion`
    names the version that weighed them, and the encoder whose vector of the text it weighed too. `broad` says that the
    way holds only because that opinion agrees; it is not stored.
    """

    rule: str
    rule_title: str
    rule_hash: str
    engine: str
    way: str
    says: Reaction | None = None
    severity: Severity
    send_to: tuple[str, ...] = ()
    live: bool = True
    evidence: tuple[Evidence, ...] = ()
    topic: frozenset[str] = frozenset()
    confidence: float | None = None
    sure: bool = True
    unsure: Unsure = Unsure.MARK
    reasons: tuple[str, ...] = ()
    opinion: str = ""
    broad: bool = False

    @property
    def of_officials(self) -> bool:
        """Whether an official speaks by its way or by words of its evidence, be it only to give facts."""
        return self.says is not None or any(piece.role in (Role.OFFICIAL, Role.SAID) for piece in self.evidence)

    @property
    def doubtful(self) -> bool:
        """Whether people read that it is unsure."""
        return not self.sure and self.unsure is not Unsure.ALERT

    @property
    def waits(self) -> bool:
        """Whether it waits for a digest of unsure alerts; critical ones wait only if they are faint."""
        if self.sure:
            return False
        patient = self.unsure is Unsure.DIGEST and self.severity is not Severity.CRITICAL
        return patient or self.unsure is Unsure.FAINT
