"""Edits of posted cards and digests: what each is to show, who may edit which now, and what came of it.

An edit changes nothing that a second one does not overwrite, so nothing is written before the call but the lease on the
channel: a card that is to show more than it does is edited, whoever died meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, reduce
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, func, or_, select

from monitor.model import (
    EDIT_EVERY,
    CardChange,
    CardMessage,
    DeliveryState,
    DigestMessage,
    EditAttempt,
    EditSettlement,
    EditState,
    Severity,
    Shown,
)
from monitor.model.waits import until
from storage import channels, deliveries
from storage.database import StorePart, reading, writing
from storage.statements import in_list, unindexed
from storage.tables.base import table
from storage.tables.deliveries import CardEditRow, ChannelRow, DeliveryRow
from storage.tables.stories import CardRow, StoryRow
from storage.tables.types import UtcTime, as_json

log = structlog.get_logger()

Change = Callable[[str, CardMessage], CardMessage]

_CHANNELS, _DELIVERIES, _EDITS = table(ChannelRow), table(DeliveryRow), table(CardEditRow)
_PARTS = table(DeliveryRow).alias("parts")

# A card that is held or was rejected will never stand in the channel.
_STILL_SHOWN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.SENT)

_WAITING = and_(
    CardEditRow.state == EditState.WAITING,
    unindexed(DeliveryRow.state) == DeliveryState.SENT,
    DeliveryRow.ts.is_not(None),
    DeliveryRow.payload.is_not(None),
)
_SHOW = (
    _DELIVERIES.update()
    .where(DeliveryRow.id == bindparam("card"))
    .values(payload=bindparam("payload"), severity=bindparam("severity"))
)
_EDITED = _EDITS.join(_DELIVERIES, DeliveryRow.id == CardEditRow.delivery_id)
_NOW = bindparam("now", type_=UtcTime)
# Asked for each second: it is put together once, for that takes longer than to run it.
_CHANNELS_WITH_EDITS = (
    select(DeliveryRow.channel)
    .select_from(_EDITED.join(_CHANNELS, ChannelRow.channel == DeliveryRow.channel))
    .where(channels.unleased(_NOW), _WAITING, CardEditRow.not_before <= _NOW)
    .where(or_(ChannelRow.ready_at.is_(None), ChannelRow.ready_at <= _NOW))
    .where(or_(ChannelRow.edits_ready_at.is_(None), ChannelRow.edits_ready_at <= _NOW))
    .group_by(DeliveryRow.channel)
    .order_by(func.max(DeliveryRow.severity).desc(), func.min(CardEditRow.not_before), DeliveryRow.channel)
)


def refresh(connection: Connection, story_id: str, change: Change, now: datetime, *, at_once: bool = False) -> int:
    """Change the cards of a story, or of the one it was merged into; how many edits that led to.

    `change` gets the name of the route and the newest message. `at_once` edits also a card that was edited just now:
    somebody clicked and looks at it.
    """
    lives_in = select(func.coalesce(StoryRow.merged_into, StoryRow.id)).where(StoryRow.id == story_id)
    ids = connection.scalars(select(CardRow.delivery_id).where(CardRow.story_id.in_(lives_in))).all()

    def of_card(row: RowMapping, message: Shown) -> Shown:
        return change(row["route"], message) if isinstance(message, CardMessage) else message

    return _change(connection, set(ids), of_card, now, at_once=at_once)


def apply(connection: Connection, changes: Sequence[CardChange], now: datetime) -> int:
    """Change the cards that reports change; how many edits that led to."""
    of_card: defaultdict[str, list[CardChange]] = defaultdict(list)
    for one in changes:
        of_card[one.delivery_id].append(one)
    _hurry(connection, of_card)

    def changed(row: RowMapping, message: Shown) -> Shown:
        # What a digest says of a story stays as it was posted; its thread has what comes in.
        if isinstance(message, CardMessage):
            return reduce(lambda card, one: one.applied(card), of_card[row["id"]], message)
        return message

    return _change(connection, of_card.keys(), changed, now) if of_card else 0


def _hurry(connection: Connection, of_card: Mapping[str, Sequence[CardChange]]) -> None:
    """Let what waits be critical when a critical reply waits behind it: quiet hours would hold both."""
    for delivery_id, changes in sorted(of_card.items()):
        if any(one.told and one.report and one.report.severity is Severity.CRITICAL for one in changes):
            first = select(_PARTS.c.parent_id).where(_PARTS.c.id == delivery_id)
            before = or_(DeliveryRow.id == delivery_id, DeliveryRow.id == first.scalar_subquery())
            waits = and_(before, DeliveryRow.state == DeliveryState.PENDING)
            connection.execute(_DELIVERIES.update().where(waits).values(severity=Severity.CRITICAL))


def change_one(
    connection: Connection, delivery_id: str, change: Callable[[Shown], Shown], now: datetime, *, at_once: bool = False
) -> int:
    """As `refresh`, for one card that may serve no story any more, or for a part of a digest."""
    return _change(connection, {delivery_id}, lambda _, message: change(message), now, at_once=at_once)


def _change(
    connection: Connection,
    delivery_ids: Collection[str],
    change: Callable[[RowMapping, Shown], Shown],
    now: datetime,
    *,
    at_once: bool = False,
) -> int:
    armed = 0
    for row in _cards(connection, delivery_ids):
        message = row["payload"]
        assert isinstance(message, CardMessage | DigestMessage)  # noqa: S101 - `_cards` reads no others
        changed = change(row, message)
        if changed == message:
            continue
        severity = max(row["severity"], changed.alert.severity) if isinstance(changed, CardMessage) else row["severity"]
        connection.execute(_SHOW, {"card": row["id"], "payload": changed, "severity": severity})
        # One that was not taken yet is posted as it is now.
        if row["state"] is not DeliveryState.PENDING:
            armed += _arm(connection, row, now, at_once=at_once)
    return armed


def _cards(connection: Connection, delivery_ids: Collection[str]) -> Sequence[RowMapping]:
    if not delivery_ids:
        return ()
    found = connection.execute(_cards_of(connection.dialect.name), {"ids": as_json(sorted(delivery_ids))})
    return found.mappings().all()


@cache
def _cards_of(dialect: str) -> Select[*tuple[Any, ...]]:
    columns = (DeliveryRow.id, DeliveryRow.route, DeliveryRow.severity, DeliveryRow.payload, DeliveryRow.state)
    return (
        select(*columns, DeliveryRow.sent_at)
        .where(in_list(DeliveryRow.id, "ids", dialect))
        .where(unindexed(DeliveryRow.kind).in_(("card", "digest")), DeliveryRow.payload.is_not(None))
        .where(unindexed(DeliveryRow.state).in_(_STILL_SHOWN))
        .order_by(DeliveryRow.id)
        .with_for_update(of=_DELIVERIES)
    )


def _arm(connection: Connection, row: RowMapping, now: datetime, *, at_once: bool) -> bool:
    """Let a card be edited as soon as it has been seen for long enough; False when it is edited no more."""
    statement = select(_EDITS).where(CardEditRow.delivery_id == row["id"]).with_for_update()
    edit = connection.execute(statement).mappings().first()
    shown_at = (edit and edit["shown_at"]) or row["sent_at"] or now
    due_at = now if at_once else max(now, until(shown_at, shown_at + EDIT_EVERY, now))
    if edit is None:
        values = {
            "delivery_id": row["id"],
            "state": EditState.WAITING,
            "wanted": 1,
            "not_before": due_at,
            "waits_since": now,
        }
        connection.execute(_EDITS.insert().values(values))
        return True
    if edit["state"] in (EditState.ENDED, EditState.GONE):
        return False
    values = {"wanted": edit["wanted"] + 1, "state": EditState.WAITING}
    # One that waits already waits for a reason.
    values |= {} if edit["state"] is EditState.WAITING and not at_once else {"not_before": due_at, "waits_since": now}
    connection.execute(_EDITS.update().where(CardEditRow.delivery_id == row["id"]).values(values))
    return True


def channels_with_edits(connection: Connection, now: datetime) -> list[str]:
    """Channels somebody may speak to now and in which a card is to be edited, most urgent first."""
    return list(connection.scalars(_CHANNELS_WITH_EDITS, {"now": now}))


def next_due_at(connection: Connection) -> datetime | None:
    """When the next card may be edited; None when none is to be."""
    statement = (
        select(
            ChannelRow.lease_until,
            ChannelRow.ready_at,
            ChannelRow.edits_ready_at,
            func.min(CardEditRow.not_before),
        )
        .select_from(_EDITED.join(_CHANNELS, ChannelRow.channel == DeliveryRow.channel))
        .where(_WAITING)
        .group_by(ChannelRow.channel, ChannelRow.lease_until, ChannelRow.ready_at, ChannelRow.edits_ready_at)
    )
    times = [max(time for time in row if time is not None) for row in connection.execute(statement)]
    return min(times, default=None)


def take(connection: Connection, channel: str, *, owner: str, now: datetime, lease: timedelta) -> EditAttempt | None:
    """Lease the channel and take the most urgent card that is to be edited now, or None."""
    held = channels.locked_channel(connection, channel)
    if held is None or (held["lease_until"] and held["lease_until"] > now):
        return None
    if any(held[when] and held[when] > now for when in ("ready_at", "edits_ready_at")):
        return None
    statement = (
        select(
            _DELIVERIES,
            CardEditRow.wanted,
            CardEditRow.tries,
            CardEditRow.plain.label("plain_edit"),
        )
        .select_from(_EDITED)
        .where(_WAITING, DeliveryRow.channel == channel, CardEditRow.not_before <= now)
        .order_by(DeliveryRow.severity.desc(), CardEditRow.not_before, DeliveryRow.id)
        .limit(1)
    )
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    channels.take_lease(connection, channel, owner=owner, until=now + lease)
    tries = row["tries"] + 1
    # While it is in hand nobody else makes it; an earlier time is written when somebody clicks meanwhile.
    values = {"tries": tries, "not_before": now + lease, "waits_since": now}
    connection.execute(_EDITS.update().where(CardEditRow.delivery_id == row["id"]).values(values))
    return EditAttempt(
        delivery=deliveries.delivery_of(row),
        ts=row["ts"],
        posted_at=row["first_attempt_at"] or row["sent_at"],
        version=row["wanted"],
        tries=tries,
        plain=row["plain_edit"],
    )


def settle(connection: Connection, edit: EditAttempt, settlement: EditSettlement, *, owner: str, now: datetime) -> None:
    """Write what an edit led to and release the lease.

    An owner that outstayed its lease writes nothing: the card is edited again, with what it is to show by then.
    """
    channel = edit.delivery.channel
    held = channels.locked_channel(connection, channel)
    if held is None or held["lease_owner"] != owner:
        log.warning(
            "an edit outlasted its lease; it is made again",
            action="edit_lease_lost",
            delivery=edit.delivery.delivery_id,
        )
        return
    statement = select(_EDITS).where(CardEditRow.delivery_id == edit.delivery.delivery_id).with_for_update()
    row = connection.execute(statement).mappings().one()
    values: dict[str, Any] = {
        "state": settlement.state,
        "not_before": settlement.not_before,
        "waits_since": now,
        "reason": settlement.reason,
        "plain": settlement.plain,
    }
    if settlement.state is EditState.SHOWN:
        values |= {"shown": edit.version, "shown_at": now, "tries": 0}
        if row["wanted"] > edit.version:
            clicked = row["not_before"] < held["lease_until"]  # see `take`
            values |= {"state": EditState.WAITING, "not_before": now if clicked else now + EDIT_EVERY}
    connection.execute(_EDITS.update().where(CardEditRow.delivery_id == edit.delivery.delivery_id).values(values))
    ready = {"ready_at": settlement.channel_ready_at, "edits_ready_at": settlement.edits_ready_at}
    channels.give_back_lease(connection, channel, now, **ready)
    deliveries.enqueue(connection, settlement.notices)


def is_closed(connection: Connection, delivery_id: str) -> bool:
    """Whether Slack lets nobody edit a card any more."""
    statement = select(CardEditRow.state).where(CardEditRow.delivery_id == delivery_id)
    return connection.scalar(statement) is EditState.ENDED


class CardEditsPart(StorePart):
    """Which card may be edited now, and what came of it."""

    take_edit = writing(take, urgent=True)
    settle_edit = writing(settle, urgent=True)
    next_edit_at = reading(next_due_at)
