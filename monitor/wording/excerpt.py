"""The sentences of a summary that made an alert, with the words that matched marked."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Alert, Field
from monitor.wording.safe import safe, shortened
from monitor.wording.sentences import sentence_ends

EXCERPT = 320
"""About how many characters of the summary are shown, where there is room."""

_MOST_SPANS = 20
# When the sentence is longer than there is room for, this much of it stays before the first matched word.
_LEAD_IN = 80

_AFTER_HEADLINE = " \t\n\u00a0-\u2013\u2014:|.\u2026\u00b7"
"""What may stand between a headline and the text that goes on behind it."""

_SIGNS = str.maketrans("\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u2010\u2011\u2013\u2014\u00a0", '\'\'"""""---- ')
"""Quotation marks, dashes and blanks that outlets write in one way in the headline and in another below it."""

_CUT = " .\u2026"
"""What a headline ends with that is cut off."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, and whether it is one of the words that matched."""

    text: str
    matched: bool = False


def excerpt(alert: Alert, limit: int = EXCERPT) -> list[Run]:
    """The part of the summary that holds most of the matched words; its beginning when none of them is in it.

    A headline that the summary begins with stands above it already, and so does the beginning of a post that has no
    headline of its own.
    """
    summary = alert.summary
    begin = _after_headline(alert)
    spans = [(first, last) for first, last in _spans(alert) if first >= begin]
    start, end = _window(summary, spans, limit, begin)
    runs = [Run("…")] if start > begin or 0 < start < len(_cut_off(alert)) else []
    at = start
    for first, last in spans:
        if first >= start and last <= end:
            runs += [Run(summary[at:first]), Run(summary[first:last], matched=True)]
            at = last
    runs += [Run(summary[at:end]), Run("…" if end < len(summary.rstrip()) else "")]
    return [Run(text, run.matched) for run in runs if (text := _safe_run(run.text))]


def _after_headline(alert: Alert) -> int:
    """Where a summary goes on that repeats the headline first: at its end if it says nothing else; 0 for any other."""
    title, summary = alert.title, alert.summary
    if cut := _cut_off(alert):
        return summary.rfind(" ", 0, len(cut)) + 1
    if not title or not _is_same(summary[: len(title)], title) or summary[len(title) :][:1].isalnum():
        return 0
    return len(summary) - len(summary[len(title) :].lstrip(_AFTER_HEADLINE))


def _is_same(some: str, other: str) -> bool:
    return some.translate(_SIGNS).casefold() == other.translate(_SIGNS).casefold()


def _cut_off(alert: Alert) -> str:
    """A headline that is the beginning of the summary, cut off at a letter ("108 sch..."); "" for any other."""
    cut = alert.title.rstrip(_CUT)
    is_cut = alert.title.endswith(("...", "…")) and _is_same(alert.summary[: len(cut)], cut)
    return cut if is_cut and len(alert.summary) > len(cut) else ""


def _spans(alert: Alert) -> list[Span]:
    """Where the matched words stand in the summary, in order, overlapping ones made one."""
    found = sorted(
        {
            (piece.start, piece.end)
            for match in alert.matches
            for piece in match.evidence
            # An alert has only the beginning of a long summary.
            if piece.field is Field.SUMMARY and alert.summary[piece.start : piece.end] == piece.text
        }
    )
    spans: list[Span] = []
    for first, last in found:
        if spans and first < spans[-1][1]:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        elif first < last:
            spans.append((first, last))
    return spans[:_MOST_SPANS]


def _window(text: str, spans: list[Span], limit: int, begin: int) -> Span:
    """The stretch, from the beginning of a sentence, that shows most matched words; the first of equals."""
    starts = sorted({max(begin, _sentence_start(text, first, limit)) for first, _ in spans}) or [begin]
    windows = [(start, start + _shown(text[start:], limit)) for start in starts]
    return max(windows, key=lambda window: sum(window[0] <= first and last <= window[1] for first, last in spans))


def _shown(text: str, limit: int) -> int:
    return len(text) if len(text) <= limit else len(shortened(text, limit)) - len("…")


def _sentence_start(text: str, position: int, limit: int) -> int:
    start = max(sentence_ends(text, 0, position, semicolons=False), default=0)
    start = min(position, len(text) - len(text[start:].lstrip()))
    lead_in = min(_LEAD_IN, limit // 3)
    return start if position - start < limit - lead_in else text.rfind(" ", 0, position - lead_in) + 1


def _safe_run(text: str) -> str:
    """Safe text that keeps a space at either end, because it stands next to other runs."""
    clean = safe(text)
    if not clean:
        return " " if text.isspace() else ""
    return (" " if text[0].isspace() else "") + clean + (" " if text[-1].isspace() else "")
