"""`check --slack` and `drill`, as an admin runs them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from monitor.health.drill_item import MARK, drill_alert
from monitor.match.checks.lint import lint
from monitor.match.engine import compile_rules
from monitor.match.rulefile import read_rules
from monitor.model import OnUnknown, QuietHours, Route, Severity
from storage.store import Store
from tests.support.fakes.slack import SCOPES, Fault
from tests.support.stored import outbox_counts
from tests.support.tree import ROOT
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("unpaced")

ROUTES = """ops: ops
routes:
  - {name: desk, channel: C0DESK, min_severity: critical, max_per_hour: 1}
  - {name: night, channel: C0NIGHT, quiet_hours: {from: "00:00", to: "23:59"}}
  - {name: ops, channel: C0OPS}
"""


@pytest.fixture
def world(world: World) -> World:
    world.write("routes.yaml", ROUTES)
    return world


async def counts(world: World) -> tuple[int, dict[str, int]]:
    """How many stories there are, and deliveries by state."""
    store = Store.open(world.environment["DATABASE_URL"])
    stories = await store.stories(datetime.min.replace(tzinfo=UTC))
    found = {str(state): count for state, count in (await outbox_counts(store)).items() if count}
    await store.close()
    return len(stories), found


async def test_check_slack_says_for_each_route_what_to_do(world: World) -> None:
    status, out, _ = await world.run("check", "--slack")
    assert (status, out) == (0, "desk (C0DESK): fine\nnight (C0NIGHT): fine\nops (C0OPS): fine\n")
    world.slack.channel("C0DESK").member = False
    world.slack.channel("C0NIGHT").archived = True
    world.slack.scopes = SCOPES - {"channels:history"}
    status, out, _ = await world.run("check", "--slack")
    desk, night, ops = out.splitlines()
    assert status == 1
    assert desk.startswith("desk (C0DESK): nothing can be posted: not_in_channel: the bot is not in the channel; invit")
    assert night == (
        "night (C0NIGHT): nothing can be posted: is_archived: the channel is archived; bring it back, or give the "
        "route another channel in routes.yaml"
    )
    assert "ops (C0OPS): can be posted to, but a message whose reply is lost cannot be looked up" in ops


# What Slack answers to every call, and what is to be done.
REMEDIES = {
    "invalid_auth": "Slack rejected the token (invalid_auth). It is not valid; set SLACK_BOT_TOKEN to the bot token",
    "token_revoked": "Slack rejected the token (token_revoked). Reinstall the app and set SLACK_BOT_TOKEN.",
    "code_of_tomorrow": "(code_of_tomorrow): Wirewatch does not know this code; https://docs.slack.dev/reference/",
    "ekm_access_denied": "(ekm_access_denied): the workspace's admins have suspended posting; ask them",
}


@pytest.mark.parametrize("code", REMEDIES)
async def test_check_slack_says_what_to_do_when_everything_is_refused(world: World, code: str) -> None:
    world.slack.refuses = code
    status, out, _ = await world.run("check", "--slack")
    assert status == 1
    assert REMEDIES[code] in out


@pytest.mark.parametrize("command", [("check", "--slack"), ("drill",)])
async def test_without_a_token_or_a_valid_route_nothing_looks_well(world: World, command: tuple[str, ...]) -> None:
    token = world.environment.pop("SLACK_BOT_TOKEN")
    status, _, err = await world.run(*command)
    assert (status, err) == (
        2,
        "error: SLACK_BOT_TOKEN is not set: alerts go to the terminal, and there is no channel to test\n",
    )
    world.environment["SLACK_BOT_TOKEN"] = token
    world.write("routes.yaml", "routes: [{name: desk, channel: desk}, {name: night, channel: C0NIGHT}]")
    status, out, _ = await world.run(*command)
    assert status == 1, "the route with a mistake is not tested"
    assert 'channel: "desk" is no Slack channel id' in out
    world.write("routes.yaml", "routes: []")
    status, out, err = await world.run(*command)
    assert (status, out) == (2, "")
    assert err.splitlines()[1:] == ["error: no valid route is left to test"]


async def test_a_drill_reaches_every_route_is_found_again_and_leaves_no_story(world: World) -> None:
    status, out, _ = await world.run("drill")
    assert status == 0, out
    assert [message["text"].startswith(MARK) for message in world.slack.messages()] == [True] * 3
    assert {message["channel"] for message in world.slack.messages()} == {"C0DESK", "C0NIGHT", "C0OPS"}
    assert not any("actions" in str(message["blocks"]) for message in world.slack.messages())
    assert len(world.slack.calls("conversations.history")) == 2 * 3, "each channel before the post and after it"
    assert await counts(world) == (0, {"sent": 3})
    status, out, _ = await world.run("drill", "--route", "night")
    assert (status, len(world.slack.messages())) == (0, 4)
    assert world.slack.messages()[-1]["channel"] == "C0NIGHT"
    status, _, err = await world.run("drill", "--route", "nihgt")
    assert status == 2
    assert "routes.yaml has no valid route nihgt" in err


async def test_a_drill_that_does_not_arrive_says_why_and_is_not_told_later(world: World) -> None:
    world.slack.channel("C0DESK").archived = True
    status, out, _ = await world.run("drill")
    assert status == 1
    assert "desk: not posted (pending): is_archived: the channel is archived" in out
    world.slack.channel("C0DESK").archived = False
    await world.run("drill", "--route", "ops")
    assert world.slack.messages("C0DESK") == []


async def test_a_drill_after_the_channel_was_put_right_arrives_at_once(world: World) -> None:
    world.slack.channel("C0DESK").member = False
    status, out, _ = await world.run("drill", "--route", "desk")
    assert status == 1
    assert "desk: not posted (pending): not_in_channel" in out
    world.slack.channel("C0DESK").member = True
    status, out, _ = await world.run("drill", "--route", "desk")
    assert status == 0, out


async def test_a_drill_that_cannot_be_found_again_says_so(world: World) -> None:
    world.slack.scopes = SCOPES - {"channels:history"}
    status, out, _ = await world.run("drill", "--route", "desk")
    assert status == 1
    assert "desk: posted, but not found in the channel: missing_scope" in out


async def test_a_drill_whose_reply_is_lost_is_found_and_not_sent_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta  # noqa: PLC0415 - only here

    monkeypatch.setattr("monitor.deliver.retries.LOOK_UP_AFTER", timedelta(milliseconds=50))
    world.slack.faults.append(Fault.LOST_REPLY)
    status, _, _ = await world.run("drill", "--route", "desk")
    assert (status, len(world.slack.messages())) == (0, 1)


async def test_a_drill_beside_others_is_posted_once_by_whoever_has_the_channel(world: World) -> None:
    drill = ("drill", "--route", "desk")
    ran = await asyncio.gather(world.run_alone(*drill), world.run(*drill))
    assert [status for status, _, _ in ran] == [0, 0], ran
    assert len(set(world.slack.alert_ids())) == len(world.slack.messages()) == 2


@pytest.mark.parametrize("severity", Severity)
def test_the_test_item_is_an_alert_for_any_route_and_says_that_it_is_none(severity: Severity) -> None:
    night = QuietHours(datetime.min.time(), datetime.max.time(), "UTC")
    route = Route(
        name="desk", channel="C1", min_severity=severity, max_per_hour=1, quiet_hours=night, on_unknown=OnUnknown.HOLD
    )
    told = drill_alert(route, now=datetime(2026, 3, 4, 12, tzinfo=UTC))
    assert told.delivery is not None
    assert told.delivery.message.kind == "notice"
    assert MARK in str(told.delivery.message)
    assert "Nothing happened" in str(told.delivery.message)


def test_the_rule_of_drills_passes_check() -> None:
    files = read_rules(ROOT / "monitor" / "health" / "drill.yaml")
    assert (*files.problems, *lint(files.rules, compile_rules(files.rules))) == ()
