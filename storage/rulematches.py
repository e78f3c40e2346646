"""What a rule found: its matches of a period, those of rules on test too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, null, select, tuple_, union_all

from monitor.model import RuleMatch
from storage.database import StorePart, reading
from storage.history import match_of, verdict_of
from storage.rows import value_of
from storage.statements import same_revision
from storage.tables.base import table
from storage.tables.items import ItemRow, MatchRow, RevisionRow, VerdictRow

_Key = tuple[str, int, int]
"""The item, the revision and the position of a match."""


def rule_matches(
    connection: Connection,
    rule: str,
    since: datetime,
    *,
    until: datetime | None = None,
    way: str | None = None,
    limit: int,
) -> tuple[list[RuleMatch], dict[str, int]]:
    """The newest matches of a rule in a time, by one way or by any; and how many each of these ways has."""
    wanted = [MatchRow.rule == rule, RevisionRow.seen_at >= since]
    if until is not None:
        wanted.append(RevisionRow.seen_at < until)
    if way is not None:
        wanted.append(MatchRow.way == way)
    keys, counts = _newest(connection, wanted, limit)
    return _read(connection, keys), counts


def _newest(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], limit: int
) -> tuple[list[_Key], dict[str, int]]:
    """The newest matches that are wanted, in no order, and how many there are by each way.

    Everything of the period is looked at once, for both, and only the newest say more: going through ten thousand
    matches twice, or sorting them with their texts, takes twice the time.
    """
    found_at = (
        select(MatchRow.item_id, MatchRow.revision, MatchRow.position, MatchRow.way, RevisionRow.seen_at)
        .select_from(table(MatchRow))
        .join(table(RevisionRow), same_revision(RevisionRow, MatchRow))
        .where(*wanted)
        .cte("found_at")
    )
    key = (found_at.c.item_id, found_at.c.revision, found_at.c.position)
    newest = select(*key).order_by(found_at.c.seen_at.desc(), *key).limit(limit).subquery()
    counted = select(null(), null(), null(), found_at.c.way, func.count()).group_by(found_at.c.way)
    keys, counts = list[_Key](), {}
    for item_id, revision, position, way, count in connection.execute(
        union_all(select(newest, null(), null()), counted)
    ):
        if item_id is None:
            counts[way] = count
        else:
            keys.append((item_id, revision, position))
    return keys, counts


def _read(connection: Connection, keys: Sequence[_Key]) -> list[RuleMatch]:
    """These matches, the newest first."""
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
        .join(table(RevisionRow), same_revision(RevisionRow, MatchRow))
        .join(table(ItemRow), ItemRow.id == MatchRow.item_id)
        .outerjoin(table(VerdictRow), same_revision(VerdictRow, MatchRow))
        # SQLite looks for ids in its index, and would go through all matches for ids with numbers.
        .where(MatchRow.item_id.in_({item_id for item_id, *_ in keys}))
        .where(tuple_(MatchRow.item_id, MatchRow.revision, MatchRow.position).in_(keys))
        .order_by(RevisionRow.seen_at.desc(), MatchRow.item_id, MatchRow.revision, MatchRow.position)
    )
    return [
        value_of(RuleMatch, row, match=match_of(row), verdict=verdict_of(row))
        for row in connection.execute(statement).mappings()
    ]


class RuleMatchesPart(StorePart):
    """What rules found."""

    rule_matches = reading(rule_matches)
