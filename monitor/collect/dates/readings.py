"""Every way to read a date as feeds write it: to the last word, or not at all.

A lenient reader's partial answer is a wrong date: without its "PM" an afternoon becomes a night. So every part of a
date must be understood (docs/decisions/0024). Which of two readings holds is a question for `dates`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.collect.dates.calendars import in_latin, in_our_calendar
from monitor.collect.dates.forms import usual_form
from monitor.collect.dates.names import HALVES, filling, months, plain, weekday_names, weekdays
from monitor.collect.dates.zones import zone_at_end, zone_of

_LONGEST = 100
_PIVOT = 70
"""Years of two digits from here on are of the last century."""

# What nearly all feeds write; the rest of this file is for the others.
_USUAL = re.compile(r"(?:[a-z]{3}, )?(\d{1,2}) ([a-z]{3}) (1\d{3}|2[0-4]\d\d) (\d\d):(\d\d):(\d\d) (gmt|[+-]\d{4})")
_TAG = re.compile(r"<[^<>]*>")
# What HTML shows to people may lack the zone; what it has for programs beside it does not.
_TIME = re.compile(r"""<time\s[^<>]*?\bdatetime\s*=\s*["']([^"'<>]+)[^<>]*>[^<>]*(?:</time>)?""", re.IGNORECASE)
_EPOCH = re.compile(r"(?:/date\()?(\d{10}|\d{13}|\d{16})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[t ]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(?=\D|$))?(.*)", re.DOTALL)
_HALF = "|".join(sorted(map(re.escape, HALVES), key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?<![\d:.,/-])(\d{{1,2}})(?:\s?:\s?(\d{{1,2}})(?::(\d{{1,2}})(?:[.,:]\d{{1,9}})?)?|\s?h\s?(\d\d)?(?![a-z])(?:\s?min)?)"
    rf"(?!\d)(?:\s*({_HALF})(?!\w))?(?=\W|$|(?:z|gmt|utc|hs?|hrs?|uhr)\b)|(?<![\d:./-])(\d{{1,2}})\s*({_HALF})(?!\w)"
)

_DOTTED_CLOCK = re.compile(
    rf"(?<![\d.])([01]?\d|2[0-3])\.([0-5]\d)(?:\.([0-5]\d)(?:\.\d{{6,9}})?)?(?![\d.])(?:\s*({_HALF})(?!\w))?"
)
_WORD_FIRST = re.compile(r"\s*([^\W\d_]{1,5})(?=\s)")
_COMMENT = re.compile(r"\(([^()]*)\)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?!\d)")
_WORD = re.compile(r"\d+|[^\W\d_]+(?:[-'’ʼ.\u200c][^\W\d_]+)*|\S")
_JOINTS = set(".,;:-/|·•–—،_@")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a date. `order` is "dmy" or "mdy" where numbers left both open at first, else empty."""

    moment: datetime
    order: str = ""


def readings(text: str) -> tuple[Reading, ...]:
    """Every way a date can be read; none when a part of it is not understood."""
    return _readings(text) if len(text) <= 4 * _LONGEST else ()


@lru_cache(maxsize=4_096)
def _readings(text: str) -> tuple[Reading, ...]:
    if found := _USUAL.fullmatch(text.strip().lower()):
        return _usual(found)
    text = usual_form(_normal(text))
    if not text or len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return ()
    if found := _EPOCH.fullmatch(text):
        return _epoch(found[1])
    if found := _COMPACT.fullmatch(text):
        return _compact(found)
    try:
        return _in_parts(re.sub(r"(?<=\d)\s?t\s?(?=\d)", " ", text))
    except ValueError:  # a day, an hour or an offset that does not exist
        return ()


def _usual(found: re.Match[str]) -> tuple[Reading, ...]:
    day, month, year, hour, minute, second, offset = found.groups()
    number = months().get(month)
    try:
        zone = zone_of(offset)[0]
        clock = _Clock(int(hour), int(minute), int(second), None)
        return () if number is None else (Reading(_moment(int(year), number + 1, int(day), clock, zone)),)
    except ValueError:
        return ()


def _normal(text: str) -> str:
    """Small letters, ASCII digits, plain signs, single spaces, no markup, and nothing that cannot be seen."""
    if "<" in text or "&" in text:
        text = html.unescape(html.unescape(text))
        text = _TAG.sub(" ", _TIME.sub(r" \1 ", text))
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    text = "".join(
        str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char
        for char in in_latin(text)
        if unicodedata.category(char) not in ("Cf", "Mn") or char == "\u200c"  # Mn: vowel signs of Arabic
    )
    return in_our_calendar(" ".join(text.split())).strip(" ,;.\"'“”«»")


_SIGNS = str.maketrans({"−": "-", "‐": "-", "‑": "-", "٫": ":", "∶": ":", "’": "'", "ʼ": "'"})


def _epoch(digits: str) -> tuple[Reading, ...]:
    unit = {10: 1, 13: 1_000, 16: 1_000_000}[len(digits)]
    return (Reading(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(digits) / unit)),)


def _compact(found: re.Match[str]) -> tuple[Reading, ...]:
    """20241123, 20241123T165400Z, 20241123165400."""
    year, month, day, hour, minute, second, rest = found.groups()
    try:
        zone, rest = zone_of(rest) if hour else (None, rest)
        if rest.strip():
            return ()
        clock = _Clock(int(hour or 0), int(minute or 0), int(second or 0), None)
        return (Reading(_moment(int(year), int(month), int(day), clock, zone)),)
    except ValueError:
        return ()


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    second: int
    half: int | None


def _in_parts(text: str) -> tuple[Reading, ...]:
    comments = _COMMENT.findall(text)
    text = _COMMENT.sub(" ", text).strip()
    clock, zone = _Clock(0, 0, 0, None), None
    if found := _CLOCK.search(text):
        hour, minute, second, minute_h, half, only_hour, only_half = found.groups()
        half = half or only_half
        clock = _Clock(
            int(hour or only_hour), int(minute or minute_h or 0), int(second or 0), HALVES[half] if half else None
        )
        zone, behind = zone_of(_without_filling(text[found.end() :]))
        text = f"{text[: found.start()]} {behind}"
    elif (found := _DOTTED_CLOCK.search(_NUMBERS.sub(_without_day, text))) is not None:
        # Without a colon a time is only a time beside a whole date.
        clock = _Clock(int(found[1]), int(found[2]), int(found[3] or 0), HALVES[found[4]] if found[4] else None)
        zone, behind = zone_of(_without_filling(text[found.end() :]))
        text = f"{text[: found.start()]} {behind}"
    if zone is None and found:
        zone, text = zone_at_end(text)
    if zone is None and len(comments) == 1:
        named, behind = zone_of(comments[0])
        zone = None if behind.strip() else named
    days = _days(text)
    return tuple(Reading(_moment(*day, clock, zone), order) for day, order in days)


def _without_day(found: re.Match[str]) -> str:
    """Blanks in the place of three numbers that are a date; those of a time with points, 16.54.00, stay."""
    try:
        days = _numeric(found)
    except ValueError:
        days = []
    return " " * len(found[0]) if any(_exists(day) for day, _ in days) else found[0]


def _without_filling(text: str) -> str:
    """What stands behind a time without a word that only says that it is one: "13:00 Uhr MEZ"."""
    found = _WORD_FIRST.match(text)
    return text[found.end() :] if found and plain(found[1]) in filling() else text


def _moment(year: int, month: int, day: int, clock: _Clock, zone: timedelta | ZoneInfo | None) -> datetime:
    hour, later = clock.hour, timedelta(0)
    if clock.half is not None and hour <= 12:  # behind that the half says nothing
        if hour == 0 and clock.half:
            raise ValueError("no hour")
        hour = hour % 12 + 12 * clock.half
    if hour == 24 and not clock.minute and not clock.second:  # ISO 8601: the end of the day
        hour, later = 0, timedelta(days=1)
    tzinfo = timezone(zone) if isinstance(zone, timedelta) else zone
    # A leap second is the last of its minute.
    return datetime(year, month, day, hour, clock.minute, min(clock.second, 59), tzinfo=tzinfo) + later


Day = tuple[int, int, int]


def _days(text: str) -> list[tuple[Day, str]]:
    """The days that a date without its time can mean, each with the `Reading.order` of its numbers."""
    numbers = _NUMBERS.search(text)
    rest = text if numbers is None else f"{text[: numbers.start()]} {text[numbers.end() :]}"
    words = [word for word in _words(rest) if word not in _JOINTS and (plain(word) not in filling() or _names(word))]
    if numbers is None:
        return [(_named(words), "")]
    if len(words) > 1 or any(plain(word) not in weekday_names() for word in words):
        raise ValueError("more than a date")
    weekday = _weekday(words)
    found = _numeric(numbers)
    if weekday is not None and len(found) > 1:
        # With its order, which the weekday proves.
        found = [one for one in found if date(*one[0]).weekday() == weekday] or found
    return found


def _names(word: str) -> bool:
    """Whether a word that says nothing in one language is a month in another: "des" is December."""
    return plain(word) in months()


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    joined: list[str] = []
    for word in words:
        if joined and f"{plain(joined[-1])}-{plain(word)}" in months():
            joined[-1] = f"{joined[-1]}-{word}"
        else:
            joined += [word] if plain(word) in months() else re.split(r"(?<=\w)[-.](?=\w)", word)
    return joined


def _weekday(words: Sequence[str]) -> int | None:
    if len(words) == 1:
        return weekdays().get(plain(words[0]))
    return None


def _named(words: Sequence[str]) -> Day:
    """20 November 2024, Wed Nov 20 2024, 20-Nov-24: a month's name, two numbers, and a weekday if any."""
    digits = [word for word in words if word.isdigit()]
    names = [plain(word) for word in words if not word.isdigit()]
    of_months = [name for name in names if name in months()]
    others = list(names)
    for name in of_months[1:]:  # "آذار/مارس" is March, by both of the names that Arabic has for it
        if months()[name] == months()[of_months[0]]:
            of_months.remove(name)
            others.remove(name)
    while len(of_months) > 1 and (twofold := [name for name in of_months if name in weekday_names()]):
        of_months.remove(twofold[0])  # "mar" is a Tuesday and a March
    for name in of_months[:1]:
        others.remove(name)
    if len(of_months) != 1 or len(digits) != 2 or len(others) > 1 or any(one not in weekday_names() for one in others):
        raise ValueError("no date")
    day, year = digits
    if len(day) == 4 and len(year) <= 2:  # 2024 November 20
        day, year = year, day
    if len(day) > 2 or len(year) not in (2, 4):
        raise ValueError("no date")
    return _year(year), months()[of_months[0]] + 1, int(day)


def _numeric(found: re.Match[str]) -> list[tuple[Day, str]]:
    first, joint, second, third = found.groups()
    if len(first) == 4 and len(third) <= 2:  # 2024-11-25
        return [((int(first), int(second), int(third)), "")]
    if len(first) > 2 or len(third) not in (2, 4) or (len(third) == 2 and joint == "-"):
        raise ValueError("no date")
    year, one, other = _year(third), int(first), int(second)
    if joint == ".":
        return [((year, other, one), "")]  # with points, the day comes first everywhere
    possible = [((year, other, one), "dmy"), ((year, one, other), "mdy")]
    exist = [(day, order) for day, order in possible if _exists(day)]
    if one == other:
        return [(day, "") for day, _ in exist[:1]]
    return exist


def _exists(day: Day) -> bool:
    try:
        date(*day)
    except ValueError:
        return False
    return True


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= _PIVOT else 2000)
