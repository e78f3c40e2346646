"""The house keeps its shape: who may import whom, where the clock is read, how long a file may be."""

from __future__ import annotations

import ast
import re
import warnings
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted([ROOT / "service.py", *(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])
# What each room may import besides itself: a folder or loose module of monitor/, storage, or service.
LEAVES = {"model", "errors"}
BELOW = LEAVES | {"settings", "files", "wording", "wordlists"}
STAGES = {"collect", "match", "link", "decide"}
CHAIN = STAGES | {"deliver", "judge", "polls", "pipeline"}
AROUND = {"config", "health", "workbench", "metrics", "meaning"}
TABLE = {
    ("model", "errors", "wordlists"): LEAVES,
    ("settings", "files", "wording", "metrics", "meaning"): BELOW,
    ("collect", "match", "link", "decide"): BELOW,
    ("deliver",): BELOW | {"decide"},
    ("judge", "polls"): BELOW | STAGES,
    ("pipeline",): BELOW | STAGES | {"judge", "polls"},
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
MOST_LOOSE = 6
QUESTIONED_FROM = 300
LONGEST_FILE = 500
LONGEST_LINE = 120


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """The project's own modules that a file imports, `from package import module` included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the whole name"
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in submodules if (ROOT / (name.replace(".", "/") + ".py")).exists()}
            packages = {name for name in submodules if (ROOT / name.replace(".", "/") / "__init__.py").exists()}
            found |= modules | packages or {node.module or ""}
    return {name for name in found if name.split(".")[0] in ("monitor", "storage", "service", "tests")}


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


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_follow_the_table(path: Path) -> None:
    module = module_of(path)
    wrong = {name for name in imports_of(path) if name != module and not allowed(module, name)}
    assert not wrong, f"{module} must not import {', '.join(sorted(wrong))}"


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
@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_files_stay_short(path: Path) -> None:
    """Past 300 lines a file is asked about, in the summary of warnings; nothing needs 500."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < LONGEST_FILE
    if lines > QUESTIONED_FROM:
        warnings.warn(f"{path.relative_to(ROOT)} has {lines} lines: does it answer two questions?", LongFile, 2)


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name != "service.py"], ids=module_of)
def test_only_the_command_line_reads_the_clock(path: Path) -> None:
    """Times are passed in, so that every stage can be replayed and tested at any time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            call = f"{node.func.value.id}.{node.func.attr}"
            assert call not in {"datetime.now", "datetime.utcnow", "time.time", "date.today"}, f"{path.name}: {call}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_are_wrapped(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL).splitlines()
    assert [line for line in prose if len(line) > LONGEST_LINE and not line.startswith(("|", "!["))] == []
