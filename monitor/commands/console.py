"""The command `console`: the web console in a process of its own, beside the service and over the same database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import structlog
import typer

from monitor.commands.shell import Shell, stopped_by_signals, user_name
from monitor.errors import SettingsError
from monitor.settings import OFF, Settings

if TYPE_CHECKING:
    from monitor.app.searching import SearchStore
    from monitor.console.beside import BesideStore
    from monitor.console.page import ConsoleStore

    class ConsoleAloneStore(ConsoleStore, BesideStore, SearchStore, Protocol):
        """A store that serves a console beside the service."""


log = structlog.get_logger()


def add_command(app: typer.Typer, shell: Shell[ConsoleAloneStore]) -> None:
    """Give the command line the command `console`."""

    @app.command()
    def console() -> None:
        """Serve the web console beside the service, until SIGTERM or Ctrl-C.

        For a service that runs with WIREWATCH_CONSOLE=off, on the same database and the same files.
        """
        from monitor.app import logs

        options = shell.start()
        if options.wirewatch_console == OFF:
            raise SettingsError(
                "WIREWATCH_CONSOLE is off: set it to HOST:PORT, such as 127.0.0.1:8080, for this command"
            )
        with logs.aside():
            if not asyncio.run(_serve(options, shell)):
                raise typer.Exit(1)


async def _serve(options: Settings, shell: Shell[ConsoleAloneStore]) -> bool:
    """Serve it until stopped; whether it could be opened."""
    from monitor.console.access import address_of
    from monitor.console.beside import ServiceBeside
    from monitor.console.serve import console_of

    address_of(options)
    async with shell.open_store(options.database_url, upgrade=False) as store:
        beside = ServiceBeside(options, store, shell.clock)
        await beside.look()
        stop = stopped_by_signals()
        async with console_of(options, beside, store, clock=shell.clock, visitor=user_name(), stop=stop) as url:
            if not url:
                return False
            tasks: Sequence[asyncio.Task[object]] = [
                asyncio.create_task(beside.keep_looking(), name="look at the files"),
                asyncio.create_task(_search(store, shell), name="keep the search up to date"),
            ]
            try:
                await stop.wait()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    return True


async def _search(store: ConsoleAloneStore, shell: Shell[ConsoleAloneStore]) -> None:
    """Keep the search up to date, as the service does; they share the work."""
    from monitor.app.searching import EVERY, keep_up
    from monitor.errors import StoreError, StoreUnavailable

    while True:
        try:
            await keep_up(store, shell.clock)
        except StoreUnavailable:
            pass  # the store logs it, for all who ask it
        except StoreError as error:
            log.warning("the search was not brought up to date", action="search_behind", error=str(error))
        await asyncio.sleep(EVERY.total_seconds())
