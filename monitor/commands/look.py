"""How the command line looks: help without the types of switches, -h and --version, mistakes in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from monitor import __version__

HELP_NAMES = ["-h", "--help"]
_DURATIONS = ("since", "older_than")
_TYPES = {"str": "text", "list[str]": "text", "list[Path]": "path"}


class Commands(TyperGroup):
    """All commands; what is told of a mistake in typing one has no word of a library's own."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except typer.TyperException as error:
            error.message = in_plain_words(error.message)
            raise


def in_plain_words(message: str) -> str:
    """What the library says of a mistake on the command line, as a person would."""
    if found := re.fullmatch(r"Got unexpected extra arguments? ?(?:\(s\))? \((.+)\)", message):
        given = found[1]
        hint = (
            "; a switch such as --once takes no value" if given.lower() in ("true", "false", "yes", "no", "1") else ""
        )
        return f"Nothing more is expected here: {given}{hint}."
    # Of a number pydantic says "Input should be a valid integer, unable to parse string as an integer".
    said = message.removeprefix("Value error, ").partition(", unable to parse")[0]
    said = re.sub("^Input should", "it should", said)
    return said + "." * (said[-1:] not in ("", ".", "?"))


def command_line(app: typer.Typer) -> TyperGroup:
    """The commands of an app, ready to be run, with `version`, --version and -h."""

    @app.callback()
    def root(
        version: Annotated[
            bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
        ] = False,
    ) -> None:
        """Watch news feeds for what your rules describe, and alert the desk once per story, with the reason."""

    @app.command()
    def version() -> None:
        """Print the version."""
        _version(True)

    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)  # noqa: S101 - an app with several commands is a group
    for command in _all(group):
        # Made here, where the library would make one with a type that says nothing.
        switches = [command.get_help_option(typer.Context(command, help_option_names=HELP_NAMES)), *command.params]
        for param in switches:
            if isinstance(param, TyperOption) and param.metavar is None:
                param.metavar = _shown_type(param)
            elif isinstance(param, TyperArgument):
                param.metavar = param.metavar or str(param.name).upper()
                shown = _TYPES.get(param.bare_type(), param.bare_type())
                param.bare_type = partial(str, shown)  # type: ignore[method-assign]
    return group


def _shown_type(option: TyperOption) -> str | None:
    """What stands beside an option in place of Python's name for its type; None where that of the library will do."""
    if option.is_flag:
        return ""
    if option.name in _DURATIONS:
        return "<duration>"
    return "<text>" if _TYPES.get(option.bare_type()) == "text" else None


def _version(asked: bool) -> None:
    if asked:
        print(f"wirewatch {__version__}")
        raise typer.Exit


def _all(command: TyperCommand | TyperGroup) -> Iterator[TyperCommand | TyperGroup]:
    yield command
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            if isinstance(inner, TyperCommand | TyperGroup):
                yield from _all(inner)
