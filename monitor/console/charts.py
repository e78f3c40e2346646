"""A feed's last weeks as small pictures, a bar for each day; what they show is also said in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import FeedDay, in_words
from monitor.wording.counts import counted

DAYS = 30
HEIGHT = 48
"""Of the highest bar."""
BAR, APART = 14, 18
"""How wide a bar is, and how far it is from where the one before begins."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day: where its bar stands, how high it is, and what it is in words."""

    x: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: its name, its class of colour, all of it in a sentence, what the highest bar stands for."""

    name: str
    kind: str
    said: str
    highest: str
    bars: tuple[Bar, ...]


def charts(days: Sequence[FeedDay]) -> tuple[Chart, ...]:
    """The pictures of a feed's last days, today last."""
    items = sum(one.items for one in days)
    delays = [one.delay for one in days if one.delay is not None]
    failures, missed = sum(one.failures for one in days), sum(one.missed for one in days)
    without = sum(not one.items for one in days)
    typical = in_words(sorted(delays)[len(delays) // 2]) if delays else ""
    pause = f"none on {without} of them" if without else "some on each of them"
    brought = f"{counted(items, 'new item')} in {len(days)} days, {pause}"
    late = f"Typically found {typical} after publication" if delays else "No item says when it was published"
    went = f"About {counted(missed, 'article')} may have come and gone unseen" if missed else "No gap is known of"
    return (
        _chart(
            "New items a day", "items", brought, days, lambda one: one.items, lambda one: counted(one.items, "item")
        ),
        _chart(
            "From publication to found",
            "delay",
            late,
            days,
            lambda one: (one.delay or timedelta(0)).total_seconds(),
            lambda one: "no item with a date" if one.delay is None else in_words(one.delay),
        ),
        _chart(
            "Failed polls a day",
            "failures",
            f"{counted(failures, 'poll', none='No')} failed",
            days,
            lambda one: one.failures,
            lambda one: counted(one.failures, "failed poll"),
        ),
        _chart("Gaps", "gaps", went, days, lambda one: one.missed, lambda one: counted(one.missed, "article")),
    )


def _chart(
    name: str,
    kind: str,
    said: str,
    days: Sequence[FeedDay],
    value: Callable[[FeedDay], float],
    words: Callable[[FeedDay], str],
) -> Chart:
    most = max((value(one) for one in days), default=0)
    bars = []
    for place, one in enumerate(days):
        # What is there at all is seen, however small beside the rest.
        height = max(2, round(HEIGHT * value(one) / most)) if value(one) else 0
        bars.append(Bar(place * APART, height, f"{one.day:%d %B}: {words(one)}"))
    top = max(days, key=value, default=None)
    return Chart(name, kind, said, words(top) if top and most else "", tuple(bars))
