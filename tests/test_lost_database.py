"""A database that is deleted, emptied, replaced or restored: nothing is told twice, and ops hears what it was."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.health.signs import WorkSigns
from tests.support.patience import PATIENCE
from tests.support.world import DESK, World

_HEADLINES = [
    f"Cluster munitions kill {count} in {town}"
    for count, town in enumerate(("Aleppo", "Homs", "Kharkiv", "Taiz", "Gaza City"), start=3)
]


def _feed(headlines: list[str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://news.example/{number}</link><guid>g{number}</guid>"
        f"<description>{title}, hospital officials said.</description></item>"
        for number, title in enumerate(headlines)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'


@pytest.fixture
def world(world: World, unpaced: None) -> World:
    world.write("routes.yaml", "ops: ops\nroutes:\n- {name: desk, channel: C0DESK}\n- {name: ops, channel: C0OPS}\n")
    world.poll_feeds("wire")
    return world


def _delete(path: Path) -> None:
    path.unlink()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _empty(path: Path) -> None:
    _delete(path)
    path.touch()


LOSSES: dict[str, Callable[[Path], None]] = {"deleted": _delete, "emptied": _empty}


@pytest.mark.parametrize("catch_up", ["all", "12h"])
@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
async def test_what_stands_in_the_channel_is_not_told_again(
    world: World, lose: Callable[[Path], None], catch_up: str
) -> None:
    world.environment["WIREWATCH_CATCH_UP"] = catch_up
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:-1]))
    await world.poll()
    told = world.slack.messages(DESK)
    lose(world.database)
    world.feeds.serve("/wire.xml", _feed(_HEADLINES))
    await world.poll()
    again = world.slack.messages(DESK)[len(told) :]
    assert told
    assert len(again) == 1, "only what is new"
    assert _HEADLINES[-1] in again[0]["text"]
    assert not any(headline in again[0]["text"] for headline in _HEADLINES[:-1])


async def test_a_copy_from_before_knows_by_the_channel_what_was_told_since(world: World) -> None:
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:2]))
    await world.poll()
    code, _, err = await world.run("db", "backup", str(world.folder / "copy.db"))
    assert code == 0, err
    world.feeds.serve("/wire.xml", _feed(_HEADLINES))
    await world.poll()
    told = world.slack.alert_ids(DESK)
    code, out, err = await world.run("db", "restore", str(world.folder / "copy.db"))
    assert code == 0, err
    assert "before-" in out
    await world.poll()
    assert world.slack.alert_ids(DESK) == told


async def test_a_database_that_moves_to_postgresql_takes_what_waits_and_its_threads_along(
    world: World, postgresql_url: str
) -> None:
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:1]))
    await world.poll()
    world.slack.refuses = "token_revoked"
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:2]))
    await world.poll()
    world.slack.refuses = None
    code, _, err = await world.run("db", "backup", str(world.folder / "copy.db"))
    assert code == 0, err
    world.environment["DATABASE_URL"] = postgresql_url
    code, _, err = await world.run("db", "restore", str(world.folder / "copy.db"))
    assert code == 0, err
    world.feeds.serve("/wire.xml", _feed([*_HEADLINES[:2], "Cluster munitions in Aleppo: toll rises to 9 killed"]))
    await world.poll()
    async with world.opened(signs=WorkSigns(), clock=lambda: datetime.now(UTC) + timedelta(hours=1)) as (app, _):
        await app.outbox.drain()
    messages = world.slack.messages(DESK)
    parents = {message["text"]: message.get("thread_ts") for message in messages}
    assert len(messages) == len(parents) == 3, "the card of before, the one that waited, and the toll"
    (toll,) = (text for text in parents if "3 → 9" in text)
    assert parents[toll] == messages[0]["ts"], "the thread goes on"
    assert sum(_HEADLINES[1] in text for text in parents) == 1


async def test_a_history_that_may_not_be_read_keeps_nothing_back(world: World) -> None:
    world.slack.scopes = frozenset({"chat:write"})
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:1]))
    await world.poll()
    assert len(world.slack.messages(DESK)) == 1


def _replace(path: Path) -> None:
    other = path.with_name("other.db")
    shutil.copy(path.with_name("before.db"), other)
    other.replace(path)


def _delete_log(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink()


WHILE_RUNNING: dict[str, tuple[Callable[[Path], None], str]] = {
    "deleted": (_delete, "The database file was deleted"),
    "deleted but for its log": (Path.unlink, "The database file was deleted"),
    "replaced by a copy from before": (_replace, "The database file was replaced"),
    "without its log": (_delete_log, "A part of the database was deleted"),
}


@pytest.mark.long
@pytest.mark.parametrize(("do", "said"), WHILE_RUNNING.values(), ids=WHILE_RUNNING)
async def test_a_running_service_notices_mends_and_tells(world: World, do: Callable[[Path], None], said: str) -> None:
    shutil.copy(world.database, world.database.with_name("before.db"))
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:3]))
    service = await world.start("run")
    try:
        await _until(world, lambda: len(world.slack.messages(DESK)) == 3)
        do(world.database)
        await _until(world, lambda: any(said in message["text"] for message in world.slack.messages("C0OPS")))
        assert str(world.database) in " ".join(message["text"] for message in world.slack.messages("C0OPS"))
        world.feeds.serve("/wire.xml", _feed(_HEADLINES[:4]))
        await _until(world, lambda: len(world.slack.messages(DESK)) >= 4)
    finally:
        service.terminate()
        await service.communicate()
    assert service.returncode == 0
    await world.poll()
    assert len(world.slack.messages(DESK)) == 4, "nothing is told twice, also after a restart"


async def test_a_copy_that_cannot_be_restored_leaves_the_database_as_it_was(world: World) -> None:
    shutil.copy(world.database, world.folder / "copy.db")
    held = world.database.read_bytes()
    (world.folder / ".wirewatch.db.restored" / "in-the-way").mkdir(parents=True)
    code, _, err = await world.run("db", "restore", str(world.folder / "copy.db"))
    assert (code, "the database is as it was" in " ".join(err.split())) == (2, True), err
    assert world.database.read_bytes() == held


@pytest.mark.long
async def test_a_copy_is_not_restored_under_a_running_service(world: World) -> None:
    world.feeds.serve("/wire.xml", _feed(_HEADLINES[:1]))
    shutil.copy(world.database, world.folder / "copy.db")
    service = await world.start("run")
    try:
        await _until(world, lambda: bool(world.slack.messages(DESK)))
        code, _, err = await world.run("db", "restore", str(world.folder / "copy.db"))
        assert (code, "is in use: stop the service first" in err) == (2, True), err
        assert not list(world.folder.glob(".*.restored"))
    finally:
        service.terminate()
        await service.communicate()


BAD_COPIES = {
    "no file": (None, "there is no backup"),
    "of another program": (b"hello, this is no database at all", "is not a backup of Wirewatch, or is damaged"),
    "empty": (b"", "is not a backup of Wirewatch, or is damaged"),
}


@pytest.mark.parametrize(("content", "said"), BAD_COPIES.values(), ids=BAD_COPIES)
async def test_what_is_no_copy_is_refused_and_the_database_stays(
    world: World, content: bytes | None, said: str
) -> None:
    before = world.database.read_bytes()
    copy = world.folder / "copy.db"
    if content is not None:
        copy.write_bytes(content)
    code, _, err = await world.run("db", "restore", str(copy))
    assert (code, said in err) == (2, True), err
    assert world.database.read_bytes() == before


async def test_the_database_its_log_and_copies_are_private(world: World) -> None:
    world.database.chmod(0o644)
    mask = os.umask(0)
    try:
        code, _, err = await world.run("db", "upgrade")
        assert (code, "database_made_private" in err) == (0, True), err
        _delete(world.database)
        assert (await world.run("db", "upgrade"))[0] == 0
        assert (await world.run("db", "backup", str(world.folder / "copy.db")))[0] == 0
    finally:
        os.umask(mask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in world.folder.glob("*.db*")}
    assert modes == dict.fromkeys(modes, 0o600)
    assert {"wirewatch.db", "copy.db"} <= modes.keys()


async def _until(world: World, met: Callable[[], bool]) -> None:
    """Wait for posts until enough are there."""
    posted = asyncio.Event()
    world.slack.on_post = lambda _: posted.set()
    async with asyncio.timeout(PATIENCE):
        while not met():
            await posted.wait()
            posted.clear()
