"""What fitting makes of judged items: an opinion that beats its rule and is as sure as it is right, or none."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import InputError
from monitor.files.snapshot import Files
from monitor.match.engine import Engine, compile_rules
from monitor.match.features import Features
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion, confidence_at, read_opinions
from monitor.match.rule import Example, Rule
from monitor.workbench.fitting import curve_of
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
from tests.support.opinions import engine, fires, opinion

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
