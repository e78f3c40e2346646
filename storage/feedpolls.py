"""When is each feed polled next: which are due, who takes them, and what makes one due sooner?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from sqlalchemy import Connection, Select, bindparam, or_, select, true
from sqlalchemy.sql.dml import ReturningInsert

from monitor.model import BY_OUR_SETTINGS, FeedCourse, FeedKeys, FeedRhythm
from storage.database import Database, StorePart, writing
from storage.feeds import state_of
from storage.statements import in_list, listed, upsert
from storage.tables.base import table
from storage.tables.feeds import FeedRow
from storage.tables.types import as_json

_MET_FOR = timedelta(minutes=1)
"""For so long it is remembered which feeds have a row and which have none: to ask for thousands takes longer than all
else that a look for due feeds does. A database may be put in the place of another, so not for good."""


def met(connection: Connection, feed_ids: Collection[str]) -> set[str]:
    """Those of these feeds that have a row."""
    found = connection.scalars(_met(connection.dialect.name), {"feed_ids": as_json(list(feed_ids))}) if feed_ids else ()
    return set(found)


@cache
def _met(dialect: str) -> Select[str]:
    return select(FeedRow.id).where(in_list(FeedRow.id, "feed_ids", dialect))


def due(connection: Connection, feed_ids: Collection[str], *, now: datetime, limit: int) -> list[str]:
    """At most `limit` of these feeds that have a row and are due, longest waiting first."""
    waiting = connection.scalars(_due(), {"now": now})  # those that nobody polls any more among them
    return list(islice((feed_id for feed_id in waiting if feed_id in feed_ids), limit))


@cache
def _due() -> Select[str]:
    waiting = FeedRow.next_poll_at
    is_due = or_(waiting.is_(None), waiting <= bindparam("now", type_=waiting.type))
    # With NULLS FIRST SQLite would walk the whole index, and not only what is due.
    return select(FeedRow.id).where(is_due).order_by(waiting.is_not(None), waiting, FeedRow.id)


def take(connection: Connection, feed_ids: Sequence[str], *, now: datetime, until: datetime) -> list[str]:
    """Those of the due feeds that nobody else took in the meantime; none of them is due again before `until`."""
    parameters = {"feed_ids": as_json(list(feed_ids)), "until": until, "now": now}
    taken = set(connection.scalars(_take(connection.dialect.name), parameters)) if feed_ids else set[str]()
    return [feed_id for feed_id in feed_ids if feed_id in taken]


@cache
def _take(dialect: str) -> ReturningInsert[tuple[str]]:
    ids, time = listed("feed_ids", dialect), FeedRow.next_poll_at.type
    now, until = bindparam("now", type_=time), bindparam("until", type_=time)
    # Sorted, so that two processes lock the rows in one order. SQLite takes `ON CONFLICT` for a part of a join where no
    # condition stands before it.
    rows = select(ids.c.value, until, now).where(true()).order_by(ids.c.value)
    statement = upsert(FeedRow, dialect).from_select(["id", "next_poll_at", "waits_since"], rows)
    return statement.on_conflict_do_update(
        index_elements=[FeedRow.id],
        set_={name: statement.excluded[name] for name in ("next_poll_at", "waits_since")},
        where=or_(FeedRow.next_poll_at.is_(None), FeedRow.next_poll_at <= now),
    ).returning(FeedRow.id)


def poll_sooner(connection: Connection, waits: Mapping[str, datetime], now: datetime) -> None:
    """Let feeds wait until these times at most, unless they fail or ask not to be polled before.

    One that is being polled waits for its lease, which is no time of a poll: it is left alone.
    """
    for feed_id in sorted(waits):
        state = state_of(connection, feed_id)
        asked = state.rhythm.not_before
        if state.failures or state.next_poll_at is None or (asked is not None and now < asked):
            continue
        of_this = table(FeedRow).update().where(FeedRow.id == feed_id, FeedRow.next_poll_at == state.next_poll_at)
        of_this = of_this.where(FeedRow.next_poll_at > waits[feed_id], FeedRow.waits_since == FeedRow.polled_at)
        connection.execute(of_this.values(next_poll_at=waits[feed_id]))


def poll_by(connection: Connection, feed_id: str, at: datetime) -> None:
    """Let a feed wait until this time at most. One that is being polled waits for its lease: it is left alone."""
    waiting = table(FeedRow).update().where(FeedRow.id == feed_id, FeedRow.next_poll_at > at)
    connection.execute(waiting.where(FeedRow.waits_since == FeedRow.polled_at).values(next_poll_at=at))


def poll_anew(connection: Connection, feed_ids: Collection[str], moved: Collection[str], now: datetime) -> None:
    """Make feeds due whose entry in feeds.yaml changed; of those `moved` to another URL, forget what the old one said.

    What else is known of a feed stays, above all that it was polled before.
    """
    of_these = table(FeedRow).update().where(in_list(FeedRow.id, "ids", connection.dialect.name))
    if feed_ids:
        due = of_these.where(FeedRow.next_poll_at > now).values(next_poll_at=now, waits_since=now)
        connection.execute(due, {"ids": as_json(sorted(feed_ids))})
    if moved:
        forgotten = of_these.values(
            url=None,
            etag=None,
            last_modified=None,
            validated_url=None,
            body_hash=None,
            keys=FeedKeys(),
            doubt=None,
            left_out=0,
            course=FeedCourse(),
            rhythm=FeedRhythm(),
        )
        connection.execute(forgotten, {"ids": as_json(sorted(moved))})


def poll_refused_anew(connection: Connection, now: datetime) -> None:
    """Make feeds due that were not read because of a setting, which may have been changed."""
    refused = FeedRow.failure.in_(BY_OUR_SETTINGS)
    connection.execute(
        table(FeedRow).update().where(refused, FeedRow.next_poll_at > now).values(next_poll_at=now, waits_since=now)
    )


class FeedPollsPart(StorePart):
    """Feeds as they are due. Every method is one transaction and may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._met, self._rowless, self._met_at = set[str](), set[str](), datetime.min.replace(tzinfo=UTC)

    async def take_due(
        self, feed_ids: Collection[str], *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[str]:
        """Take at most `limit` of these feeds that are due, never polled ones first, then longest waiting first."""
        if not timedelta(0) <= now - self._met_at < _MET_FOR:
            self._met, self._rowless, self._met_at = set(), set(), now
        asked = frozenset(feed_ids)
        new = asked - self._met - self._rowless
        waiting, there = await self._database.read(lambda c: (due(c, asked, now=now, limit=limit), met(c, new)))
        self._met |= there
        self._rowless |= new - there
        # Another process may have made a row in the meantime; then the feed may be among the waiting ones too.
        found = list(dict.fromkeys((*sorted(asked & self._rowless), *waiting)))[:limit]
        if not found:
            return []
        taken = await self._database.write(lambda c: take(c, found, now=now, until=now + lease))
        self._rowless.difference_update(found)
        self._met.update(found)
        return taken

    poll_sooner = writing(poll_sooner)
    poll_by = writing(poll_by)
    poll_anew = writing(poll_anew)
    poll_refused_anew = writing(poll_refused_anew)
