"""The tables of stories: their reports, keys, claims, cards, and what people changed about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import ClaimKind, Dismissal, EditKind, Profile, Severity, Told
from storage.tables.base import Base
from storage.tables.types import PackedJson, Strings


class StoryRow(Base):
    """An event. Kept for good; one that a person merged into another, `merged_into`, has no items any more."""

    __tablename__ = "stories"
    __table_args__ = (Index(None, "updated_at"), Index(None, "merged_into"))

    id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    merged_into: Mapped[str | None]
    profile: Mapped[Profile] = mapped_column(PackedJson(Profile), server_default="{}")


class StoryItemRow(Base):
    """An item's place in its story; an item belongs to one story at most. `summary` is pruned."""

    __tablename__ = "story_items"
    __table_args__ = (Index(None, "story_id", "seen_at"),)

    item_id: Mapped[str] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    title: Mapped[str]
    summary: Mapped[str]
    family: Mapped[str]
    keys: Mapped[Strings] = mapped_column(PackedJson(Strings))
    profile: Mapped[Profile] = mapped_column(PackedJson(Profile), server_default="{}")
    seen_at: Mapped[datetime]
    reason: Mapped[str]
    score: Mapped[float]
    copy_of: Mapped[str | None]
    credit: Mapped[str] = mapped_column(server_default=text("''"))


class StoryKeyRow(Base):
    """A rare word or number of a story, as `candidates.story_key` writes it, and when it was last seen there."""

    __tablename__ = "story_keys"
    __table_args__ = (Index(None, "key", "seen_at"), Index(None, "story_id"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(primary_key=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    seen_at: Mapped[datetime]


class ClaimRow(Base):
    """A `Claim`. Kept for good, its quote too: it is what remains of a report when its text is pruned."""

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
    rules: Mapped[Strings] = mapped_column(PackedJson(Strings))
    unsure: Mapped[Strings] = mapped_column(PackedJson(Strings))
    severity: Mapped[Severity]
    created_at: Mapped[datetime]
    told: Mapped[Told | None] = mapped_column(PackedJson(Told))
    dismissed: Mapped[Dismissal | None] = mapped_column(PackedJson(Dismissal))


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
