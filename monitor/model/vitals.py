"""How the service stands: the facts a health check judges by, and what it finds wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.delivered import DeliveryState
from monitor.model.durations import in_words
from monitor.model.waits import SKEW

SOCKET = "socket:"
"""How the names of heartbeats of connections for buttons and commands begin; the process follows."""

LONGEST_SILENCE = timedelta(seconds=60)
"""A process of the service writes every few seconds that it lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong with the chain.

    `name` is stable while it goes on: ops gets one notice about it, and one when it is over. `what` is a sentence
    without its full stop, to which the time since `since` (None when that is not known) is added; `remedy` says what to
    do. `channels` are those that cannot be used to report it. `told_elsewhere`: another part of the service reports it
    to ops.
    """

    name: str
    what: str
    since: datetime | None = None
    remedy: str = ""
    channels: frozenset[str] = frozenset()
    told_elsewhere: bool = False

    def line(self, now: datetime) -> str:
        """What is wrong, for how long by now, and what to do."""
        lasting = f" for {in_words(max(timedelta(0), now - self.since))}" if self.since else ""
        return f"{self.what}{lasting}" + (f"; {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """When the notice of a trouble was decided, and when it was posted; None when it was not."""

    decided_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWait:
    """What waits for one channel.

    `since` is since when the first of it could have been posted, whatever was tried meanwhile; `accepted_at` is when a
    message was last posted there (None when none of the last was), and `reason` what the last attempt came to.
    """

    channel: str
    since: datetime
    accepted_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What a process of the service last wrote of itself: when it began, that it lives, and what it finds wrong.

    `ended_at` is when it stopped in order, or was found to have stopped without. `canary_at` is when its last test
    entry went through the whole chain, None when none did yet. `kind` is the command that it runs, and `files` differs
    between processes that work by different rules, feeds or routes; "" where nobody wrote it.
    """

    at: datetime
    began_at: datetime | None = None
    ended_at: datetime | None = None
    troubles: tuple[Trouble, ...] = ()
    canary_at: datetime | None = None
    kind: str = ""
    files: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSigns:
    """How polling stands. All counts and times are of the feeds that are asked about.

    `failing` counts feeds whose last poll failed, `failures` the polls that did since each last worked. `failing_since`
    is when the last of them began to fail; `succeeded_at` is the newest poll that worked. `due_since` is since when the
    first feed is due (None when none is), `taken_at` when a feed was last taken to be polled; `never_taken` counts
    feeds that never were.
    """

    total: int = 0
    failing: int = 0
    failures: int = 0
    failing_since: datetime | None = None
    succeeded_at: datetime | None = None
    due_since: datetime | None = None
    taken_at: datetime | None = None
    never_taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """How the service did at one time; the reader judges what is unhealthy.

    `beats` is what each process last wrote of itself. `stuck` counts the deliveries that wait behind one that is held
    or was rejected.
    """

    beats: Mapping[str, Beat]
    polls: PollSigns
    outbox: Mapping[DeliveryState, int]
    waits: tuple[ChannelWait, ...] = ()
    stuck: int
    channel_problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def heartbeats(self) -> Mapping[str, datetime]:
        """The last heartbeat of each process."""
        return {name: beat.at for name, beat in self.beats.items()}

    def last_heartbeat(self, now: datetime) -> datetime | None:
        """The last heartbeat of a process; one that lies ahead was written by a clock that was wrong, and says nothing.

        That a connection for buttons stands says nothing of the chain.
        """
        processes = (beat.at for name, beat in self.beats.items() if not name.startswith(SOCKET))
        return max((at for at in processes if at <= now + SKEW), default=None)

    def alive(self, now: datetime) -> Mapping[str, Beat]:
        """What the processes that live wrote of themselves, by name; connections for buttons are none."""
        return {
            name: beat
            for name, beat in sorted(self.beats.items())
            if not name.startswith(SOCKET) and beat.ended_at is None and now - LONGEST_SILENCE <= beat.at <= now + SKEW
        }

    def last_canary(self, now: datetime) -> datetime | None:
        """When a test entry last went through the whole chain of a process."""
        times = (beat.canary_at for beat in self.beats.values())
        return max((at for at in times if at is not None and at <= now + SKEW), default=None)

    @property
    def oldest_due_at(self) -> datetime | None:
        """Since when the first of the deliveries that are due could have been posted; None without any."""
        return min((wait.since for wait in self.waits), default=None)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How much the database holds; `size` is in bytes, as the database itself counts it."""

    items: int
    stories: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """How many rows lost their old words, or went."""

    revisions: int = 0
    matches: int = 0
    deliveries: int = 0
    attempts: int = 0
    story_items: int = 0
    story_keys: int = 0

    def __add__(self, other: PruneReport) -> PruneReport:
        return PruneReport(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def total(self) -> int:
        """Rows changed or gone in all."""
        return sum(getattr(self, one.name) for one in fields(self))


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
