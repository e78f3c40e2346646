"""compose.yaml: what people edit is mounted as a folder, and the service reads it there."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

from ruamel.yaml import YAML

from tests.support.tree import ROOT

SERVICES: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]


def test_edits_saved_by_renaming_are_seen() -> None:
    """No file is mounted alone: such a mount keeps the file that was there at the start."""
    service = SERVICES["wirewatch"]
    mounts = [mount.split(":")[:2] for mount in service["volumes"]]
    (inside,) = [PurePosixPath(inside) for outside, inside in mounts if outside.startswith(".")]
    assert inside.suffix == ""
    read = {name: PurePosixPath(service["environment"][f"WIREWATCH_{name}"]) for name in ("FEEDS", "ROUTES", "RULES")}
    assert {name: path.relative_to(inside).as_posix() for name, path in read.items()} == {
        "FEEDS": "feeds.yaml",
        "ROUTES": "routes.yaml",
        "RULES": "rules",
    }


def test_the_first_start_copies_what_is_not_there_and_nothing_else(tmp_path: Path) -> None:
    """The script of compose.yaml, run in a folder like the image's, on a folder in the place of /config."""
    app, config = tmp_path / "app", tmp_path / "config"
    (app / "rules").mkdir(parents=True)
    config.mkdir()
    for name in ("feeds.yaml", "routes.yaml", "rules/a.yaml"):
        (app / name).write_text("shipped")
    (config / "routes.yaml").write_text("edited")
    script = SERVICES["config"]["command"][0].replace("$$", "$").replace("/config", str(config))
    for _ in range(2):
        subprocess.run(["/bin/sh", "-c", script], cwd=app, check=True)
    held = {path.relative_to(config).as_posix(): path.read_text() for path in config.rglob("*.yaml")}
    assert held == {"feeds.yaml": "shipped", "routes.yaml": "edited", "rules/a.yaml": "shipped"}


def test_settings_in_env_reach_the_service_and_none_is_hidden_by_an_empty_one() -> None:
    service = SERVICES["wirewatch"]
    assert service["env_file"] == [{"path": ".env", "required": False}]
    assert set(service["environment"]) == {
        "DATABASE_URL",
        *(f"WIREWATCH_{name}" for name in ("FEEDS", "ROUTES", "RULES")),
    }


def test_postgresql_and_workers_are_started_only_by_their_profile() -> None:
    assert {name for name, one in SERVICES.items() if "profiles" in one} == {"postgres", "worker"}
    assert SERVICES["wirewatch"]["depends_on"]["postgres"]["required"] is False
    assert SERVICES["wirewatch"]["environment"]["DATABASE_URL"] == "${DATABASE_URL:-sqlite:////data/wirewatch.db}"


def test_a_worker_is_what_wirewatch_is_but_for_its_command() -> None:
    worker = dict(SERVICES["worker"])
    assert worker.pop("command") == ["worker"]
    assert worker.pop("deploy") == {"replicas": 2}
    assert worker.pop("profiles") == ["postgres"]
    assert worker == SERVICES["wirewatch"]


def test_the_log_of_each_service_that_stays_has_a_limit() -> None:
    staying = [one for one in SERVICES.values() if "restart" in one]
    assert len(staying) == 3
    assert all(one["logging"]["options"]["max-size"] for one in staying)
