"""What deciding gives: verdicts with their reasons, and alerts as sinks show them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from monitor.model.claimed import Gist, StoryFacts
from monitor.model.configured import Severity
from monitor.model.matched import Match


class Action(StrEnum):
    """What Wirewatch did about an item."""

    ALERT = "alert"
    UPDATE = "update"
    FOLLOW_UP = "follow-up"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    NONE = "none"


class Reason(StrEnum):
    """Why it did that: a stable name, in databases, in the log and in what `replay` prints.

    Names are added, and never changed. A store may hold others, of an earlier or a later version: `VerdictHistory`.
    """

    # Posted in a message of its own, or in a digest.
    NEW_STORY = "new_story"
    """The first report of its story for a route: a card."""
    CATCH_UP_DIGEST = "catch_up_digest"
    """A recent article in its feed's first poll."""
    LATE_DIGEST = "late_digest"
    """Old already when its feed first showed it."""
    QUIET_HOURS_DIGEST = "quiet_hours_digest"
    """The route has quiet hours now."""
    UNSURE_DIGEST = "unsure_digest"
    """Every match is unsure, and may wait."""
    BUSY_DIGEST = "busy_digest"
    """The route had as many cards in this hour as it wants."""
    FLOOD_DIGEST = "flood_digest"
    """The feed had as many messages in this hour as one may."""

    # News of a story that the route knows: material changes, which are posted aloud.
    SEVERITY_RAISED = "severity_raised"
    """More severe than anything that was posted about it."""
    CORRECTION = "correction"
    """A report was corrected or taken back."""
    REACTION = "reaction"
    """An official reaction, the first of its kind or of its speaker."""
    TOLL = "toll"
    """A toll much higher than the one that was posted."""
    CONFIRMED = "confirmed"
    """The first report that does not copy or credit the first: a second source."""
    NEW_RULE = "new_rule"
    """A rule matches that had matched no report of the story."""
    NEW_WAY = "new_way"
    """A rule matches in a way that is new."""
    NOW_SURE = "now_sure"
    """A rule that was posted as unsure matches for sure."""

    # Reports of a story that the route knows, without news.
    FURTHER_REPORT = "further_report"
    """Another report: a line in the thread."""
    IN_DIGEST = "in_digest"
    """Its story waits in a digest, which shows it too."""
    NOT_RELEVANT = "not_relevant"
    """Somebody of the desk found its story not relevant: a line in the thread, whatever it brings."""
    COPY = "copy"
    """The text of a report that was posted already."""
    ROUND_UP = "round_up"
    """It tells of several events, of all of which there are cards already."""
    REVISION = "revision"
    """An edit that says nothing new to the desk."""

    # Stored, and not posted.
    NO_MATCH = "no_match"
    """No rule matches."""
    RULE_ON_TEST = "rule_on_test"
    """Only rules on test match."""
    CATCH_UP = "catch_up"
    """Too old at its feed's first poll."""
    NO_ROUTE = "no_route"
    """No route takes these rules at this severity."""
    FLOOD = "flood"
    """Its feed brought so many in this hour that not even a digest holds them; ops gets a notice."""
    MUTED = "muted"
    """Somebody of the desk muted it."""
    ERROR = "error"
    """A stage raised on it, which is a fault of Wirewatch."""


TOLD_ALONE = frozenset(
    {
        Reason.NEW_STORY,
        Reason.SEVERITY_RAISED,
        Reason.CORRECTION,
        Reason.REACTION,
        Reason.TOLL,
        Reason.CONFIRMED,
        Reason.NEW_RULE,
        Reason.NEW_WAY,
        Reason.NOW_SURE,
        Reason.FURTHER_REPORT,
        Reason.NOT_RELEVANT,
    }
)
"""The reasons of what is posted in a message of its own."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one revision of an item. `reason` is a stable name, `detail` a sentence."""

    action: Action
    reason: Reason
    detail: str = ""
    story_id: str | None = None


class DigestReason(StrEnum):
    """Why alerts go out together."""

    CATCH_UP = "catch-up"
    LATE = "late"
    BUSY = "busy"
    QUIET_HOURS = "quiet hours"
    UNSURE = "unsure"
    FLOOD = "flood"
    BACKLOG = "backlog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Everything a sink needs to show one item to the desk, as it was when it was decided.

    `record` is what its story claimed then, this item included; `gist` is what the item itself says. `spoken` says that
    an official speaks in a report of it, as far as any rule found, also one of another route, and one that is unsure.
    """

    story_id: str
    item_id: str
    severity: Severity
    title: str
    summary: str
    url: str
    source: str
    language: str | None
    published: datetime | None
    seen_at: datetime
    matches: tuple[Match, ...]
    record: StoryFacts = field(default_factory=StoryFacts)
    gist: Gist = field(default_factory=Gist)
    spoken: bool = False

    def with_report(self, report: Alert) -> Alert:
        """This alert in the light of a further report of its story, or of a later revision of its own item.

        Rules that only the other words matched are named without evidence, because those words are not shown.
        """
        shown, other = (report, self) if report.item_id == self.item_id else (self, report)
        spoken = self.spoken or report.spoken
        return replace(shown.naming(other), seen_at=self.seen_at, record=report.record, spoken=spoken)

    def naming(self, other: Alert) -> Alert:
        """This alert, which also names the rules that matched only the other one (without their words)."""
        known = {match.rule for match in self.matches}
        added = tuple(replace(match, evidence=()) for match in other.matches if match.rule not in known)
        return replace(self, matches=(*self.matches, *added), severity=max(self.severity, other.severity))

    @property
    def doubtful(self) -> bool:
        """Whether people read that all of it is unsure: no match is sure, or to be shown as if it were."""
        return bool(self.matches) and all(match.doubtful for match in self.matches)

    @property
    def waits(self) -> bool:
        """Whether it may wait for a digest of unsure alerts."""
        return bool(self.matches) and all(match.waits for match in self.matches)
