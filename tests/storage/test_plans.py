"""How SQLite finds rows where a table holds years: by what names the few that are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from monitor.model import CardMessage, Delivery, Folded
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    MINUTE,
    alert,
    batch,
    card,
    delivery,
    digest,
    lookup,
    matched,
    refresh_cards,
    tried,
)

NAMES = [f"x{number}" for number in range(12)]


@pytest.fixture(params=[False, True], ids=["not measured", "measured"])
async def stocked(sqlite_url: str, request: pytest.FixtureRequest) -> Store:
    """A store with cards that were posted and cards that were not, before and after SQLite knows how many they are.

    The upkeep lets it find out; how much it then counts depends on its version, so that here all is counted.
    """
    store = Store.open(sqlite_url)
    for name in NAMES:
        made = delivery(name, CardMessage(alert=alert(f"i-{name}", f"s-{name}")))
        await store.judge(lookup(), batch(matched(name, name), deliveries=[made], cards=[card(name, name)]))
    await tried(store)
    if request.param:
        with store._database._write_engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    return store


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


async def test_a_change_of_a_card_and_the_wait_for_edits_read_no_other_cards(stocked: Store) -> None:
    with plans(stocked) as steps:
        assert await refresh_cards(stocked, "s-x0", lambda _, shown: replace(shown, updates=1), NOW) == 1
        assert await stocked.next_edit_at() is not None
        assert {step.partition(" (")[2] for step in steps("deliveries")} == {"id=?)"}
    await stocked.close()


async def test_a_backlog_reads_what_routes_were_told_once_however_many_cards_it_folds(stocked: Store) -> None:
    def build(waiting: Sequence[Delivery], _: Sequence[Delivery], __: Mapping[str, int]) -> Folded:
        alerts = [alert(f"i-{name}", f"s-{name}") for name in NAMES]
        return Folded((digest("all", *alerts),), {one.delivery_id: "d-all" for one in waiting})

    with plans(stocked) as steps:
        assert await stocked.fold_backlog("C1", build, most=1, now=NOW + MINUTE) == len(NAMES) - 1
        assert [step for step in steps("cards") if step.startswith("SCAN")] == ["SCAN cards"]
    await stocked.close()


async def test_the_weeks_of_rules_go_from_what_was_decided_then_to_its_matches(stocked: Store) -> None:
    with plans(stocked) as steps:
        assert await stocked.rule_weeks(NOW + MINUTE, NOW + 2 * MINUTE) == []
        assert [step for step in steps("matches") if step.startswith("SCAN") and "ix_matches_rule" in step] == []
        assert [step for step in steps("verdicts") if step.startswith("SCAN")], "a week begins with its verdicts"
