"""The tables of the search: which words each item has, and which items are to be read for it. docs/decisions/0041.

In SQLite an index of FTS5, `item_search`, stands beside `item_words`; in PostgreSQL `words` has an index of its own.
Neither can be said in SQLAlchemy's words for both, so migrations make them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ItemWordsRow(Base):
    """The words of an item's newest revision. Later items have higher numbers, so that a search gives newest first."""

    __tablename__ = "item_words"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), unique=True)
    words: Mapped[str] = mapped_column(String().with_variant(TSVECTOR(), "postgresql"))


class SearchWaitRow(Base):
    """An item whose words changed and that was not read for the search yet, and since when."""

    __tablename__ = "search_waits"
    __table_args__ = ({"sqlite_with_rowid": False},)

    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    since: Mapped[datetime]
