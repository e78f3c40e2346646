"""What waits follows the routes as they are now (docs/decisions/0017): to their channels, and below their limits.

Only what is certainly not posted moves. What may have been posted is looked for where it was tried; it moves once it is
known not to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select

from monitor.model import Delivery, DeliveryState, RoutesNow
from monitor.model.ids import BUSY_DIGESTS
from storage import channels, deliveries
from storage.database import StorePart
from storage.due import PARENTS
from storage.statements import in_list, insert_missing
from storage.tables.base import table
from storage.tables.deliveries import ChannelRow, DeliveryRow
from storage.tables.types import as_json

_DELIVERIES = table(DeliveryRow)
_ELSEWHERE = table(ChannelRow).alias("elsewhere")

_STANDS = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)
"""The states of a message that stands in its channel, or may."""

Fits = Callable[[Delivery, Mapping[str, int], Mapping[str, int]], bool]
"""Whether a busy digest need not wait, by the cards that routes got in the last hour and their limits."""

Broken = Callable[[str], bool]
"""Whether a problem of a channel is about that channel alone."""


class Move(NamedTuple):
    """A delivery that goes to another channel than it was to, or is another route's now."""

    delivery_id: str
    before: str
    route: str
    channel: str


def moves(connection: Connection, routes: RoutesNow, broken: Broken) -> list[Move]:
    """Everything that is certainly not posted and is to go elsewhere, by the routes as they are now.

    What is for a thread alone stays with the card that it follows, unless nothing can be posted there. What is told
    aloud goes where the route leads: that is where people read. What a route leaves behind that is no longer in the
    file goes on to where it was going, as the one route's that leads there, if there is one.
    """
    pairs = as_json([f"{route} {channel}" for route, channel in sorted(routes.channels.items())])
    leading: dict[str, list[str]] = {}
    for name, channel in routes.channels.items():
        leading.setdefault(channel, []).append(name)
    found = []
    for row in connection.execute(_astray(connection.dialect.name), {"pairs": pairs}):
        heirs = leading.get(row.channel, [])
        route = heirs[0] if row.route not in routes.channels and len(heirs) == 1 else row.route
        channel = routes.channels.get(route, row.channel)
        in_thread = row.parent_id is not None and not row.broadcast and row.parent_state in _STANDS
        if in_thread and not (row.problem and broken(row.problem)):
            channel = row.parent_channel
        if (route, channel) != (row.route, row.channel):
            found.append(Move(row.id, row.channel, route, channel))
    return found


@cache
def _astray(dialect: str) -> Select[*tuple[Any, ...]]:
    """What waits, and is not on its way from a route to the channel of that route, or to that of what it follows.

    The routes are one parameter: a statement that names each takes longer to build than all else that the outbox does.
    """
    leads = in_list(DeliveryRow.route + " " + DeliveryRow.channel, "pairs", dialect)
    return (
        select(
            *(DeliveryRow.id, DeliveryRow.route, DeliveryRow.channel, DeliveryRow.broadcast, DeliveryRow.parent_id),
            PARENTS.c.state.label("parent_state"),
            PARENTS.c.channel.label("parent_channel"),
            _ELSEWHERE.c.problem,
        )
        .select_from(
            _DELIVERIES.outerjoin(PARENTS, PARENTS.c.id == DeliveryRow.parent_id).outerjoin(
                _ELSEWHERE, _ELSEWHERE.c.channel == PARENTS.c.channel
            )
        )
        .where(DeliveryRow.state == DeliveryState.PENDING)
        .where(or_(~leads, PARENTS.c.channel != DeliveryRow.channel))
        .order_by(DeliveryRow.channel, DeliveryRow.id)
    )


def _move(connection: Connection, routes: RoutesNow, broken: Broken, now: datetime) -> list[Move]:
    names = {name for one in moves(connection, routes, broken) for name in (one.before, one.channel)}
    insert_missing(connection, ChannelRow, [{"channel": name} for name in sorted(names)])
    channels.locked_channels(connection, names)
    made = []
    for one in moves(connection, routes, broken):
        waits = and_(DeliveryRow.id == one.delivery_id, DeliveryRow.state == DeliveryState.PENDING)
        elsewhere = one.channel != one.before
        if elsewhere and not {one.before, one.channel} <= names:
            continue  # it came meanwhile; the next look finds it
        values = {"route": one.route, "channel": one.channel}
        if elsewhere:
            # Whatever kept it from its channel says nothing of the new one.
            tried = and_(waits, DeliveryRow.attempts > 0)
            connection.execute(_DELIVERIES.update().where(tried).values(not_before=now, waits_since=now))
            values["reason"] = f"goes to {one.channel} instead of {one.before}"
        if connection.execute(_DELIVERIES.update().where(waits).values(values)).rowcount and elsewhere:
            made.append(one)
    return made


def _released(connection: Connection, routes: RoutesNow, fits: Fits, now: datetime) -> list[str]:
    """The busy digests that wait for more, and need not."""
    gathering = and_(
        DeliveryRow.state == DeliveryState.PENDING,
        DeliveryRow.attempts == 0,
        DeliveryRow.parent_id.is_(None),
        DeliveryRow.not_before > now,
        DeliveryRow.key.startswith(BUSY_DIGESTS, autoescape=True),
    )
    found = connection.execute(select(_DELIVERIES).where(gathering)).mappings().all()
    if not found:
        return []
    told = deliveries.cards_last_hour(connection, now)
    return [row["id"] for row in found if fits(deliveries.delivery_of(row), told, routes.limits)]


def _release(connection: Connection, digests: Sequence[str], now: datetime) -> None:
    parts = or_(DeliveryRow.id.in_(digests), DeliveryRow.parent_id.in_(digests))
    waits = and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.not_before > now)
    connection.execute(_DELIVERIES.update().where(parts, waits).values(not_before=now, waits_since=now))


class ReroutePart(StorePart):
    """What waits follows the routes as they are now."""

    async def follow_routes(
        self, routes: RoutesNow, now: datetime, *, broken: Broken, fits: Fits
    ) -> Sequence[tuple[str, str]]:
        """Send what waits to where its route leads now; from where to where, once for each message that moved.

        Busy digests of routes that are below their limit as it is now (as `fits` says) go out at once.
        """
        moving, released = await self._database.read(
            lambda c: (moves(c, routes, broken), _released(c, routes, fits, now))
        )
        if released:
            await self._database.write(lambda c: _release(c, released, now))
        made = await self._database.write(lambda c: _move(c, routes, broken, now)) if moving else []
        return [(one.before, one.channel) for one in made]
