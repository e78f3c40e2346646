"""Clicks, forms and commands over real sockets, into a real store, and back to who acted."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from monitor.decide.mutes import end_of, shown_on
from monitor.desk.actions import DeskActions
from monitor.desk.answers import Answers
from monitor.desk.permission import Permission
from monitor.desk.run import Watch
from monitor.desk.socket import DeskSocket
from monitor.desk.voice import SlackVoice
from monitor.model import (
    CardMessage,
    Cause,
    DeliveryState,
    Desk,
    DeskMessage,
    DigestMessage,
    DigestReason,
    Evidence,
    Field,
    How,
    NoticeMessage,
    Route,
)
from storage.store import Store
from tests.support.builders import NOW, match
from tests.support.fakes.socketmode import FakeSocketMode, Json
from tests.support.messages import alert
from tests.support.patience import PATIENCE
from tests.support.stored import batch, card, delivery, lookup, matched, settlement

DESK = "C0DESK"
ANN, BOB = "U0ANN", "U0BOB"
PROMISE = "A story that becomes critical is posted anyway. When the mute ends, this thread says what was held back."


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def slack() -> AsyncIterator[FakeSocketMode]:
    async with FakeSocketMode() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def one_store(sqlite_url: str) -> AsyncIterator[Store]:
    """A store where what is tested is not the database's doing."""
    store = Store.open(sqlite_url, busy_timeout=10)
    yield store
    await store.close()


async def no_routes(names: Sequence[str]) -> str:
    """There is no service here that could test its routes."""
    return f"no route {' '.join(names)}"


def actions(slack: FakeSocketMode, store: Store, clock: Clock, *, group: str | None = None) -> DeskActions:
    voice = SlackVoice(slack.token, slack.base_url)
    return DeskActions(
        store=store,
        voice=voice,
        answers=Answers(store=store, test_routes=no_routes, clock=clock, feeds=tuple),
        permission=Permission(group, voice.members, clock=clock),
        clock=clock,
    )


@asynccontextmanager
async def connected(
    slack: FakeSocketMode, store: Store, clock: Clock, *, group: str | None = None
) -> AsyncIterator[None]:
    """A process that takes clicks, connected."""

    async def watch(connected: bool, reason: str) -> None:
        """Nobody asks."""

    made = actions(slack, store, clock, group=group)
    socket = DeskSocket(made, bot_token=slack.token, app_token=slack.app_token, base_url=slack.base_url, watch=watch)
    stop = asyncio.Event()
    before = slack.connections
    task = asyncio.create_task(socket.run(stop))
    await slack.sockets(before + 1)
    try:
        yield
    finally:
        stop.set()
        await task


async def posted(store: Store, **over: Any) -> Json:
    """A story whose card stands in Slack; the message there."""
    shown = alert(story_id="s-a", item_id="i-a", **over)
    sent = delivery("a", message=CardMessage(alert=shown), channel=DESK, route="desk")
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[sent], cards=[card(delivery_name="a")]))
    return {"channel": DESK, "ts": "100.1", "card": sent.delivery_id}


async def said(slack: FakeSocketMode, count: int = 1) -> str:
    """What somebody was told last, once they were told so often."""
    await slack.until(lambda: len(slack.ephemeral) >= count)
    return str(slack.ephemeral[-1]["text"])


async def eventually(holds: Callable[[], Awaitable[object]]) -> None:
    """Wait for what a click leads to in the store; Slack has its answer before."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)


async def holder(store: Store, card_id: str = "d-a") -> str:
    """Who works on the story of a card, or of a line of a digest."""
    found = await store.desk_card(card_id)
    assert found is not None
    return found.assignment.by.user_id if found.assignment else ""


async def held_by(store: Store, who: str, card_id: str = "d-a") -> None:
    async def is_held() -> bool:
        return await holder(store, card_id) == who

    await eventually(is_held)


async def muted(store: Store, count: int) -> None:
    async def are_muted() -> bool:
        return len(await store.mutes()) == count

    await eventually(are_muted)


async def thread(store: Store, of: str = "d-a") -> list[str]:
    """What was put into the outbox for the card's thread."""
    found = []
    while (
        claim := await store.take_delivery(DESK, owner="t", now=NOW + timedelta(days=9), lease=timedelta(0))
    ) is not None:
        if isinstance(claim.delivery.message, DeskMessage):
            assert claim.delivery.parent_id == of
            found.append(claim.delivery.message.words)
        await store.settle(claim, settlement(DeliveryState.SENT), owner="t", now=NOW)
    return found


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


async def test_slack_has_its_answer_before_anything_is_done(
    slack: FakeSocketMode, one_store: Store, clock: Clock, sqlite_url: str
) -> None:
    """Somebody keeps the database for longer than Slack waits."""
    message = await posted(one_store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with connected(slack, one_store, clock):
        other.execute("BEGIN IMMEDIATE")
        envelope = await slack.press(ANN, message, "claim", message["card"])
        assert envelope in slack.acks
        assert await holder(one_store) == ""
        other.execute("ROLLBACK")
        await held_by(one_store, ANN)
    other.close()


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


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        ("claim", "d-nobody", "This card is not known here."),
        ("claim", "", "This card is not known here."),
        ("claim", "x" * 5_000, "This card is not known here."),
        ("unclaim", "d-a", "Nobody has this story."),
        ("unmute", "d-a", "Nothing of this card is muted."),
        ("unmute", "m-nobody", "This card is not known here."),
        ("not_relevant", "d-nobody", "This card is not known here."),
        ("mute", "story:24h", "This card is not known here."),
        ("mute", "", "This cannot be muted so"),
        ("mute", "story:forever", "This cannot be muted so"),
        ("mute", "world:1h", "This cannot be muted so"),
        ("delete_everything", "d-a", "This button does nothing here"),
        ("<!channel>", "d-a", "This button does nothing here"),
    ],
)
async def test_what_makes_no_sense_is_answered_and_told(
    slack: FakeSocketMode, one_store: Store, clock: Clock, action: str, value: str, told: str
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, message, action, value)
        assert (await said(slack)).startswith(told)


async def test_a_button_that_was_shared_to_another_channel_does_nothing(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, {**message, "channel": "C0OTHER"}, "claim", message["card"])
        assert await said(slack) == "This button belongs to another channel."
    assert await holder(one_store) == ""


async def test_only_members_of_the_group_may_act(slack: FakeSocketMode, one_store: Store, clock: Clock) -> None:
    slack.groups["S0DESK"] = [ANN]
    message = await posted(one_store)
    async with connected(slack, one_store, clock, group="S0DESK"):
        await slack.press(BOB, message, "claim", message["card"])
        assert (await said(slack)).startswith("Only members of the desk's user group may do that.")
        slack.groups["S0DESK"] = [ANN, BOB]
        clock.now += timedelta(minutes=4)
        await slack.press(BOB, message, "claim", message["card"])
        await said(slack, 2)
        clock.now += timedelta(minutes=1)
        slack.group_error = "ratelimited"
        await slack.press(BOB, message, "claim", message["card"])
        await said(slack, 3)
        slack.group_error = ""
        await slack.press(BOB, message, "claim", message["card"])
        await held_by(one_store, BOB)
        await slack.press(ANN, message, "claim", message["card"])
        assert (await said(slack, 4)).startswith("u0bob.name has had this story")
    assert len(slack.calls("usergroups.users.list")) == 3


async def test_a_group_that_cannot_be_read_lets_nobody_in(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    slack.group_error = "missing_scope"
    message = await posted(one_store)
    async with connected(slack, one_store, clock, group="S0DESK"):
        await slack.press(ANN, message, "claim", message["card"])
        assert "cannot be read (missing_scope)" in await said(slack)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("why https://example.org/a?ref=rss", "verdict alert (new_story)"),
        ("why <https://example.org/a?ref=rss|example.org/a>", "verdict alert (new_story)"),
        ("why https://example.org/none", "No: Wirewatch has not seen this article"),
        ("why\u00a0“Title A”", "Not yet: its message for desk waits to be posted."),
        ("why an unheard headline", "has not seen an article with this headline"),
        ("why", "/wirewatch why LINK"),
        ("", "/wirewatch why LINK"),
        ("STATUS", "trouble: the service has never run on this database"),
        ("status", "read in the last 24 h; no alert was posted so far"),
        ("mutes", "Nothing is muted."),
        ("find TITLE a", "BBC News, seen 2026-03-04 12:00 UTC: first report of its story"),
        ("find 100%", "no stored article has all of these words"),
        ("find ...", "no stored article has all of these words"),
        ("drill", "A drill is under way."),
        ("explode now", "/wirewatch why LINK"),
    ],
)
async def test_a_command_is_answered_to_whoever_typed_it_alone(
    slack: FakeSocketMode, one_store: Store, clock: Clock, text: str, shown: str
) -> None:
    await posted(one_store)
    while await one_store.read_for_search(NOW):
        pass
    async with connected(slack, one_store, clock):
        await slack.command(ANN, text)
        await slack.until(lambda: slack.answers)
    assert shown in str(slack.answers[0]["blocks"])
    assert slack.answers[0]["response_type"] == "ephemeral"
    assert slack.answers[0]["text"]


async def test_hostile_words_are_never_live(slack: FakeSocketMode, one_store: Store, clock: Clock) -> None:
    """Names, headlines and words that people typed reach Slack in elements that it does not interpret."""
    evil = "<!channel> <@U1> <https://evil.example|Reuters> *b* \u202e"
    piece = Evidence(field=Field.TITLE, start=0, end=4, text=evil, term=evil, how=How.SAME, group="g")
    rules = tuple(match(f"r{number}", rule_title=evil, evidence=(piece,)) for number in range(3))
    message = await posted(one_store, title=evil, source=evil, matches=rules)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, message, "not_relevant", message["card"])
        await slack.until(lambda: slack.views)
        await slack.choose(ANN, message, "mute", "rule:8h", card=message["card"])
        await said(slack)
        await slack.choose(ANN, message, "mute", "story:24h", card=message["card"])
        await muted(one_store, 1)
        await slack.press(ANN, message, f"{evil}", evil)
        await said(slack, 2)
        await slack.command(ANN, "mutes")
        await slack.command(ANN, f"find {evil}")
        await slack.command(ANN, f"why {evil}")
        await slack.until(lambda: len(slack.answers) == 3)
    for seen in (*slack.views, *slack.ephemeral, *slack.answers):
        assert "mrkdwn" not in json.dumps(seen)
        assert "\u202e" not in json.dumps(seen, ensure_ascii=False)
        for live in ("<!channel>", "<@U1>", "<https://"):
            assert live not in seen.get("text", "")


async def test_who_cannot_be_told_in_the_channel_is_told_by_slacks_address_and_the_other_way_round(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    """As somebody of another organisation, or where cards are posted to a channel that the app is not in."""
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        slack.says_no = {"chat.postEphemeral": "user_not_in_channel"}
        await slack.press(ANN, message, "unclaim", message["card"])
        await slack.until(lambda: len(slack.answers) == 1)
        await slack.press(ANN, message, "not_relevant", message["card"])
        await slack.until(lambda: slack.views)
        await slack.submit(ANN, slack.views[0], {"cause": "other", "note": "x"})
        await slack.until(lambda: len(slack.answers) == 2)
        slack.says_no = {"response": "used_url"}
        await slack.command(ANN, "mutes")
        await slack.until(lambda: slack.ephemeral)
    assert [one["text"][:12] for one in slack.answers] == ["Nobody has t", "Noted: not r"]
    assert {(one["response_type"], one["replace_original"]) for one in slack.answers} == {("ephemeral", False)}
    assert [one["text"] for one in slack.ephemeral] == ["Nothing is muted."]


async def test_who_clicks_is_told_of_a_form_only_that_it_may_be_missing_and_of_one_that_is_open_nothing(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock), connected(slack, one_store, clock):
        await slack.press(ANN, message, "not_relevant", message["card"], twice=True)
        await slack.until(lambda: len(slack.calls("views.open")) == 2)
        for count, (code, told) in enumerate(
            {"expired_trigger_id": "That took too long", "view_too_large": "If no form opens"}.items(), start=1
        ):
            slack.says_no = {"views.open": code}
            await slack.press(ANN, message, "not_relevant", message["card"])
            assert (await said(slack, count)).startswith(told)
    assert len(slack.views) == 1
    assert len(slack.ephemeral) == 2


async def test_an_envelope_whose_answer_is_lost_comes_again_and_is_done_once(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        slack.lost_acks = 1
        await slack.press(ANN, message, "unclaim", message["card"])
        assert await said(slack) == "Nobody has this story."
        await slack.press(ANN, message, "nobody_knows_it")
        await said(slack, 2)
    assert len(slack.ephemeral) == 2


async def test_the_connection_is_made_anew_without_a_word(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    message = await posted(one_store)
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, one_store, clock):
            await slack.refresh()
            await slack.until(lambda: len(slack.calls("apps.connections.open")) == 2 and slack.connections)
            await slack.press(ANN, message, "claim", message["card"])
            await held_by(one_store, ANN)
            await slack.press(BOB, message, "claim", message["card"])
            await said(slack)
    assert "secret-ticket" not in str(logged)
    assert [line["event"] for line in logged if "Socket Mode" in line["event"]] == [
        "the desk's buttons and commands work: connected to Slack by Socket Mode"
    ]


async def test_a_connection_that_stays_away_is_said_once_and_so_is_its_return(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    monkeypatch.setattr("monitor.desk.socket._RENEWED_WITHIN", 0.05)
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    with structlog.testing.capture_logs() as logged:

        def said_of_it() -> list[str]:
            return [line["action"] for line in logged if line.get("action", "").startswith("socket_")]

        async with connected(slack, one_store, clock):
            await slack.until(lambda: "socket_connected" in said_of_it())
            slack.open_sockets = False
            await slack.cut()
            await slack.until(lambda: "socket_lost" in said_of_it())
            slack.open_sockets = True
            await slack.until(lambda: len(said_of_it()) == 3)
    assert said_of_it() == ["socket_connected", "socket_lost", "socket_connected"]


async def test_an_address_that_lets_nobody_in_is_asked_for_anew(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a network that came back too late: Slack's addresses are good for half a minute."""
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    slack.dead_tickets = 2
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, one_store, clock):
            assert len(slack.calls("apps.connections.open")) == 3
    assert "secret-ticket" not in str(logged)


async def test_slack_is_asked_again_for_a_connection_however_long_it_asks_to_wait(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LONGEST_PAUSE", 0.05)
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    slack.retry_after, slack.says_no = 86_400, {"apps.connections.open": "ratelimited"}
    with structlog.testing.capture_logs() as logged:

        async def is_well_in_the_end() -> None:
            await slack.until(lambda: len(slack.calls("apps.connections.open")) > 1 and logged)
            slack.says_no = {}

        until_well = asyncio.create_task(is_well_in_the_end())
        async with connected(slack, one_store, clock):
            await until_well
    assert logged[0]["reason"] == "ratelimited"


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (None, "internal_error"),
        (
            "too_many_websockets",
            "too_many_websockets: more processes are connected with this app token than the ten that Slack allows",
        ),
    ],
)
async def test_without_a_connection_it_is_said_once_asked_for_seldom_and_ends_in_time(
    slack: FakeSocketMode,
    one_store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    ended: str | None,
    told: str,
) -> None:
    """Slack opens none, or ends each at once."""
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    slack.open_sockets, slack.ends = ended is not None, ended or ""
    made = actions(slack, one_store, clock)
    looks = []

    async def watch(connected: bool, reason: str) -> None:
        assert not connected
        looks.append(reason)

    socket = DeskSocket(made, bot_token=slack.token, app_token="xapp-test", base_url=slack.base_url, watch=watch)
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logged:
        task = asyncio.create_task(socket.run(stop))
        await slack.until(lambda: logged and len(looks) > 20)
        stop.set()
        await asyncio.wait_for(task, 20)
    (line,) = logged
    assert line["event"] == "no connection by Socket Mode; posting goes on, buttons and commands do not work"
    assert line["reason"] == looks[-1] == told
    assert len(slack.calls("apps.connections.open")) <= 3


async def test_ops_is_told_once_that_buttons_do_not_work_and_again_when_they_do(one_store: Store, clock: Clock) -> None:
    """Two processes lose the connection at once; a third still has it at first."""
    ops = Route(name="ops", channel="C0OPS")
    one, two, three = (Watch(one_store, name, ops=lambda: ops, clock=clock) for name in ("a", "b", "c"))
    for watch in (one, two, three):
        await watch(True, "")
    for _ in range(5):
        clock.now += timedelta(minutes=1)
        for watch in (one, two):
            await watch(False, "invalid_auth")
        await three(True, "")
    assert await told(one_store) == []
    for _ in range(10):
        clock.now += timedelta(minutes=1)
        for watch in (one, two, three):
            await watch(False, "invalid_auth")
    (text,) = await told(one_store)
    assert text.startswith("There is no connection to Slack by Socket Mode (invalid_auth)")
    for watch in (one, two):
        await watch(True, "")
    assert await told(one_store) == ["Slack's buttons and commands work again: there is a connection by Socket Mode."]


async def told(store: Store) -> list[str]:
    """What ops is told."""
    found = []
    while (
        claim := await store.take_delivery("C0OPS", owner="t", now=NOW + timedelta(days=9), lease=timedelta(0))
    ) is not None:
        assert isinstance(claim.delivery.message, NoticeMessage)
        found.append(claim.delivery.message.text)
        await store.settle(claim, settlement(DeliveryState.SENT), owner="t", now=NOW)
    return found


async def test_trouble_with_the_database_is_told_to_who_clicked_and_to_the_admin(
    slack: FakeSocketMode, tmp_path: Path, clock: Clock
) -> None:
    """The database has no tables."""
    store = Store.open(f"sqlite:///{tmp_path}/empty.db")
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, store, clock):
            await slack.press(ANN, {"channel": DESK, "ts": "1.1"}, "claim", "d-a")
            assert await said(slack) == (
                "That did not work: Wirewatch cannot reach its database. Nothing was changed; try again in a minute."
            )
            await slack.command(ANN, "mutes")
            await slack.until(lambda: slack.answers)
            assert slack.answers[0]["text"].startswith("That did not work")
    await store.close()
    errors = [line for line in logged if line["log_level"] == "error"]
    assert [line["what"] for line in errors] == ["claim", "mutes"]
    assert "run `service.py db upgrade`" in errors[0]["error"]
