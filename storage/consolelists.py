"""Which stories and items does the console list?

Every list has a limit and a way to it by an index: the database may hold 100,000 items and 10,000 stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from monitor.model import (
    Claim,
    ClaimKind,
    FoundItem,
    ItemFilter,
    ListPlace,
    MuteScope,
    StoryFilter,
    StoryLine,
)
from storage import claims, search, storylist
from storage.database import StorePart, reading
from storage.history import newest_items
from storage.statements import unindexed_on_sqlite
from storage.tables.base import table
from storage.tables.desk import AssignmentRow, MuteRow
from storage.tables.items import ItemRow, MatchRow, RevisionRow, need_not_wait
from storage.tables.stories import CardRow, ClaimRow, StoryItemRow, StoryRow

_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def story_lines(
    connection: Connection, wanted: StoryFilter, *, now: datetime, after: ListPlace | None, limit: int
) -> list[StoryLine]:
    """At most `limit` stories that fit, the one with the newest report first, from behind a place on."""
    statement = select(StoryRow.id).where(
        _not_merged(connection.dialect.name), *_conditions(wanted, now, connection.dialect.name)
    )
    if after is not None:
        at, story_id = after
        statement = statement.where(
            or_(StoryRow.updated_at < at, and_(StoryRow.updated_at == at, StoryRow.id > story_id))
        )
    ids = connection.scalars(statement.order_by(StoryRow.updated_at.desc(), StoryRow.id).limit(limit)).all()
    met = select(StoryItemRow.story_id, MatchRow.rule).join(table(MatchRow), MatchRow.item_id == StoryItemRow.item_id)
    said = select(StoryItemRow.story_id, ItemRow.language).join(table(ItemRow), ItemRow.id == StoryItemRow.item_id)
    rules = _words_of(connection, met.where(StoryItemRow.story_id.in_(ids)))
    languages = _words_of(connection, said.where(StoryItemRow.story_id.in_(ids)))
    held = select(AssignmentRow.story_id, AssignmentRow.name).where(AssignmentRow.story_id.in_(ids))
    holders = _words_of(connection, held)
    muted = set(connection.scalars(select(MuteRow.subject).where(_live_story_mute(now), MuteRow.subject.in_(ids))))
    not_relevant = select(CardRow.story_id).where(CardRow.dismissed.is_not(None), CardRow.story_id.in_(ids))
    dismissed = set(connection.scalars(not_relevant))
    summaries = storylist.summaries_of(connection, select(StoryRow.id).where(StoryRow.id.in_(ids)))
    return [
        StoryLine(
            summary=one,
            rules=tuple(rules[one.story_id]),
            languages=tuple(languages[one.story_id]),
            held_by=tuple(holders[one.story_id]),
            muted=one.story_id in muted,
            dismissed=one.story_id in dismissed,
        )
        for one in summaries
    ]


def _conditions(wanted: StoryFilter, now: datetime, dialect: str) -> list[ColumnElement[bool]]:
    in_story = StoryItemRow.story_id == StoryRow.id

    def reported(*conditions: ColumnElement[bool], by: Any = ItemRow) -> ColumnElement[bool]:
        joined = select(StoryItemRow.item_id).join(table(by), by_item(by) == StoryItemRow.item_id)
        return joined.where(in_story, *conditions).exists()

    def by_item(row: Any) -> Any:
        return row.id if row is ItemRow else row.item_id

    made = _in_time(StoryRow.updated_at, wanted)
    if wanted.words:
        holding = search.holding(dialect, wanted.words)
        told = select(StoryItemRow.story_id).where(StoryItemRow.item_id.in_(holding)) if holding is not None else None
        made.append(StoryRow.id.in_(told) if told is not None else false())
    if wanted.rule:
        made.append(reported(unindexed_on_sqlite(MatchRow.rule, dialect) == wanted.rule, by=MatchRow))
    if wanted.severity is not None:
        made.append(reported(MatchRow.severity >= wanted.severity, need_not_wait(), by=MatchRow))
    if wanted.language:
        made.append(reported(ItemRow.language == wanted.language))
    if wanted.feed:
        made.append(reported(unindexed_on_sqlite(ItemRow.feed_id, dialect) == wanted.feed))
    if wanted.place:
        by_id = ClaimRow.value.in_((wanted.place, *wanted.places))
        place = or_(by_id, func.lower(ClaimRow.words) == wanted.place.casefold())
        of_story = ClaimRow.story_id == StoryRow.id
        made.append(select(ClaimRow.item_id).where(of_story, ClaimRow.kind == ClaimKind.PLACE, place).exists())
    if wanted.muted:
        made.append(select(MuteRow.id).where(_live_story_mute(now), MuteRow.subject == StoryRow.id).exists())
    if wanted.held_by:
        held = AssignmentRow.story_id == StoryRow.id, AssignmentRow.user_id == wanted.held_by
        made.append(select(AssignmentRow.story_id).where(*held).exists())
    if wanted.free:
        made.append(~select(AssignmentRow.story_id).where(AssignmentRow.story_id == StoryRow.id).exists())
        made.append(~select(MuteRow.id).where(_live_story_mute(now), MuteRow.subject == StoryRow.id).exists())
        made.append(~_found_not_relevant())
    return made


def _found_not_relevant() -> ColumnElement[bool]:
    """Whether the desk of any route found the story not relevant, and nothing said otherwise since."""
    return select(CardRow.story_id).where(CardRow.story_id == StoryRow.id, CardRow.dismissed.is_not(None)).exists()


def _not_merged(dialect: str) -> ColumnElement[bool]:
    merged = StoryRow.merged_into
    return func.coalesce(merged, "") == "" if dialect == "sqlite" else merged.is_(None)


def _live_story_mute(now: datetime) -> ColumnElement[bool]:
    return and_(MuteRow.scope == MuteScope.STORY, MuteRow.ended_at.is_(None), MuteRow.until > now)


def _words_of(connection: Connection, asked: Select[str, Any]) -> dict[str, list[str]]:
    """The words of each story, each once and in order; stories with none are empty."""
    words: dict[str, list[str]] = defaultdict(list)
    for story_id, word in connection.execute(asked.distinct().order_by(*asked.selected_columns)):
        if word:
            words[story_id].append(word)
    return words


def newest_of_feed(connection: Connection, feed_id: str, *, limit: int) -> list[FoundItem]:
    """The newest items of a feed, newest first."""
    return newest_items(connection, ItemRow.feed_id == feed_id, limit=limit)


def found_items(connection: Connection, wanted: ItemFilter, *, after: ListPlace | None, limit: int) -> list[FoundItem]:
    """At most `limit` items that fit, the newest first, from behind a place on."""
    if wanted.words:
        return _searched(connection, wanted, after=after, limit=limit)
    if not wanted.feed and not wanted.rule:
        return _newest_of_all(connection, wanted, after=after, limit=limit)
    where = _within(ItemRow.first_seen_at, ItemRow.id, wanted, after)
    if wanted.feed:
        where.append(ItemRow.feed_id == wanted.feed)
    if wanted.rule:
        where.append(ItemRow.id.in_(select(MatchRow.item_id).where(MatchRow.rule == wanted.rule)))
    return newest_items(connection, *where, limit=limit)


def _newest_of_all(
    connection: Connection, wanted: ItemFilter, *, after: ListPlace | None, limit: int
) -> list[FoundItem]:
    """The newest items of all feeds by the index of revisions: items have an index by time for each feed alone."""
    # SQLite goes by an index of times alone where a time is named: else it would sort all revisions.
    within = _within(RevisionRow.seen_at, RevisionRow.item_id, wanted, after) or [RevisionRow.seen_at < _EVER]
    first = select(RevisionRow.item_id).where(RevisionRow.revision == 1, *within)
    ids = connection.scalars(first.order_by(RevisionRow.seen_at.desc(), RevisionRow.item_id).limit(limit)).all()
    return newest_items(connection, ItemRow.id.in_(ids), limit=limit)


def _in_time(at: Any, wanted: StoryFilter | ItemFilter) -> list[ColumnElement[bool]]:
    since = [] if wanted.since is None else [at >= wanted.since]
    return since + ([] if wanted.until is None else [at < wanted.until])


def _within(at: Any, item_id: Any, wanted: ItemFilter, after: ListPlace | None) -> list[ColumnElement[bool]]:
    """That an item was found in the time that is wanted, and comes behind a place of the list."""
    where = _in_time(at, wanted)
    if after is not None:
        where.append(at <= after[0])
        where.append(or_(at < after[0], item_id > after[1]))
    return where


def _searched(connection: Connection, wanted: ItemFilter, *, after: ListPlace | None, limit: int) -> list[FoundItem]:
    ends = [] if wanted.until is None else [search.number_at(wanted.until)]
    ends += [] if after is None else [search.number_of(connection, after[1], after[0])]
    since = None if wanted.since is None else search.number_at(wanted.since)
    ids = search.found(
        connection, wanted.words, feed=wanted.feed, rule=wanted.rule, since=since, below=min(ends, default=None),
        limit=limit,
    )  # fmt: skip
    items = {one.item_id: one for one in newest_items(connection, ItemRow.id.in_(ids), limit=limit)}
    return [items[item_id] for item_id in ids]


class ConsoleListsPart(StorePart):
    """Lists for the console."""

    found_items = reading(found_items)
    story_lines = reading(story_lines)
    newest_of_feed = reading(newest_of_feed)

    async def claims_of_story(self, story_id: str) -> Sequence[Claim]:
        """What is claimed in a story, in the order it was: of each kind the newest claims and the highest numbers."""
        return await self._database.read(lambda c: claims.StoredClaims(c)[story_id])

    async def places_and_tolls(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Claim]]:
        """What is claimed in each of these stories of where it was and how many people were killed, hurt or missing.

        In the order it was, and as many claims as `claims_of_story` gives.
        """
        return await self._database.read(lambda c: claims.places_and_tolls(c, story_ids))
