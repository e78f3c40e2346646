"""Upkeep: what is done to the database itself once a day, and the facts by which its state is told.

docs/decisions/0030 has the reasons.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, text

from monitor.model import FileChange, PastOutage, Room, Stored
from monitor.model.waits import waits
from storage import backup
from storage.database import StorePart, reading, writing
from storage.known import BEHIND
from storage.locks import STORY_LOCK, lock
from storage.sqlitefile import room
from storage.statements import write
from storage.tables.base import table
from storage.tables.items import ItemRow
from storage.tables.service import UpkeepRow
from storage.tables.stories import StoryRow

_PAGES_AT_A_TIME = 1_000
_WORTH_WHILE = 0.25
"""A database of before December 2026 is written anew once so much of its file is empty, if that is worth anything."""

_LEAST = 16_000_000


def begin(connection: Connection, name: str, now: datetime, every: timedelta) -> str | None:
    """Take a part of the upkeep that is due; what was wrong with it last, "" for nothing, None when not due."""
    lock(connection, STORY_LOCK)
    row = connection.execute(select(UpkeepRow.at, UpkeepRow.problem).where(UpkeepRow.name == name)).first()
    if row is not None and waits(row.at, every, now):
        return None
    problem = "" if row is None else row.problem
    write(connection, UpkeepRow, [{"name": name, "at": now, "problem": problem}])
    return problem


def begun(connection: Connection, name: str) -> datetime | None:
    """When a part of the upkeep was last begun, None where it never was."""
    return connection.scalar(select(UpkeepRow.at).where(UpkeepRow.name == name))


def end(connection: Connection, name: str, problem: str, at: datetime) -> None:
    """Write what is wrong with a part of the upkeep, "" for nothing, and from when the next one is reckoned."""
    write(connection, UpkeepRow, [{"name": name, "at": at, "problem": problem}])


def problems(connection: Connection) -> dict[str, str]:
    """What is wrong with each part of the upkeep that did not go well."""
    wrong = select(UpkeepRow.name, UpkeepRow.problem).where(UpkeepRow.problem != "", ~UpkeepRow.name.startswith(BEHIND))
    return dict(connection.execute(wrong.order_by(UpkeepRow.name)).all())


def stored(connection: Connection) -> Stored:
    """How much the database holds. Counting walks an index: 10 ms for 200,000 items."""
    size = "SELECT pg_database_size(current_database())"
    if connection.dialect.name == "sqlite":
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return Stored(
        items=connection.scalar(select(func.count()).select_from(table(ItemRow))) or 0,
        stories=connection.scalar(select(func.count()).select_from(table(StoryRow))) or 0,
        size=int(connection.scalar(text(size)) or 0),
    )


def check(connection: Connection) -> str:
    """What is damaged in a SQLite file, "" for nothing; nobody waits for it."""
    if connection.dialect.name != "sqlite":
        return ""
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    return "" if found == "ok" else str(found).strip().splitlines()[-1]


def _give_back_some(connection: Connection) -> int:
    """Give some free pages to the disk; how many are left that can be."""
    # By the driver: the statement gives back a page for each row that is fetched, and SQLAlchemy fetches none.
    connection.connection.cursor().execute(f"PRAGMA incremental_vacuum({_PAGES_AT_A_TIME})").fetchall()
    return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)


def _write_anew(engine: Engine) -> bool:
    """Write a file anew whose free pages cannot be given back, if that is worth it and there is room; whether it was.

    Nobody else writes meanwhile: some seconds for 500 MB, once, for afterwards they can be.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()

        def number(pragma: str) -> int:
            cursor.execute(f"PRAGMA {pragma}")
            (value,) = cursor.fetchone() or (0,)
            return int(value)

        size, free = number("page_count"), number("freelist_count")
        page = number("page_size")
        if number("auto_vacuum") or free * page < _LEAST or free < size * _WORTH_WHILE:
            return False
        if shutil.disk_usage(Path(str(engine.url.database)).parent).free < 3 * (size - free) * page:
            return False
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
        cursor.execute("VACUUM")
        return True
    finally:
        connection.close()


class UpkeepPart(StorePart):
    """The database itself."""

    upkeep_begun = reading(begun)
    begin_upkeep = writing(begin)
    end_upkeep = writing(end)
    check = reading(check)

    async def give_back(self) -> None:
        """Give the disk what retention made free, in small transactions; PostgreSQL does so by itself."""
        if self._database.path is None:
            return
        if await self._database.off_loop(_write_anew):
            return
        before = None
        while (left := await self._database.write(_give_back_some)) and left != before:
            before = left

    async def daily_backup(self, folder: Path, now: datetime) -> Path | None:
        """Copy a SQLite file into a folder, a relative one beside it, and delete the oldest copies.

        The copy; None where there is no file.

        Raises:
            StoreError: it could not be made, or cannot be opened.
        """
        path = self._database.path
        if path is None:
            return None
        return await self._database.aside(partial(backup.daily, path, path.parent / folder, now))

    def outage(self) -> PastOutage | None:
        """The outage that goes on, None while the database works."""
        return self._database.outage.now()

    def past_outages(self) -> tuple[PastOutage, ...]:
        """The outages that ended since this was asked last, oldest first."""
        return self._database.outage.take_past()

    async def mend_file(self, now: datetime) -> tuple[FileChange, Path | None] | None:
        """Look whether the SQLite file was deleted or replaced, and mend that (see `Database.mend_file`)."""
        return await self._database.mend_file(f"{now:%Y%m%dT%H%M%SZ}")

    async def room(self) -> Room | None:
        """How much room the disk with the SQLite file has; None where there is no file."""
        path = self._database.path
        return None if path is None else await self._database.aside(partial(room, path))

    stored = reading(stored)

    def time_transactions(self, timed: Callable[[str, float], object]) -> None:
        """Call `timed` after each transaction, with read or write and its seconds, on the thread that it ran on."""
        self._database.timed = timed

    upkeep_problems = reading(problems)

    async def probe(self) -> None:
        """Find out whether the database can be written to, without writing anything.

        Raises:
            StoreError: it cannot; why.
        """
        await self._database.write(_touch)


def _touch(connection: Connection) -> None:
    """Change nothing, which needs all the rights and locks of a change."""
    connection.execute(table(UpkeepRow).delete().where(UpkeepRow.name == ""))
