"""The tables of items: their texts, what they were seen under, which rules they met, and what became of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import Action, Evidence, FeedKind, Severity, Unsure
from storage.tables.base import Base
from storage.tables.types import PackedJson, Strings


class ItemRow(Base):
    """An article as its latest revision says. Its texts are in `revisions`.

    `last_seen_at` is None for one that was last seen before that was kept.
    """

    __tablename__ = "items"
    __table_args__ = (Index(None, "feed_id", "first_seen_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    feed_id: Mapped[str]
    family: Mapped[str]
    kind: Mapped[FeedKind]
    source: Mapped[str]
    guid: Mapped[str]
    link: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    title_key: Mapped[str]
    text_key: Mapped[str] = mapped_column(default="", server_default=text("''"))
    content_hash: Mapped[str]
    language: Mapped[str | None]
    published: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revision: Mapped[int]


class AbsenceRow(Base):
    """An alerted article that its feed was seen to have taken out, since when; gone when the feed shows it again."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "feed_id"), {"sqlite_with_rowid": False})

    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    feed_id: Mapped[str]
    since: Mapped[datetime]


class ItemKeyRow(Base):
    """A guid, link, URL, title or text an item was ever seen under, as `items.item_key` writes it. Kept for good.

    `seen_at`, the first time, stands before the item in the key, so that the newest items of a key that many share
    (positional links, "Live updates") are read without reading them all.
    """

    __tablename__ = "item_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)


class RevisionRow(Base):
    """The words of an item at one time. `reason` is why identity held them for this item's."""

    __tablename__ = "revisions"
    __table_args__ = (Index(None, "seen_at"),)

    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    content_hash: Mapped[str]
    published: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    reason: Mapped[str]


class MatchRow(Base):
    """A rule one revision met; `position` is its place among that revision's matches. `evidence` is pruned."""

    __tablename__ = "matches"
    __table_args__ = (Index(None, "rule"),)

    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_title: Mapped[str]
    rule_hash: Mapped[str]
    engine: Mapped[str]
    way: Mapped[str]
    severity: Mapped[Severity]
    send_to: Mapped[Strings] = mapped_column(PackedJson(Strings))
    live: Mapped[bool]
    evidence: Mapped[tuple[Evidence, ...] | None] = mapped_column(PackedJson(tuple[Evidence, ...]))
    confidence: Mapped[float | None]
    sure: Mapped[bool]
    unsure: Mapped[Unsure]
    reasons: Mapped[Strings] = mapped_column(PackedJson(Strings))
    opinion: Mapped[str]


def on_topic() -> ColumnElement[bool]:
    """Whether a match is not doubted, as `Match.doubtful` says."""
    return or_(MatchRow.sure, MatchRow.unsure == Unsure.ALERT)


def need_not_wait() -> ColumnElement[bool]:
    """Whether a match does not wait for a digest of what may be off topic, as `Match.waits` says."""
    urgent = and_(MatchRow.unsure == Unsure.DIGEST, MatchRow.severity == Severity.CRITICAL)
    return or_(MatchRow.sure, MatchRow.unsure.in_((Unsure.ALERT, Unsure.MARK)), urgent)


class VerdictRow(Base):
    """What became of one revision of an item. Kept for good."""

    __tablename__ = "verdicts"

    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[Action]
    reason: Mapped[str]
    detail: Mapped[str]
    story_id: Mapped[str | None]
    decided_at: Mapped[datetime]
