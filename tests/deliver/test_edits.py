"""What an edit of a card leads to, and cards that stay live: over a real database and a Slack on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from monitor.decide import acts, mutes
from monitor.decide.policy import Policy
from monitor.deliver.edits import FORM_TRIES, settle_edit
from monitor.deliver.leases import LEASE
from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY, LONGEST_BACK_OFF
from monitor.deliver.sink import Limited, NotPosted, Outcome, Refused, Scope, Sent, Unknown
from monitor.deliver.slack.sink import SlackSink
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import read_item
from monitor.model import (
    EDIT_EVERY,
    Batch,
    Card,
    CardMessage,
    Context,
    Delivery,
    Desk,
    DeskAct,
    DeskCard,
    DeskDone,
    EditState,
    Feed,
    FeedState,
    HeldBack,
    Link,
    Lookup,
    Member,
    Observation,
    Person,
    Severity,
    Story,
)
from storage.store import Store
from tests.support.builders import NOW, item, known_feed, match, new
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import DESK, ROUTES, Clock, card, delivery, edit_attempt
from tests.support.stored import refresh_cards

PACE = timedelta(seconds=1.1)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def refused(code: str, scope: Scope = Scope.UNCLEAR) -> Refused:
    return Refused(code, "why", scope)


# -- what an edit leads to ---------------------------------------------------------------------------------------

# name: what came of the edit, its try; the state, until when this card waits, until when every card in the channel.
LEADS_TO: dict[str, tuple[Outcome, int, EditState, timedelta, timedelta]] = {
    "an edit that worked is not made again for half a minute": (Sent("1.0"), 1, EditState.SHOWN, EDIT_EVERY, PACE),
    "a limit holds back edits and no posts": (
        Limited(seconds(40), "slow down"),
        1,
        EditState.WAITING,
        seconds(0),
        seconds(40),
    ),
    "a limit of a day is an hour": (Limited(timedelta(days=1), ""), 1, EditState.WAITING, seconds(0), seconds(3600)),
    "an unreachable Slack is left alone": (NotPosted("no route"), 1, EditState.WAITING, seconds(2), seconds(2)),
    "longer each time": (NotPosted("no route"), 4, EditState.WAITING, seconds(32), seconds(16)),
    "a minute at most": (Unknown("no reply"), 99, EditState.WAITING, seconds(120), seconds(60)),
    "a lost reply is tried again": (Unknown("no reply"), 1, EditState.WAITING, seconds(2), seconds(2)),
    "a deleted card is left alone": (refused("message_not_found"), 1, EditState.GONE, seconds(0), PACE),
    "a closed card too": (refused("edit_window_closed"), 1, EditState.ENDED, seconds(0), PACE),
    "or one of somebody else": (refused("cant_update_message"), 1, EditState.ENDED, seconds(0), PACE),
    "a broken channel is tried soon again": (
        refused("is_archived", Scope.CHANNEL),
        1,
        EditState.WAITING,
        BROKEN_RETRY,
        BROKEN_RETRY,
    ),
    "a broken app, soon again": (
        refused("invalid_auth", Scope.APP),
        1,
        EditState.WAITING,
        BROKEN_RETRY,
        BROKEN_RETRY,
    ),
    "what nobody knows is tried again": (refused("strange"), 2, EditState.WAITING, seconds(4), PACE),
    "and again": (refused("strange"), 99, EditState.WAITING, LONGEST_BACK_OFF, PACE),
}


@pytest.mark.parametrize("name", LEADS_TO)
def test_the_result_of_an_edit_says_when_the_next_is_due(name: str) -> None:
    outcome, tries, state, wait, pause = LEADS_TO[name]
    settled = settle_edit(edit_attempt(tries=tries), outcome, pace=PACE, now=NOW)
    assert (settled.state, settled.not_before, settled.edits_ready_at, settled.plain) == (
        state,
        NOW + wait,
        NOW + pause,
        False,
    )
    assert settled.channel_ready_at == NOW + PACE, "posts go on"


@pytest.mark.parametrize(
    ("result", "tries"),
    [
        (refused("msg_too_long", Scope.MESSAGE), 1),
        (refused("block_mismatch"), 1),
        (refused("not_rendered", Scope.MESSAGE), 1),
    ],
    ids=lambda given: getattr(given, "code", ""),
)
def test_what_slack_does_not_take_is_edited_as_plain_text_and_some_rounds_later_no_more(
    result: Refused, tries: int
) -> None:
    first = settle_edit(edit_attempt(tries=tries), result, pace=PACE, now=NOW)
    again = settle_edit(edit_attempt(tries=tries + 1, plain=True), result, pace=PACE, now=NOW)
    last = settle_edit(edit_attempt(tries=FORM_TRIES, plain=True), result, pace=PACE, now=NOW)
    assert (first.state, first.plain) == (EditState.WAITING, True)
    assert (again.state, again.plain, again.not_before) == (EditState.WAITING, False, NOW + timedelta(minutes=10))
    assert last.state is EditState.ENDED


# -- a live card -------------------------------------------------------------------------------------------------


@pytest.fixture
async def sink(slack: FakeSlack, clock: Clock, patience: float) -> AsyncIterator[SlackSink]:
    sink = SlackSink(slack.token, slack.base_url, timeout=patience, buttons=True, clock=clock)
    yield sink
    await sink.close()


async def have_card(store: Store, name: str = "a", severity: Severity = Severity.HIGH, **over: Any) -> Delivery:
    """A story with a card, as the judging of a poll writes it."""
    made = delivery(name, card(story_id=f"s-{name}", title=f"Story {name}", severity=severity), severity=severity)
    made = replace(made, **over)
    member = Member(item_id=f"i-{name}", family="wire", title=name, keys=frozenset(), seen_at=NOW)
    observation = Observation(
        item=item(name), identity=new(f"i-{name}"), matches=(match(),), link=Link(f"s-{name}", new=True, reason="first")
    )
    story = Story(story_id=f"s-{name}", started_at=NOW, updated_at=NOW, members=(member,))
    told = Card(
        story_id=f"s-{name}", route="desk", delivery_id=made.delivery_id, rules=frozenset({"a"}), severity=severity
    )

    def build(_: Context) -> Batch:
        return Batch(
            state=known_feed().state,
            observations=(replace(observation, member=member),),
            stories=(story,),
            deliveries=(made,),
            cards=(told,),
        )

    await store.judge(Lookup(feed_id="wire", family="wire", stories_since=NOW, now=NOW), build)
    return made


def claimed(by: str = "U1ANNA", at: datetime = NOW) -> Callable[[str, CardMessage], CardMessage]:
    return lambda _, message: replace(message, desk=replace(message.desk, claimed_by=by, claimed_at=at))


def unclaimed(_: str, message: CardMessage) -> CardMessage:
    return replace(message, desk=Desk())


def shows_claim(message: dict[str, Any]) -> bool:
    return " is on it" in str(message["blocks"])


async def test_a_card_is_edited_half_a_minute_after_it_was_posted_and_shows_who_claimed_it(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    (message,) = slack.messages(DESK.channel)
    before = message["metadata"]
    assert await refresh_cards(database, "s-a", claimed(), clock()) == 1
    await outbox.drain()
    assert slack.calls("chat.update") == []
    clock.now += EDIT_EVERY
    assert await outbox.drain() == 0, "an edit is no message"
    (edited,) = slack.messages(DESK.channel)
    assert shows_claim(edited)
    assert (edited["ts"], edited["metadata"]) == (message["ts"], before)


async def test_a_card_that_was_edited_as_plain_text_has_its_buttons_again_with_the_next_change(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    clock.now += EDIT_EVERY
    slack.update_faults.append("invalid_blocks")
    await refresh_cards(database, "s-a", claimed(), clock())
    await outbox.drain()
    (message,) = slack.messages(DESK.channel)
    assert "blocks" not in message
    clock.now += EDIT_EVERY
    await refresh_cards(database, "s-a", unclaimed, clock())
    await outbox.drain()
    (message,) = slack.messages(DESK.channel)
    assert "I'm on it" in str(message["blocks"])


async def test_a_card_that_slack_takes_in_no_form_for_some_minutes_is_live_again_after_them(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    clock.now += EDIT_EVERY
    slack.update_plan = lambda _: "msg_too_long"
    await refresh_cards(database, "s-a", claimed(), clock())
    await outbox.drain()
    clock.now += timedelta(minutes=5)
    await outbox.drain()
    slack.update_plan = lambda _: None
    clock.now += timedelta(minutes=6)
    await outbox.drain()
    (message,) = slack.messages(DESK.channel)
    assert shows_claim(message)


async def test_what_changes_nothing_leads_to_no_edit(outbox: Outbox, database: Store, slack: FakeSlack) -> None:
    await have_card(database)
    await outbox.drain()
    assert await refresh_cards(database, "s-a", lambda _, message: replace(message), NOW + EDIT_EVERY) == 0
    assert await refresh_cards(database, "s-unknown", claimed(), NOW) == 0
    assert slack.calls("chat.update") == []


async def test_a_card_that_waits_to_be_posted_is_posted_as_it_is_by_then(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    await have_card(database)
    assert await refresh_cards(database, "s-a", claimed(), NOW) == 0
    await outbox.drain()
    (message,) = slack.messages(DESK.channel)
    assert shows_claim(message)
    assert slack.calls("chat.update") == []


async def test_many_changes_within_half_a_minute_are_one_edit_with_the_last_of_them(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    for number in range(20):
        clock.now += seconds(5)
        await refresh_cards(database, "s-a", claimed(f"U{number}", clock()), clock())
        await outbox.drain()
    clock.now += EDIT_EVERY
    await outbox.drain()
    calls = slack.calls("chat.update")
    assert len(calls) == 4
    assert "U19" in str(slack.messages(DESK.channel)[0]["blocks"])
    ids = [call["blocks"][-2]["block_id"] for call in calls]
    assert len(set(ids)) == len(ids), "Slack keeps what a block showed under an id it knows"


async def test_posts_go_before_edits_and_the_critical_card_is_edited_first(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    for name, severity in {"low": Severity.LOW, "critical": Severity.CRITICAL, "high": Severity.HIGH}.items():
        await have_card(database, name, severity)
    await outbox.drain()
    clock.now += EDIT_EVERY
    for name in ("low", "high", "critical"):
        await refresh_cards(database, f"s-{name}", claimed(), clock())
    await have_card(database, "new", Severity.LOW, created_at=clock())
    asked = len(slack.requests)
    while await outbox.deliver_due() or len(slack.requests) < asked + 4:
        clock.now += PACE
    said = [(method, body["text"].split(" - ")[0]) for method, body in slack.requests[asked:]]
    assert said == [
        ("chat.postMessage", "LOW: Story new"),
        ("chat.update", "CRITICAL: Story critical"),
        ("chat.update", "HIGH: Story high"),
        ("chat.update", "LOW: Story low"),
    ]


async def test_who_delivers_once_waits_for_edits_behind_the_last_post_and_for_no_later_ones(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database, "a")
    await outbox.drain()
    clock.now += EDIT_EVERY
    await have_card(database, "b")
    await refresh_cards(database, "s-a", claimed(), clock())
    assert await outbox.drain() == 1
    assert shows_claim(slack.messages(DESK.channel)[0])
    await refresh_cards(database, "s-b", claimed(), clock())
    before = clock()
    assert await outbox.drain() == 0
    assert clock() == before


FAULTS = [Fault.LOST_REPLY, Fault.CLOSED, Fault.ERROR_BEFORE, Fault.HTML, Fault.INVALID_JSON, Fault.SILENCE_AFTER]


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_edit_of_unknown_outcome_is_made_again(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock, fault: Fault
) -> None:
    await have_card(database)
    await outbox.drain()
    clock.now += EDIT_EVERY
    await refresh_cards(database, "s-a", claimed("U1"), clock())
    slack.update_faults.append(fault)
    await outbox.deliver_due()
    await refresh_cards(database, "s-a", claimed("U2"), clock())
    clock.now += seconds(2)
    await outbox.deliver_due()
    assert "U2" in str(slack.messages(DESK.channel)[0]["blocks"])
    assert len(slack.calls("chat.update")) == 2
    clock.now += EDIT_EVERY
    await outbox.deliver_due()
    assert len(slack.calls("chat.update")) == 2, "it shows the newest already"


async def test_a_limit_on_edits_holds_no_post_back(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    clock.now += EDIT_EVERY
    slack.retry_after = 20
    slack.update_faults.append(Fault.LIMITED)
    await refresh_cards(database, "s-a", claimed(), clock())
    await outbox.deliver_due()
    await have_card(database, "b")
    clock.now += PACE
    assert await outbox.deliver_due() == 1
    clock.now += seconds(18)
    await outbox.deliver_due()
    assert len(slack.calls("chat.update")) == 1
    clock.now += seconds(1)
    await outbox.deliver_due()
    assert shows_claim(slack.messages(DESK.channel)[0])


@pytest.mark.parametrize("trouble", [Fault.ERROR_BEFORE, "channel_not_found"])
async def test_a_card_that_cannot_be_edited_keeps_no_other_from_it(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock, trouble: Fault | str
) -> None:
    await have_card(database, severity=Severity.CRITICAL)
    await have_card(database, "b")
    await outbox.drain()
    slack.update_plan = lambda body: trouble if "Story a" in body["text"] else None
    for name in "ab":
        await refresh_cards(database, f"s-{name}", claimed(), clock(), at_once=True)
    for _ in range(20):
        await outbox.deliver_due()
        clock.now += seconds(5)
    first, second = slack.messages(DESK.channel)
    assert "Story b" in second["text"]
    assert (shows_claim(first), shows_claim(second)) == (False, True)


async def test_a_process_killed_during_an_edit_loses_neither_it_nor_the_posts_behind_it(
    database: Store, sink: SlackSink, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    first = Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    await first.drain()
    clock.now += EDIT_EVERY
    await refresh_cards(database, "s-a", claimed(), clock())
    # What a process that is killed leaves behind: an attempt and a lease, and maybe a call.
    assert await database.take_edit(DESK.channel, owner="w1", now=clock(), lease=LEASE) is not None
    await have_card(database, "b")
    second = Outbox(database, sink, ROUTES, owner="w2", clock=clock, sleep=clock.sleep)
    assert await second.deliver_due() == 0
    clock.now += LEASE
    assert await second.deliver_due() == 1
    clock.now += PACE
    await second.deliver_due()
    assert shows_claim(slack.messages(DESK.channel)[0])
    assert len(slack.messages(DESK.channel)) == 2


async def test_who_outstays_the_lease_writes_nothing_and_the_card_is_edited_again(
    database: Store, sink: SlackSink, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep).drain()
    clock.now += EDIT_EVERY
    await refresh_cards(database, "s-a", claimed("U1"), clock())
    slow = await database.take_edit(DESK.channel, owner="w1", now=clock(), lease=LEASE)
    assert slow is not None
    clock.now += LEASE
    await refresh_cards(database, "s-a", claimed("U2"), clock())
    quick = await database.take_edit(DESK.channel, owner="w2", now=clock(), lease=LEASE)
    assert quick is not None
    late = settle_edit(slow, Sent(slow.ts), pace=PACE, now=clock())
    await database.settle_edit(slow, late, owner="w1", now=clock())
    assert await database.take_edit(DESK.channel, owner="w3", now=clock(), lease=LEASE) is None, "w2 has it"


async def test_what_people_did_to_a_card_that_cannot_be_edited_any_more_is_said_in_its_thread(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    made = await have_card(database)
    await outbox.drain()
    slack.update_plan = lambda _: "edit_window_closed"
    for number, (decide, user) in enumerate(((acts.take, "Anna"), (acts.give_back, "Bob"), (acts.take, "Bob"))):
        act = DeskAct(key=f"k{number}", what="x", target=made.delivery_id, by=Person(f"U{user}", user), at=clock())

        def done(card: DeskCard | None, _: HeldBack | None, act: DeskAct = act, decide: Any = decide) -> DeskDone:
            assert card is not None
            return decide(card, act)  # type: ignore[no-any-return]

        await database.act(act, done, mutes.shown_on)
        for _ in range(3):
            await outbox.deliver_due()
            clock.now += seconds(5)
    first, *lines = slack.messages(DESK.channel)
    assert [one["text"].partition(". ")[0] for one in lines] == [
        "Slack does not let this card be edited any more",
        "Bob released this story: nobody is on it.",
        "Bob is on it.",
    ]
    assert "Somebody is on it (since 12:00 UTC). What people do is said here now" in lines[0]["text"]
    assert {one["thread_ts"] for one in lines} == {first["ts"]}
    assert len(slack.calls("chat.update")) == 1


async def test_a_deleted_card_is_edited_no_more_and_the_story_says_so(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    made = await have_card(database)
    await outbox.drain()
    slack.delete(DESK.channel, slack.messages(DESK.channel)[0]["ts"])
    clock.now += EDIT_EVERY
    await refresh_cards(database, "s-a", claimed(), clock())
    await outbox.deliver_due()
    clock.now += EDIT_EVERY
    assert await refresh_cards(database, "s-a", unclaimed, clock()) == 0
    await outbox.deliver_due()
    assert len(slack.calls("chat.update")) == 1
    found = await database.story("s-a")
    assert found is not None
    assert [(one.delivery_id, one.gone) for one in found.cards] == [(made.delivery_id, True)]


async def test_blocks_that_slack_refuses_are_edited_as_plain_text(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await have_card(database)
    await outbox.drain()
    clock.now += EDIT_EVERY
    slack.update_faults.append("block_mismatch")
    await refresh_cards(database, "s-a", claimed(), clock())
    await outbox.deliver_due()
    clock.now += PACE
    await outbox.deliver_due()
    (message,) = slack.messages(DESK.channel)
    assert "blocks" not in message
    assert message["text"].splitlines()[0].endswith("Somebody is on it (since 12:00 UTC)")


async def test_a_further_report_changes_the_card_and_a_deleted_one_comes_back_with_news(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    """From polls to the channel: a report, a copy of it at another outlet, and a report with another rule."""

    async def poll(family: str, *rules: str) -> None:
        told = item("Cluster bombs kill nine in Idlib market", feed_id=family, family=family, source=family.title())
        told = replace(told, guid=family, link=f"https://{family}.example/1", url=f"https://{family}.example/1")
        prepared = [read_item(replace(told, seen_at=clock()), tuple(match(rule) for rule in rules))]
        feed = Feed(id=family, name=family, url=f"https://{family}.example/feed", family=family)
        state = FeedState(feed_id=family, baselined_at=NOW)
        await database.save_feed(state)
        build = partial(judge, part=DocumentPart(prepared), poll=Poll(state), policy=Policy(routes=ROUTES), now=clock())
        await database.judge(lookup_of(feed, prepared, now=clock()), build)
        await outbox.drain()
        clock.now += EDIT_EVERY
        await outbox.drain()

    await poll("wire", "cluster-munitions")
    (first,) = slack.messages(DESK.channel)
    assert "outlet" not in str(first["blocks"])
    await poll("courier", "cluster-munitions")
    (edited,) = slack.messages(DESK.channel)
    assert "2 outlets" in str(edited["blocks"])
    slack.delete(DESK.channel, first["ts"])
    await poll("herald", "cluster-munitions")
    assert slack.messages(DESK.channel) == []
    await poll("gazette", "cluster-munitions", "strikes")
    (again,) = slack.messages(DESK.channel)
    assert again.get("thread_ts") is None
    assert "4 outlets" in str(again["blocks"])
