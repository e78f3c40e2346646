"""The tables of the service itself: heartbeats, what ops was told, upkeep, silences, last good versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import Trouble
from storage.tables.base import Base
from storage.tables.types import PackedJson


class ServiceRow(Base):
    """`Beat`, one row for each process (or connection) of the service that wrote one lately."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    troubles: Mapped[tuple[Trouble, ...]] = mapped_column(PackedJson(tuple[Trouble, ...]), server_default="[]")
    canary_at: Mapped[datetime | None]
    kind: Mapped[str | None]
    files: Mapped[str | None]


class TroubleRow(Base):
    """`Trouble` that somebody was told of and that was not over when it was looked for last."""

    __tablename__ = "troubles"

    name: Mapped[str] = mapped_column(primary_key=True)
    trouble: Mapped[Trouble] = mapped_column(PackedJson(Trouble))
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


class WatchedHourRow(Base):
    """An hour (UTC) in which the service looked what its rules match, and how often."""

    __tablename__ = "watched_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    looks: Mapped[int]


class SilenceRow(Base):
    """`Silence`, the last one of each rule and language."""

    __tablename__ = "silences"

    rule: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    found_at: Mapped[datetime]
    hours: Mapped[int]
    expected: Mapped[float]
    seen: Mapped[int]
    cause: Mapped[str]
    told_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    over_told_at: Mapped[datetime | None]


class SummaryRow(Base):
    """When ops last got a daily summary, and how each feed did then."""

    __tablename__ = "summaries"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    feeds: Mapped[dict[str, str]] = mapped_column(PackedJson(dict[str, str]))


class FeedGroupRow(Base):
    """`FeedGroup`: feeds that fail together, of which ops got one notice."""

    __tablename__ = "feed_groups"

    key: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str]
    host: Mapped[str]
    began_at: Mapped[datetime]
    last_at: Mapped[datetime]
    told_healed: Mapped[int]
    healing_since: Mapped[datetime | None]


class FeedGroupMemberRow(Base):
    """A feed of a group, and whether it works again."""

    __tablename__ = "feed_group_members"
    __table_args__ = (Index(None, "group_key"),)

    feed_id: Mapped[str] = mapped_column(primary_key=True)
    group_key: Mapped[str]
    healed: Mapped[bool]
