"""The Slack sink over real sockets: what is certain after a call, and finding again what was posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from monitor.deliver.sink import (
    Limited,
    LookUp,
    NotFound,
    NotPosted,
    Outcome,
    Refused,
    Scope,
    Sent,
    Unknown,
    Unreadable,
)
from monitor.deliver.slack import sink as slack_module
from monitor.deliver.slack.codes import refusal
from monitor.deliver.slack.sink import SlackSink
from monitor.model import Attempt, DigestMessage, DigestReason, Message, Refusal, UnansweredMessage
from monitor.settings.proxies import Proxies
from tests.support.fakes import codes
from tests.support.fakes.proxy import FakeProxy
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import alert, attempt, card, delivery, further, look_up
from tests.support.ports import free_port

CHANNEL = delivery().channel


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest.fixture
async def sink(fake: FakeSlack, patience: float) -> AsyncIterator[SlackSink]:
    sink = SlackSink(fake.token, fake.base_url, timeout=patience, clock=now)
    yield sink
    await sink.close()


def searching(of: Attempt, **over: Any) -> Attempt:
    """The look-up that follows an attempt made just now."""
    made = look_up(of.delivery, parent_ts=of.parent_ts, **over)
    return Attempt(
        delivery=made.delivery,
        number=made.number,
        look_up=True,
        lookups=made.lookups,
        first_attempt_at=now(),
        parent_ts=made.parent_ts,
    )


async def test_a_message_is_posted_with_metadata_by_one_call(fake: FakeSlack, sink: SlackSink) -> None:
    outcome = await sink.post(attempt())
    (message,) = fake.messages(CHANNEL)
    assert outcome == Sent(message["ts"])
    assert message["metadata"]["event_payload"]["alert_id"] == attempt().delivery.delivery_id
    assert message["unfurl_links"] is message["unfurl_media"] is False
    assert not {"thread_ts", "reply_broadcast"} & message.keys()
    assert len(fake.requests) == 1


async def test_plain_text_has_no_blocks(fake: FakeSlack, sink: SlackSink) -> None:
    await sink.post(attempt(plain=True))
    (message,) = fake.messages(CHANNEL)
    assert "blocks" not in message
    assert "https://wire.example/news/idlib-market?ref=rss" in message["text"]


async def test_a_reply_goes_to_its_thread_and_to_the_channel_when_it_is_broadcast(
    fake: FakeSlack, sink: SlackSink
) -> None:
    parent = await sink.post(attempt())
    assert isinstance(parent, Sent)
    await sink.post(attempt(delivery("b", broadcast=True), parent_ts=parent.ts))
    reply = fake.messages(CHANNEL)[1]
    assert (reply["thread_ts"], reply["reply_broadcast"]) == (parent.ts, True)


async def test_a_reply_to_a_deleted_message_stands_by_itself_and_is_found_again(
    fake: FakeSlack, sink: SlackSink
) -> None:
    reply = attempt(delivery("b"), parent_ts="1.000001")
    outcome = await sink.post(reply)
    (message,) = fake.messages(CHANNEL)
    assert outcome == Sent(message["ts"])
    assert "thread_ts" not in message
    assert await sink.find(searching(reply)) == outcome


@pytest.mark.parametrize("code", [*codes.THREAD, *codes.UNKNOWN])
async def test_a_reply_that_its_thread_does_not_take_stands_by_itself_and_says_of_which_story_it_is(
    fake: FakeSlack, sink: SlackSink, code: str
) -> None:
    parent = await sink.post(attempt())
    assert isinstance(parent, Sent)
    fake.plan = lambda body: code if body.get("thread_ts") else None
    message = further("toll 6 → 14 killed", title="Toll rises")
    reply = attempt(
        delivery("b", message, parent_id="a", broadcast=True), parent_ts=parent.ts, parent=card(title="Six <killed>")
    )
    outcome = await sink.post(reply)
    _, alone = fake.messages(CHANNEL)
    assert outcome == Sent(alone["ts"])
    assert not {"thread_ts", "reply_broadcast"} & alone.keys()
    assert "Part of the story “Six &lt;killed&gt;”" in alone["text"]
    assert alone["blocks"][-1]["elements"][0]["text"] == "Part of the story “Six <killed>”"
    assert await sink.find(searching(reply)) == outcome, "and is found again when the answer is lost"


# What a reply belongs to: the reply, what it answers, and the words.
BELONGS: dict[str, tuple[Message, Message | None, str]] = {
    "a report": (further(story_id="s1"), card(story_id="s1", title="Six killed"), "Part of the story “Six killed”"),
    "a report to a report": (further(story_id="s1"), further(title="Nine killed"), "Part of the story “Nine killed”"),
    "a report to a digest": (
        further(story_id="s2"),
        DigestMessage(
            why=DigestReason.BUSY, alerts=(alert(story_id="s1", title="One"), alert(story_id="s2", title="Two"))
        ),
        "Part of the story “Two”",
    ),
    "a note": (
        UnansweredMessage(story_id="s1", title="Six killed", silent_for=timedelta(hours=26)),
        card(story_id="s1", title="Six killed"),
        "Part of the story “Six killed”",
    ),
    "to a card whose words were pruned": (further(story_id="s1"), None, "Part of story s1"),
    "a part of a digest": (
        DigestMessage(why=DigestReason.BUSY, alerts=(alert(), alert()), part=2),
        DigestMessage(why=DigestReason.BUSY, alerts=(alert(), alert())),
        "Part 2 of a digest",
    ),
}


@pytest.mark.parametrize("case", BELONGS)
@pytest.mark.parametrize("plain", [False, True])
async def test_a_reply_to_what_was_never_posted_says_what_it_belongs_to(
    fake: FakeSlack, sink: SlackSink, case: str, plain: bool
) -> None:
    message, parent, words = BELONGS[case]
    await sink.post(attempt(delivery("b", message, parent_id="a"), parent=parent, plain=plain))
    (alone,) = fake.messages(CHANNEL)
    assert alone["text"].endswith(f"\n{words}" if plain else f". {words}")
    assert ("blocks" in alone) is not plain


@pytest.mark.parametrize("code", codes.UNKNOWN)
async def test_a_message_that_is_there_although_slack_refused_it_is_not_posted_again(
    fake: FakeSlack, sink: SlackSink, code: str
) -> None:
    def stored_all_the_same(body: dict[str, Any]) -> str:
        fake.workspace.post(body)
        return code

    fake.plan = stored_all_the_same
    outcome = await sink.post(attempt(refusal=Refusal.BEFORE))
    (message,) = fake.messages(CHANNEL)
    assert outcome == Sent(message["ts"])


async def test_what_an_unknown_code_refused_before_is_tried_as_plain_text_too(fake: FakeSlack, sink: SlackSink) -> None:
    fake.plan = lambda body: "a_code_of_tomorrow" if "blocks" in body else None
    assert isinstance(await sink.post(attempt()), Refused)
    assert isinstance(await sink.post(attempt(number=2, refusal=Refusal.CHANNEL, channel_problem="x: y")), Sent)
    (message,) = fake.messages(CHANNEL)
    assert "blocks" not in message


async def test_the_token_is_the_one_of_now_and_in_no_outcome_and_no_log(fake: FakeSlack) -> None:
    tokens = ["xoxb-very-secret", fake.token]
    sink = SlackSink(lambda: tokens[0], fake.base_url, clock=now)
    with capture_logs() as logs:
        outcome = await sink.post(attempt())
    assert isinstance(outcome, Refused)
    assert outcome.code == "invalid_auth"
    assert "very-secret" not in f"{outcome}{logs}"
    tokens.pop(0)
    assert isinstance(await sink.post(attempt()), Sent)
    await sink.close()


# What goes wrong: what is known then, and whether the message was stored.
FAULTS: dict[Fault | str, tuple[Outcome, bool]] = {
    Fault.LOST_REPLY: (Unknown("the reply was lost: ServerDisconnectedError"), True),
    Fault.CLOSED: (Unknown("the reply was lost: ServerDisconnectedError"), False),
    Fault.LIMITED: (Limited(timedelta(seconds=1), "ratelimited"), False),
    Fault.ERROR_BEFORE: (Unknown("Slack answered internal_error"), False),
    Fault.ERROR_AFTER: (Unknown("Slack answered internal_error"), True),
    Fault.HTML: (Unknown("Slack answered HTTP 502"), True),
    Fault.TEXT_BEFORE: (Unknown("the reply cannot be read: AttributeError"), False),
    Fault.INVALID_JSON: (Unknown("Slack answered HTTP 200 with a body that cannot be read"), True),
    Fault.SILENCE_BEFORE: (Unknown("no reply within 1 s"), False),
    Fault.SILENCE_AFTER: (Unknown("no reply within 1 s"), True),
    "ratelimited": (Limited(timedelta(seconds=30), "ratelimited"), False),
    "rate_limited": (Limited(timedelta(seconds=30), "rate_limited"), False),
    "message_limit_exceeded": (Limited(timedelta(seconds=30), "message_limit_exceeded"), False),
}
SCOPES: dict[str, Scope | None] = {
    **dict.fromkeys(codes.MAYBE + codes.UNKNOWN_MAYBE, None),
    **dict.fromkeys(codes.CHANNEL, Scope.CHANNEL),
    **dict.fromkeys(codes.RESTRICTED, Scope.UNCLEAR),
    **dict.fromkeys(codes.APP, Scope.APP),
    **dict.fromkeys(codes.MESSAGE, Scope.MESSAGE),
    **dict.fromkeys(codes.UNKNOWN + codes.UNSORTED, Scope.UNCLEAR),
    # Whatever a filter on the way answers: there is no list of that.
    **{f"http_{status}": Scope.UNCLEAR for status in (302, 307, 400, 401, 403, 404, 405, 413, 418, 421, 499)},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_says_what_is_certain_and_is_never_tried_again_by_itself(
    fake: FakeSlack, sink: SlackSink, fault: Fault | str
) -> None:
    outcome, stored = FAULTS[fault]
    fake.faults.append(fault)
    assert await sink.post(attempt()) == outcome
    assert len(fake.requests) == 1
    assert len(fake.messages()) == stored
    found = await sink.find(searching(attempt()))
    assert isinstance(found, Sent if stored else NotFound)


@pytest.mark.parametrize("code", SCOPES)
async def test_an_error_code_is_about_the_message_the_channel_the_app_or_unclear(
    fake: FakeSlack, sink: SlackSink, code: str
) -> None:
    fake.faults.extend([code] * 2)
    outcome = await sink.post(attempt())
    scope = SCOPES[code]
    if scope is None:
        assert outcome == Unknown(f"Slack answered {code}")
    else:
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.scope) == (code, scope)


async def test_a_server_that_is_not_there_has_certainly_not_got_the_message() -> None:
    sink = SlackSink("xoxb-test", f"http://127.0.0.1:{free_port()}/api/", clock=now)
    assert isinstance(await sink.post(attempt()), NotPosted)
    await sink.close()


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    fake: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    sink = SlackSink(fake.token, fake.base_url, proxies=Proxies(https="http://127.0.0.1:9"), clock=now)
    assert isinstance(await sink.post(attempt()), Sent)
    await sink.close()


async def test_slack_is_reached_by_the_proxy_that_the_settings_name(fake: FakeSlack) -> None:
    """Not by one that slack_sdk finds by itself; and a proxy that makes no connection has passed on no message."""
    async with FakeProxy(urlsplit(fake.base_url).port or 0) as proxy:
        sink = SlackSink(fake.token, "http://slack.example/api/", proxies=Proxies(http=proxy.url), clock=now)
        assert isinstance(await sink.post(attempt()), Sent)
        await sink.close()
        sink = SlackSink(fake.token, "https://slack.example/api/", proxies=Proxies(https=proxy.url), clock=now)
        assert await sink.post(attempt()) == NotPosted("Slack cannot be reached: the proxy answered HTTP 407")
        await sink.close()
    assert proxy.asked == [("POST", "http://slack.example/api/chat.postMessage"), ("CONNECT", "slack.example:443")]


async def test_a_message_that_cannot_be_put_into_words_is_refused_as_our_fault(
    fake: FakeSlack, sink: SlackSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> dict[str, Any]:
        raise ZeroDivisionError("by a fault of ours")

    monkeypatch.setattr(slack_module, "payload", broken)
    with capture_logs() as logs:
        outcome = await sink.post(attempt())
    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.MESSAGE
    assert fake.requests == []
    assert logs[0]["delivery"] == attempt().delivery.delivery_id


# -- look-ups ----------------------------------------------------------------------------------------------------


async def test_a_look_up_reads_on_to_the_page_the_message_is_on(fake: FakeSlack, sink: SlackSink) -> None:
    fake.page = 2
    wanted = await sink.post(attempt())
    for number in range(5):
        await sink.post(attempt(delivery(f"later {number}")))
    assert await sink.find(searching(attempt())) == wanted
    assert len(fake.calls("conversations.history")) == 3
    assert {body["include_all_metadata"] for body in fake.calls("conversations.history")} == {"1"}


@pytest.mark.parametrize(("hours", "found"), [(0.01, True), (2, True), (23, True), (25, False)])
async def test_a_look_up_begins_a_day_before_the_first_attempt(
    fake: FakeSlack, sink: SlackSink, hours: float, found: bool
) -> None:
    """Our clock may have been ahead of Slack's by so much; what was posted long before cannot be it."""
    fake.clock = lambda: now().timestamp() - hours * 3_600
    posted = await sink.post(attempt())
    assert await sink.find(searching(attempt())) == (posted if found else NotFound())


async def test_a_look_up_begins_after_the_last_message_that_is_known_from_before(
    fake: FakeSlack, sink: SlackSink
) -> None:
    """By Slack's own time, so that it matters to no clock of ours."""
    before, posted = await sink.post(attempt(delivery("b"))), await sink.post(attempt())
    assert isinstance(before, Sent)
    assert isinstance(posted, Sent)
    look_up = searching(attempt())
    assert await sink.find(replace(look_up, after_ts=before.ts)) == posted
    assert [body["oldest"] for body in fake.calls("conversations.history")] == [before.ts]
    assert await sink.find(replace(look_up, after_ts=posted.ts)) == NotFound()


async def test_a_reply_is_looked_for_in_its_thread(fake: FakeSlack, sink: SlackSink) -> None:
    parent = await sink.post(attempt())
    assert isinstance(parent, Sent)
    reply = attempt(delivery("b"), parent_ts=parent.ts)
    assert await sink.find(searching(reply)) == NotFound()
    posted = await sink.post(reply)
    fake.requests.clear()
    assert await sink.find(searching(reply)) == posted
    assert fake.calls("conversations.history") == []


@pytest.mark.parametrize(
    ("broadcast", "arrived", "found"),
    [(True, True, Sent), (True, False, NotFound), (False, True, Unreadable), (False, False, Unreadable)],
)
async def test_a_reply_in_a_thread_that_may_not_be_read_is_looked_for_in_the_channel_if_it_was_shown_there(
    fake: FakeSlack, sink: SlackSink, broadcast: bool, arrived: bool, found: type[LookUp]
) -> None:
    """One of Slack's pages says that bots may not read threads of channels."""
    parent = await sink.post(attempt())
    assert isinstance(parent, Sent)
    reply = attempt(delivery("b", broadcast=broadcast), parent_ts=parent.ts)
    if arrived:
        await sink.post(reply)
    fake.history_faults.append("not_allowed_token_type")
    assert isinstance(await sink.find(searching(reply)), found)


async def test_a_look_up_reads_a_thread_page_by_page(fake: FakeSlack, sink: SlackSink) -> None:
    fake.page = 2
    parent = await sink.post(attempt())
    assert isinstance(parent, Sent)
    replies = [attempt(delivery(f"reply {number}"), parent_ts=parent.ts) for number in range(5)]
    posted = [await sink.post(reply) for reply in replies]
    assert await sink.find(searching(replies[-1])) == posted[-1]
    assert len(fake.calls("conversations.replies")) == 3
    assert {body["include_all_metadata"] for body in fake.calls("conversations.replies")} == {"1"}


async def test_without_the_flag_metadata_comes_empty(fake: FakeSlack, sink: SlackSink) -> None:
    """So says Slack, and so does the fake: a look-up that forgot it would find nothing."""
    await sink.post(attempt())
    (shown,) = fake.workspace.history({"channel": CHANNEL})
    assert shown["metadata"]["event_payload"] == {}
    (shown,) = fake.workspace.history({"channel": CHANNEL, "include_all_metadata": True})
    assert shown["metadata"]["event_payload"]["alert_id"] == attempt().delivery.delivery_id


async def test_messages_of_others_are_not_ours(fake: FakeSlack, sink: SlackSink) -> None:
    await sink.post(attempt(delivery("b")))
    fake.messages()[0]["metadata"]["event_type"] = "someone_else"
    assert await sink.find(searching(attempt(delivery("b")))) == NotFound()


UNREADABLE: dict[Fault | str, LookUp] = {
    "missing_scope": Unreadable(
        "missing_scope: the token lacks a scope; add it under OAuth & Permissions of the app and install the app again",
        lasting=True,
    ),
    "not_in_channel": Unreadable("not_in_channel: the bot is not in the channel; invite it", lasting=True),
    "a_code_of_tomorrow": Unreadable(refusal("a_code_of_tomorrow").words, lasting=False),
    "invalid_auth": Refused(
        "invalid_auth", "it is not valid; set SLACK_BOT_TOKEN to the bot token of the app", Scope.APP
    ),
    "ratelimited": Limited(timedelta(seconds=30), "ratelimited"),
    Fault.LIMITED: Limited(timedelta(seconds=1), "ratelimited"),
    Fault.HTML: Unreadable("Slack answered HTTP 502", lasting=False),
    Fault.NOT_FOUND: Unreadable(
        "http_404: something between here and Slack does not let it through, or SLACK_API_URL is wrong", lasting=False
    ),
    Fault.SILENCE_BEFORE: Unreadable("no reply within 1 s", lasting=False),
}


@pytest.mark.parametrize("fault", UNREADABLE)
async def test_a_history_that_cannot_be_read_says_for_how_long(
    fake: FakeSlack, sink: SlackSink, fault: Fault | str
) -> None:
    await sink.post(attempt())
    fake.history_faults.append(fault)
    assert await sink.find(searching(attempt())) == UNREADABLE[fault]


async def test_a_look_up_that_breaks_off_once_is_made_again_at_once(fake: FakeSlack, sink: SlackSink) -> None:
    posted = await sink.post(attempt())
    fake.history_faults.append(Fault.CLOSED)
    assert await sink.find(searching(attempt())) == posted


async def test_a_look_up_ends_in_time(fake: FakeSlack, sink: SlackSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the lease on its channel does."""
    monkeypatch.setattr(slack_module, "FIND_TIMEOUT", 0.05)
    fake.history_faults.append(Fault.SILENCE_BEFORE)
    assert await sink.find(searching(attempt())) == Unreadable("no end of the history within 0.05 s", lasting=False)
