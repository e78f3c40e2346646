"""The commands `rules …` as people run them, and the week that ops hears of."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from ruamel.yaml import YAML
from typer.testing import CliRunner

import service
from monitor import settings
from monitor.app.app import open_app
from monitor.app.jobs import WeeklyPrecision
from monitor.config.configuration import Configuration
from monitor.match.engine import compile_rules
from monitor.model import Cause, NoticeMessage, Rating, Route, Routes
from storage.store import Store
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.rules import FLOODS_RULE
from tests.support.world import World

FALSE = FeedEntry("A flood of refunds hits the airline", "https://wire.example/1", "1")
TRUE = FeedEntry("A flood of mud kills six in Peru", "https://wire.example/2", "2")


@pytest.fixture
async def environment(world: World, tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    """A database in which somebody found one alert right and another wrong."""
    world.write("rules/floods.yaml", FLOODS_RULE)
    world.environment |= {"WIREWATCH_RULES": str(tmp_path / "rules"), "DATABASE_URL": sqlite_url}
    world.poll_feeds("wire")
    world.feeds.serve("/wire.xml", rss(FALSE, TRUE))
    await world.poll()
    store = Store.open(sqlite_url)
    for entry, relevant in ((FALSE, False), (TRUE, True)):
        item_id = await store.item_id_of(entry.link)
        assert item_id is not None
        said = Rating(
            item_id=item_id,
            revision=1,
            rule=None,
            relevant=relevant,
            by="Ann",
            at=datetime.now(UTC),
            cause=None if relevant else Cause.FIGURATIVE,
            word="" if relevant else "flood",
        )
        await store.rate(said)
    await store.close()
    return world.environment


def run(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(service.app, ["rules", *arguments], env=environment)
    return result.exit_code, result.stdout


async def test_suggest_prints_yaml_to_paste_that_loses_nothing_relevant(environment: dict[str, str]) -> None:
    status, out = await in_thread(environment, "suggest")
    assert status == 0
    assert f'{FALSE.title}\n# not relevant (figurative), misled by "flood", says Ann' in out
    assert "# the phrase would lose no item that people found relevant (of 1)\n" in out
    added = YAML(typ="safe", pure=True).load(out)
    assert added == {
        # "flood of" is shorter, but would have lost the other one.
        "ignore": {"en": ["flood of refunds"]},
        "examples": {"no_match": [{"text": FALSE.title, "why": "figurative"}]},
    }
    status, out = await in_thread(environment, "suggest", "--format", "json")
    (one,) = json.loads(out)
    assert (one["rule"], one["killed"], one["looked_at"]) == ("floods", [], 1)


async def test_ops_hears_of_a_week_once_whatever_restarts(environment: dict[str, str]) -> None:
    """The ratings are of this week, so they are last week's a week from now."""
    options = settings.load({name.lower(): value for name, value in environment.items()})
    routes = Routes((Route(name="desk", channel="C0DESK"),), Route(name="ops", channel="C0OPS"))
    config = Configuration((), routes, compile_rules([]), ())
    store = Store.open(environment["DATABASE_URL"])
    now = datetime.now(UTC) + timedelta(days=7)
    told = []
    for _ in range(2):
        async with open_app(options, config, store, clock=lambda: now, cards=Console(file=io.StringIO())) as app:
            precision, ops = WeeklyPrecision(), app.configuration.routes.ops
            told += [await precision.tell(store, ops, now), await precision.tell(store, ops, now)]
    assert told == [1, 0, 0, 0]
    attempt = await store.take_delivery("C0OPS", owner="o", now=now, lease=timedelta(minutes=1))
    assert attempt is not None
    assert isinstance(attempt.delivery.message, NoticeMessage)
    assert "50% right: 1 of 2" in attempt.delivery.message.text
    await store.close()


async def test_precision_counts_what_was_found_relevant_and_not(environment: dict[str, str]) -> None:
    status, out = await in_thread(environment, "precision")
    assert (status, "50% right: 1 of 2 (1 found relevant, 1 not relevant)" in out) == (0, True)
    _, out = await in_thread(environment, "precision", "--since", "7d", "--format", "json")
    assert json.loads(out)[0]["not_relevant"] == 1
    status, _ = await in_thread(environment, "precision", "--since", "soon")
    assert status == 2


async def in_thread(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Commands have an event loop of their own."""
    return await asyncio.to_thread(run, environment, *arguments)
