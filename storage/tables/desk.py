"""The tables of what people of the desk say and do; `ratings`, `assignments`, `mutes` and `desk` write their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import Cause, MuteScope
from storage.tables.base import Base


class RatingRow(Base):
    """A `Rating`. Kept for good, as are the texts it is about."""

    __tablename__ = "ratings"
    __table_args__ = (Index(None, "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    revision: Mapped[int]
    rule: Mapped[str | None]
    relevant: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    cause: Mapped[Cause | None]
    word: Mapped[str] = mapped_column(server_default=text("''"))


class AssignmentRow(Base):
    """An `Assignment`: who works on a story for a route now."""

    __tablename__ = "assignments"

    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    name: Mapped[str]
    at: Mapped[datetime]


class MuteRow(Base):
    """A `Mute`. Kept for good, so that anybody can see what was not told, and why."""

    __tablename__ = "mutes"
    __table_args__ = (Index(None, "ended_at", "until"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[MuteScope]
    subject: Mapped[str]
    words: Mapped[str]
    route: Mapped[str]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    user_id: Mapped[str]
    name: Mapped[str]
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[str | None]
    ended_by_name: Mapped[str | None]


class MutedItemRow(Base):
    """A `MutedItem`: what a mute held back. Kept for good."""

    __tablename__ = "muted_items"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mute_id: Mapped[str] = mapped_column(ForeignKey("mutes.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)


class DeskActRow(Base):
    """A `DeskAct`. Kept for good: an envelope that Slack delivers again does nothing twice."""

    __tablename__ = "desk_acts"
    __table_args__ = (Index(None, "target"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    target: Mapped[str]
    user_id: Mapped[str]
    name: Mapped[str]
    at: Mapped[datetime]
