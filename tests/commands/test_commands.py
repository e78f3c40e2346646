"""The commands as people and scripts run them: processes of their own, exit status, stdout and stderr."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.patience import PATIENCE
from tests.support.ports import free_port
from tests.support.rules import FLOODS_RULE
from tests.support.tree import ROOT
from tests.support.world import DESK, World, read_until

pytestmark = pytest.mark.usefixtures("unpaced")


@pytest.fixture
def world(world: World) -> World:
    world.use_rule(FLOODS_RULE)
    world.poll_feeds("wire")
    world.feeds.serve("/wire.xml", rss(FeedEntry("Floods in the valley", "https://wire.example/1", "1")))
    return world


async def test_run_stays_up_when_no_feed_can_be_reached_and_stops_cleanly(world: World) -> None:
    """Each feed's failure is told once, however often it is polled; SIGTERM ends the service with 0."""
    port = free_port()
    world.write(
        "feeds.yaml",
        f"feeds:\n  - {{id: gone, url: 'http://nothing.invalid/feed', interval: 1s}}\n"
        f"  - {{id: closed, url: 'http://127.0.0.1:{port}/feed', interval: 1s}}\n",
    )
    process = await world.start("run")
    try:
        log = await read_until(process.stderr, "feed_failed")
        log += await read_until(process.stderr, "feed_failed")
        async with asyncio.timeout(PATIENCE):
            while (status := await world.run("health"))[0] != 0:
                pass
        assert "2 of 2 feeds failing" in status[1]
    finally:
        process.send_signal(signal.SIGTERM)
    before = time.monotonic()
    rest = (await asyncio.wait_for(process.communicate(), PATIENCE))[1].decode()
    assert time.monotonic() - before < 10
    assert process.returncode == 0
    failures = [line for line in log if line.get("action") == "feed_failed"]
    failures += [line for line in map(json.loads, rest.splitlines()) if line.get("action") == "feed_failed"]
    assert sorted(str(line["feed"]) for line in failures) == ["closed", "gone"]
    assert {str(line["feed"]): line["failure"] for line in failures} == {"closed": "connect", "gone": "dns"}
    assert all(str(line["timestamp"])[:19] <= str(line["next_poll"])[:19] for line in failures)


async def test_health_tells_when_the_service_never_ran(world: World) -> None:
    await world.run("db", "upgrade")
    status, out, _ = await world.run("health")
    assert status == 1
    assert out.startswith("unhealthy: the service has never run on this database\nnote: nobody gets a message while")


async def test_health_tells_when_there_is_no_database_yet(world: World) -> None:
    world.database.unlink()
    status, out, _ = await world.run("health")
    assert status == 1
    assert out.startswith(f"unhealthy: the service has never run: there is no database {world.database} yet")
    assert not world.database.exists()


@pytest.mark.parametrize(
    "command",
    [
        "feeds list",
        "stories list",
        "stories merge s1 s2",
        "matches --rule cluster-munitions",
        "explain --item i1",
        "rate i1 relevant",
        "rules precision",
        "db backup copy.db",
        "db prune",
    ],
)
async def test_what_asks_for_stored_news_makes_no_database(world: World, command: str) -> None:
    """A mistyped DATABASE_URL looked like a quiet day, and left an empty database behind."""
    world.database.unlink()
    status, out, err = await world.run(*command.split())
    assert (status, out) == (2, "")
    assert f"there is no database {world.database}" in " ".join(err.split())
    assert not world.database.exists()


async def test_what_asks_for_stored_news_makes_no_tables(world: World) -> None:
    world.database.write_bytes(b"")
    status, _, err = await world.run("stories", "list")
    assert (status, "the service has never run on the database" in " ".join(err.split())) == (2, True)


async def test_health_tells_of_a_database_that_cannot_be_used(world: World) -> None:
    world.database.write_text("no database " * 1000)
    status, out, _ = await world.run("health")
    assert (status, out.startswith(f"unhealthy: {world.database} is not a SQLite database, or is damaged: ")) == (
        1,
        True,
    )


async def test_a_service_whose_feeds_are_broken_is_seen_polling_the_last_good_ones(world: World) -> None:
    """By health, feeds list and poll alike; health stays 0, or a typing error would have the container restarted."""
    world.poll_feeds("wire", "missing")
    world.write("routes.yaml", "ops: ops\nroutes: [{name: desk, channel: C0DESK}, {name: ops, channel: C0DESK}]\n")
    process = await world.start("run")
    try:
        await read_until(process.stderr, "service_started")
        world.write("feeds.yaml", "feeds: [")
        await read_until(process.stderr, "last_good_live")
        async with asyncio.timeout(PATIENCE):
            seen = r"(?s)^healthy: .* of 2 feeds failing.*last good version of"
            while not re.search(seen, (status := await world.run("health"))[1]):
                pass
        assert status[0] == 0
        mistake = r"feeds.yaml has a mistake.*; the service goes on with its last good version of .* UTC \(2 feeds\): "
        mistake += rf"{world.folder}/feeds.yaml:1:9: error: "
        assert re.search(rf"^degraded: {mistake}", status[1], re.MULTILINE)
        listed, out, _ = await world.run("feeds", "list")
        assert listed == 0
        assert "missing" in out
        assert re.search(rf"^{mistake}", out, re.MULTILINE)
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), PATIENCE)
    _, out, err = await world.run("poll", "--json")
    assert [feed["id"] for feed in json.loads(out)["feeds"]] == ["wire", "missing"]
    assert "last_good_live" in err


async def test_poll_prints_one_json_object_and_delivers(world: World) -> None:
    """On a database that it has to make first."""
    world.database.unlink()
    world.poll_feeds("wire", "missing")
    status, out, _ = await world.run("poll", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["feeds"][0] == {
        "id": "wire", "status": "ok", "entries": 1, "new": 1, "matched": 1, "alerts": 1, "left_out": 0,
        "error": None,
    }  # fmt: skip
    assert told["feeds"][1]["status"] == "failed"
    assert told["feeds"][1]["error"] == "gone: HTTP 404 Not Found"
    assert told["totals"]["failed"] == 1
    assert len(world.slack.messages(DESK)) == 1


async def test_poll_of_one_feed_and_of_an_unknown_one(world: World) -> None:
    world.poll_feeds("wire", "missing")
    status, out, _ = await world.run("poll", "--json", "--feed", "wire")
    assert (status, [feed["id"] for feed in json.loads(out)["feeds"]]) == (0, ["wire"])
    status, _, err = await world.run("poll", "--feed", "wrie")
    assert status == 2
    assert "feeds.yaml has no enabled feed wrie" in err


async def test_without_a_token_the_alert_is_a_card_on_the_terminal(world: World) -> None:
    del world.environment["SLACK_BOT_TOKEN"]
    process = await world.start("run")
    assert process.stdout is not None
    shown = b""
    async with asyncio.timeout(PATIENCE):
        while "Floods: “Floods”".encode() not in shown:
            shown += await process.stdout.read(4096)
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert "Floods in the valley" in shown.decode()
    assert world.slack.requests == []


async def test_explain_tells_every_stage_of_a_stored_item(world: World) -> None:
    await world.run("poll", "--json")
    status, out, _ = await world.run("explain", "--url", "https://wire.example/1")
    assert status == 0
    for stage in ("revision 1", "new article", "matched floods@", "verdict alert (new_story)", "card d", "posted"):
        assert stage in out
    status, out, _ = await world.run("explain", "--text", "A dry summer")
    assert 'way "any mention": no word of water' in out
    status, out, _ = await world.run("explain", "--item", "i-unknown")
    assert (status, out.splitlines()[0]) == (1, "no stored item has the id i-unknown")
    status, out, _ = await world.run("explain", "--url", "https://wire.example/2")
    assert status == 1
    assert out.splitlines()[0] == "no stored item has the address https://wire.example/2"
    assert "feeds list" in out


async def test_explain_tells_near_misses_and_gives_json(world: World) -> None:
    status, out, _ = await world.run("explain", "--text", "A floor over the valley")
    assert status == 0
    assert '  nearly water: "floor" is one letter from "flood", but is a known word itself' in out.splitlines()
    status, out, _ = await world.run(
        "explain", "--text", "A floop near the valley", "--format", "json", "--rule", "floods"
    )
    (one,) = json.loads(out)["rules"]
    assert (status, one["rule"], one["matches"], one["groups"]["water"][0]["how"]) == (0, "floods", True, "typo")
    await world.run("poll", "--json")
    status, out, _ = await world.run("explain", "--url", "https://wire.example/1", "--format", "json")
    told = json.loads(out)
    assert told["history"][0].startswith(f"item {told['item']} from wire")
    assert told["rules"][0]["matches"] is True


async def test_explain_lists_the_forms_of_a_term(world: World) -> None:
    status, out, _ = await world.run("explain", "--term", "medic", "--lang", "en")
    assert status == 0
    assert "medics (" in out
    assert "dropped: medical (145: it is a much commoner word)" in out
    status, out, _ = await world.run("explain", "--term", "medic", "--lang", "en", "--format", "json")
    assert {form["word"] for form in json.loads(out)["words"][0]["dropped"]} >= {"medical"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--term", "medic", "--lang", "de"], "there is no language de; there are en, fr, es, ar, ru, uk"),
        (["--term", "*bomb", "--lang", "en"], "the star goes last"),
        (["--text", "x", "--rule", "fire"], "there is no rule fire that is not off; there are floods"),
        (["--text", "x", "--term", "y"], "give exactly one of --text, --url, --item and --term"),
    ],
)
async def test_explain_names_what_it_cannot_do(world: World, arguments: list[str], said: str) -> None:
    status, _, err = await world.run("explain", *arguments)
    assert status == 2
    assert said in " ".join(err.replace("│", " ").split())


ABOUT_IDS = "; names change, so the id is needed: Slack shows it at the end of the channel's About tab"
MISTAKES = {
    "feeds.yaml": "feeds:\n  - {id: wire, url: 'ftp://wire.example', intervall: 5m}\n",
    "routes.yaml": "routes:\n  - {name: desk, channel: '#desk'}\n",
    "rules/floods.yaml": FLOODS_RULE.replace("severity: high", "sevrity: high").replace("all: [water]", "all: [watr]"),
}


FROM_WORDS = FLOODS_RULE.replace("{en: [flood]}", "{from: [waters]}").replace(
    "severity: high", "severity: high\nsend_to: [desk]"
)
WATERS = "format: 1\ntitle: Waters\nwords: {en: [flood]}\n"
# One mistake in one file, and where its one error is told.
ONE_MISTAKE = {
    "a word file that a rule takes": (
        "rules/words/waters.yaml",
        WATERS.replace("[flood]", "[fl*]"),
        "waters.yaml:3:14",
    ),
    "a route that a rule names": ("routes.yaml", "routes:\n  - {name: desk, channel: desk}\n", "routes.yaml:2:27"),
    "a file of routes that cannot be read": ("routes.yaml", "routes: [", "routes.yaml:1:10"),
    "the ops route": (
        "routes.yaml",
        "ops: ops\nroutes:\n  - {name: desk, channel: C0DESK}\n  - {name: ops, channel: ops}\n",
        "routes.yaml:4:26",
    ),
    "feeds that are all switched off": (
        "feeds.yaml",
        "feeds:\n  - {id: wire, url: 'https://a.example', enabled: false}\n",
        "feeds.yaml:1:1",
    ),
    "a misspelt key of a feed": ("feeds.yaml", "feeds:\n  - {id: wire, ulr: 'https://a.example'}\n", "feeds.yaml:2:16"),
}


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
async def test_one_mistake_is_one_error_whatever_depends_on_the_file(world: World, mistake: str) -> None:
    world.environment["WIREWATCH_HEARTBEAT_URL"] = "http://127.0.0.1:9/beat"
    world.write("routes.yaml", "ops: ops\nroutes: [{name: desk, channel: C0DESK}, {name: ops, channel: C0OPS}]\n")
    world.write("rules/words/waters.yaml", WATERS)
    world.write("rules/floods.yaml", FROM_WORDS)
    assert (await world.run("check"))[::2] == (
        0, "checked 1 rule with 2 examples, 1 feed, 2 routes: no errors, no warnings\n",
    )  # fmt: skip
    name, text, place = ONE_MISTAKE[mistake]
    world.write(name, text)
    status, out, err = await world.run("check")
    assert status == 1
    assert [line.split(": ")[0].rpartition("/")[2] for line in out.splitlines() if ": error: " in line] == [place]
    assert ": 1 error, " in err


async def test_check_lists_every_mistake_with_its_place_and_a_suggestion(world: World) -> None:
    for name, text in MISTAKES.items():
        world.write(name, text)
    status, out, _ = await world.run("check")
    assert status == 1
    lines = [line.removeprefix(f"{world.folder}/") for line in out.splitlines()]
    assert lines == [
        'feeds.yaml:2:21: error: url: "ftp://wire.example" is not an http or https address',
        'feeds.yaml:2:43: error: unknown key "intervall" - did you mean "interval"?',
        'routes.yaml:2:27: error: channel: "#desk" is no Slack channel id such as C0123456789' + ABOUT_IDS,
        'rules/floods.yaml:4:1: error: unknown key "sevrity" - did you mean "severity"?',
        'rules/floods.yaml:6:34: error: group "watr" is not in words - did you mean "water"?',
    ]
    status, out, _ = await world.run("check", str(world.folder / "rules"), "--format", "github")
    assert out.startswith("::error file=")
    # Which kind a file is, its name says where no key does, and keys in brackets as well as others.
    for name, text, told in (("feeds.yaml", "feed: []\n", '"feeds"?'), ("a.yaml", '{"routes": 1}', "list of at least")):
        status, out, _ = await world.run("check", str(world.write(f"other/{name}", text)))
        assert (status, told in out, "format" in out) == (1, True, False)
    status, out, _ = await world.run("check", "--format", "json")
    assert {problem["line"] for problem in json.loads(out)} == {2, 4, 6}


@pytest.mark.parametrize(
    ("broken", "text", "message"),
    [
        ("feeds.yaml", "feeds: []\n", "no feed is left to poll"),
        ("feeds.yaml", None, "no feed is left to poll"),
        ("rules/floods.yaml", "format: 1\n", "no valid rule is left to match"),
        ("routes.yaml", "routes:\n\t- x\n", "no valid route is left to send alerts to"),
    ],
)
async def test_run_refuses_when_nothing_usable_is_left(
    world: World, broken: str, text: str | None, message: str
) -> None:
    if text is None:
        (world.folder / broken).unlink()
    else:
        world.write(broken, text)
    status, _, err = await (world.run_alone("run") if text is None else world.run("poll"))
    assert status == 2
    assert message in err
    assert broken in err


async def test_run_starts_with_what_is_valid_and_says_what_is_not(world: World) -> None:
    world.write("rules/broken.yaml", "format: 1\nid: broken\n")
    process = await world.start("run")
    log = await read_until(process.stderr, "service_started")
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert any("rules/broken.yaml" in str(line.get("problem")) and line["level"] == "error" for line in log)
    assert log[-1]["rules"] == 1


@pytest.mark.parametrize("command", ["match", "replay"])
async def test_a_bad_line_is_named_and_what_came_before_is_intact(world: World, command: str) -> None:
    good = json.dumps({"id": "1", "title": "Floods in the valley", "seen_at": "2026-01-01T10:00:00Z"})
    status, out, err = await world.run(command, stdin=f"{good}\n{{broken\n{good}\n")
    assert status == 2
    (line,) = map(json.loads, out.splitlines())
    assert line["rules"][0]["rule"] == "floods"
    assert "line 2" in err


@pytest.mark.parametrize("command", ["match", "replay"])
async def test_what_is_wrong_with_named_rules_does_not_stand_among_the_results(world: World, command: str) -> None:
    """The log goes to stderr also when the rules are not those of the settings."""
    (world.folder / "rules" / "words").mkdir()
    (world.folder / "rules" / "words" / "broken.yaml").write_text("en: [thing]\n", encoding="utf-8")
    record = {"id": "1", "title": "Floods", "published": "2026-11-24T09:12:00Z"}
    status, out, err = await world.run_alone(command, "--rules", "rules", stdin=f"{json.dumps(record)}\n")
    assert (status, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["1"])
    assert "broken.yaml" in err


def test_output_that_has_no_room_is_told_in_words() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, str(ROOT / "service.py"), "version"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"error: the output cannot be written: No space left")


async def test_match_gives_one_line_each_with_evidence_in_the_cleaned_text(world: World) -> None:
    records = [{"id": 1, "title": "<b>Floods</b> &amp; mud"}, {"id": "2", "title": None, "summary": "sun"}]
    status, out, _ = await world.run_alone("match", stdin="".join(f"{json.dumps(record)}\n" for record in records))
    first, second = map(json.loads, out.splitlines())
    assert status == 0
    assert first == {
        "id": "1",
        "rules": [
            {
                "rule": "floods",
                "way": "any mention",
                "severity": "high",
                "confidence": None,
                "sure": True,
                "evidence": [
                    {"field": "title", "start": 0, "end": 6, "text": "Floods", "term": "flood", "how": "inflected"}
                ],
            }
        ],
    }
    assert second == {"id": "2", "rules": []}


async def test_replay_adds_item_story_and_action(world: World) -> None:
    def record(number: int, title: str, **over: str) -> str:
        values = {"id": str(number), "title": title, "feed": "https://wire.example/rss", "guid": str(number)}
        return json.dumps(values | {"seen_at": f"2026-01-01T10:{number:02}:00Z"} | over)

    lines = [
        record(1, "Floods kill nine in the Ahr valley near Altenahr"),
        record(2, "Floods kill nine in Ahr valley near Altenahr", guid="1"),
        record(3, "Floods kill nine in the Ahr valley near Altenahr", feed="https://post.example/rss"),
        record(4, "Altenahr: Ahr valley floods kill nine, bridge gone", feed="https://post.example/rss"),
        record(5, "A dry summer"),
    ]
    status, out, _ = await world.run("replay", stdin="\n".join(lines))
    told = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [one["action"] for one in told] == ["alert", "duplicate", "duplicate", "follow-up", "none"]
    assert told[3]["reason"].startswith("confirmed: second source")
    assert told[0]["item"] == told[1]["item"] != told[2]["item"]
    assert [one["revision"] for one in told[:2]] == [1, 2]
    assert len({one["story"] for one in told[:4]}) == 1
    assert told[4]["story"] is None


async def test_a_wrong_setting_stops_the_start_with_its_name(world: World) -> None:
    world.environment["WIREWATCH_CATCH_UP"] = "soon"
    status, _, err = await world.run_alone("run")
    assert status == 2
    assert "WIREWATCH_CATCH_UP" in err
    assert "a duration such as 12h, or none, or all" in " ".join(err.split())


async def test_a_backup_is_a_database_and_prune_wants_an_age_of_a_day_at_least(world: World) -> None:
    await world.run("poll", "--json")
    copy = world.folder / "copy.db"
    assert (await world.run("db", "backup", str(copy)))[0] == 0
    assert copy.read_bytes().startswith(b"SQLite format 3")
    status, out, _ = await world.run("db", "prune", "--older-than", "1d")
    assert (status, out) == (0, "deleted the texts of 0 revisions and 0 sent messages\n")
    for age in ("0d", "23h", ""):
        assert (await world.run("db", "prune", "--older-than", age))[0] == 2


async def test_feeds_are_listed_tried_and_exchanged_as_opml(world: World) -> None:
    assert "wire" in (await world.run("feeds", "list"))[1]
    status, out, _ = await world.run("feeds", "test", "wire")
    assert (status, "Floods in the valley" in out) == (0, True)
    status, out, _ = await world.run("feeds", "test", world.feeds.url("/nothing.xml"))
    assert (status, "HTTP 404" in out) == (1, True)
    _, opml, _ = await world.run("feeds", "export")
    world.write("list.opml", opml)
    _, out, _ = await world.run("feeds", "import", str(world.folder / "list.opml"))
    assert world.feeds.url("/wire.xml") in out


async def test_no_secret_reaches_the_log_or_the_output(world: World) -> None:
    """Also when Slack refuses the token, and at every command that reads it."""
    world.slack.token = "xoxb-another"
    told = ""
    for command in (["poll", "--json"], ["check"], ["feeds", "list"]):
        told += str(await world.run(*command))
    assert '"alerts": 1' in told
    assert world.environment["SLACK_BOT_TOKEN"] not in told
