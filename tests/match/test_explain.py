"""What `explain` tells an editor: what each way lacks, what nearly met it, what stopped it, how sure it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.match.engine import Engine, compile_rules
from monitor.match.explain import as_dict, as_text, explain
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion
from monitor.match.rule import GroupPart, Way, Where
from monitor.match.terms import parse_term
from monitor.model import FeedKind, Match, Unsure
from monitor.wording.history import opinion_words
from tests.support.builders import match
from tests.support.rules import engine, opinion_file, rule

# A term, a text that nearly has it, and what is said of it.
NEAR = [
    ("en", "shelling", "a spelling contest", '"spelling" is one letter from "shelling", but is a known word itself'),
    ("en", "shelling", "the xhelling began", '"xhelling" is one letter from "shelling", but its first letter differs'),
    ("en", "bomb", "a bomz fell", '"bomz" is one letter from "bomb", but "bomb" is too short for typing errors'),
    ("en", "missile~0", "a missle hit", '"missle" is one letter from "missile", but "missile" is marked ~0'),
    ("en", "missile", "a mislle hit", '"mislle" is two letters from "missile", but only one is taken'),
    ("en", "submunition~1", "a submnitin", "but only one is taken for a typing error as the term is marked ~1"),
    ("en", "rocket", "a r0cket hit", '"r0cket" is one letter from "rocket", but it has a digit'),
    ("en", "=strike", "two strikes", '"strikes" is a form of "strike", but the term takes only the form that is'),
    ("en", "DPICM", "a dpicm shell", '"dpicm" is "DPICM", but not in capitals, as an acronym must be'),
    ("en", "DPICM", "a DPICN shell", '"DPICN" is one letter from "DPICM", but acronyms take no typing errors'),
    ("en", "medic", "medical supplies", '"medical" has the stem of "medic", but it is a much commoner word'),
    ("es", "herido", "here it is", '"here" has the stem of "herido", but it is a word of English'),
    ("uk", "кассетн*", "удар касетними", '"касетними" is one letter from "кассетн*", but before a star no typing'),
    ("ru", "посла", "после войны", '"после" has the stem of "посла", but it is a much commoner word'),
    ("ru", "обстрел", "новый абстрел", '"абстрел" is one letter from "обстрел", but its first letter differs'),
    ("ar", "قصف", "قصفظ", '"قصفظ" is one letter from "قصف", but "قصف" is too short for typing errors'),
    (
        "en",
        "cluster .. warhead",
        "cluster of four large new warheads",
        'has 4 words between, "cluster .. warhead" allows 3',
    ),
    ("en", "cluster bomb", "cluster of bombs", '"cluster of bombs" has 1 word between, "cluster bomb" allows none'),
    ("en", "cluster bomb", "a bomb cluster", '"bomb cluster" has the words of "cluster bomb" in another order'),
    ("en", "cluster bomb", "cluster bulb", '"cluster" begins "cluster bomb", but what must follow does not'),
    (
        "en",
        "cluster bomb",
        "cluster boms",
        '"boms" is one letter from "bomb" of "cluster bomb", but "bomb" is too short',
    ),
    (
        "en",
        "cluster missile",
        "cluster mislle",
        '"mislle" is two letters from "missile" of "cluster missile", but only one',
    ),
    ("en", "cluster bomb", "a star cluster", '"cluster" begins "cluster bomb", but what must follow does not'),
    ("en", "cluster bomb", "a sunny day", None),
    ("en", "kill", "we will go", None),
    ("en", "house", "a mouse", None),
]


def near(term: str, text: str, language: str) -> list[str]:
    told = as_text(explain(engine({"g": [term]}, language=language), ItemTexts(text)))
    return [line.strip().removeprefix("nearly g: ") for line in told.splitlines() if "nearly" in line]


@pytest.mark.parametrize(("language", "term", "text", "said"), NEAR, ids=str)
def test_what_nearly_met_a_group_and_why_it_did_not_count(
    language: str, term: str, text: str, said: str | None
) -> None:
    told = near(term, text, language)
    assert (told == []) if said is None else (said in " ".join(told)), told


def test_of_many_near_misses_the_nearest_are_shown() -> None:
    words = ["shelling", "missile~0", "rocket", "grenade", "DPICM"]
    told = as_text(explain(engine({"g": words}), ItemTexts("spelling missle r0cket xhelling grxnxde dpicm")))
    assert [line.split('"')[1] for line in told.splitlines() if "nearly" in line] == ["dpicm", "grxnxde", "r0cket"]


WORDS = {"weapon": ["rocket"], "harm": ["kill"], "place": ["school"], "game": ["video game"], "air": ["rocket"]}
UNMET: list[tuple[str, Way, tuple[str, str, str], str]] = [
    ("a group is missing", Way(name="w", all=("weapon", "harm")), ("A rocket", "", ""), "no word of harm"),
    ("any is missing", Way(name="w", any=("harm", "place")), ("A rocket", "", ""), "no word of any of harm, place"),
    (
        "too few of any",
        Way(name="w", any=("weapon", "harm", "place"), at_least=2),
        ("A rocket", "", ""),
        "2 of weapon, harm, place are needed, has weapon",
    ),
    (
        "all and any are missing",
        Way(name="w", all=("harm",), any=("place",)),
        ("A rocket", "", ""),
        "no word of harm; no word of any of place",
    ),
    (
        "too far apart",
        Way(name="w", all=("weapon", "harm"), within=2),
        ("A rocket one two three killed", "", ""),
        'too far apart: distance 3 > 2: "rocket" (weapon), "killed" (harm)',
    ),
    (
        "too far apart, with a choice of any",
        Way(name="w", all=("weapon",), any=("harm", "place"), within=2),
        ("A school one two three four rocket one two three killed", "", ""),
        'too far apart: distance 3 > 2: "rocket" (weapon), "killed" (harm)',
    ),
    (
        "not in one sentence",
        Way(name="w", all=("weapon", "harm"), sentence=True),
        ("A rocket hit. It killed", "", ""),
        'not in one sentence: "rocket" (weapon), "killed" (harm)',
    ),
    (
        "not in the title",
        Way(name="w", all=("weapon", "harm"), where=Where.TITLE),
        ("A rocket", "It killed", ""),
        'looks at the title only; elsewhere are "killed" (harm, in the summary)',
    ),
    (
        "not in the lead",
        Way(name="w", all=("weapon",), where=Where.LEAD),
        ("News", "", "word " * 90 + "rocket"),
        'looks at title, summary and the first 80 words only; elsewhere are "rocket" (weapon, in the body)',
    ),
    (
        "a none group in the lead",
        Way(name="w", all=("weapon",), none=("game",)),
        ("A rocket in a video game", "", ""),
        'stopped by none: "video game" (game)',
    ),
    (
        "a none group inside the distance, not the one beyond it",
        Way(name="w", all=("weapon", "harm"), within=5, none=("place", "game")),
        ("A rocket hits a school and kills", "", "word " * 20 + "video game"),
        'stopped by none: "school" (place)',
    ),
    (
        "a none group that is not the reason",
        Way(name="w", all=("weapon", "harm"), within=1, none=("game",)),
        ("A rocket in a video game: one two three killed", "", ""),
        'too far apart: distance 7 > 1: "rocket" (weapon), "killed" (harm)',
    ),
    (
        "one stretch for two groups",
        Way(name="w", all=("weapon", "air")),
        ("A rocket", "", ""),
        "no stretch of text serves two groups, and there is only one for them",
    ),
]


@pytest.mark.parametrize(("case", "way", "text", "said"), UNMET, ids=[case[0] for case in UNMET])
def test_why_a_way_does_not_hold(case: str, way: Way, text: tuple[str, str, str], said: str) -> None:
    told = as_text(explain(engine(WORDS, way), ItemTexts(*text)))
    assert f'  way "w": {said}' in told.splitlines(), case


def test_of_many_ways_those_that_lack_least_are_shown_unless_one_rule_is_asked_about() -> None:
    far = [Way(name=f"far {number}", all=("weapon", "harm")) for number in range(5)]
    held = Way(name="held", any=("game",))
    near = [Way(name=f"near {number}", all=("game",), any=("weapon", "harm")) for number in range(4)]
    asked = engine(WORDS, *far, held, *near)
    shown = as_text(explain(asked, ItemTexts("A video game"))).splitlines()
    ways = [line.partition('"')[2].partition('"')[0] for line in shown if line.startswith("  way")]
    assert ways == ["far 0", "far 1", "held", "near 0", "near 1", "near 2", "near 3"]
    assert "  3 ways more do not hold, and lack as much or more; --rule r shows them" in shown
    assert as_text(explain(asked, ItemTexts("A video game"), "r")).count("  way ") == 10


def test_groups_built_from_groups_tell_how_far_apart_their_words_are() -> None:
    beside = GroupPart(all=("weapon", "harm"), within=2)
    made = rule(WORDS, Way(name="w", all=("attack",)), groups={"attack": (beside,)})
    told = as_text(explain(compile_rules([made]), ItemTexts("A rocket one two three killed")))
    assert '  nearly attack: "rocket … killed" is too far apart: distance 3 > 2' in told.splitlines()
    told = as_text(explain(compile_rules([made]), ItemTexts("A rokcet that kills")))
    assert "nearly" not in told
    told = as_text(explain(compile_rules([made]), ItemTexts("A racket that kills")))
    assert '  nearly weapon: "racket" is one letter from "rocket", but is a known word itself' in told.splitlines()


def test_what_never_and_ignore_stopped_is_told_with_what_would_have_held() -> None:
    never = engine(WORDS, Way(name="w", all=("weapon",)), never=("game",))
    told = as_text(explain(never, ItemTexts("A rocket in a video game")))
    assert told.startswith('r@0a1b2c: stopped by never: "video game" (game); without it, it would match by "w"')
    ignore = engine(WORDS, Way(name="w", all=("weapon",)), ignore=(parse_term("rocket salad", "en"),))
    told = as_text(explain(ignore, ItemTexts("Rocket salad")))
    assert '  not counted, inside a phrase to ignore: "Rocket"' in told.splitlines()


def test_a_rule_for_other_feeds_says_which() -> None:
    only = engine(WORDS, Way(name="w", all=("weapon",)), feeds=frozenset({"wire"}), kinds=frozenset({FeedKind.NGO}))
    told = as_text(explain(only, ItemTexts("A rocket", feed_id="post")))
    assert told.startswith("r@0a1b2c: is not for this item: it is for the feeds wire and feeds of kind ngo")


def test_a_rule_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="there is no rule x that is not off; there are r"):
        explain(engine(WORDS), ItemTexts("A rocket"), "x")


def opinion(*ways: Way, **weights: float) -> Engine:
    file = opinion_file({f"word:{word}": weight for word, weight in weights.items()}, version="v7", needed_from=0.5)
    return compile_rules([rule(WORDS, *(ways or (Way(name="w", all=("weapon",)),)))], {"r": Opinion(file)})


def test_the_second_opinion_is_told_with_words_for_and_against() -> None:
    told = as_text(explain(opinion(salad=-3.0, rocket=1.0), ItemTexts("A rocket salad", language="en")))
    line = told.splitlines()[1]
    assert line.startswith("  second opinion (version v7): ")
    assert 'unsure, its alert is marked unsure: for it "rocket"; against it "salad"' in line
    assert "second opinion" not in as_text(explain(opinion(salad=-3.0), ItemTexts("A rocket salad", language="fr")))


def test_a_way_that_needs_a_second_opinion_says_so() -> None:
    broad = opinion(Way(name="w", all=("weapon",), needs_opinion=True), salad=-3.0, rocket=1.0)
    told = as_text(explain(broad, ItemTexts("A rocket", language="en")))
    assert told.startswith('r@0a1b2c: MATCHES by way "w"')
    said = "its words are there, and it holds if the second opinion agrees"
    assert f'  way "w": {said}: "rocket" (weapon)' in told.splitlines()
    first, *_ = as_text(explain(broad, ItemTexts("A rocket salad", language="en"))).splitlines()
    assert first == "r@0a1b2c: does not match: the ways that hold also need a second opinion that agrees"
    first, *_ = as_text(explain(broad, ItemTexts("A rocket"))).splitlines()
    assert first.endswith("it speaks only where the language is known (--lang)")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (match(), ""),
        (match(confidence=0.913, opinion="v7"), "second opinion (version v7): 91%, sure"),
        (
            match(confidence=0.3, sure=False, unsure=Unsure.DIGEST),
            "second opinion: 30%, unsure, it goes out in a digest, unless critical",
        ),
        (
            match(confidence=0.2, sure=False, unsure=Unsure.ALERT, reasons=("-drill",)),
            'second opinion: 20%, unsure, it alerts as any other: against it "drill"',
        ),
    ],
)
def test_how_sure_a_match_is_in_words(found: Match, said: str) -> None:
    assert opinion_words(found) == said


def test_the_json_says_what_the_text_says() -> None:
    way = Way(name="w", all=("weapon", "harm"), within=2)
    made = explain(engine(WORDS, way), ItemTexts("A rocket one two three killed near a scholl"))
    told: dict[str, Any] = json.loads(json.dumps(as_dict(made)))
    (one,) = told["rules"]
    assert (one["rule"], one["matches"], one["verdict"]) == ("r", False, "does not match")
    assert (one["ways"][0]["holds"], one["ways"][0]["distance"], one["ways"][0]["within"]) == (False, 3, 2)
    assert one["ways"][0]["why"] in as_text(made)
    assert one["groups"]["weapon"] == [
        {"group": "weapon", "field": "title", "start": 2, "end": 8, "text": "rocket", "term": "rocket", "how": "same"}
    ]


@settings(max_examples=60)
@given(st.lists(st.sampled_from("cluster bomb bom bobm rocket r0cket U.N. л'є sous-munition قنبلة \n . -".split(" "))))
def test_no_text_makes_explaining_raise(words: list[str]) -> None:
    text = " ".join(words)
    terms = {"g": ["cluster bomb", "cluster .. warhead", "rocke*", "=bombs", "UN", "sub-munition"], "h": ["missile"]}
    checked = engine(terms, Way(name="w", all=("g", "h"), within=3))
    assert as_text(explain(checked, ItemTexts(text, text, text)))


def test_a_long_text_is_explained_from_its_first_words() -> None:
    body = " ".join(f"word{number}" for number in range(20_000)) + " spelling"
    told = as_text(explain(engine({"g": ["shelling"]}), ItemTexts("A spelling", body=body)))
    assert 'nearly g: "spelling" is one letter' in told
