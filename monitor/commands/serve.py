"""The commands `run` and `worker`: the service, alone or beside others."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog
import typer

from monitor import __version__
from monitor.commands.shell import Shell, on_hangup, stopped_by_signals
from monitor.errors import PartEnded, SettingsError
from monitor.model import PollStatus
from monitor.settings import OFF, Settings

# The commands import what they need when they run: `health` runs every half minute, and a person waits for each.
if TYPE_CHECKING:
    from monitor.app.app import App, AppStore
    from monitor.app.measure import StoreToMeasure
    from monitor.app.pulse import PulseStore
    from monitor.app.runner import Runner
    from monitor.app.worker import WorkerStore
    from monitor.config.configuration import Configuration
    from monitor.config.reload import ConfigStore, Reloader
    from monitor.console.page import ConsoleStore
    from monitor.desk.run import DeskServiceStore
    from monitor.health.secondway import Address
    from monitor.health.signs import Signs
    from monitor.health.watchdog import Watchdog
    from monitor.metrics import Metrics
    from monitor.pipeline.report import PollReport
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
    """Give the command line the commands `run` and `worker`."""

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


def _serve(options: Settings, shell: Shell[ServiceStore], *, shared: bool) -> None:
    """Be the service until it is to stop; exit with 1 when a part of it ended."""
    from monitor.app import logs, memory
    from monitor.health.secondway import addresses, tell_all
    from monitor.health.signs import Signs
    from monitor.health.watchdog import Watchdog

    memory.starting()
    # Those that stand in .env or a file too: Apprise and Python's own library look here for them.
    os.environ |= options.proxies.environment()
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
    from monitor.app.measure import MeasuredSink
    from monitor.app.patience import opened_patiently
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
        # First, so that a start which waits for its database is seen to live.
        stack.enter_context(answered(options.wirewatch_metrics, metrics.registry, standing.answer))
        stack.enter_context(quick.served(standing.answer))
        opening = partial(shell.open_store, options.database_url, begin=True)
        store = await opened_patiently(stack, opening, tell=partial(tell_all, second), stop=stop)
        if store is None:
            return
        reloader = Reloader(options, store, metrics, clock=shell.clock)
        config = await reloader.start()
        app = await stack.enter_async_context(
            open_app(
                options,
                config,
                store,
                clock=shell.clock,
                cards=shell.out,
                digest_wait=_FIRST_POLLS_TOGETHER,
                signs=signs,
                standing=standing,
                measured=lambda sink: MeasuredSink(sink, metrics, clock=shell.clock),
            )
        )
        if app.canary:
            app.canary.on_arrival = metrics.canary_arrived
        _log_start(options, config)
        standing.note = lambda: lacking(options, app.configuration.routes.ops)
        if words := standing.note():
            log.warning("no way leads to ops but Slack", action="second_way_missing", problem=words)
        memory.started()
        service = _Service(options, shell, store, app, metrics, stop)
        keepers: list[Keeper] = []
        runner = service.runner(reloader, second, stopping=watchdog.stopping, keepers=keepers, shared=shared)
        async with (
            # Of workers, one at a time takes the clicks: whichever gets that from the queue.
            nullcontext() if shared else service.desk(),
            service.console(),
            # Hubs push to one process: the one that runs beside the workers.
            nullcontext() if shared else service.pushes(runner) as keeper,
            service.measured(),
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


@dataclass(frozen=True, slots=True)
class _Service:
    """What runs beside the chain. The libraries of each part are loaded only when it is on."""

    options: Settings
    shell: Shell[ServiceStore]
    store: ServiceStore
    app: App
    metrics: Metrics
    stop: asyncio.Event

    def runner(
        self,
        reloader: Reloader,
        second: Sequence[Address],
        *,
        stopping: Callable[[int], None],
        keepers: Sequence[Keeper],
        shared: bool,
    ) -> Runner:
        """The chain itself, alone or `shared` with other processes; `keepers` hear of each poll."""
        from monitor.app.pulse import Pulse
        from monitor.app.runner import Runner

        options, clock = self.options, self.shell.clock
        kind: Callable[..., Runner] = Runner
        if shared:
            from monitor.app.worker import Worker

            kind = partial(Worker, clicks=self.take_clicks)
        well = options.wirewatch_heartbeat_url.get_secret_value() if options.wirewatch_heartbeat_url else ""
        command = "worker" if shared else "run"
        return kind(
            self.app,
            self.store,
            reloader,
            pulse=Pulse(self.app, self.store, clock=clock, second=second, well=well, kind=command),
            concurrency=options.wirewatch_concurrency,
            clock=clock,
            stopping=stopping,
            polled=partial(_count, self.metrics, keepers),
        )

    @asynccontextmanager
    async def measured(self) -> AsyncIterator[None]:
        """Measure meanwhile, if somebody may ask for the metrics."""
        if self.options.wirewatch_metrics == OFF:
            yield
            return
        from monitor.app.measure import Measure

        measure = Measure(self.app, self.store, self.metrics, clock=self.shell.clock)
        task = asyncio.create_task(measure.run(), name="measure")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[None]:
        """Buttons and commands in Slack, with an app token."""
        if self.options.slack_app_token is None:
            yield
            return
        from monitor.desk.run import desk_of

        async with desk_of(self.options, self.app, self.store, clock=self.shell.clock, stop=self.stop):
            yield

    async def take_clicks(self) -> None:
        """Take what people do in Slack until the process stops; nothing without an app token."""
        if self.options.slack_app_token is not None:
            async with self.desk():
                await self.stop.wait()

    @asynccontextmanager
    async def console(self) -> AsyncIterator[None]:
        """The web console."""
        if self.options.wirewatch_console == OFF:
            yield
            return
        from monitor.commands.rate import user_name
        from monitor.console.serve import console_of

        visitor, clock = user_name(), self.shell.clock
        async with console_of(self.options, self.app, self.store, clock=clock, visitor=visitor, stop=self.stop):
            yield

    @asynccontextmanager
    async def pushes(self, runner: Runner) -> AsyncIterator[Keeper | None]:
        """What hubs push."""
        if self.options.wirewatch_push == OFF:
            yield None
            return
        from monitor.push.serve import pushes_of

        self.metrics.count_pushing(lambda: len(self.app.poller.pacing.pushing))
        forged, clock = partial(self.metrics.pushed, "forged"), self.shell.clock
        async with pushes_of(self.options, self.app, self.store, runner.push, forged=forged, clock=clock) as keeper:
            yield keeper
