"""What matching hands on: a rule met, with the words that show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model.configured import Severity


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

    `alert`: as any other; `mark`: an alert that says so; `digest`: told together with others like it.
    """

    ALERT = "alert"
    MARK = "mark"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words that made a rule match: `text` is `field[start:end]` of the item, in characters."""

    field: Field
    start: int
    end: int
    text: str
    term: str
    how: How
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule met by an item through one of its ways.

    `rule_hash` and `engine` make it repeatable. `live` is False for a rule on test: recorded, never posted.
    `confidence` is 0 to 1, or None without a second opinion. `sure` is what that opinion says, and True without one;
    `unsure` is what becomes of the match when it is not. `reasons` are words of the text that speak for (+) and
    against (-) it, the weightiest first, and `opinion` names the version that weighed them.
    """

    rule: str
    rule_title: str
    rule_hash: str
    engine: str
    way: str
    severity: Severity
    send_to: tuple[str, ...] = ()
    live: bool = True
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    sure: bool = True
    unsure: Unsure = Unsure.MARK
    reasons: tuple[str, ...] = ()
    opinion: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether people are told that it is unsure."""
        return not self.sure and self.unsure is not Unsure.ALERT

    @property
    def waits(self) -> bool:
        """Whether it is told together with other unsure ones; critical ones never wait."""
        return not self.sure and self.unsure is Unsure.DIGEST and self.severity is not Severity.CRITICAL
