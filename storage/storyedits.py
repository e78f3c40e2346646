"""What people do to stories: merging two, splitting items off, and remembering both.

The items move, so that whatever is found by them later (an edit, a copy, a further report) is found in their new
story; the edit stays, so that anybody can see who moved them and why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, or_, select

from monitor.errors import EditRefused
from monitor.model import (
    Alert,
    Card,
    CardMessage,
    Claim,
    Delivery,
    Desk,
    DigestMessage,
    EditKind,
    Member,
    Severity,
    Shown,
    StoryEdit,
    StoryFacts,
    ids,
)
from storage import assignments, cardedits, claims, deliveries, mutes, stories, storycards
from storage.database import Part
from storage.locks import STORY_LOCK, lock
from storage.statements import insert, listed
from storage.tables.base import table
from storage.tables.deliveries import DeliveryItemRow
from storage.tables.items import MatchRow
from storage.tables.stories import StoryEditItemRow, StoryEditRow, StoryItemRow, StoryRow
from storage.tables.types import as_json

_ITEM = table(StoryItemRow)


def story_id_of(connection: Connection, story_id: str) -> str | None:
    """The story of this id, or the one it was merged into; None when there is none."""
    row = connection.execute(select(StoryRow.id, StoryRow.merged_into).where(StoryRow.id == story_id)).first()
    return None if row is None else row.merged_into or row.id


def merged_into(connection: Connection, story_id: str) -> tuple[str, ...]:
    """The stories merged into this one, by id."""
    return tuple(connection.scalars(select(StoryRow.id).where(StoryRow.merged_into == story_id).order_by(StoryRow.id)))


FactsOf = Callable[[Sequence[Claim], Sequence[Member]], StoryFacts]
"""What a story says by now, from its claims and members."""


def merge(
    connection: Connection,
    story_id: str,
    into: str,
    *,
    by: str,
    reason: str,
    at: datetime,
    facts_of: FactsOf | None = None,
) -> StoryEdit:
    """Move all items of a story into another, which also takes over what routes were told.

    On a route where both have a card the other's serves on, and the one of the merged story says so; where only the
    merged story has one, that one does, and is muted if it was. With `facts_of` cards that are posted show what their
    story says now.

    Raises:
        EditRefused: a story is unknown, or both are the same.
    """
    lock(connection, STORY_LOCK)
    source, target = _existing(connection, story_id), _existing(connection, into)
    if source == target:
        was = f"{story_id} was merged into {target} before" if source != story_id else f"{into} leads to {target}"
        raise EditRefused(
            "a story cannot be merged into itself; name another one"
            if story_id == into
            else f"{story_id} and {into} are one story already: {was}"
        )
    if source != story_id:
        raise EditRefused(f"{story_id} was merged into {source} before; merge {source} if you mean that one")
    items = _items_of(connection, source)
    _move(connection, source, target, items)
    # One step leads from each merged story to where its items are.
    connection.execute(table(StoryRow).update().where(StoryRow.merged_into == source).values(merged_into=target))
    connection.execute(table(StoryRow).update().where(StoryRow.id == source).values(merged_into=target))
    cards = _cards(connection, source)
    serving = {card.route: card.delivery_id for card in _cards(connection, target)}
    inherited = [
        replace(card, story_id=target, delivery_id=serving.get(card.route, card.delivery_id)) for card in cards
    ]
    storycards.write_all(connection, inherited, at)
    if facts_of is not None:
        for card in cards:
            if serving.get(card.route, card.delivery_id) != card.delivery_id:
                cardedits.change_one(connection, card.delivery_id, partial(_merged, into=target), at)
        _retell(connection, target, facts_of, at)
    _rename_in_open_digests(connection, source, target)
    assignments.merge(connection, source, target, at)
    mutes.move(connection, source, target, {card.route for card in cards} - serving.keys())
    return _remember(connection, EditKind.MERGE, source, target, items, by=by, reason=reason, at=at)


def split(
    connection: Connection,
    story_id: str,
    item_ids: Sequence[str],
    *,
    by: str,
    reason: str,
    at: datetime,
    facts_of: FactsOf | None = None,
) -> StoryEdit:
    """Move some items of a story into a new one.

    On a route whose card told of one of them, that card is the new story's too, also when it was that of a story that
    was merged into this one; on any other route its next report is its first. With `facts_of` a card that is posted
    shows what the story of its headline says now.

    Raises:
        EditRefused: the story is unknown, items are not in it, or none would be left in it.
    """
    lock(connection, STORY_LOCK)
    source = _existing(connection, story_id)
    there, moved = _items_of(connection, source), list(dict.fromkeys(item_ids))
    if strange := [item for item in moved if item not in there]:
        elsewhere = stories.of_items(connection, strange)
        told = ", ".join(f"{item} (in {elsewhere[item]})" if item in elsewhere else item for item in strange)
        raise EditRefused(f"{source} does not hold {told}; `stories show {source}` lists its items")
    if not moved:
        raise EditRefused(f"name the items to split off; `stories show {source}` lists them")
    if len(moved) == len(there):
        raise EditRefused(f"these are all items of {source}, nothing would be left; leave out those that stay")
    target = ids.story_id_of("split", source, *sorted(moved), at.isoformat())
    insert(connection, StoryRow, [{"id": target, "started_at": at, "updated_at": at}])
    _move(connection, source, target, moved)
    storycards.write_all(connection, _cards_telling(connection, source, target, moved), at)
    if facts_of is not None:
        _retell(connection, source, facts_of, at, leaving=moved)
        _retell(connection, target, facts_of, at, of_items=moved)
    return _remember(connection, EditKind.SPLIT, source, target, moved, by=by, reason=reason, at=at)


def of_item(connection: Connection, item_id: str) -> tuple[StoryEdit, ...]:
    """The edits that gave an item another story, oldest first."""
    named = select(StoryEditItemRow.edit_id).where(StoryEditItemRow.item_id == item_id)
    return _edits(connection, StoryEditRow.id.in_(named))


def of_stories(connection: Connection, story_ids: Collection[str]) -> tuple[StoryEdit, ...]:
    """The edits that any of the stories had a part in, oldest first."""
    ids = list(story_ids)
    return _edits(connection, or_(StoryEditRow.story_id.in_(ids), StoryEditRow.other_id.in_(ids)))


def _edits(connection: Connection, which: ColumnElement[bool]) -> tuple[StoryEdit, ...]:
    rows = connection.execute(select(table(StoryEditRow)).where(which).order_by(StoryEditRow.id)).mappings().all()
    items: dict[int, list[str]] = {}
    named = select(StoryEditItemRow.edit_id, StoryEditItemRow.item_id).where(
        StoryEditItemRow.edit_id.in_([row["id"] for row in rows])
    )
    for edit_id, item_id in connection.execute(named.order_by(StoryEditItemRow.item_id)) if rows else ():
        items.setdefault(edit_id, []).append(item_id)
    return tuple(
        StoryEdit(
            kind=row["kind"],
            story_id=row["story_id"],
            other_id=row["other_id"],
            item_ids=tuple(items.get(row["id"], ())),
            by=row["by"],
            reason=row["reason"],
            at=row["at"],
        )
        for row in rows
    )


def _existing(connection: Connection, story_id: str) -> str:
    found = story_id_of(connection, story_id)
    if found is None:
        raise EditRefused(f"there is no story {story_id}; `stories list --since 30d` shows which there are")
    return found


def _items_of(connection: Connection, story_id: str) -> list[str]:
    found = select(StoryItemRow.item_id).where(StoryItemRow.story_id == story_id)
    return list(connection.scalars(found.order_by(StoryItemRow.item_id)))


def _move(connection: Connection, source: str, target: str, items: Sequence[str]) -> None:
    of_these = select(listed("items", connection.dialect.name).c.value)
    statement = _ITEM.update().where(StoryItemRow.item_id.in_(of_these)).values(story_id=target)
    connection.execute(statement, {"items": as_json(items)})
    claims.move(connection, items, target)
    stories.rebuild(connection, [source, target])


def _cards(connection: Connection, story_id: str) -> tuple[Card, ...]:
    (story,) = stories.load(connection, [story_id])
    return story.cards


def _cards_telling(connection: Connection, source: str, target: str, items: Sequence[str]) -> list[Card]:
    """The cards of `source` that tell of some of the items, as cards of `target`: with what those items met.

    So does a card of a story that was merged into `source`, which says since then where its story went.
    """
    own = _cards(connection, source)
    before = [card for story_id in merged_into(connection, source) for card in _cards(connection, story_id)]
    cards = {card.delivery_id: card for card in (*before, *own)}
    # What is said in a digest that still waits is said of `source` alone.
    waiting = {digest.delivery_id for digest in deliveries.open_digests(connection)}
    telling = select(DeliveryItemRow.delivery_id, DeliveryItemRow.item_id).where(
        DeliveryItemRow.delivery_id.in_(list(cards.keys() - waiting)), DeliveryItemRow.item_id.in_(items)
    )
    told = {delivery_id for delivery_id, _ in connection.execute(telling)}
    met = select(MatchRow.rule, MatchRow.severity).where(MatchRow.item_id.in_(items), MatchRow.live)
    severities = {rule: Severity(severity) for rule, severity in connection.execute(met.order_by(MatchRow.severity))}
    chosen = {cards[delivery_id].route: cards[delivery_id] for delivery_id in sorted(told)}
    chosen |= {card.route: card for card in own if card.delivery_id in told}
    return [card.only_of(severities, story_id=target) for card in chosen.values()]


def _retell(
    connection: Connection,
    story_id: str,
    facts_of: FactsOf,
    at: datetime,
    *,
    leaving: Collection[str] = (),
    of_items: Collection[str] | None = None,
) -> None:
    """Let the cards of a story show what it says now: those whose headline is not `leaving`, or is one `of_items`."""
    (story,) = stories.load(connection, [story_id])
    record = facts_of(claims.StoredClaims(connection)[story_id], story.members)

    def retold(_: str, message: CardMessage) -> CardMessage:
        shown = message.alert
        if shown.item_id in leaving or (of_items is not None and shown.item_id not in of_items):
            return message
        told = replace(message, alert=replace(shown, story_id=story_id, record=record))
        return _alone_again(told) if told.merged_into else told

    cardedits.refresh(connection, story_id, retold, at)


def _merged(message: Shown, *, into: str) -> Shown:
    return replace(message, merged_into=into) if isinstance(message, CardMessage) else message


def _alone_again(message: CardMessage) -> CardMessage:
    """The card of a story that was merged into another, once its items left that: who worked on it works on the other.

    A mute that was made on it was of the story that was merged, and mutes nothing of this one.
    """
    desk = message.desk
    judged = Desk(judged_by=desk.judged_by, judged_at=desk.judged_at, judged=desk.judged)
    return replace(message, merged_into="", desk=judged)


def _rename_in_open_digests(connection: Connection, source: str, target: str) -> None:
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


def _remember(
    connection: Connection,
    kind: EditKind,
    source: str,
    target: str,
    items: Sequence[str],
    *,
    by: str,
    reason: str,
    at: datetime,
) -> StoryEdit:
    row = {"kind": kind, "story_id": source, "other_id": target, "by": by, "reason": reason, "at": at}
    edit_id = connection.execute(table(StoryEditRow).insert().returning(StoryEditRow.id), row).scalar_one()
    insert(connection, StoryEditItemRow, [{"edit_id": edit_id, "item_id": item} for item in items])
    return StoryEdit(kind=kind, story_id=source, other_id=target, item_ids=tuple(items), by=by, reason=reason, at=at)


class StoryEditsPart(Part):
    """Stories as people put them right."""

    async def merge_stories(
        self,
        story_id: str,
        into: str,
        *,
        by: str,
        reason: str,
        at: datetime,
        facts_of: FactsOf | None = None,
    ) -> StoryEdit:
        """Move all items of a story into another, for good. Raises `EditRefused` too (see `merge`)."""
        work = partial(merge, by=by, reason=reason, at=at, facts_of=facts_of)
        return await self._database.write(lambda c: work(c, story_id, into))

    async def split_story(
        self,
        story_id: str,
        item_ids: Sequence[str],
        *,
        by: str,
        reason: str,
        at: datetime,
        facts_of: FactsOf | None = None,
    ) -> StoryEdit:
        """Move some items of a story into a new one, for good. Raises `EditRefused` too (see `split`)."""
        work = partial(split, by=by, reason=reason, at=at, facts_of=facts_of)
        return await self._database.write(lambda c: work(c, story_id, item_ids))
