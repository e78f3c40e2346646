"""The commands `check` and `match`: are the files right, and which rules match these items?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import settings
from monitor.commands import routes
from monitor.commands.shell import Shell, look_for_garbage_seldom
from monitor.errors import Level, Problem
from monitor.wording.counts import counted

if TYPE_CHECKING:
    from monitor.config.configuration import Checked

RulesOption = Annotated[Path | None, typer.Option("--rules", help="Folder or file of rules; default: WIREWATCH_RULES.")]


class ProblemFormat(StrEnum):
    """How `check` prints problems."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def add_commands(app: typer.Typer, shell: Shell[object]) -> None:
    """Give the command line the commands `check` and `match`."""

    @app.command()
    def check(
        paths: Annotated[
            list[Path] | None, typer.Argument(help="Files or folders; default: all that are configured.")
        ] = None,
        wanted: Annotated[
            ProblemFormat, typer.Option("--format", help="How to print what is found.")
        ] = ProblemFormat.TEXT,
        slack: Annotated[
            bool, typer.Option("--slack", help="Check the Slack token and the routes' channels instead.")
        ] = False,
    ) -> None:
        """Check feeds, routes and rules, and run the rules' examples; with --slack, the token and the channels."""
        from monitor.config import configuration
        from monitor.health.secondway import lacking

        look_for_garbage_seldom()
        options = shell.start(log_level="error")
        if slack:
            routes.check_slack(options, clock=shell.clock)
            return
        checked = configuration.check_paths(paths, options) if paths else configuration.check_all(options)
        problems = (*_misnamed_settings(), *checked.problems)
        text = format_problems(problems, wanted)
        if text:
            print(text)
        errors = sum(problem.level is Level.ERROR for problem in problems)
        shell.err.print(_summary(checked, errors, len(problems) - errors), highlight=False, soft_wrap=True)
        if not paths and (words := lacking(options, checked.ops)):
            shell.err.print(f"note: {words}", highlight=False, soft_wrap=True)
        if errors:
            raise typer.Exit(1)

    @app.command()
    def match(rules: RulesOption = None) -> None:
        """Read items as JSON lines from stdin; write the rules that match each one as JSON lines."""
        from monitor.config import configuration
        from monitor.meaning.encoder import at_once
        from monitor.workbench import inputs

        settings = shell.start(log_level="warning")
        engine = configuration.read_engine(rules or settings.wirewatch_rules, at_once(settings.wirewatch_meaning))
        for result in inputs.match_items(inputs.read_items(sys.stdin.buffer), engine):
            print(json.dumps(result, ensure_ascii=False), flush=True)


def _misnamed_settings() -> list[Problem]:
    """Names in the environment that are no settings, as problems of a file."""
    return [Problem(Path("settings"), 1, 1, Level.WARNING, sentence) for sentence in settings.unknown()]


def _summary(checked: Checked, errors: int, warnings: int) -> str:
    """What was checked and what came of it: "checked 3 rules with 40 examples, 5 feeds: no errors, 1 warning"."""
    parts = [
        f"{counted(checked.rules, 'rule')} with {counted(checked.examples, 'example')}" if checked.rules else "",
        counted(checked.word_files, "word file") if checked.word_files else "",
        counted(checked.feeds, "feed") if checked.feeds else "",
        counted(checked.routes, "route") if checked.routes else "",
    ]
    what = ", ".join(filter(None, parts))
    found = f"{counted(errors, 'error', none='no')}, {counted(warnings, 'warning', none='no')}"
    return f"checked {what}: {found}" if what else f"nothing can be used: {found}"


def format_problems(problems: Iterable[Problem], wanted: ProblemFormat) -> str:
    """The problems as text lines, a JSON list, or GitHub workflow commands.

    Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    if wanted is ProblemFormat.JSON:
        return json.dumps([_as_dict(problem) for problem in problems], ensure_ascii=False, indent=2)
    if wanted is ProblemFormat.GITHUB:
        return "\n".join(_as_github(problem) for problem in problems)
    return "\n".join(str(problem) for problem in problems)


def _as_dict(problem: Problem) -> dict[str, str | int | None]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "level": str(problem.level),
        "message": problem.message,
        "suggestion": problem.suggestion,
    }


def _as_github(problem: Problem) -> str:
    text = str(problem).split(": ", 2)[2]
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    return f"::{problem.level} file={problem.path},line={problem.line},col={problem.column}::{text}"
