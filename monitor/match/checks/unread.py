"""Files in the folder of rules that are not read, each told: a rule that nobody reads looks as if it worked.

docs/decisions/0021: what is certainly no rule is listed here, never what could be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import OSA

from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.files.yaml import closest

_OWN_FOLDERS = {"words": "*.yaml", "opinions": "*.json", "schema": "*"}
"""The folders beside the rules that have a meaning, and the files in them that do."""
_HOLDING = {"words": "word files", "opinions": "second opinions"}
"""What people put into them."""

_ENDINGS = ("json", "txt", "text", "off", "disabled")
"""How people and programs end the name of a rule beside .yaml, or what comes near that."""

_NO_RULES = re.compile(
    r"(readme|license|licence|notice|changelog|authors|codeowners|makefile)(\..*)?"
    r"|.*\.(md|rst|adoc|html|pdf|png|jpe?g|svg|csv|jsonl|py|sh)|\.git\w*|\.keep|\.gitkeep|\.editorconfig"
    r"|\.ds_store|thumbs\.db|desktop\.ini|\.directory|\.yamllint.*|\.prettier.*|\.nfs.*",
    re.IGNORECASE,
)
"""Files that nobody takes for a rule."""

_EDITORS = re.compile(r".*~|#.*#|\.#.*|\..*\.sw[a-z]|.*\.(bak|orig|rej|tmp|old|save|swp|swo)|\._.*", re.IGNORECASE)
"""What editors leave behind: copies of earlier versions, locks, and what is not saved yet."""


def unread(folder: Path, files: Files) -> Iterator[Problem]:
    """A warning for each file below the folder of rules that is not read and might be meant to be."""
    for path in files.below(folder):
        if why := _why_not(path.relative_to(folder)):
            yield Problem(path, 1, 1, Level.WARNING, f"is not read: {why}")


def _why_not(path: Path) -> str | None:
    """Why a file, by its path below the folder of rules, is not read; None when it is, or when nobody expects it."""
    *folders, name = path.parts
    if _NO_RULES.fullmatch(name) or any(folder.startswith((".", "__")) for folder in folders):
        return None
    if _EDITORS.fullmatch(name):
        return "it is a copy or lock that an editor left; delete it when nobody is editing the file"
    own = _OWN_FOLDERS.get(folders[0]) if folders else None
    if len(folders) > 1 or (folders and own is None):
        meant = closest(folders[0], _HOLDING) if own is None else None
        if meant is not None:
            return f"rules belong in rules/ itself, and {_HOLDING[meant]} in rules/{meant}/; move it there"
        what = "word files" if folders[0] == "words" else "rules"
        home = "rules/words/" if folders[0] == "words" else "rules/"
        return None if own == "*" else f"{what} belong in {home} itself, not in folders in it; move it there"
    wanted = own or "*.yaml"
    if path.match(wanted) and not name.startswith("."):
        return None
    if wanted == "*.json":
        return "second opinions end in .json; `learn` writes them"
    return f"rule files end in .yaml; rename it to {_stem(name)}.yaml"


def _stem(name: str) -> str:
    """The name without endings and the dot that hides it: mines.yaml.txt, mines.ymal and .mines.yml are mines."""
    stem = name.strip().lstrip(".")
    while match := re.fullmatch(r"(.+)\.([^.]+)", stem):
        ending = match[2].strip().lower()
        if ending not in _ENDINGS and all(OSA.distance(ending, one) > 1 for one in ("yaml", "yml")):
            break
        stem = match[1]
    return stem.strip()
