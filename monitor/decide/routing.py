"""Which routes the matches of an item are meant for, and when a route wants to be left alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Match, QuietHours, Route, Routes


def by_channel(matches: Sequence[Match], routes: Routes) -> list[tuple[Route, tuple[Match, ...]]]:
    """For each channel the matches its routes want; several routes to one channel speak as the first of them.

    A desk that reads one channel must not get a story twice because two of its rules name two routes.
    """
    speakers: dict[str, Route] = {}
    wanted: dict[str, dict[str, Match]] = {}
    for route in routes.all():
        speaker = speakers.setdefault(route.channel, route)
        addressed = _addressed(matches, route, routes)
        if addressed and max(match.severity for match in addressed) >= route.min_severity:
            wanted.setdefault(speaker.channel, {}).update({match.rule: match for match in addressed})
    return [
        (speakers[channel], tuple(match for match in matches if match.rule in rules))
        for channel, rules in wanted.items()
    ]


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


def quiet_until(hours: QuietHours | None, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that `now` falls into, None outside of them."""
    if hours is None:
        return None
    zone = ZoneInfo(hours.timezone)
    local = now.astimezone(zone)
    for day in (local.date() - timedelta(days=1), local.date()):
        start = datetime.combine(day, hours.start, zone)
        last_day = day if hours.end > hours.start else day + timedelta(days=1)
        end = datetime.combine(last_day, hours.end, zone)
        if start <= local < end:
            return end.astimezone(UTC)
    return None


def _addressed(matches: Iterable[Match], route: Route, routes: Routes) -> tuple[Match, ...]:
    """The matches meant for a route: those that name it, and those that name none unless it is ops."""
    everyone = route is not routes.ops
    return tuple(match for match in matches if route.name in match.send_to or (everyone and not match.send_to))
