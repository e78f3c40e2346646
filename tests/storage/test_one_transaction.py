"""Judging is all or nothing, and one at a time in all processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from monitor.errors import StoreError
from monitor.model import Batch, Context, DeliveryState, FeedState
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    batch,
    card,
    context_of,
    delivery,
    item,
    lookup,
    matched,
    new,
    outbox_counts,
    revised,
    stories_of,
)


class _Crash(Exception):
    pass


async def test_what_build_raises_comes_out_and_nothing_is_written(store: Store) -> None:
    def build(context: Context) -> Batch:
        raise _Crash

    with pytest.raises(_Crash):
        await store.judge(lookup(), build)
    assert list(await store.feed_states()) == []


async def test_a_batch_that_cannot_be_written_whole_is_not_written_at_all(store: Store) -> None:
    """The second verdict contradicts the first, after everything else was written."""
    everything = matched("a", "x")
    broken = batch(
        everything,
        revised("a", 1, item("a")),
        deliveries=[delivery("a")],
        cards=[card("x", "a")],
        state=FeedState(feed_id="bbc", etag="1"),
    )
    with pytest.raises(StoreError):
        await store.judge(lookup(), broken)
    asked = lookup(guids=frozenset({"guid-a"}), story_keys=(frozenset({"homs"}),))
    assert await context_of(store, asked) == Context(state=FeedState(feed_id="bbc"))
    assert (await store.seen_before("bbc", {"digest-a"}, since=NOW)).seen == frozenset()
    assert (await outbox_counts(store))[DeliveryState.PENDING] == 0


async def test_one_judgement_that_fails_takes_no_other_with_it(store: Store) -> None:
    """Writes that wait for each other share a commit; each must still stand or fall alone."""

    def build(context: Context) -> Batch:
        raise _Crash

    builds = [build if number % 3 == 0 else batch(new(str(number))) for number in range(30)]
    results = await asyncio.gather(*(store.judge(lookup(), one) for one in builds), return_exceptions=True)
    assert [isinstance(result, _Crash) for result in results] == [number % 3 == 0 for number in range(30)]
    seen = (await store.seen_before("bbc", {f"digest-{number}" for number in range(30)}, since=NOW)).seen
    assert seen == {f"digest-{number}" for number in range(30) if number % 3}


async def test_two_stores_judging_the_same_news_make_one_story(migrated_url: str) -> None:
    """Each judgement sees what the one before it committed, in whatever process that was."""
    stores = [Store.open(migrated_url) for _ in range(2)]

    def report(name: str) -> Callable[[Context], Batch]:
        def build(context: Context) -> Batch:
            story = context.stories[0].story_id.removeprefix("s-") if context.stories else name
            told = not (context.stories and context.stories[0].cards)
            observed = (matched(name, story, fresh=not context.stories),)
            return Batch(
                state=context.state,
                observations=observed,
                stories=stories_of(observed),
                deliveries=(delivery(name),) if told else (),
                cards=(card(story, name),) if told else (),
            )

        return build

    asked = [lookup(f"feed-{number}", story_keys=(frozenset({"homs"}),)) for number in range(40)]
    await asyncio.gather(
        *(stores[number % 2].judge(asked[number], report(str(number))) for number in range(len(asked)))
    )
    (story,) = (await context_of(stores[0], asked[0])).stories
    assert len(story.members) == 40
    assert len(story.cards) == 1
    assert (await outbox_counts(stores[1]))[DeliveryState.PENDING] == 1
    await asyncio.gather(*(one.close() for one in stores))


async def test_no_judgement_begins_while_another_is_under_way(migrated_url: str) -> None:
    stores = [Store.open(migrated_url) for _ in range(2)]
    inside = threading.Semaphore(1)

    def build(context: Context) -> Batch:
        assert inside.acquire(blocking=False)
        threading.Event().wait(0.002)
        inside.release()
        return Batch(state=context.state)

    await asyncio.gather(*(stores[number % 2].judge(lookup(f"feed-{number}"), build) for number in range(20)))
    await asyncio.gather(*(one.close() for one in stores))
