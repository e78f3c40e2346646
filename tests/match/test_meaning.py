"""Opinions that weigh vectors of an encoder: when they judge, when the plain ones do, and what they give as reasons."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.files.snapshot import Files
from monitor.match.engine import Engine, compile_rules
from monitor.match.explain import as_text, explain
from monitor.match.itemtexts import ItemTexts
from monitor.match.meaning import READ, Given, Kind, Meant, beginning_of, likest, packed, set_off, unpacked
from monitor.match.opinion import OpinionFile, read_opinions
from monitor.match.rule import Rule, Way
from monitor.meaning.encoder import AtOnce
from monitor.meaning.vectorfile import VectorFile
from monitor.model import Match
from monitor.wording.doubt import reasons_words
from monitor.workbench.heads import space_of
from monitor.workbench.labelled import Labelled
from monitor.workbench.learn import fit_on, material, written
from monitor.workbench.meant import kinds_of_news
from tests.support.encoders import Letters
from tests.support.rules import opinion_file, rule

FIRE, SALE, ELSE = (0.0, 3.0), (4.0, 0.0), (1.0, 1.0)
"""What the encoder `two` makes of texts: set off from the middle they are the opposite of each other, and nothing."""

WAYS = (Way(name="fire", all=("fire",)), Way(name="any house", all=("house",), needs_opinion=True))


def fires() -> Rule:
    return rule({"fire": ["fire"], "house": ["house"]}, *WAYS)


def opinion(meant: Meant | None = None, **over: Any) -> OpinionFile:
    version = "plain1" if meant is None else "vector"
    given: dict[str, Any] = {"weights": {"word:blazing": 9.0}, "meant": meant.model_dump() if meant else None}
    return opinion_file(version=version, **(given | over))


def meant(encoder: str = "two", *, weight: float = 9.0) -> Meant:
    """A fire is relevant, and a sale is not, by what an encoder of two numbers makes of them."""
    half = math.sqrt(0.5)
    return Meant(
        encoder=encoder,
        middle=packed(ELSE),
        weights=packed((-weight, weight)),
        usual=0.4,
        kinds=(
            Kind(says="news of fires", relevant=0.8, items=50, direction=packed((-half, half))),
            Kind(says="news of sales", relevant=0.1, items=50, direction=packed((half, -half))),
        ),
    )


def engine(folder: Path, *files: OpinionFile) -> Engine:
    """The rule with these opinions, read from their files."""
    for number, file in enumerate(files):
        (folder / f"{number}.json").write_text(written(file), encoding="utf-8")
    opinions, problems = read_opinions(folder, Files())
    assert problems == ()
    return compile_rules([fires()], opinions)


def judged(
    engine: Engine, title: str, vector: tuple[float, ...] | None, encoder: str = "two", language: str = "en"
) -> Match | None:
    texts = ItemTexts(title, language=language)
    vectors = Given(encoder, {beginning_of(texts): vector} if vector else {})
    return next(iter(engine.match(texts, vectors)), None)


@pytest.mark.parametrize(
    ("vector", "encoder", "expected"),
    [
        (FIRE, "two", ("vector with two", True)),
        (SALE, "two", ("vector with two", False)),
        (ELSE, "two", ("vector with two", True)),
        (None, "two", ("plain1", True)),
        (SALE, "another", ("plain1", True)),
    ],
)
def test_the_opinion_with_vectors_judges_where_there_is_one(
    tmp_path: Path, vector: tuple[float, ...] | None, encoder: str, expected: tuple[str, bool]
) -> None:
    match = judged(engine(tmp_path, opinion(), opinion(meant())), "A fire", vector, encoder)
    assert match is not None
    assert (match.opinion, match.sure) == expected


def test_without_anything_that_knows_vectors_the_plain_opinion_judges(tmp_path: Path) -> None:
    (match,) = engine(tmp_path, opinion(), opinion(meant())).match(ItemTexts("A fire", language="en"))
    assert match.opinion == "plain1"


@pytest.mark.parametrize(("vector", "holds"), [(FIRE, True), (SALE, False), (None, False)])
def test_a_broad_way_holds_by_a_vector_too(tmp_path: Path, vector: tuple[float, ...] | None, holds: bool) -> None:
    match = judged(engine(tmp_path, opinion(), opinion(meant())), "A house", vector)
    assert (match is not None) is holds


@pytest.mark.parametrize(
    ("title", "language", "asked"),
    [
        ("A fire", "en", True),
        ("A house", "en", True),
        ("A garden", "en", False),
        ("A fire", "fr", True),
        ("A fire", "de", False),
        ("A fire", "", False),
    ],
)
def test_vectors_are_asked_for_only_where_some_way_holds_and_an_opinion_speaks(
    tmp_path: Path, title: str, language: str, asked: bool
) -> None:
    judge = engine(tmp_path, opinion(), opinion(meant(), fitted_on={"en": 500, "fr": 30}))
    vectors = Given("two")
    judge.match(ItemTexts(title, "The summary", language=language), vectors)
    assert vectors.missing == ({f"{title}. The summary"} if asked else set())


def test_in_a_language_that_only_vectors_speak_on_the_rule_alone_decides_without(tmp_path: Path) -> None:
    judge = engine(tmp_path, opinion(), opinion(meant(), fitted_on={"fr": 500}))
    sale, late = (judged(judge, "A fire", vector, language="fr") for vector in (SALE, None))
    assert sale is not None
    assert late is not None
    assert (sale.sure, sale.opinion, late.sure, late.opinion) == (False, "vector with two", True, "")
    assert judged(judge, "A house", None, language="fr") is None


def test_the_kind_of_news_is_a_reason_and_no_word_of_the_text(tmp_path: Path) -> None:
    judge = engine(tmp_path, opinion(), opinion(meant()))
    fire, sale, other = (judged(judge, "A blazing fire", vector) for vector in (FIRE, SALE, ELSE))
    assert fire is not None
    assert sale is not None
    assert other is not None
    assert fire.reasons == ("+blazing", "+like news of fires")
    assert sale.reasons == ("+blazing", "-like news of sales")
    assert other.reasons == ("+blazing",)
    assert reasons_words([sale]) == "against: like news of sales · for it: “blazing”"


@pytest.mark.parametrize(
    ("likenesses", "expected"),
    [([], None), ([0.5], 0), ([0.1], None), ([0.3, 0.5, -0.2], 1), ([0.49, 0.5], None), ([0.2, 0.1], None)],
)
def test_a_text_is_like_one_kind_or_none(likenesses: list[float], expected: int | None) -> None:
    assert likest(likenesses) == expected


def test_explaining_says_which_opinion_judged(tmp_path: Path) -> None:
    files = (opinion(), opinion(Meant.model_validate(meant("letters").model_dump() | _letters())))
    for number, file in enumerate(files):
        (tmp_path / f"{number}.json").write_text(written(file), encoding="utf-8")
    opinions, _ = read_opinions(tmp_path, Files())
    texts = ItemTexts("A fire", language="en")
    plain = explain(compile_rules([fires()], opinions), texts)
    weighed = explain(compile_rules([fires()], opinions, AtOnce(Letters)), texts)
    assert "second opinion (version plain1): 50%, sure" in as_text(plain)
    assert "second opinion (version vector with letters): " in as_text(weighed)


def _letters() -> dict[str, object]:
    zeros = [0.0] * Letters.dimensions
    return {"middle": packed(zeros), "weights": packed([1.0, *zeros[1:]]), "kinds": ()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"middle": packed((1.0,))}, "its vectors are not of one length"),
        ({"weights": "AAA"}, "padding"),
        ({"weights": "AAAA"}, "cut off"),
        ({"weights": packed((1.0, math.nan))}, "its vectors hold something that is not a number"),
        ({"middle": packed((1.0, math.inf))}, "its vectors hold something that is not a number"),
        ({"more": 1}, "Extra inputs"),
    ],
)
def test_a_file_with_broken_vectors_is_told_and_the_plain_opinion_judges(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    broken = json.loads(written(opinion(meant())))
    broken["meant"] |= change
    (tmp_path / "bad.json").write_text(json.dumps(broken), encoding="utf-8")
    (tmp_path / "r.json").write_text(written(opinion()), encoding="utf-8")
    opinions, problems = read_opinions(tmp_path, Files())
    assert [problem.path.name for problem in problems] == ["bad.json"]
    assert message in problems[0].message
    assert opinions["r"].informed == {}


def test_an_opinion_with_vectors_and_none_beside_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "r.two.json").write_text(written(opinion(meant())), encoding="utf-8")
    opinions, (problem,) = read_opinions(tmp_path, Files())
    assert opinions == {}
    assert "the plain opinion is not beside it" in problem.message


def test_a_vector_of_another_length_is_not_weighed(tmp_path: Path) -> None:
    match = judged(engine(tmp_path, opinion(), opinion(meant())), "A fire", (1.0, 2.0, 3.0))
    assert match is not None
    assert match.opinion == "plain1"


def test_an_encoder_reads_the_beginning_of_headline_and_summary() -> None:
    assert beginning_of(ItemTexts("Title", "Summary", "Body")) == "Title. Summary"
    assert beginning_of(ItemTexts("", "Summary")) == "Summary"
    assert beginning_of(ItemTexts("T" * 500, "Summary")) == "T" * READ


@given(st.lists(st.floats(-100, 100, width=16), max_size=20))
def test_packed_numbers_are_the_same_unpacked(numbers: list[float]) -> None:
    assert list(unpacked(packed(numbers))) == numbers


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=20))
def test_what_sets_a_vector_off_is_of_length_one_or_nothing(pairs: list[tuple[float, float]]) -> None:
    offset = set_off([one for one, _ in pairs], [other for _, other in pairs])
    assert math.hypot(*offset) == pytest.approx(1.0) or not any(offset)


# -- fitting -----------------------------------------------------------------------------------------------------


def labelled(count: int) -> list[Labelled]:
    """Fires and sales that no word tells apart, for each stands once; their letters do."""
    items = []
    for number in range(count):
        relevant, name = number % 2 == 0, f"{number * 7919 % 100_000:05d}"
        word = f"{name}{'smokeandflames' if relevant else 'bargainoffers'}{name}"
        items.append(Labelled(ItemTexts(f"Fire {word}", language="en"), {"r": relevant}))
    return items


def test_a_fit_with_vectors_learns_what_words_do_not_say(tmp_path: Path) -> None:
    given = material(fires(), compile_rules([fires()]), labelled(300))
    vectors = VectorFile(tmp_path / "letters.vectors", Letters)
    plain, lesson = fit_on(given), fit_on(given, space_of(vectors, given))
    assert plain.opinion is None
    assert lesson.opinion is not None
    assert lesson.opinion.measured["en"].f1 > 0.95
    weighed = compile_rules([fires()], {}, AtOnce(Letters))
    assert [match.confidence for match in weighed.match(ItemTexts("Fire", language="en"))] == [None]
    plain_file = opinion(weights={})
    (tmp_path / "r.json").write_text(written(plain_file), encoding="utf-8")
    (tmp_path / "r.letters.json").write_text(written(lesson.opinion), encoding="utf-8")
    opinions, problems = read_opinions(tmp_path, Files())
    assert problems == ()
    judge = compile_rules([fires()], opinions, AtOnce(Letters))
    for word, sure in (("10007smokeandflames10007", True), ("10007bargainoffers10007", False)):
        (match,) = judge.match(ItemTexts(f"Fire {word}", language="en"))
        assert (match.sure, match.opinion) == (sure, f"{lesson.opinion.version} with letters")


def test_what_is_kept_weighs_a_vector_as_the_fit_weighed_it(tmp_path: Path) -> None:
    given = material(fires(), compile_rules([fires()]), labelled(20))
    vectors = VectorFile(tmp_path / "letters.vectors", Letters)
    space = space_of(vectors, given)
    weights = [float(number % 7 - 3) for number in range(Letters.dimensions)]
    kept = space.meant(weights, {one.text: one.relevant for one in given.cases})
    for one in given.placed(space).cases:
        assert one.vector is not None
        weighed = sum(weight * number for weight, number in zip(weights, one.vector, strict=True))
        assert kept.odds(vectors[one.text]) == pytest.approx(weighed, abs=0.02)


def test_every_kind_has_headlines_of_its_own() -> None:
    kinds = kinds_of_news()
    headlines = [headline for one in kinds.values() for headline in one]
    assert len(headlines) == len(set(headlines))
    assert all(says.startswith("news of ") and len(one) >= 4 for says, one in kinds.items())
