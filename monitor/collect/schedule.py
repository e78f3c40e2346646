"""When a feed is polled next: pure, from the result of the poll. docs/decisions/0042."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.collect import course
from monitor.collect.budget import JITTER, Shares, bounds
from monitor.collect.rhythm import rate_of
from monitor.model import Failed, Feed, FeedState, FeedWishes, Fetched, NotModified, PollReason

LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_MAX_AGE = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(days=7)
"""A wait is never shorter than a server asks for, up to this: none may silence its feed for good."""

WATCHED = timedelta(days=1)
"""A feed is polled at its interval until it was watched for so long."""

HURRIED = 4
"""A feed that reports on a story of many is polled after a part of its interval, one of so many."""

PUSHED = 6
"""A feed that pushes what is new is polled after so many of its intervals, to make sure that nothing was lost."""

APART = timedelta(seconds=30)
"""A feed that people want polled now is polled no sooner than this after its last poll, or its interval if shorter."""

_HOUR = timedelta(hours=1)

WHOLE_EVERY = timedelta(days=1)
"""A feed is asked for its whole document this often, whatever it says of changes: some answer 304 for ever."""


def after(
    feed: Feed,
    state: FeedState,
    result: Fetched | NotModified | Failed,
    *,
    now: datetime,
    rng: random.Random,
    wishes: FeedWishes | None = None,
) -> FeedState:
    """The state of a feed after a poll; with the time of the next one if it failed, else `planned` sets it.

    `wishes` are what a document asks for, if there was one; `Cache-Control` may ask for more. An hour at most is
    granted. A feed that fails waits twice as long each time, up to an hour or its interval, or as long as
    its Retry-After says; it is never given up.

    `url` is where this poll's permanent redirects led: nothing of an earlier move is kept once the address answers.
    """
    if isinstance(result, Failed):
        return _after_failure(feed, state, result, now=now, rng=rng)
    whole = isinstance(result, Fetched) or result.whole
    wishes = wishes or state.rhythm.wishes
    not_before = _later(now, max(result.max_age or timedelta(0), wishes.ttl or timedelta(0), _skipped(wishes, now)))
    known = state.rhythm
    if (known.wishes, known.not_before) != (wishes, not_before):
        known = replace(known, wishes=wishes, not_before=not_before)
    return replace(
        state,
        url=result.permanent_url,
        etag=result.etag,
        last_modified=result.last_modified,
        validated_url=result.url if isinstance(result, Fetched) else result.validated_url,
        whole_at=now if whole else state.whole_at,
        body_hash=result.body_hash if isinstance(result, Fetched) else state.body_hash,
        polled_at=now,
        succeeded_at=now,
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        failure_told=False,
        rhythm=known,
    )


def _after_failure(feed: Feed, state: FeedState, result: Failed, *, now: datetime, rng: random.Random) -> FeedState:
    asked = _asked_to_wait(result, now)
    not_before = _later(now, asked, LONGEST_RETRY_AFTER) or state.rhythm.not_before
    return replace(
        state,
        polled_at=now,
        next_poll_at=now + _wait_after_failure(feed, state, asked, rng),
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        failure=result.failure,
        reason=result.reason,
        course=course.failed(state.course, result, now=now),
        rhythm=replace(state.rhythm, why=PollReason.FAILED, not_before=not_before),
    )


def when_asked(feed: Feed, state: FeedState, *, now: datetime) -> datetime:
    """When a feed may be polled that a person wants polled now.

    That is at once, but never before its publisher wants it, nor so soon after its last poll that a person who
    clicks again and again would be a burden.
    """
    waits = [now]
    if state.rhythm.not_before is not None:
        waits.append(state.rhythm.not_before)
    if state.polled_at is not None:
        waits.append(state.polled_at + min(APART, feed.interval))
    return max(waits)


def _later(now: datetime, least: timedelta, most: timedelta = LONGEST_MAX_AGE) -> datetime | None:
    """When a feed that asks for so much time may be polled again; None for now."""
    return now + min(least, most) if least > timedelta(0) else None


def _skipped(wishes: FeedWishes, now: datetime) -> timedelta:
    """How long it is until the end of the hours and days in which the feed is not to be asked."""
    moment = now.astimezone(UTC)
    while moment.hour in wishes.skip_hours or moment.weekday() in wishes.skip_days:
        moment = moment.replace(minute=0, second=0, microsecond=0) + _HOUR
        if moment - now >= LONGEST_MAX_AGE:
            break
    return moment - now


def planned(
    feed: Feed,
    before: FeedState,
    state: FeedState,
    shares: Shares,
    *,
    hurried: bool = False,
    pushing: bool = False,
    now: datetime,
    rng: random.Random,
) -> FeedState:
    """The state with the time of the next poll, once all that a poll showed is known. `before` is as the poll found it.

    A feed is polled when its rhythm says so, sooner while nearly all it shows is new (`FeedCourse.pace`) or while it is
    `hurried`, as it reports on what many report on, and never before the publisher wants it. One that is `pushing` is
    polled seldom, but as often as was promised. Waits vary by a tenth, and are never longer than what was promised. The
    first of a feed, and one after a long break, has a length of its own: so feeds that began together spread out.
    """
    wait, why = _wait(feed, state, shares, now)
    sooner = feed.interval * state.course.pace
    if state.course.pace < 1 and sooner < wait:
        wait, why = sooner, PollReason.GAP
    if pushing:
        wait, why = feed.interval if feed.promised else max(wait, feed.interval * PUSHED), PollReason.PUSHED
    elif hurried and in_a_hurry(feed) < wait:
        wait, why = in_a_hurry(feed), PollReason.STORY
    last = before.succeeded_at
    # Not twice in a row: where polls are late because there are too many, more of them would help nobody.
    if before.rhythm.why is not PollReason.SPREAD and (last is None or now - last > 2 * bounds(feed)[1]):
        wait, why = wait * (JITTER + (1 - JITTER) * phase(feed.id)), PollReason.SPREAD
    else:
        wait *= rng.uniform(1 - JITTER, 1)
    not_before = state.rhythm.not_before
    if not_before is not None and now < not_before and now + wait < not_before:
        # Spread out too, but never to before the time that was named.
        wait, why = (not_before - now) * rng.uniform(1, 1 + JITTER), PollReason.ASKED
    if held := _skipped(state.rhythm.wishes, now + wait):
        # Half of the hours that are to be left out may be past: an hour at most is granted here too.
        wait, why = max(wait, min(wait + held, LONGEST_MAX_AGE)), PollReason.ASKED
    known = state.rhythm if state.rhythm.why is why else replace(state.rhythm, why=why)
    return replace(state, next_poll_at=now + wait, rhythm=known)


def _wait(feed: Feed, state: FeedState, shares: Shares, now: datetime) -> tuple[timedelta, PollReason]:
    """How long a feed waits by its rhythm, or its interval where none is known."""
    share = shares.of(feed)
    known = state.baselined_at is not None and now - state.baselined_at >= WATCHED
    rate = rate_of(state.rhythm, now=now) if share is not None and known else None
    if share is None or rate is None:
        return feed.interval, PollReason.INTERVAL
    shortest, longest = bounds(feed)
    wait = rate.hours_until_due(share, longest / _HOUR)
    return max(timedelta(hours=wait), shortest), PollReason.RHYTHM


def phase(feed_id: str) -> float:
    """A number from 0 to 1 of each feed's own, the same in every process."""
    return int.from_bytes(hashlib.sha256(feed_id.encode()).digest()[:4]) / 2**32


def in_a_hurry(feed: Feed) -> timedelta:
    """How long a feed waits while it reports on what many report on."""
    return max(bounds(feed)[0], feed.interval / HURRIED)


def as_asked(state: FeedState, *, now: datetime) -> FeedState:
    """The state that a feed is asked with: without validators when a whole document is due."""
    if state.whole_at is not None and timedelta(0) <= now - state.whole_at < WHOLE_EVERY:
        return state
    return state.without_validators()


def _asked_to_wait(failed: Failed, now: datetime) -> timedelta:
    """How long a server that failed asks to be left alone, up to a week."""
    until = failed.retry_at - now if failed.retry_at else timedelta(0)
    return min(failed.retry_after or until, LONGEST_RETRY_AFTER)


def _wait_after_failure(feed: Feed, state: FeedState, asked: timedelta, rng: random.Random) -> timedelta:
    doubled = feed.interval * (1 << min(state.failures, 20))
    wait = _jittered(min(doubled, max(LONGEST_BACK_OFF, feed.interval)), rng)
    # Spread out too, but never to before the time that the server named.
    return max(wait, asked * rng.uniform(1, 1 + JITTER))


def _jittered(wait: timedelta, rng: random.Random) -> timedelta:
    return wait * rng.uniform(1 - JITTER, 1 + JITTER)
