"""The commands `rules …`: what the desk's ratings say about the rules. They change no rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from monitor.commands.shell import Format, FormatOption, Shell, length_of
from monitor.errors import ConfigError
from monitor.model import RatedItem
from monitor.model.stores import RatingsStore

if TYPE_CHECKING:
    from monitor.match.rule import Rule
    from monitor.match.rulefile import RuleFiles
    from monitor.workbench.suggest import Suggestion


def add_commands(app: typer.Typer, shell: Shell[RatingsStore]) -> None:
    """Give the command line the commands `rules …`."""
    rules_app = typer.Typer(help="Learn from the desk's ratings: suggestions and precision.", no_args_is_help=True)
    app.add_typer(rules_app, name="rules")

    @rules_app.command()
    def suggest(
        rule: Annotated[str | None, typer.Option(help="Only for this rule.")] = None,
        rules: Annotated[Path | None, typer.Option(help="Folder of rules; default: WIREWATCH_RULES.")] = None,
        since: Annotated[
            str, typer.Option(help="Ratings made within this time are used, and relevant items of any age.")
        ] = "30d",
        wanted: FormatOption = Format.TEXT,
    ) -> None:
        """Print examples and phrases to ignore, to paste into rules, for alerts that the desk found not relevant."""
        from monitor.match.rulefile import read_rules
        from monitor.workbench.suggest import suggestions, to_paste

        begin = shell.clock() - length_of(since)
        options = shell.start(log_level="warning")
        folder = rules or options.wirewatch_rules
        files = read_rules(folder)
        chosen = chosen_rules(files, rule, folder)
        rated = shell.ask(options, _rated)
        asked = [one for one in rated if one.relevant or one.at >= begin]
        with Progress(console=shell.err, transient=True, disable=not shell.err.is_terminal) as progress:
            found = list(progress.track(suggestions(chosen, files.opinions, asked), description="trying phrases"))
        if wanted is Format.JSON:
            print(json.dumps([_as_dict(one) for one in found], ensure_ascii=False, indent=2))
            return
        print("\n".join(line for one in found for line in to_paste(one)) or _NOTHING)

    @rules_app.command()
    def precision(
        since: Annotated[str, typer.Option(help="The period to look at, such as 7d.")] = "7d",
        wanted: FormatOption = Format.TEXT,
    ) -> None:
        """Print how often the desk found each rule's alerts relevant."""
        from monitor.decide.precision import week_lines

        now = shell.clock()
        begin = now - length_of(since)
        weeks = shell.ask(shell.start(log_level="warning"), lambda store: store.rule_weeks(begin, now))
        if wanted is Format.JSON:
            print(json.dumps([asdict(one) for one in weeks], ensure_ascii=False, indent=2))
            return
        print("\n".join(week_lines(weeks)) or f"no alert and no rating in the last {since}")


_NOTHING = "nothing to suggest: no current rule matches what the desk found not relevant"


def chosen_rules(files: RuleFiles, rule: str | None, folder: Path) -> Sequence[Rule]:
    """The rules of a folder, or the one of them that is asked for.

    Raises:
        ConfigError: there is none; with every problem found.
    """
    chosen = [one for one in files.rules if rule in (None, one.id)]
    if not chosen:
        raise ConfigError(f"there is no valid rule{f' {rule}' if rule else ''} in {folder}", files.problems)
    return chosen


async def _rated(store: RatingsStore) -> list[RatedItem]:
    """What people said, the newest first."""
    found = [*await store.rated_items(), *await store.claimed_items()]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _as_dict(one: Suggestion) -> dict[str, Any]:
    from monitor.workbench.suggest import as_yaml

    exclusion = one.exclusion
    return {
        "rule": one.rule.id,
        "item": one.item.item_id,
        "title": one.item.title,
        "cause": str(one.item.cause) if one.item.cause else None,
        "word": one.item.word,
        "yaml": as_yaml(one),
        "ignore": exclusion.phrase if exclusion else None,
        "killed": [killed.item_id for killed in exclusion.killed] if exclusion else [],
        "broken": list(exclusion.broken) if exclusion else [],
        "looked_at": one.looked_at,
    }
