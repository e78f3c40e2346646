"""How SQLite finds rows where a table holds years: by what names the few that are meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from monitor.app.upkeep import Upkeep
from monitor.model import CardMessage, Delivery, Folded
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    MINUTE,
    alert,
    batch,
    card,
    context_of,
    delivery,
    digest,
    lookup,
    matched,
    refresh_cards,
    tried,
)

NAMES = [f"x{number}" for number in range(12)]


@pytest.fixture
async def stocked(sqlite_url: str) -> AsyncIterator[Store]:
    """A store with cards that were posted and cards that were not, after its upkeep."""
    store = Store.open(sqlite_url)
    for name in NAMES:
        made = delivery(name, CardMessage(alert=alert(f"i-{name}", f"s-{name}")))
        await store.judge(lookup(), batch(matched(name, name), deliveries=[made], cards=[card(name, name)]))
    await tried(store)
    await Upkeep(store, retention=timedelta(days=90), backups=None).run(None, NOW + MINUTE)
    yield store
    await store.close()


@contextmanager
def plans(store: Store) -> Iterator[Callable[[str], list[str]]]:
    """Gives the steps of the statements run meanwhile that are about a table."""
    engines = {store._database._write_engine, store._database._read_engine} - {None}
    ran: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            ran.append((statement, parameters))

    def steps(of: str) -> list[str]:
        with store._database._write_engine.connect() as connection:
            asked = list(ran)
            rows = [row for one in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one[0]}", one[1])]
        return [row[-1] for row in rows if row[-1].split()[1] == of]

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield steps
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_what_is_asked_for_by_name_is_found_by_index_however_few_rows_there_are(stocked: Store) -> None:
    with plans(stocked) as steps:
        asked = lookup(guids=frozenset({"g"}), links=frozenset({"l"}), story_keys=(frozenset({"homs", "200"}),))
        assert len((await context_of(stocked, asked)).stories) == len(NAMES)
        await stocked.rhythms(["bbc"])
        await stocked.vital_signs(NOW, ["bbc"])
        tables = "feeds", "items", "item_keys", "stories", "story_items", "story_keys", "cards"
        read = {name: steps(name) for name in tables}
    assert {name: steps for name, steps in read.items() if any(step.startswith("SCAN") for step in steps)} == {}
    assert [name for name, steps in read.items() if not steps] == []


async def test_a_change_of_a_card_and_the_wait_for_edits_read_no_other_cards(stocked: Store) -> None:
    with plans(stocked) as steps:
        assert await refresh_cards(stocked, "s-x0", lambda _, shown: replace(shown, updates=1), NOW) == 1
        assert await stocked.next_edit_at() is not None
        assert {step.partition(" (")[2] for step in steps("deliveries")} == {"id=?)"}


async def test_a_backlog_reads_what_routes_were_told_once_however_many_cards_it_folds(stocked: Store) -> None:
    def build(waiting: Sequence[Delivery], _: Sequence[Delivery], __: Mapping[str, int]) -> Folded:
        alerts = [alert(f"i-{name}", f"s-{name}") for name in NAMES]
        return Folded((digest("all", *alerts),), {one.delivery_id: "d-all" for one in waiting})

    with plans(stocked) as steps:
        assert await stocked.fold_backlog("C1", build, most=1, now=NOW + MINUTE) == len(NAMES) - 1
        assert [step for step in steps("cards") if step.startswith("SCAN")] == ["SCAN cards"]


async def test_the_weeks_of_rules_go_from_what_was_decided_then_to_its_matches(stocked: Store) -> None:
    with plans(stocked) as steps:
        assert await stocked.rule_weeks(NOW + MINUTE, NOW + 2 * MINUTE) == []
        assert [step for step in steps("matches") if step.startswith("SCAN") and "ix_matches_rule" in step] == []
        assert [step for step in steps("verdicts") if step.startswith("SCAN")], "a week begins with its verdicts"
