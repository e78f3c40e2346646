"""The store: everything Wirewatch remembers, as one asynchronous object over one database.

Each aggregate has a module with its SQL and, below it, its part of the store: methods that are one transaction each, on
a thread of `Database`. `monitor` asks for parts of this by Protocols of its own; nothing here knows them.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from storage import backup, refill, restore, schema
from storage.absences import AbsencesPart
from storage.alertlists import AlertListsPart
from storage.backlog import BacklogPart
from storage.cardedits import CardEditsPart
from storage.channels import ChannelsPart
from storage.configfiles import ConfigFilesPart
from storage.consolelists import ConsoleListsPart
from storage.database import Database
from storage.deliveries import DeliveriesPart
from storage.desk import DeskPart
from storage.feeddays import FeedDaysPart
from storage.feedpolls import FeedPollsPart
from storage.feeds import FeedsPart
from storage.groups import GroupsPart
from storage.health import HealthPart
from storage.history import HistoryPart
from storage.judging import JudgingPart
from storage.known import KnownPart
from storage.mutes import MutesPart
from storage.outbox import OutboxPart
from storage.pushes import PushesPart
from storage.ratings import RatingsPart
from storage.reroute import ReroutePart
from storage.retention import RetentionPart
from storage.revisions import RevisionsPart
from storage.rulematches import RuleMatchesPart
from storage.ruleweeks import RuleWeeksPart
from storage.search import SearchPart
from storage.silences import SilencesPart
from storage.storycards import CardsPart
from storage.storyedits import StoryEditsPart
from storage.storylist import StoryListPart
from storage.summaries import SummariesPart
from storage.unread import UnreadPart
from storage.upkeep import UpkeepPart
from storage.waits import WaitsPart
from storage.workqueue import WorkQueuePart


class Store(
    FeedsPart,
    FeedPollsPart,
    GroupsPart,
    JudgingPart,
    AbsencesPart,
    CardsPart,
    StoryListPart,
    UnreadPart,
    WaitsPart,
    StoryEditsPart,
    DeliveriesPart,
    OutboxPart,
    KnownPart,
    CardEditsPart,
    BacklogPart,
    ReroutePart,
    ChannelsPart,
    DeskPart,
    MutesPart,
    RatingsPart,
    RuleWeeksPart,
    RuleMatchesPart,
    HistoryPart,
    RevisionsPart,
    HealthPart,
    ConfigFilesPart,
    RetentionPart,
    ConsoleListsPart,
    AlertListsPart,
    UpkeepPart,
    SearchPart,
    FeedDaysPart,
    SilencesPart,
    SummariesPart,
    PushesPart,
    WorkQueuePart,
):
    """Feeds, items, stories and the outbox in SQLite or PostgreSQL.

    Every method may raise `StoreBusy` (somebody else kept the database locked) or `StoreError` (it refused); then
    nothing was written. A call that is cancelled may have been carried out all the same.
    """

    @classmethod
    def open(cls, url: str, *, busy_timeout: float = 30, throwaway: bool = False) -> Self:
        """A store over the database at an SQLAlchemy URL. Opens no connection yet.

        `busy_timeout` is how long a statement waits for another process's lock, in seconds. A `throwaway` SQLite file
        does not outlive a power cut, nor a process that dies while it writes, and never waits for the disk.
        """
        return cls(Database(url, busy_timeout=busy_timeout, throwaway=throwaway))

    def missing(self) -> Path | None:
        """The SQLite file, when it is not there: the service never ran on it."""
        return self._database.missing()

    async def upgrade(self, *, begin: bool = True) -> None:
        """Bring the schema to the newest migration; two processes may do so at once.

        Without `begin` a database that has no tables of Wirewatch yet gets none, and is refused.
        """
        await self._database.off_loop(partial(schema.upgrade, begin=begin))

    async def require_known(self) -> None:
        """Refuse a database that a newer version wrote, which `upgrade` does too.

        Raises:
            StoreNewer: it was.
        """
        await self._database.read(schema.require_known)

    async def backup(self, path: Path) -> None:
        """Copy a SQLite database, as it is now, to the new file `path`; nobody waits for it.

        Raises:
            StoreError: `path` exists or cannot be written, or the database is PostgreSQL (use pg_dump).
        """
        await asyncio.to_thread(backup.backup, self._database.url, path)

    async def restore(self, path: Path, now: datetime) -> Path | None:
        """Put the copy `path` in the place of the database, which must not be open; where the old one is kept, if any.

        PostgreSQL must be empty, and is filled with what the copy holds.

        Raises:
            StoreError: `path` is no copy that this version can open, the database is in use, or it is not empty.
        """
        if self._database.sqlite:
            return await asyncio.to_thread(restore.restore, self._database.url, path, now)
        await self._database.off_loop(partial(refill.refill, copy=path))
        return None

    async def close(self) -> None:
        """Finish what was asked for and close every connection."""
        await self._database.close()
