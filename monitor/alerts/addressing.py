"""Which routes the matches of an item are meant for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.model import Match, Route, Routes


def _addressed(matches: Iterable[Match], route: Route, routes: Routes) -> tuple[Match, ...]:
    """The matches meant for a route: those that name it, and those that name none unless it is ops."""
    everyone = route is not routes.ops
    return tuple(match for match in matches if route.name in match.send_to or (everyone and not match.send_to))


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
