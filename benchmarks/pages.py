"""The console's pages over 100,000 items and 10,000 stories, asked for one after another over loopback."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from wordfreq import top_n_list

from benchmarks.rows import Row
from tests.console.conftest import Desk, opened

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


def run() -> list[Row]:
    """The figures, as rows of a page and how long it took at the median."""
    return asyncio.run(_run())


async def _run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        async with opened(Path(folder)) as desk:
            filled = await asyncio.to_thread(_fill, desk.world.database)
            rows = []
            for name, path in _pages(filled).items():
                seconds = await _median(desk, path)
                rows.append(Row(name, f"{seconds * 1000:,.0f} ms", "" if seconds < MOST else "above 100 ms"))
            return rows


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
        "items by a frequent word": "items?words=report",
        "items by a word that is in none": "items?words=zzzzz",
        "an item": f"items/{item}",
        "feeds": "feeds",
        "a feed": "feeds/wire",
        "rules": "rules",
        "a rule's matches": "rules/cluster-munitions",
        "workbench": "workbench",
        "a rule's draft": "workbench/cluster-munitions.yaml",
        "judgements": "judgements",
    }


async def _median(desk: Desk, path: str) -> float:
    await desk.get(path)
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        await desk.get(path)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _fill(database: Path) -> tuple[str, str]:
    """Copy what the few items there made until there are enough; the ids of a story and an item in the middle."""
    random = Random(1)
    words = {language: top_n_list(language, 3_000, wordlist="small") for language in _LANGUAGES}
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        story, item = connection.execute("SELECT story_id, item_id FROM claims").fetchone()
        [delivery] = connection.execute("SELECT delivery_id FROM cards WHERE story_id = ?", (story,)).fetchone()
        [other] = connection.execute("SELECT item_id FROM verdicts WHERE action = 'none'").fetchone()
        copier = _Copier(connection)
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
    middle = STORIES // 2
    return f"s{middle:012x}", f"i{middle * REPORTS:016x}"


class _Copier:
    """Rows like those that are there, with other ids, headlines and times."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name from above
            for table in {*_OF_MATCH, *_OF_STORY, "delivery_items"}
        }
        self._made: dict[str, list[tuple[object, ...]]] = {table: [] for table in self._rows}

    def copy(self, tables: tuple[str, ...], ids: Mapping[str, str], told: Mapping[str, str], ago: timedelta) -> None:
        """The rows of these tables that are about the first of `ids`, with the others in their place."""
        for table in tables:
            for row in self._rows[table]:
                about = [value for value in row if isinstance(value, str) and value in ids]
                if about:
                    self._made[table].append(tuple(self._values(table, row, ids, told, ago)))

    def _values(
        self, table: str, row: sqlite3.Row, ids: Mapping[str, str], told: Mapping[str, str], ago: timedelta
    ) -> Iterator[object]:
        for name in row.keys():  # noqa: SIM118 - a Row is iterated by its values
            value = row[name]
            if name == "id" and table == "attempts":
                yield None
            elif name in told and table in ("items", "revisions", "story_items", "matches"):
                yield told[name]
            elif isinstance(value, str) and _TIME.fullmatch(value):
                moment = datetime.strptime(value, _TIME_FORMAT).replace(tzinfo=UTC) - ago
                yield moment.strftime(_TIME_FORMAT)
            elif isinstance(value, str):
                for old, new in ids.items():
                    value = value.replace(old, new)
                key = name in ("key", "url") and table in ("items", "item_keys")
                yield f"{value}{next(iter(ids.values()))}" if key else value
            else:
                yield value

    def write(self) -> None:
        """Write what was copied."""
        for table, rows in self._made.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - as above
