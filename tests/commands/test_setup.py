"""`config` shows what is in use and no secret; `init` writes what passes `check`, and overwrites nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import nursery
from tests.support.tree import ROOT
from tests.support.world import World

SECRETS = {
    "SLACK_APP_TOKEN": "xapp-1-hidden",
    "HTTPS_PROXY": "http://desk:hid@hidden@proxy.example:3128",
    "HTTP_PROXY": "desk:hidden@proxy.example:3128",
    "DATABASE_URL": "postgresql://desk:hidden/hidden@db.example/news?sslpassword=hidden",
    "WIREWATCH_OPS_URL": "https://hook.example/hidden mailto://me:hidden@example.org",
    "WIREWATCH_HEARTBEAT_URL": "https://beat.example/hidden",
    "WIREWATCH_TRANSLATE_URL": "https://translate.example/?key=hidden&text={text}",
}


async def test_every_setting_is_shown_with_its_source_and_without_its_secret(world: World) -> None:
    token = world.write("token", "xoxb-hidden\n")
    del world.environment["SLACK_BOT_TOKEN"]
    world.environment |= SECRETS | {"SLACK_BOT_TOKEN_FILE": str(token)}
    world.write(".env", "WIREWATCH_CONCURRENCY=7\nwirewatch_retention=30d\n")
    status, out, _ = await world.run("config", "--format", "json")
    shown = {one["name"]: (one["value"], one["from"]) for one in json.loads(out)}
    assert status == 0
    assert "hidden" not in out
    assert shown["SLACK_BOT_TOKEN"] == ("********", f"SLACK_BOT_TOKEN_FILE: {token}")
    assert shown["WIREWATCH_CONCURRENCY"] == ("7", ".env")
    assert shown["WIREWATCH_RETENTION"] == ("30 d", ".env")
    assert shown["WIREWATCH_MAX_BODY_MB"] == ("25", "default")
    assert shown["WIREWATCH_DESK_GROUP"] == ("none", "default")
    assert shown["WIREWATCH_LOG"] == ("json", "the environment")
    assert shown["DATABASE_URL"][0] == "postgresql+psycopg://********@db.example/news?sslpassword=********"
    assert shown["HTTPS_PROXY"][0] == shown["HTTP_PROXY"][0] == "http://********@proxy.example:3128"
    assert shown["WIREWATCH_TRANSLATE_URL"][0] == "https://translate.example/?key=********&text={text}"
    status, text, _ = await world.run("config")
    assert "hidden" not in text
    assert len(text.splitlines()) == len(shown)


async def test_init_writes_files_that_pass_check(world: World) -> None:
    folder = world.folder / "new/desk"
    status, out, err = await world.run("init", str(folder))
    assert (status, err) == (0, "")
    assert out.count(": written") == 3
    assert "placeholder" in out, "what is still to be put in is said"
    assert " error: " not in out
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    assert f"WIREWATCH_RULES={ROOT / 'rules'}" in (folder / ".env").read_text()


async def test_init_overwrites_nothing(world: World) -> None:
    before = world.write("feeds.yaml", "feeds: [mine]\n")
    world.write(".env", "WIREWATCH_CONTACT=me@example.org\n")
    status, out, _ = await world.run("init")
    assert status == 1, "the feeds that are there have a mistake"
    assert before.read_text() == "feeds: [mine]\n"
    assert (world.folder / ".env").read_text() == "WIREWATCH_CONTACT=me@example.org\n"
    assert out.count("stays as it is") == 3


async def test_init_says_where_it_cannot_write(world: World) -> None:
    world.write("file", "")
    status, _, err = await world.run("init", "file")
    assert status == 2
    assert "cannot write file" in err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("wirewatch fee", ["feeds"]),
        ("wirewatch feeds imp", ["import"]),
        ("wirewatch backtest --sin", ["--since"]),
        ("wirewatch completion z", ["zsh"]),
    ],
)
def test_a_shell_completes_what_is_typed(typed: str, offered: list[str]) -> None:
    program = [sys.executable, "-c", "import sys, service; sys.argv = ['wirewatch']; service.main()"]
    asked = {"_WIREWATCH_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = subprocess.run(program, cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_the_script_for_a_shell_is_one_that_it_reads(shell: str, tmp_path: Path) -> None:
    process = await nursery.started(tmp_path, os.environ, ["completion", shell])
    out, _ = await process.communicate()
    assert b"_WIREWATCH_COMPLETE=complete_" + shell.encode() in out
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=out, check=True)  # noqa: ASYNC221 - it reads a few lines
