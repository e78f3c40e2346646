"""What a click or a form on a card does, over real sockets and into a real store."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from monitor.decide.mutes import end_of, shown_on
from monitor.model import CardMessage, Cause
from storage.store import Store
from tests.support.builders import NOW, match
from tests.support.clicks import ANN, BOB, DESK, connected, held_by, holder, muted, posted, said, thread
from tests.support.fakes.socketmode import FakeSocketMode, Json
from tests.support.messages import Clock, alert
from tests.support.stored import batch, card, delivery, lookup, matched

PROMISE = "A story that becomes critical is posted anyway. When the mute ends, this thread says what was held back."


async def test_a_claim_is_the_first_ones_and_can_be_undone(slack: FakeSocketMode, store: Store, clock: Clock) -> None:
    message = await posted(store)
    async with connected(slack, store, clock):
        await slack.press(ANN, message, "claim", message["card"])
        await held_by(store, ANN)
        await slack.press(BOB, message, "claim", message["card"])
        assert await said(slack) == "u0ann.name has had this story since 12:00 UTC."
        assert slack.ephemeral[0]["user"] == BOB
        await slack.press(ANN, message, "unclaim", message["card"])
        await held_by(store, "")
        await slack.press(BOB, message, "claim", message["card"])
        await held_by(store, BOB)
        await slack.press(ANN, message, "claim", message["card"])
        assert await said(slack, 2) == "u0bob.name has had this story since 12:00 UTC."


async def test_two_processes_that_get_one_click_do_it_once(slack: FakeSocketMode, store: Store, clock: Clock) -> None:
    message = await posted(store)
    async with connected(slack, store, clock), connected(slack, store, clock):
        await slack.choose(ANN, message, "mute", "story:24h", card=message["card"], twice=True)
        await slack.press(ANN, message, "claim", message["card"], twice=True)
        await muted(store, 1)
        await held_by(store, ANN)
        # Nothing is told of the second of each; what is told last shows that the ones before are done.
        await slack.press(ANN, message, "nobody_knows_it")
        await said(slack)
    assert len(slack.ephemeral) == 1
    assert len(await store.mutes()) == 1
    assert len(await thread(store)) == 1


async def test_two_people_at_once_in_two_processes(slack: FakeSocketMode, store: Store, clock: Clock) -> None:
    message = await posted(store)
    async with connected(slack, store, clock), connected(slack, store, clock):
        await asyncio.gather(*(slack.press(who, message, "claim", message["card"]) for who in (ANN, BOB)))
        told = await said(slack)
    winner = await holder(store)
    (loser,) = slack.ephemeral
    assert {winner, loser["user"]} == {ANN, BOB}
    assert told == f"{winner.lower()}.name has had this story since 12:00 UTC."


async def test_not_relevant_asks_why_and_is_kept_as_a_rating(slack: FakeSocketMode, store: Store, clock: Clock) -> None:
    message = await posted(store)
    async with connected(slack, store, clock):
        await slack.press(ANN, message, "not_relevant", message["card"])
        await slack.until(lambda: slack.views)
        (view,) = slack.views
        assert view["title"]["text"] == "Not relevant"
        fields = {"cause": "figurative", "word": "cluster munition", "note": "A band's name, <!channel> *bold*"}
        await slack.submit(ANN, view, fields)
        assert (await said(slack)).startswith("Noted: not relevant (figurative). Ops will see it when they work on the")
        await slack.submit(ANN, view, fields)
        await slack.press(ANN, message, "relevant", message["card"])
        assert await said(slack, 2) == "Noted: it is relevant."
    history = await store.history("i-a")
    assert history is not None
    first, second = history.ratings
    assert (first.relevant, first.cause, first.word, first.by) == (
        False,
        Cause.FIGURATIVE,
        "cluster munition",
        "u0ann.name",
    )
    assert first.reason == "A band's name, <!channel> *bold*"
    assert second.relevant


async def test_a_mute_is_told_in_the_thread_listed_and_undone_by_another(
    slack: FakeSocketMode, store: Store, clock: Clock
) -> None:
    message = await posted(store, title="Cluster bombs kill nine")
    async with connected(slack, store, clock):
        await slack.choose(ANN, message, "mute", "story:24h", card=message["card"])
        await muted(store, 1)
        clock.now += timedelta(hours=1)
        await slack.command(BOB, "mutes")
        await slack.until(lambda: slack.answers)
        (listed,) = slack.answers
        assert listed["response_type"] == "ephemeral"
        shown = "story “Cluster bombs kill nine” on desk, by u0ann.name until 2026-03-05 12:00 UTC (23 h left)"
        assert shown in str(listed)
        (button,) = listed["blocks"][-1]["elements"]
        await slack.press(BOB, {"channel": DESK}, button["action_id"], button["value"])
        await muted(store, 0)
        await slack.press(ANN, {"channel": DESK}, button["action_id"], button["value"])
        assert await said(slack) == "This mute is over already, u0bob.name ended it."
    assert await store.mutes() == ()
    assert await thread(store) == [
        f"u0ann.name muted this story, “Cluster bombs kill nine”, here until 2026-03-05 12:00 UTC (1 d). {PROMISE}",
        "u0bob.name ended the mute (this story, “Cluster bombs kill nine”): nothing came meanwhile.",
    ]


async def test_a_mute_ends_by_itself(slack: FakeSocketMode, store: Store, clock: Clock) -> None:
    message = await posted(store, title="Nine killed")
    async with connected(slack, store, clock):
        await slack.choose(ANN, message, "mute", "story:24h", card=message["card"])
        await muted(store, 1)
    for at, ended in ((NOW + timedelta(hours=23), 0), (NOW + timedelta(hours=25), 1), (NOW + timedelta(hours=26), 0)):
        assert await store.end_mutes(at, partial(end_of, now=at), shown_on) == ended
    assert (await thread(store))[-1] == "Mute ended (this story, “Nine killed”): nothing came meanwhile."


async def test_a_rule_of_several_is_asked_about(slack: FakeSocketMode, one_store: Store, clock: Clock) -> None:
    message = await posted(one_store, matches=(match("cluster-munitions"), match("official-reactions")))
    async with connected(slack, one_store, clock):
        await slack.choose(ANN, message, "mute", "rule:8h", card=message["card"])
        assert await said(slack) == "Mute which rule?"
        *_, actions = slack.ephemeral[0]["blocks"]
        wanted = actions["elements"][1]
        assert wanted["text"]["text"] == "Official reactions"
        more: Json = {"block_id": actions["block_id"]}
        await slack.press(ANN, message, wanted["action_id"], wanted["value"], **more)
        await muted(one_store, 1)
    (mute,) = await one_store.mutes()
    assert (mute.scope, mute.subject, mute.until - mute.began_at) == ("rule", "official-reactions", timedelta(hours=8))


async def test_two_stories_are_merged_and_split_again_from_a_card(
    slack: FakeSocketMode, store: Store, clock: Clock
) -> None:
    """Twice delivered, done once; who comes later is told what somebody did before."""
    message = await posted(store, title="Six killed in Homs")
    other = delivery("b", message=CardMessage(alert=alert(story_id="s-b", item_id="i-b")), channel=DESK, route="desk")
    elsewhere = delivery("c", message=CardMessage(alert=alert(story_id="s-c", item_id="i-c")), channel="C0NEWS")
    cards = [card("b", "b"), card("c", "c", channel="C0NEWS")]
    await store.judge(lookup(), batch(matched("b", "b"), matched("c", "c"), deliveries=[other, elsewhere], cards=cards))

    async def form(who: str, what: str) -> Json:
        before = len(slack.views)
        await slack.choose(who, message, "regroup", what, card=message["card"])
        await slack.until(lambda: len(slack.views) > before)
        return slack.views[-1]

    async with connected(slack, store, clock), connected(slack, store, clock):
        await slack.choose(ANN, message, "regroup", "split", card=message["card"])
        assert await said(slack) == "This story has one report only, so there is nothing to split off."
        merging, late = await form(ANN, "merge"), await form(BOB, "merge")
        (field,) = [one for one in merging["blocks"] if one["type"] == "input"]
        (option,) = field["element"]["options"]
        assert (option["value"], option["text"]["text"]) == ("s-b", "Title b")
        assert option["description"]["text"] == "HIGH · 1 report, 12:00 UTC"
        await slack.submit(ANN, merging, {"into": "s-b"}, twice=True)
        assert (await said(slack, 2)).startswith("Merged: 1 report moved to “Title b”, and later reports go to its")
        await slack.submit(BOB, late, {"into": "s-b"})
        told = "Nothing was changed: somebody merged this story into another one before. Its card says into which."
        assert await said(slack, 3) == told
        # The card of the other story, which has two reports now.
        message = message | {"card": other.delivery_id}
        parting, late = await form(ANN, "split"), await form(BOB, "split")
        (field,) = [one for one in parting["blocks"] if one["type"] == "input"]
        assert [one["value"] for one in field["element"]["options"]] == ["i-a", "i-b"]
        await slack.submit(ANN, parting, {"items": ["i-a", "i-b"]})
        assert "one event must stay here" in await said(slack, 4)
        await slack.submit(ANN, {**parting, "id": "V-again"}, {"items": ["i-a"]}, twice=True)
        assert (await said(slack, 5)).startswith(
            "Split off: 1 report in a new story; the next report of it gets a card"
        )
        await slack.submit(BOB, late, {"items": ["i-a"]})
        assert "somebody moved some of these reports before" in await said(slack, 6)
        clock.now += timedelta(days=8)
        await slack.choose(ANN, message, "regroup", "merge", card=other.delivery_id)
        assert "the story is closed" in await said(slack, 7)
    found = await store.story("s-b")
    assert found is not None
    assert [(one.kind, one.by, one.reason) for one in found.edits] == [
        ("merge", "u0ann.name", "in Slack"),
        ("split", "u0ann.name", "in Slack"),
    ]
    desk = await store.desk_card("d-a")
    assert desk is not None
    assert [one.item_id for one in found.reports] == ["i-b"]
    told_in_thread = await thread(store, "d-b")
    assert told_in_thread[0] == "u0ann.name merged the story “Title a” into this one: 1 report."
    assert told_in_thread[1].startswith("u0ann.name split 1 report off this story into a new one;")
