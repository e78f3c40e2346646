"""Backlogs in both databases: what leads to a card leads to the digest that takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from monitor.model import CardMessage, Delivery, DeliveryState, Folded, Severity
from monitor.wording.history import history_text
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    MINUTE,
    SECOND,
    alert,
    batch,
    card,
    delivery,
    digest,
    follow_up,
    history_of,
    lookup,
    matched,
    notice,
    outbox_counts,
    taken,
    tried,
)

LEASE = 25 * SECOND


async def stories(store: Store, *names: str, severity: Severity = Severity.HIGH) -> None:
    for name in names:
        message = CardMessage(alert=alert(f"i-{name}", f"s-{name}"))
        made = delivery(name, message, severity=severity)
        await store.judge(lookup(), batch(matched(name, name), deliveries=[made], cards=[card(name, name)]))


def into(name: str, seen: list[str]) -> Callable[[Sequence[Delivery], Sequence[Delivery], Mapping[str, int]], Folded]:
    """Puts all it is given into one digest, and notes what that was."""

    def build(waiting: Sequence[Delivery], digests: Sequence[Delivery], _: Mapping[str, int]) -> Folded:
        seen.extend(one.delivery_id for one in (*waiting, *digests))
        alerts = [one.message.alert for one in waiting if isinstance(one.message, CardMessage)]
        return Folded((digest(name, *alerts),), {one.delivery_id: f"d-{name}" for one in waiting})

    return build


async def folded(store: Store, *, most: int = 1, name: str = "together") -> list[str]:
    seen: list[str] = []
    count = await store.fold_backlog("C1", into(name, seen), most=most, now=NOW)
    assert count == len([one for one in seen if one != f"d-{name}"])
    return seen


async def test_stories_items_and_further_reports_lead_to_the_digest(store: Store) -> None:
    await stories(store, "a", "b")
    await store.enqueue([follow_up("reply", "a")])
    assert await folded(store) == ["d-a", "d-b"]
    # Somebody who looked before that may still name the card.
    await store.enqueue([follow_up("late-reply", "b", created_at=NOW + SECOND)])
    assert [await tried(store) for _ in range(3)] == ["d-together", "d-reply", "d-late-reply"]
    assert (await outbox_counts(store))[DeliveryState.FOLDED] == 2
    found = await store.story("s-a")
    assert found is not None
    assert [one.delivery_id for one in found.cards] == ["d-together"]
    history = await history_of(store, "i-b")
    assert {one.delivery_id: one.state for one in history.deliveries} == {
        "d-b": DeliveryState.FOLDED,
        "d-together": DeliveryState.SENT,
    }
    assert await store.next_due_at() is None


async def test_what_is_critical_later_or_no_card_waits_for_itself(store: Store) -> None:
    await stories(store, "a", "b")
    await stories(store, "urgent", severity=Severity.CRITICAL)
    await store.enqueue([delivery("later", not_before=NOW + MINUTE), notice(channel="C1"), digest("busy", alert())])
    seen: list[str] = []
    await store.fold_backlog("C1", into("together", seen), most=1, now=NOW)
    assert seen == ["d-a", "d-b", "d-busy"], "the digest is there to be grown"


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.HELD])
async def test_a_card_that_may_have_been_posted_is_none_of_them(store: Store, state: DeliveryState) -> None:
    await stories(store, "a", "b", "c")
    assert await tried(store, state=state) == "d-a"
    assert await folded(store) == ["d-b", "d-c"]


async def test_so_many_may_wait(store: Store) -> None:
    await stories(store, "a", "b")
    assert await folded(store, most=2) == []


async def test_nothing_is_put_together_while_somebody_speaks_to_the_channel(store: Store) -> None:
    await stories(store, "a", "b", "c")
    assert await store.take_delivery("C1", owner="w1", now=NOW, lease=LEASE) is not None
    assert await folded(store) == []


async def test_a_digest_that_was_tried_in_vain_grows(store: Store) -> None:
    await stories(store, "a", "b")
    await folded(store)
    assert await tried(store, state=DeliveryState.PENDING) == "d-together"
    await stories(store, "c")
    assert await folded(store, most=9) == ["d-c", "d-together"]
    attempt = await taken(store, owner="w1", lease=LEASE)
    assert {one.item_id for one in attempt.delivery.message.alerts} == {"i-c"}  # type: ignore[union-attr]


async def test_two_processes_put_the_cards_together_once(store: Store) -> None:
    await stories(store, *"abcdef")
    counts = await asyncio.gather(
        *(store.fold_backlog("C1", into(name, []), most=1, now=NOW) for name in ("one", "two", "three"))
    )
    assert sorted(counts) == [0, 0, 6]


async def test_explain_names_the_digest_that_a_card_went_into(store: Store) -> None:
    await stories(store, "a", "b")
    await folded(store)
    history = await history_of(store, "i-a")
    assert "card d-a to desk: folded, posted in digest d-together" in history_text(history).splitlines()
