"""Broken routes: found out before an alert needs them, told once and when it is over, and ops stands in meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from monitor.decide.decider import Decider
from monitor.decide.notices.channels import SHOWN_TO_OPS, Inspection, broken, can_see, stand_ins, works_again
from monitor.decide.policy import Policy
from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY
from monitor.deliver.settle import UNREACHABLE_TRIES
from monitor.deliver.slack.check import inspect
from monitor.deliver.slack.codes import refusal
from monitor.deliver.slack.sink import SlackSink
from monitor.health.channels import LOOK_AT_BROKEN, LOOK_EVERY, RouteKeeper
from monitor.model import DigestMessage, DigestReason, Gist, NoticeMessage, Route, Routes, Severity
from storage.store import Store
from tests.support.builders import NOW, item, known_feed, match, new, starts
from tests.support.fakes.slack import SCOPES, FakeSlack, Fault
from tests.support.messages import DESK, OPS, ROUTES, UNSURE, Clock, alert, card, delivery, further, notice_message

# What Slack answers to a look is not the database's; the tests of breaking and healing run on both.
on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
INVITE = "the bot is not in the channel; invite it"
ARCHIVED = "is_archived: the channel is archived; bring it back, or give the route another channel in routes.yaml"
NOT_FOUND = (
    "channel_not_found: there is no such channel, or it is private and the bot is not in it; check the id in "
    "routes.yaml, or invite the bot"
)
REVOKED = "Slack rejected the token (token_revoked). Reinstall the app and set SLACK_BOT_TOKEN."
AGAIN = "add it under OAuth & Permissions of the app and install the app again"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(clock=lambda: clock().timestamp()) as fake:
        yield fake


@pytest.fixture
async def sink(slack: FakeSlack, clock: Clock) -> AsyncIterator[SlackSink]:
    sink = SlackSink(slack.token, slack.base_url, timeout=10, clock=clock)
    yield sink
    await sink.close()


def break_channel(slack: FakeSlack, how: str) -> None:
    channel = slack.channel(DESK.channel)
    match how:
        case "archived":
            channel.archived = True
        case "left":
            channel.member = False
        case "private and left":
            channel.private, channel.member = True, False
        case "private":
            channel.private = True
        case "renamed":
            channel.name = "another-desk"
        case "gone":
            slack.unknown_channels.add(DESK.channel)
        case "left, but anybody's channel":
            channel.member = False
            slack.scopes = SCOPES | {"chat:write.public"}
        case "of tomorrow":
            slack.refuses = "code_of_tomorrow"
        case "revoked" | "expired":
            slack.refuses = f"token_{how}"
        case _:
            slack.scopes = SCOPES - {how}


# What is so, and what a look finds of the desk's channel: broken, lacking something, or nothing.
LOOKS: dict[str, tuple[str | None, str | None, str | None]] = {
    "renamed": (None, None, None),
    "archived": (ARCHIVED, None, None),
    "left": (f"not_in_channel: {INVITE}", None, None),
    "left, but anybody's channel": (None, "the bot is not in it; invite it", None),
    "gone": (NOT_FOUND, None, None),
    "private and left": (NOT_FOUND, None, None),
    "private": (None, None, None),
    "revoked": (REVOKED, None, None),
    "expired": (
        "Slack rejected the token (token_expired). It has expired; reinstall the app and set SLACK_BOT_TOKEN.",
        None,
        None,
    ),
    "of tomorrow": (
        f"Slack rejected the question whose token this is (code_of_tomorrow): {refusal('code_of_tomorrow').reason}",
        None,
        None,
    ),
    "chat:write": (
        f"Slack rejected the token (missing_scope). The token lacks the scope chat:write; {AGAIN}.",
        None,
        None,
    ),
    "channels:history": (None, f"the token lacks the scope channels:history; {AGAIN}", None),
    "groups:history": (None, None, None),
    "channels:read": (None, None, f"missing_scope: the token lacks the scope channels:read; {AGAIN}"),
}


@pytest.mark.parametrize("how", LOOKS)
async def test_a_look_finds_what_would_keep_alerts_from_a_channel(slack: FakeSlack, sink: SlackSink, how: str) -> None:
    broken, weak, unseen = LOOKS[how]
    break_channel(slack, how)
    found = await inspect(sink, ROUTES)
    assert found.broken.get(DESK.channel) == broken
    assert found.weak.get(DESK.channel, "").endswith(weak or "")
    assert (DESK.channel in found.weak) is (weak is not None)
    assert found.unseen == unseen
    assert slack.messages() == []


async def test_a_private_channel_needs_another_scope(slack: FakeSlack, sink: SlackSink) -> None:
    slack.channel(DESK.channel).private = True
    slack.scopes = SCOPES - {"groups:history"}
    assert "groups:history" in (await inspect(sink, ROUTES)).weak[DESK.channel]


async def test_a_slack_that_cannot_be_reached_says_nothing_of_channels(clock: Clock) -> None:
    async with FakeSlack() as gone:
        address = gone.base_url
    sink = SlackSink("xoxb-test", address, clock=clock)
    found = await inspect(sink, ROUTES)
    await sink.close()
    assert (found.broken, found.weak, found.found) == ({}, {}, {})
    assert "Slack cannot be reached: Connection refused at 127.0.0.1, port " in str(found.unseen)


# -- the service -------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(store: Store, sink: SlackSink, clock: Clock) -> RouteKeeper:
    async def look(routes: Routes) -> Inspection:
        return await inspect(sink, routes)

    return RouteKeeper(store, look, clock=clock)


@pytest.fixture
def outbox(store: Store, sink: SlackSink, clock: Clock) -> Outbox:
    return Outbox(store, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)


def ops_hears(slack: FakeSlack) -> list[str]:
    return [message["text"] for message in slack.messages(OPS.channel)]


async def problems(store: Store) -> Mapping[str, str]:
    return (await store.vital_signs(NOW)).channel_problems


async def test_a_route_that_breaks_is_told_once_ops_stands_in_and_it_heals_by_itself(
    store: Store, keeper: RouteKeeper, outbox: Outbox, slack: FakeSlack, clock: Clock
) -> None:
    slack.channel(DESK.channel).archived = True
    assert await keeper.tend(ROUTES) == 0
    await outbox.drain()
    (told,) = ops_hears(slack)
    assert "C1DESK (route desk): is_archived: the channel is archived" in told
    assert await problems(store) == {DESK.channel: ARCHIVED}

    await store.enqueue([delivery("a", card(title="Nine killed", url="https://wire.example/a")), delivery("b")])
    await outbox.drain()
    assert await keeper.tend(ROUTES) == 2
    assert await keeper.tend(ROUTES) == 0
    await outbox.drain()
    _, first, second = ops_hears(slack)
    assert first.startswith("For desk, whose channel is broken")
    assert "CRITICAL: Nine killed - The Wire" in first
    assert "Story b" in second
    assert slack.messages(DESK.channel) == []

    slack.channel(DESK.channel).archived = False
    clock.now += LOOK_AT_BROKEN
    await keeper.tend(ROUTES)
    assert await problems(store) == {DESK.channel: ARCHIVED}, "a look decides nothing while a message can"
    await outbox.drain()
    assert await problems(store) == {}
    assert len(slack.messages(DESK.channel)) == 2
    assert "C1DESK (route desk) works again" in ops_hears(slack)[3]
    assert "One more message that waited is being posted now." in ops_hears(slack)[3]
    clock.now += LOOK_EVERY
    await keeper.tend(ROUTES)
    await outbox.drain()
    assert len(ops_hears(slack)) == 4


async def test_between_two_looks_an_alert_finds_that_the_route_works_again(
    store: Store, keeper: RouteKeeper, outbox: Outbox, slack: FakeSlack, clock: Clock
) -> None:
    slack.channel(DESK.channel).member = False
    await store.enqueue([delivery("a")])
    await outbox.drain()
    slack.channel(DESK.channel).member = True
    clock.now += BROKEN_RETRY
    await outbox.drain()
    await outbox.drain()
    assert [text.split(" - ")[0].split(":")[0] for text in ops_hears(slack)] == [
        "Route desk is broken",
        "Route desk works again",
    ]
    await keeper.tend(ROUTES)
    await outbox.drain()
    assert len(ops_hears(slack)) == 2


@on_sqlite
async def test_what_a_look_cannot_see_is_over_only_when_something_was_posted(
    store: Store, keeper: RouteKeeper, outbox: Outbox, slack: FakeSlack, clock: Clock
) -> None:
    """Else ops would hear every hour that the route works again, and that it is broken."""
    slack.plan = lambda body: "restricted_action" if body["channel"] == DESK.channel else None
    await store.enqueue([delivery("a")])
    for _ in range(4):
        await outbox.drain()
        await keeper.tend(ROUTES)
        clock.now += LOOK_EVERY
    assert [text.partition(":")[0] for text in ops_hears(slack) if "Route" in text] == ["Route desk is broken"]
    slack.plan = lambda _: None
    await outbox.drain()
    await outbox.drain()
    assert len(slack.messages(DESK.channel)) == 1
    assert ops_hears(slack)[-1].startswith("Route desk works again")


@on_sqlite
async def test_a_history_that_could_not_be_read_is_over_when_slack_answers_though_nothing_is_left_to_post(
    store: Store, keeper: RouteKeeper, sink: SlackSink, slack: FakeSlack, clock: Clock
) -> None:
    """The last message was found in the channel, so that no post shows that it works."""

    def uptime() -> float:
        return clock().timestamp()

    outbox = Outbox(store, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep, uptime=uptime, ask_channels=True)
    await store.enqueue([delivery("a")])
    slack.history_plan = lambda _: Fault.ERROR_BEFORE
    for _ in range(UNREACHABLE_TRIES):
        await outbox.deliver_due()
        clock.now += timedelta(seconds=10)
    assert "its history cannot be read" in (await store.channel_problems())[DESK.channel]
    slack.history_plan = lambda _: None
    slack.faults.append(Fault.LOST_REPLY)
    await outbox.drain()
    assert len(slack.messages(DESK.channel)) == 1
    await keeper.tend(ROUTES)
    assert await store.channel_problems() == {}
    await outbox.drain()
    assert not [text for text in ops_hears(slack) if "again" in text], "nobody was told that it was broken"


@on_sqlite
async def test_a_revoked_token_is_no_news_for_ops_until_it_is_replaced(
    store: Store, keeper: RouteKeeper, outbox: Outbox, slack: FakeSlack, clock: Clock
) -> None:
    slack.refuses = "token_revoked"
    await keeper.tend(ROUTES)
    await store.enqueue([delivery("a"), delivery("n", notice_message(), channel=OPS.channel, route="ops")])
    await outbox.drain()
    assert set((await problems(store)).values()) == {REVOKED}
    slack.refuses = None
    clock.now += LOOK_EVERY
    await keeper.tend(ROUTES)
    await outbox.drain()
    assert len(slack.messages(DESK.channel)) == 1
    assert sum("Slack takes messages again" in text for text in ops_hears(slack)) == 1
    assert not any("is broken" in text for text in ops_hears(slack))


@on_sqlite
@pytest.mark.parametrize(
    ("how", "action"),
    [("archived", "channel_broken"), ("channels:history", "channel_weak"), ("channels:read", "channels_unseen")],
)
async def test_what_a_look_finds_is_logged_once_while_it_lasts(
    keeper: RouteKeeper, slack: FakeSlack, clock: Clock, how: str, action: str
) -> None:
    break_channel(slack, how)
    logged: list[set[str]] = []
    for _ in range(2):
        with capture_logs() as lines:
            await keeper.tend(ROUTES)
        logged.append({line["action"] for line in lines})
        clock.now += LOOK_EVERY
    assert logged == [{action}, set()]


async def test_other_routes_are_looked_at_at_once(keeper: RouteKeeper, slack: FakeSlack, clock: Clock) -> None:
    await keeper.tend(ROUTES)
    await keeper.tend(ROUTES)
    assert len(slack.calls("auth.test")) == 1
    await keeper.tend(Routes((replace(DESK, channel="C7NEW"),), OPS))
    assert [body["channel"] for body in slack.calls("conversations.info")][2:] == ["C7NEW", OPS.channel]
    clock.now += LOOK_EVERY
    await keeper.tend(Routes((replace(DESK, channel="C7NEW"),), OPS))
    assert len(slack.calls("auth.test")) == 3


async def test_a_look_that_could_not_be_written_is_not_the_last_for_an_hour(
    sqlite_url: str, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    store = Store.open(sqlite_url, busy_timeout=0.05)
    keeper = RouteKeeper(store, partial(inspect, sink), clock=clock)
    break_channel(slack, "archived")
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await keeper.tend(ROUTES)
    other.execute("ROLLBACK")
    other.close()
    assert await problems(store) == {}
    await keeper.tend(ROUTES)
    assert list(await problems(store)) == [DESK.channel]
    await store.close()


# -- standing in -------------------------------------------------------------------------------------------------

BROKEN = {DESK.channel: "is_archived: the channel is archived"}


def shown(*waiting: object, routes: Routes = ROUTES, problems: Mapping[str, str] = BROKEN) -> list[str]:
    told = stand_ins(waiting, problems, routes, now=NOW)  # type: ignore[arg-type]
    return [one.message.text for one in told if isinstance(one.message, NoticeMessage)]


def test_ops_is_shown_cards_digests_and_news_but_no_notice_nor_what_goes_to_a_thread_alone() -> None:
    both = DigestMessage(why=DigestReason.BUSY, alerts=(alert(title="One"), alert(title="Two")))
    (text,) = shown(delivery("d", both))
    assert [line.partition(" - ")[0] for line in text.splitlines()[::2]] == ["CRITICAL: One", "CRITICAL: Two"]
    assert shown(delivery("f", further("toll raised"), broadcast=True, parent_id="x"))
    (text,) = shown(delivery("f", further(also="severity raised from low to critical"), broadcast=True, parent_id="x"))
    assert "CRITICAL: severity raised from low to critical: " in text
    assert shown(delivery("f", further(), parent_id="x")) == []
    assert shown(delivery("n", notice_message())) == []


def test_ops_is_shown_how_likely_it_is_and_what_it_says_in_english_as_the_channel_would_be() -> None:
    strike = Gist(topics=("strike",), places=("Kharkiv",))
    foreign = alert(title="Удар по Харкову", language="uk", gist=strike)
    (text,) = shown(delivery("u", DigestMessage(why=DigestReason.UNSURE, alerts=(UNSURE, foreign))))
    assert [line.partition(" - ")[0] for line in text.splitlines()[::2]] == [
        f"41 % match: {UNSURE.title}",
        "CRITICAL: [Strike · Kharkiv] Удар по Харкову",
    ]


def test_a_notice_says_only_to_ops_that_alerts_are_shown_there() -> None:
    """Where ops is broken itself, or there is no ops, another route hears of it, and is shown no alerts."""

    def text_of(channel: str, routes: Routes = ROUTES, **known: str) -> str:
        (told,) = broken(channel, "is_archived: x", routes, known=known, now=NOW)
        return told.message.text if isinstance(told.message, NoticeMessage) else ""

    assert "Its alerts wait and are shown here meanwhile. Wirewatch tries" in text_of(DESK.channel)
    assert "Its alerts wait. Wirewatch tries" in text_of(OPS.channel)
    others = Routes((DESK, Route(name="second", channel="C2")), OPS)
    assert "Its alerts wait. Wirewatch tries" in text_of(DESK.channel, others, **{OPS.channel: "is_archived: x"})


def test_a_flood_is_shown_in_part_and_every_critical_alert() -> None:
    many = [delivery(str(number)) for number in range(30)]
    urgent = delivery("urgent", card(title="Urgent"), severity=Severity.CRITICAL, created_at=NOW + timedelta(1))
    texts = shown(*many, urgent)
    assert len(texts) == SHOWN_TO_OPS + 2
    assert "no longer shown here; none is lost" in texts[SHOWN_TO_OPS]
    assert "Urgent" in texts[-1]


def test_what_was_put_together_is_shown_as_its_cards_would_have_been() -> None:
    """A storm is put together before the first attempt finds the channel broken, or after ops was shown its cards."""
    alerts = [alert(story_id=f"s{n}", title=f"Number {n}", severity=Severity.HIGH) for n in range(30)]
    first, later = (
        delivery(f"b{part}", DigestMessage(why=DigestReason.BACKLOG, alerts=tuple(some), part=part))
        for part, some in ((1, alerts[:10]), (2, alerts[10:]))
    )
    texts = shown(first, later, delivery("new", severity=Severity.HIGH))
    assert [text.partition(" - ")[0] for text in texts[:SHOWN_TO_OPS]] == [f"HIGH: Number {n}" for n in range(10)]
    assert "no longer shown here" in texts[SHOWN_TO_OPS]
    keys = {one.key for one in stand_ins([first], BROKEN, ROUTES, now=NOW)}
    desk = Decider(Policy(routes=ROUTES), known_feed(), now=NOW)
    for one in alerts[:10]:
        desk.decide(item(one.title), new(one.item_id), [match()], starts(one.story_id))
    cards = [one for one in desk.deliveries if one.channel == DESK.channel]
    assert {one.key for one in stand_ins(cards, BROKEN, ROUTES, now=NOW)} == keys


def test_without_ops_or_with_ops_broken_nobody_stands_in() -> None:
    assert shown(delivery("a"), routes=Routes((DESK,))) == []
    assert shown(delivery("a"), problems={**BROKEN, OPS.channel: "is_archived: x"}) == []
    assert shown(delivery("a", channel="C5FINE")) == []


@pytest.mark.parametrize(
    ("problem", "seen"),
    [(ARCHIVED, True), (REVOKED, True), ("restricted_action: x", False), ("a_code_of_tomorrow: unknown to us", False)],
)
def test_a_look_that_finds_nothing_ends_what_a_look_would_have_found(problem: str, seen: bool) -> None:
    assert can_see(problem) is seen


def test_the_end_of_the_same_problem_is_told_each_time_also_twice_in_an_hour() -> None:
    ends = [
        end
        for minutes in (0, 20)
        for end in works_again(
            DESK.channel, "no_answer: it did not answer", ROUTES, now=NOW + timedelta(minutes=minutes)
        )
    ]
    assert len({end.key for end in ends}) == 2
