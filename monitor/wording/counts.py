"""Numbers with their nouns: "1 error", "2 errors", "no warnings"."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None, *, none: str | None = None) -> str:
    """A number and what it counts. `many` is the plural, with an s unless given; `none` stands for 0 of them."""
    if not number and none is not None:
        return f"{none} {many or f'{one}s'}"
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
