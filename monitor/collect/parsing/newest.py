"""A document with more entries than are read: which of them are kept, decided before the costly reading of them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from monitor.collect.dates.published import rough_time

MAX_ENTRIES = 2_000
"""How many entries of a document are read, the newest of them."""

# An entry's bounds; what is commented out or stands in a CDATA section bounds nothing.
_BOUND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s/>])[^<>]{0,2000}>?",
    re.DOTALL | re.IGNORECASE,
)
_DATED = re.compile(
    r"<(?:\w{1,20}:)?(pubDate|published|created|issued|date|updated|modified)\b[^<>]{0,200}>"
    r"\s{0,20}(?:<!\[CDATA\[)?([^<>\]]{4,80})",
    re.IGNORECASE,
)
_UPDATES = ("updated", "modified")
_FEWEST_LETTERS = 2 * MAX_ENTRIES * len("<item>")

T = TypeVar("T")


def newest(entries: Sequence[T], dates_of: Callable[[T], Sequence[str]]) -> Sequence[T]:
    """As many entries as are read at most, in the document's order: the newest, wherever in it they stand.

    An entry without a date is as old as the one before it. Where none has one, the first are the newest, as in nearly
    all feeds.
    """
    if len(entries) <= MAX_ENTRIES:
        return entries
    last, ages = datetime.max.replace(tzinfo=UTC), []
    for entry in entries:
        last = rough_time(dates_of(entry)) or last
        ages.append(last)
    kept = set(sorted(range(len(entries)), key=lambda place: ages[place], reverse=True)[:MAX_ENTRIES])
    return [entry for place, entry in enumerate(entries) if place in kept]


def without_oldest(text: str) -> tuple[str, int]:
    """A document in XML with the newest entries only, and how many were left out. Most are short and stay as they are.

    An entry ends where it says so, or where the next one begins.
    """
    if len(text) < _FEWEST_LETTERS or text.count("<item") + text.count("<entry") + text.count(":item") <= MAX_ENTRIES:
        return text, 0
    spans: list[tuple[int, int]] = []
    open_at: int | None = None
    for bound in _BOUND.finditer(text):
        if bound[1] is None:  # a comment, a CDATA section
            continue
        if open_at is not None:
            spans.append((open_at, bound.end() if bound[1] else bound.start()))
            open_at = None
        if not bound[1]:
            open_at = bound.start()
    if open_at is not None:
        spans.append((open_at, len(text)))
    kept = set(newest(spans, lambda span: _dates(text[slice(*span)])))
    if len(kept) == len(spans):
        return text, 0
    pieces, end = [], 0
    for span in spans:
        if span not in kept:
            pieces.append(text[end : span[0]])
            end = span[1]
    return "".join([*pieces, text[end:]]), len(spans) - len(kept)


def _dates(entry: str) -> Sequence[str]:
    found = [(name.lower() in _UPDATES, date) for name, date in _DATED.findall(entry)]
    return [date for _, date in sorted(found, key=lambda one: one[0])]
