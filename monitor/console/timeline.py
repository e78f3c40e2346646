"""A story's course as a picture: when it was reported, how the toll rose, and who reacted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Claim, ClaimKind, StoryReport
from monitor.wording.messages import said_by

WIDTH = 900
_MOST = 200
_BESIDE, _DIGIT = 12, 10
_TOLLS = {ClaimKind.KILLED: "killed", ClaimKind.HURT: "hurt", ClaimKind.MISSING: "missing"}
_SAID = (ClaimKind.REACTION, ClaimKind.ACCUSED)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in a row: where it is, from 0 to WIDTH, the number that stands at it, and what it is in words."""

    x: int
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rows that have marks, by name, and the times at both ends."""

    rows: tuple[tuple[str, tuple[Mark, ...]], ...]
    begin: datetime
    end: datetime


def timeline(reports: Sequence[StoryReport], claims: Sequence[Claim]) -> Timeline | None:
    """The picture of a story; None where there is only one moment to show. Pure."""
    times = [report.first_seen_at for report in reports] + [claim.seen_at for claim in claims]
    if not times or min(times) == max(times):
        return None
    begin, end = min(times), max(times)

    def x(moment: datetime) -> int:
        return round(WIDTH * ((moment - begin) / (end - begin)))

    rows = {
        "reports": [Mark(x(one.first_seen_at), "", f"{one.source}: {one.title}") for one in reports],
        **{name: _tolls([one for one in claims if one.kind is kind], x) for kind, name in _TOLLS.items()},
        "reactions": [Mark(x(one.seen_at), "", _words(one)) for one in claims if one.kind in _SAID],
    }
    return Timeline(tuple((name, tuple(marks[-_MOST:])) for name, marks in rows.items() if marks), begin, end)


def _tolls(claims: Sequence[Claim], x: Callable[[datetime], int]) -> list[Mark]:
    """Each toll of one kind; one that is higher than all before it has its number beside it, where there is room.

    Of numbers that would stand on each other the last one is shown, for it is the highest.
    """
    highest, marks = 0, []
    for one in sorted(claims, key=lambda claim: claim.seen_at):
        number = f"{one.low}" if one.low == one.high else f"{one.low}-{one.high}"
        marks.append(Mark(x(one.seen_at), number if one.low > highest else "", _words(one)))
        highest = max(highest, one.low)
    free = WIDTH * 2
    for at, mark in reversed(list(enumerate(marks))):
        if not mark.number:
            continue
        if mark.x + _BESIDE + len(mark.number) * _DIGIT > free:
            marks[at] = replace(mark, number="")
        else:
            free = mark.x
    return marks


def _words(claim: Claim) -> str:
    said = claim.value if claim.kind in _TOLLS else claim.words or claim.value
    return f"{claim.kind}: {said} ({said_by(claim)})"
