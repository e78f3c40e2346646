"""Alerted articles that their feed took out again: those it lacks now, and those nobody was told of yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, or_, select

from monitor.model import Absent, SeenBefore, VanishedItem
from monitor.model.ids import vanished_key
from storage import entries
from storage.database import Database, StorePart, reading, writing
from storage.gather import Gather
from storage.refusals import StoreRefused
from storage.statements import in_list, insert_missing, listed
from storage.stories import load
from storage.tables.base import table
from storage.tables.deliveries import DeliveryRow
from storage.tables.feeds import EntryRow, FeedRow
from storage.tables.items import AbsenceRow, ItemRow
from storage.tables.stories import CardRow, StoryItemRow
from storage.tables.types import as_json

SURE_AFTER = timedelta(minutes=10)
"""How long an article is missed before it counts as gone: what serves a feed may be behind for a while."""


_Document = tuple[str, Collection[str], datetime]
"""A feed, the digests of the entries that it shows, and since when articles count."""


def absent(connection: Connection, asked: Sequence[_Document]) -> list[tuple[tuple[Absent, ...], frozenset[str]]]:
    """For each feed, its articles with a card, first seen since then, that it does not show; and those missing."""
    dialect = connection.dialect.name
    missed: dict[str, set[str]] = {}
    ids = as_json(sorted({feed_id for feed_id, _, _ in asked}))
    for row in connection.execute(_missed(dialect), {"feed_ids": ids}):
        missed.setdefault(row.feed_id, set()).add(row.item_id)
    answers = []
    for feed_id, digests, since in asked:
        parameters = {"feed_id": feed_id, "since": since, "digests": as_json(sorted(digests))}
        found = connection.execute(_absent(dialect), parameters)
        gone = tuple(Absent(item_id, published, guid or link) for item_id, published, guid, link in found)
        answers.append((gone, frozenset(missed.get(feed_id, ()))))
    return answers


@cache
def _missed(dialect: str) -> Select[*tuple[Any, ...]]:
    return select(AbsenceRow.feed_id, AbsenceRow.item_id).where(in_list(AbsenceRow.feed_id, "feed_ids", dialect))


@cache
def _absent(dialect: str) -> Select[*tuple[Any, ...]]:
    shown = select(EntryRow.digest).where(
        EntryRow.feed_id == ItemRow.feed_id,
        EntryRow.item_id == ItemRow.id,
        in_list(EntryRow.digest, "digests", dialect),
    )
    told = (
        select(CardRow.route)
        .join(table(StoryItemRow), StoryItemRow.story_id == CardRow.story_id)
        .where(StoryItemRow.item_id == ItemRow.id)
    )
    return select(ItemRow.id, ItemRow.published, ItemRow.guid, ItemRow.link).where(
        ItemRow.feed_id == bindparam("feed_id"),
        ItemRow.first_seen_at >= bindparam("since", type_=ItemRow.first_seen_at.type),
        told.exists(),
        ~shown.exists(),
    )


def published(connection: Connection, feed_id: str, digests: Collection[str]) -> dict[str, datetime | None]:
    """When the article of each entry was published, by entry digest."""
    shown = in_list(EntryRow.digest, "digests", connection.dialect.name)
    statement = (
        select(EntryRow.digest, ItemRow.published)
        .join(table(ItemRow), ItemRow.id == EntryRow.item_id)
        .where(EntryRow.feed_id == feed_id, shown)
    )
    rows = connection.execute(statement, {"digests": as_json(sorted(digests))})
    return dict(rows.all())


def miss(connection: Connection, feed_id: str, gone: Collection[str], back: Collection[str], now: datetime) -> None:
    """Remember that a feed took some articles out, and forget it of others."""
    insert_missing(connection, AbsenceRow, [{"item_id": one, "feed_id": feed_id, "since": now} for one in sorted(gone)])
    if back:
        connection.execute(table(AbsenceRow).delete().where(AbsenceRow.item_id.in_(sorted(back))))


def vanished(connection: Connection, now: datetime, *, latest: timedelta) -> tuple[VanishedItem, ...]:
    """The missed articles that their feed still did not show when it was polled again, with each card of their story.

    Those that a route was told of (see `ids.vanished_key`) are left out, and those missed for longer than `latest`.
    """
    told = select(DeliveryRow.id).where(DeliveryRow.key == vanished_key(AbsenceRow.item_id, CardRow.route))
    statement = (
        select(AbsenceRow.item_id, AbsenceRow.since, ItemRow.title, ItemRow.source, CardRow.story_id, CardRow.route)
        .join(table(ItemRow), ItemRow.id == AbsenceRow.item_id)
        .join(table(FeedRow), FeedRow.id == AbsenceRow.feed_id)
        .join(table(StoryItemRow), StoryItemRow.item_id == AbsenceRow.item_id)
        .join(table(CardRow), CardRow.story_id == StoryItemRow.story_id)
        .where(AbsenceRow.since <= now - SURE_AFTER, AbsenceRow.since > now - latest)
        .where(FeedRow.succeeded_at > AbsenceRow.since, ~told.exists())
        .order_by(AbsenceRow.since, AbsenceRow.item_id, CardRow.route)
    )
    rows = connection.execute(statement).all()
    stories = load(connection, sorted({row.story_id for row in rows}))
    cards = {(card.story_id, card.route): card for story in stories for card in story.cards}
    return tuple(
        VanishedItem(
            item_id=row.item_id,
            title=row.title,
            source=row.source,
            since=row.since,
            card=cards[row.story_id, row.route],
        )
        for row in rows
    )


def watched(connection: Connection, feed_ids: Collection[str], *, since: datetime) -> set[str]:
    """Those of the feeds that `absent` may say something of: all others show what they were alerted for, or nothing."""
    parameters = {"feed_ids": as_json(sorted(feed_ids)), "since": since}
    return set(connection.scalars(_watched(connection.dialect.name), parameters).all())


@cache
def _watched(dialect: str) -> Select[str]:
    asked = listed("feed_ids", dialect)
    told = (
        exists()
        .where(ItemRow.feed_id == asked.c.value)
        .where(ItemRow.first_seen_at >= bindparam("since", type_=ItemRow.first_seen_at.type))
        .where(StoryItemRow.item_id == ItemRow.id, CardRow.story_id == StoryItemRow.story_id)
    )
    missing = exists().where(AbsenceRow.feed_id == asked.c.value)
    return select(asked.c.value).where(or_(missing.correlate(asked), told.correlate(asked)))


def _seen(connection: Connection, asked: Sequence[_Document]) -> list[SeenBefore]:
    since = min(since for _, _, since in asked)
    to_watch = watched(connection, {feed_id for feed_id, _, _ in asked}, since=since)
    return [
        SeenBefore(entries.seen(connection, feed_id, digests), feed_id in to_watch) for feed_id, digests, _ in asked
    ]


class AbsencesPart(StorePart):
    """What a feed shows that it has shown before, and which alerted articles it does not show any more."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._absent = Gather(self._read_absent, own_fault=StoreRefused)
        self._seen_before = Gather(self._read_seen, own_fault=StoreRefused)

    async def seen_before(self, feed_id: str, digests: Collection[str], *, since: datetime) -> SeenBefore:
        """Which of the entries a feed has shown before, and whether it may lack articles alerted `since` then."""
        return await self._seen_before((feed_id, digests, since))

    async def absent(
        self, feed_id: str, digests: Collection[str], *, since: datetime
    ) -> tuple[Sequence[Absent], frozenset[str]]:
        """Articles alerted since then that are not among these entries, and those already known to be missing."""
        return await self._absent((feed_id, digests, since))

    async def _read_absent(self, asked: Sequence[_Document]) -> Sequence[tuple[Sequence[Absent], frozenset[str]]]:
        return await self._database.read(lambda c: absent(c, asked))

    async def _read_seen(self, asked: Sequence[_Document]) -> Sequence[SeenBefore]:
        return await self._database.read(lambda c: _seen(c, asked))

    published = reading(published)
    miss = writing(miss)
    vanished = reading(vanished)
