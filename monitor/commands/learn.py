"""Second opinions from the command line: the command `learn`, and what it prints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from monitor.commands.rules import chosen_rules
from monitor.commands.shell import Shell
from monitor.errors import UsageError
from monitor.model.stores import RatingsStore
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.meaning.vectorfile import VectorFile
    from monitor.workbench.heads import Heads
    from monitor.workbench.labelled import Labelled
    from monitor.workbench.learn import Lesson, Material
    from monitor.workbench.meant import Space


def add_command(app: typer.Typer, shell: Shell[RatingsStore]) -> None:
    """Give the command line the command `learn`."""

    @app.command()
    def learn(
        files: Annotated[
            list[Path] | None,
            typer.Argument(help="JSON lines of labelled items: title, summary, language, labels.", exists=True),
        ] = None,
        rules: Annotated[Path | None, typer.Option(help="Folder of rules; default: WIREWATCH_RULES.")] = None,
        rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
        desk: Annotated[bool, typer.Option(help="Learn from the desk's ratings of stored items too.")] = True,
        vectors: Annotated[
            Path | None,
            typer.Option(help="Where the encoder's vectors are kept from one fit to the next; default: in the cache."),
        ] = None,
        heads: Annotated[
            Path | None,
            typer.Option(
                help="What a fine-tuned encoder learnt (python -m monitor.workbench.finetuning).", exists=True
            ),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only measure; write nothing.")] = False,
    ) -> None:
        """Fit second opinions from ratings; write those that beat their rule alone to opinions/ beside the rules.

        With a sentence encoder (WIREWATCH_MEANING), those that weigh its vectors too.
        """
        from monitor.match.engine import compile_rules
        from monitor.match.rulefile import read_rules
        from monitor.meaning.encoder import encoder_of
        from monitor.meaning.vectorfile import VectorFile, usual_path
        from monitor.workbench.learn import fit_on, material

        options = shell.start(log_level="warning")
        folder = rules or options.wirewatch_rules
        found = read_rules(folder)
        chosen = chosen_rules(found, rule, folder)
        labelled = list(_labelled(files or ()))
        if desk:
            labelled += asyncio.run(_from_the_desk(options, shell))
        encoder = encoder_of(options.wirewatch_meaning)
        known = VectorFile(vectors or usual_path(encoder), encoder) if encoder is not None else None
        learnt = _heads(heads, encoder.name if encoder is not None else None) if heads is not None else None
        engine = compile_rules(found.rules)
        written_to = None if dry_run else folder / "opinions"
        for one in chosen:
            given = material(one, engine, labelled)
            plain = fit_on(given)
            _tell(plain, written_to, f"{one.id}.json")
            if plain.opinion is not None and known is not None:
                informed = fit_on(given, _space(given, known, shell, learnt))
                _tell(informed, written_to, f"{one.id}.{known.encoder.name}.json", beside=plain)
            elif known is None and written_to is not None and (stale := sorted(written_to.glob(f"{one.id}.*.json"))):
                names = ", ".join(path.name for path in stale)
                print(f"  not fitted again, for no encoder is used: {names}")


def _heads(path: Path, encoder: str | None) -> Heads:
    """What an encoder learnt, from a file.

    Raises:
        UsageError: it is of another encoder than is in use, or holds something else.
    """
    from monitor.workbench.heads import Heads

    found = Heads.read(path)
    if found.encoder != encoder:
        raise UsageError(f"{path} is of {found.encoder}, and {encoder or 'no encoder'} is in use (WIREWATCH_MEANING)")
    return found


def _space(given: Material, known: VectorFile, shell: Shell[RatingsStore], heads: Heads | None) -> Space:
    """The vectors of what a rule is fitted on; those that are not known yet are made, which may take an hour."""
    from monitor.workbench.heads import space_of

    with Progress(
        TextColumn("{task.description}"), MofNCompleteColumn(), console=shell.err, transient=True
    ) as progress:
        task = progress.add_task("texts read by the encoder")
        return space_of(known, given, heads, lambda done, of: progress.update(task, completed=done, total=of))


def _tell(lesson: Lesson, folder: Path | None, name: str, *, beside: Lesson | None = None) -> None:
    """Print what came of a fit, and write it to a folder; `beside` the plain one when it is better than that."""
    from monitor.workbench.learn import written

    print("\n".join(_lines(lesson, name)))
    opinion, plain = lesson.opinion, beside.opinion if beside else None
    if opinion is not None and plain is not None and opinion.measured["all"].f1 <= plain.measured["all"].f1:
        print("  not written, because it is no better than the plain opinion")
        opinion = None
    if folder is None:
        return
    path = folder / name
    if opinion is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(written(opinion), encoding="utf-8")
        print(f"  written to {path}")
    elif beside is not None and path.exists():
        path.unlink()
        print(f"  removed {path}, which was fitted on something else")


def _labelled(files: Iterable[Path]) -> Iterator[Labelled]:
    from monitor.workbench.labelled import read_labelled

    for path in files:
        with path.open(encoding="utf-8") as lines:
            yield from read_labelled(lines)


async def _from_the_desk(options: Settings, shell: Shell[RatingsStore]) -> list[Labelled]:
    from monitor.match.itemtexts import ItemTexts
    from monitor.workbench.labelled import Labelled

    async with shell.open_store(options.database_url) as store:
        return [
            Labelled(ItemTexts(one.title, one.summary, one.body, language=one.language or ""), {one.rule: one.relevant})
            for one in await store.rated_items()
            if one.rule
        ]


def _lines(lesson: Lesson, file: str) -> Iterator[str]:
    """What came of one rule, in words and a small table."""
    what = "" if file == f"{lesson.rule}.json" else f" ({file})"
    yield f"{lesson.rule}{what}: " + (f"no opinion: {lesson.refused}" if lesson.refused else "fitted")
    with_it = lesson.opinion.measured if lesson.opinion else {}
    for language, alone in lesson.alone.items():
        name = language or "none"
        line = f"  {name:4} {alone.relevant:4} relevant  rule alone P {alone.precision:.3f} R {alone.recall:.3f}"
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
