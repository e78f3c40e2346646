"""What the documentation shows is true: its rule passes check, its word files exist."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from monitor.match.engine import compile_rules
from monitor.match.lint import lint
from monitor.match.rulefile import read_rules
from monitor.match.termlint import advise

ROOT = Path(__file__).parents[2]


def test_the_rule_of_the_tutorial_passes_check_without_a_warning(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "writing-a-rule.md").read_text(encoding="utf-8")
    (body,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    shutil.copytree(ROOT / "rules" / "words", tmp_path / "words")
    path = tmp_path / "press.yaml"
    path.write_text(body, encoding="utf-8")
    files = read_rules(path, route_names=None, feed_ids=None)
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert [str(problem) for problem in problems if problem.path == path] == []
    assert [rule.id for rule in files.rules] == ["press"]


def test_the_word_files_of_the_documentation_are_those_there_are() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| `([a-z-]+)` \|", text[text.index("Those there are:") : text.index("A rule may have")], re.MULTILINE
    )
    assert listed == sorted(path.stem for path in (ROOT / "rules" / "words").glob("*.yaml"))
