"""The database underneath: locks, crashes, shared commits."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from monitor.errors import StoreBusy, StoreError
from monitor.model import Batch, Beat, Context, DeliveryState, FeedState
from storage.database import Database, Work
from storage.locks import STORY_LOCK, lock_named
from storage.store import Store
from tests.support import nursery
from tests.support.builders import NOW
from tests.support.stored import MINUTE, batch, delivery, lookup, new, outbox_counts, settlement, taken

if TYPE_CHECKING:
    from monitor.deliver.outboxstore import OutboxStore
    from monitor.pipeline.needs import PollStore

    def _has_the_shape_of(store: Store) -> tuple[PollStore, OutboxStore]:
        """Checked by mypy: the store is what polling and delivering ask for."""
        return store, store


CRASH = """
import asyncio, os, sys
from storage.store import Store
from tests.support.stored import batch, delivery, lookup, matched, card, NOW

store = Store.open(sys.argv[1])
written = batch(matched("a", "x"), deliveries=[delivery("a")], cards=[card("x", "a")])

def write(connection):
    from storage import judging
    judging._judge(connection, lookup(), written)
    os.kill(os.getpid(), 9)

async def crash():
    if sys.argv[2] == "before":
        await store._database.write(write)
    await store.judge(lookup(), written)
    os.kill(os.getpid(), 9)

asyncio.run(crash())
"""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_before_the_commit_leaves_nothing_and_after_it_everything(
    store: Store, tmp_path: Path, moment: str
) -> None:
    url = store._database.url.render_as_string(hide_password=False)
    process = await nursery.started(tmp_path, os.environ, ["-c", CRASH, url, moment])
    _, errors = await process.communicate()
    assert process.returncode == -9, errors.decode()
    there = moment == "after"
    assert bool((await store.seen_before("bbc", {"digest-a"}, since=NOW)).seen) is there
    assert (await outbox_counts(store))[DeliveryState.PENDING] == there
    assert (await store.item_id_of("i-a") is not None) is there


async def test_every_method_that_writes_says_when_a_sqlite_file_stays_locked(sqlite_url: str) -> None:
    store = Store.open(sqlite_url, busy_timeout=0.01)
    await store.enqueue([delivery("a")])
    attempt = await taken(store)
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for call in (
        store.take_due({"bbc"}, now=NOW, lease=MINUTE, limit=1),
        store.save_feed(FeedState(feed_id="bbc")),
        store.judge(lookup(), batch(new("a"))),
        store.recover(NOW),
        store.take_delivery("C1", owner="me", now=NOW, lease=MINUTE),
        store.settle(attempt, settlement(DeliveryState.SENT), owner="me", now=NOW),
        store.enqueue([delivery("b")]),
        store.heartbeat("poller", Beat(at=NOW)),
        store.prune(NOW, now=NOW),
    ):
        with pytest.raises(StoreBusy, match="locked"):
            await call
    assert (await store.seen_before("bbc", {"a"}, since=NOW)).seen == frozenset(), "reading goes on"
    assert (await store.vital_signs(NOW)).polls.total == 0
    other.execute("ROLLBACK")
    await store.settle(attempt, settlement(DeliveryState.SENT), owner="me", now=NOW)
    other.close()
    await store.close()


async def test_writes_that_wait_together_for_a_locked_sqlite_file_are_refused_together(sqlite_url: str) -> None:
    """One after the other they waited for minutes, and the watchdog ended the process."""
    database, tries = Database(sqlite_url, busy_timeout=0.1), list[str]()
    database.timed = lambda kind, _: tries.append(kind)
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = await asyncio.gather(
        *(database.write(lambda _: None, urgent=n % 2 == 0) for n in range(20)), return_exceptions=True
    )
    assert {type(error) for error in refused} == {StoreBusy}
    assert len(tries) < 10, "a few joined while the first one waited"
    other.execute("ROLLBACK")
    await database.write(lambda _: None)
    other.close()
    await database.close()


async def test_a_judgement_elsewhere_that_never_ends_makes_postgresql_busy(postgresql_url: str) -> None:
    store = Store.open(postgresql_url, busy_timeout=0.05)
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": STORY_LOCK})
        with pytest.raises(StoreBusy, match="locked"):
            await store.judge(lookup(story_keys=(frozenset({"homs"}),)), batch())
    with engine.begin() as connection:
        lock_named(connection, ["bbc"])
        with pytest.raises(StoreBusy, match="locked"):
            await store.judge(lookup(), batch())
        await store.judge(lookup("dw", family="dw"), batch(state=FeedState(feed_id="dw")))
    engine.dispose()
    await store.close()


async def test_a_postgresql_that_restarted_is_used_again(postgresql_url: str) -> None:
    """Connections that the server closed meanwhile are replaced, not handed out."""
    store = Store.open(postgresql_url)
    await store.save_feed(FeedState(feed_id="bbc"))
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    assert await store.feed_state("bbc") == FeedState(feed_id="bbc")
    await store.heartbeat("poller", Beat(at=NOW))
    await store.close()


async def test_sqlite_is_set_up_to_lose_nothing(sqlite_url: str) -> None:
    database = Database(sqlite_url, busy_timeout=1)

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    full = 2
    assert await database.write(pragmas) == ["wal", full, 1, 0]
    assert await database.read(pragmas) == ["wal", full, 1, 1]
    await database.close()


async def test_reading_writes_nothing(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    with pytest.raises(StoreError, match="readonly"):
        await store._database.read(lambda connection: connection.execute(text("DELETE FROM feeds")))
    await store.close()


@pytest.mark.parametrize(
    ("longest", "order"),
    [
        (60.0, ["|", "urgent", "hurried", "|", *"abcd", "|"]),
        (0.0, ["|", "urgent", "|", "hurried", "|", *"a|b|c|d|"]),
    ],
    ids=["together", "one at a time"],
)
async def test_writes_share_a_commit_for_so_long_and_urgent_ones_wait_for_no_others(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, longest: float, order: list[str]
) -> None:
    monkeypatch.setattr("storage.database._LONGEST_GROUP", longest)
    database = Database(sqlite_url, busy_timeout=5)
    begun, go_on = threading.Event(), threading.Event()
    written: list[str] = []

    def first(_: Connection) -> None:
        begun.set()
        go_on.wait(10)

    waiting = asyncio.create_task(database.write(first))
    await asyncio.to_thread(begun.wait, 10)
    event.listen(database._write_engine, "commit", lambda _: written.append("|"))
    writes = [(name, False) for name in "ab"] + [("urgent", True), ("c", False), ("hurried", True), ("d", False)]
    others = [
        asyncio.create_task(database.write(lambda _, name=name: written.append(name), urgent=urgent))  # type: ignore[misc]
        for name, urgent in writes
    ]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(waiting, *others)
    await database.close()
    assert written == order


async def test_what_is_urgent_ends_the_group_that_it_joins(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may come while others are written together: it goes next, and those behind it make a group of their own."""
    monkeypatch.setattr("storage.database._LONGEST_GROUP", 60.0)
    database = Database(sqlite_url, busy_timeout=5)
    written: list[str] = []
    gates = {name: (threading.Event(), threading.Event()) for name in ("first", "a")}

    def write(name: str) -> Work[None]:
        def work(_: Connection) -> None:
            if name in gates:
                begun, go_on = gates[name]
                begun.set()
                go_on.wait(10)
            written.append(name)

        return work

    tasks = [asyncio.create_task(database.write(write("first")))]
    await asyncio.to_thread(gates["first"][0].wait, 10)
    event.listen(database._write_engine, "commit", lambda _: written.append("|"))
    tasks += [asyncio.create_task(database.write(write(name))) for name in "abc"]
    await asyncio.sleep(0)
    gates["first"][1].set()
    await asyncio.to_thread(gates["a"][0].wait, 10)
    tasks.append(asyncio.create_task(database.write(write("urgent"), urgent=True)))
    await asyncio.sleep(0)
    gates["a"][1].set()
    await asyncio.gather(*tasks)
    await database.close()
    assert written == ["first", "|", "a", "urgent", "|", "b", "c", "|"]


async def test_waiting_writes_share_a_commit_and_fail_alone(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._LONGEST_GROUP", 60.0)
    database = Database(sqlite_url, busy_timeout=1)
    gate = threading.Event()
    commits: list[object] = []
    event.listen(database._write_engine, "commit", commits.append)

    def insert(name: str) -> Work[str]:
        def work(connection: Connection) -> str:
            gate.wait(10)
            connection.execute(text("INSERT INTO feeds (id) VALUES (:name)"), {"name": name})
            return name

        return work

    names = ["a", "b", "c", "b", "d"]
    writes = [asyncio.ensure_future(database.write(insert(name))) for name in names]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [result for result in results if isinstance(result, str)] == ["a", "b", "c", "d"]
    assert isinstance(results[3], StoreError)
    assert len(commits) <= 2, "the first may have begun before the others came"
    ids = await database.read(lambda c: list(c.scalars(text("SELECT id FROM feeds ORDER BY id"))))
    assert ids == ["a", "b", "c", "d"]
    await database.close()


async def test_a_transaction_that_sqlite_took_back_by_itself_fails_for_all_who_shared_it(sqlite_url: str) -> None:
    """A full disk makes SQLite end the transaction; what comes after it must not be written outside of one."""
    database = Database(sqlite_url, busy_timeout=1)
    gate = threading.Event()

    def insert(name: str, *, full: bool = False) -> Work[None]:
        def work(connection: Connection) -> None:
            gate.wait(10)
            connection.execute(text("INSERT INTO feeds (id) VALUES (:name)"), {"name": name})
            if full:
                connection.connection.dbapi_connection.execute("ROLLBACK")  # type: ignore[union-attr]
                raise OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))

        return work

    works = [insert("first"), insert("a"), insert("b", full=True), insert("c")]
    writes = [asyncio.ensure_future(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*writes, return_exceptions=True)
    failed = [name for name, result in zip(["first", "a", "b", "c"], results, strict=True) if result is not None]
    assert "b" in failed
    ids = await database.read(lambda c: set(c.scalars(text("SELECT id FROM feeds"))))
    assert ids == {"first", "a", "b", "c"} - set(failed), "told that it failed if and only if it is not there"
    await database.close()


async def test_a_write_cancelled_while_it_waits_is_not_carried_out(store: Store) -> None:
    gate = threading.Event()

    def slow(context: Context) -> Batch:
        gate.wait(10)
        return Batch(state=context.state)

    running = [asyncio.ensure_future(store.judge_in_turn([(lookup(f"f{number}"), slow)])) for number in range(8)]
    cancelled = asyncio.ensure_future(store.heartbeat("never", Beat(at=NOW)))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await asyncio.sleep(0)  # the write learns of it a turn of the loop later
    gate.set()
    await asyncio.gather(*running)
    assert (await store.vital_signs(NOW)).heartbeats == {}


async def test_closing_finishes_what_was_asked_for(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    writes = [asyncio.ensure_future(store.heartbeat(f"part-{number}", Beat(at=NOW))) for number in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writes)
    again = Store.open(migrated_url)
    assert len((await again.vital_signs(NOW)).heartbeats) == 20
    await again.close()
