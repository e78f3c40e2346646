"""Which routes the matches of an item are meant for, and when it has quiet hours.

docs/decisions/0017 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Match, QuietHours, Route, Routes, RoutesNow, Severity


@dataclass(frozen=True, slots=True)
class Taker:
    """A route that takes some of an item's matches, and those."""

    route: Route
    matches: tuple[Match, ...]


def by_channel(matches: Sequence[Match], routes: Routes) -> list[list[Taker]]:
    """For each channel the routes to it that take any of the matches, in the order of the file.

    A desk that reads one channel must not get a story twice because two of its rules name two routes: one of
    them posts it, by its own settings.
    """
    takers: dict[str, list[Taker]] = {}
    for route in routes.all():
        if wanted := severe_enough(_addressed(matches, route, routes), route.min_severity):
            takers.setdefault(route.channel, []).append(Taker(route, wanted))
    return list(takers.values())


def severity_of(matches: Sequence[Match]) -> Severity:
    """How urgent an alert is: as its most severe match, of those that need not wait if there are any."""
    loud = [match for match in matches if not match.waits]
    return max(match.severity for match in loud or matches)


def severe_enough(matches: Sequence[Match], least: Severity) -> tuple[Match, ...]:
    """What of the matches makes an alert of at least this severity; empty when nothing does.

    An unsure match does not lift the others above it: where it alone is severe enough, the alert is of it alone.
    """
    if matches and severity_of(matches) >= least:
        return tuple(matches)
    return tuple(match for match in matches if match.severity >= least)


def unheard(matches: Sequence[Match], routes: Routes) -> str:
    """Why no route took any of the matches."""
    if not routes.all():
        return "no route is configured"
    takers = [route for route in routes.all() if _addressed(matches, route, routes)]
    if takers:
        severity = max(match.severity for match in matches)
        return f"severity {severity} is below min_severity of {', '.join(route.name for route in takers)}"
    wanted = sorted({name for match in matches for name in match.send_to})
    return f"routes.yaml has no route named {' or '.join(wanted)}" if wanted else "there is no route but ops"


def passed_over(matches: Sequence[Match], routes: Routes) -> list[tuple[str, str]]:
    """The routes of the desk that take none of the matches, each with why, in the order of the file.

    A route to a channel that another route takes them to is left out: its desk has them.
    """
    live = [match for match in matches if match.live]
    taken = {taker.route.channel for takers in by_channel(live, routes) for taker in takers}
    found = []
    for route in routes.all():
        if route is routes.ops or route.channel in taken or not live:
            continue
        addressed = _addressed(live, route, routes)
        if addressed:
            severity = max(match.severity for match in addressed)
            found.append((route.name, f"severity {severity} is below {route.min_severity}, the least that it takes"))
        else:
            rules = ", ".join(dict.fromkeys(match.rule_title for match in live))
            found.append((route.name, f"the rule is not for this route: {rules}"))
    return found


def quiet_until(hours: QuietHours | None, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that `now` falls into, None outside of them."""
    if hours is None:
        return None
    spans, end = _spans(hours, now), now
    # The hours of one day may begin before those of the day before have ended, where clocks change.
    while ends := [until for start, until in spans if start <= end < until]:
        end = max(ends)
    return end if end > now else None


def quiet_ended(hours: QuietHours, now: datetime) -> datetime:
    """When the last quiet hours before `now` ended (UTC)."""
    return max(until for start, until in _spans(hours, now) if start < until <= now)


def routes_now(routes: Routes, now: datetime) -> RoutesNow:
    """What the routes ask for now of what waits in the outbox."""
    named = {route.name: route for route in routes.all()}
    quiet = {name: route.quiet_hours for name, route in named.items() if route.quiet_hours}
    until = {name: end for name, hours in quiet.items() if (end := quiet_until(hours, now))}
    return RoutesNow(
        channels={name: route.channel for name, route in named.items()},
        quiet_until=until,
        quiet_ended={name: quiet_ended(hours, now) for name, hours in quiet.items() if name not in until},
        limits={name: route.max_per_hour for name, route in named.items() if route.max_per_hour is not None},
    )


def _spans(hours: QuietHours, now: datetime) -> list[tuple[datetime, datetime]]:
    """The quiet hours of the days around `now`, as instants (UTC).

    Where clocks are changed, a time that comes twice counts the first time, and one that never comes is read by the
    clock before the change, as in calendars (RFC 5545, 3.3.5). Some of these hours may be empty then.
    """
    zone = ZoneInfo(hours.timezone)
    today = now.astimezone(zone).date()
    spans = []
    for days in range(-3, 2):
        first = today + timedelta(days=days)
        last = first if hours.end > hours.start else first + timedelta(days=1)
        start, end = (datetime.combine(*at, zone).astimezone(UTC) for at in ((first, hours.start), (last, hours.end)))
        spans.append((start, end))
    return spans


def _addressed(matches: Iterable[Match], route: Route, routes: Routes) -> tuple[Match, ...]:
    """The matches meant for a route: those that name it, and those that name none unless it is ops."""
    everyone = route is not routes.ops
    return tuple(match for match in matches if route.name in match.send_to or (everyone and not match.send_to))
