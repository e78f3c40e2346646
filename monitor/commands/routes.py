"""`drill` and `check --slack`: whether alerts would reach the channels of the routes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.errors import ConfigError, Level, SettingsError
from monitor.model import Route, Routes

if TYPE_CHECKING:
    from rich.table import Table

    from monitor.app.app import AppStore
    from monitor.decide.notices.channels import Inspection
    from monitor.decide.routefile import RouteFile
    from monitor.health.drill import Drilled, DrillStore
    from monitor.settings import Settings

    class DrillAppStore(AppStore, DrillStore, Protocol):
        """A store that serves the app and a drill."""


def add_command(app: typer.Typer, shell: Shell[DrillAppStore]) -> None:
    """Add `drill` to the command line."""

    @app.command()
    def drill(
        route: Annotated[list[str] | None, typer.Option("--route", help="Only this route (repeatable).")] = None,
    ) -> None:
        """Send a marked test alert to each route, from matching to Slack, and check that it arrived in its channel."""
        from monitor.decide.routefile import read_routes

        options = shell.start(log_level="error")
        file = read_routes(options.wirewatch_routes)
        wanted = _chosen(_usable(file), route)
        if any(one.webhook is None for one in wanted):
            _token(options)
        for problem in file.problems:
            print(problem)
        drilled = asyncio.run(_drill(options, file.routes, wanted, shell))
        shell.out.print(_table(drilled))
        for one in drilled:
            if one.problem:
                print(f"{one.alert.route.name}: {one.problem}")
        if _has_errors(file) or any(one.problem for one in drilled):
            raise typer.Exit(1)


async def _drill(
    options: Settings, routes: Routes, wanted: Sequence[Route], shell: Shell[DrillAppStore]
) -> list[Drilled]:
    from rich.console import Console

    from monitor.app.app import open_app
    from monitor.config.configuration import Configuration
    from monitor.health.drill import drill
    from monitor.match.engine import compile_rules

    config = Configuration((), routes, compile_rules(()), ())
    cards = Console(file=io.StringIO())  # nothing is printed: there is a token, or there are webhooks alone
    async with (
        shell.open_store(options.database_url, begin=True) as store,
        open_app(options, config, store, clock=shell.clock, cards=cards) as app,
    ):
        await app.keeper.look_now(routes)  # what was wrong a moment ago would be told for half a minute more
        return await drill(wanted, store, app.outbox, app.sink, clock=shell.clock)


def check_slack(options: Settings, *, clock: Callable[[], datetime]) -> None:
    """Print what is wrong with the token and the channels of the routes; exit 1 when something is.

    Raises:
        SettingsError: there is no token.
        ConfigError: there is no route to look at.
    """
    from monitor.app.edges import look_at_routes
    from monitor.decide.routefile import read_routes

    token = _token(options)
    file = read_routes(options.wirewatch_routes)
    routes = _usable(file)
    found = asyncio.run(look_at_routes(options, token, routes, clock=clock))
    for line in (*file.problems, *_lines(found, routes)):
        print(line)
    if _has_errors(file) or found.broken or found.weak or found.unseen:
        raise typer.Exit(1)


def _lines(found: Inspection, routes: Routes) -> Iterable[str]:
    """A line for each route, and what is true of all."""
    for route in routes.all():
        about = f"{route.name} ({route.channel})"
        if problem := found.broken.get(route.channel):
            yield f"{about}: nothing can be posted: {problem}"
        elif lack := found.weak.get(route.channel):
            yield f"{about}: can be posted to, but {lack}"
        elif route.channel in found.seen:
            yield f"{about}: fine"
        else:
            yield f"{about}: could not be looked at: {found.unseen}"


def _token(options: Settings) -> str:
    """The token of Slack, without which there is no channel to test.

    Raises:
        SettingsError: there is none.
    """
    if options.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN is not set: alerts go to the terminal, and there is no channel to test")
    return options.slack_bot_token.get_secret_value()


def _has_errors(file: RouteFile) -> bool:
    return any(problem.level is Level.ERROR for problem in file.problems)


def _usable(file: RouteFile) -> Routes:
    """The valid routes of a file. None at all must not look as if all were well.

    Raises:
        ConfigError: there is none; with every problem found.
    """
    if not file.routes.all():
        raise ConfigError("no valid route is left to test", file.problems)
    return file.routes


def _chosen(routes: Routes, names: Sequence[str] | None) -> Sequence[Route]:
    known = {route.name: route for route in routes.all()}
    if unknown := [name for name in names or () if name not in known]:
        raise typer.BadParameter(f"routes.yaml has no valid route {', '.join(unknown)}; it has {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else routes.all()


def _table(drilled: Sequence[Drilled]) -> Table:
    from rich.table import Table

    from monitor.commands.tables import whole

    routes = [one.alert.route for one in drilled]
    table = Table(
        # The channel stands below its route: beside it, a terminal of 80 columns has no room for the stages.
        whole("route", [name for route in routes for name in (route.name, route.channel)]),
        *(whole(stage, ()) for stage in ("match", "decide", "outbox", "post", "found", "total")),
        title="drill results (test alerts only)",
    )
    for one, route in zip(drilled, routes, strict=True):
        stages = (one.alert.matching, one.alert.deciding, one.waiting, one.posting, one.finding, one.total)
        table.add_row(f"{route.name}\n{route.channel}", *(_seconds(stage) for stage in stages))
    return table


def _seconds(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
