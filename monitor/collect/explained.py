"""Why a feed is polled next when it is, what is odd about it, and whether it pushes, in words for people: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from monitor.collect.course import is_frozen
from monitor.collect.fetching.unreachable import shown
from monitor.collect.rhythm import rate_of
from monitor.model import FeedState, PollReason, PushState, Subscription, in_words
from monitor.wording.counts import counted
from monitor.wording.safe import safe

_MINUTE = timedelta(minutes=1)
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


_IN_SHORT = {
    PollReason.RHYTHM: "by its rhythm",
    PollReason.ASKED: "as it asks",
    PollReason.GAP: "all was new",
    PollReason.STORY: "busy story",
    PollReason.PUSHED: "it pushes",
}


def in_short(state: FeedState) -> str:
    """Why a feed is polled next when it is, in two or three words; empty where that is its interval or a failure."""
    return _IN_SHORT.get(state.rhythm.why, "") if state.rhythm.why and state.next_poll_at else ""


def why_then(state: FeedState, *, now: datetime) -> str:
    """A clause such as "every 4 min now: it usually publishes at this hour"; empty where nothing is known."""
    why = state.rhythm.why
    if why is None or state.next_poll_at is None or state.polled_at is None:
        return ""
    wait = max(timedelta(0), state.next_poll_at - state.polled_at)
    # A poll takes a moment: of an interval of 8 h a second is gone before it is over.
    wait = round(wait / _MINUTE) * _MINUTE if wait >= 10 * _MINUTE else wait
    return _WORDS[why].format(wait=in_words(wait), rhythm=_rhythm(state, now))


def odd_in_words(state: FeedState, *, now: datetime) -> Iterator[str]:
    """What is odd about a feed, though it can be read: clauses such as "has had no entry for 3 d"."""
    course = state.course
    if is_frozen(state, now):
        yield "answers, and has shown nothing new for much longer than it ever pauses"
    if course.empty_since and not state.failures:
        yield f"has had no entry for {in_words(now - course.empty_since)}"
    if state.url and not state.failures:
        yield f"its address redirects for good, to {safe(shown(state.url))}"
    if course.missed_after and course.missed_until:
        between = f"{course.missed_after:%Y-%m-%d %H:%M} and {course.missed_until:%Y-%m-%d %H:%M} UTC"
        yield f"about {course.missed} entries may have come and gone between {between}"
    if course.pace < 1:
        yield "nearly all it showed was new: polled more often"
    if state.left_out:
        yield f"has more entries than are read: the {state.left_out} oldest are left out"
    if state.doubt:
        yield safe(state.doubt)


def pushing_in_words(agreed: Sequence[Subscription], *, now: datetime) -> str:
    """A clause on how many feeds push, of those that name a hub."""
    return f"feeds that push what is new: {sum(one.is_pushing(now) for one in agreed)} of {len(agreed)} with a hub"


def pushes_in_words(one: Subscription | None, *, now: datetime) -> str:
    """A sentence on whether a feed pushes what is new by itself; empty for one that names no hub."""
    if one is None:
        return ""
    match one.state:
        case PushState.ACTIVE if one.is_pushing(now) and one.pushed_at is not None:
            said = f"It pushes what is new by itself: {counted(one.pushes, 'push', 'pushes')}, "
            said += f"the last {in_words(now - one.pushed_at)} ago."
        case PushState.ACTIVE if one.missed_at is not None and one.pushed_at is not None:
            said = "Its hub agreed to push, but a poll found what no push had brought: it is polled as others are."
        case PushState.ACTIVE:
            said = "Its hub agreed to push what is new, and has pushed nothing yet."
        case PushState.REFUSED:
            said = f"Its hub refuses to push: {one.reason}."
        case PushState.LEAVING:
            said = "Its hub is asked to push no more."
        case _:
            said = "Its hub was asked to push, and has not agreed" + (f": {one.reason}." if one.reason else " yet.")
    return said + (f" {counted(one.forged, 'push', 'pushes')} with a wrong signature dropped." if one.forged else "")


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
