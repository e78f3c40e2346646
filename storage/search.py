"""The search over items: written beside everything else, a few items at a time, and asked by the console and the API.

What changes an item only notes that it is to be read (`search_waits`), so that no alert waits for the search. How texts
become words is said in `searchtext`; docs/decisions/0041 has the reasons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import Connection, Delete, Select, TextClause, bindparam, select, text
from sqlalchemy.sql.selectable import TextualSelect

from storage.database import Database, StorePart
from storage.locks import SEARCH_LOCK, lock
from storage.searchtext import MOST_READ, SearchTerm, as_fts5, as_tsquery, as_tsvector, terms_of, words_of
from storage.statements import listed, write
from storage.tables.base import table
from storage.tables.items import ItemRow, RevisionRow
from storage.tables.search import ItemWordsRow, SearchWaitRow
from storage.tables.types import Text, as_json

_READ_AT_A_TIME, _LETTERS_AT_A_TIME = 200, 200_000
"""Items, and characters of theirs, that are read for the search in one transaction; others wait for it some 10 ms.

Of few items at a time SQLite's index makes many small parts, which it then has to join.
"""

_LOOKED_AT = 500
_USUAL_WAIT = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HIGHEST = (1 << 63) - 1
_PLACES = 20
"""Bits of a number that tell the items of one millisecond apart."""


def wait(connection: Connection, item_ids: Collection[str], now: datetime) -> None:
    """Note that items are to be read for the search."""
    write(connection, SearchWaitRow, [{"item_id": item_id, "since": now} for item_id in sorted(item_ids)])


def index(connection: Connection, *, limit: int = _READ_AT_A_TIME) -> int:
    """Read at most `limit` items that wait for it; how many those were."""
    lock(connection, SEARCH_LOCK)
    ask = _questions(connection.dialect.name)
    waiting = connection.scalars(ask.waiting, {"limit": limit}).all()
    if not waiting:
        return 0
    found = connection.execute(ask.newest, {"ids": as_json(list(waiting))}).all()
    texts = [f"{row.title}\n{row.summary}\n{row.body}"[:MOST_READ] for row in found]
    so_far = accumulate(map(len, texts))
    rows = found[: max(1, sum(letters <= _LETTERS_AT_A_TIME for letters in so_far))]
    read = set(waiting).difference(row.id for row in found[len(rows) :])
    given = {"ids": as_json(sorted(read))}
    connection.execute(ask.taken, given)
    there = {row.item_id: row for row in connection.execute(ask.there, given)}
    wanted = {row.id: _number(row.id, row.first_seen_at) for row in rows if row.id not in there}
    numbers = _free(connection, wanted)
    sqlite = connection.dialect.name == "sqlite"
    written = []
    for row, of_item in zip(rows, texts, strict=False):
        words = words_of(of_item)
        number = there[row.id].number if row.id in there else numbers[row.id]
        written.append(
            {"number": number, "item_id": row.id, "words": " ".join(words) if sqlite else as_tsvector(words)}
        )
    if sqlite and there:
        connection.execute(_FORGET, [{"number": row.number, "words": row.words} for row in there.values()])
    if written:
        connection.execute(_WRITE_SQLITE if sqlite else _WRITE_POSTGRESQL, written)
    if sqlite and written:
        connection.execute(_LEARN, written)
    return len(read)


class _Questions(NamedTuple):
    """What is asked of items that wait, put together once: that takes longer than to run it."""

    waiting: Select[str]
    taken: Delete
    newest: Select[str, datetime, str, str, str]
    there: Select[str, int, str]


@cache
def _questions(dialect: str) -> _Questions:
    ids = select(listed("ids", dialect).c.value)
    # What somebody changes just now is read the next time, and whoever changes one of these meanwhile waits for us, and
    # puts it there again. In one order, so that nobody waits for one who waits for us.
    first = select(SearchWaitRow.item_id).order_by(SearchWaitRow.item_id).limit(bindparam("limit"))
    newest = (
        select(ItemRow.id, ItemRow.first_seen_at, RevisionRow.title, RevisionRow.summary, RevisionRow.body)
        .join_from(table(ItemRow), table(RevisionRow), RevisionRow.item_id == ItemRow.id)
        .where(RevisionRow.revision == ItemRow.revision, ItemRow.id.in_(ids))
    )
    there = select(ItemWordsRow.item_id, ItemWordsRow.number, ItemWordsRow.words)
    return _Questions(
        waiting=first.with_for_update(skip_locked=True),
        taken=table(SearchWaitRow).delete().where(SearchWaitRow.item_id.in_(ids)),
        newest=newest,
        there=there.where(ItemWordsRow.item_id.in_(ids)),
    )


_MATCHED = "coalesce(item_words.item_id, '') IN (SELECT matches.item_id FROM matches WHERE matches.rule = :rule)"
"""Looked up for each item that holds the words, in a list made once: the words lead, and no other index."""

_FORGET = text("INSERT INTO item_search (item_search, rowid, words) VALUES ('delete', :number, :words)")
_LEARN = text("INSERT INTO item_search (rowid, words) VALUES (:number, :words)")
_WRITE = (
    "INSERT INTO item_words (number, item_id, words) VALUES (:number, :item_id, {words}) "
    "ON CONFLICT (item_id) DO UPDATE SET words = excluded.words"
)
_WRITE_SQLITE = text(_WRITE.format(words=":words"))
_WRITE_POSTGRESQL = text(_WRITE.format(words="CAST(:words AS tsvector)"))


def _number(item_id: str, seen_at: datetime) -> int:
    """A number by the time an item was found, and by its id where several were found at once."""
    digest = hashlib.blake2b(item_id.encode(), digest_size=4).digest()
    return (number_at(seen_at)) | (int.from_bytes(digest, "big") >> (32 - _PLACES))


def number_at(moment: datetime) -> int:
    """The lowest number of an item that was found then."""
    return min(max(0, (moment - _EPOCH) // timedelta(milliseconds=1)) << _PLACES, _HIGHEST)


def _free(connection: Connection, wanted: dict[str, int]) -> dict[str, int]:
    """The numbers that items get: those wanted or, where another item has it, the next free ones."""
    if not wanted:
        return {}
    asked = select(ItemWordsRow.number).where(ItemWordsRow.number.in_(bindparam("numbers", expanding=True)))
    taken = set(connection.scalars(asked, {"numbers": list(wanted.values())}))
    given: dict[str, int] = {}
    for item_id, number in wanted.items():
        free = number
        # Of the numbers that are wanted it was asked, at once; of others where one is needed.
        while free in taken or (free != number and connection.scalar(asked, {"numbers": [free]})):
            free += 1
        taken.add(free)
        given[item_id] = free
    return given


def missing(connection: Connection, after: str, now: datetime, *, limit: int = _LOOKED_AT) -> tuple[str | None, int]:
    """Look at the next items behind an id, and note those that the search does not know.

    The last id that was looked at, None at the end, and how many were noted.
    Most are found by an upgrade, or in a copy of an older database.
    """
    known = select(ItemWordsRow.number).where(ItemWordsRow.item_id == ItemRow.id).exists()
    looked = select(ItemRow.id, known.label("known")).where(ItemRow.id > after).order_by(ItemRow.id).limit(limit)
    rows = connection.execute(looked).all()
    unknown = [row.id for row in rows if not row.known]
    wait(connection, unknown, now)
    return (rows[-1].id if len(rows) == limit else None), len(unknown)


def holding(dialect: str, words: str) -> TextualSelect | None:
    """A question for the ids of the items that hold what is looked for; None when that is no word at all."""
    terms = terms_of(words)
    return _question(dialect, terms).columns(ItemWordsRow.item_id) if terms else None


def found(
    connection: Connection,
    words: str,
    *,
    feed: str = "",
    rule: str = "",
    since: int | None = None,
    below: int | None = None,
    limit: int,
) -> list[str]:
    """The ids of at most `limit` items that hold what is looked for, newest first.

    Those of a feed and a rule alone, unless these are empty, and those numbered from `since` on and below `below`.
    """
    terms, dialect = terms_of(words), connection.dialect.name
    if not terms:
        return []
    named = {"feed": feed or None, "rule": rule or None, "since": since, "below": below}
    given = {name: value for name, value in named.items() if value is not None}
    return list(connection.scalars(_question(dialect, terms, *given, most=True), given | {"most": limit}))


def _question(dialect: str, terms: tuple[SearchTerm, ...], *more: str, most: bool = False) -> TextClause:
    """In SQLite the index gives the newest first and is read only as far as somebody asks."""
    sqlite = dialect == "sqlite"
    number = "item_search.rowid" if sqlite else "item_words.number"
    question = (
        "SELECT item_words.item_id FROM "  # noqa: S608 - all that is put together stands here
        + ("item_search JOIN item_words ON item_words.number = item_search.rowid " if sqlite else "item_words ")
        + ("JOIN items ON items.id = item_words.item_id AND items.feed_id = :feed " if "feed" in more else "")
        + ("WHERE item_search MATCH :terms " if sqlite else "WHERE item_words.words @@ CAST(:terms AS tsquery) ")
        + (f"AND {number} >= :since " if "since" in more else "")
        + (f"AND {number} < :below " if "below" in more else "")
        + (f"AND {_MATCHED} " if "rule" in more else "")
        + (f"ORDER BY {number} DESC LIMIT :most" if most else "")
    )
    made = text(question).bindparams(terms=as_fts5(terms) if sqlite else as_tsquery(terms))
    return made.bindparams(*(bindparam(name, type_=Text) for name in ("feed", "rule") if name in more))


def number_of(connection: Connection, item_id: str, seen_at: datetime) -> int:
    """The number of an item that a list went up to."""
    number = connection.scalar(select(ItemWordsRow.number).where(ItemWordsRow.item_id == item_id))
    return number_at(seen_at) if number is None else number


def waits_since(connection: Connection) -> datetime | None:
    """Since when the item waits that waits longest to be read for the search; None when none does."""
    first = select(SearchWaitRow.since).order_by(SearchWaitRow.since).limit(1)
    found: datetime | None = connection.scalar(first)
    return found


class SearchPart(StorePart):
    """The search, kept up to date: the shape of `monitor.app.searching.SearchStore`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._looked_at: str | None = ""
        self._catching_up = False

    async def search_is_behind(self, now: datetime) -> bool:
        """Whether older items are still to be read for the search, or one has waited for longer than usual."""
        if self._catching_up:
            return True
        since = await self._database.read(waits_since)
        return since is not None and now - since > _USUAL_WAIT

    async def read_for_search(self, now: datetime) -> int:
        """Read some items for the search; how many, 0 when it is up to date. One short transaction or two.

        After each start all items are looked at once, some hundred at a time, for those that it does not know.
        """
        if await self._database.read(waits_since) is not None:
            return await self._database.write(index)
        if self._looked_at is None:
            return 0
        after = self._looked_at
        self._looked_at, found = await self._database.write(lambda c: missing(c, after, now))
        self._catching_up = self._looked_at is not None and (self._catching_up or found > 0)
        return 1
