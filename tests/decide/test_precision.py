"""How the rules did in a week: a notice for ops, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.decide.precision import last_week, week_lines, week_name, weekly
from monitor.model import NoticeMessage, RuleWeek
from tests.support.messages import OPS


@pytest.mark.parametrize(
    ("now", "since", "name"),
    [
        ("2026-11-26T17:00", "2026-11-16", "2026-W47"),
        ("2026-11-23T00:00", "2026-11-16", "2026-W47"),
        ("2026-11-22T23:59", "2026-11-09", "2026-W46"),
        ("2027-01-05T09:00", "2026-12-28", "2026-W53"),
    ],
)
def test_weeks_are_whole_from_monday_on(now: str, since: str, name: str) -> None:
    begin, end = last_week(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (begin.date().isoformat(), (end - begin).days, week_name(begin)) == (since, 7, name)


def test_lines_say_how_often_a_rule_was_right_the_worst_first() -> None:
    weeks = [
        RuleWeek(rule="a", title="Good", alerts=9, relevant=3, claimed=1),
        RuleWeek(rule="b", title="Bad", alerts=5, relevant=1, claimed=1, not_relevant=2, besides=1),
        RuleWeek(rule="c", title="Unrated", alerts=1),
    ]
    assert week_lines(weeks) == [
        "Bad: 50% right: 2 of 4 (1 found relevant, 1 taken, 2 not relevant); 5 alerts; 1 old or doubled",
        "Good: 100% right: 4 of 4 (3 found relevant, 1 taken); 9 alerts",
        "Unrated: nobody rated any; 1 alert",
    ]


def test_ops_hears_of_a_week_once_by_its_key() -> None:
    since, end = last_week(datetime(2026, 11, 26, tzinfo=UTC))
    (told,) = weekly([RuleWeek(rule="a", title="A", alerts=1)], since, OPS, now=end)
    assert (told.key, told.route) == ("notice:precision:2026-W47", "ops")
    assert isinstance(told.message, NoticeMessage)
    assert told.message.title == "How the rules did in the week of 16 November 2026"


@pytest.mark.parametrize("weeks", [[], [RuleWeek(rule="a", title="A")]])
def test_nobody_is_told_without_ops_or_of_nothing(weeks: list[RuleWeek]) -> None:
    since, end = last_week(datetime(2026, 11, 26, tzinfo=UTC))
    assert weekly(weeks, since, OPS if not weeks else None, now=end) == ()
