"""Which version of each file is live: whatever is edited, what is live is without error as long as it ever was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import settings
from monitor.config import changes
from monitor.config.lastgood import Live, choose_live
from monitor.files.snapshot import Files
from monitor.match.itemtexts import ItemTexts
from monitor.model import ConfigFile, NoticeMessage
from monitor.settings import Settings
from tests.support.builders import NOW, minutes

FEEDS = "feeds: [{id: wire, url: 'https://wire.example/rss'}, {id: post, url: 'https://post.example/rss'}]\n"
ROUTES = "ops: ops\nroutes: [{name: desk, channel: C0DESK}, {name: ops, channel: C0OPS}]\n"
FLOODS = """format: 1
id: floods
title: Floods
send_to: [desk]
words: {water: {from: [waters]}}
find: [{name: any mention, all: [water]}]
examples: {match: [Floods in the valley], no_match: [The levee holds]}
"""
FIRES = """format: 1
id: fires
title: Fires
feeds: [post]
words: {fire: {en: [wildfire]}}
find: [{name: any mention, all: [fire]}]
examples: {match: [Wildfire near the valley], no_match: [Sunny day]}
"""
WATERS = "format: 1\ntitle: Waters\nwords: {en: [flood, inundation]}\n"
OPINION = (
    '{"format": 1, "rule": "floods", "version": "a", "fitted_on": {"en": 50}, "rules_alone": {},'
    ' "measured": {}, "sure_from": 0.5, "needed_from": 0.5, "intercept": 3.0, "weights": {}}'
)
GOOD = {
    "feeds.yaml": FEEDS,
    "routes.yaml": ROUTES,
    "rules/floods.yaml": FLOODS,
    "rules/fires.yaml": FIRES,
    "rules/words/waters.yaml": WATERS,
    "rules/opinions/floods.json": OPINION,
}


class House:
    """Files in a folder, and what is remembered of them, as a service would keep it from one reading to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = settings.load(
            {
                "wirewatch_feeds": folder / "feeds.yaml",
                "wirewatch_routes": folder / "routes.yaml",
                "wirewatch_rules": folder / "rules",
            }
        )
        self.remembered: dict[str, ConfigFile] = {}
        self.live: Live | None = None
        self.now = NOW
        self.told: list[str] = []

    def edit(self, **texts: str | None) -> None:
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")

    def read(self, *, restart: bool = False) -> Live:
        self.live = choose_live(self.settings, Files(), self.remembered, None if restart else self.live)
        changed = changes.changes(self.live, self.remembered, self.live.configuration.routes.ops, now=self.now)
        self.remembered |= {file.name: file for file in changed.files}
        self.remembered = {name: file for name, file in self.remembered.items() if name not in changed.gone}
        self.told = []
        for notice in changed.notices:
            assert isinstance(notice.message, NoticeMessage)
            self.told += [notice.message.title, *notice.message.text.replace(f"{self.folder}/", "").splitlines()]
        self.now += minutes(1)
        return self.live

    def matches(self, title: str, feed: str = "post") -> list[str]:
        assert self.live is not None
        return [match.rule for match in self.live.configuration.engine.match(ItemTexts(title, feed_id=feed))]


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.edit(**GOOD)
    assert made.read().wrong == {}
    assert made.told == []
    return made


Check = Callable[[House], bool]


def floods(house: House) -> bool:
    return house.matches("Floods in the valley") == ["floods"]


def fires(house: House) -> bool:
    return house.matches("Wildfire near the valley") == ["fires"]


def feeds(house: House) -> bool:
    return house.live is not None and [feed.id for feed in house.live.configuration.feeds] == ["wire", "post"]


def routes(house: House) -> bool:
    return house.live is not None and [route.name for route in house.live.configuration.routes.all()] == ["desk", "ops"]


def opinion(house: House) -> bool:
    assert house.live is not None
    (match,) = house.live.configuration.engine.match(ItemTexts("Floods in the valley", language="en"))
    return match.opinion == "a"


LEVEE = WATERS.replace("flood,", "flood, levee,")
NO_TITLE = FLOODS.replace("title", "titel")
MISTAKES: list[tuple[str, str | None, str, Check]] = [
    ("feeds.yaml", FEEDS.replace("url", "ulr"), 'unknown key "ulr"', feeds),
    ("feeds.yaml", "feeds:\n\t- x\n", "feeds.yaml:2:1: error: ", feeds),
    ("feeds.yaml", None, "feeds.yaml:1:1: error: ", feeds),
    ("feeds.yaml", "feeds: [{id: wire, url: 'https://wire.example', enabled: false}]\n", "no feed in it is", feeds),
    ("routes.yaml", ROUTES.replace("C0DESK", "'#desk'"), '"#desk"', routes),
    ("routes.yaml", ROUTES.replace("ops: ops", "ops: [ops]"), "routes.yaml:1:6: error: ops: the name of one", routes),
    ("routes.yaml", "ops: ops\nroutes: [{name: ops, channel: C0OPS}]\n", "no route but ops is in it", routes),
    ("rules/floods.yaml", NO_TITLE, 'rules/floods.yaml:3:1: error: unknown key "titel"', floods),
    (
        "rules/floods.yaml",
        FLOODS.replace("[desk]", "[dsek]"),
        'rules/floods.yaml:4:11: error: routes.yaml has no route "dsek"',
        floods,
    ),
    ("rules/floods.yaml", FLOODS.replace("[Floods in the valley]", "[Sun]"), 'example "Sun" should', floods),
    ("rules/floods.yaml", FLOODS.replace("[waters]", "[rivers]"), "rules/floods.yaml:5:24: error: ", floods),
    ("rules/floods.yaml", FLOODS.replace("[waters]", "[[waters]]"), "rules/floods.yaml:5:24: error: from: ", floods),
    ("rules/floods.yaml", "\ufeff", "rules/floods.yaml:1:1: error: ", floods),
    ("rules/words/waters.yaml", "format: 1\nwords: {en: [flood]}\n", "rules/words/waters.yaml:1:1: error: ", floods),
    ("rules/words/waters.yaml", LEVEE, 'rules/floods.yaml:7:54: error: example "The levee holds"', floods),
    ("rules/words/waters.yaml", None, "rules/floods.yaml:5:24: error: ", floods),
    ("rules/opinions/floods.json", "{", "rules/opinions/floods.json:1:1: error: ", opinion),
]


@pytest.mark.parametrize("restart", [False, True], ids=["while running", "across a restart"])
@pytest.mark.parametrize(("name", "text", "error", "still"), MISTAKES, ids=[f"{m[0]} {m[2]}" for m in MISTAKES])
def test_a_mistake_leaves_the_last_good_version_live_and_is_told_once(
    house: House, name: str, text: str | None, error: str, still: Check, restart: bool
) -> None:
    house.edit(**{name: text})
    house.read(restart=restart)
    assert still(house)
    assert house.told[0] == f"Mistake in {name}"
    assert any(error in line for line in house.told)
    assert house.told[-1] == f"{name}: still using the version of 12:00 UTC"
    house.read(restart=restart)
    assert still(house)
    assert house.told == []
    house.edit(**{name: GOOD[name]})
    live = house.read(restart=restart)
    assert live.wrong == {}
    assert house.told == [f"{name} is fixed", f"{name}: fixed; in use since 12:00 UTC"]


def test_what_is_good_is_live_beside_what_is_not(house: House) -> None:
    house.edit(
        **{
            "rules/floods.yaml": FLOODS.replace("title", "titel"),
            "rules/fires.yaml": FIRES.replace("[wildfire]", "[wildfire, blaze]"),
            "rules/words/waters.yaml": WATERS.replace("flood,", "flood, deluge,"),
        }
    )
    live = house.read()
    assert house.matches("Deluge in the valley") == ["floods"]
    assert house.matches("A blaze near the valley") == ["fires"]
    assert live.taken_back == {"rules/floods.yaml"}


def test_a_mistake_in_a_word_file_is_told_of_it_and_not_of_the_rules_that_take_it(house: House) -> None:
    house.edit(**{"rules/words/waters.yaml": "format: 1\ntitle: Waters\nwords: {enn: [flood]}\n"})
    assert list(house.read().wrong) == ["rules/words/waters.yaml"]


def test_another_mistake_is_told_and_the_same_one_again_after_it_was_mended(house: House) -> None:
    broken = FLOODS.replace("title", "titel")
    keys = set()
    for text in (broken, FLOODS.replace("words", "wrods"), FLOODS, broken):
        house.edit(**{"rules/floods.yaml": text})
        house.read()
        assert house.told, text
        keys.add(house.told[1])
    assert len(keys) == 3


@pytest.mark.parametrize(("mistakes", "last"), [(10, "key10"), (12, "and 2 more")])
def test_of_many_mistakes_of_a_file_ops_reads_the_first_ten(house: House, mistakes: int, last: str) -> None:
    keys = "".join(f"key{number}: x\n" for number in range(1, mistakes + 1))
    house.edit(**{"rules/fires.yaml": FIRES + keys})
    house.read()
    title, *errors, _ = house.told
    assert (title, len(errors)) == ("Mistake in rules/fires.yaml", min(mistakes, 11))
    assert last in errors[-1]


def test_the_notices_of_two_processes_are_one_and_those_of_two_times_are_two(house: House) -> None:
    broken = FLOODS.replace("title", "titel")
    ids = []
    for text in (broken, FLOODS, broken):
        house.edit(**{"rules/floods.yaml": text})
        live = choose_live(house.settings, Files(), house.remembered, house.live)
        ops = live.configuration.routes.ops
        first, second = (changes.changes(live, house.remembered, ops, now=house.now + minutes(n)) for n in range(2))
        assert first.notices[0].delivery_id == second.notices[0].delivery_id
        ids.append(first.notices[0].delivery_id)
        house.read()
    assert len(set(ids)) == 3


def test_without_an_ops_route_a_mistake_is_told_once_there_is_one(house: House) -> None:
    house.edit(**{"routes.yaml": ROUTES.replace("ops: ops\n", ""), "rules/fires.yaml": "format: 1\n"})
    house.read()
    assert house.told == []
    house.edit(**{"routes.yaml": ROUTES})
    house.read()
    assert house.told[0] == "Mistake in rules/fires.yaml"


def test_a_rule_whose_file_is_deleted_is_gone(house: House) -> None:
    house.edit(**{"rules/fires.yaml": None})
    live = house.read()
    assert (live.wrong, house.told) == ({}, [])
    assert [rule.id for rule in live.configuration.engine.rules] == ["floods"]
    assert "rules/fires.yaml" not in house.remembered


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("folder", ["empty", "gone"])
def test_a_folder_that_was_emptied_is_a_mistake_and_no_edit(house: House, folder: str, restart: bool) -> None:
    rules = house.folder / "rules"
    rules.rename(house.folder / "moved")
    if folder == "empty":
        rules.mkdir()
    house.read(restart=restart)
    assert floods(house)
    assert fires(house)
    house.read(restart=restart)
    assert house.told == []
    if folder == "empty":
        rules.rmdir()
    (house.folder / "moved").rename(rules)
    assert house.read(restart=restart).wrong == {}


def test_a_file_that_never_was_good_is_told_and_left_out(house: House) -> None:
    house.edit(**{"rules/storms.yaml": "format: 1\nid: storms\n"})
    house.read()
    assert floods(house)
    assert house.told[0] == "Mistake in rules/storms.yaml"
    assert house.told[-1] == "rules/storms.yaml: not in use until it is fixed"
    house.edit(**{"rules/storms.yaml": None})
    house.read()
    assert house.told == ["rules/storms.yaml is fixed", "rules/storms.yaml: deleted, and its mistake with it"]


def test_at_the_very_first_start_what_is_valid_is_used(tmp_path: Path) -> None:
    house = House(tmp_path)
    texts = {name: text for name, text in GOOD.items() if "fires" not in name}
    house.edit(**texts | {"feeds.yaml": FEEDS.replace("{id: post", "{id: Post")})
    live = house.read()
    assert [feed.id for feed in live.configuration.feeds] == ["wire"]
    assert house.told[-1] == "feeds.yaml: its valid parts are in use; there is no earlier good version"


def test_a_route_that_is_taken_away_is_told_of_the_rule_that_names_it_which_stays_alive(house: House) -> None:
    house.edit(**{"routes.yaml": ROUTES.replace("name: desk", "name: front")})
    live = house.read()
    assert live.taken_back == set()
    assert floods(house)
    assert 'rules/floods.yaml:4:11: error: routes.yaml has no route "desk"' in house.told[1]
    assert house.told[2] == "rules/floods.yaml: its valid parts are still in use"
    house.edit(**{"rules/words/waters.yaml": WATERS.replace("flood,", "flood, deluge,")})
    house.read()
    assert house.matches("Deluge in the valley") == ["floods"]


def test_a_rule_for_feeds_that_were_taken_away_is_not_for_all_feeds(house: House) -> None:
    house.edit(**{"feeds.yaml": FEEDS.replace("id: post", "id: mail")})
    house.read()
    assert 'feeds.yaml has no feed "post"' in house.told[1]
    assert house.matches("Wildfire near the valley", feed="mail") == []
    assert fires(house)


def test_a_rule_that_was_wrong_before_blames_no_word_file(house: House) -> None:
    """As after an upgrade that judges an example otherwise: edits of word files must go on."""
    levee = FLOODS.replace("The levee holds", "Inundation, they say")
    house.edit(**{"rules/floods.yaml": levee})
    remembered = house.remembered["rules/floods.yaml"]
    house.remembered["rules/floods.yaml"] = replace(remembered, content=levee)
    house.read()
    assert list(house.live.wrong) == ["rules/floods.yaml"] if house.live else False
    house.edit(**{"rules/words/waters.yaml": WATERS.replace("flood,", "flood, deluge,")})
    house.read()
    assert house.matches("Deluge in the valley") == ["floods"]


def test_what_did_not_change_is_not_compiled_again(house: House) -> None:
    assert house.live is not None
    engine = house.live.configuration.engine
    house.edit(**{"feeds.yaml": FEEDS.replace("}]", "}, {id: mail, url: 'https://mail.example/rss'}]")})
    live = house.read()
    assert live.configuration.engine is engine
    assert len(live.configuration.feeds) == 3


def test_rules_may_be_one_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.edit(**GOOD)
    house.settings = house.settings.model_copy(update={"wirewatch_rules": tmp_path / "rules" / "floods.yaml"})
    house.read()
    house.edit(**{"rules/floods.yaml": None})
    house.read(restart=True)
    assert floods(house)
    assert house.told[-1] == "rules/floods.yaml: still using the version of 12:00 UTC"
