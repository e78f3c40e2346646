"""What the vital signs say: each trouble by its name, and nothing where the chain works."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.health import vitals
from monitor.model import Beat, ChannelWait, PollSigns, Trouble, VitalSigns
from tests.support.builders import NOW

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WELL = VitalSigns(
    beats={"w1": Beat(at=NOW - 5 * SECOND, began_at=NOW - DAY)},
    polls=PollSigns(total=3, succeeded_at=NOW - MINUTE, taken_at=NOW - MINUTE),
    outbox={},
    stuck=0,
)
FAILING = PollSigns(total=3, failing=3, failures=9, failing_since=NOW - 3 * MINUTE, taken_at=NOW - SECOND)
DUE = PollSigns(total=3, due_since=NOW - HOUR, taken_at=NOW - 5 * MINUTE)
LATE = Trouble(name="matcher@w0", what="the matching of rules has done nothing")
WAIT = ChannelWait(channel="C1", since=NOW - 3 * MINUTE, reason="internal_error")


def beat(at: timedelta, began: timedelta = DAY) -> dict[str, Beat]:
    return {"w1": Beat(at=NOW + at, began_at=NOW - began)}


CASES: dict[str, tuple[VitalSigns, list[str]]] = {
    "all is well": (WELL, []),
    "it never ran": (replace(WELL, beats={}), ["no life"]),
    "it stopped": (replace(WELL, beats=beat(-2 * MINUTE)), ["no life"]),
    "its clock is a day ahead": (replace(WELL, beats=beat(DAY)), ["no life"]),
    "its clock is half a minute ahead": (replace(WELL, beats=beat(30 * SECOND)), []),
    "only the connection for buttons lives": (
        replace(WELL, beats=beat(-HOUR) | {"socket:w1": Beat(at=NOW)}),
        ["no life"],
    ),
    "it lives, and feeds that are due are not polled": (replace(WELL, polls=DUE), ["polls not tried"]),
    "the same, and it does not live": (replace(WELL, polls=DUE, beats=beat(-HOUR)), ["no life"]),
    "the same, just started": (replace(WELL, polls=DUE, beats=beat(-SECOND, began=MINUTE)), []),
    "feeds are late, and others are polled": (replace(WELL, polls=replace(DUE, taken_at=NOW - MINUTE)), []),
    "feeds are due since a moment ago": (replace(WELL, polls=replace(DUE, due_since=NOW - MINUTE)), []),
    "no feed was ever polled": (replace(WELL, polls=PollSigns(never_taken=3)), ["polls not tried"]),
    "no feed was ever polled yet": (
        replace(WELL, polls=PollSigns(never_taken=3), beats=beat(-SECOND, began=MINUTE)),
        [],
    ),
    "every feed fails, and none ever worked": (replace(WELL, polls=FAILING), ["every feed fails"]),
    "every feed fails since a day": (
        replace(WELL, polls=replace(FAILING, failing_since=NOW - DAY, succeeded_at=NOW - DAY)),
        ["every feed fails"],
    ),
    "every feed fails, by a clock that was ahead": (
        replace(WELL, polls=replace(FAILING, failing_since=NOW + DAY)),
        ["every feed fails"],
    ),
    "every feed fails since a moment ago": (replace(WELL, polls=replace(FAILING, failing_since=NOW - MINUTE)), []),
    "the only feed failed once": (replace(WELL, polls=replace(FAILING, total=1, failing=1, failures=1)), []),
    "all feeds but one fail": (replace(WELL, polls=replace(FAILING, total=4)), []),
    "every feed polled fails, others come": (replace(WELL, polls=replace(FAILING, never_taken=1)), []),
    "a message is tried in vain": (replace(WELL, waits=(WAIT,)), ["outbox"]),
    "one was posted before it": (replace(WELL, waits=(replace(WAIT, accepted_at=NOW - HOUR),)), ["outbox"]),
    "one waits while others are posted": (replace(WELL, waits=(replace(WAIT, accepted_at=NOW - SECOND),)), []),
    "others are posted, by a clock that was ahead": (
        replace(WELL, waits=(replace(WAIT, accepted_at=NOW + DAY),)),
        ["outbox"],
    ),
    "one waits since a moment ago": (replace(WELL, waits=(replace(WAIT, since=NOW - MINUTE),)), []),
    "one waits for long while others are posted": (
        replace(WELL, waits=(replace(WAIT, since=NOW - HOUR, accepted_at=NOW - SECOND),)),
        ["alert waits"],
    ),
    "its channel is broken": (
        replace(WELL, waits=(WAIT,), channel_problems={"C1": "is_archived: no"}),
        ["channel C1"],
    ),
    "Slack takes no token": (
        replace(WELL, channel_problems=dict.fromkeys(("C1", "C2"), "Slack rejected the token (x). y.")),
        ["slack"],
    ),
    "a process says what it lacks": (
        replace(WELL, beats={"w1": Beat(at=NOW, troubles=(Trouble(name="matcher@w1", what="x"),))}),
        ["matcher@w1"],
    ),
    "a process that is gone had said what it lacks": (
        replace(
            WELL, beats={**WELL.beats, "w0": Beat(at=NOW - HOUR, troubles=(Trouble(name="matcher@w0", what="x"),))}
        ),
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_seen_and_nothing_else(name: str) -> None:
    signs, expected = CASES[name]
    assert [trouble.name for trouble in vitals.judged(signs, NOW)] == expected


def test_a_channel_that_is_broken_is_one_that_cannot_be_used_to_tell_of_it() -> None:
    """Else nobody knew when Slack failed in such a way that each channel, that of ops too, was called broken."""
    (trouble,) = vitals.judged(replace(WELL, channel_problems={"C0OPS": "no reply within 10 s"}), NOW)
    assert (trouble.channels, trouble.told_elsewhere) == (frozenset({"C0OPS"}), True)


def test_a_line_says_what_since_when_and_what_to_do() -> None:
    (line,) = vitals.troubles(replace(WELL, waits=(WAIT,)), NOW)
    assert line == (
        "messages wait for channel C1, and none has been accepted for 3 min; look at https://status.slack.com and at "
        "the log; the last attempt: internal_error"
    )
    both = (WAIT, replace(WAIT, channel="C2", since=WAIT.since + SECOND))
    (line,) = vitals.troubles(replace(WELL, waits=both), NOW)
    assert line.startswith("messages wait for 2 channels (C1, C2), and none has been accepted for 3 min; look at https")
    hooks = tuple(replace(WAIT, channel=f"webhook:hooks.example/{name}") for name in "ab")
    assert [one.name for one in vitals.judged(replace(WELL, waits=(*hooks, *both)), NOW)] == [
        "outbox webhook:hooks.example/a",
        "outbox webhook:hooks.example/b",
        "outbox",
    ]
    canary = Trouble(name="canary@w1", what="a test entry stopped at: the outbox", remedy="restart")
    untested = {"w1": replace(WELL.beats["w1"], troubles=(canary,))}
    assert vitals.judged(replace(WELL, beats=untested), NOW) == [canary]
    _, line = vitals.troubles(replace(WELL, waits=(WAIT,), beats=untested), NOW)
    assert line == "a test entry stopped at: the outbox; see first to what else is in trouble"
    (line,) = vitals.troubles(replace(WELL, polls=FAILING), NOW)
    assert line.startswith("every feed has been failing for 3 min; look at the network")


def test_a_process_does_not_read_of_itself_what_it_just_wrote() -> None:
    signs = replace(WELL, beats={"w1": Beat(at=NOW, troubles=(Trouble(name="matcher@w1", what="x"),))})
    assert vitals.judged(signs, NOW, own="w1") == []
