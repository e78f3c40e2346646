"""The sentence that made an alert, with the words that matched; and feed text made safe to show."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from monitor.model import Alert, Field

EXCERPT = 320
"""About how many characters of the summary a card shows."""

# Bidirectional controls and zero-width characters could make a headline look like something else.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_RIGHT_TO_LEFT = ("R", "AL")
_SENTENCE = re.compile(r"(?<=[.!?؟…])\s+|\n")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, and whether it is one of the words that matched."""

    text: str
    matched: bool = False


def safe(text: str) -> str:
    """Feed text on one line, without control, bidi and zero-width characters."""
    visible = _INVISIBLE.sub("", text)
    return " ".join("".join(" " if unicodedata.category(char)[0] == "C" else char for char in visible).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words with "…", never inside a letter with its accents."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    space = text.rfind(" ", max(0, end - 40), end + 1)
    return text[: space if space > 0 else end].rstrip(" ,;:-–") + "…"


def isolated(text: str) -> str:
    """Right-to-left text between isolates (U+2068, U+2069), so that what stands around it keeps its place."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", *_RIGHT_TO_LEFT)), "L")
    return f"\u2068{text}\u2069" if first in _RIGHT_TO_LEFT else text


def excerpt(alert: Alert) -> list[Run]:
    """The part of the summary around its first matched words, in bold runs; the beginning when none matched there."""
    summary = alert.summary
    if not summary:
        return []
    spans = sorted(
        {
            (piece.start, piece.end)
            for match in alert.matches
            for piece in match.evidence
            if piece.field is Field.SUMMARY and piece.end <= len(summary)
        }
    )
    start = _sentence_start(summary, spans[0][0]) if spans else 0
    end = min(len(summary), start + EXCERPT)
    if end < len(summary):
        end = max(summary.rfind(" ", start, end), start + EXCERPT // 2)
    runs = [Run("…")] if start > 0 else []
    at = start
    for first, last in spans:
        if first >= at and last <= end:
            runs += [Run(summary[at:first]), Run(summary[first:last], matched=True)]
            at = last
    runs += [Run(summary[at:end]), Run("…" if end < len(summary) else "")]
    return [Run(text, run.matched) for run in runs if (text := _keeping_edges(run.text))]


def _sentence_start(text: str, position: int) -> int:
    start = max((found.end() for found in _SENTENCE.finditer(text, 0, position)), default=0)
    return start if position - start < EXCERPT - 80 else max(text.rfind(" ", 0, position - 80) + 1, 0)


def _keeping_edges(text: str) -> str:
    """Safe text that keeps a space at either end, because it stands next to other runs."""
    clean = safe(text)
    if not clean:
        return " " if text.isspace() else ""
    return (" " if text[0].isspace() else "") + clean + (" " if text[-1].isspace() else "")
