"""*Poll now*: a person wants a feed polled at once; the service does it, as it does every poll.

The database knows which feeds are due, so this only makes one due: whichever process polls, it keeps its pace, and one
poll at a time. A publisher that asks to be left alone is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.collect.schedule import APART, when_asked
from monitor.console.filters import query
from monitor.console.page import Console, session_of
from monitor.model import FeedState, in_words
from monitor.wording.messages import clock

log = structlog.get_logger()

PATIENCE = timedelta(minutes=1)
"""How long a page waits for a poll that is due."""
_SOON = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class WantedPoll:
    """When a feed is polled that somebody wants polled now, and that in words."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PollStanding:
    """How a poll that somebody asked for stands: words, their kind ("good", "bad", "warn"), whether to look again."""

    kind: str
    words: str
    again: bool = False


async def ask(console: Console, feed_id: str, by: str) -> WantedPoll | None:
    """Have a feed polled as soon as may be; None when it is not polled at all.

    Raises:
        StoreError: it could not be written.
    """
    feed = console.live.feeds_by_id.get(feed_id)
    if feed is None:
        return None
    state, now = await console.store.feed_state(feed_id), console.clock()
    at = when_asked(feed, state, now=now)
    if state.next_poll_at is not None and state.next_poll_at > at:
        await console.store.poll_by(feed_id, at)
    else:
        at = state.next_poll_at or at  # it is due before
    log.info(
        "somebody wants a feed polled now",
        action="feed_poll_asked",
        feed=feed_id,
        by=by,
        at=at.isoformat(timespec="seconds"),
    )
    return WantedPoll(at, _when(at, state, now))


async def pressed(console: Console, request: Request) -> Response:
    """The button on a feed's page, which the page then shows the result of."""
    feed_id = request.path_params["feed"]
    if await ask(console, feed_id, f"{session_of(request).name} (console)") is None:
        raise HTTPException(404)
    return RedirectResponse(f"/feeds/{feed_id}{query(asked=int(console.clock().timestamp() * 1000))}", 303)


def standing(state: FeedState, asked: str, now: datetime) -> PollStanding | None:
    """How the poll stands that was asked for at a time, in milliseconds; None when none was, or long ago."""
    try:
        since = datetime.fromtimestamp(int(asked) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if not timedelta(0) <= now - since < 10 * PATIENCE:
        return None
    if state.polled_at is not None and state.polled_at >= since:
        ago = in_words(now - state.polled_at)
        if state.failures:
            return PollStanding("bad", f"It was polled {ago} ago, and the poll failed.")
        new = state.course.new_at is not None and state.course.new_at >= since
        brought = "something new: see below" if new else "nothing new"
        return PollStanding("good", f"It was polled {ago} ago, and brought {brought}.")
    if state.next_poll_at is not None and state.next_poll_at > now + _SOON:
        # While it is being polled, this is when its poll is given up.
        return PollStanding("warn", _when(state.next_poll_at, state, now), again=state.next_poll_at <= now + PATIENCE)
    if now - since < PATIENCE:
        return PollStanding("warn", "It is polled within seconds. This page shows the result by itself.", again=True)
    return PollStanding("bad", "It has not been polled yet. See on the page Now whether the service works.")


def _when(at: datetime, state: FeedState, now: datetime) -> str:
    if at <= now + _SOON:
        return "It is polled within seconds."
    not_before = state.rhythm.not_before
    if not_before is not None and at >= not_before > now + _SOON:
        return f"Its publisher asks for no poll before {clock(not_before, now)}: it is polled then."
    if state.polled_at is not None and at <= state.polled_at + APART:
        return f"It was polled just now; it is polled again in {in_words(at - now)}."
    return "It is being polled just now."
