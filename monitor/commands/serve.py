"""The commands `run`, `worker` and `poll`: the service, alone or beside others, and one pass over the feeds."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Protocol

import structlog
import typer
from rich.progress import Progress

from monitor import __version__
from monitor.commands.shell import Shell, on_hangup, stopped_by_signals
from monitor.errors import PartEnded, SettingsError
from monitor.model import ConfigFile, Feed, PollStatus
from monitor.settings import OFF, Settings

# The commands import what they need when they run: `health` runs every half minute, and a person waits for each.
if TYPE_CHECKING:
    from monitor.app.app import App, AppStore
    from monitor.app.measure import Measure, StoreToMeasure
    from monitor.app.pulse import PulseStore
    from monitor.app.runner import Runner
    from monitor.app.worker import WorkerStore
    from monitor.config.configuration import Configuration
    from monitor.config.reload import ConfigStore
    from monitor.console.page import ConsoleStore
    from monitor.desk.run import DeskServiceStore
    from monitor.health.secondway import Address
    from monitor.health.signs import Signs
    from monitor.health.watchdog import Watchdog
    from monitor.metrics import Metrics
    from monitor.polls import PollReport
    from monitor.push.keeper import Keeper, PushStore

    class ServiceStore(
        AppStore,
        WorkerStore,
        PulseStore,
        ConfigStore,
        DeskServiceStore,
        ConsoleStore,
        StoreToMeasure,
        PushStore,
        Protocol,
    ):
        """A store that serves all of the service."""


log = structlog.get_logger()

_FIRST_POLLS_TOGETHER = timedelta(seconds=5)
"""Feeds that are polled for the first time at a start share one digest per route for so long."""


def add_commands(app: typer.Typer, shell: Shell[ServiceStore]) -> None:
    """Give the command line the commands `run`, `worker` and `poll`."""

    @app.command()
    def run() -> None:
        """Run the service until SIGTERM or Ctrl-C; SIGHUP makes it look at its files at once."""
        _serve(shell.start(), shell, shared=False)

    @app.command()
    def worker() -> None:
        """Run one of several processes that share the work on PostgreSQL, until SIGTERM or Ctrl-C."""
        options = shell.start()
        _require_workers(options)
        if options.wirewatch_push != OFF:
            log.warning("workers take nothing that hubs push; `run` does beside them", action="push_not_taken")
        _serve(options, shell, shared=True)

    @app.command()
    def poll(
        feed: Annotated[list[str] | None, typer.Option("--feed", help="Poll only this feed (repeatable).")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    ) -> None:
        """Poll the feeds once, whatever their schedule, and deliver what is due.

        Ends with 1 when a poll could not be written, though not when a feed failed: the table says so.
        """
        from monitor.commands import tables
        from monitor.config import configuration

        options = shell.start()
        config = _live(options, shell)
        configuration.require_usable(config)
        wanted = _chosen(config.feeds, feed)
        reports, delivered = asyncio.run(_poll(options, config, wanted, shell))
        if as_json:
            print(json.dumps(tables.poll_as_dict(reports, delivered=delivered), ensure_ascii=False))
        else:
            shell.out.print(tables.poll_table(reports, delivered=delivered))
        if not all(report.written for report in reports):
            raise typer.Exit(1)


def _serve(options: Settings, shell: Shell[ServiceStore], *, shared: bool) -> None:
    """Be the service until it is to stop; exit with 1 when a part of it ended."""
    from monitor.app import logs, memory
    from monitor.health.secondway import addresses, tell_all
    from monitor.health.signs import Signs
    from monitor.health.watchdog import Watchdog

    memory.starting()
    second = addresses(options.wirewatch_ops_url.get_secret_value()) if options.wirewatch_ops_url else []
    signs = Signs()
    watchdog = Watchdog(signs, tell=lambda words: tell_all(second, "Wirewatch ends, to be started again", words))
    watchdog.start()
    try:
        with logs.aside():
            asyncio.run(_run(options, shell, signs, watchdog, second, shared=shared))
    except PartEnded as error:
        log.error(
            "a part of the service ended; the service ends, to be started again",
            action="service_part_ended",
            error=str(error),
        )
        raise typer.Exit(1) from None
    finally:
        # The loop's handlers are gone; a second SIGTERM must not change how a process ends that has all but ended.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _require_workers(options: Settings) -> None:
    """Refuse what cannot be shared.

    Raises:
        SettingsError: the database is a SQLite file.
    """
    if options.database_url.startswith("sqlite"):
        raise SettingsError(
            "worker: the database is a SQLite file, which one process writes to. Use `run`, or name a PostgreSQL "
            "database in DATABASE_URL (docs/how-to/run-workers.md)"
        )


async def _run(
    options: Settings,
    shell: Shell[ServiceStore],
    signs: Signs,
    watchdog: Watchdog,
    second: Sequence[Address],
    *,
    shared: bool,
) -> None:
    from monitor.app import memory
    from monitor.app.app import open_app
    from monitor.app.measure import Measure, MeasuredSink
    from monitor.app.patience import opened_patiently
    from monitor.app.pulse import Pulse
    from monitor.app.runner import Runner
    from monitor.config.reload import Reloader
    from monitor.console.access import address_of
    from monitor.health import quick
    from monitor.health.scrapes import answered
    from monitor.health.secondway import lacking, tell_all
    from monitor.health.standing import Standing
    from monitor.metrics import Metrics

    # Checked before anything is opened: nobody may find a console that others can reach without a token.
    address_of(options)
    stop = stopped_by_signals(watchdog.stopping)
    metrics, standing = Metrics(), Standing(signs, shell.clock)
    async with AsyncExitStack() as stack:
        opening = partial(shell.open_store, options.database_url)
        store = await opened_patiently(stack, opening, tell=partial(tell_all, second), stop=stop)
        if store is None:
            return
        reloader = Reloader(options, store, metrics, clock=shell.clock)
        config = await reloader.start()
        with (
            answered(options.wirewatch_metrics, metrics.registry, standing.answer),
            quick.served(standing.answer),
        ):
            async with open_app(
                options,
                config,
                store,
                clock=shell.clock,
                cards=shell.out,
                digest_wait=_FIRST_POLLS_TOGETHER,
                signs=signs,
                standing=standing,
                measured=lambda sink: MeasuredSink(sink, metrics, clock=shell.clock),
            ) as app:
                if app.canary:
                    app.canary.on_arrival = metrics.canary_arrived
                _log_start(options, config)
                standing.note = lambda: lacking(options, app.configuration.routes.ops)
                if words := standing.note():
                    log.warning("no way leads to ops but Slack", action="second_way_missing", problem=words)
                memory.started()
                well = options.wirewatch_heartbeat_url
                pulse = Pulse(
                    app,
                    store,
                    clock=shell.clock,
                    second=second,
                    well=well.get_secret_value() if well else "",
                    kind="worker" if shared else "run",
                )
                keepers: list[Keeper] = []
                kind: Callable[..., Runner] = Runner
                if shared:
                    from monitor.app.worker import Worker

                    kind = partial(Worker, clicks=partial(_take_clicks, options, app, store, shell, stop))
                runner = kind(
                    app,
                    store,
                    reloader,
                    pulse=pulse,
                    concurrency=options.wirewatch_concurrency,
                    clock=shell.clock,
                    stopping=watchdog.stopping,
                    polled=partial(_count, metrics, keepers),
                )
                measure = Measure(app, store, metrics, clock=shell.clock)
                async with (
                    # Of workers, one at a time takes the clicks: whichever gets that from the queue.
                    nullcontext() if shared else _desk(options, app, store, shell, stop),
                    _console(options, app, store, shell, stop),
                    # Hubs push to one process: the one that runs beside the workers.
                    nullcontext() if shared else _pushes(options, app, store, shell, runner, metrics) as keeper,
                    _beside(measure, options.wirewatch_metrics != OFF),
                ):
                    keepers += [keeper] if keeper else []
                    on_hangup(runner.look_at_files_soon)
                    await runner.run(stop)
    log.info("stopped", action="service_stopped")


def _log_start(options: Settings, config: Configuration) -> None:
    log.info(
        "started",
        action="service_started",
        version=__version__,
        feeds=len(config.feeds),
        rules=len(config.engine.rules),
        routes=len(config.routes.all()),
        alerts_to="slack" if options.slack_bot_token else "terminal",
    )


def _count(metrics: Metrics, keepers: Sequence[Keeper], report: PollReport) -> None:
    """Count a poll or a push, and let those who keep up subscriptions know of it."""
    if report.pushed:
        outcome = "failed" if report.status is PollStatus.FAILED else "taken"
        metrics.pushed(outcome, report.entries, report.observations)
    else:
        metrics.polled(report.status, report.entries, report.observations)
    for keeper in keepers:
        keeper.polled(report)


def _live(options: Settings, shell: Shell[ServiceStore]) -> Configuration:
    """What a service would work by: the files or, where one has a mistake, its last good version, which is said."""
    from monitor.config.lastgood import choose_live
    from monitor.files.snapshot import Files

    remembered = {file.name: file for file in shell.ask(options, _config_files)}
    live = choose_live(options, Files(), remembered)
    errors = dict.fromkeys(problem for problems in live.wrong.values() for problem in problems)
    for problem in dict.fromkeys((*errors, *live.configuration.problems)):
        log.warning("configuration problem", action="config_problem", problem=str(problem))
    for name in sorted(live.taken_back):
        since = remembered[name].good_since
        log.warning(
            "the last good version is live",
            action="last_good_live",
            file=name,
            good_since=since and since.isoformat(),
        )
    return live.configuration


async def _config_files(store: ServiceStore) -> Sequence[ConfigFile]:
    return await store.config_files()


@asynccontextmanager
async def _beside(measure: Measure, wanted: bool) -> AsyncIterator[None]:
    """Measure meanwhile, if somebody may ask for the metrics."""
    task = asyncio.create_task(measure.run(), name="measure") if wanted else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


@asynccontextmanager
async def _desk(
    options: Settings, app: App, store: ServiceStore, shell: Shell[ServiceStore], stop: asyncio.Event
) -> AsyncIterator[None]:
    """Buttons and commands in Slack, with an app token; their libraries are loaded only then."""
    if options.slack_app_token is None:
        yield
        return
    from monitor.desk.run import desk_of

    async with desk_of(options, app, store, clock=shell.clock, stop=stop):
        yield


async def _take_clicks(
    options: Settings, app: App, store: ServiceStore, shell: Shell[ServiceStore], stop: asyncio.Event
) -> None:
    """Take what people do in Slack until the process stops; nothing without an app token."""
    if options.slack_app_token is not None:
        async with _desk(options, app, store, shell, stop):
            await stop.wait()


@asynccontextmanager
async def _console(
    options: Settings, app: App, store: ServiceStore, shell: Shell[ServiceStore], stop: asyncio.Event
) -> AsyncIterator[None]:
    """The web console; its libraries are loaded only when it is on."""
    if options.wirewatch_console == OFF:
        yield
        return
    from monitor.commands.rate import user_name
    from monitor.console.serve import console_of

    async with console_of(options, app, store, clock=shell.clock, visitor=user_name(), stop=stop):
        yield


@asynccontextmanager
async def _pushes(
    options: Settings, app: App, store: ServiceStore, shell: Shell[ServiceStore], runner: Runner, metrics: Metrics
) -> AsyncIterator[Keeper | None]:
    """What hubs push; its libraries are loaded only when it is on."""
    if options.wirewatch_push == OFF:
        yield None
        return
    from monitor.push.serve import pushes_of

    metrics.count_pushing(lambda: len(app.poller.pacing.pushing))
    forged = partial(metrics.pushed, "forged")
    async with pushes_of(options, app, store, runner.push, forged=forged, clock=shell.clock) as keeper:
        yield keeper


async def _poll(
    options: Settings, config: Configuration, feeds: Sequence[Feed], shell: Shell[ServiceStore]
) -> tuple[list[PollReport], int]:
    from monitor.app import jobs
    from monitor.app.app import open_app
    from monitor.pipeline import poll_all

    with Progress(console=shell.err, transient=True, disable=not shell.err.is_terminal) as progress:
        task = progress.add_task("polling", total=len(feeds))
        async with (
            shell.open_store(options.database_url) as store,
            # What alerts look like must not mix with the result on stdout.
            open_app(options, config, store, clock=shell.clock, cards=shell.err) as app,
        ):
            reports = await poll_all(
                app.poller,
                feeds,
                concurrency=options.wirewatch_concurrency,
                on_polled=lambda: progress.advance(task),
            )
            await jobs.tell_of_stories(app, store, shell.clock())
            await jobs.end_mutes(store, shell.clock())
            return reports, await app.outbox.drain()


def _chosen(feeds: Sequence[Feed], ids: Sequence[str] | None) -> Sequence[Feed]:
    known = {feed.id: feed for feed in feeds}
    if unknown := [feed_id for feed_id in ids or () if feed_id not in known]:
        raise typer.BadParameter(f"feeds.yaml has no enabled feed {', '.join(unknown)}")
    return [known[feed_id] for feed_id in dict.fromkeys(ids)] if ids else feeds
