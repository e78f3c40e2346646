"""What `explain --term` lists: forms used and dropped, words kept from being typing errors, and how to write it."""

from __future__ import annotations

from functools import cache

import pytest

from monitor.errors import UsageError
from monitor.match import forms
from monitor.match.forms import Form, as_dict, as_text
from monitor.match.itemtexts import ItemTexts
from tests.support.rules import engine

explain_term = cache(forms.explain_term)

USED = [
    ("en", "medic", {"medic", "medics"}, {"medical"}),
    ("en", "DPICM", set(), set()),
    ("en", "WHO", set(), {"who"}),
    ("en", "=strike", {"strike"}, {"strikes"}),
    ("en", "bombar*", {"bombardment", "bombarded"}, set()),
    ("es", "herido", {"heridos", "herida"}, {"here", "her"}),
    ("fr", "utiliser", {"utilisées", "utilisé"}, set()),
    ("ru", "посла", {"послом", "послы"}, {"после"}),
    ("uk", "касетний", {"касетними", "касетних"}, set()),
    ("ar", "قنبلة", {"القنبلة", "بقنبلة"}, set()),
]


def words(forms: tuple[Form, ...]) -> set[str]:
    return {form.word for form in forms}


@pytest.mark.parametrize(("language", "term", "used", "dropped"), USED, ids=[f"{case[0]}-{case[1]}" for case in USED])
def test_forms_used_and_dropped(language: str, term: str, used: set[str], dropped: set[str]) -> None:
    (word,) = explain_term(term, language).words
    assert used <= words(word.used)
    assert dropped <= words(word.dropped)
    assert not words(word.used) & words(word.dropped)
    assert all(form.why for form in word.dropped)


@pytest.mark.parametrize(("language", "term"), [case[:2] for case in USED], ids=str)
def test_what_is_listed_is_what_the_engine_does(language: str, term: str) -> None:
    """Every form listed as used hits the term in a text, none of those dropped or protected does."""
    checked = engine({"g": [term]}, language=language)
    (word,) = explain_term(term, language).words
    assert all(checked.match(ItemTexts(form.word)) for form in word.used[:40])
    assert not any(checked.match(ItemTexts(form.word)) for form in (*word.dropped, *word.protected))


def test_the_commonest_come_first_and_words_of_other_languages_say_so() -> None:
    (word,) = explain_term("herido", "es").words
    frequencies = [form.per_million for form in word.used]
    assert frequencies == sorted(frequencies, reverse=True)
    assert "hero (English, " in as_text(explain_term("herido", "es"))


def test_known_words_a_letter_away_are_told_because_they_never_count_as_typing_errors() -> None:
    (word,) = explain_term("shelling", "en").words
    assert word.typos == 1
    assert "selling" not in words(word.used)
    assert "selling" in words(word.protected)
    (short,) = explain_term("bomb", "en").words
    assert (short.typos, short.protected) == (0, ())
    (marked,) = explain_term("shelling~0", "en").words
    assert (marked.typos, marked.protected) == (0, ())


def test_how_a_term_may_be_written_together_and_apart() -> None:
    assert "air strike" in explain_term("airstrike", "en").words[0].apart
    report = explain_term("cluster bomb", "en")
    assert report.joined == "clusterbomb"
    assert [word.word for word in report.words] == ["cluster", "bomb"]
    assert explain_term("cluster .. bomb", "en").joined == ""
    assert [word.word for word in explain_term("sous-munition", "fr").words] == ["sous", "munition"]


@pytest.mark.parametrize(
    ("term", "language", "lines"),
    [
        ("bomb", "en", ["bomb (en): with its forms", "  stem: bomb (en)", "  typing errors: none"]),
        (
            "DPICM",
            "en",
            ["DPICM (en): an acronym: in capitals only, without forms and typing errors", "  typing errors: none"],
        ),
        (
            "bomb~2",
            "any_language",
            [
                "bomb (any_language): with its forms",
                "  stem: bomb (en), bomb (fr), bomb (es)",
                "  typing errors: up to two letters, not the first, in words that are not known",
            ],
        ),
        ("bomb", "ar", ["bomb (ar): with its forms", "  no stem: the word is not in the script of ar, so only itself"]),
    ],
)
def test_the_text_says_how_each_word_is_looked_for(term: str, language: str, lines: list[str]) -> None:
    told = as_text(explain_term(term, language)).splitlines()
    assert [line[: len(want)] for line, want in zip(told, lines, strict=False)] == lines


def test_the_json_has_whole_lists() -> None:
    told = as_dict(explain_term("kill", "en"))
    assert (told["term"], told["language"]) == ("kill", "en")
    assert {"word", "language", "per_million", "why"} == set(told["words"][0]["used"][0])


@pytest.mark.parametrize(
    ("term", "language", "said"),
    [
        ("medic", "de", "there is no language de; there are en, fr, es, ar, ru, uk and any_language"),
        ("*bomb", "en", "the star goes last"),
        ("", "en", "an empty term hits nothing"),
    ],
)
def test_a_term_that_no_file_could_have_is_refused_in_words(term: str, language: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain_term(term, language)


def test_a_verb_is_told_with_its_forms_and_without_a_stem() -> None:
    report = explain_term("golpear", "es")
    assert {"golpea", "golpeó", "golpearon"} <= {form.word for form in report.words[0].used}
    assert "stem: none is asked for, as all forms of the verb are known (es)" in as_text(report)
    (arabic,) = explain_term("ضربت", "ar").words
    assert {"ضرب", "يضرب", "ضربوا"} <= {form.word for form in arabic.used}
