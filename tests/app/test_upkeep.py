"""The database looks after itself: checked, pruned and backed up once a day, told once when that fails."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.app.storewatch import StoreWatch
from monitor.app.upkeep import Upkeep
from monitor.decide.notices import database as store_notices
from monitor.health.database import about_database
from monitor.model import Delivery, NoticeMessage, PastOutage, Room, Route
from storage import backup
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import batch, lookup, matched

OPS = Route(name="ops", channel="C0OPS")
DAY = timedelta(days=1)


async def _titles(store: Store) -> list[str]:
    waiting = await store.waiting_for({"C0OPS"}, NOW + 1000 * DAY, limit=100)
    return [one.message.title for one in waiting if isinstance(one.message, NoticeMessage)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


async def test_a_copy_is_made_each_day_and_the_oldest_go(store: Store, folder: Path) -> None:
    upkeep = Upkeep(store, retention=timedelta(days=90), backups=folder)
    sqlite = bool(await store.room())
    for hour in range(0, 24 * 10, 6):
        await upkeep.run(OPS, NOW + timedelta(hours=hour))
    copies = sorted(folder.glob("*.db"))  # noqa: ASYNC240
    assert len(copies) == (backup.KEPT if sqlite else 0)
    assert all(backup.require_sound(copy) for copy in copies)
    assert await _titles(store) == []


async def test_of_two_processes_one_does_it(store: Store, folder: Path) -> None:
    assert await store.begin_upkeep("backup", NOW, DAY) == ""
    assert await store.begin_upkeep("backup", NOW + timedelta(hours=23), DAY) is None
    assert await store.begin_upkeep("backup", NOW + DAY, DAY) == ""


async def test_a_clock_that_was_ahead_does_not_hold_it_up(store: Store) -> None:
    assert await store.begin_upkeep("backup", NOW + 400 * DAY, DAY) == ""
    assert await store.begin_upkeep("backup", NOW, DAY) == ""


async def test_a_backup_that_fails_is_told_once_and_when_it_works_again(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/w.db")
    await store.upgrade()
    folder = tmp_path / "copies"
    folder.write_text("a file stands in the way")
    upkeep = Upkeep(store, retention=timedelta(days=90), backups=folder)
    for hour in range(5):
        await upkeep.run(OPS, NOW + timedelta(hours=hour))
    assert await _titles(store) == ["The daily backup failed"]
    assert list(await store.upkeep_problems()) == ["backup"]
    folder.unlink()
    await upkeep.run(OPS, NOW + timedelta(hours=6))
    assert await _titles(store) == ["The daily backup failed", "The daily backup works again"]
    assert await store.upkeep_problems() == {}
    await store.close()


async def test_a_clock_that_is_weeks_ahead_for_a_moment_deletes_nothing(store: Store) -> None:
    """Open stories are found by what it would delete: each would get a second card when the clock is right again."""
    upkeep = Upkeep(store, retention=timedelta(days=90), backups=None)
    await store.judge(lookup(), batch(matched("a", "a")))
    await upkeep.run(None, NOW)
    ahead = NOW + 400 * DAY
    await upkeep.run(None, ahead)
    assert (await store.prune(NOW - 90 * DAY, now=NOW)).total == 0
    lost = await store.prune(ahead - 90 * DAY, now=ahead)
    assert lost.total > 0, "there was something to lose"
    await upkeep.run(None, NOW)


async def test_what_is_deleted_is_given_back_to_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    store = Store.open(f"sqlite:///{path}")
    await store.upgrade()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE filler (text TEXT)")
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 9_000,)] * 3_000)
        connection.execute("DELETE FROM filler")
    connection.close()
    await store.give_back()
    with sqlite3.connect(path) as connection:
        free = connection.execute("PRAGMA freelist_count").fetchone()
        pages = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    assert (free, pages[0] < 1_000) == ((0,), True)
    await store.close()


async def test_a_check_finds_damage_in_the_database_file(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    store = Store.open(f"sqlite:///{path}")
    await store.upgrade()
    assert await store.check() == ""
    await store.close()
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\x5a" * 4096 * 8)
    store = Store.open(f"sqlite:///{path}")
    await Upkeep(store, retention=timedelta(days=90), backups=None).run(None, NOW)
    assert "check" in await store.upkeep_problems()
    await store.close()


class _Troubled:
    """A database as its outages make it look; what is enqueued is kept."""

    def __init__(self) -> None:
        self.now: PastOutage | None = None
        self.past: tuple[PastOutage, ...] = ()
        self.told: list[str] = []
        self.free = 10**12

    def outage(self) -> PastOutage | None:
        return self.now

    def past_outages(self) -> tuple[PastOutage, ...]:
        past, self.past = self.past, ()
        return past

    async def mend_file(self, now: datetime) -> None:  # noqa: ARG002 - the protocol's
        return None

    async def upgrade(self) -> None: ...

    async def room(self) -> Room:
        return Room(path="/data/wirewatch.db", free=self.free, size=5_000_000)

    async def enqueue(self, deliveries: list[Delivery]) -> int:
        self.told += [one.message.title for one in deliveries if isinstance(one.message, NoticeMessage)]
        return len(deliveries)


async def test_an_outage_is_told_while_it_lasts_and_once_when_it_is_over() -> None:
    database, posted = _Troubled(), list[str]()

    async def post(delivery: Delivery) -> bool:
        assert isinstance(delivery.message, NoticeMessage)
        posted.append(delivery.message.text)
        return len(posted) > 1

    watch = StoreWatch(database, post=post, forget=lambda: None)  # type: ignore[arg-type]
    for seconds in (10, 40, 50, 55, 300):
        database.now = PastOutage("the disk is full", float(seconds))
        assert await watch.look(OPS, NOW + timedelta(seconds=seconds)) == 0
    assert len(posted) == 2, "the first did not arrive"
    assert "the disk is full" in posted[0]
    database.now, database.past = None, (PastOutage("the disk is full", 310.0),)
    assert await watch.look(OPS, NOW + timedelta(seconds=311)) == 1
    assert await watch.look(OPS, NOW + timedelta(seconds=316)) == 0
    assert database.told == ["The database works again"]


async def test_a_blink_is_not_told_and_a_full_disk_is_told_before_it_is_full() -> None:
    database = _Troubled()

    async def post(delivery: Delivery) -> bool:
        raise AssertionError

    watch = StoreWatch(database, post=post, forget=lambda: None)  # type: ignore[arg-type]
    database.past = (PastOutage("locked", 2.0),)
    assert await watch.look(OPS, NOW) == 0
    database.free = store_notices.LITTLE_ROOM - 1
    assert await watch.look(OPS, NOW) == 1
    assert database.told == ["The disk with the database is nearly full"]


@pytest.mark.parametrize(
    ("cannot", "free", "upkeep", "troubles", "degraded"),
    [
        ("", 10**12, {}, [], []),
        ("the disk with the database /x is full", 10**12, {}, ["the disk with the database /x is full"], []),
        ("", 50_000, {}, ["The disk with the database /d/w.db has 0.1 MB free"], []),
        ("", 50_000_000, {}, [], ["The disk with the database /d/w.db has 50.0 MB free"]),
        ("", 10**12, {"check": "page 3"}, ["the database is damaged"], []),
        ("", 10**12, {"backup": "no room"}, [], ["the daily backup failed: no room"]),
    ],
)
def test_health_says_why(
    cannot: str, free: int, upkeep: dict[str, str], troubles: list[str], degraded: list[str]
) -> None:
    found = about_database(cannot, Room(path="/d/w.db", free=free, size=1), upkeep)
    for lines, starts in ((found.troubles, troubles), (found.degraded, degraded)):
        assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
