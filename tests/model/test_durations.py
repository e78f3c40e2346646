"""Durations: what people write, and what no time can be that far away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import duration, in_words
from monitor.model.durations import LONGEST

READ = {
    "90s": timedelta(seconds=90),
    "1h30m": timedelta(minutes=90),
    "250ms": timedelta(milliseconds=250),
    "1.5d": timedelta(hours=36),
    "36500d": LONGEST,
}


@pytest.mark.parametrize(("text", "meaning"), READ.items(), ids=READ)
def test_a_duration_is_read(text: str, meaning: timedelta) -> None:
    assert duration(text) == meaning


SHOWN = {
    timedelta(0): "0 s",
    timedelta(seconds=59.6): "1 min",
    timedelta(minutes=5, seconds=9): "5 min 9 s",
    timedelta(hours=1, seconds=5): "1 h",
    timedelta(days=1, seconds=48): "1 d",
    timedelta(days=1, minutes=35): "1 d",
    timedelta(days=3, hours=4, minutes=5): "3 d 4 h",
}


@pytest.mark.parametrize(("span", "words"), SHOWN.items(), ids=SHOWN.values())
def test_a_duration_is_shown_in_its_largest_unit_and_the_next_one(span: timedelta, words: str) -> None:
    assert in_words(span) == words


@pytest.mark.parametrize("text", ["9999999999d", "36500d1s", "5300w", "9" * 400 + "ms", "1" + "0" * 5000 + "s"])
def test_what_is_longer_than_a_hundred_years_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="is longer than 100 years") as refused:
        duration(text)
    assert len(str(refused.value)) < 100


def test_a_long_number_without_a_unit_is_none_at_once() -> None:
    """It took a minute to see that none of its digits begins a duration."""
    with pytest.raises(ValueError, match="is not a duration"):
        duration("1" * 250_000)


@given(st.from_regex(r"([0-9]{1,400}(\.[0-9]{1,9})?(ms|s|m|h|d|w)){1,4}", fullmatch=True) | st.text(max_size=60))
def test_no_text_raises_anything_but_a_mistake_and_every_duration_can_be_counted_with(text: str) -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    try:
        read = duration(text)
    except ValueError:
        return
    assert now - read <= now <= now + read
