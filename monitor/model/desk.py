"""What people of the desk do with cards: who works on a story, what is muted, and what is written of each act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.decided import Alert
from monitor.model.edited import StoryEdit
from monitor.model.ids import delivery_of_line
from monitor.model.messages import Delivery, Desk, MutedReport
from monitor.model.rated import Dismissal, Rating


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk. `user_id` is Slack's, `name` as Slack gives it: text of a stranger."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who works on a story for a route, and since when."""

    story_id: str
    route: str
    by: Person
    at: datetime


class MuteScope(StrEnum):
    """What a mute holds back."""

    STORY = "story"
    SOURCE = "source"
    RULE = "rule"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What a route wants no alerts about until a time.

    `subject` is a story, feed, rule or place by its id, `words` what people call it. `delivery_id` is the card that
    it was made on, in `channel`; its thread says so. `ended_at` is None while it is live; `ended_by` is who ended it
    early.
    """

    mute_id: str
    scope: MuteScope
    subject: str
    words: str
    route: str
    delivery_id: str
    by: Person
    began_at: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: Person | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class MutedItem:
    """An item that a mute held back from its route."""

    mute_id: str
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A mute and what it held back so far: how many items, and some of the newest of them, newest last.

    `channel` is that of the card that the mute was made on.
    """

    mute: Mute
    channel: str
    count: int = 0
    newest: tuple[MutedReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCard:
    """A card, or a story's line in a digest, with what is needed when a person acts on it.

    `delivery_id` is the card's delivery; for a line, that of the digest with the story (`model.ids.line_of`).
    `story_id` is its story, or the one that was merged into; `alert` (None once pruned) and `desk` are what it shows,
    `feed_id` and `revision` (the newest) those of its item. `mutes` are those of its route that were not ended.
    `closed` says that Slack lets nobody edit it any more. `rules` are those by which its route was told of the story.
    """

    delivery_id: str
    story_id: str
    route: str
    channel: str
    alert: Alert | None
    desk: Desk = field(default_factory=Desk)
    feed_id: str = ""
    revision: int = 1
    assignment: Assignment | None = None
    rating: Rating | None = None
    mutes: tuple[HeldBack, ...] = ()
    closed: bool = False
    rules: frozenset[str] = frozenset()

    @property
    def posted_as(self) -> str:
        """The delivery that shows it; what people do is said in its thread."""
        return delivery_of_line(self.delivery_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAct:
    """One thing that a person did in Slack. Two with the same `key` are one, which Slack delivered twice.

    `target` is the card it was done to, by its delivery, or a mute.
    """

    key: str
    what: str
    target: str
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDone:
    """What an act leads to, as it will be stored. `reply` is the text for the person who did it.

    `assignment`, `mute` and `dismissal` are written over what is there, `released`, `ended` and `reopened` end what
    was. `edit` is a merge, or a split whose new story has no id yet. `desk` is what the story's card on this route is
    to show of the desk; None when that does not change.
    """

    reply: str
    desk: Desk | None = None
    assignment: Assignment | None = None
    released: bool = False
    rating: Rating | None = None
    dismissal: Dismissal | None = None
    reopened: bool = False
    mute: Mute | None = None
    ended: tuple[Mute, ...] = ()
    edit: StoryEdit | None = None
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWeek:
    """What became of a rule's alerts in a period.

    `alerts` counts items that it alerted on, `claimed` those of them whose story somebody took and nobody rated.
    `relevant` and `not_relevant` count what people said of its items, `besides` those they called old or duplicate,
    which says nothing of the rule.
    """

    rule: str
    title: str
    alerts: int = 0
    claimed: int = 0
    relevant: int = 0
    not_relevant: int = 0
    besides: int = 0
