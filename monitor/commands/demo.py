"""The command `demo`: a story played through the real chain on this machine alone."""

from __future__ import annotations

import asyncio
import tempfile
from typing import TYPE_CHECKING, Annotated, Protocol

import typer
from rich.console import Console

from monitor import settings
from monitor.commands.shell import Shell, stopped_by_signals, user_name
from monitor.model import Beat, Route, Routes
from monitor.wording.counts import counted

if TYPE_CHECKING:
    from monitor.app.app import App, AppStore
    from monitor.console.page import ConsoleStore
    from monitor.deliver.outbox import Outbox
    from monitor.demo.server import DemoFeeds
    from monitor.model.stores import HeartbeatStore
    from monitor.pipeline.poll import Poller

    class DemoStore(AppStore, ConsoleStore, HeartbeatStore, Protocol):
        """A store that serves the chain and the console."""


_PAUSE = 10.0
"""Seconds between the polls that follow the story."""

_NEXT = (
    "That was the whole story. Without --once the demo goes on, and shows its web console. "
    "docs/tutorial/first-card.md leads from here to the first card in Slack."
)


def add_command(app: typer.Typer, shell: Shell[DemoStore]) -> None:
    """Give the command line the command `demo`."""

    @app.command()
    def demo(
        once: Annotated[bool, typer.Option("--once", help="Play the story once, then end.")] = False,
    ) -> None:
        """Run a self-contained demo with built-in feeds and its own database; nothing leaves this machine."""
        shell.start(log_level="warning")
        asyncio.run(_demo(shell, once=once))


async def _demo(shell: Shell[DemoStore], *, once: bool) -> None:
    from monitor.app.app import open_app
    from monitor.config.configuration import Configuration
    from monitor.console.serve import console_of
    from monitor.demo.server import DemoFeeds
    from monitor.match.engine import compile_rules
    from monitor.match.rulefile import read_rules

    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as folder:
        options = settings.load(
            {
                "database_url": f"sqlite:///{folder}/demo.db",
                "slack_bot_token": None,
                # Nothing of it leaves this machine, so no proxy needs to be one that can be used.
                "https_proxy": "",
                "http_proxy": "",
                "wirewatch_allow_private_addresses": True,
                "wirewatch_catch_up": "all",
            }
        )
        # One desk for all: rules whose routes do not exist go to every route.
        files = read_rules(options.wirewatch_rules, route_names=())
        engine = compile_rules(files.rules, files.opinions)
        desk = Route(name="desk", channel="terminal")
        opened = shell.open_store(options.database_url, begin=True)
        async with DemoFeeds(clock=shell.clock) as feeds, opened as store:
            config = Configuration(feeds.feeds, Routes((desk,)), engine, ())
            async with open_app(options, config, store, clock=shell.clock, cards=shell.out) as app:
                stop = stopped_by_signals()
                if once:
                    await play(feeds, app.poller, app.outbox, out=shell.out, stop=stop, once=True)
                    shell.out.print(_NEXT)
                    return
                async with console_of(options, app, store, clock=shell.clock, visitor=user_name(), stop=stop) as url:
                    if url:
                        shell.out.print(f"The console: {url}")
                    beating = asyncio.create_task(_beat(app, store, shell))
                    await play(feeds, app.poller, app.outbox, out=shell.out, stop=stop, once=False)
                    beating.cancel()


async def _beat(app: App, store: DemoStore, shell: Shell[DemoStore]) -> None:
    """Be alive, and judge how the demo stands, as the console shows it; in a service `pulse` does that."""
    from monitor.health import vitals

    while True:
        now = shell.clock()
        await store.heartbeat("demo", Beat(at=now))
        signs = await store.vital_signs(now, app.configuration.feed_ids)
        app.standing.judged(vitals.judged(signs, now), vitals.healthy(signs, now))
        await asyncio.sleep(_PAUSE)


async def play(
    feeds: DemoFeeds, poller: Poller, outbox: Outbox, *, out: Console, stop: asyncio.Event, once: bool
) -> None:
    """Poll every phase of the story; then, unless `once`, go on polling every 10 s until `stop`."""
    from monitor.commands import tables
    from monitor.pipeline.poll import poll_all

    phase, more = 1, True
    while more and not stop.is_set():
        out.rule(f"[bold]poll {phase} of {feeds.phases}: {counted(len(feeds.feeds), 'feed')}")
        reports = await poll_all(poller, feeds.feeds, concurrency=len(feeds.feeds))
        delivered = await outbox.drain()
        out.print(tables.verdict_table(reports))
        out.print(tables.poll_table(reports, delivered=delivered))
        phase, more = phase + 1, feeds.advance()
    if not once and not stop.is_set():
        out.print("That was the whole story. The feeds stay up and are polled every 10 s; Ctrl-C ends the demo.")
    while not once and not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), _PAUSE)
        except TimeoutError:
            await poll_all(poller, feeds.feeds, concurrency=len(feeds.feeds))
            await outbox.drain()
