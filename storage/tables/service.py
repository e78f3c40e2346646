"""The tables of the service itself: heartbeats, and the last good versions of the files that people edit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ServiceRow(Base):
    """The last heartbeat of a part of the service."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


class ConfigFileRow(Base):
    """`ConfigFile`, one row for each file that has a last good version or something wrong with it."""

    __tablename__ = "config_files"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str | None]
    good_since: Mapped[datetime | None]
    wrong: Mapped[str]
    told_at: Mapped[datetime | None]
