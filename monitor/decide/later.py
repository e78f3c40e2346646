"""What becomes of a later report of a story that a route knows: pure, the first row that applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from monitor.decide.heldback import dismissal_words, mute_words
from monitor.decide.news import News
from monitor.decide.timing import Timing, must_not_wait
from monitor.model import (
    Action,
    Alert,
    Card,
    DigestReason,
    Dismissal,
    Identity,
    Judgement,
    Link,
    Mute,
    Reason,
    Route,
)

_BY_SETTINGS = (DigestReason.BUSY, DigestReason.QUIET_HOURS, DigestReason.UNSURE)
"""The digests that wait because of their own route's settings, which bind no other route to the channel."""


class Step(Enum):
    """What is done about a report."""

    EDIT = auto()
    """The card shows it, and nothing is posted."""
    HOLD_BACK = auto()
    """A mute keeps it; the card shows what the story says by now."""
    NEW_CARD = auto()
    """It becomes a card of its own, in place of one that is not in the channel any more, or of a doubtful line."""
    TAKE_OUT = auto()
    """It is posted by itself, out of the digest that its story waits in."""
    JOIN = auto()
    """The digest that its story waits in shows it too."""
    REPLY = auto()
    """It is posted after the card."""


@dataclass(frozen=True, slots=True)
class RouteVerdict:
    """The verdict on one item for one route."""

    action: Action
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterReport:
    """A report for a route that has a card of its story.

    `alert` is what the route would get of it, `mute` what holds all of it back, `changes` what is new in it.
    `dismissed` is what keeps it in the thread. `held_for` is the reason of the open digest that the story waits in,
    None when it waits in none.
    """

    route: Route
    alert: Alert
    card: Card
    link: Link
    identity: Identity
    mute: Mute | None
    dismissed: Dismissal | None
    changes: Sequence[News]
    held_for: DigestReason | None

    @property
    def told(self) -> Sequence[News]:
        """What of it is told aloud: all, if any of it is to be."""
        return self.changes if any(change.aloud for change in self.changes) and not self.dismissed else ()


def what_becomes(report: LaterReport, timing: Timing) -> tuple[Step, RouteVerdict]:
    """What is done about a later report, and the verdict on it."""
    card, link, route, held_for = report.card, report.link, report.route, report.held_for
    brought = "; ".join(change.words for change in report.changes)
    news = brought if report.told else ""
    reason = report.changes[0].reason if report.changes else Reason.FURTHER_REPORT
    said, action = brought or link.reason, Action.UPDATE if news else Action.FOLLOW_UP
    if report.dismissed:
        reason, judged = Reason.NOT_RELEVANT, dismissal_words(report.dismissed, route.name, timing.now)
        said = f"{judged}; {brought}" if brought else judged
    edited = report.identity.judgement is Judgement.REVISION
    waited = f"{said}; until now in the {held_for} digest of {card.route}"
    urgent = news and held_for is not None and must_not_wait(held_for, report.alert, card)
    flood_is_over = held_for is DigestReason.FLOOD and not timing.is_flood()
    not_bound = held_for in _BY_SETTINGS and card.route != route.name and not timing.waits(route, report.alert)
    only_listed = card.listed and not card.sure
    muted = mute_words(report.mute, timing.now) if report.mute else ""
    deleted = f"{news}; a new card, because somebody deleted the one before"
    carded = f"{news}; a card, because it was only listed as maybe off topic"
    joined = "its story is in a digest that is about to go out"
    too_many = f"{said}; shown on the card alone, because its feed brings so many"
    copied, repeated = f"{link.reason} ({link.copy_of})", f"{report.identity.reason}; nothing in it is new to the desk"
    duplicate, suppressed = Action.DUPLICATE, Action.SUPPRESSED
    rows = (
        (not brought and link.copy_of, Step.EDIT, RouteVerdict(duplicate, Reason.COPY, copied)),
        (not brought and edited, Step.EDIT, RouteVerdict(duplicate, Reason.REVISION, repeated)),
        (report.mute, Step.HOLD_BACK, RouteVerdict(suppressed, Reason.MUTED, muted)),
        (news and card.gone, Step.NEW_CARD, RouteVerdict(Action.UPDATE, reason, deleted)),
        (news and not held_for and only_listed, Step.NEW_CARD, RouteVerdict(Action.UPDATE, reason, carded)),
        (urgent, Step.TAKE_OUT, RouteVerdict(Action.UPDATE, reason, waited)),
        (flood_is_over, Step.TAKE_OUT, RouteVerdict(Action.UPDATE, reason, waited)),
        (not_bound, Step.TAKE_OUT, RouteVerdict(Action.UPDATE, reason, waited)),
        (held_for, Step.JOIN, RouteVerdict(Action.FOLLOW_UP, Reason.IN_DIGEST, joined)),
        (timing.is_flood(), Step.EDIT, RouteVerdict(action, Reason.FLOOD, too_many)),
        (True, Step.REPLY, RouteVerdict(action, reason, said)),
    )
    return next((step, verdict) for applies, step, verdict in rows if applies)
