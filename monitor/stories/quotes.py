"""The sentence that stands around some characters of a text."""

from __future__ import annotations

import re

LONGEST_QUOTE = 240
"""The most characters of a quote."""

_REACH = 600
_END = re.compile(r"(?<=[.!?؟۔。…])\s+|\n+")


def quote_at(text: str, start: int, end: int) -> str:
    """The sentence that holds `text[start:end]`; of one longer than 240 characters the part around them."""
    near = max(0, start - _REACH)
    first = max((found.end() for found in _END.finditer(text, near, start)), default=near)
    after = _END.search(text, end, end + _REACH)
    stop = after.start() if after else min(len(text), end + _REACH)
    if stop - first > LONGEST_QUOTE:
        first = max(first, min(start, stop - LONGEST_QUOTE) - LONGEST_QUOTE // 4)
        stop = min(stop, first + LONGEST_QUOTE)
    return text[first:stop].strip(" \n\t.;")
