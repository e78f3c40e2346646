"""A backtest from its rules to its result, with its progress on a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from monitor.decide.routefile import read_routes
from monitor.errors import ConfigError
from monitor.match.rule import Status
from monitor.model import ItemRevision, Routes, in_words
from monitor.settings import Settings
from monitor.workbench.backtest.compare import Comparison
from monitor.workbench.backtest.given import RevisionStore, items_of_file
from monitor.workbench.backtest.matching import matcher_of
from monitor.workbench.backtest.result import Backtest
from monitor.workbench.backtest.sides import GIT, Side, read_revision, read_side

_STORED = "what live matching stored"


@dataclass(frozen=True)
class Compared:
    """The edited rules, the rules before (None: the matches that were stored), and where alerts would go."""

    after: Side
    before: Side | None
    routes: Routes


def read_rules_to_compare(options: Settings, rules: Path | None, against: str | None, *, from_file: bool) -> Compared:
    """Both sides of a backtest, as the options of the command name them.

    Raises:
        ConfigError: there is no route, or the edited rules have mistakes; with every problem found.
    """
    file = read_routes(options.wirewatch_routes)
    if not file.routes.desk:
        raise ConfigError("no valid route is left to send alerts to", file.problems)
    edited = rules or options.wirewatch_rules
    after = read_side(edited, file.routes)
    if after.errors:  # the alerts of these rules would seem to be removed
        raise ConfigError(f"the rules in {edited} have mistakes; correct them first", after.errors)
    before = _before(against, edited, options.wirewatch_rules, file.routes, from_file=from_file)
    return Compared(after, before, file.routes)


class BothSides:
    """Matches items on both sides and compares what they find, some at a time."""

    def __init__(self, compared: Compared, *, samples: int) -> None:
        self._compared = compared
        self._sides = matcher_of(compared.before, compared.after)
        self._comparison = Comparison(compared.routes, samples=samples)

    def compare(self, items: Iterable[ItemRevision]) -> None:
        """Match some more items on both sides."""
        for item in items:
            self._comparison.add(item, *self._sides.match(item))

    def result(self, items: str, notes: tuple[str, ...] = ()) -> Backtest:
        """What came of it so far, for the `items` that were compared, in words."""
        before, after = self._compared.before, self._compared.after
        return Backtest(
            items=items,
            before=before.name if before else _STORED,
            after=after.name,
            result=self._comparison.result(),
            live=_versions(after, Status.LIVE),
            tested=_versions(after, Status.TEST),
            errors_before=before.errors if before else (),
            notes=notes,
        )

    def result_of_stored(self, period: timedelta, retention: timedelta) -> Backtest:
        """What came of it, for the stored items of the last `period`."""
        items = f"revisions of stored items of the last {in_words(period)}"
        note = f"of items older than {in_words(retention)} (WIREWATCH_RETENTION) only the headline may be left to match"
        return self.result(items, (note,) if period > retention else ())


def against_file(file: Path, compared: Compared, samples: int) -> Backtest:
    """Compare on JSON lines as `match` takes them."""
    both = BothSides(compared, samples=samples)
    with _progress() as progress:
        task = progress.add_task("matching", total=file.stat().st_size or None)
        both.compare(items_of_file(file, on_read=lambda count: progress.advance(task, count)))
    return both.result(f"lines of {file.name}")


def against_stored(
    open_store: Callable[[str], AbstractAsyncContextManager[RevisionStore]],
    options: Settings,
    compared: Compared,
    samples: int,
    *,
    period: timedelta,
    now: datetime,
) -> Backtest:
    """Compare on what the store holds of the last `period`."""
    both = BothSides(compared, samples=samples)

    async def compare() -> None:
        since = now - period
        async with open_store(options.database_url) as store:
            task = progress.add_task("matching", total=await store.count_revisions(since, now) or None)
            async for part in store.revisions(since, now):
                both.compare(part)
                progress.advance(task, len(part))

    with _progress() as progress:
        asyncio.run(compare())
    return both.result_of_stored(period, options.wirewatch_retention)


def _versions(side: Side, status: Status) -> dict[str, str]:
    """The rules of a side with this status, by id, with their versions."""
    return {rule.id: rule.hash for rule in side.rules if rule.status is status}


def _before(against: str | None, edited: Path, live: Path, routes: Routes, *, from_file: bool) -> Side | None:
    """What the edited rules are compared with; None for the stored matches."""
    if against is None:
        if not from_file:
            return None
        against = str(live) if edited.resolve() != live.resolve() else f"{GIT}HEAD"
    if against.startswith(GIT):
        return read_revision(against.removeprefix(GIT), edited, routes)
    return read_side(Path(against), routes)


def _progress() -> Progress:
    """A bar on stderr, when that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
