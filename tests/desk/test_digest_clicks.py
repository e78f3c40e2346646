"""What a click on a story of a digest does: the same as on a card, and to no other story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.model import Cause, DeliveryState, Desk, DigestMessage, DigestReason
from storage.store import Store
from tests.support.builders import NOW
from tests.support.clicks import ANN, BOB, DESK, connected, held_by, holder, muted, said, thread
from tests.support.fakes.socketmode import FakeSocketMode, Json
from tests.support.messages import Clock, alert
from tests.support.stored import batch, card, delivery, lookup, matched, settlement


async def posted_digest(store: Store) -> Json:
    """A digest of two stories that stands in Slack; the message there."""
    alerts = tuple(
        alert(story_id=f"s-{name}", item_id=f"i-{name}", title=f"Story {name}", source="Wire") for name in ("a", "b")
    )
    sent = delivery("a", message=DigestMessage(why=DigestReason.BUSY, alerts=alerts), channel=DESK, route="desk")
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[sent], cards=[card(delivery_name="a")]))
    await store.judge(lookup(), batch(matched("b", "b"), cards=[card("b", delivery_name="a")]))
    claim = await store.take_delivery(DESK, owner="t", now=NOW, lease=timedelta(0))
    assert claim is not None
    await store.settle(claim, settlement(DeliveryState.SENT), owner="t", now=NOW)
    return {"channel": DESK, "ts": "100.1", "card": sent.delivery_id}


async def lines(store: Store) -> dict[str, Desk]:
    """What the digest is to show of what people did, once it is edited."""
    edit = await store.take_edit(DESK, owner="t", now=NOW + timedelta(days=2), lease=timedelta(0))
    assert edit is not None
    assert isinstance(edit.delivery.message, DigestMessage)
    return dict(edit.delivery.message.desks)


async def picked(slack: FakeSocketMode, message: Json, who: str, story: str) -> tuple[list[Json], str]:
    """The buttons that somebody gets who chooses a story of a digest, and the id of their row."""
    before = len(slack.ephemeral)
    await slack.choose(who, message, "pick", story, card=message["card"])
    await slack.until(lambda: len(slack.ephemeral) > before)
    row = slack.ephemeral[-1]["blocks"][-1]
    return row["elements"], row["block_id"]


async def test_a_story_of_a_digest_is_taken_judged_and_muted_as_on_a_card(
    slack: FakeSocketMode, store: Store, clock: Clock
) -> None:
    message = await posted_digest(store)
    async with connected(slack, store, clock), connected(slack, store, clock):
        (take, judge, mute, _), row = await picked(slack, message, ANN, "s-b")
        assert "Story b" in str(slack.ephemeral[-1]["text"])
        line: dict[str, Any] = {"block_id": row}
        await slack.press(ANN, message, take["action_id"], take["value"], twice=True, **line)
        await held_by(store, ANN, take["value"])
        await slack.press(BOB, message, take["action_id"], take["value"], **line)
        await slack.until(lambda: "has had this story since" in str(slack.ephemeral))
        await slack.press(BOB, message, judge["action_id"], judge["value"], **line)
        await slack.until(lambda: slack.views)
        await slack.submit(BOB, slack.views[-1], {"cause": "sport"})
        await slack.until(lambda: "Noted: not relevant (sport)" in str(slack.ephemeral))
        await slack.choose(ANN, message, mute["action_id"], "story:24h", card=take["value"])
        await muted(store, 1)
    shown = await lines(store)
    assert shown.keys() == {"s-b"}, "the other story is untouched"
    desk = shown["s-b"]
    assert (desk.claimed_by, desk.judged_by, desk.judged, desk.muted_by, desk.muted) == (
        ANN,
        BOB,
        "sport",
        ANN,
        "story",
    )
    (made,) = await store.mutes()
    assert (made.scope, made.subject, made.delivery_id) == ("story", "s-b", "d-a")
    history = await store.history("i-b")
    assert history is not None
    assert [one.cause for one in history.ratings] == [Cause.SPORT]
    assert (await thread(store))[0].startswith("u0ann.name muted this story, “Story b”, here until")


async def test_what_was_done_to_a_story_of_a_digest_is_undone_from_it(
    slack: FakeSocketMode, store: Store, clock: Clock
) -> None:
    message = await posted_digest(store)
    async with connected(slack, store, clock):
        (take, *_), row = await picked(slack, message, ANN, "s-a")
        await slack.press(ANN, message, take["action_id"], take["value"], block_id=row)
        await held_by(store, ANN, take["value"])
        await slack.choose(ANN, message, "mute", "source:24h", card=take["value"])
        await muted(store, 1)
        (release, _, unmute, _), row = await picked(slack, message, BOB, "s-a")
        assert [release["text"]["text"], unmute["text"]["text"]] == ["Release", "Undo mute"]
        await slack.press(BOB, message, unmute["action_id"], unmute["value"], block_id=row)
        await muted(store, 0)
        await slack.press(BOB, message, release["action_id"], release["value"], block_id=row)
        await held_by(store, "", take["value"])
    assert set((await lines(store)).values()) <= {Desk()}


async def test_a_digest_is_acted_on_only_by_who_may_where_it_stands_and_on_stories_it_shows(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    slack.groups["S0DESK"] = [ANN]
    message = await posted_digest(one_store)
    async with connected(slack, one_store, clock, group="S0DESK"):
        await slack.choose(BOB, message, "pick", "s-a", card=message["card"])
        assert (await said(slack)).startswith("Only members of the desk's user group")
        await slack.choose(ANN, {**message, "channel": "C0OTHER"}, "pick", "s-a", card=message["card"])
        assert await said(slack, 2) == "This button belongs to another channel."
        await slack.choose(ANN, message, "pick", "s-nobody", card=message["card"])
        assert (await said(slack, 3)).startswith("This card is not known here.")
        await slack.press(ANN, message, "claim", "d-a.s-nobody")
        assert (await said(slack, 4)).startswith("This card is not known here.")
        await slack.press(ANN, message, "claim", "d-a")
        assert (await said(slack, 5)).startswith("This card is not known here."), "it does not say which story"
    assert await holder(one_store, "d-a.s-a") == ""
