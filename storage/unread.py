"""Reports that were stored before linking kept what they say: found, and read after all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, String, select, type_coerce

from monitor.model import Item, Report
from storage import stories
from storage.database import StorePart, reading, writing
from storage.locks import STORY_LOCK, lock
from storage.tables.base import table
from storage.tables.items import ItemRow
from storage.tables.stories import StoryItemRow, StoryRow

# What migration 0003 wrote; a profile that was read has names in it, however empty it is.
_UNREAD = type_coerce(StoryItemRow.profile, String) == "{}"


def unread(connection: Connection, since: datetime) -> dict[str, Item]:
    """The reports without a profile of stories that took one since then, by item id, as their stories remember them."""
    statement = (
        select(table(ItemRow), StoryItemRow.title.label("told"), StoryItemRow.summary, StoryItemRow.seen_at)
        .join(table(StoryItemRow), StoryItemRow.item_id == ItemRow.id)
        .join(table(StoryRow), StoryRow.id == StoryItemRow.story_id)
        .where(StoryRow.updated_at >= since, _UNREAD)
        .order_by(StoryItemRow.seen_at, ItemRow.id)
    )
    return {
        row["id"]: Item(
            feed_id=row["feed_id"],
            family=row["family"],
            kind=row["kind"],
            source=row["source"],
            title=row["told"],
            summary=row["summary"],
            language=row["language"],
            published=row["published"],
            seen_at=row["seen_at"],
            content_hash=row["content_hash"],
        )
        for row in connection.execute(statement).mappings()
    }


def write_read(connection: Connection, reports: Mapping[str, Report]) -> None:
    """Keep what these reports say, by item id, and let their stories be found by it."""
    lock(connection, STORY_LOCK)
    written = set()
    for item_id, report in sorted(reports.items()):
        row = StoryItemRow.item_id == item_id
        values = {"keys": tuple(sorted(report.keys)), "profile": report.profile}
        if connection.execute(table(StoryItemRow).update().where(row, _UNREAD).values(values)).rowcount:
            written.add(item_id)
    stories.rebuild(connection, set(stories.of_items(connection, written).values()))


class UnreadPart(StorePart):
    """Reports from before linking kept what they say."""

    unread_reports = reading(unread)
    write_reports = writing(write_read)
