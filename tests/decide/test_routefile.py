"""routes.yaml: everything valid is used, and every mistake is told at once, where it stands and in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from monitor.decide.routefile import RouteFile, read_routes
from monitor.decide.routeschema import RoutesModel
from monitor.files.schema import schema_of
from monitor.model import FollowUps, OnUnknown, QuietHours, Route, Severity, Webhook
from tests.support.tree import ROOT

Read = Callable[[str], RouteFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reads(text: str) -> RouteFile:
        path = tmp_path / "routes.yaml"
        path.write_text(text, encoding="utf-8")
        return read_routes(path)

    return reads


def told(file: RouteFile) -> list[str]:
    return [str(problem).partition("routes.yaml:")[2] for problem in file.problems]


def test_every_key_is_read(read: Read) -> None:
    file = read("""
ops: ops
routes:
  - name: weapons-desk
    channel: C07A1B2C3D4
    min_severity: high
    followups: thread+channel
    max_per_hour: 30
    quiet_hours: {from: "22:00", to: 6:30, timezone: Europe/Kyiv}
    on_unknown: repost
  - {name: ops, channel: G07A1B2C3D4}
""")
    assert file.problems == ()
    assert file.routes.ops == Route(name="ops", channel="G07A1B2C3D4")
    assert file.routes.desk == (
        Route(
            name="weapons-desk",
            channel="C07A1B2C3D4",
            min_severity=Severity.HIGH,
            followups=FollowUps.THREAD_AND_CHANNEL,
            max_per_hour=30,
            quiet_hours=QuietHours(time(22), time(6, 30), "Europe/Kyiv"),
            on_unknown=OnUnknown.REPOST,
        ),
    )


def test_every_mistake_is_told_and_only_its_own_route_is_left_out(read: Read) -> None:
    file = read("""\
opps: ops
ops: opss
routes:
  - name: Weapons Desk
    channel: "#weapons"
  - name: lower
    channel: c0123456789
  - name: typing
    chanel: C1AAA
    min_severity: hihg
    followups: threads
    max_per_hour: 0
    on_unknown: retry
  - name: hours
    channel: C2AAA
    quiet_hours: {from: "25:00", to: late, timezone: Europe/Parris}
  - name: all-day
    channel: C3AAA
    quiet_hours: {from: "22:00", to: "22:00"}
  - name: good
    channel: C4AAA
  - name: good
    channel: C5AAA
  - name: ops
    channel: C6AAA
""")
    assert [route.name for route in file.routes.all()] == ["good", "ops"]
    assert file.routes.ops is None
    id_hint = "names change, so the id is needed: Slack shows it at the end of the channel's About tab"
    assert told(file) == [
        '1:1: error: unknown key "opps"; known are ops and routes - did you mean "ops"?',
        (
            '2:6: error: ops: there is no route named "opss"; nobody gets a message when the service has trouble'
            ' - did you mean "ops"?'
        ),
        '4:11: error: name: "Weapons Desk" is no name: small letters a-z, digits and hyphens, such as weapons-desk',
        f'5:14: error: channel: "#weapons" is no Slack channel id such as C0123456789; {id_hint}',
        '7:14: error: channel: "c0123456789" must be in capital letters: C0123456789',
        '9:5: error: unknown key "chanel" - did you mean "channel"?',
        '10:19: error: min_severity: "hihg" is not one of low, medium, high or critical - did you mean "high"?',
        '11:16: error: followups: "threads" is not one of thread, thread+channel or channel - did you mean "thread"?',
        '12:19: error: max_per_hour: "0" is less than 1',
        '13:17: error: on_unknown: "retry" is not one of repost or hold',
        '16:25: error: from: "25:00" is not a time of day such as "22:00"',
        '16:38: error: to: "late" is not a time of day such as "22:00"',
        '16:54: error: timezone: "Europe/Parris" is no timezone - did you mean "Europe/Paris"?',
        "19:18: error: quiet_hours: from and to are the same; leave quiet_hours out when there are none",
        '22:11: error: the name "good" appears twice; this one is left out',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: error: is empty, or not written as key: value; it should hold the routes to Slack channels"),
        ("routes: []", "1:1: error: routes: must be a list of at least one route"),
        ("ops: x", "1:1: error: routes: must be a list of at least one route"),
        ("routes: [C1]", "1:10: error: a route has keys with values: {name: desk, channel: C0123456789}"),
        ("routes:\n\t- name: x", "2:1: error: a Tab is not possible here; use spaces"),
        ("ops: bad\nroutes: [{name: bad, channel: desk}]", '1:6: error: ops: the route "bad" has a mistake'),
        ("route: [{name: x, channel: C1AAA}]", '1:1: error: unknown key "route"; known are ops and routes - did you'),
        ("routes: [{name: x, channel: #y\n}]", "1:20: error: channel: the id of a channel is missing"),
        ("routes: [{name: x, channel: conflicts}]", '1:29: error: channel: "conflicts" is no Slack channel id such as'),
    ],
    ids=[
        "empty",
        "no routes",
        "only ops",
        "a bare channel",
        "a tab",
        "ops is the route with the mistake",
        "a misspelt key",
        "a channel that is a comment",
        "a channel's name that begins as an id does",
    ],
)
def test_a_file_with_nothing_usable_says_why(read: Read, text: str, problem: str) -> None:
    file = read(text)
    assert file.routes.all() == ()
    assert told(file)[0].startswith(problem)


@pytest.mark.parametrize(
    ("routes", "says"),
    {
        "ops as a list": ("ops: [a]\nroutes: [{name: a, channel: C1AAA}]", ["1:6: error: ops: the name of one route"]),
        "a key of another name": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {start: "22:00", to: "6:00"}}]',
            ['1:50: error: unknown key "start" - did you mean "from"?'],
        ),
        "names in the place of routes": (
            "ops: b\nroutes: [a, b]",
            [
                '1:6: error: ops: there is no route named "b"',
                "2:10: error: a route has keys with values: {name: desk, channel: C0123456789} (also in line 2)",
            ],
        ),
        "a time of the year": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "6:00", timezone: CEST}}]',
            ['1:87: error: timezone: "CEST" is no timezone; name one by its city'],
        ),
        "an hour that a day has not": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "24:00"}}]',
            ['1:69: error: to: "24:00" is not a time of day such as "22:00"; midnight is "00:00"'],
        ),
        "quiet hours of which all lines are comments": (
            'routes:\n  - name: a\n    channel: C1AAA\n    quiet_hours:\n      # from: "22:00"\n',
            ["4:5: warning: quiet_hours: a key without a value has no effect"],
        ),
        "ops without a name": (
            "ops:\nroutes: [{name: a, channel: C1AAA}]",
            ["1:1: warning: ops: a key without a value has no effect"],
        ),
        "a key that belongs into the quiet hours": (
            "routes: [{name: a, channel: C1AAA, timezone: Europe/Kyiv}]",
            ['1:36: error: unknown key "timezone"; it belongs under quiet_hours'],
        ),
        "a timezone without a summer": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "6:00", timezone: EST}}]',
            ['1:87: warning: timezone: "EST" is the same in summer; name a city, as America/New_York, for the time'],
        ),
        "a timezone with the sign the other way round": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "6:00", timezone: Etc/GMT+3}}]',
            ['1:87: warning: timezone: "Etc/GMT+3" is 3 hours behind UTC, also in summer; name a city instead'],
        ),
        "a timezone of the machine": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "6:00", timezone: localtime}}]',
            ['1:87: error: timezone: "localtime" is no timezone such as Europe/Kyiv'],
        ),
        "the link to a channel": (
            "routes: [{name: a, channel: 'https://app.slack.com/client/T01AB23CD/C04TRG81KQZ'}]",
            ['1:29: error: channel: "https://app.slack.com/client/T01AB23CD/C04TRG81KQZ" is no Slack channel id - did'],
        ),
        "a comma that is missing": (
            "routes:\n  - {name: a channel: C1AAA}",
            ["2:14: error: a comma is missing before this; or put the whole text in quotes"],
        ),
        "braces that are not closed": (
            "routes:\n  - {name: a, channel: C1AAA\n  - name: b\n    channel: C1AAB",
            ["2:5: error: the { that opens here is never closed with }"],
        ),
        "feeds": (
            "feeds: [{id: a, url: 'https://a.example/'}]",
            ["1:1: error: holds feeds, and should hold the routes to Slack channels: the setting WIREWATCH_FEEDS says"],
        ),
        "an offset": (
            'routes: [{name: a, channel: C1AAA, quiet_hours: {from: "22:00", to: "6:00", timezone: UTC+2}}]',
            ['1:87: error: timezone: "UTC+2" is no timezone; name one by its city'],
        ),
    }.values(),
    ids=str,
)
def test_a_mistake_is_told_once(read: Read, routes: str, says: list[str]) -> None:
    found = told(read(routes))
    assert len(found) == len(says)
    assert all(one.startswith(said) for one, said in zip(found, says, strict=True)), found


@pytest.mark.parametrize("of_desk", ["name: The Desk", "nam: desk", "name: ops", "name: [desk]"])
def test_where_a_name_cannot_be_read_nobody_knows_which_routes_are_left_out(read: Read, of_desk: str) -> None:
    text = "routes: [{name: desk, channel: C1AAA}, {name: ops, channel: C2AAA}]"
    assert read(text.replace("name: desk", of_desk)).mistaken is None
    assert read(text.replace("C1AAA", "desk")).mistaken == frozenset({"desk"})


ODD: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**20,
    "",
    "a: b",
    "\U0001f4a3",
    [],
    {},
    ["x"],
    [["x"]],
    [{"a": "b"}],
    {"a": "b"},
)


def places(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each key and item of a file, from the outside in."""
    yield way
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*way, key))


def test_no_value_of_another_kind_makes_reading_raise(read: Read) -> None:
    hours = {"from": "22:00", "to": "06:00", "timezone": "UTC"}
    route = {"name": "a", "channel": "C1AAA", "max_per_hour": 3, "followups": "thread", "quiet_hours": hours}
    hook = {"name": "b", "webhook": {"url": "https://b.example/", "secret": "HOOK"}}
    whole = {"ops": "a", "routes": [route, hook]}
    for *way, last in filter(None, places(whole)):
        for odd in ODD:
            data = deepcopy(whole)
            inner: Any = data
            for part in way:
                inner = inner[part]
            inner[last] = odd
            assert isinstance(read(json.dumps(data)), RouteFile)


def test_a_missing_file_is_a_problem_with_its_path(tmp_path: Path) -> None:
    file = read_routes(tmp_path / "routes.yaml")
    assert [str(problem) for problem in file.problems] == [
        (
            f"{tmp_path}/routes.yaml:1:1: error: there is no such file or folder; it should hold the routes to Slack "
            "channels, under routes:"
        )
    ]


def test_the_shipped_file_has_a_route_for_each_rule_and_for_ops() -> None:
    file = read_routes(ROOT / "routes.yaml")
    assert ["is a placeholder" in problem.message for problem in file.problems] == [True], "and nothing else is wrong"
    assert [route.name for route in file.routes.all()] == ["weapons-desk", "conflict-desk", "diplomacy-desk", "ops"]
    assert file.routes.ops is not None


# Channels, and whether they are those of examples.
CHANNELS = {
    "C0000000001": True,
    "C0000000042": True,
    "C0123456789": True,
    "C0987654321": True,
    "C1234567890": True,
    "CXXXXXXXXXX": True,
    "C0XXXXXXXXX": True,
    "G0123456789": True,
    "CHANNEL": True,
    "CHANNELID": True,
    "CHANGEME": True,
    "C024BE7LR": False,
    "C07A1B2C3D4": False,
    "C0DESK": False,
    "C1AAA": False,
    "G01ABCDEFGH": False,
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_that_came_with_an_example_is_told_and_kept(read: Read, channel: str) -> None:
    file = read(f"routes: [{{name: desk, channel: {channel}}}]")
    assert [route.channel for route in file.routes.desk] == [channel]
    message = (
        f'1:32: warning: channel: "{channel}" is a placeholder, no channel of yours; '
        "put in the id that Slack shows at the end of the channel's About tab"
    )
    assert told(file) == ([message] if CHANNELS[channel] else [])


def test_placeholders_are_told_once_with_all_their_routes(read: Read) -> None:
    routes = ", ".join(f"{{name: {name}, channel: C000000000{number}}}" for number, name in enumerate(("a", "b", "c")))
    (line,) = told(read(f"routes: [{routes}]"))
    assert '"C0000000000" is a placeholder, no channel of yours (and so are those of b, c)' in line


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Europe/Kiew", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"),
        ("Kyiv", "Europe/Kyiv"),
        ("europe/kyiv", "Europe/Kyiv"),
        ("Asia/Calcuta", "Asia/Kolkata"),
        ("New York", "America/New_York"),
        ("London", "Europe/London"),
    ],
)
def test_a_timezone_is_suggested_by_the_name_it_has_today(read: Read, written: str, meant: str) -> None:
    hours = f'{{from: "22:00", to: "06:00", timezone: {written}}}'
    (line,) = told(read(f"routes: [{{name: desk, channel: C0DESK, quiet_hours: {hours}}}]"))
    assert line.endswith(f'timezone: "{written}" is no timezone - did you mean "{meant}"?')


def test_a_route_may_lead_to_a_webhook(read: Read) -> None:
    file = read("""
routes:
  - name: archive
    webhook: {url: "https://hooks.example.org/wirewatch?key=1", secret: WIREWATCH_HOOK_SECRET}
    min_severity: high
""")
    assert file.problems == ()
    (route,) = file.routes.desk
    assert route.webhook == Webhook(url="https://hooks.example.org/wirewatch?key=1", secret="WIREWATCH_HOOK_SECRET")
    assert route.channel == route.webhook.channel
    assert route.channel.startswith("webhook:hooks.example.org/")


@pytest.mark.parametrize(
    ("route", "says"),
    [
        ("{name: a}", '2:5: error: the key "channel" or "webhook" is missing'),
        ("{name: a, chanel: C07A1B2C3D4}", '2:15: error: unknown key "chanel" - did you mean "channel"?'),
        (
            "{name: a, webook: {url: 'https://e.example'}}",
            '2:15: error: unknown key "webook" - did you mean "webhook"?',
        ),
        ("{name: a, webhook: {url: 'https://e.example'}}", '2:15: error: the key "secret" is missing'),
        ("{name: a, webhook: {secret: HOOK_SECRET}}", '2:15: error: the key "url" is missing'),
        ("{name: a, webhook: {url: 'https://e.example', secret: HOOK_SECRET, to: x}}", '2:72: error: unknown key "to"'),
        (
            "{name: a, channel: C07A1B2C3D4, webhook: {url: 'https://e.example', secret: HOOK_SECRET}}",
            "2:37: error: a route has a channel or a webhook, and this one has both: make two routes of it",
        ),
        *(
            (
                f"{{name: a, webhook: {{url: '{url}', secret: HOOK_SECRET}}}}",
                "2:30: error: url: this is not an http or https",
            )
            for url in ("ftp://e.example/", "e.example/x", "https://", "https://e.example:x/", "http://[::1", "a b")
        ),
        (
            "{name: a, webhook: {url: 'https://u:p@e.example/', secret: HOOK_SECRET}}",
            "2:30: error: url: an address must not hold a name or password",
        ),
        (
            "{name: a, webhook: {url: 'https://e.example', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}}",
            "2:59: error: secret: this is not the name of an environment variable",
        ),
    ],
)
def test_a_mistake_in_a_webhook_is_told_where_it_stands_without_secrets(read: Read, route: str, says: str) -> None:
    file = read(f"routes:\n  - {route}\n")
    assert file.routes.desk == ()
    (problem,) = told(file)
    assert problem.startswith(says)
    assert "MfKQ9r8" not in problem
    assert "u:p" not in problem


# -- what editors check with -------------------------------------------------------------------------------------


def test_the_schema_for_editors_is_up_to_date_and_takes_the_shipped_routes() -> None:
    stored = json.loads((ROOT / "rules/schema/routes-v1.json").read_text(encoding="utf-8"))
    assert stored == schema_of(RoutesModel)
    shipped = YAML(typ="safe").load((ROOT / "routes.yaml").read_text(encoding="utf-8"))
    Draft7Validator(stored).validate(shipped)
    assert set(stored["definitions"]["RouteModel"]["properties"]) >= {"channel", "webhook"}


@pytest.mark.parametrize(
    "route",
    [{"name": "a", "chanel": "C1AAA"}, {"name": "a", "webhook": {"url": "https://e.example"}}, {"channel": "C1AAA"}],
    ids=str,
)
def test_an_editor_marks_a_mistake_in_a_route(route: dict[str, object]) -> None:
    assert not Draft7Validator(schema_of(RoutesModel)).is_valid({"routes": [route]})
