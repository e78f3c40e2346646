"""How a feed does, by its own rhythm: pure, from what its polls showed. docs/decisions/0028."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor.model import Failed, FailureClass, FeedCourse, FeedHealth, FeedState, PollNote

FEWEST = 5
"""So many dated entries, or entries of a window, say something of a feed's rhythm."""

_COMPARED = 50
_SHORTEST = timedelta(days=1)
_UNKNOWN = timedelta(days=30)
"""How old the newest entry may get of a feed that has too few to tell how often it writes."""

NOTED = 10
"""So many of the last polls that brought something new or failed are remembered."""

_LONGEST_REASON = 120

EMPTY_FOR = timedelta(hours=1)
_NEARLY_ALL, _FEW = 0.8, 0.3
_FASTEST = 0.125
_REFUSALS = ("HTTP 401", "HTTP 403", "HTTP 451", "a challenge or refusal page", "an HTML page that asks for a password")
TESTED = "tests whether a browser asks"
"""What is said of a firm that shields a site, whatever status it answers with."""


def rhythm_of(published: Sequence[datetime], *, now: datetime) -> tuple[datetime | None, timedelta]:
    """When the newest entry of a document appeared, and how old it may get before the feed looks frozen.

    That is three times the longest pause between its entries, or twenty times the usual one; a day at least.
    """
    # Entries of one moment, as of a day, say nothing of a pause.
    dates = sorted({date for date in published if date <= now}, reverse=True)[:_COMPARED]
    if len(dates) < FEWEST:
        return (dates[0] if dates else None), _UNKNOWN
    pauses = [later - earlier for later, earlier in pairwise(dates)]
    return dates[0], max(_SHORTEST, 3 * max(pauses), 20 * sorted(pauses)[len(pauses) // 2])


def read(course: FeedCourse, published: Sequence[datetime], *, shown: int, now: datetime) -> FeedCourse:
    """The course after a document of so many entries was read, before it is known which of them are new.

    `published` is when its entries appeared, as far as they say.
    """
    newest, patience = rhythm_of(published, now=now)
    if len(published) >= FEWEST or course.patience is None:
        course = replace(course, patience=patience)
    if newest is not None and (course.newest_at is None or newest > course.newest_at):
        course = replace(course, newest_at=newest)
    return replace(course, shown=shown, empty_since=None if shown else course.empty_since or now)


def redated(course: FeedCourse, before: FeedCourse) -> FeedCourse:
    """The course after a document in which nothing is new, though it says so: some feeds date all they show anew.

    What was seen before has no later date than when it was seen, but for clocks and zones that are wrong. The dates of
    such a feed say neither how old its newest entry is nor how long it pauses.
    """
    if course.newest_at is None or before.new_at is None or course.newest_at <= before.new_at + _SHORTEST:
        return course
    return replace(course, newest_at=before.newest_at, patience=_UNKNOWN)


def judged(course: FeedCourse, before: FeedState, *, new: int, now: datetime) -> FeedCourse:
    """The course once it is known how many of the entries shown are new articles; see `read`.

    When all of a full window is new, articles between it and the last one may have come and gone unseen.
    """
    if not new:
        slower = _slower(course.pace)
        return course if slower == course.pace else replace(course, pace=slower)
    course = replace(course, new_at=now, polls=_noted(course.polls, f"{_seconds(now)} {new}"))
    if before.baselined_at is None or before.succeeded_at is None:
        return course
    was_full = course.shown >= FEWEST and before.course.shown >= FEWEST
    if not was_full or new < _NEARLY_ALL * course.shown:
        return replace(course, pace=_slower(course.pace) if new <= _FEW * course.shown else course.pace)
    course = replace(course, pace=max(_FASTEST, course.pace / 2))
    if new < course.shown:
        return course
    expected = _a_second(before.course) * (now - before.succeeded_at).total_seconds()
    return replace(
        course,
        missed=max(1, round(expected) - new),
        missed_after=before.succeeded_at,
        missed_until=now,
    )


def failed(course: FeedCourse, failure: Failed, *, now: datetime) -> FeedCourse:
    """The course after a poll that failed."""
    reason = " ".join((failure.reason or str(failure.failure)).split())[:_LONGEST_REASON]
    return replace(course, polls=_noted(course.polls, f"{_seconds(now)} - {reason}"))


def polls_of(course: FeedCourse) -> tuple[PollNote, ...]:
    """The last polls that brought something new or failed, the newest first."""
    found = []
    for line in course.polls.splitlines():
        at, _, rest = line.partition(" ")
        new, _, reason = rest.partition(" ")
        moment = datetime.fromtimestamp(int(at), UTC)
        found.append(PollNote(at=moment, reason=reason) if new == "-" else PollNote(at=moment, new=int(new)))
    return tuple(found)


def _noted(polls: str, line: str) -> str:
    """One more line before the others, of which the oldest go."""
    return "\n".join([line, *polls.splitlines()[: NOTED - 1]])


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def rate(course: FeedCourse, new: int, elapsed: timedelta) -> FeedCourse:
    """Learn how many entries come in a second."""
    seconds = elapsed.total_seconds()
    if seconds <= 0:
        return course
    seen = new / seconds
    return replace(course, a_second=seen if course.a_second is None else 0.8 * course.a_second + 0.2 * seen)


def is_frozen(state: FeedState, now: datetime) -> bool:
    """Whether a feed that answers has shown nothing new for much longer than it ever pauses.

    A feed is watched for a day before that is said of it.
    """
    course = state.course
    if state.failures or state.baselined_at is None or now - state.baselined_at < _SHORTEST:
        return False
    return _age(course, now) > (course.patience or _UNKNOWN)


def is_empty(state: FeedState, now: datetime) -> bool:
    """Whether a feed is valid and has had no entry for a while."""
    since = state.course.empty_since
    return not state.failures and since is not None and now - since >= EMPTY_FOR


def health_of(state: FeedState, now: datetime) -> FeedHealth:
    """How a feed does now."""
    if state.failures:
        if state.failure is FailureClass.GONE:
            return FeedHealth.GONE
        refused = state.failure in (FailureClass.RATE_LIMITED, FailureClass.BLOCKED_ADDRESS)
        said = state.reason or ""
        return FeedHealth.BLOCKED if refused or said.startswith(_REFUSALS) or TESTED in said else FeedHealth.FAILING
    if is_frozen(state, now):
        return FeedHealth.FROZEN
    if state.url is not None:
        return FeedHealth.MOVED
    quiet = state.baselined_at is not None and _age(state.course, now) > (state.course.patience or _UNKNOWN) / 2
    return FeedHealth.QUIET if quiet or state.course.empty_since else FeedHealth.OK


def _age(course: FeedCourse, now: datetime) -> timedelta:
    """How long ago the newest entry appeared or was first seen, whichever is later."""
    known = [moment for moment in (course.newest_at, course.new_at) if moment is not None]
    return now - max(known) if known else timedelta(0)


def _slower(pace: float) -> float:
    return min(1.0, pace * 1.5)


def _a_second(course: FeedCourse) -> float:
    return course.a_second or 0.0
