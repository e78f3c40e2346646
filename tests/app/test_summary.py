"""The daily summary: once a day at its hour, bounded, and nothing on a day on which nothing is bad."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.app import summary
from monitor.decide.daily import Day, daily
from monitor.model import (
    FailureClass,
    FeedCourse,
    FeedHealth,
    FeedState,
    Room,
    Route,
    Silence,
    Stored,
)
from storage.store import Store
from tests.support.builders import NOW

OPS = Route(name="ops", channel="C0OPS")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STORED = Stored(items=1200, stories=30, size=52_000_000)


def state(name: str, **over: object) -> FeedState:
    course = FeedCourse(new_at=NOW, newest_at=NOW, patience=3 * DAY)
    return replace(FeedState(feed_id=name, baselined_at=NOW - 30 * DAY, course=course), **over)  # type: ignore[arg-type]


def failing(name: str, since: datetime = NOW - 2 * HOUR, **over: object) -> FeedState:
    failure = {"failure": FailureClass.HTTP, "reason": "HTTP 500", "failures": 9, "failing_since": since}
    return state(name, **failure | over)


def frozen(name: str) -> FeedState:
    quiet = FeedCourse(new_at=NOW - 9 * DAY, newest_at=NOW - 9 * DAY, patience=2 * DAY)
    return state(name, course=quiet)


class Desk:
    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        self.feeds: set[str] = set()

    async def show(self, *states: FeedState) -> None:
        for one in states:
            self.feeds.add(one.feed_id)
            await self.store.save_feed(one)

    async def look(self, *, after: timedelta = timedelta(0)) -> list[str]:
        """What ops reads at the next look that it did not before."""
        self.now += after
        known = await self._told()
        await summary.look(self.store, self.feeds, OPS, self.now, canary_at=self.now - HOUR)
        return (await self._told())[len(known) :]

    async def _told(self) -> list[str]:
        waiting = await self.store.waiting_for([OPS.channel], self.now, limit=99)
        return [f"{one.message.title}\n{one.message.text}" for one in waiting]  # type: ignore[union-attr]


async def test_a_day_says_what_got_worse_what_works_again_and_what_is_still_bad(store: Store) -> None:
    desk = Desk(store)
    await desk.show(state("good"), state("worse"), failing("healed"), failing("still"), frozen("ice"))
    assert await desk.look() == [], "the first day is not over"
    gap = FeedCourse(
        new_at=NOW + DAY, newest_at=NOW + DAY, patience=3 * DAY, missed=7, missed_after=NOW, missed_until=NOW + HOUR
    )
    await desk.show(
        failing("worse", NOW + HOUR, reason="HTTP 403 with *markup*\nand lines"),
        state("healed"),
        state("wire", course=gap),
        state("moved", url="https://elsewhere.example/feed", course=replace(gap, missed_until=NOW - HOUR)),
    )
    (text,) = await desk.look(after=DAY)
    title, *lines = text.splitlines()
    assert title == "The last day: 1 worse, 1 working again, 2 still bad"
    assert lines[:5] == [
        "Got worse: worse (blocked since 2026-03-04 13:00 UTC: HTTP 403 with *markup* and lines).",
        "Working again: healed.",
        "Have moved: moved.",
        "Still bad: ice (frozen since 2026-02-23 12:00 UTC); still (failing since 2026-03-04 10:00 UTC: HTTP 500).",
        "May have shown more than was seen: wire (about 7 entries after 2026-03-04 12:00 UTC).",
    ]
    assert lines[5].startswith("The database has ")
    assert lines[5].endswith("The last test entry arrived at 11:00 UTC.")
    assert await desk.look(after=timedelta(minutes=10)) == [], "a restart or another process repeats nothing"
    (text,) = await desk.look(after=DAY)
    assert text.splitlines()[0] == "The last day: 3 still bad"


async def test_a_day_on_which_nothing_is_bad_brings_nothing(store: Store) -> None:
    desk = Desk(store)
    await desk.show(state("good"), failing("once", failures=1))
    assert [await desk.look(after=DAY) for _ in range(3)] == [[]] * 3


async def test_it_keeps_to_its_hour_and_after_a_pause_begins_a_new_one(store: Store) -> None:
    desk = Desk(store)
    await desk.show(failing("a"))
    await desk.look()
    late = timedelta(minutes=9)
    assert len(await desk.look(after=DAY + late)) == 1
    assert len(await desk.look(after=DAY - late)) == 1, "not nine minutes later each day"
    assert len(await desk.look(after=9 * DAY)) == 1
    assert await desk.look(after=DAY - HOUR) == []


async def test_a_clock_that_was_a_month_ahead_silences_no_summary(store: Store) -> None:
    desk = Desk(store)
    await desk.show(failing("a"))
    await desk.look(after=30 * DAY)
    desk.now = NOW
    assert len(await desk.look(after=timedelta(minutes=2))) == 1
    assert await desk.look(after=HOUR) == []
    assert len(await desk.look(after=DAY)) == 1


async def test_of_two_processes_one_tells(store: Store) -> None:
    desk = Desk(store)
    await desk.show(failing("a"))
    await desk.look()
    before = await store.last_summary()
    assert before is not None
    assert len(await desk.look(after=DAY)) == 1
    assert await store.save_summary(before[0], desk.now, {}, ()) == 0
    assert (await store.last_summary() or (None, {}))[1] == {"a": "failing"}


def test_rules_that_are_silent_are_in_it() -> None:
    silent = Silence(rule="strikes", language="ar", since=NOW, found_at=NOW, hours=24, expected=14.2, seen=0)
    day = Day(since=NOW - DAY, before={}, feeds=[], silences=[silent, replace(silent, over_at=NOW)], stored=STORED)
    (told,) = daily(day, OPS, now=NOW)
    text = told.message.text  # type: ignore[union-attr]
    assert text.splitlines()[0] == (
        "Rules that match far less than usual: strikes in Arabic: no match since 2026-03-04 12:00 UTC; about 14 are "
        "usual in 1 d."
    )
    assert daily(day, None, now=NOW) == ()


HEALTHS = st.sampled_from(list(FeedHealth))


@given(st.dictionaries(st.integers(0, 400), st.tuples(HEALTHS, HEALTHS), max_size=300), st.text(max_size=400))
def test_however_many_feeds_are_bad_one_message_holds_it(
    feeds: dict[int, tuple[FeedHealth, FeedHealth]], reason: str
) -> None:
    shown = [
        (failing(f"feed-{name}", reason=reason, course=FeedCourse(missed=9, missed_until=NOW)), health)
        for name, (health, _) in feeds.items()
    ]
    before = {f"feed-{name}": str(health) for name, (_, health) in feeds.items()}
    day = Day(since=NOW - DAY, before=before, feeds=shown, stored=STORED, room=Room(path="x", free=9, size=9))
    told = daily(day, OPS, now=NOW)
    assert len(told) == bool(feeds)
    for one in told:
        assert len(one.message.text) < 6_000  # type: ignore[union-attr]
        assert one.message.text.count("\n") <= 6  # type: ignore[union-attr]
