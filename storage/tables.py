"""The tables. Their names are the vocabulary of `monitor.model`; what a column means is said there.

Every table has one aggregate's module that writes it. Those of items are in `itemtables`, those of what people do in
`desktables` and `cardtable`. Items, stories and deliveries name each other by id without foreign keys: ids are made by
the pipeline and never reused, and `retention` deletes no row of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator
from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import (
    ClaimKind,
    DeliveryState,
    EditKind,
    FailureClass,
    FeedKeys,
    Message,
    Profile,
    Told,
)
from storage.base import Base
from storage.types import Packed, Strings

AnyMessage = Annotated[Message, Discriminator("kind")]


# -- feeds -------------------------------------------------------------------------------------------------------


class FeedRow(Base):
    """`FeedState`, one row for each feed ever polled; those taken out of feeds.yaml stay."""

    __tablename__ = "feeds"
    __table_args__ = (Index(None, "next_poll_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None]
    next_poll_at: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    baselined_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failing_since: Mapped[datetime | None]
    failure: Mapped[FailureClass | None]
    reason: Mapped[str | None]
    failure_told: Mapped[bool] = mapped_column(default=False, server_default=false())
    keys: Mapped[FeedKeys] = mapped_column(Packed(FeedKeys), server_default="{}")


class EntryRow(Base):
    """The digest of an entry a feed has shown, and the item it was judged to be. Kept for good."""

    __tablename__ = "entries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    feed_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]


# -- stories -----------------------------------------------------------------------------------------------------


class StoryRow(Base):
    """An event. Kept for good; one that a person merged into another, `merged_into`, has no items any more."""

    __tablename__ = "stories"
    __table_args__ = (Index(None, "updated_at"), Index(None, "merged_into"))

    id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    merged_into: Mapped[str | None]
    profile: Mapped[Profile] = mapped_column(Packed(Profile), server_default="{}")


class StoryItemRow(Base):
    """An item's place in its story; an item belongs to one story at most. `summary` is pruned."""

    __tablename__ = "story_items"
    __table_args__ = (Index(None, "story_id", "seen_at"),)

    item_id: Mapped[str] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    title: Mapped[str]
    summary: Mapped[str]
    family: Mapped[str]
    keys: Mapped[Strings] = mapped_column(Packed(Strings))
    profile: Mapped[Profile] = mapped_column(Packed(Profile), server_default="{}")
    seen_at: Mapped[datetime]
    reason: Mapped[str]
    score: Mapped[float]
    copy_of: Mapped[str | None]
    credit: Mapped[str] = mapped_column(server_default=text("''"))


class StoryKeyRow(Base):
    """A rare word or number of a story, as `stories.story_key` writes it, and when it was last seen there."""

    __tablename__ = "story_keys"
    __table_args__ = (Index(None, "key", "seen_at"), Index(None, "story_id"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    seen_at: Mapped[datetime]


class ClaimRow(Base):
    """A `StoryClaim`. Kept for good, its quote too: it is what remains of a report when its text is pruned."""

    __tablename__ = "claims"
    __table_args__ = (Index(None, "story_id", "kind", "seen_at"), {"sqlite_with_rowid": False})

    item_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[ClaimKind] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    claimant: Mapped[str] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    revision: Mapped[int]
    low: Mapped[int]
    high: Mapped[int]
    words: Mapped[str]
    quote: Mapped[str]
    source: Mapped[str]
    family: Mapped[str]
    language: Mapped[str]
    seen_at: Mapped[datetime]


class CardRow(Base):
    """What a route was told of a story. Kept for good: no card is made twice."""

    __tablename__ = "cards"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    rules: Mapped[Strings] = mapped_column(Packed(Strings))
    unsure: Mapped[Strings] = mapped_column(Packed(Strings))
    severity: Mapped[int]
    created_at: Mapped[datetime]
    told: Mapped[Told | None] = mapped_column(Packed(Told))


class StoryEditRow(Base):
    """A `StoryEdit`. Kept for good."""

    __tablename__ = "story_edits"
    __table_args__ = (Index(None, "story_id"), Index(None, "other_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EditKind]
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    other_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class StoryEditItemRow(Base):
    """An item that an edit gave another story."""

    __tablename__ = "story_edit_items"
    __table_args__ = (Index(None, "item_id"), {"sqlite_with_rowid": False})

    edit_id: Mapped[int] = mapped_column(ForeignKey("story_edits.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)


# -- deliveries --------------------------------------------------------------------------------------------------


class DeliveryRow(Base):
    """A row of the outbox. `attempts` counts posts; `payload` is the message, emptied when old and sent.

    `first_attempt_at` is when it may have been posted earliest since it was last known not to be posted; `place` is its
    place among those written with it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "channel"), Index(None, "kind", "created_at"), Index(None, "parent_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    route: Mapped[str]
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    severity: Mapped[int]
    kind: Mapped[str]
    payload: Mapped[Any] = mapped_column(Packed(AnyMessage), nullable=True)
    state: Mapped[DeliveryState]
    created_at: Mapped[datetime]
    place: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[datetime]
    parent_id: Mapped[str | None]
    broadcast: Mapped[bool]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lookups: Mapped[int] = mapped_column(default=0, server_default="0")
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    first_attempt_at: Mapped[datetime | None]
    ts: Mapped[str | None]
    reason: Mapped[str | None]
    sent_at: Mapped[datetime | None]


class DeliveryItemRow(Base):
    """An item a delivery tells of; outlives the payload."""

    __tablename__ = "delivery_items"
    __table_args__ = (Index(None, "item_id"), {"sqlite_with_rowid": False})

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)


class AttemptRow(Base):
    """One try to post a delivery (`look_up` False) or to find out whether an earlier one did. Pruned when sent.

    `attempt` is the post's number, for a look-up that of the post it asks after. `ended_at` is None while it runs,
    and for good when its process died.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "delivery_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    attempt: Mapped[int]
    look_up: Mapped[bool]
    owner: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[DeliveryState | None]
    reason: Mapped[str | None]


class ChannelRow(Base):
    """Who may speak to a channel and when; `edits_ready_at` is for edits. `problem` is None while it works."""

    __tablename__ = "channels"

    channel: Mapped[str] = mapped_column(primary_key=True)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    edits_ready_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class ServiceRow(Base):
    """The last heartbeat of a part of the service."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


# -- configuration -----------------------------------------------------------------------------------------------


class ConfigFileRow(Base):
    """`ConfigFile`, one row for each file that has a last good version or something wrong with it."""

    __tablename__ = "config_files"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str | None]
    good_since: Mapped[datetime | None]
    wrong: Mapped[str]
    told_at: Mapped[datetime | None]
