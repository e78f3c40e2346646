"""When a way holds: distance, sentence, place, choice, never and ignore."""

from __future__ import annotations

import random
import string

import pytest

from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Status, Term, Way, Where
from monitor.match.terms import parse_term
from monitor.model import FeedKind, Match, Severity
from tests.support.rules import engine, rule

WORDS = {"weapon": ["cluster bomb", "rocket"], "harm": ["kill", "wound"], "place": ["school"], "game": ["video game"]}


def met(way: Way, title: str, summary: str = "", body: str = "") -> Match | None:
    found = engine(WORDS, way).match(ItemTexts(title, summary, body))
    return found[0] if found else None


def near(within: int, **over: object) -> Way:
    return Way(name="near", all=("weapon", "harm"), within=within, **over)  # type: ignore[arg-type]  # any key of a way


CASES = [
    ("next to each other", near(0), "rockets kill", True),
    ("order does not matter", near(1), "killed by rocket", True),
    ("as many words between as allowed", near(3), "rocket one two three killed", True),
    ("one more", near(3), "rocket one two three four killed", False),
    ("words of a hit are not between", near(1), "cluster bombs and killed", True),
    ("a hyphen parts words", near(0), "rocket-kill", True),
    ("a group is missing", near(9), "rockets found", False),
    ("one sentence", Way(name="s", all=("weapon", "harm"), sentence=True), "A rocket hit. It killed", False),
    ("the same sentence", Way(name="s", all=("weapon", "harm"), sentence=True), "Rain. A rocket killed.", True),
    ("an acronym's dot ends nothing", Way(name="s", all=("weapon", "harm"), sentence=True), "U.S. rocket kills", True),
    ("enough of any", Way(name="a", any=("weapon", "harm", "place"), at_least=2), "rocket hits school", True),
    ("too few of any", Way(name="a", any=("weapon", "harm", "place"), at_least=2), "rocket", False),
    ("all and any", Way(name="a", all=("place",), any=("weapon", "harm")), "school rocket", True),
    ("a none group in the lead", Way(name="n", all=("weapon",), none=("game",)), "rocket in a video game", False),
    ("a none group inside the distance", near(9, none=("place",)), "rocket hits school, killed", False),
    ("a none group beyond it", near(1, none=("place",)), "rocket killed " + "word " * 9 + "school", True),
]


@pytest.mark.parametrize(("case", "way", "text", "holds"), CASES, ids=[case[0] for case in CASES])
def test_a_way_holds(case: str, way: Way, text: str, holds: bool) -> None:
    assert (met(way, text) is not None) is holds


def test_no_stretch_of_text_serves_two_groups() -> None:
    words = {"one": ["air strike"], "two": ["strike"]}
    way = Way(name="both", all=("one", "two"))
    assert engine(words, way).match(ItemTexts("an air strike")) == ()
    assert engine(words, way).match(ItemTexts("an air strike and a strike"))


def test_fields_are_a_thousand_words_apart() -> None:
    assert met(near(900), "rocket", "killed") is None
    assert met(near(1_000), "rocket", "killed") is not None


@pytest.mark.parametrize(
    ("where", "title", "lead", "deep"),
    [(Where.TITLE, True, False, False), (Where.LEAD, True, True, False), (Where.ANYWHERE, True, True, True)],
)
def test_where_a_way_looks(where: Where, title: bool, lead: bool, deep: bool) -> None:
    way = Way(name="w", all=("weapon",), where=where)
    assert (met(way, "rocket") is not None) is title
    assert (met(way, "news", body="word " * 70 + "rocket") is not None) is lead
    assert (met(way, "news", body="word " * 90 + "rocket") is not None) is deep


def test_the_most_severe_way_is_told_and_the_first_of_equals() -> None:
    ways = (
        Way(name="mention", all=("weapon",)),
        Way(name="casualties", all=("weapon", "harm"), severity=Severity.CRITICAL),
        Way(name="other", all=("weapon",)),
    )
    both = engine(WORDS, *ways, severity=Severity.LOW)
    assert [(one.way, one.severity) for one in both.match(ItemTexts("rocket kills"))] == [("casualties", 4)]
    assert [one.way for one in both.match(ItemTexts("rocket"))] == ["mention"]


def test_never_stops_the_rule_and_takes_no_typing_errors() -> None:
    checked = engine(WORDS, Way(name="w", all=("weapon",)), never=("game",))
    assert checked.match(ItemTexts("rocket in a video game")) == ()
    assert checked.match(ItemTexts("rocket", body="word " * 90 + "video game"))
    assert checked.match(ItemTexts("rocket in a vidoe game"))


def test_a_word_inside_an_ignored_phrase_does_not_count() -> None:
    ignore: tuple[Term, ...] = (parse_term("rocket salad", "en"),)
    checked = engine(WORDS, Way(name="w", all=("weapon",)), ignore=ignore)
    assert checked.match(ItemTexts("a rocket salad")) == ()
    assert checked.match(ItemTexts("a rocket salad and a rocket"))


def test_status_feeds_and_kinds() -> None:
    way = Way(name="w", all=("weapon",))
    assert compile_rules([rule(WORDS, way, status=Status.OFF)]).match(ItemTexts("rocket")) == ()
    assert [one.live for one in engine(WORDS, way, status=Status.TEST).match(ItemTexts("rocket"))] == [False]
    only = engine(WORDS, way, feeds=frozenset({"wire"}), kinds=frozenset({FeedKind.NGO}))
    assert only.match(ItemTexts("rocket", feed_id="wire", kind=FeedKind.NGO))
    assert only.match(ItemTexts("rocket", feed_id="post", kind=FeedKind.NGO)) == ()
    assert only.match(ItemTexts("rocket", feed_id="wire", kind=FeedKind.WIRE)) == ()


def test_everything_takes_every_item() -> None:
    (match,) = engine({}, Way(name="all", everything=True)).match(ItemTexts("", ""))
    assert (match.way, match.evidence[0].how) == ("all", "everything")


def test_a_long_hostile_text_takes_bounded_steps() -> None:
    """Ten thousand hits of each group, none of them near enough, must not be tried in all combinations."""
    way = Way(name="w", all=("weapon", "harm", "place"), within=0)
    body = " ".join(["rocket x kill y school z"] * 3_000)
    assert engine(WORDS, way).match(ItemTexts("", "", body)) == ()


def test_matching_is_the_same_again_and_in_another_engine() -> None:
    rng = random.Random(7)
    texts = [
        " ".join(rng.choices(["rocket", "kills", "school", "rokcet", *string.ascii_lowercase], k=30)) for _ in range(50)
    ]
    one, other = engine(WORDS, near(5)), engine(WORDS, near(5))
    assert [one.match(ItemTexts(text)) for text in texts] == [other.match(ItemTexts(text)) for text in reversed(texts)][
        ::-1
    ]
