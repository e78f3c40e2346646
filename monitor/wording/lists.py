"""Names in a row, as sentences and lines have them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.wording.safe import shortened

APART = " · "
"""What stands between the parts of a line."""


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Names as a sentence has them: "a and b", "a, b and c"; "a, b and 3 more" where there are more than `most`."""
    left = 0 if most is None else max(0, len(names) - most)
    shown = [*names[:most], f"{left} more"] if left else names
    return " and ".join([*filter(None, [", ".join(shown[:-1])]), *shown[-1:]])


def within(line: str, limit: int) -> str:
    """The first parts of a line of parts, "Strike · Kharkiv · 10 killed", that fit into `limit` characters, and "…".

    A part is left out rather than cut off; one that alone is too long is cut off between words.
    """
    if len(line) <= limit:
        return line
    end = line.rfind(APART, 0, limit - 1 + len(APART))
    return f"{line[:end]}…" if end > 0 else shortened(line, limit)


def first_of(names: Sequence[str], most: int) -> str:
    """Names with commas alone: "a, b, c"; "a, b and 3 more" where there are more than `most`."""
    return ", ".join(names) if len(names) <= most else listed(names, most)
