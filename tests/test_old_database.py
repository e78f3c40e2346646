"""A database of 28 November 2026, from before the code was laid out anew, opens and goes on: `storage/database-…sql`.

It was written by the code of that day (schema 0008): the feeds of the demo, polled once, five messages sent, a rating.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Table, create_engine, select

from monitor import settings
from monitor.app.app import App, open_app
from monitor.config.configuration import Configuration
from monitor.demo.server import DemoFeeds
from monitor.errors import StoreError
from monitor.model import Action, Rating, Route, Routes
from monitor.pipeline.poll import poll_all
from monitor.pipeline.report import PollReport
from storage.store import Store
from storage.tables.base import Base
from tests.support.rules import shipped_rules

DUMP = Path(__file__).parent / "storage" / "database-of-2026-11-28.sql"
THEN = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
STORY = "s475f36f9ebc3"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
    database.close()
    store = Store.open(f"sqlite:///{tmp_path / 'old.db'}")
    await store.upgrade()
    yield store
    await store.close()


async def test_what_was_seen_told_and_said_is_there(store: Store) -> None:
    (story,) = await store.stories(THEN - timedelta(days=1))
    assert (story.story_id, story.items) == (STORY, 6)
    details = await store.story(STORY)
    assert details is not None
    assert [card.route for card in details.cards] == ["desk"]
    histories = [await store.history(report.item_id) for report in details.reports]
    verdicts = [history.revisions[0].verdict for history in histories if history is not None]
    told = sorted((str(verdict.action), str(verdict.reason)) for verdict in verdicts if verdict is not None)
    assert told[0] == ("alert", "new_story"), "the first report began the card"
    assert {action for action, _ in told[1:]} == {"update", "duplicate"}
    assert [rating.by for history in histories if history is not None for rating in history.ratings] == ["Ann"]


async def test_nothing_is_told_twice_and_what_comes_next_goes_to_the_card_of_then(store: Store) -> None:
    async with DemoFeeds(clock=lambda: THEN) as feeds, _app(store, feeds) as app:
        again = await _polled(app, feeds)
        assert sum(report.new for report in again) == 0
        assert await app.outbox.drain() == 0
        assert feeds.advance()
        later = await _polled(app, feeds)
        told = [one.verdict for report in later for one in report.observations if one.verdict is not None]
        of_the_story = [verdict for verdict in told if verdict.story_id == STORY]
        assert {verdict.action for verdict in of_the_story} <= {Action.UPDATE, Action.FOLLOW_UP, Action.DUPLICATE}
        assert any(verdict.action is Action.UPDATE for verdict in of_the_story)
        assert await app.outbox.drain() > 0
    details = await store.story(STORY)
    assert details is not None
    assert details.summary.items > 6
    assert len(details.cards) == 1


async def test_all_of_it_goes_into_an_empty_postgresql(store: Store, tmp_path: Path, postgresql_url: str) -> None:
    copy = tmp_path / "copy.db"
    await store.backup(copy)
    moved = Store.open(postgresql_url)
    await moved.restore(copy, THEN)
    tables = [one for one in Base.metadata.sorted_tables if one.name != "item_words"]
    there, here = (_rows(url, tables) for url in (f"sqlite:///{copy}", postgresql_url))
    assert here == there
    filled = {name for name, rows in here.items() if rows}
    assert {"deliveries", "stories", "cards", "claims", "ratings", "attempts"} <= filled
    rating = Rating(item_id=there["items"][0].id, revision=1, rule=None, relevant=False, by="Ben", at=THEN)
    await moved.rate(rating)
    assert len(_rows(postgresql_url, tables)["ratings"]) == len(there["ratings"]) + 1, "numbers go on behind the last"
    with pytest.raises(StoreError, match="is not empty"):
        await moved.restore(copy, THEN)
    await moved.close()


def _rows(url: str, tables: list[Table]) -> dict[str, list[Any]]:
    """All rows of each table, as values of our own types."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {one.name: sorted(connection.execute(select(one)).all(), key=repr) for one in tables}
    engine.dispose()
    return found


async def _polled(app: App, feeds: DemoFeeds) -> list[PollReport]:
    return await poll_all(app.poller, feeds.feeds, concurrency=1)


def _app(store: Store, feeds: DemoFeeds) -> AbstractAsyncContextManager[App]:
    options = settings.load(
        {"slack_bot_token": None, "wirewatch_allow_private_addresses": True, "wirewatch_catch_up": "all"}
    )
    routes = Routes((Route(name="desk", channel="terminal"),))
    config = Configuration(feeds.feeds, routes, shipped_rules(frozenset()), ())
    return open_app(options, config, store, clock=lambda: THEN, cards=Console(file=io.StringIO()))
