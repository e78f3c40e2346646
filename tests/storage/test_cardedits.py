"""Live cards in both databases: what reports and people change about a card, and who may edit it now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.model import (
    EDIT_EVERY,
    Batch,
    CardChange,
    CardMessage,
    Context,
    DeliveryState,
    Desk,
    EditAttempt,
    EditSettlement,
    EditState,
    RoutesNow,
    Severity,
    StoryFacts,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    HOUR,
    MINUTE,
    SECOND,
    alert,
    batch,
    card,
    counted_record,
    delivery,
    digest,
    lookup,
    matched,
    refresh_cards,
    settlement,
    taken,
    tried,
)

LEASE = 25 * SECOND
SOON = NOW + EDIT_EVERY


async def story_with_card(
    store: Store, name: str = "a", *, posted: bool = True, severity: Severity = Severity.HIGH
) -> None:
    await store.judge(
        lookup(),
        batch(
            matched(name, name),
            deliveries=[delivery(name, CardMessage(alert=alert(f"i-{name}", f"s-{name}")), severity=severity)],
            cards=[card(name, name)],
        ),
    )
    if posted:
        await tried(store)


def named(by: str) -> Callable[[str, CardMessage], CardMessage]:
    return lambda _, message: replace(message, desk=Desk(claimed_by=by))


def settled(state: EditState = EditState.SHOWN, **changed: object) -> EditSettlement:
    made = EditSettlement(state=state, reason="edited", not_before=SOON, channel_ready_at=SOON, edits_ready_at=SOON)
    return replace(made, **changed)  # type: ignore[arg-type]


async def take(store: Store, owner: str = "w1", after: int = 0) -> EditAttempt | None:
    return await store.take_edit("C1", owner=owner, now=SOON + after * SECOND, lease=LEASE)


async def messages(store: Store) -> dict[str, CardMessage]:
    """The newest message of each card that can be edited, however often it was."""
    found: dict[str, CardMessage] = {}
    for _ in range(9):
        edit = await store.take_edit("C1", owner="reader", now=NOW + HOUR, lease=LEASE)
        if edit is None:
            return found
        assert isinstance(edit.delivery.message, CardMessage)
        found[edit.delivery.delivery_id] = edit.delivery.message
        ready = NOW + HOUR
        await store.settle_edit(
            edit, settled(channel_ready_at=ready, edits_ready_at=ready, not_before=ready), owner="reader", now=ready
        )
    raise AssertionError("edits without an end")


async def test_what_a_poll_changes_about_a_card_is_written_with_it(store: Store) -> None:
    await story_with_card(store)
    change = CardChange(delivery_id="d-a", story_id="s-a", record=StoryFacts(outlets=2), told=True, at=NOW + MINUTE)

    def build(context: Context) -> Batch:
        return Batch(state=context.state, changes=(change, change))

    await store.judge(lookup(now=NOW + MINUTE), build)
    assert await store.due_channels(NOW + MINUTE) == ["C1"]
    edit = await store.take_edit("C1", owner="w1", now=NOW + MINUTE, lease=LEASE)
    assert edit is not None
    assert isinstance(edit.delivery.message, CardMessage)
    assert (edit.delivery.message.updates, edit.delivery.message.alert.record.outlets) == (2, 2)
    assert (edit.ts, edit.posted_at, edit.version, edit.tries) == (settlement(DeliveryState.SENT).ts, NOW, 1, 1)


@pytest.mark.parametrize("part", ["first", "second"])
async def test_a_critical_report_lets_the_digest_before_it_out_of_quiet_hours(store: Store, part: str) -> None:
    """A reply waits for what it follows; a digest that was tried in vain takes no further alerts."""
    shown = alert("i-a", "s-a", severity=Severity.HIGH)
    parts = [digest("first", shown), replace(digest("second", shown), parent_id="d-first")]
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=parts, cards=[card("a", part)]))
    quiet = RoutesNow(quiet_until={parts[0].route: NOW + HOUR})
    assert await store.due_channels(NOW, quiet) == []
    for told, severity, due in (
        (False, Severity.CRITICAL, []),
        (True, Severity.HIGH, []),
        (True, Severity.CRITICAL, ["C1"]),
    ):
        report = alert("i-b", "s-a", severity=severity)
        change = CardChange(
            delivery_id=f"d-{part}", story_id="s-a", record=StoryFacts(), report=report, told=told, at=NOW
        )

        def build(context: Context, change: CardChange = change) -> Batch:
            return Batch(state=context.state, changes=(change,))

        await store.judge(lookup(), build)
        assert await store.due_channels(NOW, quiet) == due
    attempt = await store.take_delivery("C1", owner="w1", now=NOW, lease=LEASE, routes=quiet)
    assert attempt is not None
    assert attempt.delivery.delivery_id == "d-first"


async def test_a_digest_that_shows_a_story_is_not_edited(store: Store) -> None:
    await store.judge(
        lookup(), batch(matched("a", "a"), deliveries=[digest("a", alert("i-a", "s-a"))], cards=[card("a", "a")])
    )
    assert await refresh_cards(store, "s-a", named("U1"), NOW) == 0


async def test_the_lease_of_a_channel_holds_for_posts_and_edits_alike(store: Store) -> None:
    await story_with_card(store)
    await refresh_cards(store, "s-a", named("U1"), NOW)
    edit = await take(store)
    assert edit is not None
    await story_with_card(store, "b", posted=False)
    assert await store.take_delivery("C1", owner="w2", now=SOON, lease=LEASE) is None
    assert await take(store, "w2") is None
    assert await store.due_channels(SOON) == []
    await store.settle_edit(edit, settled(), owner="w1", now=SOON)
    assert await take(store, "w2") is None, "it shows the newest"
    assert await store.take_delivery("C1", owner="w2", now=SOON, lease=LEASE) is not None


@pytest.mark.parametrize("clicked", [True, False])
async def test_what_somebody_clicks_during_an_edit_is_shown_right_after_and_news_half_a_minute_on(
    store: Store, clicked: bool
) -> None:
    await story_with_card(store)
    await refresh_cards(store, "s-a", named("U1"), NOW)
    edit = await take(store)
    assert edit is not None
    await refresh_cards(store, "s-a", named("U2"), SOON + SECOND, at_once=clicked)
    ended = SOON + 2 * SECOND
    await store.settle_edit(edit, settled(edits_ready_at=ended, channel_ready_at=ended), owner="w1", now=ended)
    half_a_minute = 2 + int(EDIT_EVERY.total_seconds())
    for soon in (3, half_a_minute - 1):
        assert (await take(store, after=soon) is not None) is clicked
    assert await take(store, after=half_a_minute if not clicked else 62) is not None


async def test_a_claim_of_an_edit_whose_process_died_is_free_again_after_its_lease(store: Store) -> None:
    await story_with_card(store)
    await refresh_cards(store, "s-a", named("U1"), NOW)
    assert await take(store) is not None
    assert await store.recover(SOON + LEASE) == 0
    again = await take(store, "w2", after=25)
    assert again is not None
    assert (again.version, again.tries) == (1, 2)


async def test_a_card_that_changes_while_it_is_posted_is_edited_afterwards(store: Store) -> None:
    await story_with_card(store, posted=False)
    attempt = await taken(store, owner="w1", lease=LEASE)
    assert await refresh_cards(store, "s-a", named("U1"), NOW) == 1
    assert await take(store) is None, "it is not posted yet"
    await store.settle(attempt, settlement(DeliveryState.SENT), owner="w1", now=NOW)
    edit = await take(store)
    assert edit is not None
    assert isinstance(edit.delivery.message, CardMessage)
    assert edit.delivery.message.desk.claimed_by == "U1"


async def test_a_card_that_was_rejected_is_not_edited(store: Store) -> None:
    await story_with_card(store, posted=False)
    await tried(store, state=DeliveryState.REJECTED)
    assert await refresh_cards(store, "s-a", named("U1"), NOW) == 0
    assert await take(store) is None


async def test_changes_from_two_sides_at_once_are_both_kept(store: Store) -> None:
    await story_with_card(store)

    def counted(_: str, message: CardMessage) -> CardMessage:
        return replace(message, updates=message.updates + 1)

    assert await asyncio.gather(*(refresh_cards(store, "s-a", counted, NOW) for _ in range(8))) == [1] * 8
    (message,) = (await messages(store)).values()
    assert message.updates == 8


async def test_a_card_whose_message_was_pruned_is_left_alone(store: Store) -> None:
    await story_with_card(store)
    await refresh_cards(store, "s-a", named("U1"), NOW)
    await store.prune(NOW + HOUR, now=NOW + HOUR)
    assert await refresh_cards(store, "s-a", named("U2"), NOW + HOUR) == 0
    assert await messages(store) == {}


async def test_after_a_merge_the_card_that_stays_shows_all_and_the_other_says_where_it_went(store: Store) -> None:
    await story_with_card(store, "a")
    await story_with_card(store, "b")
    await store.merge_stories("s-a", "s-b", by="Anna", reason="", at=NOW, facts_of=counted_record)
    found = await messages(store)
    assert found["d-a"].merged_into == "s-b"
    assert (found["d-b"].alert.record.outlets, found["d-b"].alert.story_id, found["d-b"].merged_into) == (2, "s-b", "")
    assert await refresh_cards(store, "s-a", named("U1"), NOW) == 1, "of the story it was merged into"


async def test_a_merge_that_is_undone_gives_the_story_its_card_back(store: Store) -> None:
    await story_with_card(store, "a")
    await story_with_card(store, "b")
    await store.merge_stories("s-a", "s-b", by="Anna", reason="", at=NOW, facts_of=counted_record)
    done = await store.split_story("s-b", ["i-a"], by="Anna", reason="", at=NOW, facts_of=counted_record)
    shown = (await messages(store))["d-a"]
    assert (shown.alert.story_id, shown.alert.record.outlets, shown.merged_into) == (done.other_id, 1, "")
    found = await store.desk_card("d-a")
    assert found is not None
    assert found.story_id == done.other_id, "so it can be acted on"


async def test_a_card_that_serves_on_in_another_story_shows_that_one(store: Store) -> None:
    await story_with_card(store, "a")
    await store.judge(lookup(), batch(matched("b", "b")))
    await store.merge_stories("s-a", "s-b", by="Anna", reason="", at=NOW, facts_of=counted_record)
    (message,) = (await messages(store)).values()
    assert (message.alert.story_id, message.alert.record.outlets, message.merged_into) == ("s-b", 2, "")


@pytest.mark.parametrize("moved", ["a", "b"])
async def test_after_a_split_a_card_shows_the_story_of_its_headline(store: Store, moved: str) -> None:
    await story_with_card(store)
    await store.judge(lookup(), batch(matched("b", "a", fresh=False)))
    done = await store.split_story("s-a", [f"i-{moved}"], by="Anna", reason="", at=NOW, facts_of=counted_record)
    (message,) = (await messages(store)).values()
    assert message.alert.record.outlets == 1
    assert message.alert.story_id == (done.other_id if moved == "a" else "s-a")
