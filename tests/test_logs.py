"""What is logged has a stable name beside its sentence, and docs/reference/logs.md lists the names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tree import ROOT, SOURCES, module_of

# The methods of a logger, and the level that a line has; `exception` adds a traceback.
LEVELS = {name: name for name in ("debug", "info", "warning", "error", "critical")} | {"exception": "error"}
SNAKE_CASE = re.compile(r"[a-z]+(_[a-z]+)+")
ROW = re.compile(r"^\| `(?P<action>\w+)` \| (?P<levels>[\w, ]+) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
LOGGING = [path for path in SOURCES if "get_logger" in path.read_text(encoding="utf-8")]


def method_of(node: ast.AST) -> str:
    """The method of the logger that this names, empty for anything else."""
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "log"
    return node.attr if isinstance(node, ast.Attribute) and named else ""


def calls_of(path: Path) -> Iterator[tuple[ast.Call, list[str]]]:
    """The calls of a module that log, each with its methods: `(log.A if ... else log.B)(...)` has two."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = [node.func.body, node.func.orelse] if isinstance(node.func, ast.IfExp) else [node.func]
            if methods := [method for one in called if (method := method_of(one))]:
                yield node, methods


def action_of(call: ast.Call) -> str:
    """The name that a call gives to what it logs, empty when it is no literal."""
    values = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
    return next((str(value.value) for value in values if isinstance(value, ast.Constant)), "")


@pytest.mark.parametrize("path", LOGGING, ids=module_of)
def test_every_line_has_a_stable_name_beside_a_sentence(path: Path) -> None:
    for call, _ in calls_of(path):
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        assert SNAKE_CASE.fullmatch(action_of(call)), f'{where}: write action="a_stable_name"'
        assert len(call.args) == 1, f"{where}: one sentence, and fields"
        sentence = call.args[0]
        assert isinstance(sentence, ast.Constant), f"{where}: the sentence is always the same; what differs is a field"


@pytest.mark.parametrize("path", LOGGING, ids=module_of)
def test_what_logs_is_called_where_it_is_named(path: Path) -> None:
    """Else the test above would not see it: `say = log.error`, `log.bind(...)`, a logger of another name."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    methods = [method for _, called in calls_of(path) for method in called]
    assert sorted(methods) == sorted(method for node in nodes if (method := method_of(node)))
    assert set(methods) <= LEVELS.keys()
    assigned = [ast.unparse(node) for node in nodes if isinstance(node, ast.Assign)]
    assert [one for one in assigned if "get_logger" in one] == ["log = structlog.get_logger()"]


def test_the_page_lists_every_name_with_its_levels() -> None:
    logged: dict[str, set[str]] = {}
    for path in LOGGING:
        for call, methods in calls_of(path):
            logged.setdefault(action_of(call), set()).update(LEVELS[method] for method in methods)
    rows = ROW.findall((ROOT / "docs/reference/logs.md").read_text(encoding="utf-8"))
    listed = {action: set(levels.split(", ")) for action, levels in rows}
    assert len(listed) == len(rows), "a name has one row"
    assert listed == logged
