"""Ratings, the labelled items that come of them, and the revisions of a period with both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.model import FeedKind, ItemRevision, Rating
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    batch,
    history_of,
    item,
    lookup,
    match,
    matched,
    new,
    revised,
)


def rating(name: str = "a", **changed: Any) -> Rating:
    values: dict[str, Any] = {
        "item_id": f"i-{name}",
        "revision": 1,
        "rule": None,
        "relevant": True,
        "by": "olena",
        "at": NOW,
    }
    return Rating(**values | changed)


async def seen_between(store: Store, since: datetime, until: datetime) -> list[ItemRevision]:
    parts: list[Sequence[ItemRevision]] = [part async for part in store.revisions(since, until)]
    return [one for part in parts for one in part]


async def test_what_people_say_of_an_item_is_part_of_its_history(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "x"), new("b")))
    first = rating(relevant=False, rule="cluster-munitions", reason='"strike" is about a\x00 union')
    second = rating(relevant=True, rule="cluster-munitions", by="marko", at=NOW + HOUR)
    for one in (first, second, rating("b")):
        await store.rate(one)
    history = await history_of(store, "i-a")
    assert [(one.relevant, one.by, one.at) for one in history.ratings] == [
        (False, "olena", NOW),
        (True, "marko", NOW + HOUR),
    ]
    assert history.ratings[0].reason == '"strike" is about a union'


async def test_rated_items_are_texts_with_the_last_word_on_each_rule(store: Store) -> None:
    """A rating that names no rule is about the rules the revision met; one that names the rule goes before it."""
    two = (match("strikes"), match("reactions"))
    await store.judge(lookup(), batch(new("a", matches=two), new("b"), new("c", matches=two), new("d", matches=two)))
    await store.rate(rating("a", relevant=False))
    await store.rate(rating("b", rule="strikes", reason="missed"))
    await store.rate(rating("c", rule="strikes", relevant=True))
    await store.rate(rating("c", rule="strikes", relevant=False, at=NOW + MINUTE))
    await store.rate(rating("c", relevant=True, at=NOW + HOUR))
    labelled = {(one.item_id, one.rule): one for one in await store.rated_items()}
    assert {key: one.relevant for key, one in labelled.items()} == {
        ("i-a", "strikes"): False,
        ("i-a", "reactions"): False,
        ("i-b", "strikes"): True,
        ("i-c", "strikes"): False,
        ("i-c", "reactions"): True,
    }
    newest = await store.rated_items(limit=2)
    assert [(one.item_id, one.rule) for one in newest] == [("i-c", "reactions"), ("i-c", "strikes")]
    missed = labelled["i-b", "strikes"]
    assert (missed.title, missed.summary, missed.body, missed.language) == ("Title b", "Summary b", "Body b", "en")
    assert (missed.feed_id, missed.kind, missed.reason, missed.revision) == ("bbc", FeedKind.WIRE, "missed", 1)


async def test_a_rating_is_about_the_revision_that_was_shown(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    edited = item("a", title="Edited", content_hash="1:a2", entry_digest="digest-a2")
    await store.judge(lookup(), batch(revised("a", 2, edited)))
    await store.rate(rating(revision=2, rule="strikes"))
    assert [(one.title, one.revision) for one in await store.rated_items()] == [("Edited", 2)]


async def test_texts_that_were_rated_are_not_pruned(store: Store) -> None:
    old = NOW - 100 * DAY
    await store.judge(lookup(now=old), batch(matched("a", "x", at=old), matched("b", "y", {"idlib"}, at=old)))
    await store.rate(rating())
    assert (await store.prune(NOW - 90 * DAY, now=NOW)).revisions == 1
    assert (await store.prune(NOW - 90 * DAY, now=NOW)).total == 0, "what is kept does not keep pruning busy"
    assert [one.body for one in await store.rated_items()] == ["Body a"]


async def test_the_revisions_of_a_period_come_in_the_order_they_were_seen(store: Store) -> None:
    """More of them than one reading takes, many at one instant; its begin belongs to a period, its end does not."""
    together = [new(f"{number:04}", item=item(f"{number:04}")) for number in range(700)]
    before, first = new("before", item=item("before", seen_at=NOW - 2 * HOUR)), item("first", seen_at=NOW - HOUR)
    after = new("after", item=item("after", seen_at=NOW + HOUR))
    await store.judge(lookup(), batch(before, new("first", item=first, matches=(match(), match("strikes")))))
    await store.judge(lookup(), batch(*together))
    edited = item("first", title="Edited", content_hash="1:2", entry_digest="d2", seen_at=NOW + SECOND)
    await store.judge(lookup(), batch(revised("first", 2, edited, matches=(match("reactions"),))))
    await store.judge(lookup(), batch(after))
    await store.rate(rating("first", revision=2))
    assert await store.count_revisions(NOW - HOUR, NOW + HOUR) == 702
    found = await seen_between(store, NOW - HOUR, NOW + HOUR)
    assert [(one.item_id, one.revision) for one in found] == [
        ("i-first", 1),
        *((f"i-{number:04}", 1) for number in range(700)),
        ("i-first", 2),
    ]
    assert found[0].matches == (match(), match("strikes"))
    assert found[-1].matches == (match("reactions"),)
    assert (found[0].title, found[-1].title, found[-1].seen_at) == ("Title first", "Edited", NOW + SECOND)
    assert (found[0].feed_id, found[0].kind, found[0].source, found[0].language) == (
        "bbc", FeedKind.WIRE, "BBC News", "en",
    )  # fmt: skip
    assert found[0].ratings == found[-1].ratings == (rating("first", revision=2),)
    assert found[1].ratings == ()


async def test_a_period_in_which_nothing_was_seen_is_empty(store: Store) -> None:
    assert await store.count_revisions(NOW, NOW + HOUR) == 0
    assert await seen_between(store, NOW, NOW + HOUR) == []
