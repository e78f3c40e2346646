"""A rule that falls silent is seen, by its own rhythm; quiet nights, bursts, restarts and clocks are no silence."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health.silence import HOUR, IMPROBABLE, LOOKS, WEEK, WEEKS, Hours, at_most, is_over, quiet, shares
from monitor.model import RuleHour, RuleHours
from tests.support.builders import NOW

LENGTH = WEEKS * WEEK
END = NOW.replace(minute=0)


def hours_of(looks: dict[datetime, int] | None = None, now: datetime = NOW) -> Hours:
    return Hours(RuleHours(since=END - LENGTH * HOUR, looks=looks or {}), now)


def at(number: int) -> datetime:
    return END - (LENGTH - number) * HOUR


def steady(number: int) -> int:
    """One match every other hour of the day, none at night."""
    return int(at(number).hour in range(8, 20, 2))


def rare(number: int) -> int:
    return int(at(number).hour == 12 and at(number).toordinal() % 2 == 0)


def on_weekdays(number: int) -> int:
    return steady(number) if at(number).weekday() < 5 else 0


def in_bursts(number: int) -> int:
    """Thirty matches in one night of each week, on no certain one, and none else."""
    return 30 if number % WEEK == random.Random(number // WEEK).randrange(WEEK) else 0


def cut(usual: Callable[[int], int], silent_hours: int, *, first: int = 0, left: int = 0) -> list[int]:
    """A series that is usual until it falls silent but for so many matches, and begins at `first`."""
    matches = [usual(number) if number >= first else 0 for number in range(LENGTH)]
    end = LENGTH - silent_hours
    gone = matches[:end] + [0] * silent_hours
    for number in range(left):
        gone[end + number] = 1
    return gone


SILENT = {
    "a steady rule for two days": (cut(steady, 48), 48),
    "a steady rule for a week but for two matches": (cut(steady, WEEK, left=2), WEEK),
    "a rule of weekdays since Monday": (cut(on_weekdays, 60), 48),
    "a steady rule that is four weeks old": (cut(steady, 48, first=LENGTH - 4 * WEEK - 48), 48),
    "a busy rule for six hours of the day": (cut(lambda number: 4 * (at(number).hour in range(6, 20)), 6), 6),
}
"""By its name, a series and the longest window that must not be needed."""

USUAL = {
    "as ever": cut(steady, 0),
    "a night": cut(steady, 12),
    "half a day, of which three matches say little": cut(steady, 10),
    "too rare to say so soon": cut(rare, 10 * 24),
    "two weeks of history": cut(steady, 48, first=LENGTH - 2 * WEEK - 48),
    "a rule that never matched": [0] * LENGTH,
    "a rule that matched once": [int(number == 5) for number in range(LENGTH)],
    "bursts once a week, and none yet in this one": cut(in_bursts, WEEK - 1),
    "half of what is usual": [steady(n) * (n < LENGTH - 96 or at(n).hour % 4 == 0) for n in range(LENGTH)],
    "one week of flood, long ago": [9 * steady(n) if n < WEEK else rare(n) for n in range(LENGTH)],
}


@pytest.mark.parametrize(("series", "longest"), SILENT.values(), ids=SILENT)
def test_a_rule_that_falls_silent_is_found(series: list[int], longest: int) -> None:
    found = quiet(series, hours_of())
    assert found is not None
    assert found.probability < IMPROBABLE
    assert found.seen * 2 < found.expected
    assert found.hours <= 2 * longest


@pytest.mark.parametrize("series", USUAL.values(), ids=USUAL)
def test_what_is_usual_is_no_silence(series: list[int]) -> None:
    assert quiet(series, hours_of()) is None


def test_hours_in_which_the_service_did_not_run_are_no_silence() -> None:
    series = cut(steady, 48)
    looks = {at(number): 6 for number in range(LENGTH)}
    assert quiet(series, hours_of(looks)) is not None
    for number in range(LENGTH - 48, LENGTH):
        looks[at(number)] = LOOKS - 1
    assert quiet(series, hours_of(looks)) is None
    assert quiet(series, hours_of({at(LENGTH - 400): 6})) is None, "since then nobody looked"


def test_before_the_first_look_that_is_known_the_service_is_taken_to_have_run() -> None:
    assert quiet(cut(steady, 48), hours_of({at(number): 6 for number in range(LENGTH - 60, LENGTH)})) is not None


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=40), -timedelta(days=1), -timedelta(days=40)])
def test_a_clock_that_steps_makes_no_rule_silent(jump: timedelta) -> None:
    """What it says of times that nobody watched is nothing; after a step back, what lies ahead is not there yet."""
    series = [steady(number) for number in range(LENGTH)]
    counts = tuple(
        RuleHour(rule="r", language="en", feed_id="f", hour=at(number), count=count)
        for number, count in enumerate(series)
        if count
    )
    looks = {at(number): 6 for number in range(LENGTH)}
    stepped = Hours(RuleHours(since=END, counts=counts, looks=looks), NOW + jump)
    for matches in stepped.series(["r"]).values():
        assert quiet(matches, stepped) is None


def test_what_was_over_is_not_found_again_and_what_was_silent_is_not_taken_for_usual() -> None:
    series = cut(steady, 0)
    series[LENGTH - 120 : LENGTH - 24] = [0] * 96
    assert quiet(series, hours_of()) is None, "it matches again"
    series[LENGTH - 24 :] = [0] * 24
    assert quiet(series, hours_of()) is not None
    assert quiet(series, hours_of(), after=at(LENGTH - 24)) is None, "what was over is not told again"
    month = cut(steady, 0)
    month[LENGTH - 6 * WEEK : LENGTH - 2 * WEEK] = [0] * 4 * WEEK
    month[LENGTH - 48 :] = [0] * 48
    hours = hours_of()
    apart = hours.skipped(at(LENGTH - 6 * WEEK), at(LENGTH - 2 * WEEK))
    assert quiet(month, hours, after=at(LENGTH - 2 * WEEK), apart=apart) is not None


@pytest.mark.parametrize(
    ("matches", "over"),
    [(0, False), (1, False), (6, True), (12, True)],
)
def test_it_is_over_when_half_of_what_is_usual_comes(matches: int, over: bool) -> None:
    series = cut(steady, 72)
    for number in range(matches):
        series[LENGTH - 2 * number - 1] = 1
    assert is_over(series, hours_of(), since=at(LENGTH - 72), found_at=at(LENGTH - 24)) is over


def test_a_rule_that_is_rare_matches_again_with_its_first_match() -> None:
    series = [int(number % (3 * WEEK) == 0) for number in range(LENGTH - 300)] + [0] * 300
    assert not is_over(series, hours_of(), since=at(LENGTH - 200), found_at=at(LENGTH - 100))
    series[-3] = 1
    assert is_over(series, hours_of(), since=at(LENGTH - 200), found_at=at(LENGTH - 100))


@given(st.integers(0, 999).map(random.Random), st.integers(0, 50))
def test_a_week_that_is_as_the_weeks_before_is_never_silent(chance: random.Random, most: int) -> None:
    week = [chance.randint(0, most) for _ in range(WEEK)]
    assert quiet(week * WEEKS, hours_of()) is None


@given(st.integers(0, 999).map(random.Random), st.integers(0, 10**6), st.floats(0, 1), st.integers(0, 60))
def test_whatever_was_counted_the_answer_is_a_probability_below_the_limit(
    chance: random.Random, most: int, share: float, missing: int
) -> None:
    series = [chance.randint(0, most) if chance.random() < share else 0 for _ in range(LENGTH)]
    gone = set(chance.sample(range(LENGTH), missing))
    looks = {at(number): 0 if number in gone else 6 for number in range(LENGTH)}
    found = quiet(series, hours_of(looks))
    assert found is None or (0 <= found.probability < IMPROBABLE and found.seen < found.expected)


@given(st.integers(0, 30), st.floats(0.1, 60))
def test_the_probability_is_that_of_poisson(count: int, expected: float) -> None:
    whole = sum(math.exp(-expected) * expected**number / math.factorial(number) for number in range(count + 1))
    if count < expected:
        assert at_most(count, expected) == pytest.approx(min(1.0, whole), rel=1e-6)


def test_news_in_bursts_seldom_make_a_rule_silent_that_is_none() -> None:
    """Ten rules for four weeks each, whose events bring four reports at once."""
    chance, alarms, judged = random.Random(7), 0, 0
    for _ in range(10):
        series = [
            sum(chance.randint(1, 7) for _ in range(3) if chance.random() < 0.05 * (1 + (number % 24 in range(7, 20))))
            for number in range(LENGTH + 4 * WEEK)
        ]
        for end in range(LENGTH, LENGTH + 4 * WEEK, 24):
            judged += 1
            alarms += quiet(series[end - LENGTH : end], hours_of()) is not None
    assert judged == 10 * 4 * 7
    assert alarms <= 2


def test_shares_are_of_the_matches_before_in_the_language() -> None:
    counts = [("a", "en", 3), ("b", "en", 1), ("b", "ar", 9)]
    known = RuleHours(
        since=END,
        counts=tuple(
            RuleHour(rule="r", language=language, feed_id=feed, hour=at(5), count=count)
            for feed, language, count in counts
        ),
    )
    assert shares(known, "r", "en", END) == {"a": 0.75, "b": 0.25}
    assert shares(known, "r", "", END) == {"b": 10 / 13, "a": 3 / 13}
    assert shares(known, "r", "en", at(5)) == {}
