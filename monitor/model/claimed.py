"""What texts claim: how many people were killed, hurt or are missing, where, with what, and what officials say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    number when it is longer than 240 characters. `claimant` is whoever says so in the same sentence, as written; empty
    when the sentence does not tell.
    """

    kind: TollKind
    low: int
    high: int
    bound: Bound = Bound.EXACT
    start: int
    end: int
    quote: str
    claimant: str = ""


WITHDRAWN, EDITED = "withdrawn", "edited"
"""The `words` of a correction that takes its report back, and of one that says what an edit changed."""


class ClaimKind(StrEnum):
    """What a claim is about. The first three are those of `TollKind`."""

    KILLED = "killed"
    HURT = "hurt"
    MISSING = "missing"
    PLACE = "place"
    WEAPON = "weapon"
    TARGET = "target"
    ACCUSED = "accused"
    REACTION = "reaction"
    CORRECTION = "correction"


TOLLS = (ClaimKind.KILLED, ClaimKind.HURT, ClaimKind.MISSING)
"""The claims of how many people were harmed."""


class Reaction(StrEnum):
    """What an official says or does about an event, in the words of cards; `STATEMENT` is any other word on it."""

    DENIAL = "denial"
    ADMISSION = "admission"
    RESPONSIBILITY = "claim of responsibility"
    CONFIRMATION = "confirmation"
    JUSTIFICATION = "justification"
    APOLOGY = "apology"
    REGRET = "regret"
    CONDEMNATION = "condemnation"
    CONCERN = "concern"
    ACCUSATION = "accusation"
    INQUIRY = "inquiry"
    INQUIRY_CALL = "call for an inquiry"
    SANCTION = "sanctions"
    SUMMONS = "summons or expulsion"
    LEGAL_STEP = "legal step"
    CALL = "call"
    WARNING = "warning"
    NO_COMMENT = "no comment"
    STATEMENT = "statement"

    @classmethod
    def _missing_(cls, value: object) -> Reaction | None:
        """The reaction that an earlier version, which told fewer apart, has stored under another value."""
        return {
            "confirmation, defence or regret": cls.CONFIRMATION,
            "sanction or summons": cls.SANCTION,
            "call or warning": cls.CALL,
        }.get(str(value))

    @property
    def needs_official(self) -> bool:
        """Whether it counts only where somebody is named who speaks for a state or a body.

        Any country that acts in a report could be read to have called for something, or to have said it.
        """
        return self in (Reaction.CALL, Reaction.WARNING, Reaction.STATEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something that a text says, with the words it says it in.

    `value` is what is said: a number as written on cards ("at least 9", "8 to 12"), a `place_id`, the term of a rule,
    who is accused, a `Reaction`, the headline that corrects, or what it corrects ("60 → 6 killed"). `low` and `high`
    are the number of people, 0 for what is no toll. `words` are for people: a place's English name, the words that the
    term hit; of a toll they are the ids of the places that its sentence names as where it was, and with a "+" before
    them those of towns named together, of a correction `WITHDRAWN`, `EDITED` or its headline. `quote` is the sentence,
    at most 240 characters, and `claimant` who says so in it, as written: of a reaction the speaker, of an accusation
    the accuser; empty when it does not tell.
    """

    kind: ClaimKind
    value: str
    low: int = 0
    high: int = 0
    words: str = ""
    quote: str
    claimant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement that a report of a story makes; the fields of `Statement` mean what they mean there.

    `source` is the outlet. An item claims a value once per claimant: `seen_at` is when it first did, `revision` the
    latest in which it does.
    """

    item_id: str
    revision: int
    kind: ClaimKind
    value: str
    low: int = 0
    high: int = 0
    words: str = ""
    quote: str
    claimant: str = ""
    source: str
    family: str
    language: str = ""
    seen_at: datetime

    @property
    def key(self) -> tuple[str, ClaimKind, str, str]:
        """What no other claim of any item has."""
        return self.item_id, self.kind, self.value, self.claimant

    @property
    def correction(self) -> str:
        """What is told once of a correction: that its item corrects, that it is withdrawn, or what an edit changed."""
        told = {WITHDRAWN: WITHDRAWN, EDITED: self.value}.get(self.words, "")
        return f"{self.item_id}: {told}" if told else self.item_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFacts:
    """What is claimed in a story by now, and how widely.

    `outlets` counts publisher families; `origins` counts reports that neither repeat nor credit each other, nor only
    react. `second` is the outlet of the first report that has another origin than the first; "" when there is none.
    `latest` and `highest` have one claim for each kind of toll that is claimed; both have the same one where the latest
    is the highest. The `words` of a toll say here where it was, in English, when that is not where the first report
    has it, and are "" else. `places`, `weapons` and `targets` have each value once, the most reported first.
    `accusations` and `reactions` have each once, by its first report, the oldest first.
    """

    outlets: int = 0
    origins: int = 0
    second: str = ""
    latest: tuple[Claim, ...] = ()
    highest: tuple[Claim, ...] = ()
    places: tuple[Claim, ...] = ()
    weapons: tuple[Claim, ...] = ()
    targets: tuple[Claim, ...] = ()
    accusations: tuple[Claim, ...] = ()
    reactions: tuple[Claim, ...] = ()
    corrections: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What an item says, in English words that are the same whatever its language; empty where nothing is certain.

    `topics` are the weapon, the act and what was hit, as its headline says ("strike", "hospital"), `places` English
    names, `tolls` numbers with what befell people ("at least 9 killed"). `reaction` is the value of a `Reaction`, `by`
    the state that reacts and `accused` the state that is accused, by their English names.
    """

    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tolls: tuple[str, ...] = ()
    reaction: str = ""
    by: str = ""
    accused: str = ""
