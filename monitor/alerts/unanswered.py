"""Stories that no official has answered: told once, in the thread of each card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.alerts.keys import delivery_id_of
from monitor.alerts.mutes import live
from monitor.alerts.quiet import quiet_until
from monitor.model import Delivery, Mute, MuteScope, Route, Routes, Severity, UnansweredMessage, UnansweredStory

LEAST_SEVERITY = Severity.HIGH
"""Nobody waits for an answer to less."""

LATEST = timedelta(days=2)
"""A silence that is noticed this much too late, as after a long stop or a change of the setting, is not told."""


def unanswered(
    stories: Sequence[UnansweredStory], routes: Routes, *, mutes: Sequence[Mute] = (), now: datetime
) -> tuple[Delivery, ...]:
    """What is to be said of these stories; their keys make it once for each story and route.

    A card of a route that is not in routes.yaml any more is left alone, a story that is muted there until it is not.
    """
    by_name = {route.name: route for route in routes.all()}
    return tuple(
        _reminder(story, by_name[story.card.route], now)
        for story in stories
        if story.card.route in by_name and not _muted(story, mutes, now)
    )


def _muted(story: UnansweredStory, mutes: Sequence[Mute], now: datetime) -> bool:
    return any(
        mute.scope is MuteScope.STORY and mute.subject == story.story_id for mute in live(mutes, story.card.route, now)
    )


def _reminder(story: UnansweredStory, route: Route, now: datetime) -> Delivery:
    card = story.card
    key = f"unanswered:{story.story_id}:{route.name}"
    quiet = None if card.severity is Severity.CRITICAL else quiet_until(route.quiet_hours, now)
    message = UnansweredMessage(story_id=story.story_id, title=story.title, silent_for=now - story.started_at)
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
    )
