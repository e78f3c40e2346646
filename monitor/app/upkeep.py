"""The database's upkeep, once a day by itself: looked over for damage, old texts deleted, a copy made.

When each was done last is kept in the database, so that a restart repeats nothing and of several processes one does it.
Ops gets one notice about what fails, and it is tried again every hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from monitor.decide.notices import database as store_notices
from monitor.errors import StoreError
from monitor.model import PruneReport, Route
from monitor.model.stores import EnqueueStore

log = structlog.get_logger()

EVERY = timedelta(days=1)
_AGAIN = timedelta(hours=1)
_STEP = timedelta(days=2)
"""Retention moves on by no more at a time. A clock that is weeks ahead for a moment would delete what open stories are
found by, and each would get a second card. After weeks in which nothing ran, it catches up a day later."""


class UpkeepStore(EnqueueStore, Protocol):
    """What the upkeep needs of the store. Every method may raise `StoreError`."""

    async def upkeep_begun(self, name: str) -> datetime | None:
        """When a part was last begun, None where it never was."""

    async def begin_upkeep(self, name: str, now: datetime, every: timedelta) -> str | None:
        """Take a part that is due, in all processes once; what was wrong with it last, None when it is not due."""

    async def end_upkeep(self, name: str, problem: str, at: datetime) -> None:
        """Write what is wrong with a part, "" for nothing, and from when the next one is reckoned."""

    async def check(self) -> str:
        """What is damaged, "" for nothing."""

    async def prune(self, before: datetime, *, now: datetime) -> PruneReport:
        """Delete the texts from before `before`."""

    async def give_back(self) -> None:
        """Give the disk what that made free."""

    async def daily_backup(self, folder: Path, now: datetime) -> Path | None:
        """Copy the database into a folder, from its own on; the copy, None where there is no file."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`retention` is the age from which texts are deleted. `backups` is where copies go, None for no copies."""

    store: UpkeepStore
    retention: timedelta
    backups: Path | None

    async def run(self, ops: Route | None, now: datetime) -> int:
        """Do what is due; how many messages that put into the outbox.

        Raises:
            StoreError: the database cannot be used.
        """
        pruned = await self.store.upkeep_begun("prune")
        parts: dict[str, Callable[[datetime], Awaitable[str]]] = {
            "check": self._check,
            "prune": lambda now: self._prune(now if pruned is None else min(now, pruned + _STEP)),
            "backup": self._backup,
        }
        told = 0
        for name, work in parts.items():
            before = await self.store.begin_upkeep(name, now, EVERY)
            if before is None:
                continue
            try:
                problem = await work(now)
            except StoreError as error:
                problem = str(error)
            if problem:
                log.error("the database's upkeep failed", action="upkeep_failed", part=name, error=problem)
            await self.store.end_upkeep(name, problem, now - EVERY + _AGAIN if problem else now)
            if messages := store_notices.upkeep(name, problem, before, ops, now=now):
                told += await self.store.enqueue(messages)
        return told

    async def _check(self, now: datetime) -> str:  # noqa: ARG002 - a part's signature
        return await self.store.check()

    async def _prune(self, now: datetime) -> str:
        pruned = await self.store.prune(now - self.retention, now=now)
        if pruned.total:
            await self.store.give_back()
            log.info("old texts were deleted", action="texts_pruned", rows=pruned.total)
        return ""

    async def _backup(self, now: datetime) -> str:
        if self.backups is None:
            return ""
        made = await self.store.daily_backup(self.backups, now)
        if made is not None:
            log.info("a backup was made", action="backup_made", file=str(made))
        return ""
