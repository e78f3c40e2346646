"""Rule files: every mistake told in its place, in words an editor understands."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match.engine import Document, compile_rules
from monitor.match.explain import as_text, explain
from monitor.match.lint import lint
from monitor.match.rulefile import RuleFiles, read_rules
from monitor.match.terms import TermError, parse_term

GOOD = """format: 1
id: floods
title: Floods
severity: high
send_to: [desk]
words:
  water:
    en: [flood]
  harm:
    en: [kill]
find:
  - name: any mention
    all: [water]
  - name: casualties
    all: [water, harm]
    within: 5
examples:
  match:
    - Floods in the valley
  no_match:
    - A sunny day
"""

# What is changed in the good file, and the line it then gives.
# ruff: noqa: ISC004 - a long line told in two parts is one line
MISTAKES = {
    "a misspelt key": (("severity:", "sevrity:"), '4:1: error: unknown key "sevrity" - did you mean "severity"?'),
    "a misspelt value": (
        ("severity: high", "severity: hihg"),
        '4:11: error: severity: "hihg" is not one of low, medium, high or critical - did you mean "high"?',
    ),
    "a group that does not exist": (
        ("within: 5", "within: 5\n    none: [hram]"),
        '17:12: error: group "hram" is not in words - did you mean "harm"?',
    ),
    "a group that is not used": (
        ("all: [water, harm]", "all: [water, water]"),
        '9:3: warning: group "harm" is never used in find or never',
    ),
    "a route that does not exist": (
        ("[desk]", "[desks]"),
        '5:11: error: "desks" is not in routes.yaml - did you mean "desk"?',
    ),
    "an id that is not the file's name": (
        ("id: floods", "id: flood"),
        '2:5: error: the id "flood" must be the name of the file; rename the file to flood.yaml',
    ),
    "an unknown language": (
        ("    en: [flood]", "    eng: [flood]"),
        '8:5: error: unknown language "eng"; known are en, fr, es, ar, ru, uk and any_language - did you mean "en"?',
    ),
    "a Cyrillic letter in an English word": (
        ("[flood]", "[flооd]"),
        '8:10: error: "flооd" contains a Cyrillic letter in a en list',
    ),
    "a star after too few letters": (("[flood]", "[flo*]"), '8:10: error: "flo*": at least 4 letters before *'),
    "a star at the front": (
        ("[flood]", "[*flood]"),
        '8:10: error: a star goes last in a term ("flood*"); put a text that must begin with * in quotes',
    ),
    "an empty term": (
        ("[flood]", "[flood, ]\n    fr:\n      -"),
        "10:8: error: an empty term hits nothing; a term that begins with # must be put in quotes",
    ),
    "a number": (("[flood]", "[flood, 1755]"), "8:17: error: 1755 is no text; put it in quotes"),
    "a term twice": (("[flood]", "[flood, flood]"), '8:17: warning: "flood" stands twice in group water'),
    "too many typing errors": (
        ("[flood]", "[flood~3]"),
        '8:10: error: "flood~3": after ~ stands 0, 1 or 2, the number of typing errors allowed',
    ),
    "a key twice": (
        ("title: Floods", "title: Floods\ntitle: Flood"),
        '4:1: error: the key "title" stands twice; merge the two',
    ),
    "a tab": (
        ("title: Floods", "title: Floods\n\tx: 1"),
        "4:1: error: a Tab cannot stand here; use spaces, not the Tab key",
    ),
    "an anchor": (
        ("title: Floods", "title: &t Floods"),
        "3:8: error: anchors and aliases (& and *) are not used here; write the value out",
    ),
    "an unknown format": (
        ("format: 1", "format: 2"),
        "1:9: error: format 2 is not known; this version reads format 1",
    ),
    "a distance that is none": (
        ("within: 5", "within: near"),
        '16:13: error: within: "near" is neither a number of words nor "sentence"',
    ),
    "a distance with nothing to measure": (
        ("    all: [water]\n", "    all: [water]\n    within: 3\n"),
        '14:13: error: way "any mention": within needs at least two groups to measure between',
    ),
    "a way without a name": (
        ("  - name: casualties\n    all", "  - all"),
        '14:5: error: the key "name" is missing',
    ),
    "a live rule without an example": (
        ("  no_match:\n    - A sunny day\n", ""),
        "17:1: error: a live rule needs at least one example under no_match; set status: test while it has none",
    ),
    "an example that fails": (
        ("- Floods in the valley", "- A dry summer"),
        '19:7: error: example "A dry summer" should match but does not: "any mention" has no word of water; '
        '"casualties" has no word of water, harm',
    ),
    "an example that must not match and does": (
        ("- A sunny day", "- A flood of tears"),
        '21:7: error: example "A flood of tears" should not match but does, by "any mention" with "flood"',
    ),
}


def read(folder: Path, text: str, name: str = "floods.yaml") -> RuleFiles:
    (folder / name).write_text(text, encoding="utf-8")
    return read_rules(folder, route_names={"desk"}, feed_ids=None)


def test_a_good_file_is_a_rule_without_problems(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD)
    assert files.problems == ()
    assert lint(files.rules, compile_rules(files.rules)) == ()
    (rule,) = files.rules
    assert (rule.id, str(rule.severity), rule.send_to, len(rule.hash)) == ("floods", "high", ("desk",), 6)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_its_place(mistake: str, tmp_path: Path) -> None:
    (old, new), expected = MISTAKES[mistake]
    assert old in GOOD
    files = read(tmp_path, GOOD.replace(old, new, 1))
    problems = (*files.problems, *lint(files.rules, compile_rules(files.rules)))
    assert [str(problem).removeprefix(f"{tmp_path}/floods.yaml:") for problem in problems] == [expected]


def test_every_mistake_of_every_file_is_told_at_once_and_the_good_file_lives(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(GOOD.replace("severity: high", "sevrity: high\nfoo: 1"))
    files = read(tmp_path, GOOD)
    assert [rule.id for rule in files.rules] == ["floods"]
    assert [(problem.path.name, problem.line) for problem in files.problems] == [("broken.yaml", 4), ("broken.yaml", 5)]


def test_a_misspelt_route_does_not_silence_the_rule(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD.replace("[desk]", "[desks]"))
    assert [rule.send_to for rule in files.rules] == [()]


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    problems = read(tmp_path, GOOD, "floods2.yaml").problems
    assert "must be the name of the file" in str(problems[0])


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_a_folder_without_rules_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    files = read_rules(tmp_path / name, route_names=None, feed_ids=None)
    assert files.rules == ()
    assert len(files.problems) == 1


def test_the_hash_changes_with_what_matters_and_nothing_else(tmp_path: Path) -> None:
    def hashed(old: str, new: str) -> str:
        (rule,) = read(tmp_path, GOOD.replace(old, new, 1)).rules
        return rule.hash

    same = hashed("", "")
    assert hashed("title: Floods", "title: 'High water'") == same
    assert hashed("format: 1", "# a comment\nformat: 1") == same
    assert hashed("severity: high", "severity: low") != same
    assert hashed("[flood]", "[flood, deluge]") != same
    assert hashed("within: 5", "within: 6") != same


def test_explain_says_what_was_found_and_what_is_missing(tmp_path: Path) -> None:
    rules = compile_rules(read(tmp_path, GOOD).rules)
    text = as_text(explain(rules, Document("Floods in the valley: one two three four five six seven kills")))
    assert 'MATCHES by way "any mention", severity high' in text
    assert 'water: "Floods" (flood: a form of it, in the title)' in text
    assert 'way "casualties": too far apart: distance 10 > 5' in text
    assert 'way "any mention": no word of water' in as_text(explain(rules, Document("Sun"), "floods"))


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (GOOD + text).encode("utf-8", "replace")))
def test_no_file_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("rules") / "floods.yaml"
    path.write_bytes(body)
    files = read_rules(path, route_names=None, feed_ids=None)
    assert files.rules or files.problems


@given(st.text(max_size=50))
def test_a_term_is_read_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(TermError):
        assert parse_term(text, "en").words
