"""The desk: a card as it is found by whoever acts on it, and what acts lead to, each written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select

from monitor.model import (
    Alert,
    CardMessage,
    Desk,
    DeskAct,
    DeskCard,
    DeskDone,
    DigestMessage,
    Dismissal,
    Message,
    Shown,
)
from monitor.model.ids import delivery_of_line, story_of_line
from monitor.model.stores import Decide, FactsOf, Show
from storage import assignments, cardedits, deliveries, mutes, ratings, stories, storyedits
from storage.database import StorePart, reading, writing
from storage.locks import STORY_LOCK, lock
from storage.rows import row_of
from storage.statements import insert
from storage.tables.base import table
from storage.tables.deliveries import DeliveryRow
from storage.tables.desk import DeskActRow
from storage.tables.items import ItemRow
from storage.tables.stories import CardRow


def act(
    connection: Connection, done_by: DeskAct, decide: Decide, show: Show, facts_of: FactsOf | None = None
) -> DeskDone | None:
    """Read what is acted on, ask `decide` and write what it says, in one transaction; None when it was done before.

    `decide` is given the card, and the mute when the target names one (then the card is the one it was made on). Cards
    whose mutes end show what `show` says, those of stories that are merged or split what `facts_of` says.
    Nobody else acts or judges meanwhile, in this or any other process.

    Raises:
        EditRefused: the stories cannot be merged or split so; nothing was written.
    """
    lock(connection, STORY_LOCK)
    if connection.execute(select(DeskActRow.key).where(DeskActRow.key == done_by.key)).first() is not None:
        return None
    muted = mutes.get(connection, done_by.target)
    found = card(connection, muted.mute.delivery_id if muted else done_by.target)
    done = decide(found, muted)
    insert(connection, DeskActRow, [row_of(DeskActRow, done_by, user_id=done_by.by.user_id, name=done_by.by.name)])
    if found is not None and done.released:
        assignments.release(connection, found.story_id, found.route)
    if done.assignment is not None:
        assignments.assign(connection, done.assignment)
    if done.rating is not None:
        ratings.write(connection, done.rating)
    if found is not None and (done.dismissal or done.reopened):
        _dismiss(connection, found, done.dismissal)
    if done.edit is not None and facts_of is not None:
        storyedits.make(connection, done.edit, facts_of)
    mutes.save(connection, [*done.ended, *([done.mute] if done.mute else [])])
    deliveries.enqueue(connection, done.deliveries)
    if found is not None and done.desk is not None:
        _show(connection, found, done.desk, done_by.at)
    # A mute that was lengthened from another card shows on the card where it was made; one of a digest on all lines
    # of what is muted.
    elsewhere = [done.mute] if done.mute and not (found and found.delivery_id == done.mute.delivery_id) else []
    for mute in (*done.ended, *elsewhere):
        mutes.show_on(connection, mute.delivery_id, show, done_by.at)
    return done


def _dismiss(connection: Connection, found: DeskCard, dismissed: Dismissal | None) -> None:
    """Write that a route's story is not relevant, or (None) that it is."""
    of_card = _card_of(found.story_id, found.posted_as, found.route)
    connection.execute(table(CardRow).update().where(*of_card).values(dismissed=dismissed))


def _card_of(story_id: str, delivery_id: str, route: str) -> tuple[ColumnElement[bool], ...]:
    """What a route was told of a story, whose card is this delivery.

    Of two routes to one channel the card may be the other's; a story may be listed in a part behind a digest's first.
    """
    return CardRow.story_id == story_id, or_(CardRow.delivery_id == delivery_id, CardRow.route == route)


def _show(connection: Connection, found: DeskCard, desk: Desk, now: datetime) -> None:
    """Let the story's card on the route show what people did, or its line in the digest that they acted on."""

    def change(route: str, message: CardMessage) -> CardMessage:
        return replace(message, desk=desk) if route == found.route else message

    def on_line(message: Shown) -> Shown:
        if isinstance(message, CardMessage) or found.alert is None:
            return message
        return replace(message, desks={**message.desks, found.alert.story_id: desk})

    cardedits.refresh(connection, found.story_id, change, now, at_once=True)
    cardedits.change_one(connection, found.posted_as, on_line, now, at_once=True)


def card(connection: Connection, target: str) -> DeskCard | None:
    """A card, or a line of a digest, by what people acted on; None when there is none, or when it is not clear which.

    `target` is a delivery, or a line as `model.ids.line_of` writes it.
    """
    delivery_id, asked = delivery_of_line(target), story_of_line(target)
    row = connection.execute(select(table(DeliveryRow)).where(DeliveryRow.id == delivery_id)).mappings().first()
    if row is None:
        return None
    alert, desk = _shown(row["payload"], asked)
    story_id = alert.story_id if alert else _story_of(connection, row, asked)
    if story_id is None:
        return None
    story_id = stories.current_id(connection, story_id) or story_id
    item = None
    if alert is not None:
        columns = ItemRow.feed_id, ItemRow.revision
        item = connection.execute(select(*columns).where(ItemRow.id == alert.item_id)).first()
    of_card = _card_of(story_id, delivery_id, row["route"])
    named = connection.scalars(select(CardRow.rules).where(*of_card)).all()
    said = ratings.of_items(connection, [alert.item_id]).get(alert.item_id, ()) if alert else ()
    return DeskCard(
        delivery_id=target,
        story_id=story_id,
        route=row["route"],
        channel=row["channel"],
        alert=alert,
        desk=desk,
        feed_id=item.feed_id if item else "",
        revision=item.revision if item else 1,
        assignment=assignments.of(connection, story_id, row["route"]),
        rating=said[-1] if said else None,
        mutes=mutes.of_route(connection, row["route"]),
        closed=cardedits.is_closed(connection, delivery_id),
        rules=frozenset(rule for rules in named for rule in rules),
    )


def _shown(message: Message | None, asked: str) -> tuple[Alert | None, Desk]:
    """What a message shows of the story that is asked for, or of its only one, and what people did to it."""
    match message:
        case CardMessage(alert=alert, desk=desk) if asked in ("", alert.story_id):
            return alert, desk
        case DigestMessage(alerts=alerts):
            found = [one for one in alerts if asked == one.story_id or (not asked and len(alerts) == 1)]
            return (found[0], message.desk(found[0].story_id)) if found else (None, Desk())
        case _:
            return None, Desk()


def _story_of(connection: Connection, row: RowMapping, asked: str) -> str | None:
    """The story of a card whose words were pruned, or the one that is asked for of a digest's."""
    if row["payload"] is not None:
        return None
    of_it = CardRow.delivery_id.in_({one for one in (row["id"], row["parent_id"]) if one})
    stories = connection.scalars(select(CardRow.story_id).where(of_it, CardRow.route == row["route"])).all()
    if asked:
        return asked if asked in stories else None
    return stories[0] if len(stories) == 1 else None


class DeskPart(StorePart):
    """Cards as people act on them, and what they did."""

    act = writing(act)
    desk_card = reading(card)
