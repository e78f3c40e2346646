"""A good rule file, and what is told of it and of changed ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.match.rulefile import RuleFiles, read_rules

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


def changed(changes: Sequence[str]) -> str:
    """The good file with each first of two texts replaced by the second, once."""
    text = GOOD
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def read(folder: Path, text: str, name: str = "floods.yaml") -> RuleFiles:
    """What a folder of rules holds once this file is written into it."""
    (folder / name).write_text(text, encoding="utf-8")
    return read_rules(folder, route_names={"desk"})


def told(folder: Path) -> list[str]:
    """Every problem of a folder of rules, without the folder."""
    files = read_rules(folder, route_names={"desk"})
    return [str(problem).removeprefix(f"{folder}/") for problem in files.problems]
