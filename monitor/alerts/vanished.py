"""Reports that their feed took out again: told once, aloud, in the thread of each card of their story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.alerts.threadnotes import heard, note
from monitor.model import Delivery, Mute, Routes, VanishedItem, VanishedMessage

LATEST_VANISHED = timedelta(days=2)
"""What is noticed this much too late, as after a long stop, is not told."""


def vanished(
    items: Sequence[VanishedItem], routes: Routes, *, mutes: Sequence[Mute] = (), now: datetime
) -> tuple[Delivery, ...]:
    """What is to be said of these reports; their keys make it once for each report and route."""
    return tuple(
        note(
            f"vanished:{item.item_id}:{route.name}",
            item.card,
            route,
            VanishedMessage(story_id=item.card.story_id, title=item.title, source=item.source, since=item.since),
            aloud=True,
            now=now,
        )
        for item, route in heard(items, routes, mutes, now)
    )
