"""The table of edits of posted cards; `cardedits` writes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import EditState
from storage.base import Base


class CardEditRow(Base):
    """What becomes of a card that changed after it was posted, or while it was: the `wanted`th version is to be shown.

    `shown` is the version that stands in the channel, 0 for the one that was posted, and `shown_at` since when; `tries`
    counts from then. `cardedits` writes it.
    """

    __tablename__ = "card_edits"
    __table_args__ = (Index(None, "state", "not_before"), {"sqlite_with_rowid": False})

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    state: Mapped[EditState]
    wanted: Mapped[int]
    shown: Mapped[int] = mapped_column(default=0, server_default="0")
    shown_at: Mapped[datetime | None]
    not_before: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str | None]
