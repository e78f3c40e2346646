"""The words of attacks, in six languages: attacks.toml, ready to be looked for in texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from monitor.link.phrases import Folded, Phrases

_TABLES = Path(__file__).with_name("attacks.toml")


def kinds(table: str, text: Folded) -> frozenset[str]:
    """The kinds of the phrases of a table that stand in a text."""
    return frozenset(hit.kind for hit in tables()[table].find(text))


@cache
def tables() -> Mapping[str, Phrases]:
    """The tables by their names; those of [news] have their own name as the kind of their phrases."""
    written = tomllib.loads(_TABLES.read_text(encoding="utf-8"))
    news = {name: Phrases({name: phrases}) for name, phrases in written["news"].items()}
    names = {"days": "days", "months": "months", "said": "speech", "weapons": "weapons", "targets": "targets"}
    names |= {"hours": "hours", "victims": "victims"}
    others = {name: written[table] for name, table in names.items()}
    return news | {name: Phrases(listed) for name, listed in others.items()}
