"""The pure middle of a poll: what a poll of many matches costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from monitor.decide.decider import Policy
from monitor.judge import judge, read_item
from monitor.link.join import join
from monitor.model import MOST_CANDIDATES, Context, FeedState, Link, Member, Report, Route, Routes, Severity, Story
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
    judged = judge(Context(state=state), prepared=prepared, state=state, policy=_POLICY, now=NOW)
    assert len(judged.observations) == len(compared) == count
    assert len(judged.stories) == count, "each is a story of its own"
    assert max(compared) == MOST_CANDIDATES, "all share a word, so there are always enough"


def _word(number: int) -> str:
    """A word that no list has, another one for each number."""
    return "".join("bcdfghjklm"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in f"{number:04}")
