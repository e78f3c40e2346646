"""Feeds: what was learnt from polling them; `feedpolls` says when each is polled next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    String,
    Update,
    bindparam,
    or_,
    select,
    type_coerce,
)

from monitor.model import Delivery, FeedRhythm, FeedState
from storage import deliveries, feeddays
from storage.database import Database, StorePart, reading
from storage.gather import Gather
from storage.refusals import StoreRefused
from storage.rows import row_of
from storage.statements import in_list, write
from storage.tables.base import table
from storage.tables.feeds import FeedRow
from storage.tables.types import as_json

_FIELDS = tuple(one.name for one in fields(FeedState))
_ONLY_TO_POLL = frozenset({"etag", "last_modified", "validated_url", "body_hash", "keys", "rhythm"})
"""By what a feed is asked, and its entries and next poll are judged: that says nothing of how it does."""
_SHOWN = tuple(name for name in _FIELDS if name not in _ONLY_TO_POLL)

_Poll = tuple[FeedState, FeedState | None, tuple[Delivery, ...]]
"""What a poll came to: the state after it, the one that was read before it if the row is there, and notices."""


def state_of(connection: Connection, feed_id: str) -> FeedState:
    """What is known about the feed; an empty state for one never polled."""
    return states_of(connection, [feed_id])[0]


def states_of(connection: Connection, feed_ids: Sequence[str]) -> list[FeedState]:
    """What is known about each of the feeds, in their order."""
    rows = connection.execute(_states(connection.dialect.name), {"feed_ids": as_json(sorted(set(feed_ids)))})
    found = {one.feed_id: one for one in _found(rows)}
    return [found.get(feed_id) or FeedState(feed_id=feed_id) for feed_id in feed_ids]


@cache
def _states(dialect: str) -> Select[*tuple[Any, ...]]:
    return select(*_columns(_FIELDS)).where(in_list(FeedRow.id, "feed_ids", dialect))


def rhythms_of(connection: Connection, feed_ids: Collection[str]) -> dict[str, FeedRhythm]:
    """When these feeds publish; those that were never polled are left out."""
    statement = select(FeedRow.id, FeedRow.rhythm).where(in_list(FeedRow.id, "feed_ids", connection.dialect.name))
    rows = connection.execute(statement, {"feed_ids": as_json(sorted(feed_ids))})
    return {row.id: row.rhythm for row in rows}


def all_states(connection: Connection) -> list[FeedState]:
    """What is known about every feed ever polled, by id."""
    return _found(connection.execute(select(*_columns(_FIELDS)).order_by(FeedRow.id)))


def standings(connection: Connection) -> list[FeedState]:
    """How every feed does that was ever polled, by id: without what only polls need, which stays empty."""
    return _found(connection.execute(select(*_columns(_SHOWN)).order_by(FeedRow.id)), _SHOWN)


def troubled(connection: Connection) -> list[FeedState]:
    """What is known about the feeds that fail, are in doubt, or have a notice about how they go on, by id."""
    told = type_coerce(FeedRow.course, String).contains('"told":["')
    in_trouble = or_(FeedRow.failures > 0, FeedRow.doubt.is_not(None), told)
    statement = select(*_columns(_FIELDS)).where(in_trouble).order_by(FeedRow.id)
    return _found(connection.execute(statement))


def save(connection: Connection, states: Collection[FeedState]) -> None:
    """Write what polls have shown; the last state given for a feed holds."""
    rows = {state.feed_id: row_of(FeedRow, state, id=state.feed_id, waits_since=state.polled_at) for state in states}
    write(connection, FeedRow, [rows[feed_id] for feed_id in sorted(rows)])
    feeddays.note(connection, states)


def save_after(connection: Connection, states: Collection[tuple[FeedState | None, FeedState]]) -> None:
    """Write states of feeds after polls: of those whose row is there, what differs from the one that was read."""
    save(connection, [after for before, after in states if before is None])
    save_changes(connection, [(before, after) for before, after in states if before is not None])


def save_changes(connection: Connection, states: Collection[tuple[FeedState, FeedState]]) -> None:
    """Write what differs between two states of feeds that are stored, each as it was read and as it is now.

    Of most polls only the times differ, and to bring all else into the form of the database costs more than the rest
    of the poll. All rows get the same columns, so that one statement writes them in one order.
    """
    rows = {after.feed_id: (before, after) for before, after in states}
    changed = tuple(name for name in _FIELDS if any(getattr(a, name) != getattr(b, name) for a, b in rows.values()))
    if rows:
        values: list[dict[str, object]] = [
            {"of": feed_id, "new_waits_since": rows[feed_id][1].polled_at}
            | {f"new_{name}": getattr(rows[feed_id][1], name) for name in changed}
            for feed_id in sorted(rows)
        ]
        connection.execute(_changes(changed), values)
    feeddays.note(connection, [after for _, after in states])


@cache
def _changes(changed: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*changed, "waits_since")}
    return table(FeedRow).update().where(FeedRow.id == bindparam("of")).values(values)


@cache
def _columns(names: tuple[str, ...]) -> tuple[Column[Any], ...]:
    """The columns of these fields of a state, in their order."""
    return tuple(table(FeedRow).c["id" if name == "feed_id" else name] for name in names)


def _found(rows: Iterable[Row[Any]], names: tuple[str, ...] = _FIELDS) -> list[FeedState]:
    """The states in rows of these fields' columns. To look for each field in each row took longer than all else."""
    return [FeedState(**dict(zip(names, row, strict=True))) for row in rows]


def _save_polls(connection: Connection, polls: Sequence[_Poll]) -> None:
    save_after(connection, [(before, state) for state, before, _ in polls])
    deliveries.enqueue(connection, [delivery for *_, told in polls for delivery in told])


class FeedsPart(StorePart):
    """Feeds as polling sees them. Every method is one transaction and may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._states = Gather(self._read_states, own_fault=StoreRefused)
        self._saves = Gather(self._save_states, own_fault=StoreRefused)

    async def feed_state(self, feed_id: str) -> FeedState:
        """What is known about the feed; an empty state for one never polled."""
        return await self._states(feed_id)

    feed_states = reading(all_states)
    feed_standings = reading(standings)

    async def feed_states_of(self, feed_ids: Sequence[str]) -> Sequence[FeedState]:
        """What is known about each of these feeds, in their order; an empty state for one never polled."""
        return await self._read_states(feed_ids)

    troubled_feeds = reading(troubled)
    rhythms = reading(rhythms_of)

    async def save_feed(
        self, state: FeedState, deliveries: Sequence[Delivery] = (), *, before: FeedState | None = None
    ) -> None:
        """Write a poll that brought nothing new, or failed, with the notices it causes.

        Of a feed that was polled `before`, and had this state then, only what differs is written.
        """
        known = before if before is not None and before.polled_at is not None else None
        await self._saves((state, known, tuple(deliveries)))

    async def _read_states(self, feed_ids: Sequence[str]) -> Sequence[FeedState]:
        return await self._database.read(lambda c: states_of(c, feed_ids))

    async def _save_states(self, polls: Sequence[_Poll]) -> Sequence[None]:
        await self._database.write(lambda c: _save_polls(c, polls))
        return [None] * len(polls)
