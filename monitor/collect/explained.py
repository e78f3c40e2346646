"""Why a feed is polled next when it is, in words for people: pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.collect.rhythm import rate_of
from monitor.model import FeedState, PollReason, in_words

_MUCH_MORE, _MORE, _LESS = 2, 1.3, 0.7

_WORDS = {
    PollReason.INTERVAL: "every {wait}: that is its interval",
    PollReason.RHYTHM: "every {wait} now: {rhythm}",
    PollReason.ASKED: "{wait} after the last poll: the publisher asks for no sooner one",
    PollReason.GAP: "every {wait} now: nearly all it showed was new",
    PollReason.STORY: "every {wait} now: it reports on a story that many report on",
    PollReason.SPREAD: "{wait} after the last poll: this once, so that not all feeds are polled at the same time",
    PollReason.PUSHED: "every {wait}: it pushes what is new by itself, and polls only make sure of it",
    PollReason.FAILED: "{wait} after the last poll: it failed",
}


def why_then(state: FeedState, *, now: datetime) -> str:
    """A clause such as "every 4 min now: it usually publishes at this hour"; empty where nothing is known."""
    why = state.rhythm.why
    if why is None or state.next_poll_at is None or state.polled_at is None:
        return ""
    wait = max(timedelta(0), state.next_poll_at - state.polled_at)
    return _WORDS[why].format(wait=in_words(wait), rhythm=_rhythm(state, now))


def _rhythm(state: FeedState, now: datetime) -> str:
    rate = rate_of(state.rhythm, now=now)
    if rate is None:
        return "by how often it publishes"
    usual = rate.usual(now)
    if rate.boost > _MUCH_MORE:
        return "more comes from it than usual at this hour"
    if usual > _MORE * rate.level:
        return "it usually publishes at this hour"
    if usual < _LESS * rate.level:
        return "it seldom publishes at this hour"
    if rate.boost < _LESS:
        return "less comes from it than usual at this hour"
    return "by how often it publishes"
