"""A story that was open before linking kept profiles goes on after the upgrade."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from monitor.app.reread import reread
from monitor.link.join import WINDOW, join, member_of
from monitor.link.reading import read_report
from monitor.model import Context, FeedState
from storage.store import Store
from tests.support.builders import NOW, item
from tests.support.stored import batch, card, delivery, lookup, matched

FIRST = "Six killed as cluster shells hit market in Saraqib"
LATER = item("Cluster shells on Saraqib market: toll rises to 14 killed, doctors say", seen_at=NOW)


async def of_old(store: Store, url: str) -> None:
    """A story as migration 0003 left it."""
    first = matched("a", "a", keys=("shell", "saraqib"))
    await store.judge(lookup(), batch(first, deliveries=[delivery("a")], cards=[card("a")]))
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (
            "UPDATE stories SET profile = '{}'",
            "UPDATE story_items SET profile = '{}'",
            "UPDATE story_items SET title = :title, summary = ''",
        ):
            connection.execute(text(statement), {"title": FIRST} if ":title" in statement else {})
    engine.dispose()


async def joined(store: Store) -> str:
    """The story that the next report joins, as far as the store finds it."""
    report = read_report(LATER, ())
    found: list[Context] = []

    def build(context: Context):  # type: ignore[no-untyped-def]
        found.append(context)
        return batch()(context)

    asked = lookup(story_keys=(report.keys,), stories_since=NOW - WINDOW)
    await store.judge(asked, build)
    return join(report, member_of(report, LATER, "i-b"), found[0].stories, now=NOW).story_id


async def test_the_next_report_joins_the_story_of_old(store: Store, migrated_url: str) -> None:
    await of_old(store, migrated_url)
    assert await joined(store) != "s-a", "nothing is kept that it could be known by"
    assert await reread(store, NOW) == 1
    assert await joined(store) == "s-a"
    assert await reread(store, NOW) == 0, "once is enough"


@pytest.mark.parametrize(("later", "count"), [(WINDOW, 1), (WINDOW + timedelta(seconds=1), 0)])
async def test_only_open_stories_are_read_again(store: Store, migrated_url: str, later: timedelta, count: int) -> None:
    await of_old(store, migrated_url)
    assert await reread(store, NOW + later) == count


async def test_a_database_of_today_is_left_alone(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="bbc"))
    await store.judge(lookup(), batch(matched("a", "a")))
    assert await reread(store, NOW) == 0
