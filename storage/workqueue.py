"""The tables of the queue that processes share their work by (procrastinate's): made, and old ones dropped.

They are no part of the schema that migrations bring up to date: nothing is in them that our own tables do not say, so
those of another version of the library are left to the processes that use them, and then dropped.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, text

from storage.database import StorePart
from storage.locks import QUEUE_LOCK, lock

if TYPE_CHECKING:
    import psycopg

log = structlog.get_logger()

_PREFIX = "wirewatch_queue_"
_UNUSED = timedelta(minutes=10)
"""Old tables are dropped when no process that uses them gave a sign of life for so long."""


def make_queue(connection: Connection, tables: str, sql: str) -> None:
    """Make the schema `tables` with what `sql` creates, unless it is there, and drop those that nobody uses."""
    lock(connection, QUEUE_LOCK)
    there = set(
        connection.scalars(text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :p)"), {"p": _PREFIX})
    )
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    for other in sorted(there - {tables}):
        used = text(
            f'SELECT count(*) FROM "{other}".procrastinate_workers '  # noqa: S608 - a name that PostgreSQL gave
            "WHERE last_heartbeat > now() - CAST(:unused AS interval)"
        )
        if not connection.scalar(used, {"unused": _UNUSED}):
            driver.execute(f'DROP SCHEMA "{other}" CASCADE'.encode())
            log.info("the work queue of another version was dropped", action="queue_dropped", tables=other)
    if tables not in there:
        driver.execute(f'CREATE SCHEMA "{tables}"'.encode())
        driver.execute(f'SET LOCAL search_path = "{tables}"'.encode())
        # Many statements at once, and not by SQLAlchemy, which takes a per cent sign for a parameter.
        driver.execute(sql.encode())


class WorkQueuePart(StorePart):
    """The queue of work that processes share, on PostgreSQL."""

    async def make_queue(self, tables: str, sql: str) -> str:
        """Make the tables of the queue in a schema of their own, unless they are there; how psycopg connects to them.

        Raises:
            StoreError: the database is none of PostgreSQL's, or may not be written to.
        """
        await self._database.write(lambda c: make_queue(c, tables, sql))
        return self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
