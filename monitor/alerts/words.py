"""What cards say in words, the same on Slack and on the terminal."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.excerpt import safe
from monitor.model import Alert, DigestMessage, DigestReason, Match, Severity, in_words

LATE = timedelta(minutes=10)
"""An alert delivered longer than this after the item was seen says so."""

EMOJI = {
    Severity.LOW: "white_circle",
    Severity.MEDIUM: "large_yellow_circle",
    Severity.HIGH: "large_orange_circle",
    Severity.CRITICAL: "red_circle",
}

_WHY = {
    DigestReason.CATCH_UP: "found on the first poll of their feeds",
    DigestReason.BUSY: "held back because the route had reached its max_per_hour",
    DigestReason.QUIET_HOURS: "held back during quiet hours",
}


def rule_words(match: Match) -> str:
    """A rule and the way it was met: "Cluster munitions: casualties"."""
    return f"{safe(match.rule_title)}: {safe(match.way)}"


def time_words(alert: Alert, now: datetime) -> str:
    """When it was published and seen (UTC), and by how much it is late: "published 09:12, seen 09:15 UTC"."""
    published = _clock(alert.published, now) if alert.published else "no date given"
    said = f"published {published}" if alert.published else published
    words = f"{said}, seen {_clock(alert.seen_at, now)} UTC"
    late = now - alert.seen_at
    return f"{words}, delayed {in_words(late)}" if late > LATE else words


def digest_words(message: DigestMessage) -> str:
    """What a digest is: "Catch-up: 3 stories found on the first poll of their feeds"."""
    count = f"{len(message.alerts)} stor{'y' if len(message.alerts) == 1 else 'ies'}"
    part = f" (part {message.part})" if message.part > 1 else ""
    return f"{str(message.why).capitalize()}: {count} {_WHY[message.why]}{part}"


def _clock(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M}"
