"""The two sides: read from folders and git revisions, and matched as if each were alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.model import Match, Routes
from monitor.workbench.backtest.matching import AsStored, Sides
from monitor.workbench.backtest.sides import Side, read_revision, read_side
from tests.support.backtests import git, item
from tests.support.builders import match, route

ROUTES = Routes((route("desk"),))
RULE = """format: 1
id: {id}
title: {id}
status: live
severity: high
words: {{g: {{en: [{terms}]}}}}
find: [{{name: any mention, all: [g]}}]
examples: {{match: [{example}], no_match: [Sunny day]}}
"""


def write(folder: Path, rule: str, *terms: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = RULE.format(id=rule, terms=", ".join(terms), example=terms[0].strip("=*"))
    (folder / f"{rule}.yaml").write_text(text, encoding="utf-8")
    return folder


def side(folder: Path) -> Side:
    return read_side(folder, ROUTES)


def rules_of(matches: tuple[Match, ...]) -> list[str]:
    return sorted(found.rule for found in matches)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose rules lie in a folder of it, with a word file, as first committed and tagged."""
    git(tmp_path, "init", "-q", "-b", "main")
    folder = write(tmp_path / "rules", "floods", "flood")
    (folder / "words").mkdir()
    (folder / "words" / "storms.yaml").write_text("format: 1\ntitle: Storms\nwords: {en: [hurricane]}\n")
    text = (folder / "floods.yaml").read_text().replace("{en: [flood]}", "{from: [storms], en: [flood]}")
    (folder / "floods.yaml").write_text(text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "tag", "v1")
    return tmp_path


def test_each_side_matches_by_its_own_rules(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        write(folder, "same", "earthquake")
    write(before, "edited", "flood")
    write(after, "edited", "drought")
    write(before, "dropped", "volcano")
    write(after, "new", "wildfire")
    sides = Sides(side(before), side(after))
    old, new = sides.match(item(title="Earthquake, flood and drought, volcano and wildfire"))
    assert rules_of(old) == ["dropped", "edited", "same"]
    assert rules_of(new) == ["edited", "new", "same"]
    hashes = [next(found.rule_hash for found in found if found.rule == "edited") for found in (old, new)]
    assert hashes[0] != hashes[1]


def test_a_word_added_on_one_side_does_not_hide_a_typing_error_from_the_other(tmp_path: Path) -> None:
    """Adding a word that was taken for a typing error of another is a common edit; its effect must be seen."""
    before = side(write(tmp_path / "before", "places", "Velykomarska"))
    after = side(write(tmp_path / "after", "places", "=Velykomarska", "=Velykomarsko"))
    old, new = Sides(before, after).match(item(title="Meeting in Velykomarskq"))
    assert (rules_of(old), rules_of(new)) == (["places"], [])
    added = side(write(tmp_path / "added", "other", "=Velykomarskq"))
    old, new = Sides(before, added).match(item(title="Meeting in Velykomarskq"))
    assert (rules_of(old), rules_of(new)) == (["places"], ["other"])


def test_without_a_side_before_the_stored_matches_stand_for_it(tmp_path: Path) -> None:
    after = side(write(tmp_path / "rules", "floods", "flood"))
    old, new = AsStored(after).match(item(title="A flood", matches=(match("storms"),)))
    assert (rules_of(old), rules_of(new)) == (["storms"], ["floods"])


def test_the_rules_of_a_revision_come_with_their_word_files(repository: Path) -> None:
    rules = repository / "rules"
    (rules / "words" / "storms.yaml").unlink()
    write(rules, "floods", "inundation")
    read = read_revision("v1", rules, ROUTES)
    commit = git(repository, "rev-parse", "v1")
    assert (read.name, read.errors) == (f"git:v1 ({commit[:10]})", ())
    assert read_revision(commit[:12], rules, ROUTES).name == f"git:{commit[:12]}"
    old, new = Sides(read, side(rules)).match(item(title="Hurricane over the valley"))
    assert (rules_of(old), rules_of(new)) == (["floods"], [])
    assert read_revision("v1", rules / "floods.yaml", ROUTES).rules[0].hash == read.rules[0].hash


def test_what_was_wrong_with_the_rules_of_a_revision_is_told_by_their_own_paths(repository: Path) -> None:
    rules = repository / "rules"
    (rules / "broken.yaml").write_text("format: 1\nid: broken\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "second")
    assert {problem.path for problem in read_revision("HEAD", rules, ROUTES).errors} == {rules / "broken.yaml"}


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("v2", "cannot read the rules at git:v2: there is no such revision"),
        ("--output=x", "there is no such revision"),
        ("", "there is no such revision"),
    ],
)
def test_a_revision_that_is_none_is_named(repository: Path, revision: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_revision(revision, repository / "rules", ROUTES)
    assert not (repository / "x").exists()


def test_a_folder_without_history_says_so(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ConfigError, match="not a git repository"):
        read_revision("HEAD", write(tmp_path_factory.mktemp("plain"), "floods", "flood"), ROUTES)
    with pytest.raises(ConfigError, match=r"cannot read the rules at git:v1: .*untracked"):
        read_revision("v1", write(repository / "newer", "floods", "flood"), ROUTES)


def test_git_that_is_not_installed_is_no_riddle(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(ConfigError, match="git is not installed here; name a folder"):
        read_revision("v1", repository / "rules", ROUTES)


def test_a_side_without_a_valid_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no folder or file"):
        side(tmp_path / "nowhere")
    (tmp_path / "broken.yaml").write_text("format: 1\nid: broken\n")
    with pytest.raises(ConfigError, match="no valid rule is left") as caught:
        side(tmp_path)
    assert caught.value.problems
