"""What each outcome of an attempt leads to, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.retries import BROKEN_RETRY, LONGEST_BACK_OFF, LOOK_UP_AFTER, REFUSED_MESSAGE_RETRY
from monitor.deliver.settle import UNREADABLE_FOR
from monitor.deliver.sink import Limited, LookUp, NotFound, NotPosted, Outcome, Refused, Scope, Sent, Unknown
from monitor.model import Attempt, DeliveryState, OnUnknown, Refusal, Route, Routes, Severity
from tests.support.builders import NOW, hours
from tests.support.messages import OPS, attempt, delivery, look_up
from tests.support.outcomes import (
    APP,
    BROKEN_OFF,
    CHANNEL,
    CRITICAL,
    EVERYTHING,
    HELD,
    ITSELF,
    MESSAGE,
    NEW,
    NONE,
    NOT_PUT,
    PACE,
    PENDING,
    REJECTED,
    SENT,
    UNCLEAR,
    UNKNOWN,
    UNREADABLE,
    WHOLE,
    seconds,
    settled_by,
)

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
