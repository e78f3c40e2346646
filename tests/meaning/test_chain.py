"""The whole chain with an encoder: which opinion judged, in the service and in commands, and how one is fitted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.health.signs import WorkSigns
from monitor.match.meaning import Meant, packed
from monitor.match.opinion import OpinionFile
from monitor.meaning import reader
from monitor.meaning.encoder import key_of
from monitor.pipeline.poll import poll_all
from monitor.workbench.heads import Head, Heads
from monitor.workbench.learn import written
from tests.support.encoders import CRASHES, Frail, Letters
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.rules import opinion_file
from tests.support.world import World

RULE = (
    "format: 1\nid: fires\ntitle: Fires\nstatus: live\nsend_to: [desk]\n"
    "words: {fire: {en: [fire]}, house: {en: [house]}}\n"
    "find: [{name: fire, all: [fire]}, {name: any house, all: [house], needs_opinion: true}]\n"
    "examples: {match: [A fire], no_match: [nothing]}\n"
)


def opinion(encoder: type[Letters] | None) -> OpinionFile:
    """Without an encoder sure of nothing, and with its vectors of everything."""
    meant = None
    if encoder is not None:
        numbers = [1.0, *[0.0] * (encoder.dimensions - 1)]
        meant = Meant(encoder=encoder.name, middle=packed(numbers), weights=packed([0.0] * len(numbers)), usual=0.5)
    version, intercept = ("plain1", -3.0) if meant is None else ("vector", 3.0)
    return opinion_file(rule="fires", version=version, needed_from=0.5, intercept=intercept, meant=meant)


@pytest.fixture
def world(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(reader, "WITHIN", 100.0)  # this machine may be slow
    world.poll_feeds("wire")
    world.write("rules/fires.yaml", RULE)
    world.write("rules/opinions/fires.json", written(opinion(None)))
    for encoder in (Letters, Frail):
        world.write(f"rules/opinions/fires.{encoder.name}.json", written(opinion(encoder)))
    world.environment |= {
        "WIREWATCH_RULES": str(tmp_path / "rules"),
        "WIREWATCH_MEANING": "tests.support.encoders:Letters",
    }
    return world


async def judged(world: World, *titles: str) -> dict[str, str]:
    """Which opinion judged the match of each title, where there is one."""
    entries = [FeedEntry(title, f"https://wire.example/{n}", f"w{n}") for n, title in enumerate(titles)]
    world.feeds.serve("/wire.xml", rss(*entries))
    found: dict[str, str] = {}
    async with world.opened(signs=WorkSigns(), clock=lambda: datetime.now(UTC)) as (app, store):
        await poll_all(app.poller, app.configuration.feeds, concurrency=1)
        for entry in entries:
            item = await store.item_id_of(entry.link)
            history = await store.history(item) if item else None
            assert history is not None
            for match in history.revisions[-1].matches:
                found[entry.title] = match.opinion
    return found


FIRE, HOUSE, GARDEN = "A fire in the harbour", "A house by the sea", "A garden in bloom"


async def test_the_service_judges_with_vectors_and_without_where_there_is_no_encoder(world: World) -> None:
    with_it = await judged(world, FIRE, HOUSE, GARDEN)
    assert with_it == {FIRE: "vector with letters", HOUSE: "vector with letters"}
    world.environment["WIREWATCH_MEANING"] = "off"
    assert await judged(world, f"{FIRE} again", f"{HOUSE} again") == {f"{FIRE} again": "plain1"}


async def test_a_rule_on_test_keeps_no_alert_of_another_rule_waiting_for_vectors(world: World) -> None:
    world.write("rules/fires.yaml", RULE.replace("status: live", "status: test"))
    world.write(
        "rules/bays.yaml",
        "format: 1\nid: bays\ntitle: Bays\nstatus: live\nsend_to: [desk]\nwords: {harbour: {en: [harbour]}}\n"
        "find: [{name: any, all: [harbour]}]\nexamples: {match: [A harbour], no_match: [nothing]}\n",
    )
    hills = "A fire in the hills"
    assert await judged(world, FIRE, hills) == {FIRE: "plain1", hills: "vector with letters"}


async def test_a_text_that_crashes_the_encoder_is_judged_by_words_alone(world: World) -> None:
    world.environment["WIREWATCH_MEANING"] = "tests.support.encoders:Frail"
    world.write("rules/fires.yaml", RULE.replace("en: [fire]", f"en: [fire, {CRASHES}]"))
    found = await judged(world, CRASHES, FIRE)
    assert found == {CRASHES: "plain1", FIRE: "vector with frail"}


async def test_commands_judge_as_the_service_does(world: World) -> None:
    _, text, _ = await world.run("explain", "--text", FIRE, "--lang", "en")
    assert "second opinion (version vector with letters): 95%, sure" in text
    item = json.dumps({"id": "1", "title": HOUSE, "language": "en"})
    _, matches, _ = await world.run("match", stdin=item + "\n")
    assert [one["rule"] for one in json.loads(matches)["rules"]] == ["fires"]
    world.environment["WIREWATCH_MEANING"] = "off"
    _, text, _ = await world.run("explain", "--text", FIRE, "--lang", "en")
    assert "second opinion (version plain1): 5%, unsure" in text


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        ("off", ""),
        ("tests.support.encoders:Letters", ""),
        ("tests.support.encoders:Broken", "has no weights for the vectors of broken, so it judges by words alone"),
    ],
)
async def test_check_says_where_an_opinion_has_no_weights_for_the_encoder(
    world: World, meaning: str, expected: str
) -> None:
    world.environment["WIREWATCH_MEANING"] = meaning
    status, out, _ = await world.run("check")
    assert status == 0
    assert ("has no weights" in out) is bool(expected)
    assert expected in out


# -- fitting -----------------------------------------------------------------------------------------------------


async def test_learn_fits_both_and_reads_each_text_once(world: World) -> None:
    """Words tell two of three sales from fires, and letters all of them."""
    words = ("smokeandflames", "bargainoffers")
    rows = [
        {
            "title": f"Fire {n * 7919 % 100_000:05d}{words[n % 2]}{n:05d} {'' if n % 2 == 0 or n % 3 == 0 else 'sale'}",
            "language": "en",
            "labels": {"fires": "ny"[n % 2 == 0]},
        }
        for n in range(300)
    ]
    path = world.write("items.jsonl", "\n".join(map(json.dumps, rows)) + "\n")
    vectors = world.folder / "letters.vectors"
    arguments = ("learn", str(path), "--no-desk", "--vectors", str(vectors))
    status, out, err = await world.run(*arguments)
    assert status == 0, err
    assert "written to" in out
    opinions = world.folder / "rules/opinions"
    fitted = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in opinions.glob("*.json")}
    assert fitted["fires.letters.json"]["meant"]["encoder"] == "letters"
    assert fitted["fires.letters.json"]["measured"]["all"]["f1"] > fitted["fires.json"]["measured"]["all"]["f1"]
    assert "meant" not in fitted["fires.json"]
    size = vectors.stat().st_size
    await world.run(*arguments)
    assert vectors.stat().st_size == size
    world.environment["WIREWATCH_MEANING"] = "off"
    _, out, _ = await world.run(*arguments)
    assert "not fitted again, for no encoder is used: fires.frail.json, fires.letters.json" in out


@pytest.mark.parametrize(
    ("of", "status", "said"),
    [
        ("letters", 0, "fires.letters.json"),
        ("frail", 2, "heads.json is of frail, and letters is in use (WIREWATCH_MEANING)"),
    ],
)
async def test_learn_takes_what_the_encoder_in_use_learnt(world: World, of: str, status: int, said: str) -> None:
    titles = [f"Fire {n:05d} {'' if n % 2 == 0 or n % 3 == 0 else 'sale'}".strip() for n in range(300)]
    rows = [{"title": title, "language": "en", "labels": {"fires": "yn"[n % 2]}} for n, title in enumerate(titles)]
    items = world.write("items.jsonl", "\n".join(map(json.dumps, rows)) + "\n")
    scores = {key_of(title).hex(): -4.0 if n % 2 else 4.0 for n, title in enumerate(titles)}
    size = Letters.dimensions
    Heads(of, (0.0,) * size, {"fires": Head((1.0,) * size, scores)}).write(world.folder / "heads.json")
    files = ("--vectors", str(world.folder / "letters.vectors"), "--heads", str(world.folder / "heads.json"))
    found, out, err = await world.run("learn", str(items), "--no-desk", *files)
    assert found == status, err
    assert said in " ".join((out + err).split())
