"""How a feed did, day by day: what it brought, how late that was found, and what went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import median

from sqlalchemy import Connection, bindparam, select, text

from monitor.model import FeedDay, FeedState
from storage.database import StorePart, reading
from storage.statements import Upsert, upsert
from storage.tables.base import table
from storage.tables.feeds import FeedDayRow
from storage.tables.items import ItemRow
from storage.tables.types import Text, as_json

KEPT = timedelta(days=90)
_MOST_DELAYS = 2_000
"""Of so many of the newest items of a feed it is reckoned how late they were found."""


def note(connection: Connection, states: Collection[FeedState]) -> None:
    """Count what these polls show to have gone wrong. Most polls show nothing."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for state in states:
        if state.polled_at is None:
            continue
        missed = state.course.missed if state.course.missed_until == state.polled_at else 0
        if state.failures or missed:
            key = state.feed_id, _day(state.polled_at).isoformat()
            rows[key] = {"feed_id": key[0], "day": key[1], "failures": int(state.failures > 0), "missed": missed}
    if rows:
        connection.execute(_count(connection.dialect.name), [rows[key] for key in sorted(rows)])


@cache
def _count(dialect: str) -> Upsert:
    statement = upsert(FeedDayRow, dialect)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[FeedDayRow.feed_id, FeedDayRow.day],
        set_={
            "failures": FeedDayRow.failures + new.failures,
            "missed": FeedDayRow.missed + new.missed,
        },
    )


# Each day by the index, without looking at an item: a feed may bring thousands a day.
_COUNTED = {
    "sqlite": text(
        "SELECT value AS day, (SELECT count(*) FROM items WHERE feed_id = :feed "
        "AND first_seen_at >= value || ' 00:00:00.000000' "
        "AND first_seen_at < date(value, '+1 day') || ' 00:00:00.000000') AS number FROM json_each(:days)"
    ),
    "postgresql": text(
        "SELECT value AS day, (SELECT count(*) FROM items WHERE feed_id = :feed "
        "AND first_seen_at >= CAST(value || ' 00:00:00+00' AS timestamptz) "
        "AND first_seen_at < CAST(value || ' 00:00:00+00' AS timestamptz) + interval '1 day') AS number "
        "FROM jsonb_array_elements_text(CAST(:days AS jsonb)) AS value"
    ),
}


def days_of(connection: Connection, feed_id: str, now: datetime, *, days: int) -> list[FeedDay]:
    """The last days of a feed, today last."""
    today = _day(now)
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    of_feed = ItemRow.feed_id == feed_id, ItemRow.first_seen_at >= since
    names = [(first + timedelta(days=back)).isoformat() for back in range(days)]
    counting = _COUNTED[connection.dialect.name].bindparams(bindparam("feed", type_=Text))
    items = {row.day: row.number for row in connection.execute(counting, {"feed": feed_id, "days": as_json(names)})}
    newest = select(ItemRow.first_seen_at, ItemRow.published).where(*of_feed)
    delays: dict[str, list[float]] = defaultdict(list)
    for row in connection.execute(newest.order_by(ItemRow.first_seen_at.desc()).limit(_MOST_DELAYS)):
        if row.published is not None and row.published <= row.first_seen_at:
            delays[_day(row.first_seen_at).isoformat()].append((row.first_seen_at - row.published).total_seconds())
    wrong = {
        row.day: row
        for row in connection.execute(
            select(FeedDayRow.day, FeedDayRow.failures, FeedDayRow.missed).where(
                FeedDayRow.feed_id == feed_id, FeedDayRow.day >= first.isoformat()
            )
        )
    }
    return [
        FeedDay(
            day=date.fromisoformat(name),
            items=items[name],
            delay=timedelta(seconds=median(delays[name])) if name in delays else None,
            failures=wrong[name].failures if name in wrong else 0,
            missed=wrong[name].missed if name in wrong else 0,
        )
        for name in names
    ]


def forget(connection: Connection, before: datetime) -> int:
    """Delete the days before; how many."""
    return connection.execute(table(FeedDayRow).delete().where(FeedDayRow.day < _day(before).isoformat())).rowcount


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


class FeedDaysPart(StorePart):
    """How feeds did, day by day."""

    feed_days = reading(days_of)
