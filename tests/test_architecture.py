"""The house keeps its shape: who may import whom, where the clock is read, how long a file may be."""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.tree import ROOT, SOURCES, module_of

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# What each room may import besides itself: a folder or loose module of monitor/, storage, or service.
LEAVES = {"model", "errors"}
BELOW = LEAVES | {"settings", "files", "wording", "wordlists", "pools", "loopback"}
STAGES = {"collect", "match", "link", "decide"}
CHAIN = STAGES | {"deliver", "judge", "pipeline"}
AROUND = {"config", "health", "workbench", "metrics", "meaning"}
TABLE = {
    ("model", "errors", "wordlists", "pools", "loopback"): LEAVES,
    ("settings", "files", "wording", "metrics", "meaning"): BELOW,
    ("collect", "match", "link", "decide"): BELOW,
    ("deliver",): BELOW | {"decide"},
    ("judge",): BELOW | STAGES,
    ("pipeline",): BELOW | STAGES | {"judge"},
    ("config",): BELOW | {"collect", "match", "decide", "metrics", "meaning"},
    ("health",): BELOW | {"match", "decide", "deliver", "judge"},
    ("workbench",): BELOW | STAGES | {"judge", "config", "meaning"},
    ("app",): BELOW | CHAIN | AROUND,
    ("desk", "console", "push"): BELOW | CHAIN | AROUND | {"app"},
    ("commands",): BELOW | CHAIN | AROUND | {"app", "desk", "console", "push", "demo"},
    ("demo",): BELOW,
    ("storage",): LEAVES,
}
ALLOWED = {room: may for rooms, may in TABLE.items() for room in rooms}
MOST_ROWS = 15
MOST_LOOSE = 5
QUESTIONED_FROM = 300
LONGEST_FILE = 500
LONGEST_LINE = 120


MODULES = {module_of(path) for path in SOURCES}


@functools.cache
def tree_of(path: Path) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """The project's own modules that a file imports, what it calls of names, such as `datetime.now`, and its types.

    Read once: that takes longer than any test of it.
    """
    found, calls = set(), []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    types = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the whole name"
            # `from package import module` as well.
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & MODULES or {node.module or ""}
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            calls.append(f"{node.func.value.id}.{node.func.attr}")
    own = frozenset(name for name in found if name.split(".")[0] in ("monitor", "storage", "service", "tests"))
    return own, tuple(calls), tuple(types)


def imports_of(path: Path) -> frozenset[str]:
    return tree_of(path)[0]


def room_of(module: str) -> str:
    """The folder or loose module of monitor/ that a module is in, or storage, or service."""
    top, _, inner = module.partition(".")
    return inner.partition(".")[0] if top == "monitor" else top


def allowed(module: str, imported: str) -> bool:
    """Whether a module may import another of the project."""
    room, other = room_of(module), room_of(imported)
    if room == "service":
        return other != "tests"
    return room == other or imported == "monitor" or other in ALLOWED[room]


def test_imports_follow_the_table() -> None:
    imports = [(module_of(path), other) for path in SOURCES for other in sorted(imports_of(path))]
    wrong = [(module, other) for module, other in imports if module != other and not allowed(module, other)]
    assert not wrong, "; ".join(f"{module} must not import {other}" for module, other in wrong)


def test_the_table_names_every_room_and_stays_short_enough_to_remember() -> None:
    rooms = {room_of(module_of(path)) for path in SOURCES} - {"", "service"}
    assert rooms == set(ALLOWED)
    assert len(TABLE) <= MOST_ROWS


def test_few_modules_stand_loose() -> None:
    loose = {path.name for path in (ROOT / "monitor").glob("*.py")} - {"__init__.py"}
    assert len(loose) <= MOST_LOOSE, f"give some of {', '.join(sorted(loose))} a folder"


def test_no_imports_go_round_in_circles() -> None:
    """Of modules, and of rooms; what is imported while the module is loaded counts, as everything else does."""
    modules = {module_of(path): imports_of(path) - {module_of(path)} for path in SOURCES}
    rooms: dict[str, set[str]] = {}
    for module, imported in modules.items():
        rooms.setdefault(room_of(module), set()).update(room_of(other) for other in imported)
    for graph in (modules, {room: others - {room, ""} for room, others in rooms.items()}):
        known = {name: others & graph.keys() for name, others in graph.items()}
        assert list(TopologicalSorter(known).static_order())


class LongFile(UserWarning):
    """A file to ask about: does it answer two questions?"""


@pytest.mark.filterwarnings("default::tests.test_architecture.LongFile")
def test_files_stay_short() -> None:
    """Past 300 lines a file is asked about, in the summary of warnings; nothing needs 500."""
    long = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    for path, lines in long.items():
        if lines > QUESTIONED_FROM:
            warnings.warn(f"{path.relative_to(ROOT)} has {lines} lines: does it answer two questions?", LongFile, 2)
    assert [str(path.relative_to(ROOT)) for path, lines in long.items() if lines >= LONGEST_FILE] == []


def test_only_the_command_line_reads_the_clock() -> None:
    """Times are passed in, so that every stage can be replayed and tested at any time."""
    clocks = {"datetime.now", "datetime.utcnow", "time.time", "date.today"}
    read = {module_of(path): clocks.intersection(tree_of(path)[1]) for path in SOURCES if path.name != "service.py"}
    assert {module: calls for module, calls in read.items() if calls} == {}


def test_one_name_is_one_type() -> None:
    """Else a reader must look at the imports of each file.

    The API calls its shapes as the model calls what they show, and `link` has words of its own.
    """
    apart = ("monitor.console.api", "monitor.link")
    named = Counter(name for path in SOURCES if not module_of(path).startswith(apart) for name in tree_of(path)[2])
    assert [name for name, count in named.items() if count > 1] == []


def test_pages_are_wrapped() -> None:
    prose = {page: re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL) for page in PAGES}
    assert [
        f"{page.relative_to(ROOT)}: {line}"
        for page, text in prose.items()
        for line in text.splitlines()
        if len(line) > LONGEST_LINE and not line.startswith(("|", "!["))
    ] == []


def test_no_test_is_made_of_parts_of_another() -> None:
    """What several need is in tests/support."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    borrowing = re.compile(r"^from tests\.(\w+\.)*test_", re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if borrowing.search(text)] == []
