"""What each outcome of an attempt leads to, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.settle import (
    BROKEN_APP_RETRY,
    BROKEN_CHANNEL_RETRY,
    LONGEST_BACK_OFF,
    LOOK_UP_AFTER,
    UNREADABLE_FOR,
    Settler,
)
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
from monitor.model import Attempt, DeliveryState, NoticeMessage, OnUnknown, Route, Routes, Severity
from tests.support.builders import NOW, hours
from tests.support.messages import DESK, OPS, ROUTES, attempt, delivery, look_up, notice_message

PACE = timedelta(seconds=1.1)
PENDING, SENT, UNKNOWN = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.UNKNOWN
HELD, REJECTED = DeliveryState.HELD, DeliveryState.REJECTED
NONE = timedelta(0)
MESSAGE = Refused("invalid_blocks", "not taken", Scope.MESSAGE)
CHANNEL = Refused("not_in_channel", "the bot is not in the channel", Scope.CHANNEL)
APP = Refused("invalid_auth", "the token is not valid", Scope.APP)
UNCLEAR = Refused("new_code", "unknown to us", Scope.UNCLEAR)
UNREADABLE = Unreadable("missing_scope: channels:history", lasting=True)
BROKEN_OFF = Unreadable("HTTP 500", lasting=False)
CRITICAL = delivery(severity=Severity.CRITICAL)


def settler(routes: Routes = ROUTES) -> Settler:
    return Settler(routes=routes, pace=PACE)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


# The attempt, the result; then the state, when this delivery is taken up again, when the channel is.
TABLE: dict[str, tuple[Attempt, Outcome | LookUp, DeliveryState, timedelta, timedelta]] = {
    "posted": (attempt(), Sent("1.1"), SENT, PACE, PACE),
    "found": (look_up(), Sent("1.1"), SENT, PACE, PACE),
    "limited": (attempt(), Limited(seconds(7), "ratelimited"), PENDING, seconds(7), seconds(7)),
    "limited for no time": (attempt(), Limited(NONE, "ratelimited"), PENDING, PACE, PACE),
    "limited for a day": (attempt(), Limited(hours(24), "ratelimited"), PENDING, hours(1), hours(1)),
    "a look-up limited": (look_up(lookups=1), Limited(seconds(7), "ratelimited"), UNKNOWN, seconds(7), seconds(7)),
    "not posted": (attempt(), NotPosted("refused"), PENDING, seconds(1), seconds(1)),
    "not posted the 4th time": (attempt(number=4), NotPosted("refused"), PENDING, seconds(8), seconds(8)),
    "not posted for long": (attempt(number=99), NotPosted("refused"), PENDING, LONGEST_BACK_OFF, LONGEST_BACK_OFF),
    "reply lost": (attempt(), Unknown("lost"), UNKNOWN, LOOK_UP_AFTER, PACE),
    "absent once": (look_up(), NotFound(), UNKNOWN, LOOK_UP_AFTER, NONE),
    "absent twice": (look_up(lookups=1), NotFound(), PENDING, NONE, NONE),
    "unreadable now": (look_up(after=seconds(6)), BROKEN_OFF, UNKNOWN, LOOK_UP_AFTER, NONE),
    "unreadable for a while": (look_up(after=seconds(60)), BROKEN_OFF, UNKNOWN, seconds(15), NONE),
    "unreadable for long": (look_up(after=hours(0.9)), BROKEN_OFF, UNKNOWN, LONGEST_BACK_OFF, NONE),
    "unreadable for too long": (look_up(after=UNREADABLE_FOR), BROKEN_OFF, HELD, NONE, NONE),
    "unreadable for too long, critical": (look_up(CRITICAL, after=UNREADABLE_FOR), BROKEN_OFF, PENDING, NONE, NONE),
    "never readable": (look_up(), UNREADABLE, HELD, NONE, NONE),
    "never readable, critical": (look_up(CRITICAL), UNREADABLE, PENDING, NONE, NONE),
    "message refused": (attempt(), MESSAGE, PENDING, PACE, PACE),
    "plain text refused": (attempt(plain=True), MESSAGE, REJECTED, PACE, PACE),
    "channel refused": (attempt(), CHANNEL, PENDING, BROKEN_CHANNEL_RETRY, BROKEN_CHANNEL_RETRY),
    "channel refused to a look-up": (look_up(), CHANNEL, UNKNOWN, BROKEN_CHANNEL_RETRY, BROKEN_CHANNEL_RETRY),
    "app refused": (attempt(), APP, PENDING, BROKEN_APP_RETRY, BROKEN_APP_RETRY),
    "app refused to a look-up": (look_up(), APP, UNKNOWN, BROKEN_APP_RETRY, BROKEN_APP_RETRY),
    "unclear": (attempt(), UNCLEAR, UNKNOWN, LOOK_UP_AFTER, PACE),
    "unclear the 3rd time": (attempt(number=3), UNCLEAR, PENDING, PACE, PACE),
    "unclear as plain text too": (attempt(number=4, plain=True), UNCLEAR, REJECTED, PACE, PACE),
}


@pytest.mark.parametrize("case", TABLE)
def test_an_outcome_leads_to_a_state_and_to_times(case: str) -> None:
    given, result, state, wait, pause = TABLE[case]
    settled = settler().settle(given, result, now=NOW)
    assert (settled.state, settled.not_before - NOW, settled.channel_ready_at - NOW) == (state, wait, pause)
    assert settled.reason
    assert (settled.ts == "1.1") is (state is SENT)


def test_what_was_refused_is_posted_as_plain_text_and_stays_so_whatever_comes_between() -> None:
    assert settler().settle(attempt(), MESSAGE, now=NOW).plain
    for result in (Limited(seconds(1), "ratelimited"), NotPosted("refused"), Unknown("lost"), NotFound(), CHANNEL):
        assert settler().settle(attempt(plain=True), result, now=NOW).plain


def test_only_a_look_up_in_vain_counts_as_one() -> None:
    """A history that could not be read says nothing about the message."""
    settle = settler().settle
    assert settle(look_up(lookups=0), NotFound(), now=NOW).lookups == 1
    assert settle(look_up(lookups=1), BROKEN_OFF, now=NOW).lookups == 1
    assert settle(look_up(lookups=1), Limited(seconds(1), "ratelimited"), now=NOW).lookups == 1
    assert settle(look_up(lookups=1), APP, now=NOW).lookups == 1
    assert settle(look_up(lookups=1), NotFound(), now=NOW).lookups == 0
    assert settle(attempt(), Unknown("lost"), now=NOW).lookups == 0


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
    assert settler(routes).settle(look_up(delivery(severity=severity)), UNREADABLE, now=NOW).state is state


# -- who is told -------------------------------------------------------------------------------------------------


def told(routes: Routes, given: Attempt, result: Outcome | LookUp) -> list[tuple[str, str, str]]:
    notices = settler(routes).settle(given, result, now=NOW).notices
    assert all(isinstance(one.message, NoticeMessage) for one in notices)
    return [(one.channel, one.key, one.message.text) for one in notices if isinstance(one.message, NoticeMessage)]


def test_a_held_alert_is_told_to_ops_with_what_it_is_and_why() -> None:
    ((channel, key, text),) = told(ROUTES, look_up(), UNREADABLE)
    assert (channel, key) == (OPS.channel, f"notice:held:{look_up().delivery.delivery_id}")
    assert "“Story a” for desk may or may not have been posted" in text
    assert "missing_scope: channels:history" in text


def test_a_rejected_alert_is_told_to_ops() -> None:
    ((channel, key, text),) = told(ROUTES, attempt(plain=True), MESSAGE)
    assert (channel, key) == (OPS.channel, f"notice:rejected:{attempt().delivery.delivery_id}")
    assert "“Story a” for desk was refused" in text
    assert "invalid_blocks" in text


def test_a_broken_channel_is_told_when_it_breaks_and_when_it_works_again_and_never_to_itself() -> None:
    ((channel, _, text),) = told(ROUTES, attempt(), CHANNEL)
    assert channel == OPS.channel
    assert "Nothing can be posted to C1DESK (route desk): not_in_channel: the bot is not in the channel" in text
    problem = settler().settle(attempt(), CHANNEL, now=NOW).channel_problem
    assert told(ROUTES, attempt(delivery("b"), channel_problem=problem), CHANNEL) == []
    ((channel, _, text),) = told(ROUTES, attempt(channel_problem=problem), Sent("1.1"))
    assert channel == OPS.channel
    assert "C1DESK (route desk) can be posted to again" in text
    to_ops = delivery("n", notice_message(), route="ops", channel=OPS.channel)
    assert [channel for channel, _, _ in told(ROUTES, attempt(to_ops), CHANNEL)] == [DESK.channel]
    assert told(Routes((DESK,)), attempt(), CHANNEL) == []


def test_without_ops_the_desk_itself_hears_of_an_alert_it_does_not_get() -> None:
    assert [channel for channel, _, _ in told(Routes((DESK,)), attempt(plain=True), MESSAGE)] == [DESK.channel]
    assert [channel for channel, _, _ in told(Routes((DESK,)), look_up(), UNREADABLE)] == [DESK.channel]


def test_there_is_no_notice_about_a_notice_and_none_through_an_app_that_is_refused() -> None:
    about = delivery("n", notice_message(), route="ops", channel=OPS.channel)
    assert told(ROUTES, attempt(about, plain=True), MESSAGE) == []
    assert told(ROUTES, look_up(about), UNREADABLE) == []
    assert told(ROUTES, attempt(), APP) == []


def test_health_sees_a_broken_channel_and_one_that_cannot_be_reached_for_long() -> None:
    settle = settler().settle
    assert settle(attempt(), CHANNEL, now=NOW).channel_problem == "not_in_channel: the bot is not in the channel"
    refused = "the app is refused: invalid_auth: the token is not valid"
    assert settle(attempt(), APP, now=NOW).channel_problem == refused
    assert settle(attempt(number=4), NotPosted("refused"), now=NOW).channel_problem is None
    assert settle(attempt(number=5), NotPosted("refused"), now=NOW).channel_problem == "refused"
    assert settle(attempt(channel_problem=refused), Sent("1.1"), now=NOW).channel_problem is None


@pytest.mark.parametrize(
    "result",
    [Limited(seconds(1), "ratelimited"), Unknown("lost"), NotPosted("refused"), MESSAGE, NotFound(), BROKEN_OFF],
)
def test_what_is_wrong_with_a_channel_stays_so_until_something_was_posted_to_it(result: Outcome | LookUp) -> None:
    assert settler().settle(attempt(channel_problem="is_archived: x"), result, now=NOW).channel_problem
    found = settler().settle(look_up(channel_problem="is_archived: x"), Sent("1.1"), now=NOW)
    assert (found.channel_problem, found.notices) == ("is_archived: x", ())


def test_what_kept_every_channel_from_working_is_over_once() -> None:
    """However many channels had it."""
    problem = "the app is refused: token_revoked: the token was revoked"
    ((_, first, text),) = told(ROUTES, attempt(channel_problem=problem), Sent("1.1"))
    ((_, other, _),) = told(ROUTES, attempt(delivery("b", channel="C2"), channel_problem=problem), Sent("1.1"))
    assert first == other
    assert "Slack takes messages again" in text


OUTCOMES: st.SearchStrategy[Outcome | LookUp] = st.sampled_from([case[1] for case in TABLE.values()])


@given(OUTCOMES, st.integers(1, 200), st.booleans(), st.integers(0, 3), st.booleans())
def test_whatever_happens_no_delivery_is_dropped_or_goes_round_without_a_pause(
    result: Outcome | LookUp, number: int, looks_up: bool, lookups: int, plain: bool
) -> None:
    """It ends as sent, or held or rejected and somebody is told; else it comes again, after a wait if in trouble."""
    given = attempt(number=number, look_up=looks_up, lookups=lookups, plain=plain)
    settled = settler().settle(given, result, now=NOW)
    if settled.state in (HELD, REJECTED):
        assert settled.notices
    assert settled.state is not DeliveryState.SENDING
    assert settled.not_before >= settled.channel_ready_at >= NOW
    if isinstance(result, Refused | Limited | NotPosted | Unknown):
        assert settled.channel_ready_at >= NOW + min(PACE, seconds(1))
