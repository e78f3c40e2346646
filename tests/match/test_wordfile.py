"""Word files: taken by name, and mistakes in them told where they are and where the words are taken."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from monitor.match.rulefile import read_rules
from monitor.match.wordfile import check_words
from tests.support.rulefiles import GOOD, read, told

WATERS = """format: 1
title: Waters
words:
  en: [flood, deluge]
"""


def test_word_files_are_taken_by_name(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "waters.yaml").write_text(WATERS)
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    assert told(tmp_path) == []
    read(tmp_path, GOOD.replace("en: [flood]", "from: [watrs]\n    en: [flood]"))
    assert told(tmp_path) == [
        'floods.yaml:8:12: error: there is no word file "watrs" in words/ - did you mean "waters"?',
        "words/waters.yaml:1:1: warning: no rule takes these words; name the file under from: in a group, or delete it",
    ]


@pytest.mark.parametrize("written", ["[hurt.yaml]", "[words/hurt]", "[hurtt]"])
def test_a_word_file_is_suggested_by_its_name_alone(tmp_path: Path, written: str) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/hurt.yaml").write_text("format: 1\ntitle: Hurt\nwords: {en: [injure]}\n")
    read(tmp_path, GOOD.replace("en: [kill]", f"from: {written}"))
    assert [line for line in told(tmp_path) if "error" in line] == [
        f'floods.yaml:10:12: error: there is no word file "{written[1:-1]}" in words/ - did you mean "hurt"?'
    ]


def test_a_word_file_that_takes_others_is_told_what_takes_several(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/hurt.yaml").write_text("format: 1\ntitle: Hurt\nwords: {from: [hurt], en: [injure]}\n")
    said = "a word file takes no words of other files; a group of a rule may name several: [one, two]"
    (problem,) = check_words(tmp_path / "words")
    assert str(problem).endswith(f"hurt.yaml:3:9: error: from: {said}")


def test_a_folder_of_word_files_that_cannot_be_read_is_no_folder_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses it, as it does to whoever is not root."""
    (tmp_path / "words").mkdir()
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    for name in ("scandir", "listdir"):
        real = getattr(os, name)

        def refused(path: Any = ".", real: Any = real) -> Any:
            if Path(path).name == "words":
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, name, refused)
    assert told(tmp_path) == [
        "words:1:1: error: the folder cannot be read: Permission denied",
        "floods.yaml:8:12: error: not used until the word file waters.yaml is put right",
    ]


def test_a_mistake_in_a_word_file_is_told_there_and_in_the_rules_that_take_it(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "waters.yaml").write_text(WATERS.replace("deluge", "del*"))
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    expected = 'words/waters.yaml:4:15: error: "del*": at least 4 letters before *'
    assert told(tmp_path) == [
        expected,
        "floods.yaml:8:12: error: not used until the word file waters.yaml is put right",
    ]
    problems = check_words(tmp_path / "words" / "waters.yaml")
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in problems] == [expected]
    (tmp_path / "words" / "waters.yaml").unlink()
    (tmp_path / "waters.yaml").write_text(WATERS)
    astray = read_rules(tmp_path).problems
    assert [(one.path.name, one.line, one.follows) for one in astray] == [
        ("floods.yaml", 8, True),
        ("waters.yaml", 3, False),
    ]
