"""Watches the database for ops: outages, the file under it, and the room on its disk.

While the database cannot be used the outbox cannot post either. So that it cannot be used is posted past the outbox,
once for each outage, and that it is over goes through it, when it is (docs/decisions/0029).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from monitor.decide.notices import database as store_notices
from monitor.errors import StoreError
from monitor.model import Delivery, FileChange, PastOutage, Route
from monitor.model.stores import DiskStore, EnqueueStore

log = structlog.get_logger()

LOOK_EVERY = timedelta(seconds=5)


class StoreToWatch(DiskStore, EnqueueStore, Protocol):
    """What watching the database needs of the store; only `enqueue` writes."""

    def outage(self) -> PastOutage | None:
        """The outage that goes on, None while the database works."""

    def past_outages(self) -> tuple[PastOutage, ...]:
        """The outages that ended since this was asked last, oldest first."""

    async def mend_file(self, now: datetime) -> tuple[FileChange, Path | None] | None:
        """Look whether the file was deleted or replaced, and mend that; what it was, and where a copy is kept."""

    async def upgrade(self) -> None:
        """Bring the schema to the newest migration."""


@dataclass(slots=True)
class StoreWatch:
    """Call `look` every few seconds.

    `post` posts a message past the outbox and says whether it arrived. `forget` is called when the file is another
    one, so that nobody relies on what the old one said.
    """

    store: StoreToWatch
    post: Callable[[Delivery], Awaitable[bool]]
    forget: Callable[[], None]
    _past: tuple[PastOutage, ...] = ()
    _waiting: list[Delivery] = field(default_factory=list)
    _told: bool = False

    async def look(self, ops: Route | None, now: datetime) -> int:
        """See how the database does and tell ops; how many messages that put into the outbox.

        Raises:
            StoreError: what there is to tell cannot be written now; the next look tries again.
        """
        await self._look_at_file(ops, now)
        self._past += self.store.past_outages()
        going_on = self.store.outage()
        if going_on is not None:
            for message in () if self._told else store_notices.outage(going_on, ops, now=now):
                self._told = await self.post(message)
            return 0
        if room := await self.store.room():
            self._add(store_notices.little_room(room, ops, now=now))
        self._add(store_notices.outages_over(self._past, ops, told=self._told, now=now))
        self._past, self._told = (), False
        if not self._waiting:
            return 0
        count = await self.store.enqueue(self._waiting)
        self._waiting.clear()
        return count

    async def _look_at_file(self, ops: Route | None, now: datetime) -> None:
        try:
            found = await self.store.mend_file(now)
        except StoreError as error:
            # It counts as an outage of the database, which is reported.
            log.error(
                "the database file was changed from outside, and cannot be repaired now; tried again",
                action="database_file_not_mended",
                error=str(error),
            )
            return
        if found is None:
            return
        change, kept = found
        room = await self.store.room()
        path = room.path if room else ""
        log.error(
            "the database file was changed from outside while it was open; Wirewatch repaired it",
            action="database_file_changed",
            change=str(change),
            database=path,
            kept=str(kept) if kept else None,
        )
        self._add(store_notices.file_changed(change, path, str(kept or ""), ops, now=now))
        self.forget()
        await self.store.upgrade()

    def _add(self, messages: Sequence[Delivery]) -> None:
        # Nothing is said twice while it waits to be written.
        known = {one.key for one in self._waiting}
        self._waiting += [message for message in messages if message.key not in known]
