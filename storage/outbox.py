"""The outbox: who may post which delivery now, and what came of it. `due` says what is due.

A delivery is `sending` only under a lease on its channel, and a channel has one lease at a time. So a delivery that is
`sending` while its channel has no live lease was left behind by a process that died: whether it was posted is unknown.

Every statement that changes a delivery here first locks the row of its channel, so that on PostgreSQL two processes
wait for each other in one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, not_, select

from monitor.errors import StoreError
from monitor.model import ANY_ROUTES, Attempt, DeliveryState, Message, Refusal, RoutesNow, Settlement
from monitor.model.configured import WEBHOOK, is_webhook
from storage import channels, deliveries, due
from storage.channels import locked_channel, take_lease, unleased
from storage.database import StorePart, reading, writing
from storage.tables.base import table
from storage.tables.deliveries import AttemptRow, ChannelRow, DeliveryRow

log = structlog.get_logger()

_ATTEMPTS = table(AttemptRow)
_CHANNELS = table(ChannelRow)
_DELIVERIES = table(DeliveryRow)

_OF_SLACK = not_(DeliveryRow.channel.startswith(WEBHOOK))

_CRASHED = "the process stopped while it was being sent"

# An attempt may still end a delivery that was held for left behind while it ran.
_IN_HAND = {DeliveryState.SENDING, DeliveryState.UNKNOWN}


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


def take(
    connection: Connection, channel: str, *, owner: str, now: datetime, lease: timedelta, routes: RoutesNow = ANY_ROUTES
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
    statement = due.next_due(frozenset(routes.quiet_until))
    row = connection.execute(statement, {"channel": channel, "now": now}).mappings().first()
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
    return _attempt(connection, row, held, number=number, first_attempt_at=first_attempt_at, now=now)


def _attempt(
    connection: Connection, row: RowMapping, held: RowMapping, *, number: int, first_attempt_at: datetime, now: datetime
) -> Attempt:
    """What a delivery that was taken, as it was `due`, and its channel, as it is `held`, come to."""
    look_up = row["state"] is DeliveryState.UNKNOWN
    problems, own = channels.problems(connection), DeliveryRow.channel == row["channel"]
    return Attempt(
        delivery=deliveries.delivery_of(row),
        number=number,
        look_up=look_up,
        lookups=row["lookups"],
        first_attempt_at=first_attempt_at,
        looks=_looks(connection, row["id"], number) if look_up else 0,
        plain=row["plain"],
        parent_ts=row["thread"] or row["stand_in"],
        stand_in_ts=row["stand_in"] if row["thread"] else None,
        parent=_parent(connection, row["parent_id"]),
        refusal=row["refusal"],
        after_ts=_before_first_attempt(connection, row["id"], row["channel"]) if look_up else None,
        others_posted=number > 1 and _posted_since(connection, row["id"], number - 1, own),
        arrives=number > 1
        and _posted_since(connection, row["id"], 1, own if is_webhook(row["channel"]) else _OF_SLACK),
        channel_problem=held["problem"],
        elsewhere={other: problem for other, problem in problems.items() if other != row["channel"]},
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


def _posted_since(connection: Connection, delivery_id: str, number: int, channels: ColumnElement[bool]) -> bool:
    """Whether anything else was posted to any of these channels between this post of a delivery and its last one."""
    posts = select(AttemptRow.id).where(AttemptRow.delivery_id == delivery_id, AttemptRow.look_up.is_(False))
    this = posts.where(AttemptRow.attempt == number).order_by(AttemptRow.id.desc()).limit(1).scalar_subquery()
    last = posts.order_by(AttemptRow.id.desc()).limit(1).scalar_subquery()
    statement = (
        select(AttemptRow.id)
        .join_from(_ATTEMPTS, _DELIVERIES, DeliveryRow.id == AttemptRow.delivery_id)
        .where(AttemptRow.id > this, AttemptRow.id < last, channels)
        .where(AttemptRow.result == DeliveryState.SENT, AttemptRow.look_up.is_(False))
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
        about = {"ready_at": settlement.channel_ready_at, "problem": settlement.channel_problem}
        channels.give_back_lease(connection, attempt.delivery.channel, now, **about)
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


def attempts_of(connection: Connection, delivery_ids: Sequence[str]) -> Sequence[RowMapping]:
    """The rows of `attempts` for these deliveries, oldest first."""
    statement = select(_ATTEMPTS).where(AttemptRow.delivery_id.in_(delivery_ids)).order_by(AttemptRow.id)
    return connection.execute(statement).mappings().all()


class OutboxPart(StorePart):
    """What may be posted now, and what came of it."""

    recover = writing(recover)
    due_channels = reading(due.due_channels)
    take_delivery = writing(take, urgent=True)
    settle = writing(settle, urgent=True)
    next_due_at = reading(due.next_due_at)
