"""Channels: what is wrong with them, as looking at them finds it, and what waits for those that are broken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Connection, RowMapping, or_, select
from sqlalchemy.sql import ColumnElement

from monitor.model import Delivery, DeliveryState, RoutesNow, Severity
from storage import deliveries
from storage.database import Part
from storage.statements import insert_missing
from storage.tables.base import table
from storage.tables.deliveries import ChannelRow, DeliveryRow

_CHANNELS = table(ChannelRow)
_DELIVERIES = table(DeliveryRow)

Tell = Callable[[Mapping[str, str]], Sequence[Delivery]]
"""Gives the notices there are, by the problems that were known before."""


def inspected(
    connection: Connection,
    found: Mapping[str, str | None],
    tell: Tell,
    *,
    can_see: Callable[[str], bool],
    now: datetime,
) -> None:
    """Write what is wrong with each of these channels (None: nothing), and enqueue what is to be told of it.

    A channel that works again may be used at once. A problem that `can_see` says would not have been found stays.
    """
    insert_missing(connection, ChannelRow, [{"channel": channel} for channel in sorted(found)])
    # As `outbox.locked_channel`: who enqueues for several channels, in whatever order, must not wait for this.
    locked = select(ChannelRow.channel, ChannelRow.problem).where(ChannelRow.channel.in_(found))
    in_turn = locked.order_by(ChannelRow.channel).with_for_update(key_share=True)
    rows = connection.execute(in_turn).all()
    known = {channel: problem for channel, problem in rows if problem}
    for channel, problem in found.items():
        before = known.get(channel)
        if problem != before and (problem or before is None or can_see(before)):
            ready = {} if problem else {"ready_at": now, "waits_since": now}
            connection.execute(_CHANNELS.update().where(ChannelRow.channel == channel).values(problem=problem, **ready))
    deliveries.enqueue(connection, tell(known))


def waiting(connection: Connection, channels: Collection[str], now: datetime, *, limit: int) -> Sequence[Delivery]:
    """What is due in these channels and not posted yet, oldest first.

    At most `limit` deliveries for all of them; when there are more, all that is critical, and the oldest of the rest.
    """
    critical = DeliveryRow.severity == int(Severity.CRITICAL)
    statement = (
        select(_DELIVERIES)
        .where(DeliveryRow.channel.in_(channels), DeliveryRow.state == DeliveryState.PENDING)
        .where(or_(DeliveryRow.created_at <= now, DeliveryRow.not_before <= now))
        .order_by(critical.desc(), DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id)
        .limit(limit)
    )
    rows = connection.execute(statement).mappings().all()
    return [deliveries.delivery_of(row) for row in sorted(rows, key=itemgetter("created_at", "place", "id"))]


def unleased(now: datetime) -> ColumnElement[bool]:
    """That nobody holds a channel's lease."""
    return or_(ChannelRow.lease_until.is_(None), ChannelRow.lease_until <= now)


def locked_channel(connection: Connection, channel: str) -> RowMapping | None:
    """The row of a channel, locked against everybody but those who enqueue something for it."""
    statement = select(_CHANNELS).where(ChannelRow.channel == channel).with_for_update(key_share=True)
    return connection.execute(statement).mappings().first()


def take_lease(connection: Connection, channel: str, *, owner: str, until: datetime) -> None:
    """Let one owner speak to a channel whose row is locked."""
    values = {"lease_owner": owner, "lease_until": until}
    connection.execute(_CHANNELS.update().where(ChannelRow.channel == channel).values(values))


def problems(connection: Connection, routes: RoutesNow | None = None) -> dict[str, str]:
    """What is wrong with each channel that does not work.

    One that no route leads to any more is left out when nothing waits for it, if `routes` has any.
    """
    statement = select(ChannelRow.channel, ChannelRow.problem).where(ChannelRow.problem.is_not(None))
    if routes is not None and routes.channels:
        open_states = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
        waits = select(DeliveryRow.id).where(
            DeliveryRow.channel == ChannelRow.channel, DeliveryRow.state.in_(open_states)
        )
        statement = statement.where(or_(ChannelRow.channel.in_(sorted(set(routes.channels.values()))), waits.exists()))
    return {channel: problem or "" for channel, problem in connection.execute(statement)}


class ChannelsPart(Part):
    """The channels of routes, as they are looked after: the shape of `monitor.health.channels.RouteStore`."""

    async def channel_problems(self) -> Mapping[str, str]:
        """What is wrong with each channel that does not work."""
        return await self._database.read(problems)

    async def channels_inspected(
        self,
        found: Mapping[str, str | None],
        tell: Tell,
        *,
        can_see: Callable[[str], bool],
        now: datetime,
    ) -> None:
        """Write what is wrong with these channels, and enqueue what `tell` makes of it and of what was known.

        A problem that `can_see` says would not have been found stays.
        """
        await self._database.write(lambda c: inspected(c, found, tell, can_see=can_see, now=now))

    async def waiting_for(self, names: Collection[str], now: datetime, *, limit: int) -> Sequence[Delivery]:
        """What is due in these channels and not posted yet, oldest first."""
        return await self._database.read(lambda c: waiting(c, names, now, limit=limit))
