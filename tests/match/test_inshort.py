"""What a text lacks that no rule matches, in a sentence for each rule that comes near."""

from __future__ import annotations

import pytest

from monitor.match.inshort import lacking
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Way
from tests.support.rules import engine, shipped_rules

WORDS = {"raid": ["air raid", "bombing"], "harm_done": ["kill"], "place": ["market"], "drill": ["drill"]}
DEADLY = Way(name="deadly", all=("raid", "harm_done"), within=3, none=("drill",))
ANYWHERE = Way(name="some", any=("harm_done", "place"), at_least=2)


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "a group is missing": ("Air raid on a bridge", "It has no word for “harm done”, though it has “Air raid”."),
        "the way that lacks least": (
            "Market opens",
            "It has no word for “harm done”, though it has “Market”.",
        ),
        "too far apart": (
            "Air raid sirens sound in the city, and a storm may kill",
            "Its words stand too far apart, though it has “Air raid”, “kill”.",
        ),
        "a word that keeps it from matching": (
            "Air raid kills in a drill",
            "The rule does not match beside “drill”, though it has “Air raid”, “kills”.",
        ),
    }.values(),
)
def test_the_nearest_way_says_what_is_missing(text: str, words: str) -> None:
    [found] = lacking(engine(WORDS, DEADLY, ANYWHERE), ItemTexts(text, language="en"))
    assert (found.title, found.words) == ("R", words)


@pytest.mark.parametrize("text", ["Air raid kills two", "Council debates parking", ""])
def test_nothing_is_missing_where_a_rule_matches_or_none_comes_near(text: str) -> None:
    assert lacking(engine(WORDS, DEADLY, ANYWHERE), ItemTexts(text, language="en")) == ()


@pytest.mark.parametrize("text", ["Soldiers die in ambush", "Минобороны опровергло удар", "وزارة الدفاع تنفي"])
def test_the_shipped_rules_say_it_in_whole_sentences(text: str) -> None:
    for one in lacking(shipped_rules(), ItemTexts(text)):
        assert one.words.endswith(".")
        assert "_" not in one.words
