"""What the documentation shows is true: its rule passes check, its word files exist."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from monitor.link.statements import statements_of
from monitor.match.checks.lint import lint
from monitor.match.checks.termlint import advise
from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rulefile import read_rules
from tests.support.builders import item
from tests.support.tree import ROOT

FACTS = """format: 1
id: facts
title: Facts
status: test
words:
  ministry: {en: [defence ministry]}
  state: {en: [Northland]}
  deny: {en: [deny]}
  attack: {en: [drone strike]}
"""


def test_the_rule_of_the_tutorial_passes_check_without_a_warning(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial" / "write-a-rule.md").read_text(encoding="utf-8")
    (body,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    shutil.copytree(ROOT / "rules" / "words", tmp_path / "words")
    path = tmp_path / "press.yaml"
    path.write_text(body, encoding="utf-8")
    files = read_rules(path)
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert [str(problem) for problem in problems if problem.path == path] == []
    assert [rule.id for rule in files.rules] == ["press"]


def test_the_word_files_of_the_documentation_are_those_there_are() -> None:
    text = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| `([a-z-]+)` \|",
        text[text.index("These word files come with Wirewatch:") : text.index("A rule may have")],
        re.MULTILINE,
    )
    assert listed == sorted(path.stem for path in (ROOT / "rules" / "words").glob("*.yaml"))


def test_the_facts_of_the_documentation_are_told_as_it_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    (body,) = re.findall(r"```yaml\n(roles:.*?)```", text, re.DOTALL)
    told = re.search(r'With this, cards show "(.*?)" as a denial by "(.*?)".*?"(.*?)"', text, re.DOTALL)
    assert told is not None
    title, claimant, weapon = told.groups()
    (tmp_path / "facts.yaml").write_text(FACTS + body, encoding="utf-8")
    files = read_rules(tmp_path)
    assert files.problems == ()
    found = [replace(match, live=True) for match in compile_rules(files.rules).match(ItemTexts(title))]
    said = {(one.kind.value, one.words, one.claimant) for one in statements_of(item(title), found)}
    assert said >= {("reaction", "denies", claimant), ("weapon", weapon, "")}
