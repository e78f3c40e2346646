"""Feeds that fail together: what is known of each and of a group of them, and what changes about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.messages import Delivery
from monitor.model.polled import FailureClass


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingFeed:
    """A feed whose last polls failed. `reason` is the last failure's in words, where they are at hand."""

    feed_id: str
    failure: FailureClass
    failing_since: datetime
    failures: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGroup:
    """Feeds that began to fail together, of which ops got one notice.

    `cause` is a `FailureClass`, "network" for several of the network's, or "" for any, where `host` may name the one
    that all are on. They began to fail between `began_at` and `last_at`. Ops got to read that `told_healed` of them
    work again; `healing_since` is when the first of the others did.
    """

    key: str
    cause: str
    host: str
    began_at: datetime
    last_at: datetime
    told_healed: int = 0
    healing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsNow:
    """The groups there are, as one feed is judged: its `own`, if any, and whether it is known to work again (`healed`).

    `members` has the feeds of its own group and whether each works again. `failing` reads the feeds that fail.
    """

    open: Sequence[FeedGroup] = ()
    own: FeedGroup | None = None
    healed: bool = False
    members: Mapping[str, bool] = field(default_factory=dict)
    failing: Callable[[], Sequence[FailingFeed]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChange:
    """What becomes of a feed: its `group` is to be written, `member` is to be taken into it, `healed` works again.

    `deliveries` are the notices; with a group they are written with it, without one they are the feed's own. The feeds
    `due` are polled at once: what they waited for may be over.
    """

    group: FeedGroup | None = None
    member: str = ""
    healed: str = ""
    deliveries: tuple[Delivery, ...] = ()
    due: tuple[str, ...] = ()
