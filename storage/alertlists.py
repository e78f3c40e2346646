"""Which alerts were told last, and what still waits? The console lists them.

Every list has a limit and a way to it by an index: the database may hold 100,000 deliveries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from monitor.model import OPEN_STATES, DeliveryState, SentAlert, ToldAlert, WaitingDelivery
from storage.database import StorePart, reading
from storage.rows import value_of
from storage.statements import unindexed_on_sqlite
from storage.tables.base import table
from storage.tables.deliveries import DeliveryItemRow, DeliveryRow
from storage.tables.items import ItemRow, MatchRow, on_topic
from storage.tables.stories import StoryItemRow

_NOT_POSTED = (*OPEN_STATES, DeliveryState.HELD, DeliveryState.REJECTED)
_ALERTS = ("card", "digest")


def _newest(connection: Connection, kinds: Sequence[str], *where: ColumnElement[bool], limit: int) -> list[str]:
    """The ids of the newest deliveries of these kinds, of each kind by its index, without their texts."""
    found = []
    for kind in kinds:
        of_kind = select(DeliveryRow.created_at, DeliveryRow.id).where(DeliveryRow.kind == kind, *where)
        newest = of_kind.order_by(DeliveryRow.created_at.desc(), DeliveryRow.id).limit(limit)
        found += [(row.created_at, row.id) for row in connection.execute(newest)]
    # By time backwards, then by id: sorting keeps the order of those that are equal.
    found = sorted(sorted(found, key=lambda one: one[1]), key=lambda one: one[0], reverse=True)
    return [delivery_id for _, delivery_id in found[:limit]]


def told_alerts(connection: Connection, *, limit: int) -> list[ToldAlert]:
    """The last cards and digests, newest first, each with the first found of the items that it tells of."""
    ids = _newest(connection, _ALERTS, limit=limit)
    columns = [column for column in table(DeliveryRow).columns if column.name != "payload"]
    statement = select(*columns).where(DeliveryRow.id.in_(ids))
    rows = connection.execute(statement.order_by(DeliveryRow.created_at.desc(), DeliveryRow.id))
    deliveries = rows.mappings().all()
    firsts = {item["delivery_id"]: item for item in connection.execute(_first_told(ids)).mappings()}
    matched = select(MatchRow.item_id, func.max(case((on_topic(), 1), else_=0)))
    matched = matched.where(MatchRow.item_id.in_([first["item_id"] for first in firsts.values()]), MatchRow.live)
    sure: dict[str, int] = dict(connection.execute(matched.group_by(MatchRow.item_id)).all())
    return [
        value_of(
            ToldAlert,
            {**firsts.get(row["id"], {}), **row},
            delivery_id=row["id"],
            decided_at=row["created_at"],
            posted_at=row["sent_at"],
            doubtful=row["id"] in firsts and not sure.get(firsts[row["id"]]["item_id"], 1),
        )
        for row in deliveries
    ]


def _first_told(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """The first found of the items that each of these deliveries tells of, and of how many it tells.

    A digest may tell of hundreds of items, and one of them is shown.
    """
    of_delivery = DeliveryItemRow.delivery_id
    place = func.row_number().over(partition_by=of_delivery, order_by=(ItemRow.first_seen_at, ItemRow.id))
    number = func.count().over(partition_by=of_delivery)
    in_place = (
        select(of_delivery, ItemRow.id, place.label("place"), number.label("items"))
        .join(table(ItemRow), ItemRow.id == DeliveryItemRow.item_id)
        .where(of_delivery.in_(ids))
        .subquery()
    )
    return (
        select(
            in_place.c.delivery_id, in_place.c["items"], ItemRow.id.label("item_id"), ItemRow.title, ItemRow.language,
            ItemRow.source, ItemRow.published, ItemRow.first_seen_at.label("found_at"), StoryItemRow.story_id,
        )
        .join_from(in_place, table(ItemRow), ItemRow.id == in_place.c.id)
        .outerjoin(table(StoryItemRow), StoryItemRow.item_id == ItemRow.id)
        .where(in_place.c.place == 1)
    )  # fmt: skip


def sent_alerts(connection: Connection, route: str, *, limit: int) -> list[SentAlert]:
    """The last messages of a route that tell of items and whose texts are there, newest first."""
    sent = (
        unindexed_on_sqlite(DeliveryRow.route, connection.dialect.name) == route,
        unindexed_on_sqlite(DeliveryRow.state, connection.dialect.name) == DeliveryState.SENT,
        DeliveryRow.payload.is_not(None),
        DeliveryRow.sent_at.is_not(None),
    )
    ids = _newest(connection, (*_ALERTS, "follow-up"), *sent, limit=limit)
    # Long texts are read of those alone that are shown.
    shown = select(DeliveryRow.id, DeliveryRow.payload, DeliveryRow.sent_at)
    rows = connection.execute(
        shown.where(DeliveryRow.id.in_(ids)).order_by(DeliveryRow.created_at.desc(), DeliveryRow.id)
    )
    return [SentAlert(delivery_id=row.id, message=row.payload, posted_at=row.sent_at) for row in rows]


def waiting_deliveries(connection: Connection, *, limit: int) -> list[WaitingDelivery]:
    """What was not posted and should be, oldest first."""
    statement = (
        select(table(DeliveryRow))
        .where(DeliveryRow.state.in_(_NOT_POSTED))
        .order_by(DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id)
        .limit(limit)
    )
    return [
        value_of(
            WaitingDelivery,
            row,
            delivery_id=row["id"],
            decided_at=row["created_at"],
            tries=row["attempts"],
            reason=row["reason"] or "",
        )
        for row in connection.execute(statement).mappings()
    ]


class AlertListsPart(StorePart):
    """Alerts and waiting messages, for the console."""

    told_alerts = reading(told_alerts)
    sent_alerts = reading(sent_alerts)
    waiting_deliveries = reading(waiting_deliveries)
