"""That no official has answered a story: who is told, when, and once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.decide.thread_notes import unanswered, vanished
from monitor.model import (
    Alert,
    Card,
    Cause,
    ClaimKind,
    Dismissal,
    Route,
    Routes,
    Severity,
    StoryFacts,
    UnansweredMessage,
    UnansweredStory,
    VanishedItem,
)
from tests.support.builders import NOW, hours, match
from tests.support.messages import DESK, ROUTES, alert, story_claim

ATTACK = alert(record=StoryFacts(outlets=1, targets=(story_claim(ClaimKind.TARGET, "hospital"),)), matches=(match(),))


def story(route: str = "desk", severity: Severity = Severity.HIGH, **over: Any) -> UnansweredStory:
    card = Card(story_id="s1", route=route, delivery_id="d1", rules=frozenset(), severity=severity)
    values: dict[str, Any] = {
        "story_id": "s1",
        "title": "Raid on Idlib",
        "started_at": NOW - hours(26),
        "card": card,
        "alerts": (ATTACK,),
    }
    return UnansweredStory(**values | over)


def test_it_is_told_in_the_thread_of_the_card() -> None:
    (reminder,) = unanswered([story()], ROUTES, now=NOW)
    assert reminder.message == UnansweredMessage(story_id="s1", title="Raid on Idlib", silent_for=hours(26))
    assert (reminder.channel, reminder.parent_id, reminder.broadcast) == (DESK.channel, "d1", False)
    assert reminder.not_before == NOW


@pytest.mark.parametrize("rules", [frozenset(), frozenset({"cluster-munitions"})], ids=["none", "all"])
def test_that_a_report_was_taken_out_is_told_aloud_unless_the_story_is_not_relevant(rules: frozenset[str]) -> None:
    said = Dismissal(rules=rules, item_id="i1", by="Ann", at=NOW, cause=Cause.SPORT)
    card = replace(story().card, rules=frozenset({"cluster-munitions"}), dismissed=said)
    gone = VanishedItem(item_id="i1", title="Raid on Idlib", source="The Wire", since=NOW, card=card)
    (note,) = vanished([gone], ROUTES, now=NOW)
    assert note.broadcast is (not rules)


@pytest.mark.parametrize(
    "alerts",
    [
        pytest.param((replace(ATTACK, record=StoryFacts(outlets=1)),), id="of no attack"),
        pytest.param((replace(ATTACK, matches=(match(sure=False),)),), id="that may be off topic"),
        pytest.param((ATTACK, replace(ATTACK, spoken=True)), id="in which an official speaks, on another route's card"),
        pytest.param((), id="whose card is not kept any more"),
    ],
)
def test_nobody_is_awaited_in_a_story(alerts: tuple[Alert, ...]) -> None:
    assert unanswered([story(alerts=alerts)], ROUTES, now=NOW) == ()


def test_its_key_is_the_same_whenever_it_is_noticed() -> None:
    (first,), (again,) = (unanswered([story()], ROUTES, now=at) for at in (NOW, NOW + hours(5)))
    assert (first.key, first.delivery_id) == (again.key, again.delivery_id) == ("unanswered:s1:desk", first.delivery_id)


def test_a_route_that_is_gone_is_told_nothing() -> None:
    assert unanswered([story("night")], ROUTES, now=NOW) == ()


def test_it_is_as_urgent_as_its_card_so_that_quiet_hours_hold_all_but_critical_ones() -> None:
    routes = Routes((Route(name="desk", channel="C1"),))
    (high,), (critical,) = (
        unanswered([story(severity=severity)], routes, now=NOW) for severity in (Severity.HIGH, Severity.CRITICAL)
    )
    assert (high.severity, critical.severity) == (Severity.HIGH, Severity.CRITICAL)
