"""A channel that is refused harms no other, and heals by itself; so does everything at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.deliver.outbox import Outbox
from monitor.deliver.slack.sink import SlackSink
from monitor.model import Severity
from monitor.settings import Token
from storage.store import Store
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import DESK, OPS, Clock, delivery, further
from tests.support.refused import NIGHT, ROUTES, SOON, about, each, health, story, texts, tried, work


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
