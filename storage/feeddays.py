"""How a feed did, day by day: what it brought, how late that was found, and what went wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import median

from sqlalchemy import Connection, func, select

from monitor.model import FeedDay, FeedState
from storage.database import Part
from storage.statements import Upsert, upsert
from storage.tables.base import table
from storage.tables.feeds import FeedDayRow
from storage.tables.items import ItemRow

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


def days_of(connection: Connection, feed_id: str, now: datetime, days: int) -> list[FeedDay]:
    """The last days of a feed, today last."""
    today = _day(now)
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    of_feed = ItemRow.feed_id == feed_id, ItemRow.first_seen_at >= since
    in_utc = (
        ItemRow.first_seen_at if connection.dialect.name == "sqlite" else func.timezone("UTC", ItemRow.first_seen_at)
    )
    counted = select(func.date(in_utc), func.count()).where(*of_feed).group_by(func.date(in_utc))
    items: Counter[str] = Counter({str(day): count for day, count in connection.execute(counted)})
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
    made = []
    for back in range(days):
        day = first + timedelta(days=back)
        name = day.isoformat()
        made.append(
            FeedDay(
                day=day,
                items=items[name],
                delay=timedelta(seconds=median(delays[name])) if name in delays else None,
                failures=wrong[name].failures if name in wrong else 0,
                missed=wrong[name].missed if name in wrong else 0,
            )
        )
    return made


def forget(connection: Connection, before: datetime) -> int:
    """Delete the days before; how many."""
    return connection.execute(table(FeedDayRow).delete().where(FeedDayRow.day < _day(before).isoformat())).rowcount


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


class FeedDaysPart(Part):
    """How feeds did, day by day."""

    async def feed_days(self, feed_id: str, now: datetime, *, days: int) -> Sequence[FeedDay]:
        """The last days of a feed, today last."""
        return await self._database.read(lambda c: days_of(c, feed_id, now, days))
