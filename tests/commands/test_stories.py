"""The commands `stories …` as people run them."""

from __future__ import annotations

import json

import pytest

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.rules import FLOODS_RULE
from tests.support.world import DESK, World

pytestmark = pytest.mark.usefixtures("unpaced")

FLOODS = FeedEntry("Floods kill nine in the Ahr valley near Altenahr", "https://wire.example/1", "1")
FURTHER = FeedEntry("Altenahr: Ahr valley floods kill nine, bridge gone", "https://wire.example/2", "2")
OTHER = FeedEntry("Cyclone brings flood to Mozambique port Beira", "https://wire.example/3", "3")
LATER = FeedEntry("Beira port in Mozambique shut as cyclone flood rises", "https://wire.example/4", "4")


@pytest.fixture
async def world(world: World) -> World:
    world.use_rule(FLOODS_RULE)
    world.poll_feeds("wire")
    world.feeds.serve("/wire.xml", rss(OTHER, FURTHER, FLOODS))
    await world.poll()
    return world


async def _listed(world: World, *more: str) -> dict[str, dict[str, object]]:
    _, out, _ = await world.run("stories", "list", "--format", "json", *more)
    return {str(one["headline"]): one for one in json.loads(out)}


async def test_stories_are_listed_shown_and_merged_and_later_reports_follow(world: World) -> None:
    listed = await _listed(world)
    assert {headline: one["items"] for headline, one in listed.items()} == {FLOODS.title: 2, OTHER.title: 1}
    floods, cyclone = listed[FLOODS.title], listed[OTHER.title]
    assert (floods["severity"], floods["families"]) == ("high", 1)
    status, out, _ = await world.run("stories", "show", str(floods["id"]))
    assert status == 0
    for said in (FURTHER.title, "same ", "card in desk: floods (high)", "follow-up"):
        assert said in out
    cards = len(world.slack.messages(DESK))
    status, out, _ = await world.run(
        "stories", "merge", str(cyclone["id"]), str(floods["id"]), "--by", "Anna", "--reason", "one storm"
    )
    assert (status, out) == (0, f"merged {cyclone['id']} (1 item) into {floods['id']} by Anna: one storm\n")
    world.feeds.serve("/wire.xml", rss(LATER, OTHER, FURTHER, FLOODS))
    await world.poll()
    (mended,) = (await _listed(world, "--open")).values()
    assert (mended["id"], mended["items"]) == (floods["id"], 4)
    assert len(world.slack.messages(DESK)) == cards + 1
    assert world.slack.messages(DESK)[-1]["thread_ts"], "the further report is a reply, no second card"
    status, out, _ = await world.run("stories", "show", str(cyclone["id"]))
    assert (status, out.splitlines()[0]) == (0, f"{cyclone['id']} was merged into {floods['id']}")
    status, out, _ = await world.run("explain", "--url", OTHER.link)
    assert "into " + str(floods["id"]) + " by Anna: one storm, 2" in out


async def test_a_split_prints_the_new_story_and_wrong_use_says_what_to_do(world: World) -> None:
    floods = (await _listed(world))[FLOODS.title]
    _, out, _ = await world.run("stories", "show", str(floods["id"]), "--format", "json")
    first, second = (report["item_id"] for report in json.loads(out)["reports"])
    status, out, _ = await world.run("stories", "split", str(floods["id"]), second)
    new = out.strip()
    assert status == 0
    assert {one["id"] for one in (await _listed(world)).values()} >= {floods["id"], new}
    for arguments, said in (
        (["split", new, second], "these are all items"),
        (["split", new, first], f"does not hold {first} (in {floods['id']})"),
        (["merge", new, new], "cannot be merged into itself"),
        (["show", "s-unknown"], "there is no story s-unknown"),
        (["list", "--since", "soon"], "soon"),
    ):
        status, _, err = await world.run("stories", *arguments)
        assert (status, said in " ".join(err.replace("│", " ").split())) == (2, True), (arguments, err)
