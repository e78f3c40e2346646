"""Suggestions from what the desk found not relevant: valid to paste, and honest about what they cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.errors import Level
from monitor.match.checks.lint import lint
from monitor.match.engine import compile_rules
from monitor.match.rule import Rule
from monitor.match.rulefile import read_rules
from monitor.model import Cause, FeedKind, RatedItem
from monitor.workbench.suggest import Suggestion, as_yaml, suggestions
from tests.support.builders import NOW

RULE = """
format: 1
id: cluster-munitions
title: Cluster munitions
words: {weapon: {en: [cluster bomb], fr: [bombe à fragmentation]}}
find: [{name: any mention, all: [weapon]}]
examples: {match: [Cluster bombs hit Idlib, Une bombe à fragmentation à Homs], no_match: [Cluster headache]}
"""


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    path = tmp_path / "cluster-munitions.yaml"
    path.write_text(RULE, encoding="utf-8")
    (found,) = read_rules(path).rules
    return found


def item(title: str, *, relevant: bool = False, **over: Any) -> RatedItem:
    values: dict[str, Any] = {
        "item_id": f"i-{title[:10]}",
        "revision": 1,
        "rule": "cluster-munitions",
        "relevant": relevant,
        "reason": "",
        "feed_id": "wire",
        "kind": FeedKind.WIRE,
        "language": "en",
        "title": title,
        "summary": "",
        "body": "",
        "by": "ann",
        "at": NOW,
        "cause": None if relevant else Cause.FIGURATIVE,
    }
    return RatedItem(**values | over)


def suggested(rule: Rule, *rated: RatedItem) -> Suggestion:
    (found,) = suggestions([rule], {}, rated)
    return found


def pasted(rule: Rule, one: Suggestion) -> list[str]:
    """What `check` says of the rule once the suggestion is in its file: merged as ops would do it."""
    yaml = YAML(typ="safe", pure=True)
    file, added = yaml.load(rule.path.read_text(encoding="utf-8")), yaml.load(as_yaml(one))
    file["examples"]["no_match"] += added["examples"]["no_match"]
    if "ignore" in added:
        file["ignore"] = added["ignore"]
    with rule.path.open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(file, stream)
    files = read_rules(rule.path)
    problems = (*files.problems, *lint(files.rules, compile_rules(files.rules)))
    return [problem.message for problem in problems if problem.level is Level.ERROR]


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        (item("Cluster bomb band tours Europe", word="Cluster bomb"), "cluster bomb band"),
        (item("New album: cluster bomb", word="cluster bomb"), "album cluster bomb"),
        (item("The budget is a cluster bomb of surprises"), "cluster bomb of"),
        (item("Une « bombe à fragmentation » politique", language="fr"), "bombe à fragmentation politique"),
        (item("A day out", summary="The quiz was a real cluster bomb for us"), "cluster bomb for"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.title,
)
def test_a_phrase_that_takes_the_item_away_can_be_pasted(rule: Rule, said: RatedItem, phrase: str) -> None:
    one = suggested(rule, said, item("Cluster bombs kill six in Homs", relevant=True))
    assert one.exclusion is not None
    assert (one.exclusion.phrase, one.exclusion.killed, one.looked_at) == (phrase, (), 1)
    assert pasted(rule, one) == []


def test_what_an_exclusion_would_have_killed_is_named(rule: Rule) -> None:
    killed = item("Cluster bomb band of fighters kills six", relevant=True)
    other = item("Cluster bombs kill six in Homs", relevant=True)
    one = suggested(rule, item("Cluster bomb band", word="Cluster bomb"), killed, other)
    assert one.exclusion is not None
    assert (one.exclusion.phrase, one.exclusion.killed, one.looked_at) == ("cluster bomb band", (killed,), 2)


def test_a_phrase_that_kills_nothing_goes_before_one_that_does(rule: Rule) -> None:
    killed = item("Cluster bomb band of fighters kills six", relevant=True)
    one = suggested(rule, item("The cluster bomb band", word="cluster bomb"), killed)
    assert one.exclusion is not None
    assert (one.exclusion.phrase, one.exclusion.killed) == ("the cluster bomb", ())


def test_without_a_phrase_the_example_stands_alone(rule: Rule) -> None:
    one = suggested(rule, item("Cluster bombs"))
    assert one.exclusion is None
    assert as_yaml(one) == 'examples:\n  no_match:\n    - {text: "Cluster bombs", why: "figurative"}'
    assert "should not match but does" in pasted(rule, one)[0]


@pytest.mark.parametrize("mended", ["Cluster headache again", "Nothing"])
def test_what_the_rule_does_not_match_any_more_is_left_out(rule: Rule, mended: str) -> None:
    assert list(suggestions([rule], {}, [item(mended), item("Cluster bombs hit", relevant=True)])) == []


def test_hostile_words_stay_text(rule: Rule) -> None:
    said = item(
        'Cluster bomb "quoted": [x] {y} #z \u2028 & *a !b', reason="it's\n- {match: ['all']}", word="Cluster bomb"
    )
    one = suggested(rule, said)
    (example,) = YAML(typ="safe", pure=True).load(as_yaml(one))["examples"]["no_match"]
    assert example == {
        "text": 'Cluster bomb "quoted": [x] {y} #z & *a !b',
        "why": "figurative: it's - {match: ['all']}",
    }
    assert pasted(rule, one) == []


def test_other_rules_are_not_asked(rule: Rule) -> None:
    assert list(suggestions([rule], {}, [replace(item("Cluster bombs"), rule="another")])) == []
