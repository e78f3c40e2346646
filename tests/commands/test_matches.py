"""`matches`: what a rule found, by which way and words; also a rule on test, which nobody is alerted by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.world import World

RULE = """format: 1
id: floods
title: Floods
status: test
words: {water: {en: [flood]}, harm: {en: [kill]}}
find:
  - {name: any mention, all: [water]}
  - {name: deadly, all: [water, harm], within: 8, severity: high}
"""


@pytest.fixture
async def world(world: World, tmp_path: Path) -> World:
    """With a rule on test, of which one poll found two items."""
    world.write("rules/floods.yaml", RULE)
    world.write("rules/fires.yaml", RULE.replace("id: floods", "id: fires").replace("flood", "wildfire"))
    world.environment["WIREWATCH_RULES"] = str(tmp_path / "rules")
    world.poll_feeds("wire")
    entries = [
        FeedEntry("Floods near the valley", "https://wire.example/1", "1"),
        FeedEntry("Flood kills two", "https://wire.example/2", "2"),
        FeedEntry("A sunny day", "https://wire.example/3", "3"),
    ]
    world.feeds.serve("/wire.xml", rss(*entries))
    await world.run("poll")
    return world


async def test_a_rule_on_test_shows_what_it_found(world: World) -> None:
    status, out, _ = await world.run("matches", "--rule", "floods")
    assert status == 0
    lines = out.splitlines()
    assert lines[:3] == ["floods: 2 matches in the last 7d", "  1 by any mention", "  1 by deadly"]
    assert "Flood kills two" in lines
    assert '  deadly (high, on test): "Flood", "kills"' in lines
    assert "  https://wire.example/2" in lines
    assert world.slack.messages() == []


async def test_matches_of_one_way_and_as_json(world: World) -> None:
    status, out, _ = await world.run("matches", "--rule", "floods", "--way", "any mention", "--json")
    (line,) = out.splitlines()
    one = json.loads(line)
    assert (status, one["title"], one["way"], one["live"]) == (0, "Floods near the valley", "any mention", False)
    assert (one["words"], one["severity"]) == (["Floods"], "medium")


async def test_only_the_newest_are_shown_and_all_are_counted(world: World) -> None:
    _, out, _ = await world.run("matches", "--rule", "floods", "--limit", "1")
    assert out.splitlines()[0] == "floods: 2 matches in the last 7d, of which the newest 1 are shown"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--rule", "fires"], 0, "fires: no matches in the last 7d"),
        (
            ["--rule", "flods"],
            2,
            'there is no rule "flods", and none of this name matched anything; did you mean "flood',
        ),
        (["--rule", "fires", "--way", "dedly"], 2, 'the rule fires has no way "dedly"; it has any mention, deadly'),
        (["--rule", "fires", "--since", "soon"], 2, "Invalid value"),
    ],
)
async def test_what_was_not_found_is_told_apart_from_what_is_not_there(
    world: World, arguments: list[str], status: int, said: str
) -> None:
    got, out, err = await world.run("matches", *arguments)
    assert got == status
    assert said in out + err
