"""routes.yaml: which alerts go to which channel, every mistake in it reported at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.decide.timezones import known_timezone, unlikely
from monitor.errors import Level, Problem
from monitor.files.mistakes import NOTHING
from monitor.files.snapshot import Files
from monitor.files.validation import no_keys, unknown_keys, validate
from monitor.files.yaml import Location, YamlFile, closest, read_yaml
from monitor.model import FollowUps, OnUnknown, QuietHours, Route, Routes, Severity, Webhook

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
# What stands in examples until somebody puts in an id of their own. Slack counts ids up; none is so regular.
_PLACEHOLDER = re.compile(
    r"[CGD](0{4,}\d{0,4}|0?123456789\d?|1234567890?|0?987654321\d?|0?9876543210|[0X]*X{3,}[0-9]?|Y{3,}|0?ABCDEF\w*)"
    r"|CHANNEL\w*|CHANGEME\w*"
)
_ID_WITHIN = re.compile(r"(?<![A-Z0-9])[CGD][A-Z0-9]{8,}(?![A-Z0-9])")  # in a link or a mention of a channel
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f'"{value}" is no name: small letters a-z, digits and hyphens, such as weapons-desk')
    return value


def _channel_given(value: object) -> object:
    if value is None:
        raise ValueError("the id of a channel is missing (what begins with # is a comment), such as C0123456789")
    return value


def _channel(value: str) -> str:
    if _CHANNEL.fullmatch(value):
        return value
    if _CHANNEL.fullmatch(value.upper()) and any(char.isdigit() for char in value):
        raise ValueError(f'"{value}" must be in capital letters: {value.upper()}')
    if found := _ID_WITHIN.search(value):
        raise ValueError(f'"{value}" is no Slack channel id - did you mean "{found[0]}"?')
    raise ValueError(
        f'"{value}" is no Slack channel id such as C0123456789; names change, so the id is needed: '
        "Slack shows it at the end of the channel's About tab"
    )


def _hook_url(value: str) -> str:
    expected = "this is not an http or https address such as https://example.org/wirewatch"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:  # a port that is no number, a bracket that does not end
        raise ValueError(expected) from None
    odd = any(not char.isprintable() or char.isspace() for char in value)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or odd:
        raise ValueError(expected)
    if parts.username or parts.password:
        raise ValueError("an address must not hold a name or password; the receiver knows Wirewatch by the signature")
    return value


def _secret_name(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        # It may be the secret itself, so it is not repeated.
        raise ValueError(
            "this is not the name of an environment variable such as WIREWATCH_HOOK_SECRET; "
            "the secret itself never stands here"
        )
    return value


def _time(value: object) -> time:
    found = _TIME.fullmatch(str(value))
    if not found:
        midnight = '; midnight is "00:00"' if str(value) in ("24:00", "24") else ""
        raise ValueError(f'"{value}" is not a time of day such as "22:00"{midnight}')
    return time(int(found[1]), int(found[2]))


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuietHoursModel(_Model):
    """The hours of the day that a route wants to be left alone in."""

    start: Annotated[time, BeforeValidator(_time), Field(alias="from")]
    end: Annotated[time, BeforeValidator(_time), Field(alias="to")]
    timezone: Annotated[str, AfterValidator(known_timezone)] = "UTC"

    @model_validator(mode="after")
    def _are_hours(self) -> Self:
        if self.start == self.end:
            raise ValueError("from and to are the same; leave quiet_hours out when there are none")
        return self


class WebhookModel(_Model):
    """An address that alerts are sent to as signed JSON."""

    url: Annotated[str, AfterValidator(_hook_url), Field(description="The address, https or http.")]
    secret: Annotated[
        str,
        AfterValidator(_secret_name),
        Field(description="The name of the environment variable that holds the secret, never the secret itself."),
    ]


class RouteModel(_Model):
    """One route."""

    name: Annotated[str, AfterValidator(_name), Field(description="What rules call the route in send_to.")]
    channel: Annotated[
        Annotated[str, AfterValidator(_channel)] | None,
        BeforeValidator(_channel_given),
        Field(description="The id of a Slack channel."),
    ] = None
    webhook: Annotated[
        WebhookModel | None, Field(description="In the place of channel: alerts as signed JSON to this address.")
    ] = None
    min_severity: Annotated[
        Literal["low", "medium", "high", "critical"], Field(description="Less severe alerts are not sent here.")
    ] = "low"
    followups: Annotated[FollowUps, Field(description="Where later reports of a story go.")] = FollowUps.THREAD
    max_per_hour: Annotated[
        Annotated[int, Field(ge=1)] | None, Field(description="More cards than this in an hour become one digest.")
    ] = None
    quiet_hours: Annotated[
        QuietHoursModel | None, Field(description="Hours in which all but critical alerts wait.")
    ] = None
    on_unknown: Annotated[
        OnUnknown | None, Field(description="What to do when nobody can find out whether a message arrived.")
    ] = None


@dataclass(frozen=True, slots=True)
class RouteFile:
    """The valid routes of a file, and everything wrong with it.

    `mistaken` are the names of those left out for a mistake; None when they cannot be known.
    """

    routes: Routes
    problems: tuple[Problem, ...]
    mistaken: frozenset[str] | None = frozenset()


def read_routes(path: Path, files: Files | None = None) -> RouteFile:
    """Read routes.yaml. A route with a mistake is left out and harms no other. Never raises for what the file holds."""
    file = read_yaml(path, "the routes to Slack channels, under routes:", files)
    if file.data is None:
        return RouteFile(Routes(), tuple(file.problems), mistaken=None)
    misspelt = unknown_keys(file, ("ops", "routes"))
    entries = file.data.get("routes")
    if not isinstance(entries, list) or not entries:
        if "routes" not in misspelt:
            file.problems.append(file.problem(("routes",), "routes: must be a list of at least one route", key=True))
        return RouteFile(Routes(), _in_order(file), mistaken=None)
    routes: dict[str, Route] = {}
    twice = False
    listed = no_keys(file, "routes", entries, "a route has keys with values: {name: desk, channel: C0123456789}")
    for number, entry in enumerate(entries):
        route = _route(entry, file, number) if isinstance(entry, dict) else None
        if route is None:
            continue
        if route.name in routes:
            message = f'the name "{route.name}" appears twice; this one is left out'
            file.problems.append(file.problem(("routes", number, "name"), message))
            twice = True
            continue
        routes[route.name] = route
    _warn_of_placeholders(file, entries, routes.values())
    _warn_of_timezones(file, entries, routes)
    # Rules may name the routes whose names cannot be read.
    nameless = listed or any(not _has_name(entry) for entry in entries)
    named = {str(entry.get("name")) for entry in entries if isinstance(entry, dict)}
    ops = _ops(file, routes, named, follows=twice or nameless)
    desk = tuple(route for route in routes.values() if route is not ops)
    mistaken = None if nameless or twice else frozenset(named - routes.keys())
    return RouteFile(Routes(desk, ops), _in_order(file), mistaken)


def _warn_of_placeholders(file: YamlFile, entries: list[Any], routes: Iterable[Route]) -> None:
    """Say once, at the first of them, which channels are not real."""
    names = {route.name: route.channel for route in routes if _PLACEHOLDER.fullmatch(route.channel)}
    if not names:
        return
    first, *others = names
    number = next(n for n, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("name") == first)
    also = f" (and so {'is that' if len(others) == 1 else 'are those'} of {', '.join(others)})" if others else ""
    message = f'channel: "{names[first]}" is a placeholder, no channel of yours{also}; put in the id that Slack shows '
    message += "at the end of the channel's About tab"
    file.problems.append(file.problem(("routes", number, "channel"), message, level=Level.WARNING))


def _has_name(entry: Any) -> bool:
    name = entry.get("name") if isinstance(entry, dict) else None
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _warn_of_timezones(file: YamlFile, entries: list[Any], routes: Mapping[str, Route]) -> None:
    """Say of each timezone that is probably another one than was meant what it is."""
    for number, entry in enumerate(entries):
        route = routes.get(str(entry.get("name"))) if isinstance(entry, dict) else None
        if route and route.quiet_hours and (what := unlikely(route.quiet_hours.timezone)):
            where = ("routes", number, "quiet_hours", "timezone")
            file.problems.append(file.problem(where, f"timezone: {what}", level=Level.WARNING))


def _in_order(file: YamlFile) -> tuple[Problem, ...]:
    return tuple(sorted(file.problems, key=lambda problem: (problem.line, problem.column)))


def _ops(file: YamlFile, routes: dict[str, Route], named: Collection[str], *, follows: bool) -> Route | None:
    """The route that gets notices about the service itself.

    `follows`: its name may be that of a route with a mistake, which is told there.
    """
    name = file.data.get("ops")
    if name is None:
        if "ops" in file.data:
            file.problems.append(file.problem(("ops",), f"ops: {NOTHING}", level=Level.WARNING, key=True))
        return None
    if not isinstance(name, str):
        file.problems.append(file.problem(("ops",), "ops: the name of one route is expected, such as ops"))
        return None
    if name in routes:
        return routes[name]
    silent = "nobody gets a message when the service has trouble"
    if name in named:
        message = f'ops: the route "{name}" has a mistake; until it is put right {silent}'
        file.problems.append(file.problem(("ops",), message, follows=True))
    else:
        message = f'ops: there is no route named "{name}"; {silent}'
        file.problems.append(file.problem(("ops",), message, suggestion=closest(name, routes), follows=follows))
    return None


def _route(entry: dict[str, Any], file: YamlFile, number: int) -> Route | None:
    model = validate(RouteModel, entry, file, ("routes", number))
    if model is None:
        return None
    hook = Webhook(url=model.webhook.url, secret=model.webhook.secret) if model.webhook else None
    channel = hook.channel if hook else model.channel
    where: Location = ("routes", number)
    if channel is None:
        file.problems.append(file.problem(where, 'the key "channel" or "webhook" is missing', key=True))
        return None
    if hook and model.channel:
        message = "a route has a channel or a webhook, and this one has both: make two routes of it"
        file.problems.append(file.problem((*where, "webhook"), message, key=True))
        return None
    quiet = model.quiet_hours
    return Route(
        name=model.name,
        channel=channel,
        webhook=hook,
        min_severity=Severity.of(model.min_severity),
        followups=model.followups,
        max_per_hour=model.max_per_hour,
        quiet_hours=QuietHours(quiet.start, quiet.end, quiet.timezone) if quiet else None,
        on_unknown=model.on_unknown,
    )
