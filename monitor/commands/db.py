"""The commands `db …`: migrations, a copy while the service runs and back again, retention."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer

from monitor.commands.shell import Shell, length_of
from monitor.model import PruneReport
from monitor.wording.counts import counted

_YOUNGEST = "1d"
"""No text younger than this is deleted by hand: who means days and types 0 or hours has no way back."""


class DatabaseStore(Protocol):
    """What these commands need of the store."""

    async def backup(self, path: Path) -> None:
        """Copy the database to a new file."""

    async def restore(self, path: Path, now: datetime) -> Path | None:
        """Put a copy in the place of the database, or into an empty one of PostgreSQL; where the old one is kept."""

    async def prune(self, before: datetime, *, now: datetime) -> PruneReport:
        """Drop words from before `before`."""


def add_commands(app: typer.Typer, shell: Shell[DatabaseStore]) -> None:
    """Give the command line the commands `db …`."""
    db = typer.Typer(help="Upgrade, back up, restore and prune the database.", no_args_is_help=True)
    app.add_typer(db, name="db")

    @db.command()
    def upgrade() -> None:
        """Upgrade the database to this version of Wirewatch (every start does this too)."""
        shell.ask(shell.start(), _nothing, begin=True)
        print("the database is up to date")

    @db.command()
    def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")]) -> None:
        """Write a consistent copy of the database; the service may be running."""
        shell.ask(shell.start(), lambda store: store.backup(file))
        print(f"copied to {file}")

    @db.command()
    def restore(file: Annotated[Path, typer.Argument(help="A backup that `db backup` or the service made.")]) -> None:
        """Put a backup in the place of the database, which is kept beside it; the service must not be running.

        A PostgreSQL database must be empty, and gets everything that the backup of a SQLite database holds.
        """
        options, now = shell.start(), shell.clock()
        kept = asyncio.run(_restored(shell, options.database_url, file, now))
        print(f"restored {file}" + (f"; the database that was there is kept as {kept}" if kept else ""))

    @db.command()
    def prune(
        older_than: Annotated[
            str | None, typer.Option(help=f"An age such as 90d, of {_YOUNGEST} at least; default: WIREWATCH_RETENTION.")
        ] = None,
    ) -> None:
        """Delete the texts of old items; what was seen and posted is remembered, so that nothing alerts twice."""
        options = shell.start()
        age = options.wirewatch_retention if older_than is None else length_of(older_than)
        if older_than is not None and age < length_of(_YOUNGEST):
            raise typer.BadParameter(
                f"{older_than} would delete the texts of nearly everything, and nothing brings them back; the least is "
                f"{_YOUNGEST}"
            )
        now = shell.clock()
        done = shell.ask(options, lambda store: store.prune(now - age, now=now))
        revisions, sent = counted(done.revisions, "revision"), counted(done.deliveries, "sent message")
        print(f"deleted the texts of {revisions} and {sent}")


async def _restored(shell: Shell[DatabaseStore], url: str, file: Path, now: datetime) -> Path | None:
    """Restore first, then bring the copy to this version; what there is may be too damaged to be opened."""
    async with shell.open_store(url, upgrade=False, closed=True) as store:
        kept = await store.restore(file, now)
    async with shell.open_store(url):
        return kept


async def _nothing(_: DatabaseStore) -> None:
    """Opening the store was all."""
