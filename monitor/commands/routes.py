"""`drill` and `check --slack`: whether alerts would reach the channels of the routes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from monitor.errors import SettingsError
from monitor.model import Route, Routes

if TYPE_CHECKING:
    from rich.table import Table

    from monitor.alerts.routecheck import Inspection
    from monitor.drill.run import Drilled, DrillStore
    from monitor.house import HouseStore
    from monitor.settings import Settings, Start

    class DrillHouseStore(HouseStore, DrillStore, Protocol):
        """A store that serves the house and a drill."""


class OpenStore(Protocol):
    """How a command opens the store."""

    def __call__(self, url: str) -> AbstractAsyncContextManager[DrillHouseStore]:
        """The store at this address, with the newest schema."""


def add_command(app: typer.Typer, *, start: Start, open_store: OpenStore, clock: Callable[[], datetime]) -> None:
    """Add `drill` to the command line."""

    @app.command()
    def drill(
        route: Annotated[list[str] | None, typer.Option("--route", help="Only this route (repeatable).")] = None,
    ) -> None:
        """Send a marked test alert through the whole chain to each route, and find it again in its channel."""
        from rich.console import Console

        from monitor.alerts.routes import read_routes

        options = start(log_level="error")
        routes = read_routes(options.wirewatch_routes).routes
        wanted = _chosen(routes, route)
        drilled = asyncio.run(_drill(options, routes, wanted, open_store, clock))
        Console(soft_wrap=False).print(_table(drilled))
        for one in drilled:
            if one.problem:
                print(f"{one.alert.route.name}: {one.problem}")
        if any(one.problem for one in drilled):
            raise typer.Exit(1)


async def _drill(
    options: Settings, routes: Routes, wanted: Sequence[Route], open_store: OpenStore, clock: Callable[[], datetime]
) -> list[Drilled]:
    from rich.console import Console

    from monitor.configuration import Configuration
    from monitor.drill.run import drill
    from monitor.house import open_house
    from monitor.match.engine import compile_rules

    config = Configuration((), routes, compile_rules(()), ())
    cards = Console(file=io.StringIO()) if options.slack_bot_token else Console(stderr=True)
    async with (
        open_store(options.database_url) as store,
        open_house(options, config, store, clock=clock, cards=cards) as house,
    ):
        return await drill(wanted, store, house.outbox, house.sink, clock=clock)


def check_slack(options: Settings, *, clock: Callable[[], datetime]) -> None:
    """Print what is wrong with the token and the channels of the routes; exit 1 when something is.

    Raises:
        SettingsError: there is no token.
    """
    from monitor.alerts.routes import read_routes
    from monitor.house import look_at_routes

    if options.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN is not set: alerts go to the terminal, and there is no Slack to look at")
    routes = read_routes(options.wirewatch_routes).routes
    token = options.slack_bot_token.get_secret_value()
    found = asyncio.run(look_at_routes(options, token, routes, clock=clock))
    for line in _lines(found, routes):
        print(line)
    if found.broken or found.weak or found.unseen or not routes.all():
        raise typer.Exit(1)


def _lines(found: Inspection, routes: Routes) -> Iterable[str]:
    """A line for each route, and what is true of all."""
    if not routes.all():
        yield "no valid route: run check without --slack"
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


def _chosen(routes: Routes, names: Sequence[str] | None) -> Sequence[Route]:
    known = {route.name: route for route in routes.all()}
    if unknown := [name for name in names or () if name not in known]:
        raise typer.BadParameter(f"routes.yaml has no valid route {', '.join(unknown)}")
    return [known[name] for name in dict.fromkeys(names)] if names else routes.all()


def _table(drilled: Sequence[Drilled]) -> Table:
    from rich.table import Table

    table = Table(
        "route", "channel", "match", "link, decide", "outbox", "post", "found again", "total", title="drill, no event"
    )
    for one in drilled:
        route = one.alert.route
        stages = (one.alert.matching, one.alert.deciding, one.waiting, one.posting, one.finding, one.total)
        table.add_row(route.name, route.channel, *(_seconds(stage) for stage in stages))
    return table


def _seconds(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
