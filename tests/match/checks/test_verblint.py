"""Lists that have some forms of a verb and not others."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.match.checks.verblint import missing_forms
from monitor.match.terms import parse_term

HOLES = {
    "Russian, feminine and neuter": (
        "ru",
        ["=ударил", "=ударили"],
        ('"=ударил" and other forms of "ударить" are listed, but not "ударить", "ударила", "ударило", "ударит" and '
        '5 more; write "ударить", which has them all, or list these too'),
    ),
    "Ukrainian, feminine": (
        "uk",
        ["=вдарив", "=вдарили", "=вдарить", "=вдарять", "=вдарити", "=вдарило"],
        ('"=вдарив" and other forms of "вдарити" are listed, but not "вдарила"; '
        'write "вдарити", which has them all, or list these too'),
    ),
    "Spanish, plural": (
        "es",
        ["=mata", "=mató", "=matan", "=mataba", "=mataban", "=matado", "=matada", "=matados", "=matadas", "=matando",
         "matar"],
        None,
    ),
    "Spanish, some of the past": (
        "es",
        ["=golpea", "=golpean", "=golpeó", "=golpeaba", "=golpeaban", "=golpear",
         "=golpeada", "=golpeadas", "=golpeado", "=golpeados"],
        ('"=golpea" and other forms of "golpear" are listed, but not "golpearon" and "golpeando"; '
        'write "golpear", which has them all, or list these too'),
    ),
    "French": (
        "fr",
        ["=tue", "=tuent", "=tués", "=tuées", "=tuer"],
        ('"=tue" and other forms of "tuer" are listed, but not "tuée", "tuait", "tuaient", "tua" and 4 more; '
        'write "tuer", which has them all, or list these too'),
    ),
    "Arabic, past without present": (
        "ar",
        ["=قصفت", "=قصفوا", "=قصف"],
        ('"=قصفت" and other forms of "قصف" are listed, but not "يقصف" and "تقصف"; '
        'write "قصف", which has them all, or list these too'),
    ),
    "a verb with its forms": ("ru", ["=ударил", "=ударили", "ударить"], None),
    "all forms by a star": ("ru", ["=погиб", "=погибли", "погиб*"], None),
    "one form alone is meant": ("ru", ["=ударил"], None),
    "a noun and its plural": ("es", ["=casa", "=casas"], None),
    "a noun that is a form of a verb too": ("fr", ["=frappe", "=frappes"], None),
    "participles as adjectives": ("es", ["=herido", "=herida", "=heridos", "=heridas"], None),
    "forms of a noun": ("ru", ["=удар", "=удары", "=ударом"], None),
    "English has few forms": ("en", ["=strikes", "=struck"], None),
    "forms of any_language": ("any_language", ["=ударил", "=ударили"], None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLES)
def test_the_holes_of_a_list_are_named(name: str) -> None:
    language, written, expected = HOLES[name]
    terms = [parse_term(term, language, line) for line, term in enumerate(written, 7)]
    found = list(missing_forms(terms, Path("r.yaml")))
    assert [problem.message for problem in found] == ([] if expected is None else [expected])
    assert all(problem.line == 7 for problem in found)
