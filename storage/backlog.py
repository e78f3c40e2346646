"""Backlogs: cards that wait for a channel, and the digests that take their place (docs/decisions/0012)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from monitor.model import ANY_ROUTES, Delivery, DeliveryState, Folded, RoutesNow, Severity
from storage import channels, deliveries
from storage.database import StorePart
from storage.locks import STORY_LOCK, lock
from storage.statements import in_list
from storage.tables.base import table
from storage.tables.deliveries import DeliveryRow
from storage.tables.stories import CardRow
from storage.tables.types import as_json
from storage.turns import MOST_URGENT_FIRST, awake

_DELIVERIES, _CARDS = table(DeliveryRow), table(CardRow)

Fold = Callable[[Sequence[Delivery], Sequence[Delivery], Mapping[str, int]], Folded]


def needed(connection: Connection, channel: str, *, most: int, now: datetime, routes: RoutesNow = ANY_ROUTES) -> bool:
    """Whether `fold` may have something to do.

    That is when more than `most` cards wait, or some behind a digest tried in vain, or of a route above its limit.
    """
    waiting = _waits(channel, now, routes)
    by_route = select(DeliveryRow.route, func.count()).where(waiting).group_by(DeliveryRow.route)
    counts = dict(connection.execute(by_route).all())
    count = sum(counts.values())
    if any(route in routes.limits for route in counts):
        told = deliveries.limited_cards(connection, now)
        if any(told.get(route, 0) > routes.limits[route] for route in counts if route in routes.limits):
            return True
    tried = select(DeliveryRow.id).where(_open_digest(channel), DeliveryRow.attempts > 0).limit(1)
    return count > most or (count > 0 and connection.execute(tried).first() is not None)


def fold(connection: Connection, channel: str, build: Fold, now: datetime, routes: RoutesNow = ANY_ROUTES) -> int:
    """Post cards together that wait for a channel that may be spoken to, as `build` decides; how many those are.

    `build` (pure) gets the cards that are due, not critical and certainly not posted, most urgent first, and the
    digests for the channel that were not posted yet, and how many cards that are not critical each route was given in
    the last hour. Stories, further reports and what is known of items then lead to
    the digests.
    """
    # A poll that is being judged must not send further reports to the thread of a card that is folded meanwhile.
    lock(connection, STORY_LOCK)
    held = channels.locked_channel(connection, channel)
    if held is None or any(held[until] and held[until] > now for until in ("lease_until", "ready_at")):
        return 0
    waits = select(_DELIVERIES).where(_waits(channel, now, routes))
    waiting = connection.execute(waits.order_by(*MOST_URGENT_FIRST).with_for_update())
    cards = [deliveries.delivery_of(row) for row in waiting.mappings()]
    open_digests = connection.execute(
        select(_DELIVERIES).where(_open_digest(channel)).order_by(*MOST_URGENT_FIRST).with_for_update()
    )
    told = deliveries.limited_cards(connection, now)
    folded = build(cards, [deliveries.delivery_of(row) for row in open_digests.mappings()], told)
    _write(connection, folded)
    return len(folded.into)


def _waits(channel: str, now: datetime, routes: RoutesNow) -> ColumnElement[bool]:
    return and_(
        DeliveryRow.channel == channel,
        DeliveryRow.kind == "card",
        DeliveryRow.state == DeliveryState.PENDING,
        DeliveryRow.severity < Severity.CRITICAL,
        DeliveryRow.not_before <= now,
        awake(routes),
    )


def _open_digest(channel: str) -> ColumnElement[bool]:
    return and_(
        DeliveryRow.channel == channel, DeliveryRow.kind == "digest", DeliveryRow.state == DeliveryState.PENDING
    )


def _write(connection: Connection, folded: Folded) -> None:
    deliveries.enqueue(connection, folded.digests)
    for digest in folded.digests:
        # One that was tried in vain has grown too; the lock on its channel keeps it from being tried now.
        connection.execute(
            _DELIVERIES.update()
            .where(DeliveryRow.id == digest.delivery_id, DeliveryRow.state == DeliveryState.PENDING)
            .values(payload=digest.message, severity=digest.severity)
        )
    for card_id, digest_id in folded.into.items():
        reason = f"posted in digest {digest_id}"
        values = {"state": DeliveryState.FOLDED, "reason": reason, "parent_id": digest_id, "payload": None}
        connection.execute(_DELIVERIES.update().where(DeliveryRow.id == card_id).values(values))
        connection.execute(_DELIVERIES.update().where(DeliveryRow.parent_id == card_id).values(parent_id=digest_id))
    _lead_to_digests(connection, folded)


def _lead_to_digests(connection: Connection, folded: Folded) -> None:
    """Let stories lead to the digests; no index leads from a delivery to what it tells of, so all are found at once."""
    of_these = in_list(CardRow.delivery_id, "folded", connection.dialect.name)
    columns = CardRow.story_id, CardRow.route, CardRow.delivery_id
    found = connection.execute(select(*columns).where(of_these), {"folded": as_json(sorted(folded.into))}).all()
    for story_id, route, card_id in found:
        one = and_(CardRow.story_id == story_id, CardRow.route == route)
        connection.execute(_CARDS.update().where(one).values(delivery_id=folded.into[card_id]))


class BacklogPart(StorePart):
    """Cards that wait for a channel, posted together."""

    async def fold_backlog(
        self, channel: str, build: Fold, *, most: int, now: datetime, routes: RoutesNow = ANY_ROUTES
    ) -> int:
        """Post cards together when too many wait for a channel, as `build` decides (see `needed` and `fold`)."""
        if not await self._database.read(lambda c: needed(c, channel, most=most, now=now, routes=routes)):
            return 0
        return await self._database.write(lambda c: fold(c, channel, build, now, routes), urgent=True)
