"""The outbox: who may post which delivery now, and what came of it.

A delivery is `sending` only under a lease on its channel, and a channel has one lease at a time. So a delivery that is
`sending` while its channel has no live lease was left behind by a process that died: whether it was posted is unknown.

Every statement that changes a delivery here first locks the row of its channel, so that on PostgreSQL two processes
wait for each other in one order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import structlog
from sqlalchemy import (
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from monitor.errors import StoreError
from monitor.model import Attempt, DeliveryState, Message, Refusal, RoutesNow, Settlement
from storage import cardedits, channels, deliveries
from storage.channels import locked_channel, take_lease, unleased
from storage.database import Part
from storage.deliveries import IN_TURN, may_be_held, outside_quiet_hours
from storage.tables.base import table
from storage.tables.deliveries import AttemptRow, ChannelRow, DeliveryRow
from storage.tables.types import UtcTime

log = structlog.get_logger()

_ATTEMPTS = table(AttemptRow)
_CHANNELS = table(ChannelRow)
_DELIVERIES = table(DeliveryRow)
PARENTS = table(DeliveryRow).alias("parents")
_EARLIER = table(DeliveryRow).alias("earlier")
_GRANDPARENTS = table(DeliveryRow).alias("grandparents")


_ANY = RoutesNow()
_NOW = bindparam("now", type_=UtcTime)

_CRASHED = "the process stopped while it was being sent"

# An attempt may still end a delivery that was held for left behind while it ran.
_IN_HAND = {DeliveryState.SENDING, DeliveryState.UNKNOWN}

# A thread tells things in their order: nothing is added while it is not known whether something earlier is there, or
# while that waits for the channel to work again.
_REFUSED_EARLIER = and_(_EARLIER.c.state == DeliveryState.PENDING, _EARLIER.c.refusal == Refusal.CHANNEL)
_IN_TURN = ~exists().where(
    _EARLIER.c.parent_id == DeliveryRow.parent_id,
    or_(_EARLIER.c.state == DeliveryState.UNKNOWN, _REFUSED_EARLIER),
    tuple_(_EARLIER.c.created_at, _EARLIER.c.place, _EARLIER.c.id)
    < tuple_(DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id),
)

# Nobody waits for a parent that is in the channel, or of which it is certain that nobody will find out more; nor for
# one that alone is not taken while others are posted, for that may be so for ever.
_ENDED = (DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.HELD)
_NOT_TAKEN = and_(PARENTS.c.state == DeliveryState.PENDING, PARENTS.c.refusal == Refusal.ITSELF, PARENTS.c.attempts > 1)
PARENT_ENDED = or_(PARENTS.c.id.is_(None), PARENTS.c.state.in_(_ENDED), _NOT_TAKEN)

# What waits to be posted or looked for, and is not behind a parent that is not posted yet.
WAITING = and_(
    DeliveryRow.state.in_([DeliveryState.PENDING, DeliveryState.UNKNOWN]),
    or_(DeliveryRow.parent_id.is_(None), and_(PARENT_ENDED, _IN_TURN)),
)
WITH_PARENT = _DELIVERIES.outerjoin(PARENTS, PARENTS.c.id == DeliveryRow.parent_id)
_HELD = case((may_be_held(), DeliveryRow.route)).label("held")
_ALL_THAT_WAITS = (
    select(_HELD, ChannelRow.lease_until, ChannelRow.ready_at, func.min(DeliveryRow.not_before))
    .select_from(WITH_PARENT.join(_CHANNELS, ChannelRow.channel == DeliveryRow.channel))
    .where(or_(WAITING, DeliveryRow.state == DeliveryState.SENDING))
    .where(DeliveryRow.state.in_([DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.SENDING]))
    .group_by(DeliveryRow.channel, DeliveryRow.state, ChannelRow.lease_until, ChannelRow.ready_at, _HELD)
)


def recover(connection: Connection, now: datetime) -> int:
    """Turn what dead processes left `sending` into `unknown`, to be looked for at once; how many."""
    left = (
        select(ChannelRow.channel)
        .where(unleased(now))
        .where(ChannelRow.channel.in_(select(DeliveryRow.channel).where(DeliveryRow.state == DeliveryState.SENDING)))
        .order_by(ChannelRow.channel)
    )
    return sum(
        _recover_channel(connection, channel, now)
        for channel in connection.scalars(left.with_for_update(of=_CHANNELS, key_share=True)).all()
    )


def _recover_channel(connection: Connection, channel: str, now: datetime) -> int:
    orphans = and_(DeliveryRow.channel == channel, DeliveryRow.state == DeliveryState.SENDING)
    ids = list(connection.scalars(select(DeliveryRow.id).where(orphans)))
    if not ids:
        return 0
    values = {"state": DeliveryState.UNKNOWN, "reason": _CRASHED, "not_before": now, "waits_since": now}
    connection.execute(_DELIVERIES.update().where(DeliveryRow.id.in_(ids)).values(values))
    connection.execute(
        _ATTEMPTS.update()
        .where(AttemptRow.delivery_id.in_(ids), AttemptRow.result.is_(None))
        .values(result=DeliveryState.UNKNOWN, reason=_CRASHED)
    )
    return len(ids)


def due_channels(connection: Connection, now: datetime, routes: RoutesNow = _ANY) -> list[str]:
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
        .where(DeliveryRow.state.in_([DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.SENDING]))
        .group_by(DeliveryRow.channel)
        .order_by(func.max(DeliveryRow.severity).desc(), func.min(DeliveryRow.created_at), DeliveryRow.channel)
    )


def take(
    connection: Connection, channel: str, *, owner: str, now: datetime, lease: timedelta, routes: RoutesNow = _ANY
) -> Attempt | None:
    """Lease the channel and take its most urgent due delivery, or None. Quiet hours are those of `routes`.

    A live lease keeps its own holder out too: a channel has one attempt at a time.
    """
    held = locked_channel(connection, channel)
    if held is None or (held["lease_until"] and held["lease_until"] > now):
        return None
    _recover_channel(connection, channel, now)
    if held["ready_at"] and held["ready_at"] > now:
        return None
    due = _next_due(frozenset(routes.quiet_until))
    row = connection.execute(due, {"channel": channel, "now": now}).mappings().first()
    if row is None:
        return None
    look_up = row["state"] is DeliveryState.UNKNOWN
    number = row["attempts"] if look_up else row["attempts"] + 1
    first_attempt_at = row["first_attempt_at"] or now
    take_lease(connection, channel, owner=owner, until=now + lease)
    connection.execute(
        _DELIVERIES.update()
        .where(DeliveryRow.id == row["id"])
        .values(state=DeliveryState.SENDING, attempts=number, first_attempt_at=first_attempt_at)
    )
    connection.execute(
        _ATTEMPTS.insert().values(delivery_id=row["id"], attempt=number, look_up=look_up, owner=owner, started_at=now)
    )
    problems = channels.problems(connection)
    return Attempt(
        delivery=deliveries.delivery_of(row),
        number=number,
        look_up=look_up,
        lookups=row["lookups"],
        first_attempt_at=first_attempt_at,
        looks=_looks(connection, row["id"], number) if look_up else 0,
        plain=row["plain"],
        parent_ts=row["parent_ts"],
        parent=_parent(connection, row["parent_id"]),
        refusal=row["refusal"],
        after_ts=_before_first_attempt(connection, row["id"], channel) if look_up else None,
        others_posted=look_up and number > 1 and _others_posted(connection, row["id"], channel, number),
        channel_problem=held["problem"],
        elsewhere={other: problem for other, problem in problems.items() if other != channel},
        waiting=channels.waiting_counts(connection, problems, now) if problems else {},
    )


def _looks(connection: Connection, delivery_id: str, number: int) -> int:
    """How many look-ups for a post have ended."""
    this = AttemptRow.delivery_id == delivery_id, AttemptRow.attempt == number
    ended = select(func.count()).where(*this, AttemptRow.look_up, AttemptRow.ended_at.is_not(None))
    return connection.scalar(ended) or 0


def _parent(connection: Connection, parent_id: str | None) -> Message | None:
    """What a reply answers; None when it is no reply, or that is not there any more, or cannot be read."""
    if parent_id is None:
        return None
    try:
        message: Message | None = connection.scalar(select(DeliveryRow.payload).where(DeliveryRow.id == parent_id))
    except StoreError:
        return None  # another version wrote it; the reply itself can be posted
    return message


@lru_cache(maxsize=16)
def _next_due(quiet: frozenset[str]) -> Select[Any]:
    # A thread belongs to a channel: a reply to a card that was posted elsewhere stands by itself.
    # The parent may be a reply itself (a later part of a digest): a thread is named by its first message.
    first = case((_GRANDPARENTS.c.channel == PARENTS.c.channel, _GRANDPARENTS.c.ts))
    thread = case((PARENTS.c.channel == DeliveryRow.channel, func.coalesce(first, PARENTS.c.ts))).label("parent_ts")
    return (
        select(_DELIVERIES, thread)
        .select_from(WITH_PARENT.outerjoin(_GRANDPARENTS, _GRANDPARENTS.c.id == PARENTS.c.parent_id))
        .where(WAITING, DeliveryRow.channel == bindparam("channel"), DeliveryRow.not_before <= _NOW)
        .where(outside_quiet_hours(quiet))
        .order_by(*IN_TURN)
        .limit(1)
        .with_for_update(of=_DELIVERIES)
    )


def _before_first_attempt(connection: Connection, delivery_id: str, channel: str) -> str | None:
    """Slack's timestamp of the last message that was posted to a channel before this delivery was first tried.

    It is told by the order of attempts, for a clock may have been wrong.
    """
    first = select(func.min(AttemptRow.id)).where(AttemptRow.delivery_id == delivery_id).scalar_subquery()
    statement = (
        select(DeliveryRow.ts)
        .join_from(_ATTEMPTS, _DELIVERIES, DeliveryRow.id == AttemptRow.delivery_id)
        .where(AttemptRow.id < first, AttemptRow.result == DeliveryState.SENT)
        .where(DeliveryRow.channel == channel, DeliveryRow.ts.is_not(None))
        .order_by(AttemptRow.id.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def _others_posted(connection: Connection, delivery_id: str, channel: str, number: int) -> bool:
    """Whether anything else was posted to a channel between the last two posts of a delivery."""

    def post(which: int) -> ScalarSelect[int]:
        this = AttemptRow.delivery_id == delivery_id, AttemptRow.attempt == which, AttemptRow.look_up.is_(False)
        return select(func.max(AttemptRow.id)).where(*this).scalar_subquery()

    statement = (
        select(AttemptRow.id)
        .join_from(_ATTEMPTS, _DELIVERIES, DeliveryRow.id == AttemptRow.delivery_id)
        .where(AttemptRow.id > post(number - 1), AttemptRow.id < post(number))
        .where(AttemptRow.result == DeliveryState.SENT, AttemptRow.look_up.is_(False), DeliveryRow.channel == channel)
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def settle(connection: Connection, attempt: Attempt, settlement: Settlement, *, owner: str, now: datetime) -> None:
    """Write what an attempt led to, release the lease, and enqueue the notices.

    An owner that outstayed its lease may no longer speak for the channel. That it posted is true all the same and is
    written, unless another attempt already says so; what else it says is dropped, for the delivery is in other hands.
    """
    # All that are written to at once, in one order: two who found that Slack works again must not wait for each other.
    locked = channels.locked_channels(connection, {attempt.delivery.channel, *settlement.elsewhere})
    channel = locked.get(attempt.delivery.channel)
    statement = select(_DELIVERIES).where(DeliveryRow.id == attempt.delivery.delivery_id)
    row = connection.execute(statement).mappings().one()
    if channel and attempt.channel_problem and not channel["problem"] and settlement.refusal is Refusal.CHANNEL:
        # Another channel showed meanwhile that the trouble of all is over: the next attempt shows whether it is here.
        settlement = replace(settlement, refusal=Refusal.BEFORE, channel_problem=None)
    holds = channel is not None and channel["lease_owner"] == owner
    mine = holds and row["state"] in _IN_HAND and _is_latest(connection, attempt, owner)
    if mine or (settlement.state is DeliveryState.SENT and row["state"] is not DeliveryState.SENT):
        _write_settlement(connection, attempt, settlement, now)
    else:
        log.warning(
            "an attempt outlasted its lease; another process has its delivery",
            action="attempt_lease_lost",
            delivery=attempt.delivery.delivery_id,
            state=row["state"].value,
            ended=settlement.state.value,
        )
    _end_attempt(connection, attempt, settlement, owner=owner, now=now)
    if holds and (mine or row["state"] is DeliveryState.SENT):
        connection.execute(
            _CHANNELS.update()
            .where(ChannelRow.channel == attempt.delivery.channel)
            .values(
                lease_owner=None,
                lease_until=None,
                ready_at=settlement.channel_ready_at,
                waits_since=now,
                problem=settlement.channel_problem,
            )
        )
        if channel is not None and channel["problem"] and not settlement.channel_problem:
            channels.release(connection, attempt.delivery.channel, now)
        for other, (known, problem) in settlement.elsewhere.items():
            if other in locked and locked[other]["problem"] == known:
                channels.write_problem(connection, other, problem, now)
    deliveries.enqueue(connection, settlement.notices)


def _is_latest(connection: Connection, attempt: Attempt, owner: str) -> bool:
    """Whether nobody tried the delivery since this attempt."""
    statement = (
        select(AttemptRow.attempt, AttemptRow.look_up, AttemptRow.owner)
        .where(AttemptRow.delivery_id == attempt.delivery.delivery_id)
        .order_by(AttemptRow.id.desc())
        .limit(1)
    )
    return connection.execute(statement).first() == (attempt.number, attempt.look_up, owner)


def _write_settlement(connection: Connection, attempt: Attempt, settlement: Settlement, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": settlement.state,
        "reason": settlement.reason,
        "not_before": settlement.not_before,
        "waits_since": now,
        "lookups": settlement.lookups,
        "plain": settlement.plain,
        "refusal": settlement.refusal,
    }
    if settlement.refusal:
        values["refused_at"] = now
    if settlement.state is DeliveryState.SENT:
        values |= {"ts": settlement.ts, "sent_at": now}
    elif settlement.state is DeliveryState.PENDING:
        # Known not to be posted: the next attempt is the first that may have been.
        values["first_attempt_at"] = None
    connection.execute(_DELIVERIES.update().where(DeliveryRow.id == attempt.delivery.delivery_id).values(values))


def _end_attempt(
    connection: Connection, attempt: Attempt, settlement: Settlement, *, owner: str, now: datetime
) -> None:
    connection.execute(
        _ATTEMPTS.update()
        .where(
            AttemptRow.delivery_id == attempt.delivery.delivery_id,
            AttemptRow.attempt == attempt.number,
            AttemptRow.look_up == attempt.look_up,
            AttemptRow.owner == owner,
            AttemptRow.ended_at.is_(None),
        )
        .values(ended_at=now, result=settlement.state, reason=settlement.reason)
    )


def next_due_at(
    connection: Connection,
    routes: RoutesNow = _ANY,
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


def attempts_of(connection: Connection, delivery_ids: Sequence[str]) -> Sequence[RowMapping]:
    """The rows of `attempts` for these deliveries, oldest first."""
    statement = select(_ATTEMPTS).where(AttemptRow.delivery_id.in_(delivery_ids)).order_by(AttemptRow.id)
    return connection.execute(statement).mappings().all()


class OutboxPart(Part):
    """What may be posted now, and what came of it."""

    async def recover(self, now: datetime) -> int:
        """Turn what dead processes left `sending` into `unknown`, to be looked for at once; how many."""
        return await self._database.write(lambda c: recover(c, now))

    async def due_channels(self, now: datetime, routes: RoutesNow = _ANY) -> Sequence[str]:
        """Channels somebody may speak to now: those with something to post, most urgent first, then with edits."""
        return await self._database.read(lambda c: due_channels(c, now, routes))

    async def take_delivery(
        self, channel: str, *, owner: str, now: datetime, lease: timedelta, routes: RoutesNow = _ANY
    ) -> Attempt | None:
        """Lease the channel and take its most urgent due delivery, or None. A live lease keeps its holder out too."""
        taken = partial(take, channel=channel, owner=owner, now=now, lease=lease, routes=routes)
        return await self._database.write(taken, urgent=True)

    async def settle(self, attempt: Attempt, settlement: Settlement, *, owner: str, now: datetime) -> None:
        """Write what an attempt led to, release the channel's lease, and enqueue the settlement's notices."""
        await self._database.write(lambda c: settle(c, attempt, settlement, owner=owner, now=now), urgent=True)

    async def next_due_at(
        self,
        now: datetime,  # noqa: ARG002 - the protocol's
        routes: RoutesNow = _ANY,
        *,
        refused: Collection[str] = (),
        until: datetime | None = None,
    ) -> datetime | None:
        """When the next delivery that waits for nothing but time falls due; None when none waits."""
        return await self._database.read(lambda c: next_due_at(c, routes, refused=refused, until=until))
