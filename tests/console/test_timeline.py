"""A story as a picture: where its marks stand, and which numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.console.timeline import WIDTH, Mark, timeline
from monitor.model import Claim, ClaimKind, StoryReport

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def report(minutes: int) -> StoryReport:
    return StoryReport(
        item_id="i1",
        source="The Wire",
        family="wire",
        url="",
        title="Strike",
        first_seen_at=NOW + timedelta(minutes=minutes),
        revisions=1,
        reason="",
        score=0,
        copy_of=None,
    )


def claim(kind: ClaimKind, value: str, minutes: int, low: int = 0, claimant: str = "") -> Claim:
    return Claim(
        item_id="i1",
        revision=1,
        kind=kind,
        value=value,
        low=low,
        high=low,
        quote=value,
        claimant=claimant,
        source="The Wire",
        family="wire",
        language="en",
        seen_at=NOW + timedelta(minutes=minutes),
    )


def test_nothing_is_drawn_of_one_moment() -> None:
    assert timeline([], []) is None
    assert timeline([report(0)], [claim(ClaimKind.KILLED, "7", 0, 7)]) is None


def test_rows_have_marks_where_their_times_are_and_only_rising_tolls_have_numbers() -> None:
    tolls = [("12", 60, 12), ("at least 9", 30, 9), ("7", 45, 7)]
    claims = [claim(ClaimKind.KILLED, value, minutes, low) for value, minutes, low in tolls]
    claims.append(claim(ClaimKind.HURT, "40", 50, 40))
    claims.append(claim(ClaimKind.REACTION, "condemnation", 15, claimant="Avila"))
    drawn = timeline([report(0), report(60)], [*claims, claim(ClaimKind.PLACE, "p1", 5)])
    assert drawn is not None
    assert (drawn.begin, drawn.end) == (NOW, NOW + timedelta(hours=1))
    rows = dict(drawn.rows)
    assert [mark.x for mark in rows["reports"]] == [0, WIDTH]
    assert [(mark.x, mark.number) for mark in rows["killed"]] == [(450, "9"), (675, ""), (900, "12")]
    assert [(mark.x, mark.number) for mark in rows["hurt"]] == [(750, "40")]
    assert rows["reactions"] == (Mark(225, "", "reaction: condemnation (Avila, via The Wire)"),)


def test_numbers_that_would_stand_on_each_other_are_left_out_before_the_highest() -> None:
    tolls = [(7, 0), (9, 118), (12, 119), (14, 120)]
    claims = [claim(ClaimKind.KILLED, str(low), minutes, low) for low, minutes in tolls]
    drawn = timeline([report(0), report(120)], claims)
    assert drawn is not None
    assert [mark.number for mark in dict(drawn.rows)["killed"]] == ["7", "", "", "14"]
