"""A decider, what it knows, and what it decided."""

from __future__ import annotations

from datetime import time
from typing import Any

from monitor.decide.decider import Decider
from monitor.decide.policy import Policy
from monitor.model import Card, Context, Delivery, QuietHours, Route, Routes, Severity, Story
from tests.support.builders import NOW, hours, known_feed, route

QUIET = QuietHours(time(10), time(14), "UTC")


def decider(context: Context, *routes: Route, ops: Route | None = None, **policy: Any) -> Decider:
    """A decider for these routes at `NOW`; without any, for one that takes all."""
    return Decider(Policy(routes=Routes(routes or (route(),), ops), **policy), context, now=NOW)


def told(*cards: Card) -> Context:
    """A known feed, and a story the routes of these cards know of."""
    story = Story(story_id="s1", started_at=NOW - hours(1), updated_at=NOW - hours(1), members=(), cards=cards)
    return known_feed(stories=(story,))


def card(name: str = "desk", *rules: str, severity: Severity = Severity.HIGH) -> Card:
    """What is known of the card of a story on a route, with these rules."""
    known = frozenset(rules or ("cluster-munitions",))
    return Card(story_id="s1", route=name, delivery_id="d1", rules=known, severity=severity)


def only(deliveries: tuple[Delivery, ...]) -> Delivery:
    """What was to be sent, which is one message."""
    assert len(deliveries) == 1
    return deliveries[0]


def only_card(desk: Decider) -> Card:
    """The one card that was made."""
    assert len(desk.cards) == 1
    return desk.cards[0]
