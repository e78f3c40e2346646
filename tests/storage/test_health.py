"""Vital signs from the database: since when what waits could have been posted, how polling stands, who ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.model import Beat, ChannelWait, DeliveryState, FeedState, Settlement, Trouble
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, HOUR, MINUTE, SECOND, delivery, settlement

TROUBLE = Trouble(name="matcher@w1", what="it hangs", since=NOW)


async def attempt(store: Store, at: datetime, state: DeliveryState, **changed: object) -> None:
    """One try at what is due in C1, which ends a second later."""
    taken = await store.take_delivery("C1", owner="me", now=at, lease=10 * SECOND)
    assert taken is not None
    ended: Settlement = replace(
        settlement(state, not_before=at + 6 * SECOND, channel_ready_at=at + SECOND),
        **changed,  # type: ignore[arg-type]
    )
    await store.settle(taken, ended, owner="me", now=at + SECOND)


async def waits(store: Store, now: datetime) -> tuple[ChannelWait, ...]:
    return (await store.vital_signs(now)).waits


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.UNKNOWN])
async def test_what_is_tried_again_and_again_waits_since_the_first_try(store: Store, state: DeliveryState) -> None:
    await store.enqueue([delivery("a")])
    for number in range(4):
        await attempt(store, NOW + number * MINUTE, state, reason="HTTP 500")
    (wait,) = await waits(store, NOW + 3 * MINUTE + 2 * SECOND)
    assert wait == ChannelWait(channel="C1", since=NOW, reason="HTTP 500"), "not from the last try, nor between tries"
    await store.take_delivery("C1", owner="me", now=NOW + 4 * MINUTE, lease=10 * SECOND)
    assert (await waits(store, NOW + 4 * MINUTE))[0].since == NOW, "nor while it is tried"


async def test_what_was_accepted_last_is_known_for_each_channel(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b", created_at=NOW + SECOND), delivery("c", channel="C2")])
    await attempt(store, NOW, DeliveryState.SENT)
    first, second = await waits(store, NOW + MINUTE)
    assert (first.channel, first.since, first.accepted_at) == ("C1", NOW, NOW + SECOND)
    assert (second.channel, second.since, second.accepted_at) == ("C2", NOW, None)


async def test_what_is_put_off_on_purpose_does_not_wait(store: Store) -> None:
    await store.enqueue([delivery("a", not_before=NOW + HOUR)])
    assert await waits(store, NOW + MINUTE) == ()
    assert (await waits(store, NOW + HOUR + MINUTE))[0].since == NOW + HOUR


async def test_a_first_try_that_a_wrong_clock_wrote_is_none(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await attempt(store, NOW + DAY, DeliveryState.PENDING, not_before=NOW + MINUTE)
    assert (await waits(store, NOW + 2 * MINUTE))[0].since == NOW + MINUTE


async def test_polling_is_told_by_what_is_due_and_when_a_feed_was_taken_last(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="a", next_poll_at=NOW - HOUR, polled_at=NOW - 2 * HOUR))
    await store.save_feed(FeedState(feed_id="b", next_poll_at=NOW + HOUR, polled_at=NOW + DAY, failures=2))
    polls = (await store.vital_signs(NOW, {"a", "b", "new"})).polls
    assert (polls.due_since, polls.taken_at, polls.never_taken) == (NOW - HOUR, NOW - 2 * HOUR, 1)
    assert (polls.total, polls.failing, polls.failures) == (2, 1, 2)
    await store.take_due({"a"}, now=NOW, lease=MINUTE, limit=1)
    polls = (await store.vital_signs(NOW, {"a", "b"})).polls
    assert (polls.due_since, polls.taken_at, polls.never_taken) == (None, NOW, 0)


async def test_a_heartbeat_says_since_when_and_what_is_wrong_and_an_end_in_order_is_none_to_tell(store: Store) -> None:
    await store.heartbeat("w1", Beat(at=NOW, began_at=NOW - DAY, troubles=(TROUBLE,)))
    (beat,) = (await store.vital_signs(NOW)).beats.values()
    assert (beat.at, beat.began_at, beat.ended_at, beat.troubles) == (NOW, NOW - DAY, None, (TROUBLE,))
    await store.ended("w1", NOW + SECOND)
    assert await store.lost(NOW + HOUR, silent=MINUTE, but=()) == {}
    await store.heartbeat("w2", Beat(at=NOW + 30 * DAY))
    assert set((await store.vital_signs(NOW)).beats) == {"w2"}, "what ended long ago is forgotten"
