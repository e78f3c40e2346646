"""Puts right what a wrong clock wrote: waits that would not end, and times that lie ahead (`monitor.model.waits`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, true

from monitor.model import WAITING_STATES, DeliveryState
from monitor.model.waits import SKEW, until
from storage.database import StorePart, reading, writing
from storage.locks import STORY_LOCK, lock
from storage.tables.base import Base, table
from storage.tables.deliveries import CardEditRow, ChannelRow, DeliveryRow
from storage.tables.desk import MuteRow
from storage.tables.feeds import FeedRow
from storage.tables.items import AbsenceRow

_JUST_NOW = timedelta(seconds=5)


class WaitKind(NamedTuple):
    """A kind of wait: the table, its key, when the wait began, and until when it holds."""

    row: type[Base]
    key: Any
    began: Any
    ends: tuple[Any, ...]
    which: ColumnElement[bool] = true()


WAITS = (
    WaitKind(FeedRow, FeedRow.id, FeedRow.waits_since, (FeedRow.next_poll_at,)),
    WaitKind(
        DeliveryRow,
        DeliveryRow.id,
        DeliveryRow.waits_since,
        (DeliveryRow.not_before,),
        DeliveryRow.state.in_(WAITING_STATES),
    ),
    WaitKind(ChannelRow, ChannelRow.channel, ChannelRow.waits_since, (ChannelRow.ready_at, ChannelRow.edits_ready_at)),
    WaitKind(CardEditRow, CardEditRow.delivery_id, CardEditRow.waits_since, (CardEditRow.not_before,)),
)
"""Everything that waits for a time, but leases and mutes."""


def put_right(connection: Connection, now: datetime, jump: timedelta) -> int:
    """End the waits that a wrong clock wrote, shorten the others by a jump back, and move mutes; how many there were.

    A wait that began just now was written after the jump, or shortened by another process that saw it too.
    """
    lock(connection, STORY_LOCK)
    # In the order in which everybody locks: channels before what is posted to them.
    connection.execute(select(ChannelRow.channel).order_by(ChannelRow.channel).with_for_update(key_share=True)).all()
    count = sum(_end_waits(connection, kind, now, jump) for kind in WAITS)
    ahead = now + SKEW
    first = DeliveryRow.state == DeliveryState.UNKNOWN, DeliveryRow.first_attempt_at > ahead
    connection.execute(table(DeliveryRow).update().where(*first).values(first_attempt_at=now))
    connection.execute(table(AbsenceRow).update().where(AbsenceRow.since > ahead).values(since=now))
    mutes = connection.execute(
        select(MuteRow.id, MuteRow.began_at, MuteRow.until).where(MuteRow.ended_at.is_(None), MuteRow.began_at > ahead)
    ).all()
    for mute_id, began_at, ends_at in mutes:
        values = {"began_at": now, "until": now + (ends_at - began_at)}
        connection.execute(table(MuteRow).update().where(MuteRow.id == mute_id).values(values))
    return count + len(mutes)


def _end_waits(connection: Connection, kind: WaitKind, now: datetime, jump: timedelta) -> int:
    wrong = kind.began > now + SKEW
    if jump < timedelta(0):
        wrong = or_(wrong, kind.began < now - _JUST_NOW)
    pending = and_(kind.which, or_(*(end > now for end in kind.ends)), wrong)
    rows = connection.execute(select(kind.key, kind.began, *kind.ends).where(pending).order_by(kind.key)).all()
    changed: list[Mapping[str, Any]] = []
    for key, began, *ends in rows:
        times = [end and until(began, end, now, jump=jump) for end in ends]
        changed.append({"of": key} | {f"end{number}": time for number, time in enumerate(times)})
    if changed:
        values: dict[str, Any] = {end.key: bindparam(f"end{number}") for number, end in enumerate(kind.ends)}
        update = table(kind.row).update().where(kind.key == bindparam("of"))
        connection.execute(update.values(values | {kind.began.key: now}), changed)
    return len(changed)


def leases(connection: Connection) -> dict[str, datetime]:
    """Until when each channel is leased, by the clock of whoever has the lease."""
    statement = select(ChannelRow.channel, ChannelRow.lease_until).where(ChannelRow.lease_until.is_not(None))
    return {channel: at for channel, at in connection.execute(statement) if at is not None}


def end_lease(connection: Connection, channel: str, lease_until: datetime, now: datetime) -> None:
    """End a lease that is still the one that ends at `lease_until`."""
    this = ChannelRow.channel == channel, ChannelRow.lease_until == lease_until
    connection.execute(table(ChannelRow).update().where(*this).values(lease_until=now))


class WaitsPart(StorePart):
    """What a wrong clock wrote, put right."""

    put_waits_right = writing(put_right)
    leases = reading(leases)
    end_lease = writing(end_lease)
