"""How the command line looks: help, --version, mistakes in typing a command, a Python without what is needed."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from monitor import __version__
from monitor.commands.look import in_plain_words
from tests.support.tree import ROOT
from tests.support.world import World


@pytest.mark.parametrize("asked", ["version", "--version"])
async def test_the_version_is_printed(world: World, asked: str) -> None:
    assert (await world.run(asked))[:2] == (0, f"wirewatch {__version__}\n")


@pytest.mark.parametrize("command", [[], ["check"], ["demo"], ["rate"], ["stories", "split"], ["db", "prune"]])
async def test_help_shows_switches_without_a_type_and_no_type_by_its_name_in_python(
    world: World, command: list[str]
) -> None:
    status, out, _ = await world.run(*command, "-h")
    assert status == 0
    assert (await world.run(*command, "--help"))[1] == out
    assert not re.search(r"<bool>|<str>|list\[", out)
    assert re.search(r"--help +-h +Show this message", out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--once", "true"], "Nothing more is expected here: true; a switch such as --once takes no value."),
        (["rate", "i-1", "maybe"], "Invalid value for 'RELEVANCE': 'maybe' is not one of 'relevant', 'not-relevant'."),
        (["rate"], "Missing argument 'ITEM'."),
        (
            ["matches", "--rule", "r", "--limit", "0"],
            "Invalid value for '--limit': it should be greater than or equal to 1.",
        ),
        (["explain"], "Invalid value: give exactly one of --text, --url, --item and --term."),
        (["health", "--slow"], "No such option: --slow."),
        (["feeds", "test", "nosuch"], 'error: no feed has the id "nosuch", and it is not an http or https address'),
        (["feeds", "test", "wirr"], 'it is not an http or https address; did you mean "wire"?'),
        (["verion"], "No such command 'verion'."),
    ],
)
async def test_a_mistake_in_typing_is_told_in_words(world: World, arguments: list[str], said: str) -> None:
    world.poll_feeds("wire")
    status, _, err = await world.run(*arguments)
    assert status == 2
    assert said in " ".join(err.replace("│", " ").split())


def test_what_the_library_says_well_stays() -> None:
    assert in_plain_words("No such command 'verion'.") == "No such command 'verion'."


def test_a_python_without_the_libraries_is_told_what_to_run() -> None:
    """As a fresh clone has it; -S leaves out what is installed."""
    python = [sys.executable, "-S", "-E", str(ROOT / "service.py"), "check"]
    done = subprocess.run(python, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: this Python ({sys.executable}) lacks typer, which Wirewatch needs.\n")
    assert ".venv/bin/python service.py" in done.stderr
    assert "Traceback" not in done.stderr
