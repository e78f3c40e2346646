"""What deciding gives: verdicts, alerts, and the messages that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self

from monitor.model.claimed import Gist, StoryFacts
from monitor.model.configured import Route, Severity
from monitor.model.ids import delivery_id_of
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
    COPY = "copy"
    """The text of a report that was posted already."""
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

    `record` is what its story claimed then, this item included; `gist` is what the item itself says.
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

    def with_report(self, report: Alert) -> Alert:
        """This alert in the light of a further report of its story, or of a later revision of its own item.

        Rules that only the other words matched are named without evidence, because those words are not shown.
        """
        shown, other = (report, self) if report.item_id == self.item_id else (self, report)
        return replace(shown.naming(other), seen_at=self.seen_at, record=report.record)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What people did to a story's card: ids of Slack users, and times.

    `judged` is the reason for which it is not relevant, `muted` what is muted until `muted_until`: "story", or
    "source Example News". What nobody did is empty.
    """

    claimed_by: str = ""
    claimed_at: datetime | None = None
    judged_by: str = ""
    judged_at: datetime | None = None
    judged: str = ""
    muted_by: str = ""
    muted_until: datetime | None = None
    muted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMessage:
    """The first message a route gets about a story, edited as the story grows.

    `alert` is the first report with what its story says by now; `updates` counts the further reports that were
    posted on this route, `updated_at` is the time of the last of them. `merged_into` is the story whose card is used
    in place of this one.
    """

    alert: Alert
    desk: Desk = Desk()
    updates: int = 0
    updated_at: datetime | None = None
    merged_into: str = ""
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChange:
    """What a report changes about the card of its story on one route.

    `report` is the report as this route would get it, None when it was not for this route; `told` says that the route
    gets a message of its own about it.
    """

    delivery_id: str
    story_id: str
    record: StoryFacts
    report: Alert | None = None
    told: bool = False
    at: datetime

    def applied(self, message: CardMessage) -> CardMessage:
        """The card with this change. After a split, only the story that the card was made for changes what it says."""
        shown = message.alert
        if shown.story_id == self.story_id:
            shown = replace(shown, record=self.record)
            shown = shown.with_report(self.report) if self.report else shown
        if self.told:
            return replace(message, alert=shown, updates=message.updates + 1, updated_at=self.at)
        return replace(message, alert=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpMessage:
    """A later report of a story, for the card's thread.

    `news` says what it adds, in the words of the news; empty for a plain further report. `also` says what it means to
    Wirewatch: a raised severity, another rule.
    """

    alert: Alert
    news: str = ""
    also: str = ""
    kind: Literal["follow-up"] = "follow-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMessage:
    """Several stories in one message. `part` counts from 1; parts after the first go to the thread of the first.

    `later` has the severities of the alerts in the parts after this one, as far as the first part knows of them.
    `desks` is what people did to stories that are listed here, by story; those that nobody touched are not in it.
    """

    why: DigestReason
    alerts: tuple[Alert, ...]
    part: int = 1
    later: tuple[Severity, ...] = ()
    desks: Mapping[str, Desk] = field(default_factory=dict)
    kind: Literal["digest"] = "digest"

    def desk(self, story_id: str) -> Desk:
        """What people did to one of its stories."""
        return self.desks.get(story_id, Desk())


Shown = CardMessage | DigestMessage
"""What shows stories to a channel first, and what people act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredMessage:
    """That no official has answered a story for so long, for the card's thread."""

    story_id: str
    title: str
    silent_for: timedelta
    kind: Literal["unanswered"] = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class VanishedMessage:
    """That a report of a story was taken out of its feed again, for the card's thread."""

    story_id: str
    title: str
    source: str
    since: datetime
    kind: Literal["vanished"] = "vanished"


LATE = timedelta(seconds=60)
"""How long a notice may wait and still say that something goes on."""

MOMENT = "{now}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMessage:
    """Something about the service itself, for the ops route.

    `late_title` and `late_text` are what it says when it could not be posted for `LATE`; empty, it says the same.
    `MOMENT` in the text stands for when it is posted.
    """

    title: str
    text: str
    late_title: str = ""
    late_text: str = ""
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedReport:
    """An item that a mute held back, as it is listed when the mute is over."""

    title: str
    source: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMessage:
    """What somebody of the desk did, for the card's thread. `words` hold names and headlines: they are not safe yet.

    `mute_id` is the mute that can be undone from here, "" for none. `reports` are what a mute held back, the newest
    last, `more` how many there were besides.
    """

    story_id: str
    words: str
    mute_id: str = ""
    reports: tuple[MutedReport, ...] = ()
    more: int = 0
    kind: Literal["desk"] = "desk"


Message = (
    CardMessage | FollowUpMessage | DigestMessage | UnansweredMessage | VanishedMessage | NoticeMessage | DeskMessage
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one channel: a row of the outbox.

    `key` is unique, so that deciding the same thing twice cannot post it twice; `delivery_id` derives from it.
    `parent_id` is the delivery whose thread this one belongs to; it waits until that one was posted. `broadcast`
    shows a thread reply in the channel too.
    """

    delivery_id: str
    key: str
    route: str
    channel: str
    severity: Severity
    message: Message
    created_at: datetime
    not_before: datetime
    parent_id: str | None = None
    broadcast: bool = False

    @classmethod
    def new(
        cls,
        key: str,
        route: Route,
        message: Message,
        *,
        severity: Severity,
        now: datetime,
        not_before: datetime | None = None,
        parent_id: str | None = None,
        broadcast: bool = False,
    ) -> Self:
        """A message for a route, with this key (see `model.ids`), due at once unless `not_before` says later."""
        return cls(
            delivery_id=delivery_id_of(key),
            key=key,
            route=route.name,
            channel=route.channel,
            severity=severity,
            message=message,
            created_at=now,
            not_before=not_before or now,
            parent_id=parent_id,
            broadcast=broadcast,
        )
