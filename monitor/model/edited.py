"""Stories as people see and mend them: lists, details, and the edits that are remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.configured import Severity
from monitor.model.delivered import DeliveryState
from monitor.model.linked import Card


class EditKind(StrEnum):
    """What a person did to a story."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEdit:
    """A merge of `story_id` into `other_id`, or a split of items of `story_id` off into the new story `other_id`.

    `item_ids` are the items that changed their story.
    """

    kind: EditKind
    story_id: str
    other_id: str
    item_ids: tuple[str, ...]
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySummary:
    """A story in a line.

    `items` counts its articles, `families` the publishers they come from. `headline` and `language` are those of the
    first report, `severity` the highest that any match gave that need not wait, or else that any did.
    `doubtful` says that its reports may all be off topic.
    """

    story_id: str
    severity: Severity | None
    first_seen_at: datetime
    last_seen_at: datetime
    items: int = 0
    families: int = 0
    headline: str = ""
    language: str | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReport:
    """An article of a story; `reason` and `copy_of` say why it joined, `revisions` how many wordings were seen."""

    item_id: str
    source: str
    family: str
    url: str
    title: str
    first_seen_at: datetime
    revisions: int
    reason: str
    score: float
    copy_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDelivery:
    """A message that told of items of a story, and what became of it; `ts` is where it stands in its channel."""

    delivery_id: str
    kind: str
    route: str
    channel: str
    ts: str | None
    state: DeliveryState
    created_at: datetime
    sent_at: datetime | None
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDetails:
    """All that is known of a story. `merged` are the ids of the stories merged into it; each of them leads here."""

    summary: StorySummary
    reports: tuple[StoryReport, ...]
    cards: tuple[Card, ...]
    deliveries: tuple[StoryDelivery, ...]
    edits: tuple[StoryEdit, ...]
    merged: tuple[str, ...]
