"""Refusals keep to their scope: what Slack takes is never kept waiting by what it does not, and nothing is dropped.

For each scope (message, thread, channel, everything) something is refused while something else could be posted. The
former must not be tried first again, and goes out by itself within two minutes of the end of the trouble.
docs/decisions/0016 has the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import settings
from monitor.deliver.outbox import Outbox
from monitor.deliver.slack.sink import SlackSink
from monitor.health import vitals
from monitor.model import Beat, DeliveryState, Route, Routes, Severity
from monitor.settings import Token
from storage.store import Store
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import DESK, OPS, Clock, card, delivery, further
from tests.support.stored import outbox_counts, states

NIGHT = Route(name="night", channel="C2NIGHT")
ROUTES = Routes((DESK, NIGHT), OPS)
SOON = timedelta(minutes=2)
"""How soon after the end of a trouble everything that waited is posted."""


def each(*all_codes: str) -> pytest.MarkDecorator:
    """A test for each code on SQLite and for the last on PostgreSQL, as what a code does is not the database's.

    A code or two of each scope: test_slack has the scope of all of them.
    """
    cases = [*(("sqlite", code) for code in all_codes), ("postgresql", all_codes[-1])]
    return pytest.mark.parametrize(("migrated_url", "code"), cases, indirect=["migrated_url"])


# What Slack's answers come to is not the database's.
on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


@pytest.fixture
def outbox(store: Store, sink: SlackSink, clock: Clock) -> Outbox:
    """On both databases."""
    return Outbox(store, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)


def story(name: str, **over: Any) -> Any:
    return delivery(name, card(story_id=f"s-{name}", title=f"Story {name}"), **over)


def headline(text: str) -> str:
    """The headline in a card's line, which begins with the severity, or in that of a reply, which does not."""
    return text.partition(" - ")[0].rpartition(": ")[2]


def texts(slack: FakeSlack, channel: str = DESK.channel) -> list[str]:
    return [headline(message["text"]) for message in slack.messages(channel)]


def tried(slack: FakeSlack, channel: str = DESK.channel) -> list[str]:
    """The headlines that were sent to a channel, taken or not, each form of a message once."""
    sent = [body for body in slack.calls("chat.postMessage") if body["channel"] == channel]
    found: list[str] = []
    for body in sent:
        name = headline(body["text"])
        if found[-1:] != [name]:
            found.append(name)
    return found


def about(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: any(f"Story {name}" in body["text"] for name in names)


async def work(outbox: Outbox, clock: Clock, time: timedelta, *, rest: timedelta | None = None) -> None:
    """What a running service does in this time; it looks every ten seconds, or twelve times where that is less."""
    end, rest = clock() + time, rest or max(timedelta(seconds=10), time / 12)
    while clock() < end:
        await outbox.deliver_due()
        clock.now += rest


async def health(store: Store, clock: Clock) -> list[str]:
    await store.heartbeat("w1", Beat(at=clock()))
    return vitals.troubles(await store.vital_signs(clock()), clock())


# -- a message ---------------------------------------------------------------------------------------------------


@each("invalid_blocks", "msg_blocks_too_long")
async def test_a_message_whose_words_are_refused_comes_after_all_others(
    outbox: Outbox, store: Store, slack: FakeSlack, code: str
) -> None:
    slack.plan = lambda body: code if about("a")(body) and "blocks" in body else None
    await store.enqueue([story("a", severity=Severity.CRITICAL), story("b"), story("c")])
    await outbox.drain()
    assert texts(slack) == ["Story b", "Story c", "Story a"]


@each("invalid_blocks", "msg_too_long")
async def test_while_a_channel_takes_no_message_in_any_form_none_is_given_up(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    """Another channel that takes messages shows nothing of this one."""
    slack.plan = lambda body: code if body["channel"] == DESK.channel else None
    await store.enqueue([story("a", severity=Severity.CRITICAL), story("b")])
    await work(outbox, clock, timedelta(minutes=2))
    assert [one["text"].count("It is tried again until") for one in slack.messages(OPS.channel)] == [1, 1]
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert sorted(texts(slack)) == ["Story a", "Story b"]


@each("is_archived", "a_code_of_tomorrow")
async def test_a_message_that_alone_is_refused_whatever_the_code_waits_behind_all_others_and_is_told(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if body["channel"] == DESK.channel and about("a")(body) else None
    await store.enqueue([story("a", severity=Severity.CRITICAL), story("b"), story("c")])
    await work(outbox, clock, timedelta(minutes=3))
    assert texts(slack) == ["Story b", "Story c"]
    assert tried(slack)[:3] == ["Story a", "Story b", "Story a"], "once to see that the channel works"
    await store.enqueue([story("d", not_before=clock()), story("e", not_before=clock())])
    slack.requests.clear()
    clock.now += timedelta(minutes=2)
    await outbox.drain()
    assert tried(slack)[:2] == ["Story d", "Story e"], "a is due too, and most urgent"
    (told,) = [one["text"] for one in slack.messages(OPS.channel) if "though it takes other messages" in one["text"]]
    assert code in told
    assert await states(store) == {"sent": 4 + len(slack.messages(OPS.channel)), "pending": 1}
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[-1] == "Story a"
    assert await health(store, clock) == []


@each("http_302", "http_413")
async def test_a_message_that_a_filter_on_the_way_stops_keeps_no_other_waiting(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if about("a")(body) and body["channel"] == DESK.channel else None
    await store.enqueue([story("a", severity=Severity.CRITICAL), story("b"), story("c")])
    await work(outbox, clock, timedelta(minutes=1))
    assert texts(slack) == ["Story b", "Story c"]
    assert any(f"{code}: something between here and Slack" in one["text"] for one in slack.messages(OPS.channel))
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[-1] == "Story a"


@each("http_500", "internal_error", Fault.TEXT_BEFORE)
async def test_a_message_whose_blocks_alone_end_in_doubt_is_posted_as_plain_text(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if about("a")(body) and "blocks" in body else None
    await store.enqueue([story("a", severity=Severity.CRITICAL)])
    await work(outbox, clock, timedelta(minutes=1))
    assert texts(slack) == [], "nothing else shows yet that it is not Slack's trouble"
    for name in "bcdef":
        await store.enqueue([story(name, created_at=clock(), not_before=clock())])
        await work(outbox, clock, timedelta(seconds=20))
    assert set(texts(slack)) == {f"Story {name}" for name in "abcdef"}
    assert ["blocks" in one for one in slack.messages(DESK.channel) if "Story a" in one["text"]] == [False]
    assert len(slack.alert_ids()) == len(set(slack.alert_ids()))


@on_sqlite
async def test_after_trouble_of_slacks_cards_are_cards(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.plan = lambda _: Fault.ERROR_BEFORE
    await store.enqueue([story("a"), story("b")])
    await work(outbox, clock, timedelta(minutes=3))
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert ["blocks" in one for one in slack.messages(DESK.channel)] == [True, True]


@each("invalid_metadata_format", "metadata_too_large", "metadata_must_be_sent_from_app")
async def test_where_slack_takes_no_metadata_messages_are_posted_without(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if "metadata" in body else None
    await store.enqueue([story("a"), story("b")])
    await work(outbox, clock, timedelta(minutes=1))
    assert texts(slack) == ["Story a", "Story b"]
    assert all("blocks" in message for message in slack.messages())


@on_sqlite
async def test_a_history_that_is_limited_keeps_no_post_waiting(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.faults.append(Fault.LOST_REPLY)
    slack.history_plan, slack.retry_after = (lambda _: Fault.LIMITED), 1800
    await store.enqueue([story("a")])
    await work(outbox, clock, timedelta(seconds=20))
    await store.enqueue([story("b", created_at=clock(), not_before=clock())])
    await work(outbox, clock, timedelta(seconds=10))
    assert texts(slack) == ["Story a", "Story b"]
    assert len(slack.calls("conversations.history")) == 1, "as long as Slack asks, nothing is looked for"
    slack.history_plan = lambda _: None
    await work(outbox, clock, timedelta(minutes=33))
    assert await states(store) == {"sent": 2}


async def test_reports_in_a_thread_keep_no_card_waiting(outbox: Outbox, store: Store, slack: FakeSlack) -> None:
    first = story("a", severity=Severity.CRITICAL)
    many = [
        delivery(f"r{n}", further(title=f"Report {n}"), parent_id=first.delivery_id, severity=Severity.CRITICAL)
        for n in range(8)
    ]
    news = delivery("n", further("toll", title="News"), parent_id=first.delivery_id, broadcast=True)
    await store.enqueue([first, *many, news, story("new", severity=Severity.LOW)])
    await outbox.drain()
    assert texts(slack)[:3] == ["Story a", "Toll", "Story new"]
    assert texts(slack)[3:] == [f"Report {n}" for n in range(8)]


async def test_a_message_that_waits_for_long_is_seen_by_the_health_check(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.plan = lambda body: "code_of_tomorrow" if body["channel"] == DESK.channel and about("a")(body) else None
    await store.enqueue([story("a"), story("b")])
    await work(outbox, clock, timedelta(minutes=4))
    clock.now += timedelta(minutes=7)
    assert "an alert has been waiting to be delivered for 11 min" in str(await health(store, clock))


# -- a thread ----------------------------------------------------------------------------------------------------


@each("http_404", "thread_not_found", "a_code_of_tomorrow")
async def test_a_thread_that_takes_no_replies_keeps_nothing_else_waiting(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    first = story("a")
    await store.enqueue([first])
    await outbox.drain()
    slack.plan = lambda body: code if body.get("thread_ts") else None
    replies = [
        delivery(f"r{n}", further(f"news {n}", title=f"Report {n}"), parent_id=first.delivery_id, severity=severity)
        for n, severity in enumerate((Severity.CRITICAL, Severity.HIGH))
    ]
    await store.enqueue([*replies, story("b"), story("c")])
    began = clock()
    assert await outbox.drain() == 4
    assert clock() - began < timedelta(seconds=10)
    alone = [message for message in slack.messages(DESK.channel) if "Part of the story “Story a”" in message["text"]]
    assert [f"Report {n}" in message["text"] for n, message in enumerate(alone)] == [True, True]
    assert not any("thread_ts" in message for message in alone)
    assert {"Story b", "Story c"} <= set(texts(slack))
    assert slack.messages(OPS.channel) == []
    assert await health(store, clock) == []


@each("no_permission", "channel_not_found")
async def test_a_reply_that_is_refused_again_stands_by_itself_whatever_the_code(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    """Also where nothing else is posted, which would show that the channel works."""
    first = story("a")
    await store.enqueue([first])
    await outbox.drain()
    slack.plan = lambda body: code if body.get("thread_ts") else None
    await store.enqueue([delivery("r", further("news", title="Report"), parent_id=first.delivery_id, broadcast=True)])
    await work(outbox, clock, SOON)
    (reply,) = [message for message in slack.messages(DESK.channel) if "Report" in message["text"]]
    assert "Part of the story “Story a”" in reply["text"]
    assert await health(store, clock) == []


@pytest.mark.parametrize("state", [DeliveryState.REJECTED, DeliveryState.HELD])
async def test_what_follows_a_card_that_will_never_be_posted_stands_by_itself_once(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, state: DeliveryState
) -> None:
    first = story("a")
    if state is DeliveryState.REJECTED:
        slack.plan = lambda body: "invalid_blocks" if body["text"].startswith("CRITICAL: Story a") else None
    else:
        slack.faults.append("internal_error")
        slack.history_faults.append("missing_scope")
    news = delivery("r", further("toll 6 → 14", title="Toll rises"), parent_id=first.delivery_id, broadcast=True)
    later = [
        delivery(f"l{n}", further(title="Again"), parent_id=first.delivery_id, created_at=clock()) for n in range(2)
    ]
    await store.enqueue([first, news])
    await outbox.drain()
    await store.enqueue(later)
    await outbox.drain()
    assert (await outbox_counts(store))[state] == 1
    message, *threaded = slack.messages(DESK.channel)
    assert "Toll rises" in message["text"]
    assert "Part of the story “Story a”" in message["text"]
    assert [one["thread_ts"] for one in threaded] == [message["ts"]] * 2
    assert (await store.vital_signs(clock())).stuck == 0


@each("a_code_of_tomorrow", "http_405", Fault.ERROR_BEFORE)
async def test_news_of_a_story_whose_card_alone_is_not_taken_stands_by_itself(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    first = story("a")
    slack.plan = lambda body: code if body["metadata"]["event_payload"]["alert_id"] == first.delivery_id else None
    await store.enqueue([first, story("b")])
    await work(outbox, clock, timedelta(minutes=1))
    await store.enqueue([story(f"b{n}", created_at=clock(), not_before=clock()) for n in range(3)])
    await work(outbox, clock, timedelta(minutes=1))
    news = further("toll 9 → 40", story_id="s-a", title="Toll rises")
    reply = delivery("n", news, parent_id=first.delivery_id, broadcast=True, not_before=clock())
    await store.enqueue([reply, story("c", not_before=clock())])
    await work(outbox, clock, timedelta(minutes=1))
    (told,) = [one for one in slack.messages(DESK.channel) if "Toll rises" in one["text"]]
    assert "Part of the story “Story a”" in told["text"]
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[-1] == "Story a"


@on_sqlite
async def test_a_reply_to_what_stood_in_for_a_card_is_found_when_the_card_was_posted_after_it(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    """The answer to it is lost, and by the time it is looked for, its story has the thread of the card."""
    first = story("a")
    lost = iter([Fault.LOST_REPLY])

    def plan(body: dict[str, Any]) -> Fault | None:
        if "Reply two" in body["text"]:
            return next(lost, None)
        return Fault.ERROR_BEFORE if body["metadata"]["event_payload"]["alert_id"] == first.delivery_id else None

    slack.plan = plan
    await store.enqueue([first, story("b")])
    await work(outbox, clock, timedelta(minutes=1))
    await store.enqueue([story(f"b{n}", created_at=clock(), not_before=clock()) for n in range(3)])
    await work(outbox, clock, timedelta(minutes=1))
    slack.history_plan = lambda asked: Fault.ERROR_BEFORE if "ts" in asked else None
    for name in ("one", "two"):
        reply = further(story_id="s-a", title=f"Reply {name}")
        await store.enqueue(
            [delivery(name, reply, parent_id=first.delivery_id, not_before=clock(), created_at=clock())]
        )
        await work(outbox, clock, timedelta(seconds=30))
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[-1] == "Story a"
    slack.history_plan = lambda _: None
    await work(outbox, clock, SOON)
    one, two = [message for message in slack.messages(DESK.channel) if message["text"].startswith("Reply")]
    assert two["thread_ts"] == one["ts"]
    assert await states(store) == {"sent": len(slack.messages())}


# -- a channel ---------------------------------------------------------------------------------------------------


@each("is_archived", "a_code_of_tomorrow")
async def test_a_channel_that_is_refused_harms_no_other_and_heals_by_itself(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if body["channel"] == DESK.channel else None
    names = "abc"
    await store.enqueue([story(name) for name in names])
    await store.enqueue([story(f"n{n}", channel=NIGHT.channel, route="night") for n in range(2)])
    await work(outbox, clock, timedelta(minutes=6))
    assert texts(slack, NIGHT.channel) == ["Story n0", "Story n1"]
    order = tried(slack)
    assert len(order) > 6
    assert all(len(set(order[at : at + 3])) == 3 for at in range(len(order) - 2)), "each in its turn"
    (told,) = slack.messages(OPS.channel)
    assert f"Wirewatch cannot post to {DESK.channel} (route desk): {code}: " in told["text"]
    assert f"channel {DESK.channel}: {code}: " in str(await health(store, clock))

    await store.enqueue([story("urgent", severity=Severity.CRITICAL, not_before=clock())])
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[0] == "Story urgent", "what was never tried goes first, and then the most urgent"
    assert sorted(texts(slack)) == ["Story a", "Story b", "Story c", "Story urgent"]
    _, over = slack.messages(OPS.channel)
    assert "Route desk works again" in over["text"]
    assert "3 more messages that waited are being posted now" in over["text"]
    assert await health(store, clock) == []


@each("token_revoked", "missing_scope")
async def test_a_channel_that_is_refused_as_if_the_token_were_wrong_is_broken_while_others_are_posted_to(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    """As `no_permission` where the bot is no member, or a scope that one kind of channel needs."""
    slack.plan = lambda body: code if body["channel"] == DESK.channel else None
    await store.enqueue([story("a")])
    for number in range(4):
        await store.enqueue([story(f"n{number}", channel=NIGHT.channel, route="night")])
        await work(outbox, clock, timedelta(minutes=1))
    assert texts(slack, NIGHT.channel) == [f"Story n{number}" for number in range(4)]
    (told,) = slack.messages(OPS.channel)
    assert f"Wirewatch cannot post to {DESK.channel} (route desk): {code}: " in told["text"]
    assert f"channel {DESK.channel}: {code}: " in str(await health(store, clock))
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack) == ["Story a"]
    assert "Route desk works again" in slack.messages(OPS.channel)[-1]["text"]
    assert await health(store, clock) == []


async def test_a_channel_that_breaks_twice_in_a_minute_is_told_each_time(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    for name in "ab":
        slack.plan = lambda body: "is_archived" if body["channel"] == DESK.channel else None
        await store.enqueue([story(name, not_before=clock())])
        await outbox.deliver_due()
        slack.plan = lambda _: None
        clock.now += timedelta(seconds=30)
        await outbox.deliver_due()
        clock.now += timedelta(seconds=2)
    await work(outbox, clock, SOON)
    told = [message["text"].partition(":")[0] for message in slack.messages(OPS.channel)]
    assert Counter(told) == {"Route desk is broken": 2, "Route desk works again": 2}


async def test_a_thread_keeps_its_order_while_its_channel_is_refused(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    first = story("a")
    await store.enqueue([first])
    await outbox.drain()
    slack.plan = lambda body: "is_archived" if body["channel"] == DESK.channel else None
    replies = [
        delivery(f"r{number}", further(title=f"Report {number}"), parent_id=first.delivery_id) for number in range(3)
    ]
    await store.enqueue(replies)
    await work(outbox, clock, timedelta(minutes=3))
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[1:] == ["Report 0", "Report 1", "Report 2"]


async def test_a_thread_keeps_its_order_while_a_reply_is_put_off_but_not_for_ever(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    first, severity = story("a"), Severity.CRITICAL
    await store.enqueue([first])
    await outbox.drain()
    slack.plan = lambda body: Fault.LIMITED if about("0")(body) else None
    replies = [
        delivery(f"r{number}", further(title=f"Story {number}"), parent_id=first.delivery_id) for number in range(2)
    ]
    await store.enqueue(
        [*replies, delivery("r2", further(title="News"), parent_id=first.delivery_id, severity=severity)]
    )
    often = timedelta(seconds=2)
    await work(outbox, clock, timedelta(seconds=20), rest=often)
    assert texts(slack)[1:] == ["News"], "what is more urgent waits for nothing"
    await work(outbox, clock, SOON, rest=often)
    assert texts(slack)[1:] == ["News", "Story 1"]
    slack.plan = lambda _: None
    await work(outbox, clock, SOON)
    assert texts(slack)[1:] == ["News", "Story 1", "Story 0"]


# -- everything --------------------------------------------------------------------------------------------------


@each("token_revoked", "a_code_of_tomorrow")
@pytest.mark.parametrize("how", ["posts", "every call"])
async def test_what_waits_while_everything_is_refused_is_posted_once_when_that_is_over(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock, code: str, how: str
) -> None:
    if how == "posts":
        slack.plan = lambda _: code
    else:
        slack.refuses = code
    first = story("a")
    waiting = [
        first,
        story("b"),
        delivery("r", further(title="Report"), parent_id=first.delivery_id),
        story("n", channel=NIGHT.channel, route="night"),
        story("o", channel=OPS.channel, route="ops"),
    ]
    await store.enqueue(waiting)
    await work(outbox, clock, timedelta(minutes=4))
    assert slack.messages() == []
    troubles = await health(store, clock)
    assert sum(f"({code})" in trouble for trouble in troubles) == 1
    assert not any(trouble.startswith("channel ") for trouble in troubles)
    if how == "posts":  # else what may have been posted is looked for, and not posted
        assert {"Story a", "Story b"} <= set(tried(slack)[-4:]), "each in its turn"

    slack.plan, slack.refuses = (lambda _: None), None
    await work(outbox, clock, SOON)
    posted = Counter(slack.alert_ids())
    assert {one.delivery_id for one in waiting} <= posted.keys()
    assert set(posted.values()) == {1}
    assert all("blocks" in message for message in slack.messages(DESK.channel)), "as cards, and not as plain text"
    (reply,) = [message for message in slack.messages(DESK.channel) if "Report" in message["text"]]
    assert "thread_ts" in reply, "and in their threads"
    assert sum("Slack works again" in message["text"] for message in slack.messages(OPS.channel)) == 1
    assert await health(store, clock) == []


async def test_one_channel_that_works_shows_that_the_trouble_of_all_is_over(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: Clock
) -> None:
    """Also where nothing waits that could show it."""
    slack.refuses = "token_revoked"
    problem = "Slack rejected the token (token_revoked). Reinstall the app and set SLACK_BOT_TOKEN."
    found = dict.fromkeys([DESK.channel, NIGHT.channel, OPS.channel], problem)
    await store.channels_inspected(found, lambda _, __: (), can_see=lambda _: True, now=clock())
    await store.channels_inspected({"C3": "is_archived: x"}, lambda _, __: (), can_see=lambda _: True, now=clock())
    slack.refuses = None
    await store.enqueue([story("n", channel=NIGHT.channel, route="night")])
    await outbox.drain()
    assert (await store.vital_signs(clock())).channel_problems == {"C3": "is_archived: x"}


async def test_a_token_that_is_replaced_in_its_file_heals_everything_without_a_restart(
    database: Store, slack: FakeSlack, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("xoxb-of-another-app\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(file))
    sink = SlackSink(Token(settings.load(), "slack_bot_token"), slack.base_url, clock=clock)
    outbox = Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    await database.enqueue([story("a"), story("n", channel=NIGHT.channel, route="night")])
    await work(outbox, clock, timedelta(minutes=1))
    assert "Slack rejected the token (invalid_auth). It is not valid" in str(await health(database, clock))
    file.write_text(f"{slack.token}\n")
    await work(outbox, clock, SOON)
    assert (texts(slack), texts(slack, NIGHT.channel)) == (["Story a"], ["Story n"])
    assert await health(database, clock) == []
    await sink.close()
