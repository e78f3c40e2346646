"""Files of a folder of rules that are not read or cannot be: each is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.match.rulefile import read_rules
from tests.support.rulefiles import GOOD, read, told

# The bytes of a file, and what is told of it.
# ruff: noqa: ISC004 - a long line told in two parts is one line
UNREADABLE = {
    "UTF-16": (GOOD.encode("utf-16"), "1:1: error: is UTF-16 text; save it with the encoding UTF-8"),
    "UTF-16 without a mark": (
        GOOD.encode("utf-16-le"),
        "1:2: error: is UTF-16 text, or no text at all; save it with the encoding UTF-8",
    ),
    "windows-1251": (
        GOOD.replace("Floods in", "Потоп в").encode("windows-1251"),
        "19:1: error: is not UTF-8 text from this line on (an older encoding, such as windows-1251?); save it as UTF-8",
    ),
    "10 MB": (b"# " + b"x" * 10_000_000, "1:1: error: is larger than 256 kB; split it, or move words into word files"),
    "deep nesting": (
        b"a: " + b"[" * 100_000,
        "1:1: error: is nested too deeply: lists in lists, or an endless row of brackets",
    ),
    "nothing": (b"", "1:1: error: is empty, or not written as key: value; it should hold a rule"),
    "a list": (b"- flood\n", "1:1: error: is empty, or not written as key: value; it should hold a rule"),
    "keys taken over by a merge": (
        GOOD.replace("    en: [kill]", "    <<: {en: [kill]}").encode(),
        "10:5: error: merge keys (<<) are not used here; write the keys and values out",
    ),
    "half a character": (
        GOOD.replace("title: Floods", 'title: "\\ud83d"').encode(),
        "3:8: error: there is half a character (\\ud800 to \\udfff) in this text; type the character itself",
    ),
    "a bracket before a list": (
        GOOD.replace("find:", "find: [").encode(),
        "11:7: error: the [ that opens here is never closed with ]",
    ),
    "two commas": (
        GOOD.replace("[flood]", "[flood,, tide]").encode(),
        "8:16: error: nothing stands before this comma; take it away, or write what is missing",
    ),
    "two versions that git left": (
        GOOD.replace("title: Floods\n", "<<<<<<< HEAD\ntitle: Floods\n=======\ntitle: Flood\n>>>>>>> mine\n").encode(),
        "3:1: error: git could not merge this file: keep one of the two versions that stand here, and delete the lines "
        "that begin with <<<<<<<, ======= and >>>>>>>",
    ),
    "words among the rules": (
        b"format: 1\ntitle: Waters\nwords:\n  en: [flood]\n",
        "3:1: error: holds words, and should hold a rule: word files lie in the folder words beside the rules",
    ),
    "feeds among the rules": (
        b"feeds:\n  - {id: a, url: 'https://a.example/'}\n",
        "1:1: error: holds feeds, and should hold a rule: the setting WIREWATCH_FEEDS says which file has the feeds, "
        "and it is none of the rules",
    ),
    "two documents": (
        GOOD.encode() + b"---\n" + GOOD.encode(),
        "22:1: error: a file holds one rule or list: delete this line (---) or what follows it",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_told(name: str, tmp_path: Path) -> None:
    body, expected = UNREADABLE[name]
    (tmp_path / "floods.yaml").write_bytes(body)
    assert told(tmp_path) == [f"floods.yaml:{expected}"]


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "floods.yaml")
    assert told(tmp_path) == ["floods.yaml:1:1: error: cannot be read: it is not a file"]


# A name below the folder of rules, and why that file is not read; None for a file that nobody expects to be.
COPY = "it is a copy or lock that an editor left; delete it when nobody is editing the file"
UNREAD = {
    "storms.yml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.YAML": "rule files end in .yaml; rename it to storms.yaml",
    "storms.Yml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml.txt": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml.off": "rule files end in .yaml; rename it to storms.yaml",
    "storms.json": "rule files end in .yaml; rename it to storms.yaml",
    "storms.txt": "rule files end in .yaml; rename it to storms.yaml",
    "storms": "rule files end in .yaml; rename it to storms.yaml",
    ".storms.yaml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml~": COPY,
    "storms.yaml.bak": COPY,
    "storms.yaml.orig": COPY,
    ".storms.yaml.swp": COPY,
    "#storms.yaml#": COPY,
    ".#storms.yaml": COPY,
    "._storms.yaml": COPY,
    "weather/storms.yaml": "rules belong in rules/ itself, not in folders in it; move it there",
    "Words/storms.yaml": "rules belong in rules/ itself, and word files in rules/words/; move it there",
    "storms.ymal": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml ": "rule files end in .yaml; rename it to storms.yaml",
    "storms.\u0443aml": "rule files end in .yaml; rename it to storms.yaml",  # a Cyrillic letter
    "words/storms.yml": "rule files end in .yaml; rename it to storms.yaml",
    "words/weather/storms.yaml": "word files belong in rules/words/ itself, not in folders in it; move it there",
    "opinions/storms.yaml": "second opinions end in .json; `learn` writes them",
    "README.md": None,
    "README": None,
    ".gitignore": None,
    ".DS_Store": None,
    "schema/rule-v1.json": None,
    ".git/config.yaml": None,
    "..2026_11_28/storms.yaml": None,
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_is_not_read_is_told(name: str, tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / name).write_text(GOOD)
    why = UNREAD[name]
    assert told(tmp_path) == ([f"{name}:1:1: warning: is not read: {why}"] if why else [])


def test_files_that_are_not_read_are_told_where_none_is(tmp_path: Path) -> None:
    (tmp_path / "storms.yml").write_text(GOOD)
    assert [problem.message for problem in read_rules(tmp_path).problems] == [
        "the folder holds no rule (*.yaml)",
        "is not read: rule files end in .yaml; rename it to storms.yaml",
    ]


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_a_folder_without_rules_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    files = read_rules(tmp_path / name)
    assert files.rules == ()
    assert len(files.problems) == 1
