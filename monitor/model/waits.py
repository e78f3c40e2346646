"""Waits, and clocks that are wrong: one rule for everything that waits until a time (docs/decisions/0017).

A clock may be hours off until somebody puts it right, and it may jump at any moment. So a wait is kept with its
beginning: one that begins in the future was written by a clock that was wrong, and is over.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SKEW = timedelta(minutes=1)
"""By so much the clocks of two machines may differ, or one be put right, without anybody taking that for a jump."""

_AMOUNT = re.compile(
    r"([0-9]+)(?:\.[0-9]+)?\s*(?:s|secs?|seconds?|(m|mins?|minutes?)|(h|hrs?|hours?))?(?:\s*[,;].*)?", re.IGNORECASE
)
# Seconds, or thousandths of one, since 1970: a time, where others have a wait of decades.
_SINCE_1970 = re.compile(r"(1[0-9]{9}|[2-9][0-9]{9})([0-9]{3})?")
_AT_MOST = timedelta(days=3650)
_NO_SECONDS, _MINUTE_IN_THOUSANDTHS = 7 * 86_400, 60_000
"""A bare number of more than a week of seconds is taken for thousandths of one where it is whole minutes of these:
programs that count so write 3600000 for an hour. Days in seconds, such as 2592000, are no such number."""

SMALLEST_JUMP = timedelta(seconds=10)

_NONE = timedelta(0)


def until(began: datetime | None, end: datetime, now: datetime, *, jump: timedelta = _NONE) -> datetime:
    """Until when a wait that was written as from `began` to `end` holds, by a clock that says `now`.

    `began` None is not known. `jump` is how far the clock was just put forward, or (negative) back: what was left of
    the wait before is what is left of it now, but what would have ended meanwhile has ended.
    """
    if began is not None and began > now + SKEW:
        return min(end, now)
    return max(min(end, now), end + jump) if jump < _NONE else end


def waits(began: datetime | None, length: timedelta, now: datetime) -> bool:
    """Whether something that was done at `began` need not be done again before `length` is over."""
    return began is not None and until(began, began + length, now) > now


def jumped(passed: timedelta, uptime: float) -> timedelta:
    """How far a clock jumped while the machine ran for `uptime` seconds and the clock said that `passed` had passed.

    Zero when it did not, or by less than matters.
    """
    jump = passed - timedelta(seconds=uptime)
    return jump if abs(jump) >= SMALLEST_JUMP else _NONE


def retry_after(header: str | None, *, at: str | None) -> timedelta | datetime | None:
    """What an answer's Retry-After asks for (RFC 9110, 10.2.3): a wait; None where that cannot be read.

    It is in seconds, or in minutes or hours that it names, or a time, which is taken against `at`, the answer's own
    Date, for our clock may be wrong. Without that, the time itself (UTC) is given back. What is behind a comma, as of
    two headers, or a semicolon does not count; a part of a second counts as a whole one. A number so large that it can
    only be in thousandths of a second is taken for that.
    """
    text = (header or "").strip(' \t"+')
    if (found := _AMOUNT.fullmatch(text)) and not _SINCE_1970.fullmatch(text):
        amount = int(found[1][:9]) + ("." in text.partition(",")[0])
        if text.isdecimal() and amount > _NO_SECONDS and amount % _MINUTE_IN_THOUSANDTHS == 0:
            amount //= 1_000
        return min(timedelta(seconds=amount * (60 if found[2] else 3600 if found[3] else 1)), _AT_MOST)
    end, sent = _time(text), _time(at or "")
    if end is None or sent is None:
        return end
    return min(max(_NONE, end - sent), _AT_MOST)


def _time(text: str) -> datetime | None:
    """A time as HTTP has it in any of its three forms, or as in RFC 3339, or in seconds since 1970."""
    if found := _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            time = read(text)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
