"""The history of items: every stage that one went through, for `explain`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from monitor.model import (
    AttemptHistory,
    DeliveryHistory,
    FoundItem,
    ItemHistory,
    Match,
    RevisionHistory,
    Story,
    VerdictHistory,
)
from storage import assignments, outbox, ratings, stories, storyedits
from storage.database import StorePart, reading
from storage.items import item_key
from storage.rows import value_of
from storage.tables.base import table
from storage.tables.deliveries import DeliveryItemRow, DeliveryRow
from storage.tables.items import ItemKeyRow, ItemRow, MatchRow, RevisionRow, VerdictRow
from storage.tables.stories import StoryItemRow


def item_id_of(connection: Connection, url_or_id: str, link: str = "") -> str | None:
    """The item with this id, or the newest one ever seen under this URL or canonical link; None when there is none.

    `link` is the canonical link of what is asked for, where it has one.
    """
    asked = url_or_id.strip()
    if connection.scalar(select(ItemRow.id).where(ItemRow.id == asked)):
        return asked
    # The address itself comes first: articles of one page differ in what its canonical form leaves out.
    for keys in ([item_key("url", "", asked)], [item_key("link", "", one) for one in {asked, link} - {""}]):
        newest = select(ItemKeyRow.item_id).where(ItemKeyRow.key.in_(keys))
        if found := connection.scalar(newest.order_by(ItemKeyRow.seen_at.desc(), ItemKeyRow.item_id).limit(1)):
            return found
    return None


def find(connection: Connection, words: Sequence[str], *, limit: int) -> list[FoundItem]:
    """The newest items whose folded headline holds all of these folded words, in any order; newest first."""
    held = (ItemRow.title_key.contains(word, autoescape=True) for word in words)
    return newest_items(connection, *held, limit=limit)


def newest_items(connection: Connection, *where: ColumnElement[bool], limit: int) -> list[FoundItem]:
    """The newest items of which all of this holds, with the verdict of the newest revision; newest first."""
    newest = and_(VerdictRow.item_id == ItemRow.id, VerdictRow.revision == ItemRow.revision)
    statement = (
        select(ItemRow.id, ItemRow.title, ItemRow.source, ItemRow.url, ItemRow.first_seen_at, *_VERDICT)
        .select_from(table(ItemRow))
        .outerjoin(table(VerdictRow), newest)
        .where(*where)
        .order_by(ItemRow.first_seen_at.desc(), ItemRow.id)
        .limit(limit)
    )
    return [
        value_of(FoundItem, row, item_id=row["id"], verdict=verdict_of(row))
        for row in connection.execute(statement).mappings()
    ]


_VERDICT = (VerdictRow.action, VerdictRow.reason, VerdictRow.detail, VerdictRow.story_id)


def history(connection: Connection, item_id: str) -> ItemHistory | None:
    """Everything kept of an item; None when there is no such item."""
    item = connection.execute(select(table(ItemRow)).where(ItemRow.id == item_id)).mappings().first()
    if item is None:
        return None
    member = connection.execute(select(table(StoryItemRow)).where(StoryItemRow.item_id == item_id)).mappings().first()
    story = stories.load(connection, [member["story_id"]])[0] if member else None
    return value_of(
        ItemHistory,
        item,
        item_id=item_id,
        revisions=_revisions(connection, item_id),
        ratings=ratings.of_items(connection, [item_id]).get(item_id, ()),
        story=story,
        story_reason=member["reason"] if member else None,
        copy_of=member["copy_of"] if member else None,
        deliveries=_deliveries(connection, item_id, story),
        edits=storyedits.of_item(connection, item_id),
        assignments=assignments.of_story(connection, story.story_id) if story else (),
    )


def _revisions(connection: Connection, item_id: str) -> tuple[RevisionHistory, ...]:
    matches: dict[int, list[Match]] = {}
    met = select(table(MatchRow)).where(MatchRow.item_id == item_id).order_by(MatchRow.revision, MatchRow.position)
    for row in connection.execute(met).mappings():
        matches.setdefault(row["revision"], []).append(match_of(row))
    found = select(table(VerdictRow)).where(VerdictRow.item_id == item_id)
    verdicts = {row["revision"]: row for row in connection.execute(found).mappings()}
    words = select(table(RevisionRow)).where(RevisionRow.item_id == item_id).order_by(RevisionRow.revision)
    return tuple(
        RevisionHistory(
            **{name: value for name, value in row.items() if name != "item_id"},
            matches=tuple(matches.get(row["revision"], ())),
            verdict=verdict_of(decided) if (decided := verdicts.get(row["revision"])) else None,
            decided_at=decided["decided_at"] if decided else None,
        )
        for row in connection.execute(words).mappings()
    )


def match_of(row: RowMapping) -> Match:
    """A row of matches, maybe joined with others, as it is told."""
    return value_of(Match, row, evidence=row["evidence"] or ())


def verdict_of(row: RowMapping) -> VerdictHistory | None:
    """The verdict in a row, maybe joined with others; None where the row has none."""
    return value_of(VerdictHistory, row) if row["action"] else None


def _deliveries(connection: Connection, item_id: str, story: Story | None) -> tuple[DeliveryHistory, ...]:
    """The deliveries that tell of the item, and the cards of its story, oldest first."""
    telling = select(DeliveryItemRow.delivery_id).where(DeliveryItemRow.item_id == item_id)
    cards = [card.delivery_id for card in story.cards] if story else []
    statement = (
        select(table(DeliveryRow))
        .where(or_(DeliveryRow.id.in_(telling), DeliveryRow.id.in_(cards)))
        .order_by(DeliveryRow.created_at, DeliveryRow.id)
    )
    rows = connection.execute(statement).mappings().all()
    attempts: dict[str, list[AttemptHistory]] = {}
    for row in outbox.attempts_of(connection, [row["id"] for row in rows]):
        attempts.setdefault(row["delivery_id"], []).append(value_of(AttemptHistory, row))
    return tuple(
        value_of(
            DeliveryHistory,
            row,
            delivery_id=row["id"],
            message=row["payload"],
            attempts=tuple(attempts.get(row["id"], ())),
        )
        for row in rows
    )


class HistoryPart(StorePart):
    """Items as people ask for them."""

    item_id_of = reading(item_id_of)
    history = reading(history)
    find = reading(find)
