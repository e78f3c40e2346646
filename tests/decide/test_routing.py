"""Quiet hours as instants, also where clocks change, and which routes a channel is told by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decide.routing import by_channel, quiet_ended, quiet_until, routes_now
from monitor.model import QuietHours, Route, Routes, Severity
from tests.support.builders import match

MINUTE = timedelta(minutes=1)

# Nights (and days) in which clocks change: forward and back, by an hour, half an hour, around midnight, for a month.
CHANGES = {
    "Europe/Kyiv": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Gaza": (date(2026, 3, 28), date(2026, 10, 31)),
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 12, 31)),
}


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def quiet(start: str, end: str, zone: str) -> QuietHours:
    return QuietHours(time.fromisoformat(start), time.fromisoformat(end), zone)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        pytest.param(("22:00", "06:00", "UTC"), "2026-03-04 23:00", "2026-03-05 06:00", id="over midnight"),
        pytest.param(("22:00", "06:00", "UTC"), "2026-03-05 05:59", "2026-03-05 06:00", id="the last minute"),
        pytest.param(("22:00", "06:00", "UTC"), "2026-03-05 06:00", None, id="the end is out"),
        pytest.param(("22:00", "06:00", "UTC"), "2026-03-04 22:00", "2026-03-05 06:00", id="the beginning is in"),
        pytest.param(("10:00", "14:00", "UTC"), "2026-03-04 15:00", None, id="by day, after"),
        pytest.param(("22:00", "06:00", "Europe/Kyiv"), "2026-03-28 23:00", "2026-03-29 03:00", id="a night too short"),
        pytest.param(("22:00", "06:00", "Europe/Kyiv"), "2026-10-24 23:00", "2026-10-25 04:00", id="a night too long"),
        # 03:30 never comes that night: by the clock before the change it is half past one in Greenwich.
        pytest.param(("22:00", "03:30", "Europe/Kyiv"), "2026-03-29 00:45", "2026-03-29 01:30", id="end in the gap"),
        pytest.param(("22:00", "03:30", "Europe/Kyiv"), "2026-03-29 01:05", "2026-03-29 01:30", id="in the gap"),
        pytest.param(("03:30", "08:00", "Europe/Kyiv"), "2026-03-29 01:29", None, id="before a beginning in the gap"),
        pytest.param(("03:30", "08:00", "Europe/Kyiv"), "2026-03-29 01:30", "2026-03-29 05:00", id="it begins there"),
        # 03:30 comes twice that night, at half past midnight and at half past one in Greenwich: the first time counts.
        pytest.param(("22:00", "03:30", "Europe/Kyiv"), "2026-10-25 00:29", "2026-10-25 00:30", id="first 03:29"),
        pytest.param(("22:00", "03:30", "Europe/Kyiv"), "2026-10-25 01:00", None, id="03:00 for the second time"),
        pytest.param(("03:30", "08:00", "Europe/Kyiv"), "2026-10-25 01:00", "2026-10-25 06:00", id="begun once only"),
        pytest.param(("03:15", "03:45", "Europe/Kyiv"), "2026-10-25 01:20", None, id="both of them twice"),
    ],
)
def test_quiet_hours_end_at_an_instant(hours: tuple[str, str, str], now: str, until: str | None) -> None:
    assert quiet_until(quiet(*hours), at(now)) == (at(until) if until else None)


@given(
    change=st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days]),
    start=st.integers(0, 24 * 60 - 1),
    length=st.integers(1, 24 * 60 - 1),
    first=st.integers(-36 * 60, 36 * 60),
)
def test_what_is_held_is_never_overtaken(change: tuple[str, date], start: int, length: int, first: int) -> None:
    """Whoever comes while it is quiet is let go at the one instant at which it is not quiet any more."""
    zone, day = change
    begin, end = (time(*divmod(minute % (24 * 60), 60)) for minute in (start, start + length))
    hours = QuietHours(begin, end, zone)
    now = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC) + first * MINUTE
    for _ in range(4):
        until = quiet_until(hours, now)
        if until is None:
            assert quiet_ended(hours, now) <= now
            now += 7 * MINUTE
            continue
        assert now < until <= now + timedelta(hours=50)
        assert quiet_until(hours, until) is None
        for later in (now + MINUTE, now + (until - now) / 2, until - MINUTE):
            if now <= later < until:
                assert quiet_until(hours, later) == until
        assert quiet_ended(hours, until) == until
        now = until


def test_routes_say_what_they_ask_for_now() -> None:
    night, day = quiet("22:00", "06:00", "UTC"), quiet("10:00", "14:00", "UTC")
    desk = Route(name="desk", channel="C1", quiet_hours=night, max_per_hour=3)
    now = routes_now(Routes((desk,), Route(name="ops", channel="C2", quiet_hours=day)), at("2026-03-04 12:00"))
    assert (now.channels, now.limits) == ({"desk": "C1", "ops": "C2"}, {"desk": 3})
    assert now.quiet_until == {"ops": at("2026-03-04 14:00")}
    assert now.quiet_ended == {"desk": at("2026-03-04 06:00")}


def test_a_channel_is_offered_what_each_of_its_routes_wants() -> None:
    routes = Routes(
        (
            Route(name="night", channel="C1", min_severity=Severity.CRITICAL),
            Route(name="desk", channel="C1"),
            Route(name="east", channel="C2"),
        )
    )
    both, one = match("both", send_to=("night", "desk")), match("one", send_to=("east", "desk"))
    found = [
        [(taker.route.name, [each.rule for each in taker.matches]) for taker in takers]
        for takers in by_channel([both, one], routes)
    ]
    assert found == [[("desk", ["both", "one"])], [("east", ["one"])]]
