"""What is kept of an item: every stage it went through, for people who ask why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.configured import FeedKind, Severity
from monitor.model.decided import Action
from monitor.model.delivered import DeliveryState
from monitor.model.desk import Assignment
from monitor.model.edited import StoryEdit
from monitor.model.linked import Story
from monitor.model.matched import Match
from monitor.model.messages import Message
from monitor.model.rated import Rating


@dataclass(frozen=True, slots=True)
class VerdictHistory:
    """A verdict as it was written. Its reason is text, and no `Reason`.

    A store may be older or newer than the program that reads it, and hold reasons that this one does not give. They
    are only shown to people, and an item whose reason nobody knows any more can still be explained.
    """

    action: Action
    reason: str
    detail: str = ""
    story_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionHistory:
    """One revision of an item: its words, why they belong to this item, which rules matched, and the verdict.

    Once pruned, `summary`, `body` and the evidence of `matches` are empty.
    """

    revision: int
    title: str
    summary: str
    body: str
    content_hash: str
    published: datetime | None
    seen_at: datetime
    reason: str
    matches: tuple[Match, ...]
    verdict: VerdictHistory | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """A stored item in a line: its newest headline, and the newest verdict on it."""

    item_id: str
    title: str
    source: str
    url: str
    first_seen_at: datetime
    verdict: VerdictHistory | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMatch:
    """A match that is stored, with the revision that the rule matched, and the verdict."""

    item_id: str
    revision: int
    seen_at: datetime
    title: str
    source: str
    url: str
    language: str | None
    match: Match
    verdict: VerdictHistory | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRevision:
    """One revision of an item, with the rules that matched it when it was seen and what people said of the item.

    `kind` and `seen_at` are None where the revision comes from a file that does not tell. `ratings` are those of all
    revisions of the item, the newest last.
    """

    item_id: str
    revision: int
    feed_id: str
    kind: FeedKind | None
    source: str
    url: str
    language: str | None
    title: str
    summary: str
    body: str
    seen_at: datetime | None
    matches: tuple[Match, ...] = ()
    ratings: tuple[Rating, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptHistory:
    """One try to post a delivery, or (`look_up`) to find out whether an earlier one was posted.

    `ended_at` is None while it runs, and for good when its process died.
    """

    attempt: int
    look_up: bool
    owner: str
    started_at: datetime
    ended_at: datetime | None
    result: DeliveryState | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHistory:
    """A delivery that shows the item, and its state; `message` is None once pruned."""

    delivery_id: str
    kind: str
    route: str
    channel: str
    severity: Severity
    state: DeliveryState
    created_at: datetime
    not_before: datetime
    parent_id: str | None
    ts: str | None
    reason: str | None
    sent_at: datetime | None
    message: Message | None
    attempts: tuple[AttemptHistory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHistory:
    """All that is kept of an item. `story_reason` and `copy_of` say why it is in its story.

    `ratings` are what people said of it, the newest last; `edits` the merges and splits that gave it another story.
    `assignments` say who works on the story.
    """

    item_id: str
    feed_id: str
    family: str
    kind: FeedKind
    source: str
    guid: str
    url: str
    title: str
    language: str | None
    published: datetime | None
    first_seen_at: datetime
    revisions: tuple[RevisionHistory, ...]
    ratings: tuple[Rating, ...]
    story: Story | None
    story_reason: str | None
    copy_of: str | None
    deliveries: tuple[DeliveryHistory, ...]
    edits: tuple[StoryEdit, ...] = ()
    assignments: tuple[Assignment, ...] = ()
