"""What is due: which delivery may be tried next in which channel, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, func, or_, select, tuple_

from monitor.model import ANY_ROUTES, OPEN_STATES, WAITING_STATES, DeliveryState, Refusal, RoutesNow
from monitor.model.configured import WEBHOOK
from storage import cardedits
from storage.channels import unleased
from storage.tables.base import table
from storage.tables.deliveries import ChannelRow, DeliveryRow
from storage.tables.types import UtcTime
from storage.turns import IN_TURN, may_be_held, outside_quiet_hours

_CHANNELS = table(ChannelRow)
_DELIVERIES = table(DeliveryRow)
PARENTS = table(DeliveryRow).alias("parents")
_EARLIER = table(DeliveryRow).alias("earlier")
_GRANDPARENTS = table(DeliveryRow).alias("grandparents")
_SIBLINGS = table(DeliveryRow).alias("siblings")

_NOW = bindparam("now", type_=UtcTime)

_PATIENCE = 6
"""From this attempt on a reply that is put off keeps no other waiting, for that may be so for ever."""

# A thread tells things in their order: nothing is added while it is not known whether something earlier is there, or
# while that waits for the channel to work again. What was only put off, as by a limit, keeps those waiting for a while
# that are no more urgent.
_REFUSED = _EARLIER.c.refusal == Refusal.CHANNEL
_PUT_OFF = and_(
    _EARLIER.c.refusal.is_(None),
    _EARLIER.c.attempts.between(1, _PATIENCE - 1),
    _EARLIER.c.channel == DeliveryRow.channel,
    _EARLIER.c.kind == DeliveryRow.kind,
    _EARLIER.c.severity >= DeliveryRow.severity,
    _EARLIER.c.broadcast >= DeliveryRow.broadcast,
)
_IN_TURN = ~exists().where(
    _EARLIER.c.parent_id == DeliveryRow.parent_id,
    or_(
        _EARLIER.c.state == DeliveryState.UNKNOWN,
        and_(_EARLIER.c.state == DeliveryState.PENDING, or_(_REFUSED, _PUT_OFF)),
    ),
    tuple_(_EARLIER.c.created_at, _EARLIER.c.place, _EARLIER.c.id)
    < tuple_(DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id),
)

# Nobody waits for a parent that is in the channel, or of which it is certain that nobody will find out more; nor for
# one that alone is not taken while others are posted, for that may be so for ever. A receiver of webhooks, which is to
# get a story in its order, may change its mind for a while.
_ENDED = (DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.HELD)
_TRIES = case((PARENTS.c.channel.startswith(WEBHOOK), 10), else_=2)
_NOT_TAKEN = and_(
    PARENTS.c.state == DeliveryState.PENDING, PARENTS.c.refusal == Refusal.ITSELF, PARENTS.c.attempts >= _TRIES
)
PARENT_ENDED = or_(PARENTS.c.id.is_(None), PARENTS.c.state.in_(_ENDED), _NOT_TAKEN)

# What waits to be posted or looked for, and is not behind a parent that is not posted yet.
WAITING = and_(
    DeliveryRow.state.in_(WAITING_STATES),
    or_(DeliveryRow.parent_id.is_(None), and_(PARENT_ENDED, _IN_TURN)),
)
WITH_PARENT = _DELIVERIES.outerjoin(PARENTS, PARENTS.c.id == DeliveryRow.parent_id)
_HELD = case((may_be_held(), DeliveryRow.route)).label("held")
_ALL_THAT_WAITS = (
    select(_HELD, ChannelRow.lease_until, ChannelRow.ready_at, func.min(DeliveryRow.not_before))
    .select_from(WITH_PARENT.join(_CHANNELS, ChannelRow.channel == DeliveryRow.channel))
    .where(or_(WAITING, DeliveryRow.state == DeliveryState.SENDING))
    .where(DeliveryRow.state.in_(OPEN_STATES))
    .group_by(DeliveryRow.channel, DeliveryRow.state, ChannelRow.lease_until, ChannelRow.ready_at, _HELD)
)


# What follows a message that nobody has seen stands by itself, but once: what comes after it is said in its thread.
_STANDS_IN = (
    select(_SIBLINGS.c.ts)
    .where(_SIBLINGS.c.parent_id == DeliveryRow.parent_id, _SIBLINGS.c.channel == DeliveryRow.channel)
    .where(_SIBLINGS.c.state == DeliveryState.SENT, _SIBLINGS.c.ts.is_not(None))
    .order_by(_SIBLINGS.c.sent_at, _SIBLINGS.c.ts)
    .limit(1)
    .correlate(_DELIVERIES)
    .scalar_subquery()
)


def due_channels(connection: Connection, now: datetime, routes: RoutesNow = ANY_ROUTES) -> list[str]:
    """Channels somebody may speak to now: those with something to post, then those with edits, most urgent first."""
    posts = connection.scalars(_channels_to_post_to(frozenset(routes.quiet_until)), {"now": now})
    return list(dict.fromkeys([*posts, *cardedits.channels_with_edits(connection, now)]))


# The outbox asks these two for each delivery and each second. To put a statement together takes longer than to run it,
# so that is done once for each set of routes that are in their quiet hours.
@lru_cache(maxsize=16)
def _channels_to_post_to(quiet: frozenset[str]) -> Select[str]:
    waits = and_(WAITING, DeliveryRow.not_before <= _NOW, outside_quiet_hours(quiet))
    due = or_(waits, DeliveryRow.state == DeliveryState.SENDING)
    return (
        select(DeliveryRow.channel)
        .select_from(WITH_PARENT.join(_CHANNELS, ChannelRow.channel == DeliveryRow.channel))
        .where(unleased(_NOW), or_(ChannelRow.ready_at.is_(None), ChannelRow.ready_at <= _NOW), due)
        .where(DeliveryRow.state.in_(OPEN_STATES))
        .group_by(DeliveryRow.channel)
        .order_by(func.max(DeliveryRow.severity).desc(), func.min(DeliveryRow.created_at), DeliveryRow.channel)
    )


@lru_cache(maxsize=16)
def next_due(quiet: frozenset[str]) -> Select[Any]:
    """The delivery of a `channel` that is to be tried at `now`, with the timestamps of its `thread` and its `stand_in`.

    `quiet` are the routes that are in their quiet hours.
    """
    # A thread belongs to a channel: a reply to a card that was posted elsewhere stands by itself.
    # The parent may be a reply itself (a later part of a digest): a thread is named by its first message.
    first = case((_GRANDPARENTS.c.channel == PARENTS.c.channel, _GRANDPARENTS.c.ts))
    here = PARENTS.c.channel == DeliveryRow.channel
    thread = case((here, func.coalesce(first, PARENTS.c.ts))).label("thread")
    return (
        select(_DELIVERIES, thread, case((here, _STANDS_IN)).label("stand_in"))
        .select_from(WITH_PARENT.outerjoin(_GRANDPARENTS, _GRANDPARENTS.c.id == PARENTS.c.parent_id))
        .where(WAITING, DeliveryRow.channel == bindparam("channel"), DeliveryRow.not_before <= _NOW)
        .where(outside_quiet_hours(quiet))
        .order_by(*IN_TURN)
        .limit(1)
        .with_for_update(of=_DELIVERIES)
    )


def next_due_at(
    connection: Connection,
    routes: RoutesNow = ANY_ROUTES,
    *,
    refused: Collection[str] = (),
    until: datetime | None = None,
) -> datetime | None:
    """When the next delivery that waits for nothing but time falls due; for one being sent, when its lease ends.

    What waits for a channel that is `refused` and not tried again before `until` is left out.
    """
    statement = _ALL_THAT_WAITS
    if refused:
        statement = statement.where(or_(DeliveryRow.channel.not_in(refused), ChannelRow.ready_at <= until))
    times = [
        max(time for time in (not_before, lease_until, ready_at, routes.quiet_until.get(route)) if time is not None)
        for route, lease_until, ready_at, not_before in connection.execute(statement)
    ]
    return min(times, default=None)
