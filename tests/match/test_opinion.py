"""Second opinions: what they say of a match, and what broad ways do with it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.files.snapshot import Files
from monitor.match.engine import MOST_IN_DOUBT, compile_rules
from monitor.match.features import joined
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion, confidence_at, read_opinions
from monitor.match.rule import GroupPart, Way, Where
from monitor.match.terms import parse_term
from monitor.model import Severity, Unsure
from monitor.workbench.inputs import InputItem, match_items
from monitor.workbench.learn import written
from tests.support.opinions import FIRES, WORDS, engine, fires, opinion
from tests.support.rules import opinion_file, rule


def curved(*points: tuple[float, float]) -> str:
    """The file of an opinion with this curve, whatever is wrong with it."""
    return written(opinion_file().model_copy(update={"curve": points}))


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("A fire in the harbour", "en", ("fire", True, True)),
        ("A fire sale in the harbour", "en", ("fire", False, True)),
        ("A fire sale in the harbour", "fr", ("fire", True, False)),
        ("A house in flames", "en", ("any house", True, True)),
        ("A house for rent", "en", None),
        ("A house in flames", "fr", None),
        ("A house in flames", "", None),
        ("Flames in the harbour", "en", None),
    ],
)
def test_an_opinion_sorts_matches_and_lets_broad_ways_hold(
    title: str, language: str, expected: tuple[str, bool, bool] | None
) -> None:
    weights = {"group:fire": 2.0, "word:sale": -9.0, "word:flames": 9.0}
    (*matches,) = engine(weights).match(ItemTexts(title, language=language))
    found = [(one.way, one.sure, one.confidence is not None) for one in matches]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("language", "title", "judged"),
    [
        ("", "A fire sale in the harbour of the old town", True),
        ("en-GB", "A fire sale in the harbour", True),
        ("fr", "A fire sale in the harbour", False),
        ("ar", "A fire sale in the harbour of the old town", True),
        ("en", "Распродажа fire в старой гавани города", False),
    ],
)
def test_a_given_text_is_judged_in_the_language_that_the_service_would_read_it_in(
    language: str, title: str, judged: bool
) -> None:
    record = InputItem(id="1", title=title, language=language)
    (answer,) = match_items([record], engine({"word:sale": -9.0}))
    (match,) = answer["rules"]
    assert (match["confidence"] is not None, match["sure"]) == (judged, not judged)


def test_without_an_opinion_every_match_is_sure_and_broad_ways_do_not_hold() -> None:
    plain = engine(None)
    (match,) = plain.match(ItemTexts("A fire sale", language="en"))
    assert (match.sure, match.confidence, match.opinion) == (True, None, "")
    assert plain.match(ItemTexts("A house in flames", language="en")) == ()


def test_reasons_are_words_as_they_stand_in_the_text_the_weightiest_first() -> None:
    texts = ItemTexts("Blaze SALES in the harbour", language="en")
    (match,) = engine({"word:sales": -1.0, "start:harb": 0.5, "start:sale": -1.0}).match(texts)
    assert match.reasons == ("-SALES", "+harbour")
    assert match.opinion == "abc123"


def test_words_that_only_hold_a_sentence_together_are_no_reasons() -> None:
    """In any language: they weigh, but nobody can read anything in them."""
    words = ("the", "is", "its", "and", "for", "une", "les", "para", "que", "من", "على", "что", "для", "але", "щоб")
    weights = {"group:fire": 2.0, "word:sale": -3.0, **{f"word:{word}": -4.0 for word in words}}
    (match,) = engine(weights).match(ItemTexts(f"A fire sale {' '.join(words)}", language="en"))
    assert match.reasons == ("-sale",)


@pytest.mark.parametrize(
    ("digest_below", "unsure", "waits"),
    [(0.0, Unsure.MARK, False), (0.3, Unsure.FAINT, True), (0.01, Unsure.MARK, False), (1.0, Unsure.FAINT, True)],
)
def test_a_match_below_the_floor_of_its_rule_waits(digest_below: float, unsure: Unsure, waits: bool) -> None:
    judged = compile_rules([replace(fires(), digest_below=digest_below)], {"r": opinion({"word:sale": -5.0})})
    (match,) = judged.match(ItemTexts("A fire sale", language="en"))
    assert match.confidence == pytest.approx(0.053, abs=0.01)
    assert (match.unsure, match.waits, replace(match, severity=Severity.CRITICAL).waits) == (unsure, waits, waits)
    (sure,) = judged.match(ItemTexts("A fire", language="en"))
    assert (sure.sure, sure.waits) == (True, False)


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Fire guts the house", {"both:fire house", "order:fire house"}),
        ("House gutted by fire", {"both:fire house", "order:house fire"}),
        ("House lost to a blaze, and then another fire", {"both:fire house", "order:house fire"}),
        ("Fire crews of a city far to the north praise the house", {"both:fire house"}),
        ("Fire crew", set()),
    ],
)
def test_what_stands_together_and_in_which_order_is_weighed(text: str, together: set[str]) -> None:
    assert set(joined(engine(None).features("r", ItemTexts(text)).together)) == together


def test_headline_and_summary_stand_together_and_are_in_no_order() -> None:
    features = engine(None).features("r", ItemTexts("Fire", "House"))
    assert joined(features.together) == ["both:fire house"]
    assert features.pairs == frozenset()


def test_a_group_built_from_others_says_nothing_more_of_what_stands_together() -> None:
    built = replace(fires(), groups={"both": (GroupPart(any=("fire", "house")),)})
    features = compile_rules([built]).features("r", ItemTexts("Fire guts the house"))
    assert joined(features.together) == ["both:fire house", "order:fire house"]


@pytest.mark.parametrize(("text", "sure"), [("Fire alarms tested", True), ("Alarms tested, fire lit", False)])
def test_words_that_follow_each_other_are_weighed_by_their_beginnings(text: str, sure: bool) -> None:
    (match,) = engine({"pair:fire alarm": 9.0, "group:fire": -0.5}).match(ItemTexts(text, language="en"))
    assert match.sure is sure


@pytest.mark.parametrize(
    ("title", "summary", "amounts"),
    [
        ("Fire guts the house", "", {"alone:headline"}),
        ("Fire guts the house", "Crews came.", set()),
        ("Fire after fire", "A house burns down", {"twice:fire"}),
        ("Fire, fire and fire again", "Crews came.", {"twice:fire", "often:fire"}),
        ("Blzae guts the huose", "A street of the harbour was closed", {"mistyped:fire", "mistyped:house", "words:8"}),
    ],
)
def test_how_often_groups_are_hit_and_how_long_the_text_is_is_weighed(
    title: str, summary: str, amounts: set[str]
) -> None:
    assert set(joined(engine(None).features("r", ItemTexts(title, summary)).amounts)) == amounts


def test_the_words_around_a_hit_are_weighed_with_its_group_in_its_own_field_alone() -> None:
    features = engine(None).features("r", ItemTexts("Harbour fire", "Crews left the house"))
    assert set(joined(features.near)) == {"near:fire harbo", "near:house crews", "near:house left", "near:house the"}
    far = engine(None).features("r", ItemTexts("Fire one two three four five six seven eight nine"))
    assert "near:fire eight" in joined(far.near)
    assert "near:fire nine" not in joined(far.near)


@pytest.mark.parametrize("before", ["", "L'été d'un U.S. ship's end. ", "a-b c/d 1,000 … — "])
def test_words_around_a_hit_are_counted_as_the_rule_counts_them(before: str) -> None:
    features = engine(None).features("r", ItemTexts("Smoke " + before + "rises", before + "Harbour fire tonight"))
    assert {"near:fire harbo", "near:fire tonig"} <= set(joined(features.near))


def test_a_term_weighs_beside_its_words_and_is_a_reason_as_it_is_written() -> None:
    words = {"fire": ["fire", "house fire"]}
    weights = {"term:house fire": 3.0, "word:house": -0.5, "term:fire": 1.0}
    judged = compile_rules([rule(words, Way(name="fire", all=("fire",)))], {"r": opinion(weights)})
    (match,) = judged.match(ItemTexts("House Fire at night", language="en"))
    assert match.reasons == ("+House Fire", "+Fire", "-House")


def test_a_group_built_from_others_brings_no_terms_amounts_or_words_around_it() -> None:
    built = replace(fires(), groups={"both": (GroupPart(any=("fire", "house")),)})
    texts = ItemTexts("Fire guts the house, fire crews say")
    plain, more = (compile_rules([one]).features("r", texts) for one in (fires(), built))
    assert (plain.terms, plain.amounts, plain.near) == (more.terms, more.amounts, more.near)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not a second opinion"),
        ("[]", "is not a second opinion"),
        ('{"format": 1}', "is not a second opinion: Field required"),
        (written(opinion_file(format=9)), "format 9 is not known"),
        (curved((0.0, 0.5), (0.0, 0.6)), "a curve must rise from point to point"),
        (curved((0.0, 0.5), (1.0, 0.4)), "a curve must rise from point to point"),
        (curved((0.0, 0.5), (1.0, 1.5)), "the confidences of a curve lie between 0 and 1"),
    ],
)
def test_a_file_that_is_no_opinion_is_told_and_harms_nothing(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    (tmp_path / "r.json").write_text(written(opinion_file({"word:sale": -1.0})), encoding="utf-8")
    opinions, problems = read_opinions(tmp_path, Files())
    assert list(opinions) == ["r"]
    assert len(problems) == 1
    assert message in problems[0].message
    assert problems[0].path.name == "bad.json"


@pytest.mark.parametrize(
    ("odds", "confidence"),
    [(-900.0, 0.1), (-2.0, 0.1), (-1.0, 0.2), (0.0, 0.3), (0.5, 0.6), (1.0, 0.9), (900.0, 0.9)],
)
def test_a_curve_says_how_sure_odds_make_a_match(odds: float, confidence: float) -> None:
    assert confidence_at(odds, ((-2.0, 0.1), (0.0, 0.3), (1.0, 0.9))) == pytest.approx(confidence)


@pytest.mark.parametrize(("odds", "confidence"), [(-9000.0, 0.0), (0.0, 0.5), (math.log(4), 0.8), (9000.0, 1.0)])
def test_odds_without_a_curve_are_taken_at_their_word(odds: float, confidence: float) -> None:
    assert confidence_at(odds, ()) == pytest.approx(confidence)


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(0, 1)), min_size=1, max_size=20, unique_by=lambda point: point[0]),
    st.floats(allow_nan=False),
    st.floats(allow_nan=False),
)
def test_better_odds_never_make_a_match_less_sure(points: list[tuple[float, float]], one: float, other: float) -> None:
    places, shares = sorted(place for place, _ in points), sorted(share for _, share in points)
    curve = tuple(zip(places, shares, strict=True))
    low, high = confidence_at(min(one, other), curve), confidence_at(max(one, other), curve)
    assert shares[0] - 1e-9 <= low <= high + 1e-9 <= shares[-1] + 2e-9


def test_a_broad_way_has_a_curve_of_its_own() -> None:
    file = opinion_file(curve=((0.0, 0.4),), broad_curve=((0.0, 0.95),))
    judged = compile_rules([fires()], {"r": Opinion(file)})
    (plain,), (broad,) = (judged.match(ItemTexts(text, language="en")) for text in ("A fire", "A house"))
    assert (plain.way, plain.confidence, plain.sure) == ("fire", 0.4, False)
    assert (broad.way, broad.confidence, broad.sure) == ("any house", 0.95, True)


DOUBTFUL = replace(
    rule(
        {**WORDS, "sale": ["sale", "fire sale"], "smoke": ["smoke"]},
        *FIRES,
        ignore=(parse_term("fire sale now", "en"),),
    ),
    never_sure=(Way(name="a sale", any=("sale",), none=("smoke",), where=Where.LEAD),),
)


BOTH = replace(
    rule({"fire": ["fire"], "house": ["house"]}, *FIRES, ignore=(parse_term("fire drill", "en"),)),
    groups={"blaze": (GroupPart(any=("fire",)),)},
    never_sure=(Way(name="a fire of no house", any=("fire", "blaze"), none=("house",), where=Where.LEAD),),
)


@pytest.mark.parametrize(
    ("ways", "title", "matches"),
    [
        pytest.param((Way(name="fire", all=("fire",)),), "A fire in the house", True, id="no phrase"),
        pytest.param((Way(name="fire", all=("fire",)),), "A fire drill in the house", False, id="asked for by name"),
        pytest.param((Way(name="blaze", all=("blaze",)),), "A fire drill in the house", False, id="through a group"),
    ],
)
def test_a_group_that_ways_ask_for_is_ignored_within_phrases_though_it_speaks_against_too(
    ways: tuple[Way, ...], title: str, matches: bool
) -> None:
    assert bool(compile_rules([replace(BOTH, ways=ways)]).match(ItemTexts(title, language="en"))) is matches


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("A fire in the harbour", "en", (True, 0.999)),
        ("A fire and a sale in the harbour", "en", (False, MOST_IN_DOUBT)),
        ("A fire and a sale in the harbour", "fr", (False, None)),  # no opinion speaks, and the doubt stays
        ("A fire, smoke and a sale in the harbour", "en", (True, 0.999)),
        ("A fire, smokke and a sale in the harbour", "en", (True, 0.999)),  # mistyped, it still outweighs the doubt
        ("A fire and a blaze: fire sale now", "en", (False, MOST_IN_DOUBT)),  # ignored phrases speak against as well
        ("A house and a sale", "en", (False, MOST_IN_DOUBT)),
    ],
)
def test_a_rule_is_never_sure_of_what_it_says_it_is_never_sure_of(
    title: str, language: str, expected: tuple[bool, float | None]
) -> None:
    certain = Opinion(opinion_file(intercept=6.907))
    [match] = compile_rules([DOUBTFUL], {"r": certain}).match(ItemTexts(title, language=language))
    assert (match.sure, match.confidence) == expected
    assert match.sure or any(reason.startswith("-") and "sale" in reason for reason in match.reasons)
