"""A clock that jumps while the service runs: it is noticed, told, and nothing waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.testing import capture_logs

from monitor.app.clockwatch import ClockWatch
from monitor.app.runner import Every, start_anew
from monitor.deliver.leases import LEASE, LeaseWatch
from monitor.model import FeedState
from storage.store import Store
from tests.support.builders import NOW, hours, minutes
from tests.support.patience import PATIENCE
from tests.support.stored import delivery


class Machine:
    """A clock on the wall, and how long the machine has run."""

    def __init__(self) -> None:
        self.now, self.runs = NOW, 1_000.0

    def clock(self) -> datetime:
        return self.now

    def uptime(self) -> float:
        return self.runs

    def goes_on(self, seconds: float = 1.0, *, jump: timedelta = timedelta(0)) -> None:
        self.runs += seconds
        self.now += timedelta(seconds=seconds) + jump


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize(("jump", "direction"), [(hours(2), "forward"), (-hours(2), "back")])
async def test_a_jump_is_told_in_words_and_ends_what_waits(
    store: Store, machine: Machine, jump: timedelta, direction: str
) -> None:
    watch = ClockWatch(store, clock=machine.clock, uptime=machine.uptime)
    await store.save_feed(FeedState(feed_id="bbc", polled_at=NOW, next_poll_at=NOW + minutes(5)))
    with capture_logs() as logs:
        assert not await watch.look()
        machine.goes_on(minutes(2).total_seconds(), jump=jump)
        assert await watch.look()
        machine.goes_on()
        assert not await watch.look()
    (told,) = [line for line in logs if line["action"] == "clock_jumped"]
    assert (told["direction"], told["by"]) == (direction, "2 h")
    assert await store.take_due({"bbc"}, now=machine.now, lease=LEASE, limit=1) == ["bbc"]


async def test_what_is_written_by_a_clock_that_was_wrong_after_it_was_put_right_is_seen_soon(
    store: Store, machine: Machine
) -> None:
    """A poll that began before the jump writes afterwards; another machine's clock may be wrong at any time."""
    watch = ClockWatch(store, clock=machine.clock, uptime=machine.uptime)
    await watch.look()
    for wait in (15.0, 300.0):
        ahead = machine.now + hours(2)
        await store.save_feed(FeedState(feed_id="bbc", polled_at=ahead, next_poll_at=ahead + minutes(5)))
        machine.goes_on(wait)
        await watch.look()
        assert await store.take_due({"bbc"}, now=machine.now, lease=LEASE, limit=1) == ["bbc"]
        machine.goes_on(600)
        await watch.look()


async def test_a_database_that_is_locked_is_not_told_as_a_wrong_clock_and_is_asked_again(
    sqlite_url: str, machine: Machine
) -> None:
    store = Store.open(sqlite_url, busy_timeout=0.01)
    await store.save_feed(FeedState(feed_id="bbc", polled_at=NOW + hours(2), next_poll_at=NOW + hours(3)))
    watch = ClockWatch(store, clock=machine.clock, uptime=machine.uptime)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        assert not await watch.look()
        other.close()
        assert not await watch.look()
    await store.close()
    assert [(line["action"], line["event"]) for line in logs if line["action"].startswith("waits")] == [
        ("waits_not_put_right", "cannot check whether anything waits for a time that a wrong clock wrote; tried again"),
        ("waits_put_right", "waits for times that a wrong clock wrote are ended"),
    ]


async def test_jobs_that_wait_for_a_time_that_the_clock_left_are_started_anew() -> None:
    """APScheduler reckons with the wall clock: put back by two hours, an interval of a second would take two hours."""
    scheduler, ran = AsyncIOScheduler(), asyncio.Event()
    scheduler.add_job(ran.set, "interval", seconds=1, next_run_time=datetime.now(UTC) + hours(2))
    scheduler.start()
    try:
        start_anew(scheduler, datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            await ran.wait()
    finally:
        scheduler.shutdown(wait=False)


@pytest.mark.parametrize("gone", [timedelta(days=400), timedelta(seconds=0.75), timedelta(seconds=0.5)])
def test_turns_that_are_gone_are_not_counted_one_by_one(gone: timedelta) -> None:
    """After a clock's jump of 400 days there would be 69 million, over which the event loop hung."""
    tick = timedelta(seconds=0.5)
    following = Every(seconds=tick.total_seconds(), timezone=UTC).get_next_fire_time(NOW - gone, NOW)
    assert following is not None
    assert NOW - tick < following - tick <= NOW
    assert (following - (NOW - gone)) % tick == timedelta(0), "at the interval that it began with"


async def test_a_lease_by_a_clock_that_is_ahead_is_ended_when_it_was_watched_for_its_length(
    store: Store, machine: Machine
) -> None:
    await store.enqueue([delivery("a")])
    assert await store.take_delivery("C1", owner="crashed", now=NOW + hours(2), lease=LEASE)
    watch = LeaseWatch(store, clock=machine.clock, uptime=machine.uptime)
    await watch.look()
    assert watch.seconds_left() == LEASE.total_seconds()
    for _ in range(int(LEASE.total_seconds())):
        assert await store.due_channels(machine.now) == []
        machine.goes_on()
        await watch.look()
    assert watch.seconds_left() is None
    assert await store.due_channels(machine.now) == ["C1"]


async def test_a_lease_is_not_broken_because_the_clock_jumps_forward(store: Store, machine: Machine) -> None:
    """Its holder may be posting: only when its whole length has passed by is it over."""
    await store.enqueue([delivery("a"), delivery("b", channel="C2")])
    watch = LeaseWatch(store, clock=machine.clock, uptime=machine.uptime)
    await watch.look()
    assert await store.take_delivery("C1", owner="other", now=NOW, lease=LEASE)
    machine.goes_on(jump=hours(2))
    await watch.look()
    assert watch.in_doubt == {"C1"}
    machine.goes_on(LEASE.total_seconds())
    await watch.look()
    assert watch.in_doubt == frozenset()
