"""Requests shared out by a running service: from the rhythms in the database, within what the admin allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.app.sharing import Sharing
from monitor.collect.budget import Shares
from monitor.collect.pacing import Pacing
from monitor.model import Feed, FeedRhythm, FeedState
from monitor.settings import Requests
from storage.store import Store
from tests.support.builders import NOW, hours, minutes

RHYTHM = FeedRhythm(since=NOW - timedelta(days=28), counted_at=NOW, hours=(20.0,) * 24, days=(480 / 7,) * 7, recent=1.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/w.db")
    await store.upgrade()
    yield store
    await store.close()


def feed(name: str, **about: Any) -> Feed:
    return Feed(id=name, name=name, url=f"https://{name}.example/rss", family=f"of-{name}", **about)


async def test_shares_come_from_what_is_stored_of_the_feeds_that_are_polled(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="a", rhythm=RHYTHM))
    pacing = Pacing()
    sharing = Sharing(store, pacing, per_hour=Requests.AUTO, per_host=240)
    await sharing.look([feed("a"), feed("never-polled")], NOW)
    assert pacing.shares.requests == pytest.approx(24, rel=0.05)
    assert (await store.feed_state("a")).rhythm == RHYTHM
    await sharing.look([], NOW)
    assert pacing.shares == Shares()


async def test_several_processes_work_out_the_same_shares_of_one_budget(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="a", rhythm=RHYTHM))
    each = [Pacing(), Pacing()]
    for pacing, feeds in zip(each, ([feed("a"), feed("b")], [feed("b"), feed("a")]), strict=True):
        await Sharing(store, pacing, per_hour=20, per_host=240).look(feeds, NOW)
    assert each[0].shares == each[1].shares
    assert each[0].shares.requests == pytest.approx(20, rel=0.05)


async def test_fixed_intervals_are_kept_when_the_admin_wants_it(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="a", rhythm=RHYTHM))
    pacing = Pacing()
    await Sharing(store, pacing, per_hour=Requests.FIXED, per_host=240).look([feed("a")], NOW)
    assert pacing.shares == Shares()


async def test_promises_that_need_too_much_are_said_once(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="a", rhythm=RHYTHM))
    sharing = Sharing(store, Pacing(), per_hour=5, per_host=240)
    with capture_logs() as lines:
        for _ in range(3):
            await sharing.look([feed("a", promised=True)], NOW)
    assert [line["action"] for line in lines] == ["requests_over_budget"]
    assert lines[0]["allowed"] == 5


@pytest.mark.parametrize("promised", [False, True])
@pytest.mark.parametrize("known", [False, True])
async def test_what_the_intervals_come_to_is_never_too_much(store: Store, known: bool, promised: bool) -> None:
    """As at the first start, when nothing is known of any feed, with the settings as they are shipped."""
    feeds = [feed(f"f{number}", promised=promised) for number in range(40)]
    for one in feeds if known else ():
        await store.save_feed(FeedState(feed_id=one.id, rhythm=RHYTHM))
    with capture_logs() as lines:
        await Sharing(store, Pacing(), per_hour=Requests.AUTO, per_host=240).look(feeds, NOW)
    assert lines == []


async def test_feeds_with_a_story_of_many_are_polled_sooner_but_for_those_that_must_not(store: Store) -> None:
    states = [
        FeedState(feed_id="waits", polled_at=NOW, next_poll_at=NOW + minutes(15)),
        FeedState(feed_id="soon", polled_at=NOW, next_poll_at=NOW + timedelta(seconds=1)),
        FeedState(feed_id="fails", polled_at=NOW, next_poll_at=NOW + minutes(15), failures=1),
        FeedState(
            feed_id="asks", polled_at=NOW, next_poll_at=NOW + hours(1), rhythm=FeedRhythm(not_before=NOW + hours(1))
        ),
        FeedState(feed_id="other", polled_at=NOW, next_poll_at=NOW + minutes(15)),
        FeedState(feed_id="polled-now", polled_at=NOW - minutes(5), next_poll_at=NOW - minutes(1)),
    ]
    for state in states:
        await store.save_feed(state)
    assert await store.take_due(["polled-now"], now=NOW, lease=minutes(9), limit=9) == ["polled-now"]
    feeds = [feed(state.feed_id) for state in states]
    pacing = Pacing()
    sharing = Sharing(store, pacing, per_hour=Requests.AUTO, per_host=240)
    await sharing.hurry({one.family for one in feeds if one.id != "other"}, feeds, NOW)
    after = {state.feed_id: (await store.feed_state(state.feed_id)).next_poll_at for state in states}
    expected = {state.feed_id: state.next_poll_at for state in states} | {"polled-now": NOW + minutes(9)}
    sooner = after.pop("waits")
    expected.pop("waits")
    assert after == expected
    assert sooner is not None
    assert NOW < sooner <= NOW + minutes(1.25)
    assert pacing.is_hurried(feeds[0], now=NOW)
    assert not pacing.is_hurried(feeds[4], now=NOW)
    await store.save_feed(states[0])
    await sharing.hurry({feeds[0].family}, feeds, NOW + minutes(1))
    assert (await store.feed_state("waits")).next_poll_at == states[0].next_poll_at, "once for each hurry"
