"""What cards and waiting digests show of stories that people merged or split."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.model import (
    Alert,
    Card,
    CardMessage,
    Delivery,
    Desk,
    DigestMessage,
    Shown,
)
from monitor.model.stores import FactsOf
from storage import cardedits, claims, deliveries, stories
from storage.tables.deliveries import DeliveryItemRow
from storage.tables.items import MatchRow


def cards_of(connection: Connection, story_id: str) -> tuple[Card, ...]:
    """The cards of a story on all routes."""
    (story,) = stories.load(connection, [story_id])
    return story.cards


def cards_telling(connection: Connection, source: str, target: str, items: Sequence[str]) -> list[Card]:
    """The cards of `source` that tell of some of the items, as cards of `target`: with what those items met.

    A card of a story that was merged into `source` may tell of them too; since then it says where its story went.
    """
    own = cards_of(connection, source)
    before = [card for story_id in stories.merged_into(connection, source) for card in cards_of(connection, story_id)]
    cards = {card.delivery_id: card for card in (*before, *own)}
    # What is said in a digest that still waits is said of `source` alone.
    waiting = {digest.delivery_id for digest in deliveries.open_digests(connection)}
    telling = select(DeliveryItemRow.delivery_id, DeliveryItemRow.item_id).where(
        DeliveryItemRow.delivery_id.in_(list(cards.keys() - waiting)), DeliveryItemRow.item_id.in_(items)
    )
    told = {delivery_id for delivery_id, _ in connection.execute(telling)}
    met = select(MatchRow.rule, MatchRow.severity).where(MatchRow.item_id.in_(items), MatchRow.live)
    severities = dict(connection.execute(met.order_by(MatchRow.severity)).all())
    chosen = {cards[delivery_id].route: cards[delivery_id] for delivery_id in sorted(told)}
    chosen |= {card.route: card for card in own if card.delivery_id in told}
    return [card.only_of(severities, story_id=target, items=items) for card in chosen.values()]


def retell(
    connection: Connection,
    story_id: str,
    facts_of: FactsOf,
    at: datetime,
    *,
    leaving: Collection[str] = (),
    of_items: Collection[str] | None = None,
    reopened: Collection[str] = (),
) -> None:
    """Let the cards of a story show what it says now: those whose headline is not `leaving`, or is one `of_items`.

    `reopened` are the routes whose card was found not relevant before, and is not any more.
    """
    (story,) = stories.load(connection, [story_id])
    record = facts_of(claims.StoredClaims(connection)[story_id], story.members)

    def retold(route: str, message: CardMessage) -> CardMessage:
        shown = message.alert
        if shown.item_id in leaving or (of_items is not None and shown.item_id not in of_items):
            return message
        desk = message.desk.relevant() if route in reopened else message.desk
        told = replace(message, desk=desk, alert=replace(shown, story_id=story_id, record=record))
        return _alone_again(told) if told.merged_into else told

    cardedits.refresh(connection, story_id, retold, at)


def say_merged(connection: Connection, delivery_id: str, into: str, title: str, at: datetime) -> None:
    """Let the card of a merged story say into which one it was merged, by its id and headline."""

    def merged(message: Shown) -> Shown:
        if not isinstance(message, CardMessage):
            return message
        return replace(message, merged_into=into, merged_title=title)

    cardedits.change_one(connection, delivery_id, merged, at)


def _alone_again(message: CardMessage) -> CardMessage:
    """The card of a story that was merged into another, once its items left that: who worked on it works on the other.

    A mute that was made on it was of the story that was merged, and mutes nothing of this one.
    """
    desk = message.desk
    judged = Desk(
        judged_by=desk.judged_by,
        judged_at=desk.judged_at,
        judged=desk.judged,
        judged_rule=desk.judged_rule,
        kept=desk.kept,
    )
    return replace(message, merged_into="", merged_title="", desk=judged)


def rename_in_open_digests(connection: Connection, source: str, target: str) -> None:
    """Let digests that wait speak of `target` where they spoke of `source`, once."""
    grown: list[Delivery] = []
    for digest in deliveries.open_digests(connection):
        message = digest.message
        if isinstance(message, DigestMessage) and any(alert.story_id == source for alert in message.alerts):
            alerts: dict[str, Alert] = {}
            for alert in message.alerts:
                story_id = target if alert.story_id == source else alert.story_id
                before = alerts.get(story_id)
                alerts[story_id] = before.naming(alert) if before else replace(alert, story_id=story_id)
            grown.append(replace(digest, message=replace(message, alerts=tuple(alerts.values()))))
    deliveries.enqueue(connection, grown)
