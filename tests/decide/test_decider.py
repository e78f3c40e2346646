"""Who is told what: one card per story and route, threads for the rest, and a reason for everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.decide.decider import no_match
from monitor.model import (
    Action,
    CardMessage,
    DigestMessage,
    FollowUpMessage,
    FollowUps,
    Reaction,
    Route,
    Severity,
    Story,
    Unsure,
)
from tests.support.builders import NOW, item, joins, known_feed, match, new, revision, route, starts
from tests.support.deciders import card, decider, only, only_card, told


def test_a_new_story_is_one_card_per_route() -> None:
    desk = decider(known_feed(), route("a"), route("b"))
    verdict = desk.decide(item(), new(), [match()], starts())
    assert (verdict.action, verdict.reason) == (Action.ALERT, "new_story")
    assert {one.route for one in desk.deliveries} == {"a", "b"}
    assert all(isinstance(one.message, CardMessage) for one in desk.deliveries)
    assert {(one.story_id, one.route) for one in desk.cards} == {("s1", "a"), ("s1", "b")}


def test_no_match_is_a_verdict_too() -> None:
    verdict = no_match(new(), None)
    assert (verdict.action, verdict.reason) == (Action.NONE, "no_match")


def test_a_rule_on_test_is_recorded_and_not_posted() -> None:
    desk = decider(known_feed())
    verdict = desk.decide(item(), new(), [match(live=False)], starts())
    assert (verdict.action, verdict.reason) == (Action.SUPPRESSED, "rule_on_test")
    assert desk.deliveries == ()


@pytest.mark.parametrize(
    ("least", "severities", "kind", "rules"),
    [
        (Severity.LOW, (Severity.LOW, Severity.CRITICAL), "card", {"a", "b"}),
        (Severity.HIGH, (Severity.LOW, Severity.CRITICAL), "digest", {"b"}),
        (Severity.HIGH, (Severity.HIGH, Severity.LOW), "card", {"a", "b"}),
        (Severity.HIGH, (Severity.LOW, Severity.LOW), "", set()),
    ],
)
def test_an_unsure_match_lifts_no_other_above_the_least_severity(
    least: Severity, severities: tuple[Severity, Severity], kind: str, rules: set[str]
) -> None:
    """A route that wants what is high gets no card that says low because of what may be off topic."""
    desk = decider(known_feed(), route(min_severity=least))
    unsure = match("b", severities[1], sure=False, unsure=Unsure.FAINT)
    desk.decide(item(), new(), [match("a", severities[0]), unsure], starts())
    assert [one.message.kind for one in desk.deliveries] == ([kind] if kind else [])
    for one in desk.deliveries:
        assert isinstance(one.message, CardMessage | DigestMessage)
        alerts = [one.message.alert] if isinstance(one.message, CardMessage) else one.message.alerts
        assert {found.rule for shown in alerts for found in shown.matches} == rules
        assert all(shown.waits or shown.severity >= least for shown in alerts)


def test_a_further_report_goes_to_the_thread_of_the_card() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), [match()], joins())
    delivery = only(desk.deliveries)
    assert (verdict.action, delivery.parent_id, delivery.broadcast) == (Action.FOLLOW_UP, "d1", False)
    assert isinstance(delivery.message, FollowUpMessage)


@pytest.mark.parametrize(
    ("followups", "parent", "broadcast"),
    [
        (FollowUps.THREAD, "d1", False),
        (FollowUps.THREAD_AND_CHANNEL, "d1", True),
        (FollowUps.CHANNEL, None, False),
    ],
)
def test_a_route_says_where_further_reports_go(followups: FollowUps, parent: str | None, broadcast: bool) -> None:
    desk = decider(told(card()), route(followups=followups))
    desk.decide(item(), new("i2"), [match()], joins())
    delivery = only(desk.deliveries)
    assert (delivery.parent_id, delivery.broadcast) == (parent, broadcast)


@pytest.mark.parametrize(
    ("matches", "reason", "news"),
    [
        ([match(), match("civilian-strikes")], "new_rule", "also Civilian strikes"),
        ([match(severity=Severity.CRITICAL)], "severity_raised", "severity raised from high to critical"),
    ],
)
def test_what_is_material_bumps_the_channel(matches: list[Any], reason: str, news: str) -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), matches, joins())
    delivery = only(desk.deliveries)
    assert (verdict.action, verdict.reason) == (Action.UPDATE, reason)
    assert (delivery.broadcast, delivery.parent_id) == (True, "d1")
    assert isinstance(delivery.message, FollowUpMessage)
    assert (delivery.message.news, delivery.message.also) == ("", news)
    assert only_card(desk).rules >= {"cluster-munitions"}


def test_a_syndicated_copy_is_a_duplicate_and_posts_nothing() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), [match()], joins(copy_of="i1"))
    assert (verdict.action, verdict.reason, desk.deliveries) == (Action.DUPLICATE, "copy", ())


def test_an_edited_headline_that_adds_nothing_posts_nothing() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), revision(), [match()], joins(own=True))
    assert (verdict.action, verdict.reason, desk.deliveries) == (Action.DUPLICATE, "revision", ())


def test_an_edit_that_meets_another_rule_is_an_update() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), revision(), [match(), match("civilian-strikes")], joins(own=True))
    assert verdict.action is Action.UPDATE
    assert len(desk.deliveries) == 1


def test_two_reports_of_one_story_in_one_poll_make_one_card() -> None:
    desk = decider(known_feed())
    first = desk.decide(item(), new("i1"), [match()], starts())
    second = desk.decide(item("Nine dead in Idlib, medics say"), new("i2"), [match()], joins())
    assert (first.action, second.action) == (Action.ALERT, Action.FOLLOW_UP)
    assert [type(one.message) for one in desk.deliveries] == [CardMessage, FollowUpMessage]
    assert desk.deliveries[1].parent_id == desk.deliveries[0].delivery_id


def test_send_to_names_the_routes_and_ops_hears_only_what_names_it() -> None:
    desk = decider(known_feed(), route("a"), route("b"), ops=route("ops"))
    desk.decide(item(), new(), [match(send_to=("b",))], starts())
    assert [one.route for one in desk.deliveries] == ["b"]
    everyone = decider(known_feed(), route("a"), route("b"), ops=route("ops"))
    everyone.decide(item(), new(), [match()], starts())
    assert [one.route for one in everyone.deliveries] == ["a", "b"]


def test_a_card_knows_that_an_official_speaks_though_only_the_rule_of_another_route_found_that() -> None:
    desk = decider(known_feed(), route("a"), route("b"))
    matches = [match(send_to=("a",)), match("reactions", send_to=("b",), says=Reaction.DENIAL)]
    desk.decide(item(), new(), matches, starts())
    told = [one.message.alert for one in desk.deliveries if isinstance(one.message, CardMessage)]
    assert [(one.spoken, [by.rule for by in one.matches]) for one in told] == [
        (True, ["cluster-munitions"]),
        (True, ["reactions"]),
    ]


def test_several_routes_to_one_channel_make_one_card_with_all_their_rules() -> None:
    desk = decider(known_feed(), Route(name="a", channel="C1"), Route(name="b", channel="C1"))
    matches = [match(send_to=("a",)), match("civilian-strikes", send_to=("b",)), match("official-reactions")]
    desk.decide(item(), new(), matches, starts())
    message = only(desk.deliveries).message
    assert isinstance(message, CardMessage)
    assert [one.rule for one in message.alert.matches] == [
        "cluster-munitions",
        "civilian-strikes",
        "official-reactions",
    ]


@pytest.mark.parametrize(
    ("rule", "severity", "where", "action", "reason"),
    [
        ("civilian-strikes", Severity.CRITICAL, "s1", Action.FOLLOW_UP, "further_report"),
        ("civilian-strikes", Severity.CRITICAL, "s2", Action.DUPLICATE, "round_up"),
        ("official-reactions", Severity.HIGH, "s1", Action.UPDATE, "new_rule"),
        ("official-reactions", Severity.HIGH, "s2", Action.ALERT, "new_story"),
    ],
)
def test_what_cards_of_the_stories_that_a_round_up_repeats_have_is_no_news(
    rule: str, severity: Severity, where: str, action: Action, reason: str
) -> None:
    """The route has cards of s1 (or not, if `where` is the other) and s2; the round-up is linked to s1."""
    own = replace(card("desk", "cluster-munitions"), story_id="s1")
    other = replace(card("desk", "civilian-strikes", severity=Severity.CRITICAL), story_id="s2", delivery_id="d2")
    stories = tuple(
        Story(story_id=one.story_id, started_at=NOW, updated_at=NOW, members=(), cards=(one,))
        for one in (own, other)
        if where in ("s1", one.story_id)
    )
    desk = decider(known_feed(stories=stories), route())
    link = joins(several=True, repeats=("s1", "s2"))
    verdict = desk.decide(item(), new("i9"), [match(rule, severity=severity)], link)
    assert (verdict.action, verdict.reason) == (action, reason)
    assert len(desk.deliveries) == (reason != "round_up")


@pytest.mark.parametrize(
    ("matches", "detail"),
    [
        ([match(send_to=("nowhere",))], "routes.yaml has no route named nowhere"),
        ([match(severity=Severity.LOW)], "severity low is below min_severity of desk"),
    ],
)
def test_a_match_that_no_route_takes_says_why(matches: list[Any], detail: str) -> None:
    desk = decider(known_feed(), route(min_severity=Severity.HIGH))
    verdict = desk.decide(item(), new(), matches, starts())
    assert (verdict.action, verdict.reason, verdict.detail) == (Action.SUPPRESSED, "no_route", detail)


def test_deciding_the_same_twice_gives_the_same_keys() -> None:
    """The outbox refuses a key it has, so a poll that is repeated after a crash posts nothing twice."""
    keys = []
    for _ in range(2):
        desk = decider(known_feed(), route("a"), route("b"))
        desk.decide(item(), new(), [match()], starts())
        keys.append([one.key for one in desk.deliveries])
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2
