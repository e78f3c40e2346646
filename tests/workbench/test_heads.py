"""Fits that weigh what a fine-tuned encoder learnt: by scores out of fold, kept as weights for vectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.meaning.encoder import key_of
from monitor.meaning.vectorfile import VectorFile
from monitor.workbench.heads import Head, Heads, space_of
from monitor.workbench.labelled import Labelled
from monitor.workbench.learn import Material, fit_on, material
from tests.support.encoders import Letters
from tests.support.rules import rule

MIDDLE = (0.5,) * Letters.dimensions
DIRECTION = tuple(float(number % 3 - 1) for number in range(Letters.dimensions))


def fires(count: int) -> Material:
    """Fires of which nothing in the text says whether they are relevant."""
    one = rule({"fire": ["fire"]})
    items = [Labelled(ItemTexts(f"Fire {n:05d}", language="en"), {"r": n % 2 == 0}) for n in range(count)]
    return material(one, compile_rules([one]), items)


def heads(scores: dict[str, float], of: str = "r") -> Heads:
    return Heads("letters", MIDDLE, {of: Head(DIRECTION, scores)})


@pytest.fixture
def vectors(tmp_path: Path) -> VectorFile:
    return VectorFile(tmp_path / "letters.vectors", Letters)


def test_heads_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = heads({key_of("Fire").hex(): 1.5})
    written.write(tmp_path / "heads.json")
    assert Heads.read(tmp_path / "heads.json") == written


@pytest.mark.parametrize("text", ["", "[]", '{"heads of": "letters"}', '{"heads of": "x", "middle": "?", "rules": {}}'])
def test_another_file_holds_no_heads(tmp_path: Path, text: str) -> None:
    (tmp_path / "heads.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="holds no heads of an encoder"):
        Heads.read(tmp_path / "heads.json")


def test_a_fit_learns_from_scores_out_of_fold(vectors: VectorFile) -> None:
    given = fires(300)
    scores = {key_of(one.text).hex(): 3.0 if one.relevant else -3.0 for one in given.cases}
    lesson = fit_on(given, space_of(vectors, given, heads(scores)))
    assert lesson.opinion is not None
    assert lesson.opinion.measured["en"].f1 > 0.95
    assert fit_on(given, space_of(vectors, given, heads(scores, of="other"))).opinion is None


def test_what_is_kept_weighs_a_vector_by_its_place_along_the_direction(vectors: VectorFile) -> None:
    """Texts without a score get the one that the head gives them, and what is kept gives the same."""
    given = fires(20)
    known = given.cases[0].text
    space = space_of(vectors, given, heads({key_of(known).hex(): 8.0}))
    kept = space.meant([2.0], {one.text: one.relevant for one in given.cases})
    for one in given.placed(space).cases:
        assert one.vector is not None
        if one.text == known:
            assert one.vector == [2.0]
        else:
            assert kept.odds(vectors[one.text]) == pytest.approx(2.0 * one.vector[0], abs=0.02)
