"""A whole Wirewatch in a folder of its own, with real feeds and a real Slack around it on loopback."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from monitor import settings
from monitor.app.app import App, open_app
from monitor.config import configuration
from monitor.config.configuration import Configuration
from monitor.health.signs import WorkSigns
from monitor.health.standing import Standing
from monitor.match.engine import compile_rules
from monitor.pipeline.poll import poll_all
from monitor.pipeline.report import PollReport
from monitor.settings import Settings
from storage.store import Store
from tests.support import commandline, leftover, migrated, nursery
from tests.support.fakes.feed_server import FeedServer
from tests.support.fakes.slack import FakeSlack
from tests.support.patience import PATIENCE
from tests.support.rules import shipped_rules
from tests.support.tree import ROOT

DESK = "C0DESK"


def read_configuration(options: Settings) -> Configuration:
    """The configuration that the files say, whatever mistakes are in them."""
    parts = configuration.read_parts(options)
    engine = compile_rules(parts.rules.rules, parts.rules.opinions)
    return configuration.put_together(parts, engine, ())


@dataclass
class World:
    """Files, feeds and Slack; `poll` is one pass as by `service.py poll`, `start` a service process."""

    folder: Path
    feeds: FeedServer
    slack: FakeSlack
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.write("routes.yaml", f"routes: [{{name: desk, channel: {DESK}}}]\n")
        shutil.copy(migrated.sqlite(), self.database)
        self.environment = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SLACK_BOT_TOKEN": self.slack.token,
            "SLACK_API_URL": self.slack.base_url,
            "WIREWATCH_FEEDS": str(self.folder / "feeds.yaml"),
            "WIREWATCH_RULES": str(ROOT / "rules"),
            "WIREWATCH_ROUTES": str(self.folder / "routes.yaml"),
            "WIREWATCH_CATCH_UP": "all",
            "WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
            "WIREWATCH_LOG": "json",
            "WIREWATCH_CONSOLE": "off",
            "WIREWATCH_CANARY": "off",
        }

    @property
    def database(self) -> Path:
        """The SQLite file; it has the newest schema from the start."""
        return self.folder / "wirewatch.db"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def use_rule(self, text: str) -> None:
        """Use one rule, about floods, instead of the shipped ones."""
        self.write("rules/floods.yaml", text)
        self.environment["WIREWATCH_RULES"] = str(self.folder / "rules")

    def poll_feeds(self, *names: str, interval: str = "1s", host: str = "") -> None:
        """Write a feeds.yaml of feeds that the feed server serves at /NAME.xml.

        With `host`, every other feed has a name of its own that ends so, instead of the server's address.
        """
        addresses = {name: self.feeds.url(f"/{name}.xml") for name in names}
        if host:
            addresses |= {name: f"http://{name}{host}:{self.feeds.port}/{name}.xml" for name in names[::2]}
        lines = [
            f"  - {{id: {name}, name: The {name.title()}, url: '{url}', interval: {interval}}}"
            for name, url in addresses.items()
        ]
        self.write("feeds.yaml", "feeds:\n" + "\n".join(lines) + "\n")

    def settings(self) -> Settings:
        return settings.load({name.lower(): value for name, value in self.environment.items()})

    @asynccontextmanager
    async def opened(self, *, signs: WorkSigns, clock: Callable[[], datetime]) -> AsyncIterator[tuple[App, Store]]:
        """Both ends of the chain with these signs and this clock, and their store."""
        options = self.settings()
        store = Store.open(options.database_url)
        try:
            cards = Console(file=io.StringIO())
            config = self._configuration(options)
            async with open_app(
                options, config, store, clock=clock, cards=cards, standing=Standing(signs, clock)
            ) as app:
                yield app, store
        finally:
            await store.close()

    async def poll(self) -> list[PollReport]:
        """Poll every feed once and deliver, in a fresh process as far as state goes."""
        options = self.settings()
        config = self._configuration(options)
        store = Store.open(options.database_url)
        try:
            await store.upgrade()
            cards = Console(file=io.StringIO())
            async with open_app(options, config, store, clock=lambda: datetime.now(UTC), cards=cards) as app:
                reports = await poll_all(app.poller, config.feeds, concurrency=5)
                await app.outbox.drain()
                return reports
        finally:
            await store.close()

    def _configuration(self, options: Settings) -> Configuration:
        if options.wirewatch_rules != ROOT / "rules":
            return read_configuration(options)
        nowhere = self.folder / "no-rules"
        nowhere.mkdir(exist_ok=True)
        config = read_configuration(options.model_copy(update={"wirewatch_rules": nowhere}))
        return replace(config, engine=shipped_rules(frozenset(route.name for route in config.routes.all())))

    async def start(self, *arguments: str) -> nursery.Service:
        """A service.py process of its own, which is killed with the test where that leaves it running."""
        process = await nursery.started(self.folder, {**_inherited(), **self.environment}, arguments)
        leftover.note(process)
        return process

    async def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """A command to its end, in this process: exit status, stdout, stderr."""
        command = functools.partial(
            commandline.run, *arguments, environment=self.environment, folder=self.folder, stdin=stdin
        )
        return await asyncio.to_thread(command)

    async def run_alone(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """As `run`, in a process of its own, for what only that shows."""
        process = await self.start(*arguments)
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), PATIENCE)
        return process.returncode or 0, out.decode(), err.decode()


def _inherited() -> dict[str, str]:
    ours: Sequence[str] = ("DATABASE_", "SLACK_", "WIREWATCH_")
    return {name: value for name, value in os.environ.items() if not name.startswith(tuple(ours))}


async def read_until(stream: asyncio.StreamReader | None, *actions: str) -> list[dict[str, object]]:
    """The log lines up to the one in which the last of these actions is seen."""
    assert stream is not None
    seen: list[dict[str, object]] = []
    missing = set(actions)
    while missing:
        line = await asyncio.wait_for(stream.readline(), PATIENCE)
        assert line, f"the log ended without {missing}: {seen}"
        seen.append(json.loads(line))
        missing.discard(str(seen[-1].get("action")))
    return seen
