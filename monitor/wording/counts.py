"""Numbers with their nouns: "1 error", "2 errors", "no warnings"."""

from __future__ import annotations

import re

_LONG = re.compile(r"(?<![\d.,])\d{4,}(?![\d.,])")


def grouped(words: str) -> str:
    """Words with their whole numbers as counts have them: "at least 5,000"."""
    return _LONG.sub(lambda number: f"{int(number[0]):,}", words)


def counted(number: int, one: str, many: str | None = None, *, none: str | None = None) -> str:
    """A number and what it counts. `many` is the plural, with an s unless given; `none` stands for 0 of them."""
    if not number and none is not None:
        return f"{none} {many or f'{one}s'}"
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
