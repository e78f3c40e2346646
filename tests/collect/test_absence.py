"""Which alerted articles a feed took out, and which only made room for newer ones."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.collect.absence import taken_out
from monitor.model import Absent, Entry
from tests.support.builders import NOW


def hours_ago(*ages: float | None) -> list[datetime | None]:
    return [None if age is None else NOW - timedelta(hours=age) for age in ages]


@pytest.mark.parametrize(
    ("shown", "age", "gone"),
    [
        pytest.param((0, 1, 2, 4, 5, 6), 3, True, id="older ones are still there"),
        pytest.param((0, 1, 2, 4, 5, 6), 7, False, id="it was the oldest"),
        pytest.param((1, 2, 3, 4, 5, 6), 0, False, id="an old copy, or it was the newest"),
        pytest.param((0, 1, 2, 3, 4, 90), 5, False, id="one old entry is pinned to the end"),
        pytest.param((90, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11), 3, True, id="an old entry is pinned to the top"),
        pytest.param((5, 0, 9, 2, 8, 1, 7), 3, False, id="a feed of what matters most, not of what is newest"),
        pytest.param((6, 5, 4, 2, 1, 0), 3, False, id="the oldest first"),
        pytest.param((0, 4, 5, 6), 3, False, id="too few entries to say"),
        pytest.param((0, None, None, 4, 5, None, 6, 7, 8), 3, False, id="too few of them dated"),
        pytest.param((0, 1, 2, 4, 5, 6), None, False, id="nobody knows how old it is"),
        pytest.param((), 3, False, id="an empty document"),
    ],
)
def test_only_what_left_before_its_time_was_taken_out(
    shown: tuple[float | None, ...], age: float | None, gone: bool
) -> None:
    (published,) = hours_ago(age)
    found = taken_out(hours_ago(*shown), [Absent("i1", published)])
    assert found == ({"i1"} if gone else set())


@pytest.mark.parametrize(
    ("key", "gone"), [("live", False), ("https://wire.example/live", False), ("another", True), ("", True)]
)
def test_an_article_whose_guid_or_link_another_entry_has_was_written_over_and_not_taken_out(
    key: str, gone: bool
) -> None:
    entries = [Entry(digest="1", guid="live", link="https://www.wire.example/live/?utm_source=rss"), Entry(digest="2")]
    found = taken_out(hours_ago(0, 1, 2, 4, 5, 6), [Absent("i1", NOW - timedelta(hours=3), key)], entries)
    assert bool(found) is gone
