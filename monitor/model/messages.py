"""What is posted: the messages that carry alerts, notes and notices, and the deliveries that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Self

from monitor.model.claimed import StoryFacts
from monitor.model.configured import Route, Severity
from monitor.model.decided import Alert, DigestReason
from monitor.model.ids import delivery_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What people did to a story's card: ids of Slack users, and times.

    `judged` is the reason for which it is not relevant, `judged_rule` the only rule that says so where others do not;
    `kept` counts the reports that stayed in the thread because of it. `muted` is what is muted until `muted_until`:
    "story", or "source Example News". What nobody did is empty.
    """

    claimed_by: str = ""
    claimed_at: datetime | None = None
    judged_by: str = ""
    judged_at: datetime | None = None
    judged: str = ""
    judged_rule: str = ""
    kept: int = 0
    muted_by: str = ""
    muted_until: datetime | None = None
    muted: str = ""

    @property
    def is_dismissed(self) -> bool:
        """Whether somebody found the whole story not relevant."""
        return bool(self.judged_by) and not self.judged_rule

    def relevant(self) -> Desk:
        """The same without what somebody found not relevant."""
        return replace(self, judged_by="", judged_at=None, judged="", judged_rule="", kept=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMessage:
    """The first message a route gets about a story, edited as the story grows.

    `alert` is the first report with what its story says by now; `updates` counts the further reports that were
    posted on this route, `updated_at` is the time of the last of them. `merged_into` is the story whose card is used
    in place of this one, `merged_title` its headline ("" on cards of earlier versions).
    """

    alert: Alert
    desk: Desk = Desk()
    updates: int = 0
    updated_at: datetime | None = None
    merged_into: str = ""
    merged_title: str = ""
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChange:
    """What a report changes about the card of its story on one route.

    `report` is the report as this route would get it, None when it was not for this route; `told` says that the route
    gets a message of its own about it. `kept` says that it stays in the thread because its story is not relevant,
    `reopened` that it shows that the story is relevant after all.
    """

    delivery_id: str
    story_id: str
    record: StoryFacts
    report: Alert | None = None
    told: bool = False
    kept: bool = False
    reopened: bool = False
    at: datetime

    def applied(self, message: CardMessage) -> CardMessage:
        """The card with this change. After a split, only the story that the card was made for changes what it says."""
        shown = message.alert
        if shown.story_id == self.story_id:
            shown = replace(shown, record=self.record)
            shown = shown.with_report(self.report) if self.report else shown
        desk = message.desk.relevant() if self.reopened else message.desk
        desk = replace(desk, kept=desk.kept + 1) if self.kept else desk
        if self.told:
            return replace(message, alert=shown, desk=desk, updates=message.updates + 1, updated_at=self.at)
        return replace(message, alert=shown, desk=desk)


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

    `earlier` is how many stories the parts before this one list, so that a number is one story's in the whole digest.
    `later` has the severities of the alerts in the parts after this one, as far as the first part knows of them.
    `desks` is what people did to stories that are listed here, by story; those that nobody touched are not in it.
    """

    why: DigestReason
    alerts: tuple[Alert, ...]
    part: int = 1
    earlier: int = 0
    later: tuple[Severity, ...] = ()
    desks: Mapping[str, Desk] = field(default_factory=dict)
    kind: Literal["digest"] = "digest"

    @property
    def as_card(self) -> Alert | None:
        """The only story of a digest of one, which is shown as on a card.

        None for several; and for what still may be off topic, for which a line is enough.
        """
        (alert, *others) = self.alerts
        return alert if not others and not (self.why is DigestReason.UNSURE and alert.waits) else None

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


NOTICE_HOLDS_FOR = timedelta(seconds=60)
"""How long a notice may wait and still say that something goes on."""

MOMENT = "{now}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMessage:
    """Something about the service itself, for the ops route.

    `late_title` and `late_text` are what it says when it could not be posted for `NOTICE_HOLDS_FOR`; empty, it says the
    same. `MOMENT` in the text stands for when it is posted.
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

    `mute_id` is the mute that can be undone from here, "" for none. `reports` are what a mute held back, or what was
    split off, the newest last, `more` how many there were besides.
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
