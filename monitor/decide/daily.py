"""The daily summary for ops: how the feeds do, what they may have shown unseen, rules that are silent, the database.

It says what changed since the last one and what is still bad. A day on which nothing is bad brings none: what proves
that the service works is the canary, and a message that says nothing every day is read by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.decide.notices.database import size_words
from monitor.decide.notices.notice import FAILURES_BEFORE_NOTICE, to_ops
from monitor.decide.notices.silences import silence_words
from monitor.model import Delivery, FeedHealth, FeedState, Room, Route, Silence, Stored
from monitor.wording.counts import counted
from monitor.wording.messages import clock
from monitor.wording.safe import safe, shortened

_MOST = 8
_REASON = 80
_BAD = (FeedHealth.FAILING, FeedHealth.BLOCKED, FeedHealth.FROZEN, FeedHealth.GONE)
_NOTED = (*_BAD, FeedHealth.MOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a summary is made of: `feeds` has each polled feed and how it does, `before` how each did at the last one.

    `since` is when that was. `canary_at` is when the last test entry arrived, None for none.
    """

    since: datetime
    before: Mapping[str, str]
    feeds: Sequence[tuple[FeedState, FeedHealth]]
    silences: Sequence[Silence] = ()
    stored: Stored
    room: Room | None = None
    canary_at: datetime | None = None


def remembered(feeds: Sequence[tuple[FeedState, FeedHealth]]) -> dict[str, str]:
    """How each feed does, as far as the next summary needs it: those that do well are left out."""
    return {state.feed_id: str(health) for state, health in feeds if _is_noted(state, health)}


def daily(day: Day, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The summary, or nothing when there is nothing to be said."""
    now_noted = {state.feed_id: (state, health) for state, health in day.feeds if _is_noted(state, health)}
    polled = {state.feed_id: state for state, _ in day.feeds}
    changed = [(s, h) for name, (s, h) in now_noted.items() if day.before.get(name, "") not in _alike(h)]
    worse = [(state, health) for state, health in changed if health in _BAD]
    moved = [state.feed_id for state, health in changed if health is FeedHealth.MOVED]
    still = [(s, h) for s, h in now_noted.values() if h in _BAD and (s, h) not in worse]
    well = [name for name, how in sorted(day.before.items()) if how in map(str, _BAD) and name in polled]
    well = [name for name in well if name not in now_noted or now_noted[name][1] is FeedHealth.MOVED]
    gaps = [state for state in polled.values() if _is_gap(state, day.since, now)]
    gaps.sort(key=lambda state: -state.course.missed)
    silent = [silence_words(one) for one in day.silences if one.over_at is None]
    lines = [
        *_section("Got worse", (_how(state, health, now) for state, health in worse)),
        *_section("Working again", well),
        *_section("Have moved", moved),
        *_section("Still bad", (_how(*one, now) for one in sorted(still, key=lambda one: _since(*one) or now))),
        *_section("May have shown more than was seen", (_gap(one, now) for one in gaps)),
        *_section("Rules that match far less than usual", silent),
    ]
    if not lines:
        return ()
    counts = [(len(worse), "worse"), (len(well), "working again"), (len(still), "still bad")]
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    about = told or ("possible gaps" if gaps else "rules are silent" if silent else "moved")
    lines.append(_database(day, now))
    return to_ops(f"daily:{day.since.isoformat()}", f"The last day: {about}", "\n".join(lines), ops, now=now)


def _is_noted(state: FeedState, health: FeedHealth) -> bool:
    """Whether a feed is worth a word. One that failed once or twice is not yet."""
    told = not state.failures or state.failure_told or state.failures >= FAILURES_BEFORE_NOTICE
    return health in _NOTED and told


def _alike(health: FeedHealth) -> tuple[str, ...]:
    """What is no better than this: a feed that fails in another way still fails."""
    return tuple(map(str, _BAD if health in _BAD else (health,)))


def _is_gap(state: FeedState, since: datetime, now: datetime) -> bool:
    until = state.course.missed_until
    return until is not None and since < until <= now


def _section(title: str, names: Iterable[str]) -> list[str]:
    found = list(names)
    more = len(found) - _MOST
    shown = [*found[:_MOST], *([f"and {more} more (`feeds list`)"] if more > 0 else [])]
    return [f"{title}: {'; '.join(shown)}."] if found else []


def _how(state: FeedState, health: FeedHealth, now: datetime) -> str:
    since = _since(state, health)
    reason = f": {shortened(safe(state.reason), _REASON)}" if state.failures and state.reason else ""
    return f"{state.feed_id} ({health}{f' since {clock(since, now)}' if since else ''}{reason})"


def _since(state: FeedState, health: FeedHealth) -> datetime | None:
    if health is FeedHealth.FROZEN:
        return max((one for one in (state.course.new_at, state.course.newest_at) if one), default=None)
    return state.failing_since


def _gap(state: FeedState, now: datetime) -> str:
    course = state.course
    after = f"after {clock(course.missed_after, now)}" if course.missed_after else "at an unknown time"
    return f"{state.feed_id} (about {counted(course.missed, 'entry', 'entries')} {after})"


def _database(day: Day, now: datetime) -> str:
    free = f"; {size_words(day.room.free)} are free on its disk" if day.room else ""
    held = f"The database has {size_words(day.stored.size)} with {counted(day.stored.items, 'item')}{free}."
    arrived = f" The last test entry arrived at {clock(day.canary_at, now)}." if day.canary_at else ""
    return held + arrived
