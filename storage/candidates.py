"""Which stories a report may belong to: those that share its keys, where a rare key counts more than a common one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Float, Select, bindparam, cast, func, select

from monitor.model import COMMON_KEY, MOST_CANDIDATES, NEWEST_OF_A_KEY
from storage.statements import among_newest, listed
from storage.tables.base import table
from storage.tables.stories import StoryKeyRow, StoryRow
from storage.tables.types import as_json, storable


def alike(connection: Connection, keys: Collection[str], since: datetime) -> list[str]:
    """The ids of the stories updated since then that have some of these keys, those that share most first."""
    if not keys:
        return []
    parameters = {"keys": as_json(sorted({story_key(key) for key in keys})), "since": since}
    return [story_id for story_id, _ in connection.execute(_alike(connection.dialect.name), parameters)]


@cache
def _alike(dialect: str) -> Select[str, float]:
    keys = listed("keys", dialect)
    newest = among_newest(StoryKeyRow.key, StoryKeyRow.seen_at, keys.c.value, newest=NEWEST_OF_A_KEY)
    rarity = (1.0 / cast(COMMON_KEY + func.count().over(partition_by=StoryKeyRow.key), Float)).label("rarity")
    found = select(StoryKeyRow.story_id, rarity).select_from(keys).join(table(StoryKeyRow), newest).subquery()
    weight = func.sum(found.c.rarity).label("weight")
    weighed = select(found.c.story_id, weight).group_by(found.c.story_id).subquery()
    return (
        select(StoryRow.id, weighed.c.weight)
        .select_from(weighed)
        .join(table(StoryRow), StoryRow.id == weighed.c.story_id)
        .where(StoryRow.updated_at >= bindparam("since", type_=StoryRow.updated_at.type))
        .order_by(weighed.c.weight.desc(), StoryRow.updated_at.desc(), StoryRow.id)
        .limit(MOST_CANDIDATES)
    )


_LONGEST_KEY = 64


def story_key(key: str) -> str:
    """A key as it is stored: itself, or its hash when a hostile headline made a "word" too long for an index."""
    key = storable(key)
    return key if len(key) <= _LONGEST_KEY else hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
