"""Thirty-four feeds that fail at once are no thirty-four notices."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.decide.notices import notice
from monitor.decide.together import ALONE, WINDOW, Together
from monitor.model import Delivery, FailureClass, Route
from tests.support.builders import NOW

OPS = Route(name="ops", channel="C9")


def own(number: int, now: datetime = NOW) -> tuple[Delivery, ...]:
    return (notice(f"feed-failing:{number}", f"Feed {number} is failing", "HTTP 500", OPS, now=now),)


def text_of(delivery: Delivery) -> str:
    return delivery.message.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("failures", "hosts", "words"),
    [
        ([FailureClass.DNS], range(34), "nameserver"),
        ([FailureClass.CONNECT], range(34), "network and proxy"),
        ([FailureClass.HTTP], [0] * 34, "All of them are on host0.example."),
        ([FailureClass.DNS, FailureClass.HTTP], range(34), "Their causes differ."),
    ],
)
def test_thirty_four_failing_feeds_are_a_few_notices_that_name_the_cause(
    failures: list[FailureClass], hosts: list[int], words: str
) -> None:
    together = Together()
    told = [
        one
        for number, host in enumerate(hosts)
        for one in together.failing(own(number), failures[number % len(failures)], f"host{host}.example", OPS, now=NOW)
    ]
    assert len(told) == ALONE + 1
    assert words in text_of(told[-1])


def test_what_has_nothing_to_tell_counts_for_nothing_and_the_window_ends() -> None:
    together = Together()
    for _ in range(20):
        assert together.failing((), FailureClass.DNS, "a.example", OPS, now=NOW) == ()
    later = NOW
    for number in range(12):
        later += WINDOW / 2
        assert together.failing(own(number), FailureClass.DNS, "a.example", OPS, now=later) == own(number)


def test_a_clock_that_steps_back_silences_nothing() -> None:
    together = Together()
    for number in range(9):
        together.failing(own(number), FailureClass.DNS, "a.example", OPS, now=NOW)
    before = NOW - timedelta(days=1)
    assert together.failing(own(9), FailureClass.DNS, "a.example", OPS, now=before) == own(9)


def test_feeds_that_work_again_together_are_told_together() -> None:
    together = Together()
    told = [one for number in range(34) for one in together.working(own(number), OPS, now=NOW)]
    assert len(told) == ALONE + 1
