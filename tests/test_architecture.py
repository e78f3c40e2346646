"""The house keeps its shape: who may import whom, where the clock is read, how long a file may be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted([ROOT / "service.py", *(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])
LEAVES = {"monitor.model", "monitor.errors", "monitor.files", "monitor.mistakes", "monitor.yamlfile"}
STAGES = {"monitor.collect", "monitor.match", "monitor.stories", "monitor.alerts"}
# What a module outside the stages may import besides the leaves; "stages" stands for every stage but
# the modules that are a sink.
ALLOWED = {
    "monitor.settings": set(),
    "monitor.logs": {"monitor.settings"},
    "monitor.judge": {"stages"},
    "monitor.pipeline": {"stages", "monitor.judge"},
    "monitor.routekeeper": {"stages"},
    "monitor.house": {
        "stages",
        "sinks",
        "monitor.configuration",
        "monitor.pipeline",
        "monitor.routekeeper",
        "monitor.settings",
    },
    "monitor.answers": {"stages", "monitor.commands", "monitor.drill", "monitor.report"},
    "monitor.desk": {
        "stages",
        "sinks",
        "monitor.answers",
        "monitor.drill",
        "monitor.house",
        "monitor.report",
        "monitor.settings",
    },
    "monitor.runner": {"monitor.configuration", "monitor.house", "monitor.reload"},
    "monitor.reload": {
        "stages",
        "monitor.configuration",
        "monitor.filenews",
        "monitor.lastgood",
        "monitor.metrics",
        "monitor.settings",
    },
    "monitor.lastgood": {"stages", "monitor.configuration", "monitor.settings"},
    "monitor.filenews": {"stages", "monitor.lastgood"},
    "monitor.metrics": {"stages", "monitor.settings"},
    "monitor.demo": {"stages", "monitor.demo", "monitor.pipeline", "monitor.report"},
    "monitor.drill": {"stages", "monitor.drill", "monitor.judge"},
    "monitor.configuration": {"stages", "monitor.settings"},
    "monitor.jsonlines": {"stages"},
    "monitor.replay": {"stages", "monitor.judge", "monitor.jsonlines"},
    "monitor.ahead": {"stages", "monitor.judge", "monitor.replay"},
    "monitor.backtest": {"stages", "monitor.backtest", "monitor.jsonlines", "monitor.settings"},
    "monitor.learn": {"stages"},
    "monitor.suggest": {"stages"},
    "monitor.report": {"stages", "monitor.pipeline"},
    "monitor.commands": {
        "stages",
        "monitor.ahead",
        "monitor.backtest",
        "monitor.commands",
        "monitor.configuration",
        "monitor.drill",
        "monitor.house",
        "monitor.learn",
        "monitor.replay",
        "monitor.report",
        "monitor.settings",
        "monitor.suggest",
    },
}
SINKS = {
    "monitor.alerts.desk.socket",
    "monitor.alerts.slack",
    "monitor.alerts.slackcheck",
    "monitor.alerts.terminal",
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


def allowed(module: str, imported: str) -> bool:
    package = ".".join(imported.split(".")[:2])
    if package in LEAVES or imported == "monitor":
        return True
    own = ".".join(module.split(".")[:2])
    if module == "service":
        return not imported.startswith("tests")
    if module.split(".", maxsplit=1)[0] == "storage":
        return imported.split(".", maxsplit=1)[0] == "storage"
    if own in STAGES:
        return package == own
    rules = ALLOWED[own]
    return package in rules or (package in STAGES and ("sinks" if imported in SINKS else "stages") in rules)


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_follow_the_table(path: Path) -> None:
    module = module_of(path)
    wrong = {name for name in imports_of(path) if name != module and not allowed(module, name)}
    assert not wrong, f"{module} must not import {', '.join(sorted(wrong))}"


def test_the_table_names_every_module_outside_the_stages() -> None:
    packages = {".".join(module_of(path).split(".")[:2]) for path in (ROOT / "monitor").rglob("*.py")}
    assert packages - LEAVES - STAGES - {"monitor"} == set(ALLOWED)


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
