"""Dates in forms that have no names of months, brought to the form 2024-11-20 16:54: ISO weeks, and East Asia's.

What is not understood stays as it is, and is then no date. docs/decisions/0024.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

# ISO 8601: a day by its week, 2024-W47-3, or by its number in the year, 2024-325; with signs between, or without.
_WEEK = re.compile(r"(\d{4})-?w(\d\d)-?([1-7])(?:[t ](.*))?", re.DOTALL)
_ORDINAL = re.compile(r"(\d{4})(?:-(\d{3})(?:[t ](.*))?|(\d{3})t(.*))", re.DOTALL)

# XML Schema: a day with its zone.
_ZONED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)\s?(z|[+-]\d\d:\d\d)")

# An offset whose plus became a blank, as in an address.
_LOST_PLUS = re.compile(r"(.*\b(?:19|20)\d\d\b.*\d\d:\d\d:\d\d(?:\.\d{1,9})?) ((?:0\d|1[0-4]):?(?:00|30|45))")

# 2024年11月20日 下午4时54分, 2024년 11월 20일 오후 4:54: what half of the day it is stands before the hour.
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?")
_EASTERN_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[时時시点點](?:\s?(\d{1,2})\s?[分분](?:\s?(\d{1,2})\s?[秒초])?)?")
_MORNING, _AFTERNOON = ("am", "上午", "午前", "오전", "凌晨", "早上"), ("pm", "下午", "午後", "오후", "晚上", "傍晚")
_HALF = re.compile(rf"({'|'.join(_MORNING + _AFTERNOON)})\s?(\d{{1,2}}(?::\d{{1,2}}){{1,2}})")


def usual_form(text: str) -> str:
    """A date, in small letters and ASCII digits, in the form that is read; itself where it is in no other."""
    try:
        if week := _WEEK.fullmatch(text):
            return _with_clock(date.fromisocalendar(int(week[1]), int(week[2]), int(week[3])), week[4])
        if ordinal := _ORDINAL.fullmatch(text):
            day = _by_number(int(ordinal[1]), int(ordinal[2] or ordinal[4]))
            return _with_clock(day, ordinal[3] or ordinal[5])
    except ValueError:  # no such week, or no such day
        return text
    if zoned := _ZONED_DAY.fullmatch(text):
        return f"{zoned[1]} 00:00:00{zoned[2]}"
    if lost := _LOST_PLUS.fullmatch(text):
        return f"{lost[1]} +{lost[2]}"
    if not (found := _EASTERN.search(text)):
        return text
    text = f"{text[: found.start()]}{found[1]}-{int(found[2]):02}-{int(found[3]):02} {text[found.end() :]}"
    text = _EASTERN_CLOCK.sub(lambda clock: f"{clock[1]}:{clock[2] or '00'}:{clock[3] or '00'} ", text)
    return _HALF.sub(lambda half: f"{half[2]} {'am' if half[1] in _MORNING else 'pm'}", text).strip()


def _with_clock(day: date, clock: str | None) -> str:
    if not clock:
        return day.isoformat()
    return f"{day.isoformat()} {clock}" if ":" in clock else f"{day:%Y%m%d}t{clock}"


def _by_number(year: int, number: int) -> date:
    """The day of that number in a year, the first of January is 1.

    Raises:
        ValueError: the year has no such day.
    """
    found = date(year, 1, 1) + timedelta(days=number - 1)
    if found.year != year:
        raise ValueError("no day of that year")
    return found
