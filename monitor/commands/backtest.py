"""The command `backtest`: what edited rules would have changed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shell import Shell, length_of
from monitor.wording.counts import counted

if TYPE_CHECKING:
    from monitor.workbench.backtest.given import RevisionStore

_DEFAULT_SINCE = "30d"


class BacktestFormat(StrEnum):
    """How a backtest is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def add_command(app: typer.Typer, shell: Shell[RevisionStore]) -> None:
    """Give the command line the command `backtest`."""

    @app.command()
    def backtest(
        since: Annotated[
            str | None,
            typer.Option(help=f"Items found within this time, such as 12h; default: {_DEFAULT_SINCE}."),
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
            Path | None, typer.Option(help="Folder or file of the edited rules; default: WIREWATCH_RULES.")
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
            int,
            typer.Option(
                min=0,
                max=1000,
                help="How many samples to show of each change, and of each way of a rule on test.",
            ),
        ] = 10,
        wanted: Annotated[
            BacktestFormat, typer.Option("--format", help="markdown is for a merge request.")
        ] = BacktestFormat.TEXT,
        exit_code: Annotated[
            bool, typer.Option("--exit-code", help="Exit 1 when an alert that people rated relevant would be lost.")
        ] = False,
    ) -> None:
        """Show what edited rules would have changed: alerts added and removed, volume per route, samples."""
        if file and since:
            raise typer.BadParameter("--since is for stored items; a file is taken whole")
        options = shell.start(log_level="warning")
        period = length_of(since or _DEFAULT_SINCE)
        from monitor.workbench.backtest.asjson import as_json
        from monitor.workbench.backtest.markdown import as_markdown
        from monitor.workbench.backtest.run import against_file, against_stored, read_rules_to_compare
        from monitor.workbench.backtest.text import as_text

        compared = read_rules_to_compare(options, rules, against, from_file=file is not None)
        if file:
            test = against_file(file, compared, samples)
        else:
            test = against_stored(shell.open_store, options, compared, samples, period=period, now=shell.clock())
        write = {BacktestFormat.TEXT: as_text, BacktestFormat.JSON: as_json, BacktestFormat.MARKDOWN: as_markdown}[
            wanted
        ]
        typer.echo(write(test))
        if exit_code and (lost := test.result.lost()):
            shell.err.print(f"{counted(len(lost), 'relevant alert')} would be lost", highlight=False)
            raise typer.Exit(1)
