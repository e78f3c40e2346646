"""What a rule found: its matches of a period, those of rules on test too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, null, select, tuple_, union_all

from monitor.model import RuleMatch, VerdictHistory
from storage.database import Part
from storage.history import match_of
from storage.tables.base import table
from storage.tables.items import ItemRow, MatchRow, RevisionRow, VerdictRow


def rule_matches(
    connection: Connection, rule: str, since: datetime, *, until: datetime | None, way: str | None, limit: int
) -> tuple[list[RuleMatch], dict[str, int]]:
    """The newest matches of a rule in a time, by one way or by any; and how many each of these ways has."""
    matched = and_(RevisionRow.item_id == MatchRow.item_id, RevisionRow.revision == MatchRow.revision)
    wanted = [MatchRow.rule == rule, RevisionRow.seen_at >= since]
    if until is not None:
        wanted.append(RevisionRow.seen_at < until)
    if way is not None:
        wanted.append(MatchRow.way == way)
    decided = and_(VerdictRow.item_id == MatchRow.item_id, VerdictRow.revision == MatchRow.revision)
    # Everything of the period is looked at once, for the newest and for the counts, and only the newest say more: going
    # through ten thousand matches twice, or sorting them with their texts, takes twice the time.
    found_at = (
        select(MatchRow.item_id, MatchRow.revision, MatchRow.position, MatchRow.way, RevisionRow.seen_at)
        .select_from(table(MatchRow))
        .join(table(RevisionRow), matched)
        .where(*wanted)
        .cte("found_at")
    )
    key = (found_at.c.item_id, found_at.c.revision, found_at.c.position)
    newest = select(*key).order_by(found_at.c.seen_at.desc(), *key).limit(limit).subquery()
    counted = select(null(), null(), null(), found_at.c.way, func.count()).group_by(found_at.c.way)
    keys, counts = [], {}
    for item_id, revision, position, by, count in connection.execute(
        union_all(select(newest, null(), null()), counted)
    ):
        if item_id is None:
            counts[by] = count
        else:
            keys.append((item_id, revision, position))
    statement = (
        select(
            *table(MatchRow).c,
            RevisionRow.title,
            RevisionRow.seen_at,
            ItemRow.source,
            ItemRow.url,
            ItemRow.language,
            *(VerdictRow.action, VerdictRow.reason, VerdictRow.detail, VerdictRow.story_id),
        )
        .select_from(table(MatchRow))
        .join(table(RevisionRow), matched)
        .join(table(ItemRow), ItemRow.id == MatchRow.item_id)
        .outerjoin(table(VerdictRow), decided)
        # SQLite looks for ids in its index, and would go through all matches for ids with numbers.
        .where(MatchRow.item_id.in_({item_id for item_id, *_ in keys}))
        .where(tuple_(MatchRow.item_id, MatchRow.revision, MatchRow.position).in_(keys))
        .order_by(RevisionRow.seen_at.desc(), MatchRow.item_id, MatchRow.revision, MatchRow.position)
    )
    found = [
        RuleMatch(
            item_id=row["item_id"],
            revision=row["revision"],
            seen_at=row["seen_at"],
            title=row["title"],
            source=row["source"],
            url=row["url"],
            language=row["language"],
            match=match_of(row),
            verdict=VerdictHistory(row["action"], row["reason"], row["detail"], row["story_id"])
            if row["action"]
            else None,
        )
        for row in connection.execute(statement).mappings()
    ]
    return found, counts


class RuleMatchesPart(Part):
    """What rules found."""

    async def rule_matches(
        self, rule: str, since: datetime, *, until: datetime | None = None, way: str | None = None, limit: int
    ) -> tuple[Sequence[RuleMatch], dict[str, int]]:
        """The newest matches of a rule in a time, by one way or by any; and how many each of these ways has."""
        return await self._database.read(lambda c: rule_matches(c, rule, since, until=until, way=way, limit=limit))
