"""Who is told of what an attempt came to: ops, the desk itself where there is no other way, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.deliver.sink import Limited, LookUp, NotFound, NotPosted, Outcome, Sent, Unknown
from monitor.model import Attempt, NoticeMessage, Refusal, Route, Routes
from tests.support.builders import NOW, hours
from tests.support.messages import DESK, OPS, ROUTES, attempt, delivery, look_up, notice_message
from tests.support.outcomes import (
    APP,
    BROKEN_OFF,
    CHANNEL,
    EVERYTHING,
    MESSAGE,
    NEW,
    NO_RIGHT,
    NONE,
    ONCE,
    PENDING,
    SENT,
    UNCLEAR,
    UNREADABLE,
    WHOLE,
    seconds,
    settled_by,
)


def told(routes: Routes, given: Attempt, result: Outcome | LookUp) -> list[tuple[str, str, str]]:
    notices = settled_by(given, result, routes).notices
    assert all(isinstance(one.message, NoticeMessage) for one in notices)
    return [(one.channel, one.key, one.message.text) for one in notices if isinstance(one.message, NoticeMessage)]


def test_a_held_alert_is_told_to_ops_with_what_it_is_and_why() -> None:
    ((channel, key, text),) = told(ROUTES, look_up(), UNREADABLE)
    assert (channel, key) == (OPS.channel, f"notice:held:{look_up().delivery.delivery_id}")
    assert "“Story a” for desk may or may not have been posted" in text
    assert "missing_scope: channels:history" in text


def test_a_rejected_alert_is_told_to_ops() -> None:
    ((channel, key, text),) = told(ROUTES, attempt(plain=True, others_posted=True), MESSAGE)
    assert (channel, key) == (OPS.channel, f"notice:rejected:{attempt().delivery.delivery_id}")
    assert "“Story a” for desk was refused" in text
    assert "invalid_blocks" in text
    assert "It is not tried again." in text
    ((_, key, text),) = told(ROUTES, attempt(plain=True, arrives=True), MESSAGE)
    assert key == f"notice:rejected-so-far:{attempt().delivery.delivery_id}"
    assert "It is tried again until another message is posted there." in text


def test_a_broken_channel_is_told_when_it_breaks_and_when_it_works_again_and_never_to_itself() -> None:
    ((channel, _, text),) = told(ROUTES, attempt(), CHANNEL)
    assert channel == OPS.channel
    assert "Wirewatch cannot post to C1DESK (route desk): not_in_channel: the bot is not in the channel" in text
    problem = settled_by(attempt(), CHANNEL).channel_problem
    assert told(ROUTES, attempt(delivery("b"), channel_problem=problem), CHANNEL) == []
    ((channel, _, text),) = told(ROUTES, attempt(channel_problem=problem), Sent("1.1"))
    assert channel == OPS.channel
    assert "C1DESK (route desk) works again" in text
    to_ops = delivery("n", notice_message(), route="ops", channel=OPS.channel)
    assert [channel for channel, _, _ in told(ROUTES, attempt(to_ops), CHANNEL)] == [DESK.channel]
    assert told(Routes((DESK,)), attempt(), CHANNEL) == []


def test_without_ops_the_desk_itself_hears_of_an_alert_it_does_not_get() -> None:
    assert [channel for channel, _, _ in told(Routes((DESK,)), attempt(plain=True, others_posted=True), MESSAGE)] == [
        DESK.channel
    ]
    assert [channel for channel, _, _ in told(Routes((DESK,)), look_up(), UNREADABLE)] == [DESK.channel]


@pytest.mark.parametrize(
    ("given", "result"),
    [
        (attempt(plain=True, others_posted=True), MESSAGE),
        (look_up(), UNREADABLE),
        (attempt(number=5, arrives=True), Unknown("lost")),
        (attempt(refusal=Refusal.ITSELF), UNCLEAR),
    ],
)
def test_where_ops_cannot_be_posted_to_another_route_reads_of_what_was_not_posted(
    given: Attempt, result: Outcome | LookUp
) -> None:
    broken = replace(given, elsewhere={OPS.channel: "is_archived: x"})
    assert [channel for channel, _, _ in told(ROUTES, broken, result)] == [DESK.channel]


def test_there_is_no_notice_about_a_notice_and_none_through_an_app_that_is_refused() -> None:
    about = delivery("n", notice_message(), route="ops", channel=OPS.channel)
    assert told(ROUTES, attempt(about, plain=True, others_posted=True), MESSAGE) == []
    assert told(ROUTES, look_up(about), UNREADABLE) == []
    assert told(ROUTES, attempt(), APP) == []


def test_health_sees_a_broken_channel_and_one_that_cannot_be_reached_for_long() -> None:
    assert settled_by(attempt(), CHANNEL).channel_problem == "not_in_channel: the bot is not in the channel"
    refused = "Slack rejected the token (invalid_auth). The token is not valid."
    assert settled_by(attempt(), APP).channel_problem == refused
    assert settled_by(attempt(number=4), NotPosted("refused")).channel_problem is None
    assert settled_by(attempt(number=5), NotPosted("refused")).channel_problem == "refused"
    assert settled_by(attempt(channel_problem=refused), Sent("1.1")).channel_problem is None


@pytest.mark.parametrize(
    "result",
    [Limited(seconds(1), "ratelimited"), Unknown("lost"), NotPosted("refused"), MESSAGE, NotFound(), BROKEN_OFF],
)
def test_what_is_wrong_with_a_channel_stays_so_until_something_was_posted_to_it(result: Outcome | LookUp) -> None:
    assert settled_by(attempt(channel_problem="is_archived: x"), result).channel_problem
    found = settled_by(look_up(channel_problem="is_archived: x"), Sent("1.1"))
    assert (found.channel_problem, found.notices) == ("is_archived: x", ())


def test_what_was_refused_with_its_channel_and_is_found_shows_that_the_trouble_is_over() -> None:
    found = settled_by(look_up(channel_problem=NEW, refusal=WHOLE), Sent("1.1"))
    assert (found.state, found.reason, found.channel_problem) == (SENT, "found in the channel's history", None)
    ((channel, key, _),) = told(ROUTES, look_up(channel_problem=NEW, refusal=WHOLE), Sent("1.1"))
    assert channel == OPS.channel
    assert key.startswith("notice:works-again:C1DESK")


def test_what_kept_every_channel_from_working_is_over_once() -> None:
    """However many channels had it."""
    problem = "Slack rejected the token (token_revoked). Reinstall the app and set SLACK_BOT_TOKEN."
    ((_, first, text),) = told(ROUTES, attempt(channel_problem=problem), Sent("1.1"))
    ((_, other, _),) = told(ROUTES, attempt(delivery("b", channel="C2"), channel_problem=problem), Sent("1.1"))
    assert first == other
    assert "Slack takes messages again" in text


def test_what_is_posted_shows_that_nothing_is_wrong_with_every_channel_any_more() -> None:
    """Wherever it was written; what is wrong with one channel alone stays."""
    others = {"C2": "is_archived: x", "C3": EVERYTHING, "C4": "Slack cannot be reached: no connection in time"}
    waiting = {"C1DESK": 1, "C2": 5, "C3": 2, "C4": 0}
    settled = settled_by(attempt(elsewhere=others, waiting=waiting), Sent("1.1"))
    assert settled.elsewhere == {"C3": (EVERYTHING, None), "C4": (others["C4"], None)}
    (text,) = [one.message.text for one in settled.notices if isinstance(one.message, NoticeMessage)]
    assert text == (
        "Slack takes messages again. What was wrong: Slack rejected every message (new_code): unknown to us. "
        "3 more messages that waited are being posted now."
    )
    assert settled_by(look_up(elsewhere=others), Sent("1.1")).elsewhere == {}


@pytest.mark.parametrize(
    ("elsewhere", "own", "told_of"),
    [
        ({"C3": NO_RIGHT}, None, 0),
        ({"C3": NO_RIGHT}, NO_RIGHT, 1),
        ({"C3": NO_RIGHT, "C4": NO_RIGHT}, None, 1),
        ({"C3": "Slack cannot be reached: no connection in time"}, None, 1),
    ],
)
def test_a_token_that_one_channel_alone_is_refused_for_does_not_work_again_because_another_is_posted_to(
    elsewhere: dict[str, str], own: str | None, told_of: int
) -> None:
    settled = settled_by(attempt(elsewhere=elsewhere, channel_problem=own), Sent("1.1"))
    assert len(settled.notices) == told_of
    assert settled.elsewhere == {channel: (problem, None) for channel, problem in elsewhere.items()}


# Of whom an unknown code is: the refused channel, what is wrong elsewhere; whether it is about everything, who is told.
TWO = Routes((DESK, Route(name="night", channel="C2NIGHT")), OPS)
WHOSE: dict[str, tuple[str, dict[str, str], bool, list[str]]] = {
    "a desk's alone": ("C1DESK", {}, False, [OPS.channel]),
    "a desk's, as another desk's": ("C1DESK", {"C2NIGHT": NEW}, False, [OPS.channel]),
    "a desk's, and ops has another trouble": ("C1DESK", {OPS.channel: "is_archived: x"}, False, ["C2NIGHT"]),
    "a desk's and that of ops": ("C1DESK", {OPS.channel: NEW}, True, []),
    "that of ops alone": (OPS.channel, {}, False, ["C1DESK"]),
    "that of ops and a desk's": (OPS.channel, {"C2NIGHT": NEW}, True, []),
    "another code than that of ops": ("C1DESK", {OPS.channel: "other_code: y"}, False, ["C2NIGHT"]),
    "known to be about everything": ("C1DESK", {"C2NIGHT": EVERYTHING}, True, []),
}


@pytest.mark.parametrize("case", WHOSE)
def test_an_unknown_code_is_about_everything_when_ops_cannot_be_told_either(case: str) -> None:
    channel, elsewhere, everything, listeners = WHOSE[case]
    given = attempt(delivery(channel=channel), elsewhere=elsewhere)
    first = settled_by(given, UNCLEAR, TWO)
    assert first.channel_problem == (EVERYTHING if everything else ONCE)
    assert first.notices == (), "what lies in between may take the next call"
    settled = settled_by(replace(given, channel_problem=first.channel_problem), UNCLEAR, TWO)
    assert settled.channel_problem == (EVERYTHING if everything else NEW)
    assert [one.channel for one in settled.notices] == listeners
    changed = {other: (NEW, EVERYTHING) for other, was in elsewhere.items() if was == NEW}
    assert settled.elsewhere == (changed if everything else {})


def test_a_message_that_is_refused_alone_is_told_once_to_ops() -> None:
    ((channel, key, text),) = told(ROUTES, attempt(number=2, refusal=Refusal.BEFORE), UNCLEAR)
    assert (channel, key) == (OPS.channel, f"notice:refused:{attempt().delivery.delivery_id}")
    assert "Slack does not take “Story a” for desk, though it takes other messages: new_code: unknown to us" in text


def test_a_message_whose_every_post_ends_in_doubt_is_told_to_ops_while_others_arrive() -> None:
    assert told(ROUTES, attempt(number=4, arrives=True), Unknown("lost")) == []
    assert told(ROUTES, attempt(number=99), Unknown("lost")) == []
    ((_, key, text),) = told(ROUTES, attempt(number=5, arrives=True), Unknown("lost"))
    assert key == f"notice:in-doubt:{attempt().delivery.delivery_id}"
    assert "“Story a” for desk was sent 5 times, and is not in the channel: lost" in text


HOOK = Route(name="desk", channel="webhook:desk")


@pytest.mark.parametrize(
    ("asked", "number", "told"),
    [
        (seconds(30), 1, False),
        (seconds(30), 19, False),
        (seconds(30), 20, True),
        (hours(1), 1, True),
        (hours(24), 1, True),
        (seconds(1), 5, False),
        (NONE, 599, False),
        (NONE, 600, True),
    ],
)
def test_a_webhook_that_only_ever_asks_to_wait_is_a_broken_route(asked: timedelta, number: int, told: bool) -> None:
    given = attempt(delivery(channel=HOOK.channel), number=number)
    routes = Routes((HOOK,), OPS)
    settled = settled_by(given, Limited(asked, "the webhook answered with status 429"), routes)
    assert settled.state is PENDING
    assert settled.channel_ready_at - NOW == min(asked, hours(1))
    assert bool(settled.channel_problem) is bool(settled.notices) is told
    if told:
        (message,) = [one.message for one in settled.notices]
        assert isinstance(message, NoticeMessage)
        assert message.title == "Route desk is broken"
        assert "answered with status 429, and asks to wait" in message.text
        again = replace(given, channel_problem=settled.channel_problem)
        assert settled_by(again, Limited(asked, "status 429"), routes).notices == ()
        over = settled_by(again, Sent("1.1"), routes)
        assert over.channel_problem is None
        assert [one.message.title for one in over.notices if isinstance(one.message, NoticeMessage)] == [
            "Route desk works again"
        ]
