"""When a feed is polled next: pure, from what the poll came to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.collect.fetch import body_hash
from monitor.model import Failed, Feed, FeedState, Fetched, NotModified

JITTER = 0.1
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_MAX_AGE = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(days=1)


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

    A feed is polled every `interval`, later when it asks for that (max-age or its own `ttl`, an hour at most). One
    that fails waits twice as long each time, up to an hour or its interval, or as long as its Retry-After says; it is
    never given up. All times vary by a tenth, so that feeds spread out.
    """
    if isinstance(result, Failed):
        return replace(
            state,
            polled_at=now,
            next_poll_at=now + _jittered(_wait_after_failure(feed, state, result), rng),
            failures=state.failures + 1,
            failing_since=state.failing_since or now,
            failure=result.failure,
            reason=result.reason,
        )
    asked = min(max(result.max_age or timedelta(0), ttl or timedelta(0)), LONGEST_MAX_AGE)
    return replace(
        state,
        url=result.permanent_url or state.url,
        etag=result.etag,
        last_modified=result.last_modified,
        body_hash=body_hash(result.body) if isinstance(result, Fetched) else state.body_hash,
        polled_at=now,
        succeeded_at=now,
        next_poll_at=now + _jittered(max(feed.interval, asked), rng),
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        failure_told=False,
    )


def _wait_after_failure(feed: Feed, state: FeedState, failed: Failed) -> timedelta:
    doubled = feed.interval * (1 << min(state.failures, 20))
    wait = min(doubled, max(LONGEST_BACK_OFF, feed.interval))
    return max(wait, min(failed.retry_after or timedelta(0), LONGEST_RETRY_AFTER))


def _jittered(wait: timedelta, rng: random.Random) -> timedelta:
    return wait * rng.uniform(1 - JITTER, 1 + JITTER)
