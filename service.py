"""Wirewatch on the command line, and the one place where the monitor and the storage meet.

Results go to stdout, the log to stderr. Exit status: 0 done, 1 found problems, 2 wrong usage or configuration.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import structlog
import typer
from rich.console import Console
from rich.progress import Progress

from monitor import __version__, settings
from monitor.app import logs
from monitor.commands import backtest, explain, feeds, learn, rate, replay, routes, rules, stories
from monitor.errors import ConfigError, Level, WirewatchError
from monitor.model import Feed, Route, Routes, duration
from monitor.settings import ReportFormat, Settings

# The commands import what they need when they run: `health` runs every half minute, and a person waits for each.
if TYPE_CHECKING:
    from monitor.app.app import House
    from monitor.config.configuration import Configuration
    from monitor.pipeline import PollReport
    from storage.store import Store

_T = TypeVar("_T")
log = structlog.get_logger()
out = Console(soft_wrap=False)
err = Console(stderr=True)

# Feeds that are polled for the first time at a start share one digest per route.
_FIRST_POLLS_TOGETHER = timedelta(seconds=5)

app = typer.Typer(
    help="Watches news feeds for what your rules describe, and tells the desk once, with the reason.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db_app = typer.Typer(help="The database: migrations, backup, retention.", no_args_is_help=True)
app.add_typer(db_app, name="db")

RulesOption = Annotated[Path | None, typer.Option("--rules", help="Folder or file of rules; default WIREWATCH_RULES.")]


def main() -> None:
    """Run the command line; what the user or admin got wrong is told in words, with exit status 2."""
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            err.print(str(problem), markup=False, highlight=False, soft_wrap=True)
        err.print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except WirewatchError as error:
        err.print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)


# -- the service -------------------------------------------------------------------------------------------------


@app.command()
def run() -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    asyncio.run(_run(_start()))


async def _run(options: Settings) -> None:
    from monitor.app.app import open_house
    from monitor.app.runner import Runner
    from monitor.config.reload import Reloader
    from monitor.metrics import Metrics

    stop = _stopped_by_signals()
    metrics = Metrics()
    async with _store(options.database_url) as store:
        reloader = Reloader(options, store, metrics, clock=_now)
        config = await reloader.start()
        with metrics.served(options.wirewatch_metrics):
            async with open_house(
                options, config, store, clock=_now, cards=out, digest_wait=_FIRST_POLLS_TOGETHER
            ) as house:
                log.info(
                    "started",
                    version=__version__,
                    feeds=len(config.feeds),
                    rules=len(config.engine.rules),
                    routes=len(config.routes.all()),
                    alerts_to="slack" if options.slack_bot_token else "terminal",
                )
                concurrency = options.wirewatch_concurrency
                async with _hands(options, house, store, stop):
                    await Runner(house, store, reloader, config, concurrency=concurrency, clock=_now).run(stop)
    log.info("stopped")


@asynccontextmanager
async def _hands(options: Settings, house: House, store: Store, stop: asyncio.Event) -> AsyncIterator[None]:
    """Buttons and commands in Slack, with an app token; their libraries are loaded only then."""
    if options.slack_app_token is None:
        yield
        return
    from monitor.desk.run import hands_of

    async with hands_of(options, house, store, clock=_now, stop=stop):
        yield


@app.command()
def poll(
    feed: Annotated[list[str] | None, typer.Option("--feed", help="Poll only this feed (repeatable).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Poll the feeds once, whatever their schedule, and deliver what is due."""
    from monitor.commands import tables
    from monitor.config import configuration

    options = _start()
    config = configuration.read(options)
    for problem in config.problems:
        log.warning("configuration problem", problem=str(problem))
    configuration.require_usable(config)
    wanted = _chosen(config.feeds, feed)
    reports, delivered = asyncio.run(_poll(options, config, wanted))
    if as_json:
        print(json.dumps(tables.poll_as_dict(reports, delivered=delivered), ensure_ascii=False))
    else:
        out.print(tables.poll_table(reports, delivered=delivered))


async def _poll(options: Settings, config: Configuration, feeds: Sequence[Feed]) -> tuple[list[PollReport], int]:
    from monitor.app.app import open_house
    from monitor.pipeline import poll_all

    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("polling", total=len(feeds))
        async with (
            _store(options.database_url) as store,
            # What alerts look like must not mix with the result on stdout.
            open_house(options, config, store, clock=_now, cards=err) as house,
        ):
            reports = await poll_all(
                house.poller,
                feeds,
                concurrency=options.wirewatch_concurrency,
                on_polled=lambda: progress.advance(task),
            )
            await house.tell_of_stories(_now())
            await house.end_mutes(_now())
            return reports, await house.outbox.drain()


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story once and end.")] = False,
) -> None:
    """Show the whole chain on this machine alone, with feeds that come with Wirewatch and a database of its own."""
    _start(log_level="warning")
    asyncio.run(_demo(once=once))


async def _demo(*, once: bool) -> None:
    from monitor.app.app import open_house
    from monitor.commands.demo import play
    from monitor.config.configuration import Configuration
    from monitor.demo.server import DemoFeeds
    from monitor.match.engine import compile_rules
    from monitor.match.rulefile import read_rules

    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as folder:
        options = settings.load(
            {
                "database_url": f"sqlite:///{folder}/demo.db",
                "slack_bot_token": None,
                "wirewatch_allow_private_addresses": True,
                "wirewatch_catch_up": "all",
            }
        )
        # One desk for all: rules whose routes do not exist go to every route.
        files = read_rules(options.wirewatch_rules, route_names=(), feed_ids=None)
        engine = compile_rules(files.rules, files.opinions)
        desk = Route(name="desk", channel="terminal")
        async with DemoFeeds(clock=_now) as feeds, _store(options.database_url) as store:
            config = Configuration(feeds.feeds, Routes((desk,)), engine, ())
            async with open_house(options, config, store, clock=_now, cards=out) as house:
                await play(feeds, house.poller, house.outbox, out=out, stop=_stopped_by_signals(), once=once)


@app.command()
def health() -> None:
    """Exit 0 while the service beside this command is alive and its chain works, else 1 and what is wrong."""
    from monitor.collect.feeds import read_feeds
    from monitor.health import vitals

    options = _start(log_level="error")
    feed_ids = [feed.id for feed in read_feeds(options.wirewatch_feeds).feeds if feed.enabled]
    signs = asyncio.run(_with_store(options, lambda store: store.vital_signs(_now(), feed_ids), upgrade=False))
    troubles = vitals.troubles(signs, _now())
    for trouble in troubles:
        print(f"unhealthy: {trouble}")
    if troubles:
        raise typer.Exit(1)
    print(vitals.healthy(signs, _now()))
    if options.slack_app_token is not None:
        print(vitals.socket_words(signs, _now()))


# -- rules and files ---------------------------------------------------------------------------------------------


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; default: all that are configured.")
    ] = None,
    wanted: Annotated[ReportFormat, typer.Option("--format", help="How to print what is found.")] = ReportFormat.TEXT,
    slack: Annotated[bool, typer.Option("--slack", help="Look at the token and the routes' channels instead.")] = False,
) -> None:
    """Validate feeds, routes and rules, and run the rules' examples; or see whether Slack takes what routes send."""
    from monitor.config import configuration

    options = _start(log_level="error")
    if slack:
        routes.check_slack(options, clock=_now)
        return
    problems = configuration.check_paths(paths, options) if paths else configuration.check_all(options)
    text = configuration.format_problems(problems, wanted)
    if text:
        print(text)
    errors = sum(problem.level is Level.ERROR for problem in problems)
    err.print(f"{errors} errors, {len(problems) - errors} warnings", highlight=False)
    if errors:
        raise typer.Exit(1)


@app.command()
def match(rules: RulesOption = None) -> None:
    """Read items as JSON lines from stdin, write the rules each one meets as JSON lines."""
    from monitor.config import configuration
    from monitor.workbench import records

    engine = configuration.read_engine(rules or _start(log_level="warning").wirewatch_rules)
    for result in records.match_records(records.read_records(sys.stdin.buffer), engine):
        _print_line(result)


# -- database ----------------------------------------------------------------------------------------------------


@db_app.command()
def upgrade() -> None:
    """Bring the database to the present version (every start does this too)."""
    asyncio.run(_with_store(_start(), _nothing))
    print("the database is up to date")


@db_app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes; must not exist.")]) -> None:
    """Write a consistent copy of the database, also while the service runs."""
    asyncio.run(_with_store(_start(), lambda store: store.backup(file)))
    print(f"copied to {file}")


@db_app.command()
def prune(
    older_than: Annotated[str | None, typer.Option(help="An age such as 90d; default WIREWATCH_RETENTION.")] = None,
) -> None:
    """Drop the texts of old items; what was seen, told and decided is kept, so that nothing alerts twice."""
    options = _start()
    try:
        age = duration(older_than) if older_than else options.wirewatch_retention
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    done = asyncio.run(_with_store(options, lambda store: store.prune(_now() - age, now=_now())))
    print(f"dropped the texts of {done.revisions} revisions and {done.deliveries} sent messages")


# -- wiring ------------------------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC)


def _start(*, log_level: str = "info") -> Settings:
    """Read the settings and set the log up."""
    options = settings.load()
    logs.configure(options.wirewatch_log, level=logs.LEVELS[log_level])
    return options


def _stopped_by_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def _store(url: str, *, upgrade: bool = True, throwaway: bool = False) -> AsyncIterator[Store]:
    from storage.store import Store

    store = Store.open(url, throwaway=throwaway)
    try:
        if upgrade:
            await store.upgrade()
        yield store
    finally:
        await store.close()


async def _with_store(options: Settings, ask: Callable[[Store], Awaitable[_T]], *, upgrade: bool = True) -> _T:
    async with _store(options.database_url, upgrade=upgrade) as store:
        return await ask(store)


async def _nothing(_: Store) -> None:
    """Opening the store was all."""


def _chosen(feeds: Sequence[Feed], ids: Sequence[str] | None) -> Sequence[Feed]:
    known = {feed.id: feed for feed in feeds}
    if unknown := [one for one in ids or () if one not in known]:
        raise typer.BadParameter(f"feeds.yaml has no enabled feed {', '.join(unknown)}")
    return [known[one] for one in dict.fromkeys(ids)] if ids else feeds


def _print_line(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


replay.add_command(app, start=_start, open_scratch=partial(_store, throwaway=True))
explain.add_command(app, start=_start, open_store=_store)
backtest.add_command(app, start=_start, open_store=_store, clock=_now)
rate.add_command(app, start=_start, open_store=_store, clock=_now)
learn.add_command(app, start=_start, open_store=_store)
rules.add_commands(app, start=_start, open_store=_store, clock=_now)
stories.add_commands(app, start=_start, open_store=_store, clock=_now)
feeds.add_commands(app, start=_start, open_store=_store, clock=_now)
routes.add_command(app, start=_start, open_store=_store, clock=_now)

if __name__ == "__main__":
    main()
