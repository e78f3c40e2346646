"""When a feed is polled next: pure, from what the poll came to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Failed, Feed, FeedState, Fetched, NotModified

JITTER = 0.1
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_MAX_AGE = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(days=7)
"""A wait is never shorter than a server asks for, up to this: none may silence its feed for good."""

WHOLE_EVERY = timedelta(days=1)
"""A feed is asked for its whole document this often, whatever it says of changes: some answer 304 for ever."""


def after(
    feed: Feed,
    state: FeedState,
    result: Fetched | NotModified | Failed,
    *,
    now: datetime,
    rng: random.Random,
    ttl: timedelta | None = None,
) -> FeedState:
    """The state of a feed after a poll, with the time of the next one.

    A feed is polled every `interval`, sooner while nearly all it shows is new (`FeedCourse.pace`), later when it asks
    for that (max-age or its own `ttl`, an hour at most). One that fails waits twice as long each time, up to an hour or
    its interval, or as long as its Retry-After says; it is never given up. All times vary by a tenth, so that feeds
    spread out.

    `url` is where this poll's permanent redirects led: nothing of an earlier move is kept once the address answers.
    """
    if isinstance(result, Failed):
        return replace(
            state,
            polled_at=now,
            next_poll_at=now + _wait_after_failure(feed, state, result, rng),
            failures=state.failures + 1,
            failing_since=state.failing_since or now,
            failure=result.failure,
            reason=result.reason,
        )
    whole = isinstance(result, Fetched) or result.whole
    asked = min(max(result.max_age or timedelta(0), ttl or timedelta(0)), LONGEST_MAX_AGE)
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
        next_poll_at=now + _jittered(max(feed.interval * state.course.pace, asked), rng),
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        failure_told=False,
    )


def as_asked(state: FeedState, *, now: datetime) -> FeedState:
    """The state that a feed is asked with: without validators when a whole document is due."""
    if state.whole_at is not None and timedelta(0) <= now - state.whole_at < WHOLE_EVERY:
        return state
    return replace(state, etag=None, last_modified=None, validated_url=None)


def _wait_after_failure(feed: Feed, state: FeedState, failed: Failed, rng: random.Random) -> timedelta:
    doubled = feed.interval * (1 << min(state.failures, 20))
    wait = _jittered(min(doubled, max(LONGEST_BACK_OFF, feed.interval)), rng)
    asked = min(failed.retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    # Spread out too, but never to before the time that the server named.
    return max(wait, asked * rng.uniform(1, 1 + JITTER))


def _jittered(wait: timedelta, rng: random.Random) -> timedelta:
    return wait * rng.uniform(1 - JITTER, 1 + JITTER)
