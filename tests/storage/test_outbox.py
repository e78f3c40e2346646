"""The outbox: what is due, who may post it, and what is written whatever happens in between."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from monitor.errors import StoreError
from monitor.model import Attempt, DeliveryState, Severity
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    HOUR,
    MINUTE,
    SECOND,
    alert,
    batch,
    card,
    context_of,
    delivery,
    digest,
    follow_up,
    lookup,
    matched,
    notice,
    outbox_counts,
    settlement,
    taken,
    tried,
    written_by_hand,
)

LEASE = MINUTE
PENDING, SENDING, SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
UNKNOWN, HELD, REJECTED = DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.REJECTED


async def end(store: Store, attempt: Attempt, state: DeliveryState, *, owner: str = "me", **changed: object) -> None:
    await store.settle(attempt, settlement(state, **changed), owner=owner, now=NOW + SECOND)


async def states(store: Store) -> dict[str, int]:
    return {state.value: count for state, count in (await outbox_counts(store)).items() if count}


async def test_an_empty_outbox_has_nothing_to_do(store: Store) -> None:
    assert await store.recover(NOW) == 0
    assert await store.due_channels(NOW) == []
    assert await store.take_delivery("C1", owner="me", now=NOW, lease=LEASE) is None
    assert await store.next_due_at() is None
    assert set((await outbox_counts(store)).items()) == {(state, 0) for state in DeliveryState}


async def test_what_is_taken_is_the_delivery_and_is_marked_sending(store: Store) -> None:
    assert await store.enqueue([delivery("a")]) == 1
    attempt = await taken(store)
    assert attempt == Attempt(delivery=delivery("a"), number=1, look_up=False, lookups=0, first_attempt_at=NOW)
    assert await states(store) == {"sending": 1}


async def test_enqueueing_twice_keeps_the_first(store: Store) -> None:
    assert await store.enqueue([notice("a"), notice("b")]) == 2
    assert await store.enqueue([notice("b"), notice("c"), notice("c")]) == 1
    assert await store.enqueue([]) == 0
    assert await states(store) == {"pending": 3}


async def test_what_is_critical_is_taken_first_then_the_oldest_then_as_they_were_written(store: Store) -> None:
    await store.enqueue(
        [
            delivery("old", created_at=NOW - HOUR),
            delivery("b"),
            delivery("a"),
            delivery("late", created_at=NOW + SECOND, severity=Severity.CRITICAL),
            delivery("low", created_at=NOW - HOUR, severity=Severity.LOW),
            delivery("waits", not_before=NOW + SECOND, severity=Severity.CRITICAL),
        ]
    )
    order = []
    while attempt := await store.take_delivery("C1", owner="me", now=NOW, lease=LEASE):
        order.append(attempt.delivery.delivery_id)
        await end(store, attempt, SENT)
    assert order == ["d-late", "d-old", "d-b", "d-a", "d-low"]
    assert await store.next_due_at() == NOW + SECOND


async def test_due_channels_come_most_urgent_first(store: Store) -> None:
    await store.enqueue(
        [
            delivery("a", channel="C-high"),
            delivery("b", channel="C-old", created_at=NOW - HOUR),
            delivery("c", channel="C-critical", severity=Severity.CRITICAL),
            delivery("d", channel="C-later", not_before=NOW + SECOND),
            delivery("e", channel="C-low", severity=Severity.LOW),
        ]
    )
    assert await store.due_channels(NOW) == ["C-critical", "C-old", "C-high", "C-low"]


async def test_a_channel_has_one_attempt_at_a_time_until_the_lease_ends(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b")])
    await taken(store)
    for owner in ("me", "you"):
        assert await store.take_delivery("C1", owner=owner, now=NOW + LEASE - SECOND, lease=LEASE) is None
    assert await store.due_channels(NOW + LEASE - SECOND) == []
    assert await store.next_due_at() == NOW + LEASE
    assert await store.due_channels(NOW + LEASE) == ["C1"]
    assert await store.take_delivery("C1", owner="you", now=NOW + LEASE, lease=LEASE)


async def test_settling_sent_frees_the_channel_when_it_is_ready(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b")])
    await end(store, await taken(store), SENT, channel_ready_at=NOW + 2 * SECOND)
    assert await store.due_channels(NOW + SECOND) == []
    assert await store.take_delivery("C1", owner="me", now=NOW + SECOND, lease=LEASE) is None
    assert await store.next_due_at() == NOW + 2 * SECOND
    assert (await taken(store, now=NOW + 2 * SECOND)).delivery.delivery_id == "d-b"


async def test_a_delivery_put_back_is_posted_again_as_the_second_attempt(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await end(store, await taken(store), PENDING, not_before=NOW + MINUTE, plain=True)
    assert await store.take_delivery("C1", owner="me", now=NOW, lease=LEASE) is None
    attempt = await taken(store, now=NOW + MINUTE)
    assert (attempt.number, attempt.look_up, attempt.plain) == (2, False, True)
    assert attempt.first_attempt_at == NOW + MINUTE, "it was known not to be posted, so this is the first that may be"


async def test_an_unknown_outcome_is_looked_up_and_remembers_when_it_may_have_been_posted(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await end(store, await taken(store), UNKNOWN, not_before=NOW + 10 * SECOND)
    attempt = await taken(store, now=NOW + 10 * SECOND)
    assert (attempt.number, attempt.look_up, attempt.lookups, attempt.first_attempt_at) == (1, True, 0, NOW)
    await end(store, attempt, UNKNOWN, not_before=NOW + 20 * SECOND, lookups=1)
    attempt = await taken(store, now=NOW + 20 * SECOND)
    assert (attempt.number, attempt.look_up, attempt.lookups, attempt.first_attempt_at) == (1, True, 1, NOW)
    await end(store, attempt, PENDING, not_before=NOW + 20 * SECOND)
    attempt = await taken(store, now=NOW + HOUR)
    assert (attempt.number, attempt.look_up, attempt.lookups, attempt.first_attempt_at) == (2, False, 0, NOW + HOUR)


async def test_look_ups_are_counted_for_each_post(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await end(store, await taken(store), UNKNOWN)
    for looks in range(3):
        attempt = await taken(store)
        assert (attempt.number, attempt.looks) == (1, looks)
        await end(store, attempt, UNKNOWN if looks < 2 else PENDING)
    again = await taken(store)
    assert (again.number, again.looks) == (2, 0)
    await end(store, again, UNKNOWN)
    assert (await taken(store)).looks == 0, "the look-ups for the post before do not count"


@pytest.mark.parametrize("state", [SENT, HELD, REJECTED])
async def test_what_is_over_is_never_due_again(store: Store, state: DeliveryState) -> None:
    await store.enqueue([delivery("a")])
    await end(store, await taken(store), state)
    assert await store.due_channels(NOW + HOUR) == []
    assert await store.take_delivery("C1", owner="me", now=NOW + HOUR, lease=LEASE) is None
    assert await store.next_due_at() is None
    assert await states(store) == {state.value: 1}


async def test_notices_of_a_settlement_are_enqueued_with_it(store: Store) -> None:
    await store.enqueue([delivery("a")])
    told = notice("broken", channel="C-ops")
    await end(store, await taken(store), HELD, notices=(told, told), channel_problem="not_in_channel")
    assert await states(store) == {"held": 1, "pending": 1}
    assert (await taken(store, "C-ops")).delivery == told


# -- threads


async def test_a_reply_waits_for_its_parent_and_gets_its_ts(store: Store) -> None:
    await store.enqueue([follow_up("b", "a", severity=Severity.CRITICAL), delivery("a")])
    attempt = await taken(store)
    assert attempt.delivery.delivery_id == "d-a"
    await end(store, attempt, UNKNOWN, not_before=NOW + MINUTE)
    assert await store.due_channels(NOW) == []
    attempt = await taken(store, now=NOW + MINUTE)
    await end(store, attempt, SENT, ts="17.42")
    attempt = await taken(store, now=NOW + MINUTE)
    assert (attempt.delivery, attempt.parent_ts) == (follow_up("b", "a", severity=Severity.CRITICAL), "17.42")


@pytest.mark.parametrize("state", [HELD, REJECTED])
async def test_a_reply_to_a_parent_that_will_not_be_posted_stands_by_itself(store: Store, state: DeliveryState) -> None:
    await store.enqueue([delivery("a"), follow_up("b", "a"), follow_up("c", "b")])
    assert (await store.vital_signs(NOW)).stuck == 0
    await end(store, await taken(store), state)
    assert await store.due_channels(NOW + SECOND) == ["C1"]
    reply = await taken(store, now=NOW + SECOND)
    assert (reply.delivery, reply.parent_ts, reply.parent) == (follow_up("b", "a"), None, delivery("a").message)
    await end(store, reply, SENT, ts="17.42")
    assert (await taken(store, now=NOW + SECOND)).parent_ts == "17.42"
    assert (await store.vital_signs(NOW)).stuck == 0


@pytest.mark.parametrize("state", [SENT, HELD, REJECTED])
async def test_a_story_knows_whether_its_card_was_rejected(store: Store, state: DeliveryState) -> None:
    """Then a later report makes a card; one that is held may be there."""
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[delivery("a")], cards=[card()]))
    await end(store, await taken(store), state)
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert [(one.rejected, one.listed) for one in story.cards] == [(state is REJECTED, False)]


async def test_a_story_knows_whether_its_card_is_a_line_of_a_digest(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[digest("a", alert())], cards=[card()]))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert [one.listed for one in story.cards] == [True]


async def test_a_reply_to_a_message_that_this_version_cannot_read_can_be_posted(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    await store.enqueue([delivery("a"), follow_up("b", "a")])
    await end(store, await taken(store), SENT, ts="17.42")
    written_by_hand(migrated_url, """UPDATE deliveries SET payload = '{"kind": "hologram"}' WHERE id = 'd-a'""")
    reply = await taken(store, now=NOW + SECOND)
    assert (reply.delivery, reply.parent_ts, reply.parent) == (follow_up("b", "a"), "17.42", None)
    await store.close()


async def test_a_reply_to_what_is_not_there_any_more_stands_by_itself(store: Store) -> None:
    await store.enqueue([follow_up("b", "nothing")])
    reply = await taken(store)
    assert (reply.parent_ts, reply.parent) == (None, None)


async def test_a_reply_to_a_card_in_another_channel_stands_by_itself(store: Store) -> None:
    """routes.yaml may give a route another channel while a story goes on."""
    await store.enqueue([delivery("a"), follow_up("b", "a", channel="C2")])
    assert await store.take_delivery("C2", owner="me", now=NOW, lease=LEASE) is None
    await end(store, await taken(store), SENT)
    assert (await taken(store, "C2")).parent_ts is None


# -- crashes


async def test_what_a_dead_process_left_sending_becomes_unknown_when_its_lease_ends(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b", channel="C2")])
    await taken(store)
    await taken(store, "C2", now=NOW + SECOND)
    assert await store.recover(NOW + LEASE - SECOND) == 0
    assert await store.recover(NOW + LEASE) == 1
    assert await store.recover(NOW + LEASE) == 0
    assert await states(store) == {"unknown": 1, "sending": 1}
    attempt = await taken(store, owner="you", now=NOW + LEASE)
    assert (attempt.look_up, attempt.number, attempt.first_attempt_at) == (True, 1, NOW)


async def test_a_crash_during_a_look_up_leaves_it_unknown_since_the_first_post(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await end(store, await taken(store), UNKNOWN, lookups=1)
    assert (await taken(store, now=NOW + SECOND)).look_up
    assert await store.recover(NOW + HOUR) == 1
    attempt = await taken(store, owner="you", now=NOW + HOUR)
    assert (attempt.look_up, attempt.lookups, attempt.first_attempt_at) == (True, 1, NOW)


async def test_taking_in_a_channel_recovers_what_was_left_there(store: Store) -> None:
    """Otherwise a new lease would hide that the old one ended."""
    await store.enqueue([delivery("a"), delivery("b")])
    assert (await taken(store)).delivery.delivery_id == "d-a"
    attempt = await taken(store, owner="you", now=NOW + LEASE)
    assert (attempt.delivery.delivery_id, attempt.look_up) == ("d-a", True)
    assert await states(store) == {"pending": 1, "sending": 1}


async def test_an_owner_that_outstayed_its_lease_may_still_say_that_it_posted(store: Store) -> None:
    await store.enqueue([delivery("a")])
    late = await taken(store)
    current = await taken(store, owner="you", now=NOW + LEASE)
    await end(store, late, SENT, ts="17.1")
    assert await states(store) == {"sent": 1}
    assert await store.due_channels(NOW + LEASE) == [], "the lease is not its to release"
    await end(store, current, PENDING, owner="you", not_before=NOW)
    assert await states(store) == {"sent": 1}, "what was posted stays posted"
    history = await store.vital_signs(NOW)
    assert history.oldest_due_at is None
    await store.enqueue([delivery("b")])
    assert (await taken(store, now=NOW + LEASE)).delivery.delivery_id == "d-b", "the lease was released by its holder"


async def test_an_owner_that_outstayed_its_lease_releases_nobody_elses(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b")])
    late = await taken(store)
    await end(store, await taken(store, owner="you", now=NOW + LEASE), SENT, owner="you")
    assert (await taken(store, owner="they", now=NOW + LEASE)).delivery.delivery_id == "d-b"
    await end(store, late, SENT)
    assert await store.take_delivery("C1", owner="me", now=NOW + LEASE, lease=LEASE) is None
    assert await store.due_channels(NOW + LEASE) == []


@pytest.mark.parametrize(
    ("state", "owner"), [(PENDING, "you"), (UNKNOWN, "you"), (HELD, "you"), (REJECTED, "you"), (PENDING, "me")]
)
async def test_an_owner_that_outstayed_its_lease_may_say_nothing_else(
    store: Store, state: DeliveryState, owner: str
) -> None:
    """Nor for its own later attempt."""
    await store.enqueue([delivery("a")])
    late = await taken(store)
    current = await taken(store, owner=owner, now=NOW + LEASE)
    assert current.look_up
    await end(store, late, state)
    assert await states(store) == {"sending": 1}
    await end(store, current, SENT, owner=owner)
    assert await states(store) == {"sent": 1}


async def test_an_owner_recovered_too_early_still_settles(store: Store) -> None:
    """Its lease ended and the delivery became unknown, but nobody has taken it since: its word is the best there is."""
    await store.enqueue([delivery("a")])
    attempt = await taken(store)
    assert await store.recover(NOW + HOUR) == 1
    await end(store, attempt, PENDING, not_before=NOW + HOUR)
    attempt = await taken(store, now=NOW + HOUR)
    assert (attempt.look_up, attempt.number) == (False, 2)


async def test_a_kill_after_any_step_loses_nothing_and_takes_nothing_twice(migrated_url: str) -> None:
    """A worker dies at random before, during and after posting; others go on; in the end each was posted once."""
    rng = random.Random(20261124)
    posted: list[str] = []
    now = NOW
    store = Store.open(migrated_url)
    names = [f"{number:02}" for number in range(12)]
    await store.enqueue([delivery(name, channel=f"C{int(name) % 3}") for name in names])
    for turn in range(500):
        now += 5 * SECOND
        await store.recover(now)
        channels = await store.due_channels(now)
        if not channels and await store.next_due_at() is None:
            break
        for channel in channels:
            attempt = await store.take_delivery(channel, owner=f"worker-{turn}", now=now, lease=20 * SECOND)
            if attempt is None or rng.random() < 0.3:
                continue  # killed before posting
            name = attempt.delivery.delivery_id
            if attempt.look_up:
                found = name in posted
            else:
                assert name not in posted
                posted.append(name)
                found = True
            if rng.random() < 0.3:
                continue  # killed after posting
            state = SENT if found else PENDING
            await store.settle(attempt, settlement(state, not_before=now), owner=f"worker-{turn}", now=now)
    assert sorted(posted) == [f"d-{name}" for name in names]
    assert await states(store) == {"sent": 12}
    await store.close()


# -- several processes


async def test_two_that_take_never_get_the_same_delivery(migrated_url: str) -> None:
    stores = [Store.open(migrated_url) for _ in range(2)]
    await stores[0].enqueue([delivery(f"{number:03}", channel=f"C{number % 4}") for number in range(60)])
    posted: list[str] = []

    async def work(store: Store, owner: str) -> None:
        while await store.next_due_at() is not None:
            for channel in await store.due_channels(NOW):
                attempt = await store.take_delivery(channel, owner=owner, now=NOW, lease=LEASE)
                if attempt is not None:
                    posted.append(attempt.delivery.delivery_id)
                    await store.settle(attempt, settlement(SENT), owner=owner, now=NOW)

    await asyncio.gather(*(work(stores[number % 2], f"worker-{number}") for number in range(6)))
    assert sorted(posted) == [f"d-{number:03}" for number in range(60)]
    await asyncio.gather(*(one.close() for one in stores))


async def test_a_stored_message_this_version_cannot_read_is_named_not_posted(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    await store.enqueue([delivery("a")])
    written_by_hand(migrated_url, """UPDATE deliveries SET payload = '{"kind": "hologram"}'""")
    with pytest.raises(StoreError, match="cannot read"):
        await store.take_delivery("C1", owner="me", now=NOW, lease=LEASE)
    assert await states(store) == {"pending": 1}
    await store.close()


async def test_an_item_is_known_to_be_told_by_the_part_of_a_digest_that_lists_it_now(
    store: Store, migrated_url: str
) -> None:
    """What waits is arranged anew when more comes: what was in the channel's part may go on in the thread."""
    await store.enqueue([digest("first", alert("i-a"), alert("i-b"))])
    second = replace(digest("second", alert("i-b")), parent_id="d-first")
    await store.enqueue([digest("first", alert("i-a"), alert("i-c")), second])
    query = text("SELECT delivery_id, item_id FROM delivery_items ORDER BY delivery_id, item_id")
    engine = create_engine(migrated_url)
    with engine.connect() as connection:
        told = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    assert told == [("d-first", "i-a"), ("d-first", "i-c"), ("d-second", "i-b")]


async def test_a_reply_to_a_later_part_of_a_digest_goes_to_the_thread_of_the_first(store: Store) -> None:
    second = replace(digest("second", alert("i-b")), parent_id="d-first")
    await store.enqueue([digest("first", alert("i-a")), second, follow_up("reply", "second")])
    parents = []
    for number in range(3):
        attempt = await taken(store)
        parents.append(attempt.parent_ts)
        await end(store, attempt, SENT, ts=f"{number}.0")
    assert parents == [None, "0.0", "0.0"]


async def test_what_waits_for_a_channel_has_all_that_is_critical_however_much_is_older(store: Store) -> None:
    for number in range(3):
        await store.enqueue([delivery(f"d{number}", created_at=NOW - (9 - number) * MINUTE)])
    await store.enqueue([delivery("critical", severity=Severity.CRITICAL)])
    waiting = await store.waiting_for(["C1"], NOW, limit=3)
    assert [one.delivery_id for one in waiting] == ["d-d0", "d-d1", "d-critical"]


async def test_what_waits_for_a_channel_has_what_may_not_be_posted_there(store: Store) -> None:
    await store.enqueue([delivery("a")])
    await tried(store, state=DeliveryState.UNKNOWN)
    assert [one.delivery_id for one in await store.waiting_for(["C1"], NOW, limit=3)] == ["d-a"]


async def test_of_equally_urgent_cards_each_polls_first_ones_go_first(store: Store) -> None:
    """A feed that brings ten critical cards at once lets those of a feed that speaks later through."""
    flood = [delivery(f"flood{number}", severity=Severity.CRITICAL) for number in range(13)]
    honest = [delivery(f"honest{number}", severity=Severity.CRITICAL, created_at=NOW + MINUTE) for number in range(2)]
    calm = delivery("calm", severity=Severity.HIGH)
    for together in (flood, honest, [calm]):
        await store.enqueue(together)
    order = [await tried(store, now=NOW + 2 * MINUTE + number * SECOND) for number in range(16)]
    begins = ["d-flood0", "d-flood1", "d-flood2", "d-honest0", "d-honest1"]
    tail = [f"d-flood{number}" for number in range(10, 13)]
    assert order == [*begins, *(f"d-flood{number}" for number in range(3, 10)), "d-calm", *tail]
