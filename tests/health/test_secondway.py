"""Whether anybody would get to know that Slack does not work, from the settings and the ops route."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import settings
from monitor.health.secondway import lacking
from monitor.model import Route
from tests.support.fakes.feed_server import FeedServer
from tests.support.fakes.slack import FakeSlack
from tests.support.world import World

RULE = """format: 1
id: floods
title: Floods
words: {water: {en: [flood]}}
find: [{name: any, all: [water]}]
examples: {match: [Floods], no_match: [nothing]}
"""

IN_SLACK = Route(name="ops", channel="C0OPS")
BY_WEBHOOK = Route(name="ops", channel="webhook:hooks.example/1a2b")
TOKEN = {"slack_bot_token": "xoxb-1"}


@pytest.mark.parametrize(
    ("given", "ops", "lacks"),
    [
        (TOKEN, IN_SLACK, True),
        (TOKEN, None, True),
        (TOKEN, BY_WEBHOOK, False),
        ({}, IN_SLACK, False),
        (TOKEN | {"wirewatch_ops_url": "https://hooks.example/ops"}, IN_SLACK, False),
        (TOKEN | {"wirewatch_ops_url": "https://hooks.example/ops"}, None, True),
        (TOKEN | {"wirewatch_heartbeat_url": "https://hooks.example/beat"}, IN_SLACK, False),
    ],
)
def test_it_is_said_where_nobody_would_know(given: dict[str, str], ops: Route | None, lacks: bool) -> None:
    assert bool(lacking(settings.load(given), ops)) is lacks


async def test_check_and_health_say_so(tmp_path: Path) -> None:
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(tmp_path, feeds, slack)
    world.poll_feeds("wire")
    world.use_rule(RULE)
    _, _, checked = await world.run("check")
    words = "nobody gets a message while Slack does not work: set WIREWATCH_OPS_URL"
    assert f"\nnote: {words}" in checked
    _, health, _ = await world.run("health")
    assert f"note: {words}" in health
    world.environment["WIREWATCH_OPS_URL"] = "http://127.0.0.1:9/hook"
    _, _, checked = await world.run("check")
    _, health, _ = await world.run("health")
    assert words not in checked + health
