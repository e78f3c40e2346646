"""The house keeps its shape: who may import whom, where the clock is read, how long a file may be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted([ROOT / "service.py", *(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])
# Rooms that any room may import; a room may always import itself.
LEAVES = {"model", "errors", "files", "wording"}
STAGES = {"collect", "match", "link", "decide", "deliver"}
# What rooms outside the stages may import besides.
ALLOWED = {
    "settings": set(),
    "metrics": {"match", "settings"},
    "deliver": {"decide"},
    "judge": {"collect", "match", "link", "decide"},
    "pipeline": {"collect", "match", "link", "decide", "judge"},
    "config": {"collect", "match", "decide", "metrics", "settings"},
    "health": {"judge", "match", "decide", "deliver"},
    "workbench": {"judge", "collect", "match", "link", "decide", "config", "settings"},
    "app": STAGES | {"judge", "pipeline", "config", "health", "workbench", "metrics", "settings"},
    "desk": STAGES | {"app", "health", "config", "settings"},
    "demo": set(),
    "commands": STAGES | {"app", "config", "demo", "desk", "health", "metrics", "pipeline", "settings", "workbench"},
}
LONGEST_FILE = 400
LONGEST_LINE = 120
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


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
    if room == other or other in LEAVES or imported == "monitor":
        return True
    if room == "service":
        return other != "tests"
    return other in ALLOWED.get(room, set())


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_follow_the_table(path: Path) -> None:
    module = module_of(path)
    wrong = {name for name in imports_of(path) if name != module and not allowed(module, name)}
    assert not wrong, f"{module} must not import {', '.join(sorted(wrong))}"


def test_the_table_names_every_room_outside_the_stages() -> None:
    rooms = {room_of(module_of(path)) for path in (ROOT / "monitor").rglob("*.py")}
    assert rooms - LEAVES - STAGES - {""} == set(ALLOWED) - STAGES


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


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
def test_pages_are_wrapped_and_their_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines()
    assert [line for line in prose if len(line) > LONGEST_LINE and not line.startswith(("|", "!["))] == []
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
