"""The commands `config`, `init` and `completion`: settings that are in use, files to begin with, help for the shell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from monitor import settings
from monitor.commands.shell import Format, Shell
from monitor.errors import Level, UsageError
from monitor.model import in_words
from monitor.settings import Settings

_STARTER = Path(__file__).parent / "starter"
_MASK = "********"
_SECRET_QUERY = re.compile(r"(?<=[?&])([^=&#]+)=([^&#]*)")
# Up to the last @ of the host, also where a password has an @ or a slash that should have been written as %40 or %2F.
_PASSWORD = re.compile(r"(?<=://)(?:[^/?#]*@|[^@/]*:[^@]*@)")

_ENV = """\
# Settings of Wirewatch, one on each line; docs/reference/settings.md lists them all. Keep this file to yourself.

# The bot token of your Slack app: OAuth & Permissions. Without it alerts are printed on the terminal.
# SLACK_BOT_TOKEN=xoxb-

# The app-level token, for buttons and /wirewatch: Basic Information.
# SLACK_APP_TOKEN=xapp-

# An address that publishers can write to; it is part of the User-Agent.
# WIREWATCH_CONTACT=

# A second way to you, for when Slack is the trouble: a web address that takes JSON, or mail with Apprise.
# WIREWATCH_OPS_URL=
"""

PROGRAM = "wirewatch"
"""What Wirewatch is called where it is installed as a package."""


class Completing(StrEnum):
    """The shells that complete commands."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


_NEXT = """\
Next:
1. Create the Slack app with the manifest of docs/how-to/set-up-slack.md, and put its tokens into .env.
2. Put the ids of your channels into routes.yaml, and invite the bot to each.
3. python service.py check --slack, then python service.py drill, then python service.py run."""


def add_commands(app: typer.Typer, shell: Shell[object]) -> None:
    """Give the command line the commands `config`, `init` and `completion`."""

    @app.command()
    def config(
        wanted: Annotated[Format, typer.Option("--format", help="How to print the settings.")] = Format.TEXT,
    ) -> None:
        """Show every setting as it is in use, and where it comes from; secrets are masked."""
        rows = list(_rows(shell.start(log_level="error")))
        if wanted is Format.JSON:
            print(json.dumps([dict(zip(("name", "value", "from"), row, strict=True)) for row in rows], indent=2))
            return
        width = max(len(name) for name, _, _ in rows)
        for name, value, source in rows:
            print(f"{name:{width}}  {value}  ({source})")

    @app.command()
    def completion(
        wanted: Annotated[Completing, typer.Argument(help="The shell.", metavar="SHELL")],
    ) -> None:
        """Print what makes a shell complete the commands and options of an installed `wirewatch`."""
        from typer.completion import get_completion_script  # type: ignore[attr-defined]

        variable = f"_{PROGRAM.upper()}_COMPLETE"
        print(get_completion_script(prog_name=PROGRAM, complete_var=variable, shell=wanted))

    @app.command()
    def init(
        folder: Annotated[Path, typer.Argument(help="Folder to write into; default: this one.")] = Path(),
    ) -> None:
        """Write a commented feeds.yaml, routes.yaml and .env to begin with, and check them; nothing is overwritten."""
        from monitor.commands.check import ProblemFormat, format_problems
        from monitor.config import configuration

        options = shell.start(log_level="error")
        for name, text in _files(folder, options):
            print(f"{folder / name}: {_written(folder / name, text)}")
        paths = [folder / name for name in ("feeds.yaml", "routes.yaml")]
        problems = configuration.check_paths(paths, options).problems
        if told := format_problems(problems, ProblemFormat.TEXT):
            print(told)
        print(_NEXT)
        if any(problem.level is Level.ERROR for problem in problems):
            raise typer.Exit(1)


def _files(folder: Path, options: Settings) -> Iterator[tuple[str, str]]:
    for name in ("feeds.yaml", "routes.yaml"):
        yield name, (_STARTER / name).read_text(encoding="utf-8")
    shipped = f"\n# The rules that come with Wirewatch.\nWIREWATCH_RULES={options.wirewatch_rules.resolve()}\n"
    yield ".env", _ENV if (folder / "rules").is_dir() else _ENV + shipped


def _written(path: Path, text: str) -> str:
    """Write a file that is not there, which only its owner may read if it is to hold secrets; what was done.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600 if path.name == ".env" else 0o666, exist_ok=False)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError:
            path.unlink()  # half of it would stay as it is
            raise
    except FileExistsError:
        if path.parent.is_dir():
            return "is there already, and stays as it is"
        raise UsageError(f"cannot write {path}: {path.parent} is not a folder") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    return "written"


def _rows(options: Settings) -> Iterator[tuple[str, str, str]]:
    """Name, value as people may see it, and source of each setting."""
    for field in Settings.model_fields:
        yield field.upper(), _shown(getattr(options, field)), settings.source_of(field.upper())


def _shown(value: object) -> str:
    """A value without what is secret in it: tokens, passwords, and whatever an address has after its question mark."""
    if value is None or value == "":
        return "none"
    if isinstance(value, SecretStr):
        return _MASK
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return in_words(value)
    text = _PASSWORD.sub(f"{_MASK}@", str(value))
    return _SECRET_QUERY.sub(lambda found: found[0] if "{" in found[2] else f"{found[1]}={_MASK}", text)
