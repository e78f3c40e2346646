"""The tables of the service itself: heartbeats, upkeep, and the last good versions of the files that people edit."""

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


class UpkeepRow(Base):
    """A part of the upkeep (`monitor.app.upkeep`): when it was begun last, and what is wrong, "" for nothing."""

    __tablename__ = "upkeep"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    problem: Mapped[str]
