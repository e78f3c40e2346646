"""`backtest` and `rate` as people and scripts run them, over a real store, real files and a real repository."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Rating
from storage.store import Store
from tests.support.backtests import git
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.rules import FLOODS_RULE as RULE
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("unpaced")

NARROW = RULE.replace("[flood]", "[flood .. valley, drought]")
URL = "https://wire.example/"


@pytest.fixture
def world(world: World) -> World:
    """A feed with two floods."""
    world.use_rule(RULE)
    world.poll_feeds("wire")
    titles = ["Floods in the valley", "Flood of complaints about trains", "Drought in the hills", "A sunny day"]
    world.feeds.serve("/wire.xml", rss(*(FeedEntry(title, f"{URL}{n}", str(n)) for n, title in enumerate(titles))))
    return world


def edited(world: World) -> str:
    return str(world.write("edited/floods.yaml", NARROW).parent)


def lines(*records: dict[str, Any]) -> str:
    return "".join(f"{json.dumps({'id': str(number), **record})}\n" for number, record in enumerate(records))


async def rate(world: World, number: int, *, relevant: bool, reason: str = "") -> None:
    """What somebody says of one of the four items, as `rate` would keep it."""
    store = Store.open(world.environment["DATABASE_URL"])
    item_id = await store.item_id_of(f"{URL}{number}")
    assert item_id is not None
    said: dict[str, Any] = {
        "rule": None,
        "relevant": relevant,
        "reason": reason,
        "by": "marko",
        "at": datetime.now(UTC),
    }
    await store.rate(Rating(item_id=item_id, revision=1, **said))
    await store.close()


async def test_an_edit_is_held_against_what_live_matching_stored(world: World) -> None:
    await world.poll()
    await rate(world, 1, relevant=False, reason="a figure of speech")
    status, out, err = await world.run("backtest", "--rules", edited(world))
    assert (status, err) == (0, "")
    first, *rest = out.splitlines()
    assert first == "1 alert added, 1 removed, 0 changed: 2 before, 2 after"
    assert rest[0].startswith("items: 4 revisions of stored items of the last 30 d, seen from 20")
    assert rest[1:3] == ["before: what live matching stored", f"after: {world.folder}/edited"]
    assert "not relevant, says marko: a figure of speech" in out
    assert "LOST" not in out


async def test_an_edit_that_loses_what_people_hold_for_relevant_says_so(world: World) -> None:
    await world.poll()
    await rate(world, 0, relevant=True)
    world.write("rules/floods.yaml", RULE.replace("[flood]", "[flood .. complaints]"))
    status, out, _ = await world.run("backtest", "--since", "1h", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert [(one["title"], one["rating"]["by"]) for one in found["turned"]] == [("Floods in the valley", "marko")]
    assert found["routes"][0]["before"]["worst"] == 2


async def test_a_gate_fails_when_what_is_relevant_would_be_lost_and_at_nothing_else(world: World) -> None:
    await world.poll()
    await rate(world, 1, relevant=False)
    status, _, err = await world.run("backtest", "--rules", edited(world), "--exit-code")
    assert (status, err) == (0, "")
    await rate(world, 1, relevant=True)
    status, _, err = await world.run("backtest", "--rules", edited(world), "--exit-code")
    assert (status, err) == (1, "1 relevant alert would be lost\n")
    assert (await world.run("backtest", "--rules", edited(world)))[0] == 0


async def test_a_rule_on_test_shows_what_it_would_have_found_by_each_way(world: World) -> None:
    await world.poll()
    ways = "[{name: any mention, all: [water]}, {name: never met, all: [water, other]}]"
    text = RULE.replace("floods", "droughts").replace("[flood]}", "[drought, flood]}, other: {en: [xylophone]}")
    world.write("rules/droughts.yaml", text.replace("severity: high", "status: test").replace(
        "[{name: any mention, all: [water]}]", ways))  # fmt: skip
    world.write("rules/fires.yaml", RULE.replace("floods", "fires").replace("[flood]", "[wildfire, floods .. blaze]"))
    world.write("rules/quakes.yaml", text.replace("droughts", "quakes").replace("[drought, flood]", "[quake]").replace(
        "severity: high", "status: test").replace("Floods in", "Quake in"))  # fmt: skip
    status, out, _ = await world.run("backtest")
    assert status == 0
    assert out.splitlines()[0] == "0 alerts added, 0 removed, 0 changed: 2 before, 2 after"
    rows = [re.split(r"  +", line.strip()) for line in out.splitlines()]
    assert ["droughts: any mention", "3"] in rows
    assert ["quakes: no way", "0"] in rows
    assert ["fires", "0", "0", "0", "0", "0"] in [row[:6] for row in rows], "a live rule that found nothing is listed"
    assert "On test, droughts: any mention: 3 of 3" in out
    assert "Drought in the hills" in out
    _, out, _ = await world.run("backtest", "--format", "json")
    found = json.loads(out)
    assert [(one["rule"], one["way"], one["items"]) for one in found["on_test"]] == [("droughts", "any mention", 3)]
    assert sorted(found["tested"]) == ["droughts", "quakes"]
    assert [one["rule"] for one in found["rules"]] == ["fires", "floods"]


async def test_a_rule_that_goes_on_test_is_said_to_be(world: World) -> None:
    await world.poll()
    world.write("rules/floods.yaml", RULE.replace("severity: high", "status: test"))
    world.write("rules/fires.yaml", RULE.replace("id: floods", "id: fires").replace("[flood]", "[wildfire]").replace(
        "Floods in", "Wildfire in"))  # fmt: skip
    _, out, _ = await world.run("backtest")
    assert re.search(r"^  floods +2 +0 +0 +2 +0  \w+ -> on test$", out, re.MULTILINE)
    assert "On test, floods: any mention: 2 of 2" in out


async def test_what_is_rated_is_shown_by_explain(world: World) -> None:
    await world.poll()
    told = ("rate", f"{URL}1", "not-relevant", "--rule", "floods", "--why", "a figure of speech", "--by", "olena")
    status, out, _ = await world.run(*told)
    assert status == 0
    assert out.splitlines()[1] == "rated not relevant for floods by olena: a figure of speech"
    _, out, _ = await world.run("explain", "--url", f"{URL}1")
    assert "rated not relevant for floods by olena: a figure of speech, 20" in out


async def test_stored_items_may_be_matched_again_under_other_rules_on_both_sides(world: World) -> None:
    await world.poll()
    (world.folder / "rules" / "floods.yaml").unlink()
    world.write("rules/droughts.yaml", RULE.replace("floods", "droughts").replace("[flood]", "[drought, flood]"))
    status, out, _ = await world.run("backtest", "--against", edited(world), "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert {rule["rule"]: (rule["added"], rule["removed"]) for rule in found["rules"]} == {
        "droughts": (3, 0),
        "floods": (0, 2),
    }
    assert (found["before"], found["after"]) == (str(world.folder / "edited"), str(world.folder / "rules"))


async def test_a_file_is_compared_with_the_last_commit_or_with_the_live_rules(world: World) -> None:
    """Labels are ratings; items without a time are in no hour. No database is opened."""
    world.database.unlink()
    git(world.folder, "init", "-q", "-b", "main")
    git(world.folder, "add", "rules")
    git(world.folder, "commit", "-qm", "first")
    records: list[dict[str, Any]] = [
        {"title": "Flood in the hills", "labels": {"floods": "y"}, "published": "2026-01-01T10:20:00Z"},
        {"title": "A <b>flood</b> &amp; a valley", "labels": {"floods": "b"}, "language": "en"},
        {"title": "No rain", "labels": "none"},
    ]
    file = str(world.write("items.jsonl", lines(*records)))
    status, out, _ = await world.run("backtest", "--file", file, "--rules", edited(world), "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert (found["before"], found["totals"]["removed"]) == (str(world.folder / "rules"), 1)
    assert [(one["item_id"], one["after"], one["seen_at"]) for one in found["turned"]] == [
        ("0", False, "2026-01-01T10:20:00Z")
    ]
    assert found["routes"][0]["after"] == {"items": 1, "worst_hour": None, "worst": 0, "hours_above": 0}

    world.write("rules/floods.yaml", NARROW)
    status, out, _ = await world.run("backtest", "--file", file, "--format", "markdown")
    commit = git(world.folder, "rev-parse", "HEAD")
    assert status == 0
    assert out.startswith("## 0 alerts added, 1 removed, 0 changed: 2 before, 1 after\n")
    assert f"- before: git:HEAD ({commit[:10]})" in out
    assert "- **Flood in the hills**" in out
    assert not world.database.exists()


async def test_what_was_wrong_with_the_rules_before_is_told(world: World) -> None:
    world.write("before/broken.yaml", "format: 1\nid: broken\n")
    world.write("before/floods.yaml", RULE)
    file = str(world.write("items.jsonl", lines({"title": "Flood"})))
    status, out, _ = await world.run("backtest", "--file", file, "--against", str(world.folder / "before"))
    assert status == 0
    assert f"left out before: {world.folder}/before/broken.yaml:1:1: error:" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "30"], '"30" is not a duration such as'),
        (["--since", "1d", "--file", "items.jsonl"], "--since is for stored items; a file is taken whole"),
        (["--file", "nowhere.jsonl"], "does not exist"),
        (["--file", "bad.jsonl", "--against", "rules"], "line 2: not a JSON object"),
        (["--file", "items.jsonl"], "cannot read the rules at git:HEAD: not a git repository"),
        (["--against", "nowhere"], "there is no folder or file nowhere"),
        (["--rules", "broken"], 'broken/floods.yaml:4:1: error: unknown key "sevrity" - did you mean "severity"?'),
        (["--samples", "-1"], "--samples"),
        (["--format", "yaml"], "--format"),
    ],
)
async def test_wrong_usage_is_told_and_ends_with_2(world: World, arguments: list[str], said: str) -> None:
    world.write("items.jsonl", lines({"title": "Flood"}))
    world.write("bad.jsonl", lines({"title": "Flood"}) + "{broken\n")
    world.write("broken/floods.yaml", RULE.replace("severity", "sevrity"))
    world.write("broken/good.yaml", RULE.replace("floods", "good"))
    world.environment["GIT_CEILING_DIRECTORIES"] = str(world.folder.parent)
    status, out, err = await world.run("backtest", *arguments)
    assert (status, out) == (2, "")
    assert said in " ".join(err.replace("│", "").split())


async def test_without_a_route_nothing_can_be_an_alert(world: World) -> None:
    world.write("routes.yaml", "routes: []\n")
    status, _, err = await world.run("backtest")
    assert status == 2
    assert "no valid route is left to send alerts to" in err


async def test_a_period_older_than_the_texts_are_kept_is_noted(world: World) -> None:
    status, out, _ = await world.run("backtest", "--since", "100d")
    assert status == 0
    assert "note: of items older than 90 d (WIREWATCH_RETENTION) only the headline may be left to match" in out


async def test_rating_what_is_not_there(world: World) -> None:
    await world.poll()
    status, out, _ = await world.run("rate", "https://wire.example/nothing", "relevant")
    assert (status, out) == (1, "no stored item has the id or address https://wire.example/nothing\n")
    status, _, err = await world.run("rate", f"{URL}0", "relevant", "--rule", "flods")
    assert status == 2
    assert "there is no rule flods; there are floods" in err
    assert (await world.run("rate", f"{URL}0", "perhaps"))[0] == 2
