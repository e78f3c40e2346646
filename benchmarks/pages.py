"""The console's pages over 100,000 items and 10,000 stories, asked for one after another over loopback."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url
from wordfreq import top_n_list

from benchmarks.rows import Row
from storage.store import Store
from tests.console.conftest import API_TOKEN, Desk, opened
from tests.support.postgresql import new_databases

ITEMS, STORIES, REPORTS = 100_000, 10_000, 3
APART = timedelta(seconds=25)
ASKED = 15
MOST = 0.1
_LANGUAGES = ("en", "fr", "es", "ar", "ru", "uk")
_RULES = ("cluster-munitions", "strikes", "reactions")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
_OF_ITEM = ("items", "item_keys", "revisions", "verdicts")
_OF_MATCH = (*_OF_ITEM, "matches", "story_items", "claims")
_OF_STORY = ("stories", "story_keys", "cards", "deliveries", "attempts")
_ALL = (
    "items", "item_keys", "revisions", "verdicts", "matches", "stories", "story_keys", "story_items", "claims",
    "deliveries", "delivery_items", "cards", "attempts",
)  # fmt: skip
Row_ = dict[str, Any]


def run() -> list[Row]:
    """The figures, as rows of a page, how long it took at the median, and where that is more than it may."""
    return [row for kind in ("SQLite", "PostgreSQL") for row in asyncio.run(_run(kind))]


async def _run(kind: str) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder, _database(kind) as given:
        async with opened(Path(folder), WIREWATCH_API_TOKENS=f"bench:read:{API_TOKEN}", **given) as desk:
            url = given.get("DATABASE_URL", "")
            filled = await asyncio.to_thread(lambda: _fill(_Postgresql(url) if url else _Sqlite(desk.world.database)))
            # Another one than the console's looks at all items, as after a start.
            reader = Store.open(desk.world.settings().database_url)
            while await reader.read_for_search(datetime.now(UTC)):
                pass
            await reader.close()
            rows = []
            for name, path in _pages(filled).items():
                seconds = await _median(desk, path)
                above = "" if seconds < MOST else "above 100 ms"
                rows.append(Row(f"{name} ({kind})", f"{seconds * 1000:,.0f} ms", above))
            return rows


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    """What the environment says of a database of this kind; SQLite is what a world has anyway."""
    if kind == "SQLite":
        yield {}
        return
    with new_databases() as new:
        yield {"DATABASE_URL": new()}


def _pages(story_and_item: tuple[str, str]) -> dict[str, str]:
    story, item = story_and_item
    return {
        "now": "",
        "stories": "stories",
        "stories by rule, severity and language": "stories?rule=cluster-munitions&severity=high&language=en",
        "stories by a frequent word": "stories?words=report",
        "stories by a word that is in none": "stories?words=zzzzz",
        "open stories of a feed": "stories?feed=wire&open=1",
        "a story": f"stories/{story}",
        "stories by a beginning and two words side by side": "stories?words=rep*+%22the+of%22",
        "items by a frequent word": "items?words=report",
        "items by the beginning of a word": "items?words=con*",
        "items by a word that is in none": "items?words=zzzzz",
        "the newest items": "items",
        "items of a rule and some days": "items?rule=strikes&from=2026-01-01&to=2030-01-01",
        "items of a rule by a frequent word": "items?rule=strikes&words=report",
        "stories of a country": "stories?place=Syria",
        "stories of a place that none is of": "stories?place=Reykjavik",
        "why an article that no feed showed": "why?about=https://wire.example/none",
        "why a headline that no feed showed": "why?about=zzzzz+report+yyyyy+xxxxx",
        "an item": f"items/{item}",
        "feeds": "feeds",
        "a feed": "feeds/wire",
        "stories as JSON": "api/v1/stories",
        "an item as JSON": f"api/v1/items/{item}",
        "rules": "rules",
        "a rule's matches": "rules/cluster-munitions",
        "workbench": "workbench",
        "a rule's draft": "workbench/cluster-munitions.yaml",
        "judgements": "judgements",
    }


async def _median(desk: Desk, path: str) -> float:
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    await desk.get(path, headers=headers)
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        await desk.get(path, headers=headers)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


class _Rows(Protocol):
    """A database as it is filled."""

    def first(self, question: str, *given: str) -> Sequence[object]:
        """The first row of what a question gives; `%s` stands for what is given."""

    def rows(self, table: str) -> list[Row_]:
        """All rows of a table, as values by their names."""

    def write(self, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Keep what was added."""


class _Sqlite:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.row_factory = sqlite3.Row

    def first(self, question: str, *given: str) -> Sequence[object]:
        return tuple(self._connection.execute(question.replace("%s", "?"), given).fetchone())

    def rows(self, table: str) -> list[Row_]:
        return [dict(row) for row in self._connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - a name from above

    def write(self, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        marks = ", ".join("?" * len(names))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608

    def close(self) -> None:
        self._connection.commit()
        self._connection.close()


class _Postgresql:
    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(address, row_factory=dict_row)

    def first(self, question: str, *given: str) -> Sequence[object]:
        row = self._connection.execute(question.encode(), given).fetchone()
        assert row is not None
        return tuple(row.values())

    def rows(self, table: str) -> list[Row_]:
        return self._connection.execute(f"SELECT * FROM {table}".encode()).fetchall()  # noqa: S608 - a name from above

    def write(self, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("ANALYZE")
        self._connection.close()


def _fill(database: _Rows) -> tuple[str, str]:
    """Copy what the few items there made until there are enough; the ids of a story and an item in the middle."""
    random = Random(1)
    words = {language: top_n_list(language, 3_000, wordlist="small") for language in _LANGUAGES}
    story, item = map(str, database.first("SELECT story_id, item_id FROM claims"))
    [delivery] = map(str, database.first("SELECT delivery_id FROM cards WHERE story_id = %s", story))
    [other] = map(str, database.first("SELECT item_id FROM verdicts WHERE action = 'none'"))
    copier = _Copier(database)
    for number in range(ITEMS):
        language = _LANGUAGES[number % len(_LANGUAGES)]
        title = " ".join(random.choices(words[language], k=9)) + (" report" if number % 20 == 0 else "")
        told = {"title": title.capitalize(), "title_key": title, "language": language}
        of_story = number < STORIES * REPORTS
        told["rule"] = _RULES[number % len(_RULES)]
        ids = {item if of_story else other: f"i{number:016x}"}
        if of_story:
            ids |= {story: f"s{number // REPORTS:012x}", delivery: f"d{number // REPORTS:016x}"}
        copier.copy(_OF_MATCH if of_story else _OF_ITEM, ids, told, APART * number)
        if of_story and number % REPORTS == 0:
            copier.copy((*_OF_STORY, "delivery_items"), ids, told, APART * number)
    copier.write()
    database.close()
    middle = STORIES // 2
    return f"s{middle:012x}", f"i{middle * REPORTS:016x}"


class _Copier:
    """Rows like those that are there, with other ids, headlines and times."""

    def __init__(self, database: _Rows) -> None:
        self._database = database
        self._rows = {table: database.rows(table) for table in _ALL}
        self._made: dict[str, list[list[object]]] = {table: [] for table in self._rows}

    def copy(self, tables: tuple[str, ...], ids: Mapping[str, str], told: Mapping[str, str], ago: timedelta) -> None:
        """The rows of these tables that are about the first of `ids`, with the others in their place."""
        for table in tables:
            for row in self._rows[table]:
                about = [value for value in row.values() if isinstance(value, str) and value in ids]
                if about:
                    self._made[table].append(list(self._values(table, row, ids, told, ago)))

    def _values(
        self, table: str, row: Row_, ids: Mapping[str, str], told: Mapping[str, str], ago: timedelta
    ) -> Iterator[object]:
        for name, value in row.items():
            if name == "id" and table == "attempts":
                continue
            if name in told and table in ("items", "revisions", "story_items", "matches"):
                yield told[name]
            elif isinstance(value, datetime):
                yield value - ago
            elif isinstance(value, str) and _TIME.fullmatch(value):
                moment = datetime.strptime(value, _TIME_FORMAT).replace(tzinfo=UTC) - ago
                yield moment.strftime(_TIME_FORMAT)
            elif isinstance(value, str):
                text = value
                for old, new in ids.items():
                    text = text.replace(old, new)
                key = name in ("key", "url") and table in ("items", "item_keys")
                yield f"{text}{next(iter(ids.values()))}" if key else text
            else:
                yield value

    def write(self) -> None:
        """Write what was copied."""
        for table in _ALL:  # those that others lead to come first
            if self._made[table]:
                names = [name for name in self._rows[table][0] if (table, name) != ("attempts", "id")]
                self._database.write(table, names, self._made[table])
