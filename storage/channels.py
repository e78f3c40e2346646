"""Channels: what is wrong with them, as looking at them finds it, and what waits for those that are broken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, case, func, literal, or_, select
from sqlalchemy.sql import ColumnElement

from monitor.model import OPEN_STATES, WAITING_STATES, Delivery, Refusal, RoutesNow, Severity
from storage import deliveries
from storage.database import StorePart, reading, writing
from storage.statements import insert_missing
from storage.tables.base import table
from storage.tables.deliveries import ChannelRow, DeliveryRow

_CHANNELS = table(ChannelRow)
_DELIVERIES = table(DeliveryRow)

Tell = Callable[[Mapping[str, str | None], Mapping[str, str]], Sequence[Delivery]]
"""Gives the notices there are, by what was found of channels and the problems that were known before."""


def inspected(
    connection: Connection,
    found: Mapping[str, str | None],
    tell: Tell,
    *,
    can_see: Callable[[str], bool],
    now: datetime,
) -> None:
    """Write what is wrong with each of these channels (None: nothing), and enqueue what is to be told of it.

    A channel that works again may be used at once. A problem that `can_see` says would not have been found stays. So
    does one by which a message was refused that still waits: that message is tried at once, and decides.
    """
    insert_missing(connection, ChannelRow, [{"channel": channel} for channel in sorted(found)])
    locked = locked_channels(connection, found)
    known = {channel: row["problem"] for channel, row in locked.items() if row["problem"]}
    tried = _refused(connection, found) & known.keys()
    for channel, problem in found.items():
        before = known.get(channel)
        if problem is None and before is not None and can_see(before) and channel in tried:
            connection.execute(
                _CHANNELS.update().where(ChannelRow.channel == channel).values(ready_at=now, waits_since=now)
            )
        elif problem != before and (problem or before is None or can_see(before)):
            write_problem(connection, channel, problem, now)
    decided = {channel: problem for channel, problem in found.items() if problem or channel not in tried}
    deliveries.enqueue(connection, tell(decided, known))


def _refused(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of the channels for which something waits that was refused as everything in them."""
    statement = (
        select(DeliveryRow.channel)
        .where(DeliveryRow.state.in_(OPEN_STATES), DeliveryRow.channel.in_(names))
        .where(DeliveryRow.refusal == Refusal.CHANNEL)
        .distinct()
    )
    return set(connection.scalars(statement))


def write_problem(connection: Connection, channel: str, problem: str | None, now: datetime) -> None:
    """Write what is wrong with a channel whose row is locked; None lets what waits for it be posted at once."""
    ready = {} if problem else {"ready_at": now, "waits_since": now}
    connection.execute(_CHANNELS.update().where(ChannelRow.channel == channel).values(problem=problem, **ready))
    if problem is None:
        release(connection, channel, now)


def release(connection: Connection, channel: str, now: datetime) -> None:
    """Let what was refused be tried again now that its channel works, in the usual order."""
    at_once = literal(now, _DELIVERIES.c.not_before.type)
    again = case((DeliveryRow.refusal == Refusal.ITSELF, at_once), else_=DeliveryRow.not_before)
    before = literal(Refusal.BEFORE, _DELIVERIES.c.refusal.type)
    other = case((DeliveryRow.refusal == Refusal.CHANNEL, before), else_=DeliveryRow.refusal)
    waiting = DeliveryRow.channel == channel, DeliveryRow.state.in_(OPEN_STATES), DeliveryRow.refusal.is_not(None)
    connection.execute(_DELIVERIES.update().where(*waiting).values(refusal=other, not_before=again, waits_since=now))


def waiting_counts(connection: Connection, names: Collection[str], now: datetime) -> dict[str, int]:
    """How many messages wait for nothing but each of these channels, those that are being tried left out."""
    statement = (
        select(DeliveryRow.channel, func.count())
        .where(DeliveryRow.state.in_(WAITING_STATES), DeliveryRow.channel.in_(names))
        .where(DeliveryRow.not_before <= now)
        .group_by(DeliveryRow.channel)
    )
    return dict(connection.execute(statement).all())


def waiting(connection: Connection, channels: Collection[str], now: datetime, *, limit: int) -> Sequence[Delivery]:
    """What is due in these channels and not posted yet, or may not be, oldest first.

    At most `limit` deliveries for all of them; when there are more, all that is critical, and the oldest of the rest.
    """
    critical = DeliveryRow.severity == Severity.CRITICAL
    statement = (
        select(_DELIVERIES)
        .where(DeliveryRow.channel.in_(channels), DeliveryRow.state.in_(WAITING_STATES))
        .where(or_(DeliveryRow.created_at <= now, DeliveryRow.not_before <= now))
        .order_by(critical.desc(), DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id)
        .limit(limit)
    )
    rows = connection.execute(statement).mappings().all()
    return [deliveries.delivery_of(row) for row in sorted(rows, key=itemgetter("created_at", "place", "id"))]


def unleased(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """That nobody holds a channel's lease."""
    return or_(ChannelRow.lease_until.is_(None), ChannelRow.lease_until <= now)


def locked_channel(connection: Connection, channel: str) -> RowMapping | None:
    """The row of a channel, locked against everybody but those who enqueue something for it."""
    return locked_channels(connection, {channel}).get(channel)


def locked_channels(connection: Connection, names: Collection[str]) -> dict[str, RowMapping]:
    """The rows of these channels by id, locked as by `locked_channel` in the order of their ids.

    Who enqueues for several channels, in whatever order, does not wait for this.
    """
    statement = select(_CHANNELS).where(ChannelRow.channel.in_(names)).order_by(ChannelRow.channel)
    rows = connection.execute(statement.with_for_update(key_share=True)).mappings()
    return {row["channel"]: row for row in rows}


def take_lease(connection: Connection, channel: str, *, owner: str, until: datetime) -> None:
    """Let one owner speak to a channel whose row is locked."""
    values = {"lease_owner": owner, "lease_until": until}
    connection.execute(_CHANNELS.update().where(ChannelRow.channel == channel).values(values))


def give_back_lease(connection: Connection, channel: str, now: datetime, **values: Any) -> None:
    """Let others speak to a channel whose row is locked, and write what else is known of it now."""
    free = {"lease_owner": None, "lease_until": None, "waits_since": now}
    connection.execute(_CHANNELS.update().where(ChannelRow.channel == channel).values(free | values))


def problems(connection: Connection, routes: RoutesNow | None = None) -> dict[str, str]:
    """What is wrong with each channel that does not work.

    One that no route leads to any more is left out when nothing waits for it, if `routes` has any.
    """
    statement = select(ChannelRow.channel, ChannelRow.problem).where(ChannelRow.problem.is_not(None))
    if routes is not None and routes.channels:
        waits = select(DeliveryRow.id).where(
            DeliveryRow.channel == ChannelRow.channel, DeliveryRow.state.in_(OPEN_STATES)
        )
        statement = statement.where(or_(ChannelRow.channel.in_(sorted(set(routes.channels.values()))), waits.exists()))
    return {channel: problem or "" for channel, problem in connection.execute(statement)}


class ChannelsPart(StorePart):
    """The channels of routes, as they are looked after: the shape of `monitor.health.channels.RouteStore`."""

    channel_problems = reading(problems)
    channels_inspected = writing(inspected)
    waiting_for = reading(waiting)
