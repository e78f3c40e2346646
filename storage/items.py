"""Items: the articles, their revisions, the rules each revision met and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Update, bindparam, case, exists, func, select

from monitor.model import (
    FEED_LIMIT,
    KNOWN_TEXT,
    TOLD_ALONE,
    Batch,
    Identity,
    Judgement,
    KnownItem,
    Lookup,
    Match,
    Observation,
    Verdict,
)
from storage import entries, search
from storage.rows import row_of
from storage.statements import among_newest, insert, listed
from storage.tables.base import table
from storage.tables.items import ItemKeyRow, ItemRow, MatchRow, RevisionRow, VerdictRow
from storage.tables.types import as_json, storable

_NEWEST_OF_A_KEY = 100
"""How many items of one guid, link or title are compared with; news_1.html has a new one every day."""

_STAYS = frozenset({"id", "feed_id", "family", "kind", "source", "first_seen_at"})

Judged = tuple[Lookup, Batch]
"""What was asked before a poll was judged, and what was decided."""

_KNOWN = (
    ItemRow.id.label("item_id"),
    ItemRow.revision,
    ItemRow.feed_id,
    ItemRow.family,
    ItemRow.guid,
    ItemRow.link,
    ItemRow.url,
    ItemRow.title,
    ItemRow.title_key,
    ItemRow.text_key,
    ItemRow.content_hash,
    ItemRow.published,
    ItemRow.first_seen_at,
    func.coalesce(
        func.substr(case((RevisionRow.summary != "", RevisionRow.summary), else_=RevisionRow.body), 1, KNOWN_TEXT), ""
    ).label("text"),
    func.coalesce(ItemRow.last_seen_at, ItemRow.first_seen_at).label("last_seen_at"),
)


@lru_cache(maxsize=2_000)  # items are looked up by the keys under which they are written then
def item_key(kind: str, scope: str, value: str) -> str:
    """The key under which items are found by a guid (scope: feed), link or URL (none), title or text (family).

    A hash, because guids and links can be longer than PostgreSQL takes in an index (2,704 bytes).
    """
    return hashlib.blake2b(storable(f"{kind}\n{scope}\n{value}").encode(), digest_size=16).hexdigest()


def keys_of(lookup: Lookup) -> dict[str, tuple[str, str]]:
    """The keys of everything a lookup asks for, with the kind and the value of each."""
    asked = (
        ("guid", lookup.feed_id, lookup.guids),
        ("link", "", lookup.links),
        ("title", lookup.family, lookup.titles),
        ("text", lookup.family, lookup.texts),
    )
    return {item_key(kind, scope, value): (kind, value) for kind, scope, values in asked for value in values}


def known(connection: Connection, lookup: Lookup) -> tuple[KnownItem, ...]:
    """The items ever seen under a guid, link, title or text asked for, oldest first; of each the newest hundred."""
    keys = keys_of(lookup)
    if not keys:
        return ()
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(_known(connection.dialect.name), {"keys": as_json(list(keys))}).mappings():
        one = found.setdefault(row["item_id"], dict(row))
        one.pop("key", None)
        kind, value = keys[row["key"]]
        one[f"{kind}s"] = one.get(f"{kind}s", frozenset()) | {value}
    return tuple(KnownItem(**one) for one in found.values())


def keys_there(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys that an item was ever seen under."""
    found = connection.scalars(_any_there(connection.dialect.name), {"keys": as_json(list(keys))}) if keys else ()
    return set(found)


def families_there(connection: Connection, keys: Collection[str]) -> set[str]:
    """The families of the items that `known` gives for these keys."""
    found = connection.scalars(_families(connection.dialect.name), {"keys": as_json(list(keys))}) if keys else ()
    return set(found)


@cache
def _families(dialect: str) -> Select[str]:
    keys = listed("keys", dialect)
    newest = among_newest(ItemKeyRow.key, ItemKeyRow.seen_at, keys.c.value, newest=_NEWEST_OF_A_KEY)
    ids = select(ItemKeyRow.item_id).join_from(keys, table(ItemKeyRow), newest)
    return select(ItemRow.family).where(ItemRow.id.in_(ids)).distinct()


@cache
def _any_there(dialect: str) -> Select[str]:
    keys = listed("keys", dialect)
    there = exists().where(ItemKeyRow.key == keys.c.value).correlate(keys)
    return select(keys.c.value).where(there)


@cache
def _known(dialect: str) -> Select[*tuple[Any, ...]]:
    keys = listed("keys", dialect)
    newest = among_newest(ItemKeyRow.key, ItemKeyRow.seen_at, keys.c.value, newest=_NEWEST_OF_A_KEY)
    had = select(ItemKeyRow.item_id, ItemKeyRow.key).join_from(keys, table(ItemKeyRow), newest).subquery()
    rows = select(*_KNOWN, had.c.key).join_from(had, table(ItemRow), ItemRow.id == had.c.item_id)
    # An item is known whatever became of its text.
    rows = rows.outerjoin(RevisionRow, (RevisionRow.item_id == ItemRow.id) & (RevisionRow.revision == ItemRow.revision))
    return rows.order_by(ItemRow.first_seen_at, ItemRow.id)


def told_of_feed(connection: Connection, feed_id: str, now: datetime) -> int:
    """How many of a feed's reports were told in messages of their own in the hour before `now`, up to `FEED_LIMIT`."""
    return connection.execute(_told_of_feed(), {"feed": feed_id, "since": now - timedelta(hours=1)}).scalar_one()


@cache
def _told_of_feed() -> Select[int]:
    """Put together once: that takes longer than to run it, and each report waits for it."""
    since = bindparam("since", type_=ItemRow.first_seen_at.type)
    first = select(ItemRow.id).join(VerdictRow, VerdictRow.item_id == ItemRow.id)
    first = first.where(ItemRow.feed_id == bindparam("feed"), ItemRow.first_seen_at > since)
    first = first.where(VerdictRow.reason.in_(sorted(TOLD_ALONE)), VerdictRow.decided_at > since)
    return select(func.count()).select_from(first.limit(FEED_LIMIT).subquery())


@dataclass(slots=True)
class _Rows:
    """What polls bring to the tables of items; `new` and `changed` items by their ids, `touched` ones with when."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, one: Observation, now: datetime) -> None:
        """Take in what was observed of one entry."""
        item_id, judgement = one.identity.item_id, one.identity.judgement
        if judgement is Judgement.NEW:
            self.new[item_id] = _item(one)
        elif judgement is Judgement.REVISION and item_id in self.new:
            # An item may be new and revised in one document; then it is inserted as revised.
            self.new[item_id] = _item(one) | {"first_seen_at": self.new[item_id]["first_seen_at"]}
        elif judgement is Judgement.REVISION:
            self.changed[item_id] = _item(one) | {"id": item_id}
        if judgement is Judgement.SEEN:
            self.touched[item_id] = now
        else:
            revision = one.identity.revision
            self.revisions.append(_revision(one))
            self.matches += [_match(item_id, revision, place, match) for place, match in enumerate(one.matches)]
        if one.verdict is not None:
            self.verdicts.append(_verdict(one.identity, one.verdict, now))


def write(connection: Connection, judged: Sequence[Judged]) -> None:
    """Write what was observed in some polls: new items, revisions, matches, verdicts, keys, and entries seen.

    Polls that are written together must have no item in common.
    """
    rows = _Rows()
    for lookup, batch in judged:
        for one in batch.observations:
            rows.add(one, lookup.now)
    insert(connection, ItemRow, list(rows.new.values()))
    _update(connection, list(rows.changed.values()))
    _touch(connection, rows.touched)
    _add_keys(connection, judged, frozenset(rows.new))
    insert(connection, RevisionRow, rows.revisions)
    insert(connection, MatchRow, rows.matches)
    insert(connection, VerdictRow, rows.verdicts)
    changed_at = max((lookup.now for lookup, _ in judged), default=None)
    if changed_at is not None:
        search.wait(connection, {*rows.new, *rows.changed}, changed_at)
    entries.remember(
        connection,
        {
            (lookup.feed_id, one.item.entry_digest): one.identity.item_id
            for lookup, batch in judged
            for one in batch.observations
            if one.item.entry_digest
        },
    )


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Give items the words of their latest revision; where and when they were first seen stays."""
    if rows:
        names = [name for name in rows[0] if name not in _STAYS]
        connection.execute(
            _updated(), [{"of_id": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows]
        )


@cache
def _updated() -> Update:
    names = [column.name for column in table(ItemRow).columns if column.name not in _STAYS]
    values: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
    return table(ItemRow).update().where(ItemRow.id == bindparam("of_id")).values(values)


def _touch(connection: Connection, touched: Mapping[str, datetime]) -> None:
    """Write when items were met again in words that are known."""
    if touched:
        connection.execute(_touched(), [{"of_id": item_id, "at": touched[item_id]} for item_id in sorted(touched)])


@cache
def _touched() -> Update:
    at = bindparam("at", type_=ItemRow.last_seen_at.type)
    return table(ItemRow).update().where(ItemRow.id == bindparam("of_id")).values(last_seen_at=at)


def _add_keys(connection: Connection, judged: Sequence[Judged], new: frozenset[str]) -> None:
    """Write every guid, link, URL, title and text that an item was seen under for the first time."""
    wanted = {
        (key, one.identity.item_id): lookup.now
        for lookup, batch in judged
        for one in batch.observations
        for key in keys_written(one)
    }
    asked = [key for key, item_id in wanted if item_id not in new]
    there = set(connection.execute(_keys_there(connection.dialect.name), {"keys": as_json(asked)})) if asked else ()
    insert(
        connection,
        ItemKeyRow,
        [
            {"key": key, "item_id": item_id, "seen_at": at}
            for (key, item_id), at in wanted.items()
            if (key, item_id) not in there
        ],
    )


@cache
def _keys_there(dialect: str) -> Select[str, str]:
    keys = listed("keys", dialect)
    newest = among_newest(ItemKeyRow.key, ItemKeyRow.seen_at, keys.c.value, newest=_NEWEST_OF_A_KEY)
    return select(ItemKeyRow.key, ItemKeyRow.item_id).join_from(keys, table(ItemKeyRow), newest)


def keys_written(one: Observation) -> list[str]:
    """The keys an observed item is found by from now on."""
    item = one.item
    found = (
        ("guid", item.feed_id, item.guid),
        ("link", "", item.link),
        ("title", item.family, item.title_key),
        ("text", item.family, item.text_key),
        ("url", "", item.url),
    )
    return [item_key(kind, scope, value) for kind, scope, value in found if value]


def _item(one: Observation) -> dict[str, Any]:
    item, identity = one.item, one.identity
    times = {"first_seen_at": item.seen_at, "last_seen_at": item.seen_at}
    return row_of(ItemRow, item, id=identity.item_id, revision=identity.revision, **times)


def _revision(one: Observation) -> dict[str, Any]:
    identity = one.identity
    return row_of(RevisionRow, one.item, item_id=identity.item_id, revision=identity.revision, reason=identity.reason)


def _match(item_id: str, revision: int, position: int, match: Match) -> dict[str, Any]:
    return row_of(MatchRow, match, item_id=item_id, revision=revision, position=position)


def _verdict(identity: Identity, verdict: Verdict, now: datetime) -> dict[str, Any]:
    what = {"reason": verdict.reason.value, "decided_at": now}
    return row_of(VerdictRow, verdict, item_id=identity.item_id, revision=identity.revision, **what)
