"""The check that containers make every half minute: it asks the service of its folder, and loads next to nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.health.quick import alive, ask, name_of, served
from tests.support import commandline
from tests.support.tree import ROOT

SERVICE = ROOT / "service.py"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of sockets that are no files")


def test_a_service_that_is_well_says_so_while_it_runs(tmp_path: Path) -> None:
    name = name_of(tmp_path, {})
    with served(lambda: (200, "ok\n"), name):
        assert [ask(name), ask(name), alive(name)] == ["ok", "ok", "alive"]
    assert ask(name) is None


def test_of_one_that_is_not_well_no_answer_is_taken(tmp_path: Path) -> None:
    name = name_of(tmp_path, {})
    with served(lambda: (503, "trouble\noutbox\nchannel\n"), name):
        assert (ask(name), alive(name)) == (None, "alive, in trouble: outbox, channel")
    assert alive(name) is None


def test_one_that_says_nothing_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.health.quick._SECONDS", 0.05)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name := name_of(tmp_path, {}))
        listener.listen()
        assert ask(name) is None


def test_a_second_process_of_a_folder_runs_without_being_asked(tmp_path: Path) -> None:
    name = name_of(tmp_path, {})
    with served(lambda: (200, "first"), name):
        with served(lambda: (200, "second"), name):
            assert ask(name) == "first"
        assert ask(name) == "first"


@pytest.mark.parametrize(
    ("folder", "environment", "same"),
    [
        (".", {"DATABASE_URL": "sqlite:///a.db"}, True),
        (".", {"DATABASE_URL": "sqlite:///a.db", "SLACK_BOT_TOKEN": "xoxb-1", "PATH": "/bin"}, True),
        ("other", {"DATABASE_URL": "sqlite:///a.db"}, False),
        (".", {"DATABASE_URL": "sqlite:///b.db"}, False),
        (".", {"DATABASE_URL": "sqlite:///a.db", "wirewatch_feeds": "other.yaml"}, False),
    ],
    ids=["the same", "what changes no service", "another folder", "another database", "other files"],
)
def test_a_service_is_asked_by_who_works_in_its_folder_with_its_database_and_files(
    tmp_path: Path, folder: str, environment: dict[str, str], same: bool
) -> None:
    name = name_of(tmp_path, {"DATABASE_URL": "sqlite:///a.db"})
    assert (name_of(tmp_path / folder, environment) == name) is same


def test_the_name_that_all_can_read_holds_no_password(tmp_path: Path) -> None:
    written = ("w:one@db/wire", "w:t/w@o@db/wire", "db/wire?password=one")
    assert len({name_of(tmp_path, {"DATABASE_URL": f"postgresql://{one}"}) for one in written}) == 1


@pytest.mark.parametrize(
    ("status", "switch", "said"),
    [
        (200, "--quick", "ok\n"),
        (200, "--alive", "alive\n"),
        (503, "--alive", "alive, in trouble: channel\n"),
    ],
)
def test_the_command_loads_next_to_nothing_while_the_service_answers_as_asked(
    tmp_path: Path, status: int, switch: str, said: str
) -> None:
    environment = _plain()
    text = "ok\n" if status == 200 else "trouble\nchannel\n"
    with served(lambda: (status, text), name_of(tmp_path, environment)):
        ended = subprocess.run(
            [sys.executable, "-X", "importtime", SERVICE, "health", switch],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert (ended.returncode, ended.stdout) == (0, said)
    assert loaded.isdisjoint({"typer", "rich", "pydantic", "sqlalchemy", "storage", "asyncio", "structlog"})


def test_the_command_looks_itself_when_nobody_answers(tmp_path: Path) -> None:
    environment = _plain()
    command = [sys.executable, str(SERVICE), "health", "--quick"]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.partition(":")[0]) == (1, "unhealthy")
    status, said, _ = commandline.run("health", "--alive", environment=environment, folder=tmp_path)
    assert (status, said.partition(",")[0]) == (1, "unhealthy: no service of this folder")


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "WIREWATCH_"))}
