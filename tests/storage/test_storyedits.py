"""Merging and splitting stories: items, cards and open digests follow, and everything is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import EditRefused
from monitor.model import CardMessage, DeliveryState, DigestMessage, EditKind, Severity, StoryEdit
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    alert,
    batch,
    card,
    context_of,
    counted_record,
    delivery,
    digest,
    history_of,
    lookup,
    matched,
    outbox_counts,
    settlement,
    taken,
)

LATER = NOW + HOUR
BY_ANNA: dict[str, Any] = {"by": "Anna", "reason": "one strike", "at": LATER, "facts_of": counted_record}


async def _two_stories(store: Store) -> None:
    """Story x of items a and b with a card on desk and night; story y of item c with a card on desk."""
    await store.judge(
        lookup(),
        batch(
            matched("a", "x", {"homs", "200"}),
            matched("b", "x", {"homs", "hama"}, fresh=False, at=NOW + MINUTE),
            matched("c", "y", {"idlib"}, at=NOW + 2 * MINUTE),
            deliveries=[
                delivery("a"),
                delivery("night", CardMessage(alert=alert("i-a", "s-x")), route="night"),
                delivery("c"),
            ],
            cards=[card("x", "a"), card("x", "night", "night"), card("y", "c")],
        ),
    )


async def _found_by(store: Store, *keys: str) -> list[str]:
    found = await context_of(store, lookup(story_keys=(frozenset(keys),)))
    return sorted(story.story_id for story in found.stories)


async def test_a_merged_story_lives_on_in_the_other(store: Store) -> None:
    await _two_stories(store)
    done = await store.merge_stories("s-x", "s-y", **BY_ANNA)
    assert done == StoryEdit(
        kind=EditKind.MERGE, story_id="s-x", other_id="s-y", item_ids=("i-a", "i-b"), by="Anna", reason="one strike",
        at=LATER,
    )  # fmt: skip
    assert await _found_by(store, "homs") == await _found_by(store, "idlib") == ["s-y"]
    story = await store.story("s-x")
    assert story is not None
    assert (story.summary.story_id, story.summary.items, story.merged) == ("s-y", 3, ("s-x",))
    assert [report.item_id for report in story.reports] == ["i-a", "i-b", "i-c"]
    assert (story.summary.first_seen_at, story.summary.last_seen_at) == (NOW, NOW + 2 * MINUTE)
    assert story.edits == (done,)
    assert [one.story_id for one in await store.stories(NOW - DAY)] == ["s-y"]


async def test_the_card_of_the_other_serves_on_and_one_it_lacks_is_taken_over(store: Store) -> None:
    await _two_stories(store)
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    found = await context_of(store, lookup(guids=frozenset({"guid-a"})))
    assert found.story_of == {"i-a": "s-y"}
    assert found.stories[0].cards == (card("y", "c"), card("y", "night", "night"))
    assert await outbox_counts(store) == dict.fromkeys(DeliveryState, 0) | {DeliveryState.PENDING: 3}


async def test_what_the_merged_story_told_a_route_counts_as_told(store: Store) -> None:
    await _two_stories(store)
    told = card("x", "a", rules=frozenset({"strikes"}), severity=Severity.CRITICAL)
    await store.judge(lookup(), batch(cards=[told]))
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    desk, _ = (await context_of(store, lookup(guids=frozenset({"guid-a"})))).stories[0].cards
    assert (desk.delivery_id, desk.rules) == ("d-c", frozenset({"cluster-munitions", "strikes"}))
    assert desk.severity is Severity.CRITICAL


async def test_merged_stories_lead_on_when_they_are_merged_again(store: Store) -> None:
    await _two_stories(store)
    await store.judge(lookup(), batch(matched("d", "z", {"kyiv"})))
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    await store.merge_stories("s-y", "s-z", **BY_ANNA)
    for asked in ("s-x", "s-y", "s-z"):
        story = await store.story(asked)
        assert story is not None
        assert (story.summary.story_id, story.summary.items, len(story.edits)) == ("s-z", 4, 2)


async def test_an_open_digest_speaks_of_the_story_merged_into_once(store: Store) -> None:
    await _two_stories(store)
    waiting = digest("n", alert("i-a", "s-x"), alert("i-c", "s-y"), alert("i-z", "s-z"))
    await store.judge(lookup(), batch(deliveries=[waiting]))
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    (found,) = (await context_of(store, lookup())).digests
    assert isinstance(found.message, DigestMessage)
    assert [one.story_id for one in found.message.alerts] == ["s-y", "s-z"]


async def test_split_items_are_a_story_of_their_own(store: Store) -> None:
    await _two_stories(store)
    done = await store.split_story("s-x", ["i-b"], **BY_ANNA)
    assert (done.kind, done.story_id, done.item_ids) == (EditKind.SPLIT, "s-x", ("i-b",))
    new = await store.story(done.other_id)
    assert new is not None
    assert [report.item_id for report in new.reports] == ["i-b"]
    assert (new.summary.first_seen_at, new.summary.last_seen_at) == (NOW + MINUTE, NOW + MINUTE)
    assert await _found_by(store, "hama") == [done.other_id]
    assert await _found_by(store, "200") == ["s-x"]
    again = await context_of(store, lookup(guids=frozenset({"guid-b"})))
    assert again.story_of == {"i-b": done.other_id}, "an edit of the item stays where the person put it"
    history = await history_of(store, "i-b")
    assert history.edits == (done,)
    assert history.story is not None
    assert history.story.story_id == done.other_id


async def test_a_card_goes_with_the_item_it_tells_of_and_no_other(store: Store) -> None:
    await _two_stories(store)
    attempt = await taken(store)
    await store.settle(attempt, settlement(DeliveryState.SENT), owner="me", now=NOW + SECOND)
    told = await store.split_story("s-x", ["i-a"], **BY_ANNA)
    new, old = await store.story(told.other_id), await store.story("s-x")
    assert new is not None
    assert old is not None
    assert {(one.route, one.delivery_id) for one in new.cards} == {("desk", "d-a"), ("night", "d-night")}
    assert {(one.route, one.delivery_id) for one in old.cards} == {("desk", "d-a"), ("night", "d-night")}


async def test_an_item_told_in_a_thread_only_takes_no_card_along(store: Store) -> None:
    await _two_stories(store)
    told = await store.split_story("s-x", ["i-b"], **BY_ANNA)
    new = await store.story(told.other_id)
    assert new is not None
    assert new.cards == ()


async def test_items_of_a_merged_story_take_its_own_cards_along_when_they_are_split_off_again(store: Store) -> None:
    await _two_stories(store)
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    undone = await store.split_story("s-y", ["i-a", "i-b"], **BY_ANNA)
    new, old = await store.story(undone.other_id), await store.story("s-y")
    assert new is not None
    assert old is not None
    assert {(one.route, one.delivery_id) for one in new.cards} == {("desk", "d-a"), ("night", "d-night")}
    assert ("desk", "d-c") in {(one.route, one.delivery_id) for one in old.cards}


@pytest.mark.parametrize(
    ("story", "into", "said"),
    [
        ("s-x", "s-x", "cannot be merged into itself"),
        ("s-q", "s-x", "there is no story s-q"),
        ("s-x", "s-q", "there is no story s-q"),
    ],
)
async def test_a_merge_that_makes_no_sense_is_refused(store: Store, story: str, into: str, said: str) -> None:
    await _two_stories(store)
    with pytest.raises(EditRefused, match=said):
        await store.merge_stories(story, into, **BY_ANNA)


async def test_merging_twice_is_refused_and_says_why(store: Store) -> None:
    await _two_stories(store)
    await store.judge(lookup(), batch(matched("d", "z", {"kyiv"})))
    await store.merge_stories("s-x", "s-y", **BY_ANNA)
    with pytest.raises(EditRefused, match="one story already: s-x was merged into s-y before"):
        await store.merge_stories("s-x", "s-y", **BY_ANNA)
    with pytest.raises(EditRefused, match="one story already"):
        await store.merge_stories("s-y", "s-x", **BY_ANNA)
    with pytest.raises(EditRefused, match="merge s-y if you mean that one"):
        await store.merge_stories("s-x", "s-z", **BY_ANNA)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["i-a", "i-b"], "all items of s-x"),
        (["i-a", "i-c"], r"does not hold i-c \(in s-y\)"),
        (["i-q"], "does not hold i-q; `stories show s-x`"),
        ([], "name the items"),
    ],
)
async def test_a_split_that_makes_no_sense_is_refused(store: Store, items: list[str], said: str) -> None:
    await _two_stories(store)
    with pytest.raises(EditRefused, match=said):
        await store.split_story("s-x", items, **BY_ANNA)
    story = await store.story("s-x")
    assert story is not None
    assert (story.summary.items, story.edits) == (2, ())


async def test_the_list_has_the_newest_first_with_severity_and_outlets(store: Store) -> None:
    await _two_stories(store)
    one, two = await store.stories(NOW - DAY)
    assert (one.story_id, one.items, one.headline) == ("s-y", 1, "Title c")
    assert (two.story_id, two.items, two.families, two.severity) == ("s-x", 2, 1, Severity.HIGH)
    assert two.headline == "Title a"
    assert await store.stories(NOW + 3 * MINUTE) == []
    assert await store.story("s-q") is None
