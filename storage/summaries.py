"""The daily summary: when ops last got one, and how each feed did then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.model import Delivery
from storage import deliveries
from storage.database import StorePart, reading, writing
from storage.locks import NOTICE_LOCK, lock
from storage.statements import write
from storage.tables.base import table
from storage.tables.service import SummaryRow

_DAILY = "daily"


def last(connection: Connection) -> tuple[datetime, Mapping[str, str]] | None:
    """When the last summary was, and how each feed did then; None before the first."""
    row = connection.execute(select(table(SummaryRow)).where(SummaryRow.name == _DAILY)).first()
    return None if row is None else (row.at, row.feeds)


def save(
    connection: Connection,
    before: datetime | None,
    at: datetime,
    feeds: Mapping[str, str],
    notices: Sequence[Delivery],
) -> int:
    """Write a summary with its notices, unless there is another than that of `before`; how many were new."""
    lock(connection, NOTICE_LOCK)
    known = last(connection)
    if (known and known[0]) != before:
        return 0
    write(connection, SummaryRow, [{"name": _DAILY, "at": at, "feeds": dict(feeds)}])
    return deliveries.enqueue(connection, list(notices))


class SummariesPart(StorePart):
    """The daily summary."""

    last_summary = reading(last)
    save_summary = writing(save)
