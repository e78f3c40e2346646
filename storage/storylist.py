"""Stories as people look at them: which there are, and all that is known of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, distinct, func, or_, select

from monitor.model import StoryDelivery, StoryDetails, StoryReport, StorySummary
from storage import stories, storyedits
from storage.database import StorePart, reading
from storage.rows import value_of
from storage.tables.base import table
from storage.tables.deliveries import DeliveryItemRow, DeliveryRow
from storage.tables.items import ItemRow, MatchRow, need_not_wait, on_topic
from storage.tables.stories import CardRow, StoryItemRow, StoryRow

# Those seen in one poll by when they were published; the one that started the story had nothing to be like.
_IN_TIME = (
    ItemRow.first_seen_at,
    func.coalesce(ItemRow.published, ItemRow.first_seen_at),
    StoryItemRow.score,
    StoryItemRow.item_id,
)


def summaries(connection: Connection, since: datetime) -> list[StorySummary]:
    """The stories with a report since then, the one with the newest report first; merged ones are left out."""
    return summaries_of(
        connection,
        select(StoryRow.id).where(StoryRow.updated_at >= since, StoryRow.merged_into.is_(None)),
    )


def of_channel(connection: Connection, channel: str, since: datetime, *, limit: int) -> list[StorySummary]:
    """The stories with a report since then that have a card in a channel, the one with the newest report first."""
    ids = (
        select(StoryRow.id)
        .join(table(CardRow), CardRow.story_id == StoryRow.id)
        .join(table(DeliveryRow), DeliveryRow.id == CardRow.delivery_id)
        .where(StoryRow.updated_at >= since, StoryRow.merged_into.is_(None), DeliveryRow.channel == channel)
        .group_by(StoryRow.id)
        .order_by(func.max(StoryRow.updated_at).desc(), StoryRow.id)
        .limit(limit)
    )
    return summaries_of(connection, select(StoryRow.id).where(StoryRow.id.in_(connection.scalars(ids).all())))


def details(connection: Connection, story_id: str) -> StoryDetails | None:
    """All that is known of a story, or of the one it was merged into; None when there is none."""
    found = stories.current_id(connection, story_id)
    if found is None:
        return None
    merged = stories.merged_into(connection, found)
    (summary,) = summaries_of(connection, select(StoryRow.id).where(StoryRow.id == found))
    (story,) = stories.load(connection, [found])
    return StoryDetails(
        summary=summary,
        reports=_reports(connection, found),
        cards=story.cards,
        deliveries=_deliveries(connection, found),
        edits=storyedits.of_stories(connection, (found, *merged)),
        merged=merged,
    )


def summaries_of(connection: Connection, ids: Select[str]) -> list[StorySummary]:
    """The stories of these ids, the one with the newest report first."""
    counts = {row["story_id"]: row for row in connection.execute(_counted(ids)).mappings()}
    firsts = {row["story_id"]: row for row in connection.execute(_first_reported(ids)).mappings()}
    matched = {row.story_id: row for row in connection.execute(_weighed(ids))}
    listing = select(StoryRow.id, StoryRow.started_at, StoryRow.updated_at).where(StoryRow.id.in_(ids))
    return [
        value_of(
            StorySummary,
            {"first_seen_at": row.started_at, **counts.get(row.id, {}), **firsts.get(row.id, {})},
            story_id=row.id,
            severity=(matched[row.id].loud or matched[row.id].any) if row.id in matched else None,
            doubtful=row.id in matched and not matched[row.id].on_topic,
            last_seen_at=row.updated_at,
        )
        for row in connection.execute(listing.order_by(StoryRow.updated_at.desc(), StoryRow.id))
    ]


def _counted(ids: Select[str]) -> Select[*tuple[Any, ...]]:
    """Of each of these stories how many items of how many families it has, and when the first was seen."""
    return (
        select(
            StoryItemRow.story_id,
            func.count().label("items"),
            func.count(distinct(StoryItemRow.family)).label("families"),
            func.min(ItemRow.first_seen_at, type_=ItemRow.first_seen_at.type).label("first_seen_at"),
        )
        .join_from(table(StoryItemRow), table(ItemRow), ItemRow.id == StoryItemRow.item_id)
        .where(StoryItemRow.story_id.in_(ids))
        .group_by(StoryItemRow.story_id)
    )


def _first_reported(ids: Select[str]) -> Select[*tuple[Any, ...]]:
    """The headline and the language of the first item of each of these stories."""
    place = func.row_number().over(partition_by=StoryItemRow.story_id, order_by=_IN_TIME)
    numbered = (
        select(StoryItemRow.story_id, ItemRow.title.label("headline"), ItemRow.language, place.label("place"))
        .join_from(table(StoryItemRow), table(ItemRow), ItemRow.id == StoryItemRow.item_id)
        .where(StoryItemRow.story_id.in_(ids))
        .subquery()
    )
    return select(numbered.c.story_id, numbered.c.headline, numbered.c.language).where(numbered.c.place == 1)


def _weighed(ids: Select[str]) -> Select[*tuple[Any, ...]]:
    """The highest severity of each of these stories, of `any` match and of a `loud` one, and if a match is on topic."""
    return (
        select(
            StoryItemRow.story_id,
            func.max(MatchRow.severity, type_=MatchRow.severity.type).label("any"),
            func.max(case((need_not_wait(), MatchRow.severity)), type_=MatchRow.severity.type).label("loud"),
            func.max(case((on_topic(), 1), else_=0)).label("on_topic"),
        )
        .join_from(table(StoryItemRow), table(MatchRow), MatchRow.item_id == StoryItemRow.item_id)
        .where(StoryItemRow.story_id.in_(ids))
        .group_by(StoryItemRow.story_id)
    )


def _reports(connection: Connection, story_id: str) -> tuple[StoryReport, ...]:
    statement = (
        select(
            StoryItemRow.item_id,
            ItemRow.source,
            ItemRow.family,
            ItemRow.url,
            ItemRow.title,
            ItemRow.first_seen_at,
            ItemRow.revision.label("revisions"),
            StoryItemRow.reason,
            StoryItemRow.score,
            StoryItemRow.copy_of,
        )
        .join_from(table(StoryItemRow), table(ItemRow), ItemRow.id == StoryItemRow.item_id)
        .where(StoryItemRow.story_id == story_id)
        .order_by(*_IN_TIME)
    )
    return tuple(StoryReport(**row) for row in connection.execute(statement).mappings())


def _deliveries(connection: Connection, story_id: str) -> tuple[StoryDelivery, ...]:
    """The messages that told of the story's items, and its cards, as they were posted, or decided if not yet."""
    items = select(StoryItemRow.item_id).where(StoryItemRow.story_id == story_id)
    told: dict[str, list[str]] = {}
    telling = select(DeliveryItemRow.delivery_id, DeliveryItemRow.item_id).where(DeliveryItemRow.item_id.in_(items))
    for delivery_id, item_id in connection.execute(telling.order_by(DeliveryItemRow.item_id)):
        told.setdefault(delivery_id, []).append(item_id)
    (story,) = stories.load(connection, [story_id])
    cards = [card.delivery_id for card in story.cards]
    of_items = select(DeliveryItemRow.delivery_id).where(DeliveryItemRow.item_id.in_(items))
    columns = [column for column in table(DeliveryRow).columns if column.name != "payload"]
    statement = select(*columns).where(or_(DeliveryRow.id.in_(of_items), DeliveryRow.id.in_(cards)))
    at = func.coalesce(DeliveryRow.sent_at, DeliveryRow.created_at)
    rows = connection.execute(statement.order_by(at, DeliveryRow.created_at, DeliveryRow.id)).mappings()
    return tuple(
        value_of(StoryDelivery, row, delivery_id=row["id"], item_ids=tuple(told.get(row["id"], ()))) for row in rows
    )


class StoryListPart(StorePart):
    """Stories as people look at them."""

    stories = reading(summaries)
    story = reading(details)
    stories_of_channel = reading(of_channel)
