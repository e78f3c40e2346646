"""The console in a process of its own, beside a service on the same database."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from monitor.console.beside import ServiceBeside
from monitor.model import ConfigFile, PollSigns, VitalSigns
from tests.console.conftest import RULE, Desk, hidden, opened
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_shows_and_does_what_the_console_of_the_service_does_and_ends_on_a_signal(own: Desk) -> None:
    process = await own.world.start("console")
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while "console_started" not in (line := (await process.stderr.readline()).decode()):
            assert line, "it ended"
    url = json.loads(line)["url"]
    story = await own.story_id()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(f"{url}stories/{story}") as answer:
            page = await answer.text()
            assert answer.status == 200
        async with browser.get(f"{url}healthz") as answer:
            assert (answer.status, (await answer.text())[:7]) == (200, "healthy"), "by what the service writes"
        fields = {name: hidden(page, name) for name in ("form_token", "key", "card")}
        async with browser.post(f"{url}stories/{story}/claim", data=fields) as answer:
            assert "has had it" in await answer.text()
    assert "has had it" in await own.get(f"/stories/{story}"), "the other console knows of it"
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0


async def test_it_needs_an_address_and_a_database(tmp_path: Path) -> None:
    async with opened(tmp_path) as desk:
        desk.world.environment["WIREWATCH_CONSOLE"] = "off"
        status, _, err = await desk.world.run("console")
        assert (status, "WIREWATCH_CONSOLE is off" in err) == (2, True)
        desk.world.environment |= {"WIREWATCH_CONSOLE": "127.0.0.1:0", "DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}
        status, _, err = await desk.world.run("console")
        assert (status, "the service has never run" in err) == (2, True)


async def test_it_takes_the_files_as_the_service_does_and_reads_them_again(own: Desk) -> None:
    class Remembered:
        files: tuple[ConfigFile, ...] = ()

        async def config_files(self) -> tuple[ConfigFile, ...]:
            return self.files

        async def vital_signs(self, *_: object) -> VitalSigns:
            return VitalSigns(beats={}, polls=PollSigns(), outbox={}, stuck=0)

    store = Remembered()
    beside = ServiceBeside(own.world.settings(), store, lambda: datetime(2026, 3, 1, tzinfo=UTC))

    def titles() -> list[str]:
        return [rule.title for rule in beside.configuration.engine.rules]

    await beside.look()
    await beside.judge()
    assert beside.health(whole=False) == (503, "trouble\nno life\n"), "no service lives on its database"
    assert (titles(), sorted(beside.configuration.feed_ids)) == (
        ["Cluster munitions"],
        ["broken", "wire"],
    )
    own.world.write("rules/cluster-munitions.yaml", RULE.replace("title: Cluster munitions", "title: Others"))
    await beside.look()
    assert titles() == ["Others"]
    own.world.write("rules/cluster-munitions.yaml", "no rule")
    store.files = (ConfigFile(name="rules/cluster-munitions.yaml", content=RULE),)
    await beside.look()
    assert [rule.title for rule in beside.configuration.engine.rules] == ["Cluster munitions"], (
        "its last good version is live"
    )
    own.world.write("routes.yaml", "routes: [{name: night, channel: C0NIGHT}]\n")
    await beside.look()
    assert [route.name for route in beside.configuration.routes.all()] == ["night"]
