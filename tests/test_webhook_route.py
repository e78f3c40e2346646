"""The whole program with a webhook for a route: drilled, polled, and no Slack anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.hooks import SECRET, HookReceiver
from tests.support.world import World

ROUTES = """\
ops: ops
routes:
  - name: archive
    webhook: {{url: "{url}", secret: WIREWATCH_HOOK_SECRET}}
  - name: ops
    webhook: {{url: "{url}?ops", secret: WIREWATCH_HOOK_SECRET}}
"""
RULE = """\
format: 1
id: floods
title: Floods
severity: high
words: {water: {en: [flood]}}
groups: {}
find: [{name: any, all: [water]}]
examples: {match: [A flood hits the coast], no_match: [A sunny day]}
"""


@pytest.fixture
async def receiver() -> AsyncIterator[HookReceiver]:
    async with HookReceiver() as made:
        yield made


@pytest.fixture
def world(world: World, receiver: HookReceiver, monkeypatch: pytest.MonkeyPatch) -> World:
    del world.environment["SLACK_BOT_TOKEN"]
    world.environment["WIREWATCH_RULES"] = str(world.write("rules/floods.yaml", RULE).parent)
    monkeypatch.setenv("WIREWATCH_HOOK_SECRET", SECRET)
    world.environment["WIREWATCH_HOOK_SECRET"] = SECRET
    world.write("routes.yaml", ROUTES.format(url=receiver.url))
    world.poll_feeds("wire")
    world.feeds.serve("/wire.xml", rss(FeedEntry("A flood hits the coast", "https://wire.example/1", "1")))
    return world


async def test_a_drill_reaches_a_webhook_without_slack(world: World, receiver: HookReceiver) -> None:
    status, out, err = await world.run("drill", "--route", "archive")
    assert (status, err) == (0, ""), out
    (got,) = receiver.got
    assert got.signed
    assert "DRILL" in got.body["data"]["text"]


async def test_a_poll_sends_each_alert_once_and_shows_no_address(world: World, receiver: HookReceiver) -> None:
    for _ in range(2):
        status, _, err = await world.run("poll")
        assert status == 0
        assert SECRET not in err
        assert "setting_unknown" not in err
        assert "of-the-desk" not in err
    (got,) = receiver.got
    assert (got.body["type"], got.signed) == ("story.alert", True)
    assert got.body["data"]["alerts"][0]["title"] == "A flood hits the coast"


async def test_a_receiver_in_a_private_network_is_refused(world: World, receiver: HookReceiver) -> None:
    world.environment["WIREWATCH_ALLOW_PRIVATE_ADDRESSES"] = "false"
    status, _, _ = await world.run("drill", "--route", "archive")
    assert status == 1
    assert receiver.got == []
