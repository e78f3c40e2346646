"""How a feed did, day by day, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model import FailureClass, FeedCourse, FeedDay, FeedState
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, HOUR, batch, item, lookup, new

TODAY = NOW.date()


async def test_a_day_counts_what_came_how_late_it_was_found_and_what_went_wrong(store: Store) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    for number, (at, published) in enumerate(
        [
            (midnight - timedelta(microseconds=1), None),
            (midnight, midnight - HOUR),
            (NOW, NOW - 3 * HOUR),
            (NOW, NOW + HOUR),
            (NOW - 40 * DAY, NOW - 41 * DAY),
        ]
    ):
        shown = item(f"{number}", seen_at=at, published=published)
        await store.judge(lookup(now=at), batch(new(f"{number}", item=shown)))
    works = FeedState(feed_id="bbc", polled_at=NOW)
    fails = replace(works, failures=1, failure=FailureClass.TIMEOUT)
    gap = replace(works, course=FeedCourse(missed=7, missed_until=NOW))
    known = replace(works, course=FeedCourse(missed=7, missed_until=NOW - HOUR))
    for state in (fails, replace(fails, failures=2), gap, known, works, replace(fails, polled_at=NOW - 2 * DAY)):
        await store.save_feed(state)
    await store.save_feed(replace(fails, feed_id="other"))
    assert await store.feed_days("bbc", NOW, days=3) == [
        FeedDay(day=TODAY - 2 * DAY, items=0, delay=None, failures=1, missed=0),
        FeedDay(day=TODAY - DAY, items=1, delay=None, failures=0, missed=0),
        FeedDay(day=TODAY, items=3, delay=2 * HOUR, failures=2, missed=7),
    ]


async def test_old_days_are_deleted(store: Store) -> None:
    failing = FeedState(feed_id="bbc", polled_at=NOW, failures=1)
    await store.save_feed(failing)
    await store.save_feed(replace(failing, polled_at=NOW + 50 * DAY))
    await store.prune(NOW, now=NOW + 100 * DAY)
    days = await store.feed_days("bbc", NOW + 60 * DAY, days=61)
    assert sum(day.failures for day in days) == 1
