"""Second opinions: what they say of a match, what broad ways do with it, and what fitting refuses."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InputError
from monitor.files.snapshot import Files
from monitor.match.engine import MOST_IN_DOUBT, Engine, compile_rules
from monitor.match.features import Features, joined
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion, confidence_at, read_opinions
from monitor.match.rule import Example, Part, Rule, Way, Where
from monitor.match.terms import parse_term
from monitor.model import Severity, Unsure
from monitor.workbench.fitting import curve_of
from monitor.workbench.inputs import InputItem, match_items
from monitor.workbench.labelled import Case, Labelled, read_labelled
from monitor.workbench.learn import Lesson, fit_on, material, written
from monitor.workbench.measuring import (
    LEAST_CARRIED,
    LEAST_ITEMS,
    languages_without_gain,
    measured_by_language,
    sure_alone,
    thresholds,
)
from tests.support.rules import opinion_file, rule

WORDS = {"fire": ["fire", "blaze"], "house": ["house"]}
FIRES = (Way(name="fire", all=("fire",)), Way(name="any house", all=("house",), needs_opinion=True))


def opinion(weights: dict[str, float]) -> Opinion:
    return Opinion(opinion_file(weights))


def curved(*points: tuple[float, float]) -> str:
    """The file of an opinion with this curve, whatever is wrong with it."""
    return written(opinion_file().model_copy(update={"curve": points}))


def engine(weights: dict[str, float] | None) -> Engine:
    return compile_rules([fires()], {"r": opinion(weights)} if weights is not None else None)


def fires() -> Rule:
    return rule(WORDS, *FIRES)


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
    built = replace(fires(), groups={"both": (Part(any=("fire", "house")),)})
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
    built = replace(fires(), groups={"both": (Part(any=("fire", "house")),)})
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


# -- fitting -----------------------------------------------------------------------------------------------------

BURNT = "crew smoke engines ladder alarm rescued flames charred roof evacuated".split()
SOLD = "bargain discount coupons shoppers prices stock clearance season offer delivery".split()


def labelled(count: int, *, language: str = "en", honest: bool = True) -> list[Labelled]:
    """Fires and fire sales, which the rule alone cannot tell apart; not `honest`: labelled by the toss of a coin."""
    rng = random.Random(7)
    items = []
    for number in range(count):
        burnt = number % 2 == 0
        words = " ".join(rng.sample(BURNT if burnt else SOLD, 4))
        relevant = burnt if honest else rng.random() < 0.5
        items.append(Labelled(ItemTexts(f"Fire {number} {words}", language=language), {"r": relevant}))
    return items


def fit(rule: Rule, compiled: Engine, items: list[Labelled]) -> Lesson:
    return fit_on(material(rule, compiled, items))


def test_an_opinion_that_beats_its_rule_is_fitted_and_can_be_read_again(tmp_path: Path) -> None:
    plain = engine(None)
    lesson = fit(fires(), plain, labelled(LEAST_ITEMS))
    assert lesson.opinion is not None
    assert lesson.alone["en"].precision == 0.5
    assert lesson.opinion.measured["en"].f1 > 0.95
    (tmp_path / "r.json").write_text(written(lesson.opinion), encoding="utf-8")
    opinions, problems = read_opinions(tmp_path, Files())
    assert problems == ()
    weighed = compile_rules([fires()], opinions)
    sale, crew = ItemTexts("Fire bargain discount coupons", language="en"), ItemTexts("Fire crew ladder", language="en")
    assert [match.sure for match in weighed.match(sale)] == [False]
    assert [match.sure for match in weighed.match(crew)] == [True]


def test_the_same_items_give_the_same_opinion() -> None:
    assert fit(fires(), engine(None), labelled(LEAST_ITEMS)) == fit(fires(), engine(None), labelled(LEAST_ITEMS))


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([], "too few labelled items"),
        (labelled(LEAST_ITEMS - 1), "too few labelled items"),
        (labelled(LEAST_ITEMS * 2, honest=False), "it does not beat the rule alone in any language"),
    ],
    ids=["no items", "too few", "labels without sense"],
)
def test_an_opinion_that_is_no_gain_is_refused(items: list[Labelled], refused: str) -> None:
    lesson = fit(fires(), engine(None), items)
    assert lesson.opinion is None
    assert refused in lesson.refused


def test_a_language_with_too_few_items_stays_silent() -> None:
    few = LEAST_CARRIED - 1
    lesson = fit(fires(), engine(None), [*labelled(LEAST_ITEMS), *labelled(few, language="fr")])
    assert lesson.opinion is not None
    assert list(lesson.opinion.fitted_on) == ["en"]
    assert lesson.silent_on == {"fr": f"{few} labelled items, {few // 2} of them relevant, are too few"}


def test_an_opinion_is_carried_over_to_a_language_with_a_few_items_and_never_to_items_of_no_language() -> None:
    few, unknown = labelled(LEAST_CARRIED + 1, language="fr"), labelled(LEAST_CARRIED + 1, language="")
    lesson = fit(fires(), engine(None), [*labelled(LEAST_ITEMS), *few, *unknown])
    assert lesson.opinion is not None
    assert lesson.opinion.fitted_on == {"en": LEAST_ITEMS, "fr": len(few)}
    assert set(lesson.silent_on or ()) == {""}


@pytest.mark.parametrize(
    ("relevant", "others", "lost", "silent"),
    [
        (50, 50, 1, False),
        (50, 50, 10, True),
        (10, 50, 1, False),
        (10, 50, 5, True),
        (400, 400, 8, True),
        (400, 10, 8, False),
        (400, 10, 200, True),
    ],
)
def test_a_language_with_few_relevant_items_or_few_others_is_judged_by_all_languages_too(
    relevant: int, others: int, lost: int, *, silent: bool
) -> None:
    """The rule alone is right in French; in English, and so over all, the opinion takes out what is told wrongly."""
    blank = Features({}, {})
    items = [*[("en", True, True, False)] * 600, *[("en", False, False, False)] * 200]
    items += [("fr", True, number >= lost, False) for number in range(relevant)] + [("fr", False, False, True)] * others
    examples = [
        Case(blank, "", language, yes, plain=True, broad=False, in_doubt=doubt) for language, yes, _, doubt in items
    ]
    alone = measured_by_language(examples, sure_alone(examples))
    without = languages_without_gain(examples, [sure for _, _, sure, _ in items], alone)
    assert list(without) == (["fr"] if silent else [])


def test_it_is_as_sure_as_it_is_right() -> None:
    """A word that stands in three relevant items of four is told at about 75 %, whatever the share of relevant ones."""
    titles = [("Fire crew", True)] * 150 + [("Fire crew", False)] * 50 + [("Fire sale", False)] * 400
    items = [
        Labelled(ItemTexts(f"{title} {number:x}", language="en"), {"r": relevant})
        for number, (title, relevant) in enumerate(titles)
    ]
    opinion = fit(fires(), engine(None), items).opinion
    assert opinion is not None
    (match,) = compile_rules([fires()], {"r": Opinion(opinion)}).match(ItemTexts("Fire crew fff", language="en"))
    assert match.confidence == pytest.approx(0.75, abs=0.08)


def test_a_match_is_sure_from_where_f1_is_highest() -> None:
    """Of what two in five are right of all are sure, because that brings F1: .70 for .60."""
    titles = [("Fire ladder", True)] * 60 + [("Fire crew", True)] * 80 + [("Fire crew", False)] * 120
    titles += [("Fire sale", False)] * 400
    items = [
        Labelled(ItemTexts(f"{title} {number:x}", language="en"), {"r": relevant})
        for number, (title, relevant) in enumerate(titles)
    ]
    fitted = fit(fires(), engine(None), items).opinion
    assert fitted is not None
    weighed = compile_rules([fires()], {"r": Opinion(fitted)})
    found = {word: weighed.match(ItemTexts(f"Fire {word} fff", language="en")) for word in ("ladder", "crew", "sale")}
    assert {word: match.sure for word, (match,) in found.items()} == {"ladder": True, "crew": True, "sale": False}


def test_the_curve_follows_the_items_where_one_slope_does_not() -> None:
    """Half right in the middle, all right above, none below: the steps say so to within a tenth."""
    rng = random.Random(3)
    kinds = [("bargain coupons", 0.0), ("bargain crew", 0.5), ("crew ladder", 1.0)]
    items = [
        Labelled(ItemTexts(f"Fire {words} {number:x}", language="en"), {"r": rng.random() < share})
        for number in range(600)
        for words, share in (kinds[number % 3],)
    ]
    lesson = fit(fires(), engine(None), items)
    fitted = lesson.opinion
    assert fitted is not None
    assert {one is None for one in lesson.confidences} == {False}
    assert len(lesson.confidences) == len(items)
    assert fitted.curve
    assert fitted.broad_curve == ()  # nothing was found by the broad way alone
    weighed = compile_rules([fires()], {"r": Opinion(fitted)})
    for words, share in kinds:
        (match,) = weighed.match(ItemTexts(f"Fire {words} fff", language="en"))
        assert match.confidence == pytest.approx(share, abs=0.1)


def items_as_sure_as(odds: list[float], seed: int) -> list[Case]:
    """Items that are relevant by chance, as often as these log-odds say."""
    rng = random.Random(seed)
    return [
        Case(
            Features({}, {}),
            "",
            "en",
            relevant=rng.random() < confidence_at(one, ()),
            plain=True,
            broad=False,
        )
        for one in odds
    ]


def test_a_curve_is_near_the_truth_though_each_step_of_it_has_few_items() -> None:
    """A step of 60 items is off by six points by chance, and steps alone are off by .034 here on average."""
    odds = [number / 200 - 3 for number in range(1200)]
    asked = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
    off = []
    for seed in range(10):
        curve = curve_of(items_as_sure_as(odds, seed), odds, broad=False)
        off += [abs(confidence_at(one, curve) - confidence_at(one, ())) for one in asked]
    assert sum(off) / len(off) < 0.027


@pytest.mark.parametrize(("confidence", "holds"), [(0.46, True), (0.43, False)])
def test_a_broad_way_may_hold_where_it_is_nearly_as_likely_right_as_wrong(confidence: float, holds: bool) -> None:
    """Both would raise F1; below 0.45 a broad way holds for nobody (docs/decisions/0050)."""
    sure = [replace(one, relevant=True) for one in items_as_sure_as([0.0] * 100, 1)]
    half = [replace(sure[0], plain=False, broad=True, relevant=number < confidence * 100) for number in range(100)]
    _, needed_from = thresholds([*sure, *half], [0.9] * 100 + [confidence] * 100)
    assert (confidence >= needed_from) is holds


def test_a_curve_through_items_that_are_all_relevant_is_level_and_near_one() -> None:
    odds = [number / 100 for number in range(200)]
    items = [replace(one, relevant=True) for one in items_as_sure_as(odds, 1)]
    assert {round(share, 2) for _, share in curve_of(items, odds, broad=False)} == {1.0}


def test_odds_that_no_number_can_hold_have_a_place_on_a_curve() -> None:
    odds = [-5000.0] * 100 + [5000.0] * 100
    items = [replace(one, relevant=value > 0) for value, one in zip(odds, items_as_sure_as(odds, 1), strict=True)]
    curve = curve_of(items, odds, broad=False)
    assert confidence_at(-5000.0, curve) < 0.05
    assert confidence_at(5000.0, curve) > 0.95


def test_an_opinion_keeps_of_a_word_no_name_and_weighs_all_names_the_same() -> None:
    """A file has tens of thousands; the service keeps all files as long as the rules."""
    weights = {f"{kind}:fire {number}": number / 100 for kind in ("pair", "near") for number in range(1, 10_000)}
    kept = opinion(weights)
    assert not kept.file.weights
    for number in (0, 1, 4_711, 9_999):
        pairs = Features({}, {}, pairs=frozenset({f"pair:fire {number}"}))
        near = Features({}, {}, near={"near:fire ": {str(number)}})
        confidence = round(confidence_at(number / 100, ()), 3)
        assert [kept.say(one).confidence for one in (pairs, near)] == [confidence, confidence]
    assert kept == opinion(weights) != opinion({**weights, "near:fire 1": 0.5})
    assert kept != opinion({**weights, "pair:fire 1": 0.5})


def test_a_copy_without_summary_and_one_mistyped_teach_what_a_headline_alone_can_tell() -> None:
    """What stands in the summary alone is not learnt from the copies; what stands in the headline is, more strongly."""
    items = [
        replace(item, texts=replace(item.texts, summary="Smoke and flames over the harbour."))
        for item in labelled(LEAST_ITEMS)
    ]
    opinion = fit(fires(), engine(None), items).opinion
    assert opinion is not None
    (match,) = compile_rules([fires()], {"r": Opinion(opinion)}).match(
        ItemTexts("Fire crew smoke alarm", language="en")
    )
    assert match.sure


def test_the_rules_own_examples_are_learnt_from() -> None:
    odd = Example(text="Fire bargain discount coupons clearance prices")
    taught = replace(fires(), match=(odd,) * 40)
    lesson = fit(taught, compile_rules([taught]), labelled(LEAST_ITEMS))
    plain = fit(fires(), engine(None), labelled(LEAST_ITEMS))
    assert lesson.opinion is not None
    assert plain.opinion is not None
    assert lesson.opinion.weights.get("word:bargain", 0.0) > plain.opinion.weights.get("word:bargain", 0.0)


def test_labelled_items_are_read_and_a_bad_line_is_named() -> None:
    good = json.dumps({"title": "A&amp;B", "language": "en", "labels": {"r": "y", "s": "b", "t": "n"}})
    (item,) = read_labelled([good, "\n"])
    assert item.texts.title == "A&B"
    assert item.relevant == {"r": True, "t": False}
    with pytest.raises(InputError, match="line 2"):
        list(read_labelled([good, '{"summary": "no title"}']))


DOUBTFUL = replace(
    rule(
        {**WORDS, "sale": ["sale", "fire sale"], "smoke": ["smoke"]},
        *FIRES,
        ignore=(parse_term("fire sale now", "en"),),
    ),
    never_sure=(Way(name="a sale", any=("sale",), none=("smoke",), where=Where.LEAD),),
)


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
