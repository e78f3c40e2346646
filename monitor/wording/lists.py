"""Names in a row, as sentences and lines have them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Names as a sentence has them: "a and b", "a, b and c"; "a, b and 3 more" where there are more than `most`."""
    left = 0 if most is None else max(0, len(names) - most)
    shown = [*names[:most], f"{left} more"] if left else names
    return " and ".join([*filter(None, [", ".join(shown[:-1])]), *shown[-1:]])


def first_of(names: Sequence[str], most: int) -> str:
    """Names with commas alone: "a, b, c"; "a, b and 3 more" where there are more than `most`."""
    return ", ".join(names) if len(names) <= most else listed(names, most)
