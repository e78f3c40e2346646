"""Ratings: what people say of items, and the labelled items that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Select, and_, func, or_, select

from monitor.model import Cause, RatedItem, Rating
from storage.database import StorePart, reading, writing
from storage.rows import row_of
from storage.statements import in_list, insert, same_revision
from storage.tables.base import table
from storage.tables.desk import RatingRow
from storage.tables.items import ItemRow, MatchRow, RevisionRow
from storage.tables.types import as_json


def write(connection: Connection, rating: Rating) -> None:
    """Keep what a person says of an item; earlier ratings stay, and the newest counts."""
    insert(connection, RatingRow, [row_of(RatingRow, rating)])


def of_items(connection: Connection, item_ids: Sequence[str]) -> dict[str, tuple[Rating, ...]]:
    """The ratings of those of the items that have any, the newest last."""
    found: dict[str, list[Rating]] = defaultdict(list)
    if item_ids:
        statement = _of_items(connection.dialect.name)
        for row in connection.execute(statement, {"ids": as_json(item_ids)}).mappings():
            found[row["item_id"]].append(Rating(**row))
    return {item_id: tuple(ratings) for item_id, ratings in found.items()}


def rated_items(connection: Connection, *, limit: int | None = None) -> list[RatedItem]:
    """One labelled item for each item and rule that people spoke on: the rating that counts (see `Rating`).

    A rating that names no rule is about each rule that the revision met. One that calls an item old or doubled is about
    none. At most `limit` of them, the last said first.
    """
    rule = func.coalesce(RatingRow.rule, MatchRow.rule)
    # A later word takes the place of an earlier one, and one that names the rule that of one on the whole item.
    order = RatingRow.rule.is_(None), RatingRow.at.desc(), RatingRow.id.desc()
    place = func.row_number().over(partition_by=(RatingRow.item_id, rule), order_by=order)
    said = (
        select(RatingRow.id, rule.label("rule"), place.label("place"))
        .outerjoin_from(
            table(RatingRow), table(MatchRow), and_(RatingRow.rule.is_(None), same_revision(MatchRow, RatingRow))
        )
        .where(rule.is_not(None), _OF_RULE)
        .subquery()
    )
    statement = (
        select(*_LABEL, said.c.rule, *_TEXTS)
        .join_from(said, table(RatingRow), RatingRow.id == said.c.id)
        .join(table(ItemRow), ItemRow.id == RatingRow.item_id)
        .join(table(RevisionRow), same_revision(RevisionRow, RatingRow))
        .where(said.c.place == 1)
        .order_by(RatingRow.at.desc(), RatingRow.id.desc(), said.c.rule)
        .limit(limit)
    )
    return [RatedItem(**row) for row in connection.execute(statement).mappings()]


@cache
def _of_items(dialect: str) -> Select[*tuple[object, ...]]:
    return (
        select(*(column for column in table(RatingRow).c if column.name != "id"))
        .where(in_list(RatingRow.item_id, "ids", dialect))
        .order_by(RatingRow.at, RatingRow.id)
    )


_LABEL = (
    RatingRow.item_id,
    RatingRow.revision,
    RatingRow.relevant,
    RatingRow.reason,
    RatingRow.cause,
    RatingRow.word,
    RatingRow.by,
    RatingRow.at,
)
# That a report is old or doubled says nothing of the rule, which was right to match it.
_OF_RULE = or_(RatingRow.cause.is_(None), RatingRow.cause.in_([cause for cause in Cause if cause.about_rule]))
_TEXTS = (
    ItemRow.feed_id,
    ItemRow.kind,
    ItemRow.language,
    ItemRow.url,
    RevisionRow.title,
    RevisionRow.summary,
    RevisionRow.body,
)


class RatingsPart(StorePart):
    """What people say of items."""

    rate = writing(write)
    rated_items = reading(rated_items)
