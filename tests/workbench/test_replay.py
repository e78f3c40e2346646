"""Replaying: judged in one transaction, items come out as they do one by one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.match.engine import Engine, compile_rules
from monitor.match.rule import Rule
from monitor.match.rulefile import read_rules
from monitor.model import Batch, Context, Lookup
from monitor.workbench.inputs import InputItem, read_item
from monitor.workbench.replay import Replay, prepare_timed
from storage.store import Store
from tests.support.newsroom import EVERYTHING
from tests.support.rules import rule
from tests.support.stored import outbox_counts

_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_STRIKES = rule({"act": ["strike", "shelling", "raid"]})
_TOWNS = ("Homs", "Idlib", "Kharkiv", "Kherson")
_TOLD = (
    "{act} on {hit} in {town} kills {killed}",
    "{killed} killed as {act} hits {hit} in {town}",
    "{town}: {killed} dead after {act} on {hit}, officials say",
    "Ministry denies {act} on {hit} in {town}",
    "Cup final in {town} moved to Sunday",
)


_STRIKES_FILE = """
format: 1
id: strikes
title: Strikes
status: test
words: {act: {en: [strike, shelling, raid]}}
find: [{name: act, all: [act]}]
"""


class _OneByOne:
    """A store that is asked for one item at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def judge_in_turn(self, asked: Sequence[tuple[Lookup, Callable[[Context], Batch]]]) -> Sequence[Batch]:
        return [await self._store.judge(lookup, build) for lookup, build in asked]


def _records(count: int, seed: int) -> list[InputItem]:
    """Reports of a few events: copies, edits under one link, changed guids, lines that come twice, ordinary news."""
    rng = random.Random(seed)
    made: list[dict[str, Any]] = []
    for number in range(count):
        if made and rng.random() < 0.2:
            again = dict(rng.choice(made))
            changed = rng.choice(("nothing", "title", "guid", "feed"))
            if changed == "title":
                again["title"] += " - updated"
            elif changed != "nothing":
                again[changed] = f"{again[changed]}-other"
        else:
            act, hit = rng.choice(("strike", "shelling", "raid")), rng.choice(("market", "school", "bridge"))
            title = rng.choice(_TOLD).format(act=act, hit=hit, town=rng.choice(_TOWNS), killed=rng.randint(2, 9))
            again = {
                "title": title.capitalize(),
                "summary": f"Report {rng.randint(0, 40)} of the council of {rng.choice(_TOWNS)}, in its own words.",
                "feed": f"https://{rng.choice(('one', 'two', 'three'))}.example/rss",
                "guid": f"g{number}",
                "link": f"https://one.example/{number % 90}",
            }
        made.append(again)
        again = again | {"id": str(number), "seen_at": f"2026-03-{1 + number // 20:02}T{number % 20:02}:00:00Z"}
        made[-1] = again
    return [read_item(number, json.dumps(one).encode()) for number, one in enumerate(made, 1)]


async def _taken(chain: Replay, records: Sequence[InputItem], engine: Engine) -> list[dict[str, Any]]:
    timed = chain.timed(records)
    return await chain.take(timed, prepare_timed(timed, engine))


@asynccontextmanager
async def _scratch(folder: Path, name: str) -> AsyncIterator[Store]:
    store = Store.open(f"sqlite:///{folder / name}.db", throwaway=True)
    await store.upgrade()
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize("met", [EVERYTHING, _STRIKES], ids=["all of them match", "some of them match"])
async def test_in_one_transaction_items_are_judged_as_one_by_one(met: Rule, tmp_path: Path) -> None:
    records = _records(90, seed=5)
    async with _scratch(tmp_path, "together") as together, _scratch(tmp_path, "alone") as alone:
        blocks, single = Replay([met], together), Replay([met], _OneByOne(alone))
        engine = compile_rules([met])
        parts = records[:7], records[7:60], records[60:]
        result = [one for part in parts for one in await _taken(blocks, part, engine)]
        assert result == await _taken(single, records, engine)
        assert {one["action"] for one in result} >= {"alert", "follow-up", "duplicate"}
        stored = [[part async for part in store.revisions(*_EVER)] for store in (together, alone)]
        assert stored[0] == stored[1]
        assert await outbox_counts(together) == await outbox_counts(alone)
        told = [await store.stories(_EVER[0]) for store in (together, alone)]
        assert told[0] == told[1]
        details = [[await store.story(one.story_id) for one in told[0]] for store in (together, alone)]
        assert details[0] == details[1]


@pytest.mark.long
async def test_a_large_file_matched_in_processes_of_its_own_gives_the_same(tmp_path: Path) -> None:
    long = {"body": "The council met again and had nothing to add. " * 15}
    lines = [record.model_copy(update=long).model_dump_json(exclude={"labels"}) for record in _records(200, seed=7)]
    given = tmp_path / "items.jsonl"
    given.write_text("\n".join([*lines, "no JSON"]), encoding="utf-8")
    assert given.stat().st_size > 1 << 17
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "strikes.yaml").write_text(_STRIKES_FILE, encoding="utf-8")
    command = [sys.executable, "service.py", "replay", "--rules", str(rules)]
    with given.open("rb") as stdin:
        ended = subprocess.run(command, stdin=stdin, capture_output=True, timeout=120, check=False)  # noqa: ASYNC221
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (ended.returncode, len(found)) == (2, len(lines)), ended.stderr
    assert b"line 201" in ended.stderr
    files = read_rules(rules)
    records = [read_item(number, line.encode()) for number, line in enumerate(lines, 1)]
    async with _scratch(tmp_path, "here") as store:
        here = await _taken(Replay(files.rules, store), records, compile_rules(files.rules))
    assert found == here


async def test_records_that_name_no_time_come_before_those_that_do(tmp_path: Path) -> None:
    lines = [{"id": "a", "title": "Strike in Homs"}, {"id": "b", "title": "Raid in Idlib", "published": "2026-03-04"}]
    records = [read_item(number, json.dumps(line).encode()) for number, line in enumerate(lines, 1)]
    async with _scratch(tmp_path, "store") as store:
        found = await _taken(Replay([EVERYTHING], store), records, compile_rules([EVERYTHING]))
        assert [one["action"] for one in found] == ["alert", "alert"]
