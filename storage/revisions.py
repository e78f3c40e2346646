"""The revisions of a period, with what matched them and what people said of them, for `backtest`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select, tuple_

from monitor.model import ItemRevision, Match
from storage import ratings
from storage.database import StorePart, reading
from storage.history import match_of
from storage.statements import in_list
from storage.tables.base import table
from storage.tables.items import ItemRow, MatchRow, RevisionRow
from storage.tables.types import UtcTime, as_json

_READ_AT_A_TIME = 500

RevisionPlace = tuple[datetime, str, int]
"""Where a reading stands: `seen_at`, item and number of the last revision read."""

_WORDS = (RevisionRow.title, RevisionRow.summary, RevisionRow.body, RevisionRow.seen_at)
_SOURCE = (ItemRow.feed_id, ItemRow.kind, ItemRow.source, ItemRow.url, ItemRow.language)


def count_revisions(connection: Connection, since: datetime, until: datetime) -> int:
    """How many revisions were seen in a period, its end left out."""
    seen = and_(RevisionRow.seen_at >= since, RevisionRow.seen_at < until)
    return connection.scalar(select(func.count()).select_from(table(RevisionRow)).where(seen)) or 0


def revisions(connection: Connection, *, after: RevisionPlace, until: datetime, limit: int) -> list[ItemRevision]:
    """At most `limit` revisions seen after a place and before `until`, in the order they were seen."""
    seen_at, item_id, number = after
    given = {"seen_at": seen_at, "item_id": item_id, "number": number, "until": until, "most": limit}
    rows = connection.execute(_next_revisions(), given).mappings().all()
    ids = as_json(sorted({row["item_id"] for row in rows}))
    matches: dict[tuple[str, int], list[Match]] = defaultdict(list)
    for met in connection.execute(_matches_of(connection.dialect.name), {"ids": ids}).mappings() if rows else ():
        matches[met["item_id"], met["revision"]].append(match_of(met))
    rated = ratings.of_items(connection, [row["item_id"] for row in rows])
    return [
        ItemRevision(
            **row,
            matches=tuple(matches.get((row["item_id"], row["revision"]), ())),
            ratings=rated.get(row["item_id"], ()),
        )
        for row in rows
    ]


@cache
def _next_revisions() -> Select[*tuple[Any, ...]]:
    place = tuple_(RevisionRow.seen_at, RevisionRow.item_id, RevisionRow.revision)
    after = tuple_(bindparam("seen_at", type_=UtcTime), bindparam("item_id"), bindparam("number"))
    return (
        select(RevisionRow.item_id, RevisionRow.revision, *_WORDS, *_SOURCE)
        .join_from(table(RevisionRow), table(ItemRow), ItemRow.id == RevisionRow.item_id)
        .where(place > after, RevisionRow.seen_at < bindparam("until", type_=UtcTime))
        .order_by(RevisionRow.seen_at, RevisionRow.item_id, RevisionRow.revision)
        .limit(bindparam("most"))
    )


@cache
def _matches_of(dialect: str) -> Select[*tuple[Any, ...]]:
    return (
        select(table(MatchRow))
        .where(in_list(MatchRow.item_id, "ids", dialect))
        .order_by(MatchRow.item_id, MatchRow.revision, MatchRow.position)
    )


class RevisionsPart(StorePart):
    """Revisions as `backtest` asks for them."""

    count_revisions = reading(count_revisions)

    async def revisions(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[ItemRevision]]:
        """The revisions seen in a period, its end left out, in the order they were seen, some hundred at a time.

        Each part is read in a transaction of its own, so that a long reading keeps nothing from being cleaned up.
        """
        place: RevisionPlace = (since, "", 0)
        while True:
            read = partial(revisions, after=place, until=until, limit=_READ_AT_A_TIME)
            part = await self._database.read(read)
            if part:
                yield part
            if len(part) < _READ_AT_A_TIME:
                return
            last = part[-1]
            place = (last.seen_at or since, last.item_id, last.revision)
