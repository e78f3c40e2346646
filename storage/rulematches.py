"""What a rule found: its matches of a period, those of rules on test too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

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
    in_order = (RevisionRow.seen_at.desc(), MatchRow.item_id, MatchRow.revision, MatchRow.position)
    # Which they are is found first, and then what they say: sorting ten thousand whole texts takes twice the time.
    newest = (
        select(MatchRow.item_id, MatchRow.revision, MatchRow.position)
        .select_from(table(MatchRow))
        .join(table(RevisionRow), matched)
        .where(*wanted)
        .order_by(*in_order)
        .limit(limit)
        .subquery()
    )
    one_of_them = and_(
        MatchRow.item_id == newest.c.item_id,
        MatchRow.revision == newest.c.revision,
        MatchRow.position == newest.c.position,
    )
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
        .select_from(newest)
        .join(table(MatchRow), one_of_them)
        .join(table(RevisionRow), matched)
        .join(table(ItemRow), ItemRow.id == MatchRow.item_id)
        .outerjoin(table(VerdictRow), decided)
        .order_by(*in_order)
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
    counts = (
        select(MatchRow.way, func.count())
        .select_from(table(MatchRow))
        .join(table(RevisionRow), matched)
        .where(*wanted)
        .group_by(MatchRow.way)
    )
    return found, {way: count for way, count in connection.execute(counts)}  # noqa: C416 - rows are no pairs to mypy


class RuleMatchesPart(Part):
    """What rules found."""

    async def rule_matches(
        self, rule: str, since: datetime, *, until: datetime | None = None, way: str | None = None, limit: int
    ) -> tuple[Sequence[RuleMatch], dict[str, int]]:
        """The newest matches of a rule in a time, by one way or by any; and how many each of these ways has."""
        return await self._database.read(lambda c: rule_matches(c, rule, since, until=until, way=way, limit=limit))
