"""The tables of feeds, of the entries that they have shown, and of their subscriptions at hubs.

`storage.feeds`, `storage.items` and `storage.pushes` write them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import FailureClass, FeedCourse, FeedKeys, FeedRhythm, Subscription
from storage.tables.base import Base
from storage.tables.types import PackedJson


class FeedRow(Base):
    """`FeedState`, one row for each feed ever polled; those taken out of feeds.yaml stay.

    `waits_since` is when it was decided until when it waits, `next_poll_at`.
    """

    __tablename__ = "feeds"
    __table_args__ = (Index(None, "next_poll_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    validated_url: Mapped[str | None]
    body_hash: Mapped[str | None]
    whole_at: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    baselined_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failing_since: Mapped[datetime | None]
    failure: Mapped[FailureClass | None]
    reason: Mapped[str | None]
    failure_told: Mapped[bool] = mapped_column(default=False, server_default=false())
    keys: Mapped[FeedKeys] = mapped_column(PackedJson(FeedKeys), server_default="{}")
    waits_since: Mapped[datetime | None]
    doubt: Mapped[str | None]
    left_out: Mapped[int] = mapped_column(default=0, server_default="0")
    course: Mapped[FeedCourse] = mapped_column(PackedJson(FeedCourse), server_default="{}")
    rhythm: Mapped[FeedRhythm] = mapped_column(PackedJson(FeedRhythm), server_default="{}")


class EntryRow(Base):
    """The digest of an entry a feed has shown, and the item it was judged to be. Kept for good."""

    __tablename__ = "entries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    feed_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]


class FeedDayRow(Base):
    """What went wrong with a feed on a day: polls that failed, and articles that may have come and gone unseen.

    `day` is the date in UTC, as ISO 8601 writes it. Days on which nothing went wrong have no row. Pruned.
    """

    __tablename__ = "feed_days"
    __table_args__ = (Index(None, "day"), {"sqlite_with_rowid": False})

    feed_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    missed: Mapped[int]


class SubscriptionRow(Base):
    """`Subscription`, one row for each feed that names a hub."""

    __tablename__ = "subscriptions"

    feed_id: Mapped[str] = mapped_column(primary_key=True)
    subscription: Mapped[Subscription] = mapped_column(PackedJson(Subscription))
