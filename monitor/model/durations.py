"""Durations as people write and read them."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = r"([0-9]++(?:\.[0-9]++)?)(ms|s|m|h|d|w)"
_DURATION, _WHOLE = re.compile(_PART), re.compile(rf"(?:{_PART})+")

LONGEST = timedelta(days=36_500)
"""The longest duration that is read. No time of ours is that far from now, so adding or subtracting one never fails."""

_SHOWN = 40


def duration(text: str) -> timedelta:
    """Read "90s", "5m", "1h30m", "7d".

    Raises:
        ValueError: anything else, including a bare number, and what is longer than 100 years.
    """
    written = text.strip()
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if not _WHOLE.fullmatch(written):
        raise ValueError(f'"{shown}" is not a duration such as 30s, 5m, 12h or 7d')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(written))
    if seconds > LONGEST.total_seconds():
        raise ValueError(f'"{shown}" is longer than 100 years')
    return timedelta(seconds=seconds)


def in_words(span: timedelta) -> str:
    """A duration for people, in its largest unit and the next one: "45 s", "1 h 5 min", "3 d 4 h", "3 d"."""
    seconds = max(0, round(span.total_seconds()))
    counts: list[tuple[int, str]] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count or counts:
            counts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in counts[:2] if count) or "0 s"
