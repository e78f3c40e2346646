"""Mutes: what routes do not want to hear of, until when, and what was held back meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from monitor.model import Delivery, HeldBack, Mute, MutedItem, MutedReport, MuteScope, Person
from monitor.model.stores import Show
from storage import cardedits, deliveries
from storage.database import StorePart, reading
from storage.locks import STORY_LOCK, lock
from storage.rows import row_of, value_of
from storage.statements import insert_missing, write
from storage.tables.base import table
from storage.tables.deliveries import DeliveryRow
from storage.tables.desk import MutedItemRow, MuteRow
from storage.tables.items import ItemRow

NEWEST = 10
"""How many of the items that a mute held back are named."""

_MUTES = table(MuteRow)
_SHOWN = select(_MUTES, DeliveryRow.channel).outerjoin(table(DeliveryRow), DeliveryRow.id == MuteRow.delivery_id)
_OPEN = _SHOWN.where(MuteRow.ended_at.is_(None)).order_by(MuteRow.began_at, MuteRow.id)


def open_mutes(connection: Connection) -> tuple[Mute, ...]:
    """The mutes that were not ended, also those whose time is over, oldest first."""
    return tuple(_mute(row) for row in connection.execute(_OPEN).mappings())


def of_route(connection: Connection, route: str) -> tuple[HeldBack, ...]:
    """The mutes of a route that were not ended, with what they held back."""
    rows = connection.execute(_OPEN.where(MuteRow.route == route)).mappings().all()
    return tuple(_held_back(connection, _mute(row)) for row in rows)


def get(connection: Connection, mute_id: str) -> HeldBack | None:
    """A mute, live or ended, with what it held back."""
    row = connection.execute(_SHOWN.where(MuteRow.id == mute_id)).mappings().first()
    return None if row is None else _held_back(connection, _mute(row))


def save(connection: Connection, mutes: Sequence[Mute]) -> None:
    """Write mutes as they are now."""
    write(connection, MuteRow, [_row(mute) for mute in mutes])


def move(connection: Connection, source: str, target: str, routes: Collection[str]) -> None:
    """Let what is muted of a story on these routes be muted of the one it is merged into."""
    of_story = MuteRow.scope == MuteScope.STORY, MuteRow.subject == source, MuteRow.route.in_(routes)
    connection.execute(_MUTES.update().where(MuteRow.ended_at.is_(None), *of_story).values(subject=target))


def hold_back(connection: Connection, items: Sequence[MutedItem]) -> None:
    """Write which items mutes held back, once each."""
    insert_missing(connection, MutedItemRow, [row_of(MutedItemRow, one) for one in items])


def are_due(connection: Connection, now: datetime) -> bool:
    """Whether there is a mute whose time is over and that was not ended."""
    return connection.execute(_OPEN.where(MuteRow.until <= now).limit(1)).first() is not None


def end_due(connection: Connection, now: datetime, tell: Callable[[HeldBack], Delivery], show: Show) -> int:
    """End the mutes whose time is over and put what `tell` says of each into the outbox; how many.

    Their cards show what `show` says of the mutes that are left.

    Nothing is judged meanwhile, so that what a mute held back is counted once and for all.
    """
    lock(connection, STORY_LOCK)
    rows = connection.execute(_OPEN.where(MuteRow.until <= now)).mappings().all()
    told = []
    for row in rows:
        held = _held_back(connection, _mute(row))
        connection.execute(_MUTES.update().where(MuteRow.id == row["id"]).values(ended_at=now))
        told.append(tell(held))
    deliveries.enqueue(connection, told)
    for delivery_id in sorted({row["delivery_id"] for row in rows}):
        show_on(connection, delivery_id, show, now)
    return len(rows)


def show_on(connection: Connection, delivery_id: str, show: Show, now: datetime) -> None:
    """Let the card that mutes were made on show those that are left."""
    left = open_mutes(connection)
    cardedits.change_one(connection, delivery_id, lambda message: show(message, left, delivery_id), now, at_once=True)


def _held_back(connection: Connection, mute: Mute) -> HeldBack:
    of_mute = MutedItemRow.mute_id == mute.mute_id
    count = connection.scalar(select(func.count()).select_from(table(MutedItemRow)).where(of_mute)) or 0
    newest = (
        select(ItemRow.title, ItemRow.source, ItemRow.url)
        .join_from(table(MutedItemRow), table(ItemRow), ItemRow.id == MutedItemRow.item_id)
        .where(of_mute)
        .order_by(ItemRow.first_seen_at.desc(), ItemRow.id)
        .limit(NEWEST)
    )
    rows = connection.execute(newest).mappings().all()
    return HeldBack(
        mute=mute, channel=mute.channel, count=count, newest=tuple(MutedReport(**row) for row in reversed(rows))
    )


def _mute(row: RowMapping) -> Mute:
    return value_of(
        Mute,
        row,
        mute_id=row["id"],
        by=Person(row["user_id"], row["name"]),
        ended_by=Person(row["ended_by_id"], row["ended_by_name"] or "") if row["ended_by_id"] else None,
        channel=row["channel"] or "",
    )


def _row(mute: Mute) -> dict[str, object]:
    return row_of(
        MuteRow,
        mute,
        id=mute.mute_id,
        user_id=mute.by.user_id,
        name=mute.by.name,
        ended_by_id=mute.ended_by.user_id if mute.ended_by else None,
        ended_by_name=mute.ended_by.name if mute.ended_by else None,
    )


class MutesPart(StorePart):
    """What was muted, until when."""

    mutes = reading(open_mutes)

    async def end_mutes(self, now: datetime, tell: Callable[[HeldBack], Delivery], show: Show) -> int:
        """End the mutes whose time is over, and put what `tell` says of each into the outbox; how many.

        Their cards show what `show` says of the mutes that are left.
        """
        if not await self._database.read(lambda c: are_due(c, now)):
            return 0
        return await self._database.write(lambda c: end_due(c, now, tell, show))
