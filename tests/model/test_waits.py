"""Waits under clocks that are wrong: none holds longer than it is long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.waits import SKEW, jumped, retry_after, until, waits
from tests.support.builders import NOW, hours, minutes

NONE = timedelta(0)


@pytest.mark.parametrize(
    ("began", "end", "jump", "holds_until"),
    [
        pytest.param(NOW, NOW + minutes(5), NONE, NOW + minutes(5), id="as it was written"),
        pytest.param(NOW + hours(2), NOW + hours(2.1), NONE, NOW, id="by a clock that was two hours ahead"),
        pytest.param(NOW + minutes(2), NOW + hours(9), NONE, NOW, id="by one that was two minutes ahead"),
        pytest.param(NOW + SKEW, NOW + minutes(5), NONE, NOW + minutes(5), id="by another machine's"),
        pytest.param(NOW - hours(2), NOW - hours(1.9), NONE, NOW - hours(1.9), id="by one that was behind"),
        pytest.param(None, NOW + minutes(5), NONE, NOW + minutes(5), id="nobody knows since when"),
        pytest.param(NOW - hours(1), NOW + hours(3), -hours(2), NOW + hours(1), id="put back while it waits"),
        pytest.param(NOW - hours(1), NOW + hours(1), -hours(2), NOW, id="it had ended but for that"),
        pytest.param(NOW - hours(1), NOW + hours(3), hours(2), NOW + hours(3), id="put forward while it waits"),
    ],
)
def test_a_wait_is_over_when_it_was_meant_to_be_whatever_the_clock_did_meanwhile(
    began: object, end: object, jump: timedelta, holds_until: object
) -> None:
    assert until(began, end, NOW, jump=jump) == holds_until  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ago", "holds"), [(minutes(4), True), (minutes(5), False), (-hours(2), False), (-minutes(1), True)]
)
def test_what_was_done_need_not_be_done_again_for_a_while(ago: timedelta, holds: bool) -> None:
    assert waits(NOW - ago, minutes(5), NOW) is holds
    assert not waits(None, minutes(5), NOW)


@pytest.mark.parametrize(
    ("passed", "uptime", "jump"),
    [(1, 1.0, 0), (3, 1.0, 0), (7_201, 1.0, 7_200), (-7_199, 1.0, -7_200), (600, 600.0, 0), (12, 1.0, 11)],
)
def test_a_clock_jumps_when_the_machine_did_not_run_for_as_long(passed: int, uptime: float, jump: int) -> None:
    assert jumped(timedelta(seconds=passed), uptime) == timedelta(seconds=jump)


@given(
    wrong=st.floats(-72, 72),
    length=st.floats(0.01, 24),
    steps=st.lists(st.tuples(st.floats(0, 6), st.floats(-30, 30)), max_size=8),
)
def test_no_wait_holds_for_longer_than_it_is_long(
    wrong: float, length: float, steps: list[tuple[float, float]]
) -> None:
    """Whatever the clock says when it is written, and however it jumps afterwards; every jump is seen."""
    clock = NOW + hours(wrong)
    began, end, real = clock, clock + hours(length), NONE
    for passes, jump in steps:
        real, clock = real + hours(passes), clock + hours(passes)
        if end <= clock:
            return
        assert real <= hours(length) + SKEW * (len(steps) + 1), "it should have ended"
        clock += hours(jump)
        seen = jumped(hours(jump), 0.0)
        end = until(began, end, clock, jump=seen)
        began = clock
    assert end - clock + real <= hours(length) + SKEW * (len(steps) + 1)


SENT = "Wed, 04 Mar 2026 12:00:00 GMT"
LATER = "Wed, 04 Mar 2026 12:10:00 GMT"


@pytest.mark.parametrize(
    ("header", "date", "asked"),
    [
        ("120", None, 120),
        (" 120 ", SENT, 120),
        ("0", None, 0),
        ("1.5", None, 2),
        ("120s", None, 120),
        ("120 seconds", None, 120),
        ("120, 240", None, 120),
        ("120; comment", None, 120),
        ('"120"', None, 120),
        ("30 minutes", None, 1_800),
        ("3600000", None, 3_600),
        ("900000", None, 900),
        ("604800", None, 604_800),
        ("2592000", None, 2_592_000),
        ("3600000 s", None, 3_600_000),
        ("2 hours", None, 7_200),
        ("1h", None, 3_600),
        (str(int((NOW + minutes(10)).timestamp())), SENT, 600),
        (f"{int((NOW + minutes(10)).timestamp())}000", None, NOW + minutes(10)),
        ("9" * 40, None, 3650 * 86_400),
        (LATER, SENT, 600),
        ("Wednesday, 04-Mar-26 12:10:00 GMT", SENT, 600),
        ("Wed Mar  4 12:10:00 2026", SENT, 600),
        ("2026-03-04T12:10:00Z", SENT, 600),
        ("Wed, 04 Mar 2026 15:10:00 +0300", SENT, 600),
        ("Wed, 04 Mar 2026 11:00:00 GMT", SENT, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", SENT, 3650 * 86_400),
        (LATER, None, NOW + minutes(10)),
        (LATER, "noon", NOW + minutes(10)),
        ("soon", SENT, None),
        ("-5", SENT, None),
        ("١٢٠", SENT, None),
        ("", SENT, None),
        (None, None, None),
    ],
)
def test_retry_after_is_a_wait_however_it_is_written(
    header: str | None, date: str | None, asked: int | datetime | None
) -> None:
    assert retry_after(header, at=date) == (timedelta(seconds=asked) if isinstance(asked, int) else asked)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_makes_reading_raise(header: str, date: str) -> None:
    retry_after(header, at=date)
