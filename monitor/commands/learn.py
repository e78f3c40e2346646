"""Second opinions from the command line: the command `learn`, and what it prints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.errors import ConfigError
from monitor.model import RatedItem
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.workbench.labelled import Labelled
    from monitor.workbench.learn import Lesson


class RatedStore(Protocol):
    """What learning needs of the store."""

    async def rated_items(self) -> Sequence[RatedItem]:
        """Every item that people said something of, with its texts."""


def add_command(app: typer.Typer, shell: Shell[RatedStore]) -> None:
    """Give the command line the command `learn`."""

    @app.command()
    def learn(
        files: Annotated[
            list[Path] | None,
            typer.Argument(help="JSON lines of labelled items: title, summary, language, labels.", exists=True),
        ] = None,
        rules: Annotated[Path | None, typer.Option(help="Folder of rules; default WIREWATCH_RULES.")] = None,
        rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
        desk: Annotated[bool, typer.Option(help="Learn from the desk's ratings of stored items too.")] = True,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only measure; write nothing.")] = False,
    ) -> None:
        """Fit second opinions from ratings; write those that beat their rule alone to opinions/ beside the rules."""
        from monitor.match.engine import compile_rules
        from monitor.match.rulefile import read_rules
        from monitor.workbench.learn import fit, written

        options = shell.start(log_level="warning")
        folder = rules or options.wirewatch_rules
        found = read_rules(folder, route_names=None, feed_ids=None)
        chosen = [one for one in found.rules if rule in (None, one.id)]
        if not chosen:
            raise ConfigError(f"there is no valid rule{f' {rule}' if rule else ''} in {folder}", found.problems)
        labelled = list(_labelled(files or ()))
        if desk:
            labelled += asyncio.run(_from_the_desk(options, shell))
        engine = compile_rules(found.rules)
        for one in chosen:
            lesson = fit(one, engine, labelled)
            print("\n".join(_lines(lesson)))
            if lesson.opinion is not None and not dry_run:
                path = folder / "opinions" / f"{one.id}.json"
                path.parent.mkdir(exist_ok=True)
                path.write_text(written(lesson.opinion), encoding="utf-8")
                print(f"  written to {path}")


def _labelled(files: Iterable[Path]) -> Iterator[Labelled]:
    from monitor.workbench.labelled import read_labelled

    for path in files:
        with path.open(encoding="utf-8") as lines:
            yield from read_labelled(lines)


async def _from_the_desk(options: Settings, shell: Shell[RatedStore]) -> list[Labelled]:
    from monitor.match.engine import Document
    from monitor.workbench.labelled import Labelled

    async with shell.open_store(options.database_url) as store:
        return [
            Labelled(Document(one.title, one.summary, one.body, language=one.language or ""), {one.rule: one.relevant})
            for one in await store.rated_items()
            if one.rule
        ]


def _lines(lesson: Lesson) -> Iterator[str]:
    """What came of one rule, in words and a small table."""
    yield f"{lesson.rule}: " + (f"no opinion: {lesson.refused}" if lesson.refused else "fitted")
    with_it = lesson.opinion.measured if lesson.opinion else {}
    for language, alone in lesson.alone.items():
        line = f"  {language:3} {alone.relevant:4} relevant  rule alone P {alone.precision:.3f} R {alone.recall:.3f}"
        line += f" F1 {alone.f1:.3f}"
        if language != "all" and (measured := with_it.get(language)):
            line += f"   with the opinion P {measured.precision:.3f} R {measured.recall:.3f} F1 {measured.f1:.3f}"
        yield line
    if lesson.opinion is not None:
        alone, measured = lesson.opinion.rules_alone["all"], with_it["all"]
        languages = ", ".join(lesson.opinion.fitted_on)
        yield f"  over {languages}: F1 {alone.f1:.3f} alone, {measured.f1:.3f} with the opinion, cross-validated"
    for language, why in sorted((lesson.silent_on or {}).items()):
        yield f"  silent on {language or 'items of no language'}: {why}"
