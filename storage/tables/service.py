"""The tables of the service itself: heartbeats, what ops was told, upkeep, and the last good versions of files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import Trouble
from storage.tables.base import Base
from storage.tables.types import Packed


class ServiceRow(Base):
    """`Beat`, one row for each process (or connection) of the service that wrote one lately."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    troubles: Mapped[tuple[Trouble, ...]] = mapped_column(Packed(tuple[Trouble, ...]), server_default="[]")
    canary_at: Mapped[datetime | None]
    kind: Mapped[str | None]
    files: Mapped[str | None]


class TroubleRow(Base):
    """`Trouble` that somebody was told of and that was not over when it was looked for last."""

    __tablename__ = "troubles"

    name: Mapped[str] = mapped_column(primary_key=True)
    trouble: Mapped[Trouble] = mapped_column(Packed(Trouble))
    told_at: Mapped[datetime]


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
