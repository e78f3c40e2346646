"""The commands `run` and `worker`: the service, alone or beside others."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
import typer

from monitor import __version__
from monitor.commands.shell import Shell, stopped_by_signals
from monitor.errors import PartEnded, SettingsError
from monitor.settings import OFF, Settings

# The commands import what they need when they run: `health` runs every half minute, and a person waits for each.
if TYPE_CHECKING:
    from monitor.commands.parts import ServiceStore
    from monitor.config.configuration import Configuration
    from monitor.health.secondway import OpsAddress
    from monitor.health.signs import WorkSigns
    from monitor.health.watchdog import Watchdog


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
    from monitor.health.signs import WorkSigns
    from monitor.health.watchdog import Watchdog

    memory.starting()
    # Those that stand in .env or a file too: Apprise and Python's own library look here for them.
    os.environ |= options.proxies.environment()
    second = addresses(options.wirewatch_ops_url.get_secret_value()) if options.wirewatch_ops_url else []
    signs = WorkSigns()
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
    signs: WorkSigns,
    watchdog: Watchdog,
    second: Sequence[OpsAddress],
    *,
    shared: bool,
) -> None:
    from monitor.app import memory
    from monitor.app.app import open_app
    from monitor.app.measure import MeasuredSink
    from monitor.app.patience import opened_patiently
    from monitor.commands.parts import ServiceParts
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
                standing=standing,
                measured=lambda sink: MeasuredSink(sink, metrics, clock=shell.clock),
            )
        )
        if app.canary:
            app.canary.on_arrival = metrics.canary_arrived
        _log_start(options, config)
        standing.note = lambda: lacking(options, app.configuration.routes.ops)
        if words := standing.note():
            log.warning("ops would not get to know of everything", action="second_way_missing", problem=words)
        memory.started()
        parts = ServiceParts(
            options=options,
            shell=shell,
            store=store,
            app=app,
            metrics=metrics,
            reloader=reloader,
            second=second,
            stop=stop,
            stopping=watchdog.stopping,
        )
        await parts.run(shared=shared)
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
