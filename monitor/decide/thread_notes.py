"""Notes in the threads of cards that no report brings: a report that its feed took out, a story nobody answers.

Each is posted once for each route, by its key; the one about a removed report is posted aloud, unless somebody found
its story not relevant.
docs/decisions/0010 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from monitor.decide.heldback import live
from monitor.model import (
    Alert,
    Card,
    Delivery,
    Message,
    Mute,
    MuteScope,
    Route,
    Routes,
    Severity,
    UnansweredMessage,
    UnansweredStory,
    VanishedItem,
    VanishedMessage,
)
from monitor.model.ids import unanswered_key, vanished_key
from monitor.wording.facts import awaits_answer

LEAST_SEVERITY = Severity.HIGH
"""Nobody waits for an answer to less."""

LATEST_UNANSWERED = timedelta(days=2)
"""A silence that is noticed this much too late, as after a long stop or a change of the setting, is not told."""

LATEST_VANISHED = timedelta(days=2)
"""What is noticed this much too late, as after a long stop, is not told."""


class CardNote(Protocol):
    """Something that is to be said in the thread of a card."""

    @property
    def card(self) -> Card:
        """The card."""


_Of = TypeVar("_Of", bound=CardNote)


def heard(said: Sequence[_Of], routes: Routes, mutes: Sequence[Mute], now: datetime) -> Iterator[tuple[_Of, Route]]:
    """What reaches a card, with its route.

    A card of a route that is not in routes.yaml any more is left alone, a story that is muted there until it is not.
    """
    by_name = {route.name: route for route in routes.all()}
    for one in said:
        route = by_name.get(one.card.route)
        if route is not None and not _is_muted(one.card, mutes, now):
            yield one, route


def note(key: str, card: Card, route: Route, message: Message, *, aloud: bool = False, now: datetime) -> Delivery:
    """A message for the thread of a card, where that stands; `aloud` in the channel too, to which the route leads."""
    if card.channel and not aloud:
        route = replace(route, channel=card.channel)
    return Delivery.new(
        key,
        route,
        message,
        severity=card.severity,
        now=now,
        parent_id=card.delivery_id,
        broadcast=aloud,
    )


def unanswered(
    stories: Sequence[UnansweredStory], routes: Routes, *, mutes: Sequence[Mute] = (), now: datetime
) -> tuple[Delivery, ...]:
    """What is to be said of these stories; their keys make it once for each story and route.

    Nothing is said of a story that is not surely of an attack, or in which an official seems to speak, be it on another
    route: that nobody answers would be odd of a strike of workers, and false where the headline quotes a minister.
    """
    silent = [story for story in stories if _awaits_answer(story.alerts)]
    return tuple(
        note(
            unanswered_key(story.story_id, route.name),
            story.card,
            route,
            UnansweredMessage(story_id=story.story_id, title=story.title, silent_for=now - story.started_at),
            now=now,
        )
        for story, route in heard(silent, routes, mutes, now)
    )


def _awaits_answer(alerts: Sequence[Alert]) -> bool:
    return bool(alerts) and awaits_answer(alerts[0]) and not any(alert.spoken for alert in alerts)


def vanished(
    items: Sequence[VanishedItem], routes: Routes, *, mutes: Sequence[Mute] = (), now: datetime
) -> tuple[Delivery, ...]:
    """What is to be said of these reports; their keys make it once for each report and route."""
    return tuple(
        note(
            vanished_key(item.item_id, route.name),
            item.card,
            route,
            VanishedMessage(story_id=item.card.story_id, title=item.title, source=item.source, since=item.since),
            aloud=not item.card.is_dismissed,
            now=now,
        )
        for item, route in heard(items, routes, mutes, now)
    )


def _is_muted(card: Card, mutes: Sequence[Mute], now: datetime) -> bool:
    held = live(mutes, card.route, now)
    return any(mute.scope is MuteScope.STORY and mute.subject == card.story_id for mute in held)
