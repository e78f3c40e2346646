"""Notes in the threads of cards that no report brings: who gets them, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.alerts.mutes import live
from monitor.alerts.quiet import quiet_until
from monitor.model import Card, Delivery, Message, Mute, MuteScope, Route, Routes, Severity
from monitor.model.ids import delivery_id_of


class OfCard(Protocol):
    """Something that is to be said in the thread of a card."""

    @property
    def card(self) -> Card:
        """The card."""


_Of = TypeVar("_Of", bound=OfCard)


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
    """A message for the thread of a card, after quiet hours unless it is critical; `aloud` in the channel too."""
    quiet = None if card.severity is Severity.CRITICAL else quiet_until(route.quiet_hours, now)
    return Delivery(
        delivery_id=delivery_id_of(key),
        key=key,
        route=route.name,
        channel=route.channel,
        severity=card.severity,
        message=message,
        created_at=now,
        not_before=quiet or now,
        parent_id=card.delivery_id,
        broadcast=aloud,
    )


def _is_muted(card: Card, mutes: Sequence[Mute], now: datetime) -> bool:
    held = live(mutes, card.route, now)
    return any(mute.scope is MuteScope.STORY and mute.subject == card.story_id for mute in held)
