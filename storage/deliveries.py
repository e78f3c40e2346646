"""Deliveries: putting messages into the outbox, once each, and reading them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Update,
    and_,
    bindparam,
    distinct,
    func,
    select,
)

from monitor.model import (
    CardMessage,
    Delivery,
    DeliveryState,
    DigestMessage,
    FollowUpMessage,
    Message,
    Progress,
    Severity,
)
from storage.database import StorePart, reading, writing
from storage.locks import STORY_LOCK, lock
from storage.rows import row_of, value_of
from storage.statements import Upsert, in_list, insert_missing, unindexed, upsert
from storage.tables.base import table
from storage.tables.deliveries import AttemptRow, ChannelRow, DeliveryItemRow, DeliveryRow
from storage.tables.items import ItemRow
from storage.tables.types import as_json

_OPEN_DIGEST = and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.kind == "digest", DeliveryRow.attempts == 0)
_WAITING_OF_FEED = (
    select(DeliveryRow.channel, DeliveryRow.severity, func.count(distinct(DeliveryRow.id)))
    .join(DeliveryItemRow, DeliveryItemRow.delivery_id == DeliveryRow.id)
    .join(ItemRow, ItemRow.id == DeliveryItemRow.item_id)
    .where(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.kind == "card", ItemRow.feed_id == bindparam("feed"))
    .group_by(DeliveryRow.channel, DeliveryRow.severity)
)

_OPEN_DIGESTS = (
    select(table(DeliveryRow)).where(_OPEN_DIGEST).order_by(DeliveryRow.created_at, DeliveryRow.id).with_for_update()
)

_DECIDED = DeliveryRow.created_at
_CARDS_BETWEEN = (
    select(DeliveryRow.route, func.count())
    .where(DeliveryRow.kind == "card")
    .where(bindparam("after", type_=_DECIDED.type) < _DECIDED, bindparam("until", type_=_DECIDED.type) >= _DECIDED)
    .group_by(DeliveryRow.route)
)


def open_digests(connection: Connection) -> tuple[Delivery, ...]:
    """The digests that were never tried, oldest first; on PostgreSQL nobody can take one until this commits."""
    return tuple(delivery_of(row) for row in connection.execute(_OPEN_DIGESTS).mappings())


def cards_last_hour(connection: Connection, now: datetime) -> dict[str, int]:
    """How many cards were decided in the hour before `now`, by route."""
    rows = connection.execute(_CARDS_BETWEEN, {"after": now - timedelta(hours=1), "until": now})
    return dict(rows.all())


def limited_cards(connection: Connection, now: datetime) -> dict[str, int]:
    """How many cards of the last hour count against the limits of their routes: not critical, and in no digest."""
    calm = DeliveryRow.severity < Severity.CRITICAL
    alone = unindexed(DeliveryRow.state) != DeliveryState.FOLDED
    rows = connection.execute(_CARDS_BETWEEN.where(calm, alone), {"after": now - timedelta(hours=1), "until": now})
    return dict(rows.all())


def enqueue(connection: Connection, deliveries: Sequence[Delivery], *, of_feed: str = "") -> int:
    """Put deliveries into the outbox; how many were not there yet.

    A digest that is there and was never tried takes the message of the one given, which is a grown version of it.
    Any other delivery whose key is there is left alone.
    """
    if not deliveries:
        return 0
    rows = {
        delivery.key: _row(delivery) | {"place": place}
        for delivery, place in zip(deliveries, _places(connection, deliveries, of_feed), strict=True)
    }
    dialect = connection.dialect.name
    there = set(connection.scalars(_there(dialect), {"keys": as_json(list(rows))}))
    channels = sorted({delivery.channel for delivery in deliveries})
    insert_missing(connection, ChannelRow, [{"channel": channel} for channel in channels])
    connection.execute(_insert(dialect), [rows[key] for key in sorted(rows)])
    if any(delivery.parent_id for delivery in deliveries):
        connection.execute(_to_where_it_is_posted(dialect), {"keys": as_json(list(rows))})
    for delivery in deliveries:
        if delivery.key in there and delivery.message.kind == "digest":
            # What waits is arranged anew when more comes: a story may stand in another part than it did.
            gone = DeliveryItemRow.item_id.not_in(items_of(delivery.message))
            of_it = DeliveryItemRow.delivery_id == delivery.delivery_id
            connection.execute(table(DeliveryItemRow).delete().where(of_it, gone))
    insert_missing(
        connection,
        DeliveryItemRow,
        [
            {"delivery_id": delivery.delivery_id, "item_id": item_id}
            for delivery in deliveries
            for item_id in sorted(items_of(delivery.message))
        ],
    )
    return len(rows.keys() - there)


def _places(connection: Connection, deliveries: Sequence[Delivery], of_feed: str) -> Iterator[int]:
    """The place of each of what is written together.

    A card's is among the equally urgent ones for its channel, those included that its feed has waiting there.
    """
    before: Counter[tuple[str, Severity]] = Counter()
    if of_feed and any(delivery.message.kind == "card" for delivery in deliveries):
        for channel, severity, count in connection.execute(_WAITING_OF_FEED, {"feed": of_feed}):
            before[channel, severity] = count
    for place, delivery in enumerate(deliveries):
        if delivery.message.kind == "card":
            kind = (delivery.channel, delivery.severity)
            yield before[kind]
            before[kind] += 1
        else:
            yield place


@cache
def _there(dialect: str) -> Select[str]:
    return select(DeliveryRow.key).where(in_list(DeliveryRow.key, "keys", dialect))


@cache
def _to_where_it_is_posted(dialect: str) -> Update:
    """A card may have been folded into a digest since somebody looked; its parent is that digest."""
    parent = table(DeliveryRow).alias("parent")
    digest = select(parent.c.parent_id).where(parent.c.id == DeliveryRow.parent_id).scalar_subquery()
    folded = select(parent.c.id).where(parent.c.id == DeliveryRow.parent_id, parent.c.state == DeliveryState.FOLDED)
    these = in_list(DeliveryRow.key, "keys", dialect)
    return table(DeliveryRow).update().where(these, folded.exists()).values(parent_id=digest)


@cache
def _insert(dialect: str) -> Upsert:
    statement = upsert(DeliveryRow, dialect)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[DeliveryRow.key],
        set_={name: new[name] for name in ("payload", "severity", "not_before", "route", "waits_since")},
        where=and_(_OPEN_DIGEST, DeliveryRow.id == new.id),
    )


def items_of(message: Message) -> set[str]:
    """The items a message tells of."""
    match message:
        case CardMessage(alert=alert) | FollowUpMessage(alert=alert):
            return {alert.item_id}
        case DigestMessage(alerts=alerts):
            return {alert.item_id for alert in alerts}
        case _:
            return set()


def counts(connection: Connection) -> dict[DeliveryState, int]:
    """How many deliveries there are in each state; every state is named."""
    found = connection.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
    return dict.fromkeys(DeliveryState, 0) | dict(found.all())


def progress(connection: Connection, delivery_ids: Collection[str]) -> dict[str, Progress]:
    """How far these deliveries have got, by id."""
    statement = (
        select(table(DeliveryRow), ChannelRow.problem)
        .join(table(ChannelRow), ChannelRow.channel == DeliveryRow.channel)
        .where(DeliveryRow.id.in_(delivery_ids))
    )
    rows = connection.execute(statement).mappings()
    return {row["id"]: value_of(Progress, row, channel_problem=row["problem"]) for row in rows}


def withdraw(connection: Connection, delivery_ids: Collection[str]) -> int:
    """Take those back that certainly were not posted, nor are about to be; how many."""
    waiting = select(DeliveryRow.id).where(DeliveryRow.id.in_(delivery_ids), DeliveryRow.state == DeliveryState.PENDING)
    gone = list(connection.scalars(waiting.with_for_update()))
    connection.execute(table(AttemptRow).delete().where(AttemptRow.delivery_id.in_(gone)))
    connection.execute(table(DeliveryRow).delete().where(DeliveryRow.id.in_(gone)))
    return len(gone)


def delivery_of(row: RowMapping) -> Delivery:
    """The delivery a row of `deliveries` holds; its message must not have been pruned."""
    return value_of(Delivery, row, delivery_id=row["id"], message=row["payload"])


def _row(delivery: Delivery) -> dict[str, Any]:
    return row_of(
        DeliveryRow,
        delivery,
        id=delivery.delivery_id,
        kind=delivery.message.kind,
        payload=delivery.message,
        state=DeliveryState.PENDING,
        waits_since=delivery.created_at,
    )


def _enqueue(connection: Connection, deliveries: Sequence[Delivery]) -> int:
    """Put messages into the outbox; those whose key is there are left alone. How many were new."""
    if any(one.parent_id for one in deliveries):
        # A card that is folded meanwhile is nobody's parent any more.
        lock(connection, STORY_LOCK)
    return enqueue(connection, deliveries)


class DeliveriesPart(StorePart):
    """Messages put into the outbox, and how far they have got."""

    enqueue = writing(_enqueue)
    progress = reading(progress)
    withdraw = writing(withdraw)
