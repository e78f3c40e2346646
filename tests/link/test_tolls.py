"""The tolls that sentences claim, in six languages, over a table of sentences and traps."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.tolls.tolls import LONGEST_QUOTE, claimed, report_tolls, tolls_in
from monitor.model import Bound, TollKind
from tests.link.tolltable import SENTENCES

Told = tuple[TollKind, int, int, Bound]

PRECISION, RECALL = 0.95, 0.85
KNOWN_WRONG = frozenset({"Є двоє загиблих і поранені"})
"""Sentences of the table that are read wrongly today; when one is read rightly, it leaves the list."""

_SPEC = re.compile(r"(\w+) (>=|<=|~|)(\d+)(?:-(\d+))?")
_BOUNDS = {"": Bound.EXACT, ">=": Bound.AT_LEAST, "<=": Bound.UP_TO, "~": Bound.ABOUT}
_ROWS = [(language, text, spec) for language, rows in SENTENCES.items() for text, spec in rows]


def expected(spec: str) -> set[Told]:
    return {
        (TollKind(kind), int(low), int(high or low), _BOUNDS[bound]) for kind, bound, low, high in _SPEC.findall(spec)
    }


def told(text: str) -> set[Told]:
    return {(toll.kind, toll.low, toll.high, toll.bound) for toll in tolls_in(text)}


def quality(rows: list[tuple[str, str, str]]) -> tuple[float, float]:
    """Precision and recall over some rows."""
    pairs = [(told(text), expected(spec)) for _, text, spec in rows]
    right = sum(len(found & wanted) for found, wanted in pairs)
    return (
        right / max(1, sum(len(found) for found, _ in pairs)),
        right / max(1, sum(len(wanted) for _, wanted in pairs)),
    )


@pytest.mark.parametrize(
    ("text", "spec"), [(text, spec) for _, text, spec in _ROWS if text not in KNOWN_WRONG], ids=lambda text: text[:40]
)
def test_a_sentence_claims_what_the_table_says(text: str, spec: str) -> None:
    assert told(text) == expected(spec)


def test_known_gaps_stay_known() -> None:
    for _, text, spec in _ROWS:
        assert (told(text) != expected(spec)) == (text in KNOWN_WRONG), text


def test_the_table_as_a_whole_is_read_well() -> None:
    precision, recall = quality(_ROWS)
    assert precision >= PRECISION
    assert recall >= RECALL


@pytest.mark.parametrize("language", SENTENCES)
def test_each_language_is_read_well(language: str) -> None:
    precision, recall = quality([row for row in _ROWS if row[0] == language])
    assert precision >= PRECISION
    assert recall >= RECALL


@pytest.mark.parametrize(
    ("text", "claimant"),
    [
        ("At least 12 people were killed, according to Gaza's health ministry.", "Gaza's health ministry"),
        (
            "The raids killed 200 civilians, the Syrian Network for Human Rights said.",
            "the Syrian Network for Human Rights",
        ),
        ("Selon le gouverneur, deux personnes ont été tuées.", "le gouverneur"),
        ("Según el alcalde, murieron dos personas.", "el alcalde"),
        ("По словам губернатора области, погибли двое.", "По словам губернатора области"),
        ("За даними прокуратури, загинули троє.", "За даними прокуратури"),
        ("Eight people were killed in the strike.", ""),
    ],
)
def test_who_says_so(text: str, claimant: str) -> None:
    assert {toll.claimant for toll in tolls_in(text)} == {claimant}


def test_the_quote_is_the_sentence() -> None:
    (toll,) = tolls_in("It was night. A strike killed 8 people in the port. Nobody slept.")
    assert toll.quote == "A strike killed 8 people in the port"


def test_a_report_stands_for_the_highest_of_its_title() -> None:
    tolls = report_tolls("Strike kills 8", "Eight died and 14 were wounded. Last year 30 people were killed there.")
    assert {kind: toll.low for kind, toll in tolls.items()} == {TollKind.KILLED: 8, TollKind.HURT: 14}
    assert claimed(()) == {}


_PIECES = st.sampled_from(
    "killed 12 3-5 dead were people a child and , . : - % $ at least between dozens hundred thousand including 1,200 "
    "quatre vingt morts de погибли двое до сто человек مقتل و10 شخصان عشر toll rises to 2022 no".split()
)


@given(st.one_of(st.text(max_size=400), st.lists(_PIECES, max_size=60).map(" ".join)))
def test_no_text_raises_and_spans_always_fit(text: str) -> None:
    for toll in tolls_in(text):
        assert 0 <= toll.start < toll.end <= len(text)
        assert 0 < toll.low <= toll.high
        assert len(toll.quote) <= LONGEST_QUOTE


@pytest.mark.parametrize(
    "piece", ["killed 12 and ", "a child, ", "killed ", "1,", "hundred ", "3 people including 2 ", "مقتل و", "d'"]
)
def test_long_texts_take_linear_time(piece: str) -> None:
    text = piece * 10_000 + " killed"
    started = time.perf_counter()
    tolls_in(text)
    assert time.perf_counter() - started < 10
