"""What mutes, and the word "not relevant", hold back of the alerts that a route is about to get.

A mute holds back as much as its scope says, on its own route, and never what is newly critical:

    story   further reports of the story, whatever they bring
    source  everything that one feed reports
    rule    that the rule matched; if other rules match the item, it is posted with only their words
    place   items that name no other place

What is newly critical passes every mute: a critical match in a story of which the route has had nothing
critical, or by a rule that it has not had for this story. The thread of the card says that there is a mute, and at its
end what it held back.
docs/decisions/0013 has the reasons.

What somebody found not relevant stays in the thread of its card, until something weighs more (docs/decisions/0068).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.decide.routing import severe_enough, severity_of
from monitor.model import Alert, Card, Dismissal, DismissedStory, Match, Mute, MuteScope, Routes, Severity
from monitor.wording.desk import kept_words
from monitor.wording.messages import clock
from monitor.wording.safe import isolated, safe, shortened

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAlert:
    """An alert that a route is about to get, its feed, its places, and what the route knows of its story."""

    alert: Alert
    feed_id: str
    places: frozenset[str] = frozenset()
    card: Card | None = None


def live(mutes: Iterable[Mute], route: str, now: datetime) -> tuple[Mute, ...]:
    """Those of the mutes that hold for a route now."""
    return tuple(mute for mute in mutes if mute.route == route and mute.ended_at is None and now < mute.until)


def by_route(mutes: Sequence[Mute], routes: Routes, now: datetime) -> dict[str, tuple[Mute, ...]]:
    """The mutes that hold for each route now.

    A mute of a route that is not in the file any more holds for the one route that leads to its channel, if there is
    one: that has a new name.
    """
    leading = Counter(route.channel for route in routes.all())
    names = {route.name for route in routes.all()}
    left = [mute for mute in mutes if mute.route not in names and leading[mute.channel] == 1]
    found = {}
    for route in routes.all():
        inherited = [replace(mute, route=route.name) for mute in left if mute.channel == route.channel]
        found[route.name] = live([*mutes, *inherited], route.name, now)
    return found


def unmuted(mutes: Sequence[Mute], report: RouteAlert, *, least: Severity = Severity.LOW) -> Alert | Mute:
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
    if not (wanted := severe_enough(told, least)):
        return next(by_rule[match.rule] for match in alert.matches if match.rule in by_rule)
    return replace(alert, matches=wanted, severity=severity_of(wanted))


def mute_words(mute: Mute, now: datetime) -> str:
    """Which mute holds something back, who made it, and until when."""
    return f"{mute.scope} muted on {mute.route} by {mute.by.name} until {clock(mute.until, now)}"


def stays_in_thread(card: Card, alert: Alert) -> bool:
    """Whether a later report stays in the thread of its story's card, because somebody found that not relevant."""
    dismissed = card.dismissed
    loud = [match for match in alert.matches if not match.waits]
    if dismissed is None or not dismissed.rules:
        return False
    return not any(_weighs_more(match, card, dismissed) for match in loud)


def _weighs_more(match: Match, card: Card, dismissed: Dismissal) -> bool:
    """Whether a match is more than what somebody judged: another rule's, newly critical, or sure for the first time."""
    newly_critical = match.severity is Severity.CRITICAL and card.severity < Severity.CRITICAL
    now_sure = match.rule in card.unsure and not match.doubtful
    return match.rule not in dismissed.rules or newly_critical or now_sure


def dismissal_words(dismissed: Dismissal, route: str, now: datetime) -> str:
    """Who found a story not relevant, where, why and when."""
    return f"found not relevant on {route} by {dismissed.by} ({dismissed.cause}) at {clock(dismissed.at, now)}"


def dismissed_line(story: DismissedStory, now: datetime) -> str:
    """A story that was found not relevant in a line: its headline, who said so and why, and what stayed in its thread.

    Empty when its card says so no more.
    """
    if (dismissed := story.card.dismissed) is None:
        return ""
    title = isolated(shortened(safe(story.title), _LONGEST_TITLE)) or story.card.story_id
    kept = f": {words}" if (words := kept_words(story.kept)) else ""
    return f"story “{title}” {safe(dismissal_words(dismissed, story.card.route, now))}{kept}"


def specific(places: Iterable[str]) -> frozenset[str]:
    """The places that an item is about: without countries, where it names anything smaller."""
    named = frozenset(places)
    smaller = frozenset(place for place in named if not place.startswith("country:"))
    return smaller or named


def _holds_all(mute: Mute, report: RouteAlert) -> bool:
    match mute.scope:
        case MuteScope.STORY:
            return mute.subject == report.alert.story_id
        case MuteScope.SOURCE:
            return mute.subject == report.feed_id
        case MuteScope.PLACE:
            return specific(report.places) == {mute.subject}
        case MuteScope.RULE:
            return False


def _newly_critical(report: RouteAlert) -> bool:
    critical = [match for match in report.alert.matches if match.severity is Severity.CRITICAL and not match.waits]
    card = report.card
    return bool(critical) and (
        card is None or card.severity < Severity.CRITICAL or any(match.rule not in card.rules for match in critical)
    )
