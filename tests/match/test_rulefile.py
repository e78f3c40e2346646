"""Rule files: what a good one says, when its hash changes, and that no file makes reading raise."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import Level
from monitor.match.checks.lint import lint
from monitor.match.checks.named import KnownNames
from monitor.match.checks.termlint import advise
from monitor.match.engine import compile_rules
from monitor.match.rulefile import read_rules
from monitor.match.terms import TermError, parse_term
from monitor.model import FeedKind
from tests.support.rulefiles import GOOD, read, told


def test_a_good_file_is_a_rule_without_problems(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD)
    assert files.problems == ()
    engine = compile_rules(files.rules)
    assert (lint(files.rules, engine), advise(engine)) == ((), ())
    (rule,) = files.rules
    assert (rule.id, str(rule.severity), rule.send_to, len(rule.hash)) == ("floods", "high", ("desk",), 6)


def test_a_misspelt_route_does_not_silence_the_rule(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD.replace("[desk]", "[desks]"))
    assert [rule.send_to for rule in files.rules] == [()]


def test_a_rule_for_feeds_of_other_kinds_than_it_names_is_told(tmp_path: Path) -> None:
    kinds = {"wire": FeedKind.WIRE, "ministry": FeedKind.OFFICIAL}
    named = KnownNames(kinds.keys(), kinds=kinds)
    for feeds, silent in (("wire", True), ("wire, ministry", False), ("ministry", False), ("gone", False)):
        path = tmp_path / "floods.yaml"
        path.write_text(GOOD.replace("severity: high", f"severity: high\nfeeds: [{feeds}]\nkinds: [official]"))
        found = [str(one) for one in read_rules(tmp_path, feed_ids=named).problems if one.level is Level.WARNING]
        said = "kinds: no feed under feeds is of these kinds, and both must be true, so the rule matches nothing"
        assert found == ([f"{path}:6:8: warning: {said}"] if silent else [])


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    read(tmp_path, GOOD, "floods2.yaml")
    read(tmp_path, GOOD, "Floods (1).yaml")
    said = 'the id "floods" is that of floods.yaml; give this rule its own: '
    assert told(tmp_path) == [
        f"Floods (1).yaml:2:5: error: {said}floods-1, and rename the file to floods-1.yaml",
        f"floods2.yaml:2:5: error: {said}floods2",
    ]


def test_a_file_whose_name_looks_like_the_id_is_told_why_it_is_another(tmp_path: Path) -> None:
    read(tmp_path, GOOD, "fl\u043eods.yaml")
    other = '(the Cyrillic "\u043e" in it may look like another letter; type the word again)'
    said = f'the id "floods" must be the name of the file {other}; rename the file to floods.yaml'
    assert told(tmp_path) == [f"fl\u043eods.yaml:2:5: error: {said}"]


def test_the_hash_changes_with_what_matters_and_nothing_else(tmp_path: Path) -> None:
    def hashed(old: str, new: str) -> str:
        (rule,) = read(tmp_path, GOOD.replace(old, new, 1)).rules
        return rule.hash

    same = hashed("", "")
    assert hashed("title: Floods", "title: 'High water'") == same
    assert hashed("format: 1", "# a comment\nformat: 1") == same
    assert hashed("severity: high", "severity: low") != same
    assert hashed("severity: high", "severity: high\ndigest_below: 0.3") != same
    assert hashed("severity: high", "severity: high\ndigest_below: 0") == same
    assert hashed("[flood]", "[flood, deluge]") != same
    assert hashed("within: 5", "within: 6") != same
    assert hashed("within: 5", "within: 5\n    says: denial") != same
    assert hashed("find:", "roles: {weapons: [water]}\nfind:") != same
    assert hashed("find:", "roles: {}\nfind:") == same, "there is nothing new in it"
    assert same == "aec138", "rules that say nothing of facts are what they were before they could"


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (GOOD + text).encode("utf-8", "replace")))
def test_no_file_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("rules") / "floods.yaml"
    path.write_bytes(body)
    files = read_rules(path)
    assert files.rules or files.problems


@given(st.text(max_size=50))
def test_a_term_is_read_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(TermError):
        assert parse_term(text, "en").words
