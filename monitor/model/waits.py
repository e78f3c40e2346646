"""Waits, and clocks that are wrong: one rule for everything that waits until a time (docs/decisions/0017).

A clock may be hours off until somebody puts it right, and it may jump at any moment. So a wait is kept with its
beginning: one that begins in the future was written by a clock that was wrong, and is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

SKEW = timedelta(minutes=1)
"""By so much the clocks of two machines may differ, or one be put right, without anybody taking that for a jump."""

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
