"""Alerted articles that their feed does not show any more, as the store tells of them."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Absent, FeedState, VanishedItem, VanishedMessage
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, HOUR, MINUTE, batch, card, delivery, lookup, matched, new

SHOWN = ["digest-other"]


async def missed(store: Store) -> None:
    """An article with a card that its feed was seen to have taken out."""
    told = batch(matched("a", "a"), matched("b", "b"), cards=[card()])
    await store.judge(lookup(), told)
    await store.miss("bbc", {"i-a"}, (), NOW + HOUR)


async def polled(store: Store, after: int) -> None:
    await store.save_feed(FeedState(feed_id="bbc", succeeded_at=NOW + HOUR + after * MINUTE))


async def vanished(store: Store, after: int) -> list[str]:
    found = await store.vanished(NOW + HOUR + after * MINUTE, latest=2 * DAY)
    return [one.item_id for one in found]


async def test_only_recent_articles_with_a_card_are_missed_and_only_where_no_entry_shows_them(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "a"), matched("b", "b"), cards=[card()]))
    absent = Absent("i-a", NOW - HOUR, "guid-a")
    assert await store.absent("bbc", SHOWN, since=NOW - DAY) == ((absent,), frozenset())
    assert await store.absent("bbc", [*SHOWN, "digest-a"], since=NOW - DAY) == ((), frozenset())
    assert await store.absent("bbc", SHOWN, since=NOW + DAY) == ((), frozenset())
    assert await store.absent("cnn", SHOWN, since=NOW - DAY) == ((), frozenset())
    assert await store.published("bbc", ["digest-a", "digest-other"]) == {"digest-a": NOW - HOUR}


async def test_a_feed_is_watched_while_it_may_lack_what_it_was_alerted_for(store: Store) -> None:
    async def watched(feed: str = "bbc", since: datetime = NOW - DAY) -> bool:
        return (await store.seen_before(feed, SHOWN, since=since)).watched

    await store.judge(lookup(), batch(new("a"), matched("b", "b")))
    assert not await watched(), "none of its stories has a card"
    await store.judge(lookup(), batch(matched("c", "c"), cards=[card("c")]))
    assert await watched()
    assert not await watched("cnn")
    assert not await watched(since=NOW + DAY)
    await store.miss("bbc", {"i-a"}, (), NOW + HOUR)
    assert await watched(since=NOW + DAY), "until it shows the article again"


async def test_what_is_missed_counts_as_gone_once_its_feed_was_polled_again(store: Store) -> None:
    await missed(store)
    assert await vanished(store, 20) == []
    await polled(store, 5)
    assert await vanished(store, 9) == []
    assert await store.vanished(NOW + HOUR + 20 * MINUTE, latest=2 * DAY) == (
        VanishedItem(item_id="i-a", title="Title a", source="BBC News", since=NOW + HOUR, card=card(channel="")),
    )
    assert await vanished(store, 3 * 24 * 60) == []


async def test_what_was_told_or_came_back_is_not_told_again(store: Store) -> None:
    await missed(store)
    await polled(store, 5)
    said = VanishedMessage(story_id="s-a", title="Title a", source="BBC News", since=NOW)
    await store.enqueue([delivery("v", said, key="vanished:i-a:desk")])
    assert await vanished(store, 20) == []


async def test_what_the_feed_shows_again_is_missed_no_more(store: Store) -> None:
    await missed(store)
    await polled(store, 5)
    await store.miss("bbc", (), {"i-a"}, NOW + 2 * HOUR)
    assert await vanished(store, 20) == []
    assert (await store.absent("bbc", SHOWN, since=NOW - DAY))[1] == frozenset()
