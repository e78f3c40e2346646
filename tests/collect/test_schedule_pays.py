"""What the schedule is for, on a month of invented feeds: news waits half as long for as many requests."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest

from benchmarks.schedule import DAYS, History, doubling, entry_frequency, fixed, learning, month, outcome


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_half_the_wait_of_a_fixed_interval_at_as_many_requests_and_no_more_missed(seed: int) -> None:
    feeds = month(seed, feeds=25)
    ours = outcome(learning(3600.0), feeds)
    same = outcome(fixed(DAYS * 86_400 * len(feeds) / ours.requests), feeds)
    assert ours.requests <= outcome(fixed(3600.0), feeds).requests * 1.03
    assert statistics.median(ours.delays) <= 0.5 * statistics.median(same.delays)
    assert ours.missed <= same.missed
    assert max(ours.delays) <= 3 * 3600


def test_what_others_do_is_written_as_they_document_it() -> None:
    feeds = [
        History(name, "outlet", tuple(float(time) for time in range(-700_000, 2_000_000, every)), 20)
        for name, every in (("busy", 500), ("usual", 20_000), ("quiet", 900_000))
    ]
    for feed, polls in entry_frequency()(feeds):
        waits = [later - earlier for earlier, later in pairwise(polls)]
        assert min(waits) >= 300, feed.name
        assert max(waits) <= 86_400, feed.name
    for feed, polls in doubling()(feeds):
        waits = [later - earlier for earlier, later in pairwise(polls)]
        pairs = pairwise(map(round, waits))
        assert all(later in (300, min(86_400, 2 * earlier)) for earlier, later in pairs), feed.name
