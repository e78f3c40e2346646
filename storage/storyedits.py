"""What people do to stories: merging two, splitting items off, and remembering both.

The items move, so that whatever is found by them later (an edit, a copy, a further report) is found in their new
story; the edit stays, so that anybody can see who moved them and why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from monitor.errors import EditRefused
from monitor.model import EditKind, StoryEdit, ids
from monitor.model.stores import FactsOf
from storage import assignments, claims, mutes, stories, storycards
from storage.database import StorePart, writing
from storage.editedcards import cards_of, cards_telling, rename_in_open_digests, retell, say_merged
from storage.locks import STORY_LOCK, lock
from storage.rows import value_of
from storage.statements import in_list, insert
from storage.tables.base import table
from storage.tables.stories import StoryEditItemRow, StoryEditRow, StoryItemRow, StoryRow
from storage.tables.types import as_json


def merge(
    connection: Connection,
    story_id: str,
    into: str,
    *,
    by: str,
    reason: str,
    at: datetime,
    facts_of: FactsOf,
) -> StoryEdit:
    """Move all items of a story into another, which also takes over what routes were told.

    On a route where both have a card the other's serves on, and the one of the merged story says so; where only the
    merged story has one, that one does, and is muted if it was. Cards that are posted show what their story says now.

    Raises:
        EditRefused: a story is unknown, or both are the same.
    """
    lock(connection, STORY_LOCK)
    source, target = _to_merge(connection, story_id, into)
    items, title = _items_of(connection, source), stories.first_title(connection, target)
    _move(connection, source, target, items)
    # One step leads from each merged story to where its items are.
    connection.execute(table(StoryRow).update().where(StoryRow.merged_into == source).values(merged_into=target))
    connection.execute(table(StoryRow).update().where(StoryRow.id == source).values(merged_into=target))
    cards, there = cards_of(connection, source), cards_of(connection, target)
    serving = {card.route: card.delivery_id for card in there}
    inherited = [
        replace(card, story_id=target, delivery_id=serving.get(card.route, card.delivery_id)) for card in cards
    ]
    now = {card.route: card for card in storycards.write_all(connection, inherited, at)}
    reopened = {card.route for card in there if card.dismissed and card.route in now} - {
        route for route, card in now.items() if card.dismissed
    }
    for card in cards:
        if serving.get(card.route, card.delivery_id) != card.delivery_id:
            say_merged(connection, card.delivery_id, target, title, at)
    retell(connection, target, facts_of, at, reopened=reopened)
    rename_in_open_digests(connection, source, target)
    assignments.merge(connection, source, target, at)
    mutes.move(connection, source, target, {card.route for card in cards} - serving.keys())
    return _remember(connection, EditKind.MERGE, source, target, items, by=by, reason=reason, at=at)


def make(connection: Connection, wished: StoryEdit, facts_of: FactsOf) -> StoryEdit:
    """Merge or split as somebody wishes it; the edit as it was made.

    Raises:
        EditRefused: see `merge` and `split`.
    """
    story_id, by, reason, at = wished.story_id, wished.by, wished.reason, wished.at
    if wished.kind is EditKind.MERGE:
        return merge(connection, story_id, wished.other_id, by=by, reason=reason, at=at, facts_of=facts_of)
    return split(connection, story_id, wished.item_ids, by=by, reason=reason, at=at, facts_of=facts_of)


def _to_merge(connection: Connection, story_id: str, into: str) -> tuple[str, str]:
    """The ids that two stories have now."""
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
    return source, target


def split(
    connection: Connection,
    story_id: str,
    item_ids: Sequence[str],
    *,
    by: str,
    reason: str,
    at: datetime,
    facts_of: FactsOf,
) -> StoryEdit:
    """Move some items of a story into a new one.

    On a route whose card told of one of them, that card is the new story's too, also when it was that of a story that
    was merged into this one; on any other route its next report is its first. A card that is posted shows
    what the story of its headline says now.

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
    # What was found not relevant goes with the item that it was said of.
    relevant = [
        replace(card, dismissed=None)
        for card in cards_of(connection, source)
        if card.dismissed and card.dismissed.item_id in moved
    ]
    storycards.write_all(connection, [*cards_telling(connection, source, target, moved), *relevant], at)
    retell(connection, source, facts_of, at, leaving=moved)
    retell(connection, target, facts_of, at, of_items=moved)
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
    return tuple(value_of(StoryEdit, row, item_ids=tuple(items.get(row["id"], ()))) for row in rows)


def _existing(connection: Connection, story_id: str) -> str:
    found = stories.current_id(connection, story_id)
    if found is None:
        raise EditRefused(f"there is no story {story_id}; `stories list --since 30d` shows which there are")
    return found


def _items_of(connection: Connection, story_id: str) -> list[str]:
    found = select(StoryItemRow.item_id).where(StoryItemRow.story_id == story_id)
    return list(connection.scalars(found.order_by(StoryItemRow.item_id)))


def _move(connection: Connection, source: str, target: str, items: Sequence[str]) -> None:
    of_these = in_list(StoryItemRow.item_id, "items", connection.dialect.name)
    statement = table(StoryItemRow).update().where(of_these).values(story_id=target)
    connection.execute(statement, {"items": as_json(items)})
    claims.move(connection, items, target)
    stories.rebuild(connection, [source, target])


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


class StoryEditsPart(StorePart):
    """Stories as people put them right."""

    merge_stories = writing(merge)
    split_story = writing(split)
