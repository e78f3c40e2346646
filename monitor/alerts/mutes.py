"""What a mute holds back: as much as its scope says, on its own route, and never what is newly critical.

    story   further reports of the story, whatever they bring
    source  everything that one feed reports
    rule    that the rule matched; what other rules match of the item is told
    place   items that name no other place

What is newly critical passes every mute: a critical match of a story that the route was told nothing critical of, or
of a rule it was not told of. docs/decisions/0013 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Alert, Card, Mute, MuteScope, Severity
from monitor.wording.messages import clock_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a route is about to be told: the alert, its feed, its places, and what the route knows of its story."""

    alert: Alert
    feed_id: str
    places: frozenset[str] = frozenset()
    card: Card | None = None


def live(mutes: Iterable[Mute], route: str, now: datetime) -> tuple[Mute, ...]:
    """Those of the mutes that hold for a route now."""
    return tuple(mute for mute in mutes if mute.route == route and mute.ended_at is None and now < mute.until)


def unmuted(mutes: Sequence[Mute], report: Report, *, least: Severity = Severity.LOW) -> Alert | Mute:
    """The alert without what is muted of it, or the mute that holds all of it back.

    `mutes` are those that hold for the route now, `least` is the lowest severity that it takes.
    """
    alert = report.alert
    if not mutes or _newly_critical(report):
        return alert
    for mute in mutes:
        if _holds_all(mute, report):
            return mute
    by_rule = {mute.subject: mute for mute in mutes if mute.scope is MuteScope.RULE}
    told = tuple(match for match in alert.matches if match.rule not in by_rule)
    if told == alert.matches:
        return alert
    severity = max((match.severity for match in told), default=None)
    if severity is None or severity < least:
        return next(by_rule[match.rule] for match in alert.matches if match.rule in by_rule)
    return replace(alert, matches=told, severity=severity)


def mute_words(mute: Mute, now: datetime) -> str:
    """Which mute holds something back, who made it, and until when."""
    return f"{mute.scope} muted on {mute.route} by {mute.by.name} until {clock_words(mute.until, now)} UTC"


def _holds_all(mute: Mute, report: Report) -> bool:
    match mute.scope:
        case MuteScope.STORY:
            return mute.subject == report.alert.story_id
        case MuteScope.SOURCE:
            return mute.subject == report.feed_id
        case MuteScope.PLACE:
            return specific(report.places) == {mute.subject}
        case MuteScope.RULE:
            return False


def specific(places: Iterable[str]) -> frozenset[str]:
    """The places that an item is about: without countries, where it names anything smaller."""
    named = frozenset(places)
    smaller = frozenset(place for place in named if not place.startswith("country:"))
    return smaller or named


def _newly_critical(report: Report) -> bool:
    critical = [match for match in report.alert.matches if match.severity is Severity.CRITICAL]
    card = report.card
    return bool(critical) and (
        card is None or card.severity < Severity.CRITICAL or any(match.rule not in card.rules for match in critical)
    )
