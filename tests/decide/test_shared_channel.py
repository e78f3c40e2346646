"""Routes that share a channel share nothing else, and no story gets a second card there."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from monitor.decide.decider import Decider
from monitor.decide.policy import Policy
from monitor.model import (
    Action,
    Card,
    CardMessage,
    Context,
    Delivery,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    FollowUps,
    Mute,
    MuteScope,
    Person,
    QuietHours,
    Route,
    Routes,
    Severity,
    Story,
    Unsure,
)
from tests.support.builders import NOW, hours, item, joins, known_feed, match, new, starts
from tests.support.messages import alert

NIGHT = QuietHours(time(10), time(14), "UTC")
"""NOW is in it."""


def route(name: str, **over: Any) -> Route:
    return Route(name=name, channel="C1", **over)


WATCH, DESK = route("watch", quiet_hours=NIGHT), route("desk")


def decider(*routes: Route, context: Context | None = None) -> Decider:
    return Decider(Policy(routes=Routes(routes)), context or known_feed(), now=NOW)


def told(owner: str, channel: str = "C1", **over: Any) -> Context:
    card = Card(
        story_id="s1",
        route=owner,
        delivery_id="d1",
        rules=frozenset({"cluster-munitions"}),
        severity=Severity.HIGH,
        channel=channel,
    )
    story = Story(story_id="s1", started_at=NOW - hours(1), updated_at=NOW - hours(1), members=(), cards=(card,))
    return known_feed(stories=(story,), **over)


def only(decided: Decider) -> Delivery:
    (delivery,) = decided.deliveries
    return delivery


@pytest.mark.parametrize(
    ("first", "second", "speaker", "kind"),
    [
        pytest.param(WATCH, DESK, "desk", CardMessage, id="the other's quiet hours hold nothing"),
        pytest.param(DESK, WATCH, "desk", CardMessage, id="whichever stands first"),
        pytest.param(route("a"), route("b"), "a", CardMessage, id="the first, where both would tell it"),
        pytest.param(route("a", max_per_hour=1), route("b"), "b", CardMessage, id="the other's limit"),
        pytest.param(route("a", min_severity=Severity.CRITICAL), route("b"), "b", CardMessage, id="the other's least"),
        pytest.param(WATCH, replace(WATCH, name="b"), "watch", DigestMessage, id="both are quiet"),
    ],
)
def test_a_story_for_both_is_one_message_of_the_route_that_tells_it_soonest(
    first: Route, second: Route, speaker: str, kind: type
) -> None:
    decided = decider(first, second, context=known_feed(cards_last_hour={"a": 1}))
    verdict = decided.decide(item(), new(), [match(send_to=(first.name, second.name))], starts())
    assert verdict.action is Action.ALERT
    assert (only(decided).route, type(only(decided).message)) == (speaker, kind)


def test_the_card_names_the_rules_of_all_of_them() -> None:
    decided = decider(WATCH, DESK)
    matches = [match("one", send_to=("watch",)), match("two", send_to=("desk",))]
    decided.decide(item(), new(), matches, starts())
    message = only(decided).message
    assert isinstance(message, CardMessage)
    assert [one.rule for one in message.alert.matches] == ["one", "two"]


def test_the_route_of_a_sure_rule_tells_it_though_the_other_would_gather_what_it_was_unsure_of() -> None:
    doubted = match("one", send_to=("a",), confidence=0.3, sure=False, unsure=Unsure.DIGEST)
    decided = decider(route("a"), route("b"))
    decided.decide(item(), new(), [doubted, match("two", send_to=("b",))], starts())
    assert (only(decided).route, type(only(decided).message)) == ("b", CardMessage)


@pytest.mark.parametrize(("owner", "routes"), [("watch", (WATCH, DESK)), ("an old name", (DESK,))])
def test_a_further_report_goes_to_the_thread_of_the_card_that_the_channel_has(
    owner: str, routes: tuple[Route, ...]
) -> None:
    """Of the other route, or of one that has a new name by now; by the settings of the one that tells it."""
    decided = decider(*routes, context=told(owner))
    decided.decide(item(), new("i2"), [match(send_to=("desk",))], joins())
    delivery = only(decided)
    assert isinstance(delivery.message, FollowUpMessage)
    assert (delivery.route, delivery.parent_id) == ("desk", "d1")
    assert [(card.route, card.delivery_id) for card in decided.cards] == [(owner, "d1")]


def test_each_says_itself_where_further_reports_go() -> None:
    decided = decider(WATCH, replace(DESK, followups=FollowUps.CHANNEL), context=told("watch"))
    decided.decide(item(), new("i2"), [match(send_to=("desk",))], joins())
    assert only(decided).parent_id is None


def test_a_card_in_another_channel_is_none_of_this_one() -> None:
    decided = decider(DESK, context=told("east", channel="C2"))
    decided.decide(item(), new("i2"), [match(send_to=("desk",))], joins())
    assert isinstance(only(decided).message, CardMessage)


def digest(*stories: str) -> Delivery:
    alerts = tuple(alert(story_id=name, item_id="i1", severity=Severity.HIGH, matches=(match(),)) for name in stories)
    return Delivery(
        delivery_id="d1",
        key="digest",
        route="watch",
        channel="C1",
        severity=Severity.HIGH,
        message=DigestMessage(why=DigestReason.QUIET_HOURS, alerts=alerts),
        created_at=NOW - hours(1),
        not_before=NOW - hours(1),
    )


@pytest.mark.parametrize("stories", [("s1",), ("s1", "s2")])
def test_what_waits_for_the_others_quiet_hours_is_told_now_and_not_again(stories: tuple[str, ...]) -> None:
    decided = decider(WATCH, DESK, context=told("watch", digests=(digest(*stories),)))
    decided.decide(item(), new("i2"), [match(send_to=("desk",))], joins())
    by_route = {one.route: one for one in decided.deliveries}
    now = by_route["desk"]
    assert now.not_before <= NOW
    if len(stories) == 1:
        assert (len(by_route), now.delivery_id) == (1, "d1"), "the digest goes out as the card"
    else:
        assert isinstance(now.message, CardMessage)
        later = by_route["watch"].message
        assert isinstance(later, DigestMessage)
        assert [one.story_id for one in later.alerts] == ["s2"]


@pytest.mark.parametrize(
    ("muted", "send_to", "action"),
    [
        pytest.param("watch", ("desk",), Action.FOLLOW_UP, id="a mute of the other route"),
        pytest.param("watch", ("watch", "desk"), Action.SUPPRESSED, id="a mute on the card's own route"),
        pytest.param("desk", ("watch", "desk"), Action.FOLLOW_UP, id="the card's route is not muted"),
        pytest.param("desk", ("desk",), Action.SUPPRESSED, id="its own mute"),
    ],
)
def test_mutes_are_each_routes_own(muted: str, send_to: tuple[str, ...], action: Action) -> None:
    mute = Mute(
        mute_id="m1",
        scope=MuteScope.STORY,
        subject="s1",
        words="",
        route=muted,
        delivery_id="d1",
        by=Person(user_id="U1", name="Ann"),
        began_at=NOW - hours(1),
        until=NOW + hours(1),
    )
    decided = decider(route("watch"), DESK, context=told("watch", mutes=(mute,)))
    assert decided.decide(item(), new("i2"), [match(send_to=send_to)], joins()).action is action
