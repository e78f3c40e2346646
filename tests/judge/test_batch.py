"""The pure middle of a poll: what a poll of many matches costs, and what is done before it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from types import FrameType

import pytest

from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import read_item
from monitor.link.join import join
from monitor.model import (
    MOST_CANDIDATES,
    Context,
    Feed,
    FeedState,
    Link,
    Member,
    Report,
    Route,
    Routes,
    Severity,
    Story,
)
from tests.support.builders import NOW, item, match

_POLICY = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=None)


@pytest.mark.parametrize("count", [200, 800])
def test_each_report_of_an_archive_is_compared_with_few_stories(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: a poll of hundreds of matches, each a story of its own, must not compare all pairs."""
    compared: list[int] = []

    def counting(report: Report, member: Member, stories: Sequence[Story], *, now: datetime) -> Link:
        compared.append(len(stories))
        return join(report, member, stories, now=now)

    monkeypatch.setattr("monitor.link.stories.join", counting)
    prepared = [
        read_item(
            item(
                f"Ministry {' '.join(map(_word, range(9 * number, 9 * number + 9)))}",
                guid=f"g{number}",
                link=f"https://wire.example/{number}",
            ),
            (match(severity=Severity.HIGH),),
        )
        for number in range(count)
    ]
    state = FeedState(feed_id="wire", baselined_at=NOW)
    judged = judge(Context(state=state), DocumentPart(prepared), Poll(state), policy=_POLICY, now=NOW)
    assert len(judged.observations) == len(compared) == count
    assert len(judged.stories) == count, "each is a story of its own"
    assert max(compared) == MOST_CANDIDATES, "all share a word, so there are always enough"


READING = ("monitor.link.reading", "monitor.link.places.mentions", "monitor.link.tolls", "monitor.link.datelines")


def test_nothing_is_read_on_the_event_loop_nor_in_the_transaction() -> None:
    """All that linking and facts need of a text is in its report; only boilerplate has one read again."""
    reports = [
        read_item(
            item(
                f"Air strike kills {number} in Idlib",
                summary="KYIV (Wire) - Six were hurt, the ministry said.",
                guid="g",
            ),
            (match(severity=Severity.HIGH),),
        )
        for number in range(3, 6)
    ]
    assert all(one.report and one.report.statements for one in reports)
    feed, state = (
        Feed(id="wire", name="Wire", url="https://wire.example/", family="wire"),
        FeedState(feed_id="wire", baselined_at=NOW),
    )
    called: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        lookup_of(feed, reports, now=NOW)
        judge(Context(state=state), DocumentPart(reports), Poll(state), policy=_POLICY, now=NOW)
    finally:
        sys.setprofile(None)
    assert "monitor.link.join.join" in called, "the reports were linked"
    assert sorted(name for name in called if name.startswith(READING) or name.endswith(".statements_of")) == []


def _word(number: int) -> str:
    """A word that no list has, another one for each number."""
    return "".join("bcdfghjklm"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in f"{number:04}")
