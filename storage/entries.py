"""Entries: which of them a feed has shown before, and the item of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from sqlalchemy import Connection, Select, bindparam, exists, select

from storage.statements import insert_missing, listed
from storage.tables.feeds import EntryRow
from storage.tables.types import as_json, storable


def seen(connection: Connection, feed_id: str, digests: Collection[str]) -> frozenset[str]:
    """Those of the entry digests that this feed has shown before."""
    if not digests:
        return frozenset()
    asked = frozenset(map(storable, digests))
    parameters = {"digests": as_json(list(asked)), "feed_id": feed_id}
    # Those that are not there: of most documents that is one or two, and every row costs time.
    return asked.difference(connection.scalars(_unseen(connection.dialect.name), parameters).all())


@cache
def _unseen(dialect: str) -> Select[str]:
    asked = listed("digests", dialect)
    there = exists().where(EntryRow.feed_id == bindparam("feed_id"), EntryRow.digest == asked.c.value).correlate(asked)
    return select(asked.c.value).where(~there)


def remember(connection: Connection, items: Mapping[tuple[str, str], str]) -> None:
    """Write entry digests that feeds have shown: the item of each, by feed and digest."""
    insert_missing(
        connection,
        EntryRow,
        [{"feed_id": feed, "digest": digest, "item_id": item_id} for (feed, digest), item_id in sorted(items.items())],
    )
