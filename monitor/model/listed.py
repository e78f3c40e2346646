"""What the console lists: stories by what they are about, the last alerts, and what waits in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.model.configured import Severity
from monitor.model.delivered import DeliveryState
from monitor.model.edited import StorySummary
from monitor.model.linked import Card
from monitor.model.messages import Message

ListPlace = tuple[datetime, str]
"""Where a list of stories stands: the newest report and the id of the last story shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories are wanted; what is empty leaves all in.

    `words` is a search as somebody typed it, which one report has to answer. `severity` is the least, `place` a place
    by its id or English name, and `places` are the ids of those that it may be a name of. `free` are those that nobody
    works on, that are not muted and that nobody judged not relevant. The newest report came at `since` or later, and
    before `until`; None for any time.
    """

    words: str = ""
    rule: str = ""
    severity: Severity | None = None
    language: str = ""
    place: str = ""
    feed: str = ""
    muted: bool = False
    held_by: str = ""
    free: bool = False
    since: datetime | None = None
    until: datetime | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items are wanted; what is empty leaves all in.

    `words` is a search as somebody typed it, `rule` one that matches them. They were found at `since` or later, and
    before `until`; None for any time.
    """

    words: str = ""
    feed: str = ""
    rule: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in a list: what it is, its rules and languages, who works on it by name, and whether it is muted.

    `dismissed` says that somebody found it not relevant. Both may be so on some of its routes only.
    """

    summary: StorySummary
    rules: tuple[str, ...]
    languages: tuple[str, ...]
    held_by: tuple[str, ...]
    muted: bool
    dismissed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """An alert and when its first item was published, found and posted; `items` counts all that it tells of.

    `language` is that of the first item, None when it is not known. What is told of the first is empty without any.
    `doubtful` says that it may be off topic.
    """

    delivery_id: str
    kind: str
    route: str
    state: DeliveryState
    severity: Severity
    decided_at: datetime
    posted_at: datetime | None
    items: int = 0
    item_id: str = ""
    title: str = ""
    language: str | None = None
    source: str = ""
    published: datetime | None = None
    found_at: datetime | None = None
    story_id: str | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDelivery:
    """A message that was not posted: why, since when it was decided, and until when it waits."""

    delivery_id: str
    kind: str
    route: str
    channel: str
    state: DeliveryState
    decided_at: datetime
    not_before: datetime
    tries: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlert:
    """A message of a route that tells of items, as it was posted."""

    delivery_id: str
    message: Message
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDay:
    """A feed on a day in UTC: how many new items it brought, and how many polls failed.

    `delay` is the median from publication to the poll that found an item; None where no item says when it was
    published. About `missed` articles may have come and gone unseen.
    """

    day: date
    items: int
    delay: timedelta | None
    failures: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissedStory:
    """A story that somebody found not relevant, and the card that says so.

    `title` is its first headline, `kept` counts the reports that stayed in the card's thread because of it.
    """

    title: str
    card: Card
    kept: int
