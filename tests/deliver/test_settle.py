"""What each outcome of an attempt leads to, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.retries import BROKEN_RETRY, LONGEST_BACK_OFF, LOOK_UP_AFTER, REFUSED_MESSAGE_RETRY
from monitor.deliver.settle import UNREADABLE_FOR, settle
from monitor.deliver.sink import (
    NOT_RENDERED,
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
from monitor.model import (
    Attempt,
    DeliveryState,
    NoticeMessage,
    OnUnknown,
    Refusal,
    Route,
    Routes,
    Settlement,
    Severity,
)
from tests.support.builders import NOW, hours
from tests.support.messages import DESK, OPS, ROUTES, attempt, delivery, look_up, notice_message

PACE = timedelta(seconds=1.1)
PENDING, SENT, UNKNOWN = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.UNKNOWN
HELD, REJECTED = DeliveryState.HELD, DeliveryState.REJECTED
WHOLE, ITSELF = Refusal.CHANNEL, Refusal.ITSELF
NONE = timedelta(0)
NEW, EVERYTHING = "new_code: unknown to us", "Slack rejected every message (new_code): unknown to us"
ONCE = "refused once (new_code): unknown to us"
MESSAGE = Refused("invalid_blocks", "not taken", Scope.MESSAGE)
NOT_PUT = Refused(NOT_RENDERED, "KeyError", Scope.MESSAGE)
CHANNEL = Refused("not_in_channel", "the bot is not in the channel", Scope.CHANNEL)
NO_RIGHT = "Slack rejected the token (no_permission). The token lacks a scope."
APP = Refused("invalid_auth", "the token is not valid", Scope.APP)
UNCLEAR = Refused("new_code", "unknown to us", Scope.UNCLEAR)
UNREADABLE = Unreadable("missing_scope: channels:history", lasting=True)
BROKEN_OFF = Unreadable("HTTP 500", lasting=False)
CRITICAL = delivery(severity=Severity.CRITICAL)


def settled_by(given: Attempt, result: Outcome | LookUp, routes: Routes = ROUTES) -> Settlement:
    return settle(given, result, routes=routes, pace=PACE, now=NOW)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


MANY = 68
"""So many look-ups, longer and longer apart, take an hour."""

# The attempt, the result; then the state, when this delivery is taken up again, when the channel is, and how it counts.
TABLE: dict[str, tuple[Attempt, Outcome | LookUp, DeliveryState, timedelta, timedelta, Refusal | None]] = {
    "posted": (attempt(), Sent("1.1"), SENT, NONE, PACE, None),
    "found": (look_up(), Sent("1.1"), SENT, NONE, PACE, None),
    "limited": (attempt(), Limited(seconds(7), "ratelimited"), PENDING, NONE, seconds(7), None),
    "limited for no time": (attempt(), Limited(NONE, "ratelimited"), PENDING, NONE, PACE, None),
    "limited for a day": (attempt(), Limited(hours(24), "ratelimited"), PENDING, NONE, hours(1), None),
    "limited a third time": (
        attempt(number=3),
        Limited(seconds(7), "ratelimited"),
        PENDING,
        seconds(12),
        seconds(7),
        None,
    ),
    "a look-up limited": (look_up(lookups=1), Limited(seconds(7), "ratelimited"), UNKNOWN, seconds(7), PACE, None),
    "a look-up limited for a day": (look_up(), Limited(hours(24), "ratelimited"), UNKNOWN, hours(1), PACE, None),
    "a look-up limited for too long": (
        look_up(CRITICAL, after=UNREADABLE_FOR, looks=MANY),
        Limited(seconds(7), "ratelimited"),
        PENDING,
        NONE,
        NONE,
        None,
    ),
    "not posted": (attempt(), NotPosted("refused"), PENDING, NONE, seconds(1), None),
    "not posted the 4th time": (attempt(number=4), NotPosted("refused"), PENDING, NONE, seconds(8), None),
    "not posted for long": (attempt(number=99), NotPosted("refused"), PENDING, NONE, LONGEST_BACK_OFF, None),
    "reply lost": (attempt(), Unknown("lost"), UNKNOWN, LOOK_UP_AFTER, PACE, None),
    "reply lost the 4th time": (attempt(number=4), Unknown("lost"), UNKNOWN, LOOK_UP_AFTER, seconds(8), None),
    "reply lost for long": (attempt(number=99), Unknown("lost"), UNKNOWN, LOOK_UP_AFTER, BROKEN_RETRY, None),
    "reply lost again, while others arrive": (
        attempt(number=4, others_posted=True),
        Unknown("lost"),
        UNKNOWN,
        LOOK_UP_AFTER,
        PACE,
        None,
    ),
    "absent once": (look_up(), NotFound(), UNKNOWN, LOOK_UP_AFTER, NONE, None),
    "absent twice": (look_up(lookups=1), NotFound(), PENDING, NONE, NONE, None),
    "lost again and again": (look_up(lookups=1, number=9), NotFound(), PENDING, NONE, NONE, None),
    "lost again, while others arrive": (
        look_up(lookups=1, number=3, others_posted=True),
        NotFound(),
        PENDING,
        NONE,
        NONE,
        ITSELF,
    ),
    "unreadable now": (look_up(after=seconds(6)), BROKEN_OFF, UNKNOWN, LOOK_UP_AFTER, NONE, None),
    "unreadable for a while": (
        look_up(after=seconds(60), looks=4),
        BROKEN_OFF,
        UNKNOWN,
        seconds(12.207031),
        NONE,
        None,
    ),
    "unreadable for long": (look_up(after=hours(0.9), looks=60), BROKEN_OFF, UNKNOWN, LONGEST_BACK_OFF, NONE, None),
    "unreadable for too long": (look_up(after=UNREADABLE_FOR, looks=MANY), BROKEN_OFF, HELD, NONE, NONE, None),
    "unreadable for too long by a clock that jumped": (
        look_up(after=UNREADABLE_FOR, looks=MANY - 1),
        BROKEN_OFF,
        UNKNOWN,
        LONGEST_BACK_OFF,
        NONE,
        None,
    ),
    "unreadable often, but not for long": (
        look_up(after=UNREADABLE_FOR - seconds(1), looks=9_999),
        BROKEN_OFF,
        UNKNOWN,
        LONGEST_BACK_OFF,
        NONE,
        None,
    ),
    "unreadable for too long, critical": (
        look_up(CRITICAL, after=UNREADABLE_FOR, looks=MANY),
        BROKEN_OFF,
        PENDING,
        NONE,
        NONE,
        None,
    ),
    "unreadable while the channel is broken": (
        look_up(after=UNREADABLE_FOR, looks=MANY, channel_problem="new_code: x"),
        BROKEN_OFF,
        UNKNOWN,
        LONGEST_BACK_OFF,
        NONE,
        None,
    ),
    "unreadable while everything is refused": (
        look_up(after=UNREADABLE_FOR, looks=MANY, elsewhere={"C2": EVERYTHING}),
        BROKEN_OFF,
        UNKNOWN,
        LONGEST_BACK_OFF,
        NONE,
        None,
    ),
    "never readable": (look_up(), UNREADABLE, HELD, NONE, NONE, None),
    "never readable, critical": (look_up(CRITICAL), UNREADABLE, PENDING, NONE, NONE, None),
    "message refused": (attempt(), MESSAGE, PENDING, NONE, PACE, ITSELF),
    "plain text refused": (attempt(plain=True, others_posted=True), MESSAGE, REJECTED, NONE, PACE, None),
    "plain text not rendered": (attempt(plain=True), NOT_PUT, REJECTED, NONE, PACE, None),
    "plain text refused, and nothing else posted": (
        attempt(plain=True, refusal=ITSELF),
        MESSAGE,
        PENDING,
        BROKEN_RETRY,
        PACE,
        ITSELF,
    ),
    "channel refused": (attempt(), CHANNEL, PENDING, NONE, BROKEN_RETRY, WHOLE),
    "channel refused to a look-up": (look_up(), CHANNEL, UNKNOWN, NONE, BROKEN_RETRY, WHOLE),
    "app refused": (attempt(), APP, PENDING, NONE, BROKEN_RETRY, WHOLE),
    "app refused, though others are posted to": (
        attempt(number=2, refusal=Refusal.BEFORE),
        APP,
        PENDING,
        NONE,
        BROKEN_RETRY,
        WHOLE,
    ),
    "app refused to a look-up": (look_up(), APP, UNKNOWN, NONE, BROKEN_RETRY, WHOLE),
    "unclear": (attempt(), UNCLEAR, PENDING, NONE, LOOK_UP_AFTER, WHOLE),
    "unclear again": (
        attempt(number=2, channel_problem=NEW, refusal=WHOLE),
        UNCLEAR,
        PENDING,
        NONE,
        BROKEN_RETRY,
        WHOLE,
    ),
    "unclear for ever": (
        attempt(number=99, channel_problem=NEW, refusal=WHOLE),
        UNCLEAR,
        PENDING,
        NONE,
        BROKEN_RETRY,
        WHOLE,
    ),
    "unclear, and as plain text too": (
        attempt(number=99, plain=True, channel_problem=NEW),
        UNCLEAR,
        PENDING,
        NONE,
        BROKEN_RETRY,
        WHOLE,
    ),
    "unclear in another channel too": (
        attempt(elsewhere={OPS.channel: NEW}),
        UNCLEAR,
        PENDING,
        NONE,
        BROKEN_RETRY,
        WHOLE,
    ),
    "unclear, while others are posted": (
        attempt(number=2, refusal=Refusal.BEFORE),
        UNCLEAR,
        PENDING,
        REFUSED_MESSAGE_RETRY,
        PACE,
        ITSELF,
    ),
    "unclear still, while others are posted": (
        attempt(number=99, refusal=ITSELF),
        UNCLEAR,
        PENDING,
        REFUSED_MESSAGE_RETRY,
        PACE,
        ITSELF,
    ),
    "unclear to a look-up": (look_up(looks=4), UNCLEAR, UNKNOWN, seconds(12.207031), NONE, None),
}


@pytest.mark.parametrize("case", TABLE)
def test_an_outcome_leads_to_a_state_and_to_times(case: str) -> None:
    given, result, state, wait, pause, refusal = TABLE[case]
    settled = settled_by(given, result)
    assert (settled.state, settled.not_before - NOW, settled.channel_ready_at - NOW) == (state, wait, pause)
    assert settled.refusal is refusal
    assert settled.reason
    assert (settled.ts == "1.1") is (state is SENT)


def test_what_was_refused_is_posted_as_plain_text_and_stays_so_whatever_comes_between() -> None:
    assert settled_by(attempt(), MESSAGE).plain
    for result in (Limited(seconds(1), "ratelimited"), NotPosted("refused"), Unknown("lost"), NotFound(), CHANNEL):
        assert settled_by(attempt(plain=True), result).plain


def test_only_a_look_up_in_vain_counts_as_one() -> None:
    """A history that could not be read says nothing about the message."""
    assert settled_by(look_up(lookups=0), NotFound()).lookups == 1
    assert settled_by(look_up(lookups=1), BROKEN_OFF).lookups == 1
    assert settled_by(look_up(lookups=1), Limited(seconds(1), "ratelimited")).lookups == 1
    assert settled_by(look_up(lookups=1), APP).lookups == 1
    assert settled_by(look_up(lookups=1), NotFound()).lookups == 0
    assert settled_by(attempt(), Unknown("lost")).lookups == 0


@pytest.mark.parametrize(
    ("on_unknown", "severity", "state"),
    [
        (OnUnknown.REPOST, Severity.LOW, PENDING),
        (OnUnknown.HOLD, Severity.CRITICAL, HELD),
        (None, Severity.HIGH, HELD),
        (None, Severity.CRITICAL, PENDING),
    ],
)
def test_the_route_says_whether_to_risk_a_second_copy(
    on_unknown: OnUnknown | None, severity: Severity, state: DeliveryState
) -> None:
    routes = Routes((Route(name="desk", channel="C1DESK", on_unknown=on_unknown),), OPS)
    assert settled_by(look_up(delivery(severity=severity)), UNREADABLE, routes).state is state


# -- who is told -------------------------------------------------------------------------------------------------


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


OUTCOMES: st.SearchStrategy[Outcome | LookUp] = st.sampled_from([case[1] for case in TABLE.values()])


PROBLEMS = st.sampled_from([None, NEW, EVERYTHING, "is_archived: x"])
REFUSALS = st.sampled_from([None, *Refusal])


@given(OUTCOMES, st.integers(1, 200), st.booleans(), st.integers(0, 3), st.booleans(), PROBLEMS, PROBLEMS, REFUSALS)
def test_whatever_happens_no_delivery_is_dropped_or_goes_round_without_a_pause(
    result: Outcome | LookUp,
    number: int,
    looks_up: bool,
    lookups: int,
    plain: bool,
    problem: str | None,
    other: str | None,
    refusal: Refusal | None,
) -> None:
    """It ends as sent, or held or rejected and somebody is told; else it comes again, after a wait if in trouble."""
    given = attempt(
        number=number,
        look_up=looks_up,
        lookups=lookups,
        plain=plain,
        channel_problem=problem,
        elsewhere={OPS.channel: other} if other else {},
        refusal=refusal,
    )
    settled = settled_by(given, result)
    if settled.state in (HELD, REJECTED):
        assert settled.notices
    if settled.state is REJECTED:
        assert isinstance(result, Refused)
        assert result.scope is Scope.MESSAGE
    assert settled.state is not DeliveryState.SENDING
    again = max(settled.not_before, settled.channel_ready_at)
    assert again >= NOW
    if isinstance(result, Refused | Limited | NotPosted | Unknown):
        assert again >= NOW + min(PACE, seconds(1))
    if isinstance(result, Refused) and settled.state is not HELD:
        assert again <= NOW + seconds(90), "what is refused is posted soon after the end of the trouble"


# -- a webhook that asks to wait ---------------------------------------------------------------------------------

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
