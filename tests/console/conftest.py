"""A console over a store with real items, as browsers reach it: over a socket."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from rich.console import Console

from monitor.app.app import App, open_app
from monitor.console.serve import console_of
from monitor.model import Beat
from monitor.pipeline.poll import poll_all
from storage.store import Store
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.world import World, read_configuration

RULE = """
format: 1
id: cluster-munitions
title: Cluster munitions
severity: high
words: {weapon: {en: [cluster bomb], ar: [قنابل عنقودية]}, harm: {en: [kill]}}
find: [{name: casualties, all: [weapon, harm]}, {name: any mention, all: [weapon]}]
examples: {match: [Cluster bombs hit Idlib], no_match: [Cluster headache]}
"""
HOSTILE = "Cluster bombs <script>alert(1)</script> <img src=x onerror=alert(2)> &amp; kill \u202eseven"
TOKEN = "a token of twenty-six characters"
API_TOKEN = "api-token-0123456789abcdef"


@dataclass
class Desk:
    """A console that runs, and what it shows."""

    url: str
    app: App
    store: Store
    world: World
    browser: aiohttp.ClientSession

    async def get(self, path: str, *, status: int = 200, **more: object) -> str:
        async with self.browser.get(self.url + path.lstrip("/"), **more) as answer:  # type: ignore[arg-type]
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def send(self, path: str, status: int = 200, /, **fields: str) -> str:
        """Send a form, as the page that was looked at before would."""
        async with self.browser.post(self.url + path.lstrip("/"), data=fields) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def story_id(self) -> str:
        return (await self.store.stories(datetime(2020, 1, 1, tzinfo=UTC)))[0].story_id


def hidden(page: str, name: str) -> str:
    """The value of a hidden field, the first of its name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


@asynccontextmanager
async def opened(folder: Path, **environment: str) -> AsyncIterator[Desk]:
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(folder, feeds, slack)
        world.environment |= {
            "WIREWATCH_CONSOLE": "127.0.0.1:0",
            "WIREWATCH_RULES": str(folder / "rules"),
            **environment,
        }
        world.write("rules/cluster-munitions.yaml", RULE)
        world.poll_feeds("wire", "broken")
        entries = [HOSTILE, "قنابل عنقودية على القرية", "Council debates parking"]
        feeds.serve(
            "/wire.xml",
            rss(*(FeedEntry(title, f"https://wire.example/{n}", f"g{n}") for n, title in enumerate(entries))),
        )
        feeds.serve("/broken.xml", Answer(status=500))
        options = world.settings()
        config = read_configuration(options)
        store = Store.open(options.database_url)
        await store.upgrade()
        stop = asyncio.Event()
        cards = Console(file=io.StringIO())
        try:
            async with open_app(options, config, store, clock=_now, cards=cards) as app:
                await poll_all(app.poller, config.feeds, concurrency=2)
                await app.outbox.drain()
                await store.heartbeat("service", Beat(at=_now()))
                while await store.read_for_search(_now()):
                    pass
                async with (
                    console_of(options, app, store, clock=_now, visitor="Vera", stop=stop) as url,
                    aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
                ):
                    yield Desk(url, app, store, world, browser)
        finally:
            await store.close()


def _now() -> datetime:
    return datetime.now(UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A console on loopback, where nobody has to log in, for all tests of a module that change nothing."""
    async with opened(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def own(tmp_path: Path) -> AsyncIterator[Desk]:
    """A console for one test, which may change what it shows."""
    async with opened(tmp_path) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A console that needs a token, with its browsers, for all tests of a module."""
    async with opened(tmp_path_factory.mktemp("guarded"), WIREWATCH_CONSOLE_TOKEN=TOKEN) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def guarded(lent: Desk) -> AsyncIterator[Desk]:
    """A console that needs a token, as a browser sees it that was never there."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield replace(lent, browser=browser)
