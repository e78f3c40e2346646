"""Stories that no official has answered: told once, in the thread of each card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.alerts.threadnotes import heard, note
from monitor.model import Delivery, Mute, Routes, Severity, UnansweredMessage, UnansweredStory

LEAST_SEVERITY = Severity.HIGH
"""Nobody waits for an answer to less."""

LATEST = timedelta(days=2)
"""A silence that is noticed this much too late, as after a long stop or a change of the setting, is not told."""


def unanswered(
    stories: Sequence[UnansweredStory], routes: Routes, *, mutes: Sequence[Mute] = (), now: datetime
) -> tuple[Delivery, ...]:
    """What is to be said of these stories; their keys make it once for each story and route."""
    return tuple(
        note(
            f"unanswered:{story.story_id}:{route.name}",
            story.card,
            route,
            UnansweredMessage(story_id=story.story_id, title=story.title, silent_for=now - story.started_at),
            now=now,
        )
        for story, route in heard(stories, routes, mutes, now)
    )
