"""Live edits in a house with real files, feeds and Slack: what is saved is live for the next poll."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from monitor.app.app import App, open_app
from monitor.config.configuration import Configuration
from monitor.config.reload import Reloader
from monitor.errors import SettingsError
from monitor.health.scrapes import answered
from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.metrics import Metrics
from monitor.model import FeedState, Match
from monitor.pipeline.poll import poll_all
from monitor.pipeline.report import PollReport
from storage.store import Store
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.patience import PATIENCE
from tests.support.ports import free_port
from tests.support.rules import shipped_files
from tests.support.world import DESK, World, read_until

pytestmark = pytest.mark.usefixtures("unpaced")

OPS = "C0OPS"
RULE = """format: 1
id: floods
title: Floods
words: {water: {en: [flood]}}
find: [{name: any mention, all: [water]}]
examples: {match: [Floods in the valley], no_match: [Sunny day]}
"""
STORMS = RULE.replace("flood", "storm").replace("Flood", "Storm")
WITH_DELUGE = RULE.replace("[flood]", "[flood, deluge]")
BROKEN = RULE.replace("title", "titel")
ROUTES = f"ops: ops\nroutes: [{{name: desk, channel: {DESK}}}, {{name: ops, channel: {OPS}}}]\n"


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    world.environment["WIREWATCH_RULES"] = str(tmp_path / "rules")
    world.write("rules/floods.yaml", RULE)
    world.write("routes.yaml", ROUTES)
    world.poll_feeds("wire")
    return world


@dataclass
class Service:
    """What `run` opens, with the polls left to the test. `used` has each configuration that was put to use."""

    world: World
    store: Store
    reloader: Reloader
    house: App
    metrics: Metrics
    live: Configuration
    used: asyncio.Queue[Configuration] = field(default_factory=asyncio.Queue)

    def use(self, configuration: Configuration) -> None:
        self.house.use(configuration)
        self.live = configuration
        self.used.put_nowait(configuration)

    async def look(self) -> None:
        await self.reloader.look(self.use)

    async def poll(self, *titles: str) -> list[PollReport]:
        """Poll every feed, each with one entry of each title, and deliver."""
        for feed in self.live.feeds:
            addresses = {title: f"https://{feed.id}.example/{title.replace(' ', '-')}" for title in titles}
            entries = [FeedEntry(title, address, address) for title, address in addresses.items()]
            self.world.feeds.serve(f"/{feed.id}.xml", rss(*entries))
        reports = await poll_all(self.house.poller, self.live.feeds, concurrency=5)
        await self.house.outbox.drain()
        return reports

    async def matched(self, title: str) -> int:
        return sum(report.matched for report in await self.poll(title))

    async def told(self) -> list[str]:
        """What ops has been told so far."""
        await self.house.outbox.drain()
        return [shown(message).replace(f"{self.world.folder}/", "") for message in self.world.slack.messages(OPS)]


def shown(message: dict[str, Any]) -> str:
    """All the text that a message shows."""
    parts = [part for block in message["blocks"] for group in block["elements"] for part in group["elements"]]
    return "".join(str(part.get("text", "")) for part in parts)


@asynccontextmanager
async def serving(world: World, *, watching: bool = False, busy_timeout: float = 30) -> AsyncIterator[Service]:
    options = world.settings()
    store = Store.open(options.database_url, busy_timeout=busy_timeout)
    stop = asyncio.Event()
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    try:
        await store.upgrade()
        metrics = Metrics()
        reloader = Reloader(options, store, metrics, clock=clock)
        live = await reloader.start()
        async with open_app(options, live, store, clock=clock, cards=Console(file=io.StringIO())) as house:
            service = Service(world, store, reloader, house, metrics, live)
            watch = asyncio.create_task(reloader.watch(service.use, stop)) if watching else None
            yield service
            stop.set()
            if watch:
                await watch
    finally:
        await store.close()


async def seen(service: Service) -> Configuration:
    """The next configuration put to use because somebody saw that files changed."""
    return await asyncio.wait_for(service.used.get(), PATIENCE)


async def until_matched(service: Service, title: str) -> None:
    while not service.live.engine.match(ItemTexts(title)):
        await seen(service)


def save(world: World, name: str, text: str) -> None:
    """As careful editors do: beside the file, then renamed over it."""
    world.write(f"{name}.new", text).rename(world.folder / name)


async def test_a_saved_rule_is_live_for_the_next_poll(world: World) -> None:
    async with serving(world, watching=True) as service:
        assert await service.matched("A deluge hits the valley") == 0
        save(world, "rules/floods.yaml", WITH_DELUGE)
        await seen(service)
        assert await service.matched("A deluge hits the coast") == 1
        world.write("rules/storms.yaml", STORMS)
        await seen(service)
        assert await service.matched("Storms hit the coast") == 1
        (world.folder / "rules" / "storms.yaml").unlink()
        await seen(service)
        assert await service.matched("Storms hit the valley") == 0


async def test_a_broken_rule_is_told_once_and_again_when_mended_and_meanwhile_the_old_one_matches(world: World) -> None:
    """Looking again, a restart and a second restart repeat nothing."""
    async with serving(world) as service:
        world.write("rules/floods.yaml", BROKEN)
        await service.look()
        await service.look()
        assert await service.matched("Floods in the north") == 1
        (told,) = await service.told()
        assert "Mistake in rules/floods.yaml" in told
        assert 'rules/floods.yaml:3:1: error: unknown key "titel"' in told
        assert "still using the version of " in told
    for place in ("south", "west"):
        async with serving(world) as service:
            assert await service.matched(f"Floods in the {place}") == 1
            assert len(await service.told()) == 1
    async with serving(world) as service:
        world.write("rules/floods.yaml", WITH_DELUGE)
        await service.look()
        assert await service.matched("A deluge hits the valley") == 1
        world.write("rules/floods.yaml", BROKEN)
        await service.look()
        assert await service.matched("A deluge hits the coast") == 1
        _, mended, again = await service.told()
        assert "rules/floods.yaml is fixed" in mended
        assert "fixed; in use since " in mended
        assert "Mistake in rules/floods.yaml" in again


async def test_without_a_watch_the_content_of_the_files_tells(world: World) -> None:
    """Also when neither size nor time of the file changed, as some mounts have it."""
    async with serving(world) as service:
        path = world.folder / "rules" / "floods.yaml"
        times = path.stat().st_atime_ns, path.stat().st_mtime_ns
        path.write_text(STORMS.replace("id: storms", "id: floods"), encoding="utf-8")
        os.utime(path, ns=times)
        await service.look()
        assert await service.matched("Storms in the north") == 1
        before = service.live
        await service.look()
        assert service.live is before, "files that did not change are not read again"


async def test_feeds_come_go_and_move(world: World) -> None:
    async with serving(world) as service:
        await service.poll("Sunny day")
        world.poll_feeds("wire", "post")
        await service.look()
        assert {report.id for report in await service.poll("Floods in the north")} == {"wire", "post"}
        world.poll_feeds("post")
        await service.look()
        assert [report.id for report in await service.poll("Sunny day")] == ["post"]

        moved = FeedState(
            feed_id="post",
            url="https://old.example/rss",
            etag='"1"',
            next_poll_at=datetime.now(UTC) + timedelta(days=1),
        )
        await service.store.save_feed(moved)
        world.write("feeds.yaml", f"feeds: [{{id: post, url: '{world.feeds.url('/mail.xml')}', interval: 1s}}]\n")
        await service.look()
        now = datetime.now(UTC)
        assert await service.store.take_due(["post"], now=now, lease=timedelta(seconds=1), limit=1) == ["post"]
        world.feeds.serve("/mail.xml", rss(FeedEntry("Floods in the south", "https://post.example/9", "9")))
        (report,) = await poll_all(service.house.poller, service.live.feeds, concurrency=1)
        assert report.matched == 1


async def test_a_feed_that_moved_while_the_service_was_down_is_polled_from_its_new_address(world: World) -> None:
    async with serving(world) as service:
        await service.poll("Sunny day")
        await service.store.save_feed(FeedState(feed_id="wire", url=world.feeds.url("/elsewhere.xml")))
    world.write("feeds.yaml", f"feeds: [{{id: wire, url: '{world.feeds.url('/mail.xml')}'}}]\n")
    world.feeds.serve("/mail.xml", rss(FeedEntry("Floods in the south", "https://wire.example/9", "9")))
    async with serving(world) as service:
        (report,) = await poll_all(service.house.poller, service.live.feeds, concurrency=1)
        assert report.matched == 1


async def test_a_feed_that_a_setting_refused_is_due_as_soon_as_the_service_starts_with_another(world: World) -> None:
    """However long it was to wait because it had failed."""
    world.environment["WIREWATCH_ALLOW_PRIVATE_ADDRESSES"] = "false"
    async with serving(world) as service:
        errors = [report.error for _ in range(5) for report in await service.poll("Floods in the south")]
        assert "WIREWATCH_ALLOW_PRIVATE_ADDRESSES" in str(errors[-1])
        later = datetime.now(UTC) + timedelta(seconds=2)
        due = functools.partial(service.store.take_due, ["wire"], now=later, lease=timedelta(minutes=1), limit=1)
        assert await due() == []
    world.environment["WIREWATCH_ALLOW_PRIVATE_ADDRESSES"] = "true"
    async with serving(world) as service:
        assert await service.store.take_due(["wire"], now=later, lease=timedelta(minutes=1), limit=1) == ["wire"]


async def test_an_edited_route_takes_the_next_alert(world: World) -> None:
    async with serving(world) as service:
        await service.poll("Floods in the north")
        world.write("routes.yaml", ROUTES.replace(DESK, "C0NEW"))
        await service.look()
        await service.poll("Wildfire season and floods, too, in Kherson")
        assert [len(world.slack.messages(channel)) for channel in (DESK, "C0NEW")] == [1, 1]


async def test_a_poll_under_way_ends_with_the_rules_it_began_with(world: World) -> None:
    async with serving(world) as service:
        poller = service.house.poller
        world.write("rules/floods.yaml", STORMS.replace("id: storms", "id: floods"))
        await service.look()
        world.feeds.serve("/wire.xml", rss(FeedEntry("Floods in the north", "https://wire.example/1", "1")))
        (report,) = await poll_all(poller, service.live.feeds, concurrency=1)
        assert report.matched == 1
        assert service.house.poller is not poller


async def test_what_a_link_points_to_is_swapped_as_kubernetes_does_it(world: World) -> None:
    """A ConfigMap is a folder of links through ..data, itself a link that is replaced."""
    mount = world.folder / "mount"
    for version, text in (("..1", RULE), ("..2", WITH_DELUGE)):
        world.write(f"mount/{version}/floods.yaml", text)
    (mount / "..data").symlink_to("..1")
    (mount / "floods.yaml").symlink_to("..data/floods.yaml")
    world.environment["WIREWATCH_RULES"] = str(mount)
    async with serving(world, watching=True) as service:
        (mount / "..data_tmp").symlink_to("..2")
        (mount / "..data_tmp").rename(mount / "..data")
        await seen(service)
        assert await service.matched("A deluge hits the valley") == 1


async def test_a_folder_that_takes_the_place_of_another_is_watched(world: World) -> None:
    async with serving(world, watching=True) as service:
        rules = world.folder / "rules"
        world.write("next/floods.yaml", WITH_DELUGE)
        rules.rename(world.folder / "before")
        (world.folder / "next").rename(rules)
        await until_matched(service, "A deluge hits the valley")
        world.write("rules/words/waters.yaml", "format: 1\ntitle: Waters\nwords: {en: [tsunami]}\n")
        world.write("rules/floods.yaml", RULE.replace("{en: [flood]}", "{en: [flood], from: [waters]}"))
        await until_matched(service, "A tsunami hits the valley")


@pytest.mark.parametrize("name", ["rules", "feeds.yaml", "routes.yaml", "rules/words"])
async def test_what_goes_away_and_comes_back_is_used_meanwhile_and_told_once_each(world: World, name: str) -> None:
    """As where a mount goes away. What lies beside it is none of the files."""
    world.write("compose.yaml", "services: {}\n")
    world.write("rules/words/waters.yaml", "format: 1\ntitle: Waters\nwords: {en: [flood]}\n")
    world.write("rules/floods.yaml", RULE.replace("{en: [flood]}", "{from: [waters]}"))
    async with serving(world) as service:
        place, away = world.folder / name, world.folder / "away"
        place.rename(away)
        await service.look()
        assert await service.matched("Flood in the valley") == 1
        (gone,) = await service.told()
        assert gone.startswith("Mistake")
        assert len(set(gone.splitlines())) == len(gone.splitlines())
        away.rename(place)
        await service.look()
        assert await service.matched("Another flood in the valley") == 1
        assert [text.partition("\n")[0].split()[-1] for text in (await service.told())[1:]] == ["fixed"]
        await service.look()
        assert len(await service.told()) == 2


async def test_while_the_database_is_locked_edits_are_live_and_ops_hears_later(world: World) -> None:
    async with serving(world, busy_timeout=0.05) as service:
        world.write("rules/floods.yaml", WITH_DELUGE)
        world.write("rules/storms.yaml", "format: 1\nid: storms\n")
        lock = sqlite3.connect(world.folder / "wirewatch.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        await service.look()
        assert service.live.engine.match(ItemTexts("A deluge hits the valley"))
        lock.execute("ROLLBACK")
        lock.close()
        assert await service.told() == []
        await service.look()
        (told,) = await service.told()
        assert "Mistake in rules/storms.yaml" in told
        kept = {file.name: file for file in await service.store.config_files()}
        assert kept["rules/floods.yaml"].content == WITH_DELUGE


async def test_a_fault_of_ours_leaves_what_was_live_and_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(*_: object) -> None:
        raise ZeroDivisionError("poison")

    async with serving(world) as service:
        with monkeypatch.context() as patched:
            patched.setattr("monitor.config.reload.choose_live", poisoned)
            for text in (WITH_DELUGE, STORMS):
                world.write("rules/floods.yaml", text)
                await service.look()
        assert await service.matched("Floods in the north") == 1
        (told,) = await service.told()
        assert "Changed files could not be read" in told
        assert "ZeroDivisionError: poison" in told
        world.write("rules/floods.yaml", WITH_DELUGE)
        await service.look()
        assert await service.matched("A deluge hits the coast") == 1


async def test_the_metrics_tell_of_reloads_and_of_the_rules_that_are_loaded(world: World) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with serving(world) as service, aiohttp.ClientSession() as session:

        async def scraped() -> set[str]:
            async with session.get(f"http://{address}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            return {
                line
                for line in lines
                if line.startswith(("wirewatch_config", "wirewatch_rules")) and "_created" not in line
            }

        with answered(address, service.metrics.registry):
            (rule,) = service.live.engine.rules
            assert await scraped() == {
                "wirewatch_config_last_reload_successful 1.0",
                'wirewatch_config_reloads_total{result="success"} 0.0',
                'wirewatch_config_reloads_total{result="failure"} 0.0',
                f'wirewatch_rules_loaded{{hash="{rule.hash}",rule="floods",status="live"}} 1.0',
            }
            world.write("rules/floods.yaml", BROKEN)
            await service.look()
            assert {
                "wirewatch_config_last_reload_successful 0.0",
                'wirewatch_config_reloads_total{result="failure"} 1.0',
            } <= await scraped()
            world.write("rules/floods.yaml", WITH_DELUGE)
            await service.look()
            (rule,) = service.live.engine.rules
            assert {
                "wirewatch_config_last_reload_successful 1.0",
                'wirewatch_config_reloads_total{result="success"} 1.0',
                f'wirewatch_rules_loaded{{hash="{rule.hash}",rule="floods",status="live"}} 1.0',
            } <= await scraped()


async def test_metrics_that_cannot_be_served_stop_the_start(world: World) -> None:
    async with serving(world) as service:
        address = f"127.0.0.1:{world.feeds.port}"
        refused = pytest.raises(SettingsError, match=f"WIREWATCH_METRICS: cannot listen on {address}")
        with refused, answered(address, service.metrics.registry):
            pass


def test_matching_beside_compiling_finds_what_it_finds_alone() -> None:
    """Rules are compiled on one thread while another matches; both use the same stemmers and word lists."""
    shipped = shipped_files().rules
    # A twenty-fifth of the terms has words in all languages, and takes little of the time.
    rules = [replace(rule, words={group: terms[::25] for group, terms in rule.words.items()}) for rule in shipped]
    every = [ItemTexts(example.text) for rule in rules for example in (*rule.match, *rule.no_match)]

    def found() -> list[tuple[Match, ...]]:
        engine = compile_rules(rules)
        return [engine.match(texts) for texts in every]

    alone = found()
    assert any(alone)
    with ThreadPoolExecutor(2) as threads:
        assert [one.result() for one in [threads.submit(found) for _ in range(2)]] == [alone] * 2


async def until_ops_heard(log: asyncio.StreamReader | None) -> None:
    """Wait for the delivery of a notice; cards of items may go out before it."""
    while (await read_until(log, "delivery_sent"))[-1]["kind"] != "notice":
        pass


async def test_the_running_service_takes_edits_refuses_mistakes_and_remembers_across_a_restart(world: World) -> None:
    """The whole of it, as a process: rules, feeds, the log, and what Slack hears."""
    world.feeds.serve("/wire.xml", rss(FeedEntry("Sunny day", "https://wire.example/1", "1")))
    process = await world.start("run")
    try:
        await read_until(process.stderr, "service_started")
        save(world, "rules/floods.yaml", WITH_DELUGE)
        told = await read_until(process.stderr, "files_reloaded")
        assert told[-1]["files"] == ["rules/floods.yaml"]
        (changed,) = told[-1]["rules_changed"] if isinstance(told[-1]["rules_changed"], list) else []
        assert changed.startswith("floods@")
        from_now_on = (await read_until(process.stderr, "rules_from_now_on"))[-1]
        assert from_now_on["rules"] == [changed]
        assert "`service.py poll` polls all of them now" in str(from_now_on["event"])
        world.feeds.serve("/wire.xml", rss(FeedEntry("A deluge hits the valley", "https://wire.example/2", "2")))
        await read_until(process.stderr, "item_matched")

        save(world, "rules/floods.yaml", BROKEN)
        told = await read_until(process.stderr, "files_reloaded")
        assert told[-1]["last_good"] == ["rules/floods.yaml"]
        await until_ops_heard(process.stderr)
        world.feeds.serve("/post.xml", rss(FeedEntry("Deluge in Kherson", "https://post.example/3", "3")))
        world.poll_feeds("wire", "post")
        told = await read_until(process.stderr, "files_reloaded", "item_matched")
        assert next(line for line in told if line.get("action") == "files_reloaded")["feeds_added"] == ["post"]
        assert "rules_from_now_on" not in [line.get("action") for line in told]
    finally:
        process.send_signal(signal.SIGTERM)
        rest = (await process.communicate())[1].decode()
    assert process.returncode == 0, rest

    process = await world.start("run")
    try:
        told = await read_until(process.stderr, "service_started")
        assert "last_good_live" in [line.get("action") for line in told]
        world.feeds.serve("/wire.xml", rss(FeedEntry("Deluge in Odesa port", "https://wire.example/4", "4")))
        await read_until(process.stderr, "item_matched")
        save(world, "rules/floods.yaml", RULE)
        await read_until(process.stderr, "files_reloaded")
        await until_ops_heard(process.stderr)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    await world.poll()
    notices = [shown(message) for message in world.slack.messages(OPS)]
    assert len(notices) == 2
    assert "rules/floods.yaml:3:1: error: " in notices[0]
    assert "rules/floods.yaml is fixed" in notices[1]
