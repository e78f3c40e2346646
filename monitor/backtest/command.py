"""The command `backtest`: which sides, which items, and the progress of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from monitor.alerts.routes import read_routes
from monitor.backtest.asjson import as_json
from monitor.backtest.compare import Comparison
from monitor.backtest.given import RevisionStore, read_items
from monitor.backtest.matching import Sides
from monitor.backtest.render import as_markdown, as_text
from monitor.backtest.result import Backtest
from monitor.backtest.sides import GIT, Side, read_revision, read_side
from monitor.errors import ConfigError
from monitor.model import Routes, duration, in_words
from monitor.settings import Start


class Format(StrEnum):
    """How a backtest is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_WRITERS = {Format.TEXT: as_text, Format.JSON: as_json, Format.MARKDOWN: as_markdown}
_DEFAULT_SINCE = "30d"
_STORED = "what live matching stored"


def add_command(
    app: typer.Typer,
    *,
    start: Start,
    open_store: Callable[[str], AbstractAsyncContextManager[RevisionStore]],
    clock: Callable[[], datetime],
) -> None:
    """Give the command line the command `backtest`."""

    @app.command()
    def backtest(
        since: Annotated[
            str | None, typer.Option(help="Stored items of this long, such as 12h or 30d.", show_default=_DEFAULT_SINCE)
        ] = None,
        file: Annotated[
            Path | None,
            typer.Option(
                help="JSON lines as `match` takes them instead of stored items; labels {RULE: y or n} are ratings.",
                exists=True,
                dir_okay=False,
            ),
        ] = None,
        rules: Annotated[
            Path | None, typer.Option(help="Folder or file of the edited rules; default WIREWATCH_RULES.")
        ] = None,
        against: Annotated[
            str | None,
            typer.Option(
                help="Rules to compare with: a folder, or git:REVISION for the folder of --rules at that revision. "
                "Default: the matches that were stored; with --file, WIREWATCH_RULES if --rules is another folder, "
                "else git:HEAD.",
            ),
        ] = None,
        samples: Annotated[
            int, typer.Option(min=0, max=1000, help="How many alerts added to, and removed from, each rule to show.")
        ] = 10,
        wanted: Annotated[Format, typer.Option("--format", help="markdown is for a merge request.")] = Format.TEXT,
    ) -> None:
        """Say what edited rules would have changed: alerts added and removed, volume per route, samples."""
        if file and since:
            raise typer.BadParameter("--since is for stored items; a file is taken whole")
        options = start(log_level="warning")
        try:
            period = duration(since or _DEFAULT_SINCE)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        routes = _routes(options.wirewatch_routes)
        edited = rules or options.wirewatch_rules
        after = _edited(edited, routes)
        before = _before(against, edited, options.wirewatch_rules, routes, from_file=file is not None)
        comparison = Comparison(routes, samples=samples)
        sides = Sides(before, after)
        notes: tuple[str, ...] = ()
        if file:
            _compare_file(file, sides, comparison)
        else:
            now = clock()
            asyncio.run(_compare_stored(open_store(options.database_url), now - period, now, sides, comparison))
            notes = _notes(period, options.wirewatch_retention)
        test = Backtest(
            items=f"lines of {file.name}" if file else f"revisions of stored items of the last {in_words(period)}",
            before=before.name if before else _STORED,
            after=after.name,
            result=comparison.result(),
            errors_before=before.errors if before else (),
            notes=notes,
        )
        typer.echo(_WRITERS[wanted](test))


def _routes(path: Path) -> Routes:
    """The routes alerts would go to.

    Raises:
        ConfigError: there is none; with every problem found.
    """
    file = read_routes(path)
    if not file.routes.desk:
        raise ConfigError("no valid route is left to tell", file.problems)
    return file.routes


def _edited(rules: Path, routes: Routes) -> Side:
    """The edited rules.

    Raises:
        ConfigError: one of them has a mistake: its alerts would seem to be removed.
    """
    side = read_side(rules, routes)
    if side.errors:
        raise ConfigError(f"the rules in {rules} have mistakes; mend them first", side.errors)
    return side


def _before(against: str | None, edited: Path, live: Path, routes: Routes, *, from_file: bool) -> Side | None:
    """What the edited rules are compared with; None for the stored matches."""
    if against is None:
        if not from_file:
            return None
        against = str(live) if edited.resolve() != live.resolve() else f"{GIT}HEAD"
    if against.startswith(GIT):
        return read_revision(against.removeprefix(GIT), edited, routes)
    return read_side(Path(against), routes)


def _compare_file(file: Path, sides: Sides, comparison: Comparison) -> None:
    with _progress() as progress:
        task = progress.add_task("matching", total=file.stat().st_size or None)
        for item in read_items(file, on_read=lambda count: progress.advance(task, count)):
            comparison.add(item, *sides.match(item))


async def _compare_stored(
    opened: AbstractAsyncContextManager[RevisionStore],
    since: datetime,
    until: datetime,
    sides: Sides,
    comparison: Comparison,
) -> None:
    with _progress() as progress:
        async with opened as store:
            task = progress.add_task("matching", total=await store.count_revisions(since, until) or None)
            async for part in store.revisions(since, until):
                for item in part:
                    comparison.add(item, *sides.match(item))
                progress.advance(task, len(part))


def _progress() -> Progress:
    """A bar on stderr, when that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _notes(period: timedelta, retention: timedelta) -> tuple[str, ...]:
    if period <= retention:
        return ()
    return (f"of items older than {in_words(retention)} (WIREWATCH_RETENTION) only the headline may be left to match",)
