"""Where the project's files are, for tests that read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
SOURCES = sorted([ROOT / "service.py", *(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
