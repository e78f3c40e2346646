"""How the service stands: the facts a health check judges by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.delivered import DeliveryState
from monitor.model.waits import SKEW


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """How the service stood at one time; whoever reads it says what is unhealthy.

    `heartbeats` is the last heartbeat of each part of the service. `feeds_failing` counts feeds whose last poll failed,
    `succeeded_at` is the newest poll that worked. `oldest_due_at` is when the first of the
    deliveries that are due fell due; `stuck` counts those that wait behind one that is held or was rejected.
    """

    heartbeats: Mapping[str, datetime]
    feeds_total: int
    feeds_failing: int
    succeeded_at: datetime | None
    outbox: Mapping[DeliveryState, int]
    oldest_due_at: datetime | None
    stuck: int
    channel_problems: Mapping[str, str]

    @property
    def heartbeat_at(self) -> datetime | None:
        """The last heartbeat of any part of the service."""
        return max(self.heartbeats.values(), default=None)

    def last_heartbeat(self, now: datetime) -> datetime | None:
        """The last heartbeat; one that lies ahead was written by a clock that was wrong, and says nothing."""
        return max((at for at in self.heartbeats.values() if at <= now + SKEW), default=None)


@dataclass(frozen=True, slots=True)
class PastOutage:
    """A time in which the database could not be used: the last reason, in words, and how long, in seconds."""

    problem: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much room the disk with a SQLite file has. `path` is the file's, the sizes are in bytes.

    `size` is that of the file and its write-ahead log.
    """

    path: str
    free: int
    size: int


class FileChange(StrEnum):
    """What somebody did to the SQLite file while it was open, and what was done about it.

    `GONE`: it was deleted, and put back. `OTHER`: another file stands in its place, which is used now; what was open is
    kept beside it. `LOG_GONE`: its write-ahead log was deleted, and what stood in it was written into the file.
    `EMPTY`: it was emptied; only a backup helps.
    """

    GONE = "gone"
    OTHER = "other"
    LOG_GONE = "log_gone"
    EMPTY = "empty"
