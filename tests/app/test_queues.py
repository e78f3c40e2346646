"""What processes share: how often jobs are done in all of them together, and which lock each poll has."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("procrastinate", reason="procrastinate is not installed; any target of make installs it")

import procrastinate
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from monitor.app.queueing import POLLS, WORK, cron, turn_of, waiting_polls
from monitor.errors import StoreError
from monitor.model import Feed
from storage.store import Store

INTERVALS = {
    timedelta(seconds=1): "* * * * * */1",
    timedelta(seconds=3): "* * * * * */3",
    timedelta(seconds=30): "* * * * * */30",
    timedelta(minutes=1): "*/1 * * * *",
    timedelta(minutes=10): "*/10 * * * *",
    timedelta(hours=1): "0 * * * *",
}


@pytest.mark.parametrize(("every", "written"), INTERVALS.items())
def test_an_interval_is_written_as_cron_writes_it(every: timedelta, written: str) -> None:
    assert cron(every) == written


@pytest.mark.parametrize("every", [timedelta(seconds=7), timedelta(milliseconds=500), timedelta(minutes=7)])
def test_an_interval_that_cron_does_not_know_is_refused(every: timedelta) -> None:
    with pytest.raises(ValueError, match="in all processes together"):
        cron(every)


def feed(name: str, host: str) -> Feed:
    return Feed(id=name, name=name, url=f"https://{host}/{name}.xml", family=name)


def test_all_feeds_of_a_host_share_two_turns_and_each_keeps_its_own() -> None:
    turns = {name: turn_of(feed(name, "News.Example")) for name in map(str, range(50))}
    assert set(turns.values()) == {"host news.example 0", "host news.example 1"}
    assert turns == {name: turn_of(feed(name, "news.example")) for name in turns}
    assert turn_of(feed("1", "other.example")) not in turns.values()


async def test_the_tables_of_the_queue_are_made_once_and_those_of_other_versions_go(postgresql_url: str) -> None:
    store = Store.open(postgresql_url)
    sql = SchemaManager.get_schema()
    try:
        await store.make_queue("wirewatch_queue_old", sql)
        await store.make_queue("wirewatch_queue_used", sql)
        await store._database.write(
            lambda c: c.execute(text("INSERT INTO wirewatch_queue_used.procrastinate_workers DEFAULT VALUES"))
        )
        for _ in range(2):
            await store.make_queue("wirewatch_queue_new", sql)
        there = await store._database.read(
            lambda c: set(c.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'wirewatch%'")))
        )
    finally:
        await store.close()
    assert there == {"wirewatch_queue_used", "wirewatch_queue_new"}


async def test_waiting_polls_are_counted_by_their_turn_and_those_under_way_are_not(postgresql_url: str) -> None:
    store = Store.open(postgresql_url)
    address = await store.make_queue("wirewatch_queue_counted", SchemaManager.get_schema())
    await store.close()
    connector = procrastinate.PsycopgConnector(
        conninfo=address, kwargs={"options": "-c search_path=wirewatch_queue_counted"}, min_size=1, max_size=1
    )
    queue = procrastinate.App(connector=connector)
    async with queue.open_async():
        assert not await waiting_polls(queue)
        for name, lock, kind in [
            ("a", "host x 0", POLLS),
            ("b", "host x 0", POLLS),
            ("c", "host x 1", POLLS),
            ("d", "channel #c", WORK),
        ]:
            await queue.configure_task("poll", allow_unknown=True, queue=kind, lock=lock).defer_async(feed=name)
        assert await waiting_polls(queue) == {"host x 0": 2, "host x 1": 1}
        worker = await connector.execute_query_one_async(
            "INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id"
        )
        taken = await queue.job_manager.fetch_job(queues=[POLLS], worker_id=worker["id"])
        assert taken is not None
        assert await waiting_polls(queue) == {"host x 0": 1, "host x 1": 1}


async def test_sqlite_has_no_queue(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/w.db")
    with pytest.raises(StoreError):
        await store.make_queue("wirewatch_queue_x", "")
    await store.close()
