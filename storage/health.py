"""Vital signs: the facts a health check judges by, what processes say of themselves, and what somebody was told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, func, or_, select

from monitor.model import (
    ANY_ROUTES,
    OPEN_STATES,
    WAITING_STATES,
    Beat,
    ChannelWait,
    Delivery,
    DeliveryState,
    PollSigns,
    Refusal,
    RoutesNow,
    SentNotice,
    Trouble,
    VitalSigns,
)
from monitor.model.ids import trouble_key
from monitor.model.waits import SKEW
from storage import channels, deliveries
from storage.database import StorePart, reading, writing
from storage.due import PARENT_ENDED, PARENTS, WAITING, WITH_PARENT
from storage.rows import row_of, value_of
from storage.statements import in_list, upsert, write
from storage.tables.base import table
from storage.tables.deliveries import AttemptRow, DeliveryRow
from storage.tables.feeds import FeedRow
from storage.tables.service import ServiceRow, TroubleRow
from storage.tables.types import as_json
from storage.turns import awake, may_be_held

_SERVICES = table(ServiceRow)
_TROUBLES = table(TroubleRow)
_KEPT = timedelta(days=7)
_LATEST_ATTEMPTS = 500


def heartbeat(connection: Connection, service: str, beat: Beat) -> None:
    """Write what a process of the service says of itself, and forget those that stopped long ago."""
    write(connection, ServiceRow, [row_of(ServiceRow, beat, name=service, beat_at=beat.at)])
    # Of one that nobody saw end, somebody is still to be told.
    old = or_(ServiceRow.ended_at.is_not(None), ServiceRow.beat_at < beat.at - 5 * _KEPT)
    connection.execute(_SERVICES.delete().where(ServiceRow.name != service, ServiceRow.beat_at < beat.at - _KEPT, old))


def lost(connection: Connection, now: datetime, *, silent: timedelta, but: Collection[str]) -> dict[str, Beat]:
    """The processes that stopped writing without having ended; each is given once, and has ended from then on.

    `but` are the beginnings of names that are left out.
    """
    gone = ServiceRow.ended_at.is_(None), ServiceRow.beat_at < now - silent
    kept = [ServiceRow.name.not_like(f"{beginning}%") for beginning in but]
    names = connection.scalars(
        _SERVICES.update().where(*gone, *kept).values(ended_at=now).returning(ServiceRow.name)
    ).all()
    found = beats(connection)
    return {name: found[name] for name in sorted(names)}


def ended(connection: Connection, service: str, now: datetime) -> None:
    """Write that a process stopped in order."""
    connection.execute(_SERVICES.update().where(ServiceRow.name == service).values(ended_at=now, troubles=()))


def beats(connection: Connection) -> dict[str, Beat]:
    """What each process last wrote of itself."""
    return {
        row["name"]: value_of(Beat, row, at=row["beat_at"], kind=row["kind"] or "", files=row["files"] or "")
        for row in connection.execute(select(_SERVICES)).mappings()
    }


def vital_signs(
    connection: Connection, now: datetime, feed_ids: Collection[str] | None = None, routes: RoutesNow = ANY_ROUTES
) -> VitalSigns:
    """The facts a health check judges by; `feed_ids` are the feeds that count, None for every one ever polled.

    A channel that no route of `routes` leads to counts only while something waits for it.
    """
    return VitalSigns(
        beats=beats(connection),
        polls=poll_signs(connection, now, feed_ids),
        outbox=deliveries.counts(connection),
        waits=channel_waits(connection, now, routes),
        stuck=stuck(connection),
        channel_problems=channels.problems(connection, routes),
    )


def poll_signs(connection: Connection, now: datetime, feed_ids: Collection[str] | None) -> PollSigns:
    """How polling stands. What a wrong clock wrote for the future says nothing."""
    failures = FeedRow.failures
    statement = select(
        func.count().label("total"),
        func.count().filter(failures > 0).label("failing"),
        func.coalesce(func.sum(failures), 0).label("failures"),
        func.max(FeedRow.failing_since).label("failing_since"),
        func.max(FeedRow.succeeded_at).label("succeeded_at"),
        func.min(FeedRow.next_poll_at).filter(FeedRow.next_poll_at <= now).label("due_since"),
        func.max(FeedRow.waits_since).filter(FeedRow.waits_since <= now + SKEW).label("taken_at"),
    )
    if feed_ids is None:
        return PollSigns(**connection.execute(statement.select_from(table(FeedRow))).mappings().one())
    asked = set(feed_ids)
    statement = statement.where(in_list(FeedRow.id, "feed_ids", connection.dialect.name))
    found = connection.execute(statement, {"feed_ids": as_json(sorted(asked))}).mappings().one()
    return PollSigns(**found, never_taken=len(asked) - found["total"])


def channel_waits(connection: Connection, now: datetime, routes: RoutesNow = ANY_ROUTES) -> tuple[ChannelWait, ...]:
    """What is due, by channel, whether or not the channel is ready.

    What was tried waits since its first attempt, for each attempt puts off the next. What quiet hours held is due since
    they ended.
    """
    first = select(func.min(AttemptRow.started_at)).where(
        AttemptRow.delivery_id == DeliveryRow.id, AttemptRow.started_at <= now
    )
    tried = first.scalar_subquery()
    due = DeliveryRow.not_before <= now
    since = case(
        (DeliveryRow.refusal == Refusal.ITSELF, DeliveryRow.created_at),
        (and_(tried.is_not(None), or_(~due, tried < DeliveryRow.not_before)), tried),
        else_=DeliveryRow.not_before,
    )
    held = case((may_be_held(), DeliveryRow.route)).label("held")
    being_sent = DeliveryRow.state == DeliveryState.SENDING
    statement = (
        select(DeliveryRow.channel, held, func.min(since), func.max(DeliveryRow.reason))
        .select_from(WITH_PARENT)
        .where(or_(WAITING, being_sent), or_(due, tried.is_not(None)), awake(routes))
        .where(DeliveryRow.state.in_(OPEN_STATES))
        .group_by(DeliveryRow.channel, held)
    )
    found: dict[str, tuple[datetime, str]] = {}
    for channel, route, at, reason in connection.execute(statement):
        one = max(at, routes.quiet_ended.get(route, at)), reason or ""
        found[channel] = min(one, found.get(channel, one))
    if not found:
        return ()
    accepted = _accepted(connection)
    return tuple(
        ChannelWait(channel=channel, since=at, accepted_at=accepted.get(channel), reason=reason)
        for channel, (at, reason) in sorted(found.items())
    )


def _accepted(connection: Connection) -> dict[str, datetime]:
    """When a message was last posted to each channel, as far as that is among the latest attempts of all."""
    latest = select(AttemptRow.id).order_by(AttemptRow.id.desc()).limit(_LATEST_ATTEMPTS).subquery()
    statement = (
        select(DeliveryRow.channel, func.max(AttemptRow.ended_at))
        .join_from(table(AttemptRow), table(DeliveryRow), DeliveryRow.id == AttemptRow.delivery_id)
        .where(AttemptRow.id.in_(select(latest.c.id)), AttemptRow.result == DeliveryState.SENT)
        .group_by(DeliveryRow.channel)
    )
    return {channel: at for channel, at in connection.execute(statement) if at is not None}


def stuck(connection: Connection) -> int:
    """How many deliveries wait behind one that will never be posted: none, unless Wirewatch has a fault."""
    statement = (
        select(func.count())
        .select_from(WITH_PARENT)
        .where(
            DeliveryRow.state.in_(WAITING_STATES),
            DeliveryRow.parent_id.is_not(None),
            ~PARENT_ENDED,
            PARENTS.c.state.not_in(OPEN_STATES),
        )
    )
    return connection.execute(statement).scalar_one()


def tell_troubles(
    connection: Connection, notices: Mapping[str, tuple[Trouble, Sequence[Delivery]]], now: datetime
) -> list[str]:
    """Write that somebody is told of troubles, with the notices of those of which nobody was told yet; their names."""
    if not notices:
        return []
    rows = [{"name": name, "trouble": trouble, "told_at": now} for name, (trouble, _) in sorted(notices.items())]
    statement = upsert(TroubleRow, connection.dialect.name).on_conflict_do_nothing().values(rows)
    new = sorted(connection.scalars(statement.returning(TroubleRow.name)))
    deliveries.enqueue(connection, [notice for name in new for notice in notices[name][1]])
    return new


def troubles_over(
    connection: Connection, names: Collection[str], tell: Callable[[Trouble, SentNotice | None], Sequence[Delivery]]
) -> list[Trouble]:
    """Forget the troubles of these names, which are over, and enqueue what `tell` says of each; which there were."""
    ended_ones = _TROUBLES.delete().where(TroubleRow.name.in_(sorted(names)))
    rows = connection.execute(ended_ones.returning(TroubleRow.name, TroubleRow.trouble, TroubleRow.told_at)).all()
    found: list[Trouble] = []
    for name, trouble, told_at in sorted(rows, key=lambda row: str(row.name)):
        notice = select(DeliveryRow.created_at, DeliveryRow.sent_at).where(
            DeliveryRow.key == trouble_key(name, told_at)
        )
        row = connection.execute(notice).one_or_none()
        posted = None if row is None else SentNotice(decided_at=row.created_at, sent_at=row.sent_at)
        deliveries.enqueue(connection, tell(trouble, posted))
        found.append(trouble)
    return found


class HealthPart(StorePart):
    """Heartbeats, vital signs, and what somebody was told of them."""

    heartbeat = writing(heartbeat, urgent=True)
    lost = writing(lost)
    ended = writing(ended, urgent=True)
    vital_signs = reading(vital_signs)

    async def troubles_told(self) -> Mapping[str, Trouble]:
        """The troubles that somebody was told of, and not yet that they are over."""
        statement = select(TroubleRow.name, TroubleRow.trouble)
        return await self._database.read(lambda c: dict(c.execute(statement).all()))

    tell_troubles = writing(tell_troubles)
    troubles_over = writing(troubles_over)
