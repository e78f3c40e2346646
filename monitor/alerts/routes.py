"""routes.yaml: which alerts go to which channel, every mistake in it told at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from monitor.errors import Problem
from monitor.model import FollowUps, OnUnknown, QuietHours, Route, Routes, Severity
from monitor.yamlfile import YamlFile, read_yaml, suggest, validate

_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        hint = "; names change, so the id is needed: Slack shows it at the end of the channel's About tab"
        raise ValueError(f'"{value}" is no Slack channel id such as C0123456789{hint if value.startswith("#") else ""}')
    return value


def _time(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise ValueError(f'"{value}" is no time of day such as "22:00"')
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is no timezone such as Europe/Kyiv') from None
    return value


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class QuietHoursModel(_Model):
    """The hours of the day that a route wants to be left alone in."""

    start: Annotated[str, AfterValidator(_time), Field(alias="from")]
    end: Annotated[str, AfterValidator(_time), Field(alias="to")]
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"


class RouteModel(_Model):
    """One route."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    channel: Annotated[str, AfterValidator(_channel)]
    min_severity: Literal["low", "medium", "high", "critical"] = "low"
    followups: FollowUps = FollowUps.THREAD
    max_per_hour: Annotated[int, Field(ge=1)] | None = None
    quiet_hours: QuietHoursModel | None = None
    on_unknown: OnUnknown | None = None


@dataclass(frozen=True, slots=True)
class RouteFile:
    """The valid routes of a file, and everything wrong with it."""

    routes: Routes
    problems: tuple[Problem, ...]


def read_routes(path: Path) -> RouteFile:
    """Read routes.yaml. A route with a mistake is left out and harms no other. Never raises for what the file holds."""
    file = read_yaml(path, "the routes to Slack channels, under routes:")
    if file.data is None:
        return RouteFile(Routes(), tuple(file.problems))
    for key in file.data.keys() - {"ops", "routes"}:
        file.problems.append(file.problem((key,), f'unknown key "{key}"; known are ops and routes', key=True))
    entries = file.data.get("routes")
    if not isinstance(entries, list) or not entries:
        file.problems.append(file.problem(("routes",), "routes: must be a list of at least one route"))
        return RouteFile(Routes(), tuple(file.problems))
    routes: dict[str, Route] = {}
    for number, entry in enumerate(entries):
        route = _route(entry, file, number)
        if route is None:
            continue
        if route.name in routes:
            file.problems.append(file.problem(("routes", number, "name"), f'the name "{route.name}" stands twice'))
            continue
        routes[route.name] = route
    ops = _ops(file, routes)
    desk = tuple(route for route in routes.values() if route is not ops)
    return RouteFile(Routes(desk, ops), tuple(file.problems))


def _ops(file: YamlFile, routes: dict[str, Route]) -> Route | None:
    """The route that hears about the service itself."""
    name = file.data.get("ops")
    if name is None:
        return None
    if name not in routes:
        message = f'"{name}" is no valid route under routes; nobody hears about trouble with the service'
        file.problems.append(file.problem(("ops",), message, suggestion=suggest(str(name), routes)))
        return None
    return routes[name]


def _route(entry: Any, file: YamlFile, number: int) -> Route | None:
    model = validate(RouteModel, entry, file, ("routes", number))
    if model is None:
        return None
    quiet = model.quiet_hours
    return Route(
        name=model.name,
        channel=model.channel,
        min_severity=Severity.of(model.min_severity),
        followups=model.followups,
        max_per_hour=model.max_per_hour,
        quiet_hours=QuietHours(_clock(quiet.start), _clock(quiet.end), quiet.timezone) if quiet else None,
        on_unknown=model.on_unknown,
    )


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
