"""Terms that hit more than they seem to, or nothing: each warning is right, and there is no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.match.checks.inflection import is_inflected
from monitor.match.checks.lint import lint
from monitor.match.checks.termlint import advise, lint_terms
from monitor.match.engine import compile_rules
from monitor.match.rule import Example, Way
from monitor.match.terms import parse_term
from tests.support.rules import rule

# ruff: noqa: ISC004 - a long line told in two parts is one line
# The language and terms of a list, and the warnings about it.
WARNINGS = {
    "a form of another word": (
        "en",
        ["accountability"],
        [
            '"accountability" also hits "account", taken for a form of it; '
            'write =accountability and list its forms, or, if "account" is meant, list that too'
        ],
    ),
    "a French noun that has the stem of a verb": (
        "fr",
        ["parlement"],
        [
            '"parlement" also hits "parler" and "parle", taken for a form of it; '
            'write =parlement and list its forms, or, if "parler" is meant, list that too'
        ],
    ),
    "an Arabic adjective that has the stem of a noun": (
        "ar",
        ["خارجية"],
        [
            '"خارجية" also hits "خارج", taken for a form of it; '
            'write =خارجية and list its forms, or, if "خارج" is meant, list that too'
        ],
    ),
    "a word of nearly every text": (
        "en",
        ["the"],
        ['"the" is one of the commonest words of English, so nearly every text has it; add a word that says more'],
    ),
    "a phrase of nothing else": (
        "fr",
        ["de la"],
        ['"de la" holds only the commonest words of French, so nearly every text has it; add a word that says more'],
    ),
    "a letter": ("uk", ["х"], ['"х" is one letter, which is hit wherever it stands alone; write the whole word']),
    "both, because both are meant": ("en", ["accountability", "account"], []),
    "only this form": ("en", ["=accountability"], []),
    "true forms, commoner than the word": ("en", ["kill", "families", "strike"], []),
    "a word that another language has": (
        "en",
        ["premier"],
        [
            '"premier" is also a common French word, which it hits: '
            "all terms are tried on items of all languages; add a word beside it"
        ],
    ),
    "a name that another language has": ("en", ["Chile"], []),
    "a word told apart by its accent alone": (
        "fr",
        ["cote"],
        ['"cote" also hits the common "côté": accents do not count; add a word beside it'],
    ),
    "an ending that many words have": (
        "en",
        ["part*"],
        [
            '"part*" also hits "party", "parts" and "particular"; '
            "write more letters before the star, or the forms one by one"
        ],
    ),
    "an ending that one word has": ("ru", ["погиб*", "касетн*"], []),
    "a word whose stem is too short": (
        "fr",
        ["suée"],
        ['"suée" is hit in no other form, because its stem is too short; list its forms as well'],
    ),
    "a verb whose stem is too short, but whose forms are known": ("fr", ["tuer"], []),
    "a word whose forms are listed": ("fr", ["suée", "suées", "suer"], []),
    "a term twice, once with an accent": (
        "en",
        ["Türkiye", "Turkiye"],
        ['"Turkiye" appears twice in group g, also as "Türkiye"'],
    ),
    "an acronym twice, once with dots": ("en", ["US", "U.S."], ['"U.S." appears twice in group g, also as "US"']),
    "a word and the acronym": ("en", ["US", "us"], []),
    "more typing errors than a word may have": (
        "en",
        ["missile~2"],
        ['"missile~2": ~2 needs 9 letters; a word of 7 may have one typing error at most'],
    ),
    "a Latin word in a Russian list": (
        "ru",
        ["missile"],
        [
            '"missile" is in Latin letters, so no forms of it are looked for in the ru list; '
            "move it to the list of its language"
        ],
    ),
    "a Latin name in a Russian list": ("ru", ["HIMARS", "Shahed"], []),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_terms_are_warned_of(name: str) -> None:
    language, written, expected = WARNINGS[name]
    terms = tuple(parse_term(term, language) for term in written)
    assert [problem.message for problem in lint_terms(terms, Path("r.yaml"), "group g")] == expected


def test_a_term_inside_a_phrase_to_ignore_can_never_match() -> None:
    ignore = (parse_term("rail strike", "en"),)
    engine = compile_rules([rule({"g": ["strike", "rail strikes hit", "air strike"]}, ignore=ignore)])
    assert [problem.message for problem in advise(engine)] == [
        '"rail strikes hit" can never match: a phrase under ignore covers its words'
    ]


def test_every_term_hits_its_own_words() -> None:
    terms = [
        "RBK-500",
        "U.N.",
        "BLU-97",
        "9M55K",
        "cluster .. warhead",
        "rock*",
        "=strike",
        "l'hôpital",
        "missile~0",
        "обʼєкт",
    ]
    assert advise(compile_rules([rule({"g": terms}, language="any_language")])) == ()


def test_the_terms_of_a_word_file_are_warned_of_once_and_in_their_file() -> None:
    term = replace(parse_term("premier", "en", 4, 7), path=Path("words/x.yaml"))
    rules = [replace(rule({"g": ["strike"], "h": []}), id=name) for name in ("a", "b")]
    for one in rules:
        one.words["h"] = (term,)
    (problem,) = advise(compile_rules(rules))
    assert str(problem).startswith('words/x.yaml:4:7: warning: "premier" is also a common French word')


def test_a_language_needs_an_example_that_its_own_words_hit() -> None:
    words = {"weapon": (parse_term("missile", "en"), parse_term("ракета", "ru"), parse_term("дрон", "uk"))}
    one = rule({"weapon": []}, Way(name="any", all=("weapon",)), match=(Example(text="A missile. Ракета."),))
    one.words.update(words)
    assert [problem.message for problem in lint([one], compile_rules([one]))] == [
        "no example under match holds a word of the uk lists; add one, so that they are tried"
    ]


@pytest.mark.parametrize(
    ("language", "word", "form", "inflected"),
    [
        ("en", "family", "families", True),
        ("en", "stop", "stopped", True),
        ("en", "nation", "national", False),
        ("fr", "tirer", "tiraient", True),
        ("fr", "journal", "journaliste", False),
        ("es", "matar", "mataron", True),
        ("es", "dañar", "dan", False),
        ("ru", "школа", "школах", True),
        ("ru", "ударить", "ударились", True),
        ("ru", "ранить", "ранее", False),
        ("ar", "مدرسة", "المدرسة", True),
        ("ar", "حماة", "حماية", False),
        ("uk", "школа", "школі", True),
    ],
)
def test_endings_tell_a_form_from_another_word(language: str, word: str, form: str, inflected: bool) -> None:
    assert is_inflected(word, form, language) is inflected
