"""A rule as the engine sees it: read, validated, with every term taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from monitor.model import FeedKind, Reaction, Role, Severity, Unsure

ANY_LANGUAGE = "any_language"


class Status(StrEnum):
    """`off`: not evaluated; `test`: evaluated and recorded, never posted; `live`."""

    OFF = "off"
    TEST = "test"
    LIVE = "live"


class WordMode(StrEnum):
    """How a word of a term may differ from the text's word."""

    FORMS = "forms"  # inflected forms and guarded typing errors
    EXACT = "exact"  # =word
    ENDING = "ending"  # word*
    ACRONYM = "acronym"  # WORD


class Where(StrEnum):
    """The part of an item all hits of a way must lie in. Lead: title, summary and the first 80 words of the body."""

    TITLE = "title"
    LEAD = "lead"
    ANYWHERE = "anywhere"


class Says(StrEnum):
    """The official reaction that a way is, in the words of rule files, which stay when those of cards change."""

    DENIAL = "denial"
    ADMISSION = "admission"
    RESPONSIBILITY = "responsibility"
    CONFIRMATION = "confirmation"
    JUSTIFICATION = "justification"
    APOLOGY = "apology"
    REGRET = "regret"
    CONDEMNATION = "condemnation"
    CONCERN = "concern"
    ACCUSATION = "accusation"
    INQUIRY = "inquiry"
    INQUIRY_CALL = "inquiry_call"
    SANCTION = "sanction"
    SUMMONS = "summons"
    LEGAL_STEP = "legal_step"
    CALL = "call"
    WARNING = "warning"
    NO_COMMENT = "no_comment"
    STATEMENT = "statement"

    @property
    def reaction(self) -> Reaction:
        """The same, as a story's facts have it."""
        return Reaction[self.name]


@dataclass(frozen=True, slots=True)
class TermWord:
    """One word of a term. `gap` is how many other words may stand before it; `typos` None: by its length."""

    text: str
    mode: WordMode = WordMode.FORMS
    typos: int | None = None
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A term as `written` in the rule file, its language list, and where it stands (line and column from 1).

    `path` is the word file it was taken from; None: it stands in the rule's own file.
    """

    written: str
    language: str
    words: tuple[TermWord, ...]
    line: int = 1
    column: int = 1
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to meet a rule: an AND over groups. `everything` needs no words at all.

    A way that needs the opinion is too broad to be trusted alone: it holds only where the second opinion is sure.
    `says` is the official reaction that it is, None for what is none.

    `within` is the most words that belong to no hit between the first and the last hit; `sentence` asks for one
    sentence. At most one of the two is set.
    """

    name: str
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    at_least: int = 1
    none: tuple[str, ...] = ()
    within: int | None = None
    sentence: bool = False
    where: Where = Where.ANYWHERE
    severity: Severity | None = None
    everything: bool = False
    needs_opinion: bool = False
    says: Reaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """One way to hit a group built from groups: any of some, or one of each of `all` at most `within` words apart."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    within: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text the rule must match (optionally by `way`, with `severity`) or must not."""

    text: str
    summary: str = ""
    body: str = ""
    way: str | None = None
    severity: Severity | None = None
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule file. `words` are its groups of terms, `groups` those built from other groups, which stand before them.

    Where one of `never_sure` holds, a match is unsure whatever the second opinion says.
    `roles` are those of both that have one: what their words are to what a report claims.
    `hash` is the first 6 hex digits of the SHA-256 of the normalised rule.
    """

    id: str
    title: str
    path: Path
    owner: str = ""
    status: Status = Status.LIVE
    severity: Severity = Severity.MEDIUM
    send_to: tuple[str, ...] = ()
    unsure: Unsure = Unsure.MARK
    digest_below: float = 0.0
    feeds: frozenset[str] = frozenset()
    kinds: frozenset[FeedKind] = frozenset()
    words: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[GroupPart, ...]] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    never: tuple[str, ...] = ()
    never_sure: tuple[Way, ...] = ()
    ignore: tuple[Term, ...] = ()
    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()
    known_wrong: tuple[Example, ...] = ()
    hash: str = ""

    @property
    def against(self) -> frozenset[str]:
        """The groups whose words may make a match unsure."""
        return frozenset(group for case in self.never_sure for group in (*case.all, *case.any))

    @property
    def only_against(self) -> frozenset[str]:
        """Those of `against` that no way asks for, by itself or through a group built from groups."""
        asked = {group for way in self.ways for group in (*way.all, *way.any)}
        for built in reversed(self.groups):  # what a group is built from stands before it
            if built in asked:
                asked.update(group for part in self.groups[built] for group in (*part.all, *part.any))
        return self.against - asked


def rule_of_lists(rule_id: str, words: Mapping[str, tuple[Term, ...]]) -> Rule:
    """A rule of no file that any word of these lists meets, to find out where they stand."""
    return Rule(id=rule_id, title="", path=Path(), words=dict(words), ways=(Way(name="any", any=tuple(words)),))
