"""Mistakes in rule files: every one told in its place, in words an editor understands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match.checks.lint import lint
from monitor.match.checks.termlint import advise
from monitor.match.engine import compile_rules
from monitor.match.rulefile import read_rules
from tests.match.mistakes import form, rules, terms
from tests.support.rulefiles import GOOD, changed, read, told

# Names that facts were once read from, in a rule that says for itself what there is of them, or that there is nothing.
SAID = {
    "nothing has a role": ("find:", "roles: {}\nfind:", "name: casualties", "name: a denial"),
    "a role": (
        "  harm:",
        "  weapon:",
        "find:",
        "roles: {weapons: [weapon]}\nfind:",
        "[water, harm]",
        "[water, weapon]",
    ),
    "a call by no official": ("name: casualties", "name: calls after a flood"),
    "a name that ways only shun": ("  harm:", "  place:", "[water, harm]", "[water, water]\n    none: [place]"),
}


@pytest.mark.parametrize("case", SAID)
def test_names_are_no_mistake(case: str, tmp_path: Path) -> None:
    assert read(tmp_path, changed(SAID[case])).problems == ()


def test_a_group_for_the_opinion_alone_is_no_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("all: [water, harm]", "all: [water, water]")
    assert len(read(tmp_path, text).problems) == 1
    assert read(tmp_path, text.replace("within: 5", "within: 5\n    needs_opinion: true")).problems == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [pytest.param(*case, id=name) for table in (form, terms, rules) for name, case in table.MISTAKES.items()],
)
def test_a_mistake_is_told_in_its_place(changes: Sequence[str], expected: str, tmp_path: Path) -> None:
    files = read(tmp_path, changed(changes))
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert [str(problem).removeprefix(f"{tmp_path}/floods.yaml:") for problem in problems] == [expected]


def test_every_mistake_of_every_file_is_told_at_once_and_the_good_file_lives(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(GOOD.replace("severity: high", "sevrity: high\nfoo: 1"))
    files = read(tmp_path, GOOD)
    assert [rule.id for rule in files.rules] == ["floods"]
    assert [(problem.path.name, problem.line) for problem in files.problems] == [("broken.yaml", 4), ("broken.yaml", 5)]


def test_mistakes_of_keys_hide_none_of_terms_and_names(tmp_path: Path) -> None:
    text = (
        GOOD.replace("severity: high", "severity: urgent").replace("within: 5", "whithin: 5").replace("[desk]", "desks")
    )
    text = text.replace("[flood]", "[flood, fl*]").replace("[water, harm]", "[water, hram]")
    text = text.replace("find:", "roles: {weapon: [harm], targets: [watter]}\nfind:")
    text = text.replace("- Floods in the valley", "- Ohio: floods")
    read(tmp_path, text)
    assert told(tmp_path) == [
        'floods.yaml:4:11: error: severity: "urgent" is not one of low, medium, high or critical',
        "floods.yaml:5:10: error: send_to: a list is expected: [desks]",
        'floods.yaml:11:9: error: unknown key "weapon" - did you mean "weapons"?',
        'floods.yaml:17:5: error: unknown key "whithin" - did you mean "within"?',
        'floods.yaml:20:7: error: match: an example that has ": " in it must be put in quotes',
        'floods.yaml:8:17: error: "fl*": at least 4 letters before *',
        'floods.yaml:16:18: error: group "hram" is not in words - did you mean "harm"?',
        'floods.yaml:11:35: error: group "watter" is not in words - did you mean "water"?',
    ]


LARGE = GOOD.replace(
    "examples:",
    """groups:
  both: [{any: [water]}, {all: [water, harm], within: 3}]
never: [both]
ignore: {en: [flood of tears], ar: [فيضان الدموع]}
examples:
  known_wrong: [{text: A flood, should: no_match}]""",
)
SIGNS = st.sampled_from(
    [
        *"\t\n\r\"'[]{}:,-&*!%@`|>#?=~^\\<.\0\x08\u200b\u00a0\u2028\ufeff\ud7ff١٢éы",
        *(": ", "- ", "*a", "!!int ", "---\n", "..", "~9", "null", "true", "1e9", "0x1f", "007", ".nan", "<<: ", "  "),
        *("\n\n", "{a: b}", "[[[[", "any_language", "everything: true"),
    ]
)
CHANGES = st.lists(st.tuples(st.integers(0, len(LARGE)), st.integers(0, 12), SIGNS | st.text(max_size=3)), max_size=4)
# What only the libraries say.
JARGON = re.compile(
    r"token|scalar|mapping|stream|<block|flow|simple key|Input should|valid (string|integer|list|dict)|type=|NoneType"
)


@settings(max_examples=250)
@given(CHANGES)
def test_no_changed_rule_makes_check_raise_or_speak_in_riddles(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, str]]
) -> None:
    text = LARGE
    for start, removed, put in changes:
        text = text[:start] + put + text[start + removed :]
    folder = tmp_path_factory.mktemp("rules")
    (folder / "floods.yaml").write_text(text, encoding="utf-8", errors="replace", newline="")
    files = read_rules(folder, route_names={"desk"}, feed_ids={"a-feed"})
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert files.rules or problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert not JARGON.search(re.sub(r'"[^"]*"', "", problem.message)), problem
