"""The words by which reactions and those who speak are found, from reactions.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from monitor.link.phrases import Folded, Phrases

_WRITTEN = Path(__file__).with_name("reactions.toml")

QUOTE = '"'
MARKS = frozenset(f",;:.!?()-–—{QUOTE}")
"""What ends a clause, as a word of a folded text."""


@cache
def tables() -> Mapping[str, Phrases]:
    """The phrases of each table by its name; each of a table with kinds has its kind.

    These are `verbs`, `events`, `offices`, and `of_country` ("country:SD Rapid Support Forces").
    """
    written = tomllib.loads(_WRITTEN.read_text(encoding="utf-8"))
    words = {name: Phrases({name: phrases}) for name, phrases in written["words"].items()}
    return words | {name: Phrases(written[name]) for name in ("verbs", "events", "offices", "of_country")}


def any_of(table: str, text: Folded, start: int, end: int) -> bool:
    """Whether a phrase of a table stands between two characters of a text."""
    return tables()[table].any(text, start, end)
