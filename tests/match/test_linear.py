"""Matching takes work in proportion to the text, whatever the text: counted in lines run, not in seconds."""

from __future__ import annotations

import tracemalloc
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.match.engine import Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import GroupPart, Way
from monitor.match.terms import parse_term
from tests.support.linesrun import lines_run
from tests.support.rules import rule

WORDS = {
    "weapon": ["cluster bomb", "cluster .. warhead", "airstrike", "rocket", "кассетн*", "أسلحة عنقودية"],
    "harm": ["kill", "wound", "погиб*", "мертвий"],
    "place": ["school", "hospital", "UN"],
    "game": ["video game", "gameplay"],
    "party": ["army", "US"],
}
WAYS = (
    Way(name="near", all=("weapon", "harm", "place"), within=0, none=("game",)),
    Way(name="far", all=("weapon", "harm"), within=40, none=("game", "party")),
    Way(name="some", all=("harm",), any=("weapon", "place", "party", "beside"), at_least=3, within=2),
    Way(name="sentence", all=("weapon", "harm", "party"), sentence=True),
    Way(name="built", all=("beside", "place"), within=1),
    Way(name="lead", all=("weapon", "game")),
)
PIECES = st.sampled_from(
    [
        *("rocket", "rockets", "rockte", "cluster", "bomb", "warhead", "air", "strike", "air-strike", "clusterbombs"),
        *("kill", "killed", "wounds", "school", "hospitals", "hospitla", "UN", "un", "US", "us", "army", "armies"),
        *("video", "game", "gameplay", "rocket salad", "the", "of", "кассетными", "погибли", "мертвих", "касетн"),
        *("أسلحة", "عنقودية", "العنقودية", "l'hôpital", "ki\u0301lled", "roc\u200bket", "U.N.", "U.S.A", "a.b.c"),
        *(".", "!", "\n", "'", "’", "-", "\u0301", "\u200b", "🙂", "٣", "x", "7"),
    ]
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", " ", "", "-", ". ", "'"])), min_size=1, max_size=12).map(
    lambda pairs: "".join(piece + mark for piece, mark in pairs)
)
# Up to so many lines a text may cost whatever its length: the search for a way is cut off there.
BOUNDED = 20_000


@cache
def engine() -> Engine:
    ignore = (parse_term("rocket salad", "en"), parse_term("killed of", "en"))
    beside = (GroupPart(all=("party", "weapon"), within=3), GroupPart(any=("weapon",)))
    return compile_rules([rule(WORDS, *WAYS, language="any_language", groups={"beside": beside}, ignore=ignore)])


def lines_of_match(texts: ItemTexts) -> int:
    """How many lines of Python a match runs; the words of the document have been met before."""
    built = engine()
    built.match(texts)
    return lines_run(lambda: built.match(texts))


@settings(max_examples=20)
@given(piece=TEXTS)
@example("rocket salad ")
@example("rocket game killed ")
@example("cluster of the bomb ")
def test_a_text_four_times_as_long_takes_four_times_the_work(piece: str) -> None:
    short, long = (lines_of_match(ItemTexts(piece, "", piece * times)) for times in (100, 400))
    assert long <= 4 * short + BOUNDED


def test_a_long_text_takes_little_work_for_each_word() -> None:
    text = "The army said a rocket killed many at a school of the US, and of cluster bombs in a video game. "
    assert lines_of_match(ItemTexts("", "", text * 2_000)) <= 80 * len(text.split()) * 2_000


def test_an_item_without_words_of_terms_costs_a_few_lines_a_word() -> None:
    words = "council meets on budget for parks and libraries this spring".split()
    assert lines_of_match(ItemTexts(" ".join(words * 50))) <= 4 * len(words) * 50


HOSTILE = {
    "one word": "a",
    "one Cyrillic word": "кассетн",
    "one Arabic word": "غارة",
    "dots": "a.",
    "an acronym that ends otherwise": "U.N.b.cc",
    "apostrophes": "a''''''''",
    "elisions": "l'a",
    "marks": "a\u0301\u0301\u0301\u0301",
    "marks alone": "\u0301",
    "invisible characters": "a\u200b\u200b\u200b",
    "hyphens": "air-",
    "blanks": " ",
    "line breaks": "\n",
    "halves of a word": "air strike ",
    "capitals": "ABC ",
    "acronyms in lower case": "un us ",
    "phrases to ignore": "rocket salad killed of ",
    "hits that block": "rocket game killed ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_the_engine_hang(piece: str) -> None:
    """A step that grew with the square of these 300,000 characters would take longer than a test may."""
    text = piece * (300_000 // len(piece))
    engine().match(ItemTexts(text[:2_000], text[:2_000], text))


def test_long_stretches_met_once_do_not_fill_the_memory() -> None:
    text = " ".join(f"{number}{'x' * 1_000}" for number in range(2_000))
    engine().match(ItemTexts("an unknwon word: the lists of known words are loaded"))
    tracemalloc.start()
    try:
        engine().match(ItemTexts("", "", text))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < len(text) / 4
