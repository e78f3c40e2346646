"""Why the desk did not get an article that no feed has shown, and what its site's feeds did instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import FeedState, FoundItem, in_words
from monitor.wording.answer import Answer, AnswerStep, called, nearest
from monitor.wording.counts import counted
from monitor.wording.messages import clock
from monitor.wording.safe import safe

_FEEDS = 8
_NEW_FOR = timedelta(days=7)
"""So long it is said of a feed since when it is polled."""


def unseen_link(feeds: Sequence[FeedState], names: Mapping[str, str], now: datetime) -> Answer:
    """Why there is no article at an address; `feeds` are those of its site, `names` what feeds are called."""
    if not feeds:
        words = "No feed that Wirewatch polls is of this site. Somebody who looks after the feeds can add one."
        return Answer(
            said="No: Wirewatch has not seen this article, because it polls no feed of this site.",
            steps=(AnswerStep(name="Feeds", words=words, stopped=True),),
        )
    steps = [_of_site(state, names.get(state.feed_id, state.feed_id), now) for state in feeds[:_FEEDS]]
    if len(feeds) > _FEEDS:
        steps.append(AnswerStep(name="Feeds", words=f"{counted(len(feeds) - _FEEDS, 'more feed')} of this site."))
    if all(state.failures for state in feeds):
        why = "the feed of its site cannot" if len(feeds) == 1 else "none of the feeds of its site can"
        return Answer(said=f"No: Wirewatch has not seen this article; {why} be read now.", steps=tuple(steps))
    which = "The feed" if len(feeds) == 1 else f"The {counted(len(feeds), 'feed')}"
    said = f"No: Wirewatch has not seen this article. {which} of its site did not show it at this address."
    return Answer(said=said, steps=tuple(steps))


def unseen_headline(alike: Sequence[FoundItem], matching: Sequence[str], lacking: Sequence[tuple[str, str]]) -> Answer:
    """Why there is no article with a headline; `alike` are stored articles with words like its own.

    `matching` are the titles of rules that match the headline alone, `lacking` the nearest rules that do not, each with
    what is missing.
    """
    if alike:
        return Answer(said="No stored article has exactly this headline. Is it one of these?", steps=())
    said = "No: Wirewatch has not seen an article with this headline. No feed that it polls has shown it."
    ask = "Ask with the link of the article, which says more about its feed."
    steps = [AnswerStep(name="Not found", words=ask, stopped=True)]
    if matching:
        rules = ", ".join(map(called, matching))
        steps.append(AnswerStep(name="Rules", words=f"The headline alone would match: {rules}."))
    else:
        steps.append(AnswerStep(name="Rules", words="The headline alone would match no rule.", stopped=True))
        steps += nearest(lacking)
    return Answer(said=said, steps=tuple(steps))


def _of_site(state: FeedState, title: str, now: datetime) -> AnswerStep:
    """How a feed of the site does, and whether it may have shown the article unseen."""
    if state.polled_at is None:
        return AnswerStep(name=called(title), words="It has not been polled yet.", stopped=True)
    if state.failures:
        since = f" since {clock(state.failing_since, now)}" if state.failing_since else ""
        why = f": {safe(state.reason)}" if state.reason else ""
        return AnswerStep(name=called(title), words=f"It cannot be read{since}{why}.", stopped=True)
    read = f"{in_words(now - state.succeeded_at)} ago" if state.succeeded_at else "never"
    next_at = state.next_poll_at
    again = f" and is read again in {in_words(next_at - now)}" if next_at and next_at > now else ""
    words = [f"It was read {read}{again}; it listed {counted(state.course.shown, 'article')}."]
    if state.baselined_at and now - state.baselined_at < _NEW_FOR:
        words.append(
            f"Wirewatch has polled it since {clock(state.baselined_at, now)}, and may not know older articles."
        )
    course = state.course
    if course.missed and course.missed_after and course.missed_until:
        between = f"between {clock(course.missed_after, now)} and {clock(course.missed_until, now)}"
        words.append(f"About {counted(course.missed, 'article')} may have come and gone unseen {between}.")
    if state.left_out:
        words.append(f"It has more entries than are read: the {state.left_out} oldest are left out.")
    return AnswerStep(name=called(title), words=" ".join(words))
