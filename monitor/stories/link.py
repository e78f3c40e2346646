"""Which event a report belongs to: the story it joins, or the one it starts, and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from monitor.model import Item, Link, Member, Story
from monitor.stories.similarity import Weights, centroid, cosine, coverage, facts, numbers, shared, story_keys, weights

WINDOW = timedelta(days=7)
"""Stories that were quiet for longer take no further reports."""

_JOIN = 0.36
_FADE = timedelta(hours=36)
# A word that the average report of the story gives this share of its weight is fully part of the story.
_CORE = 0.15
_MIN_SHARED = 2
_COPY_LIKENESS = 90.0
_COPY_WORDS = 5
_COPY_WINDOW = timedelta(hours=48)
_LONG = 20
_CREDIT = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$|^[^-–—]{2,60}\s+[-–—]\s+(?=.{80})")


def member_of(item: Item, item_id: str) -> Member:
    """What a story remembers of an item."""
    return Member(
        item_id=item_id,
        family=item.family,
        title=item.title,
        summary=item.summary[:400],
        keys=story_keys(item.title, item.summary),
        seen_at=item.seen_at,
    )


def link(member: Member, stories: Iterable[Story], *, now: datetime) -> Link:
    """The story `member` joins: the most alike of those still open, or a new one named after the item.

    A near-copy of one of its reports joins a story at once; any other report joins when it shares rare words or
    numbers with the story as a whole, the more of them the longer the story has been quiet.
    """
    best = Link(_story_id(member), new=True, reason="no open story is alike")
    report = weights(member.title, member.summary)
    for story in stories:
        if now - story.updated_at > WINDOW:
            continue
        if copied := _copied(member, story):
            reason = f"repeats a report of {copied.family}"
            return Link(story.story_id, new=False, reason=reason, score=1.0, copy_of=copied.item_id)
        score, words = _alike(member, report, story, now)
        if score >= _JOIN and score > best.score and len(words) >= _MIN_SHARED:
            reason = f"same rare words and numbers: {', '.join(words[:5])}"
            best = Link(story.story_id, new=False, reason=reason, score=round(score, 3))
    return best


def _alike(member: Member, report: Weights, story: Story, now: datetime) -> tuple[float, list[str]]:
    """How alike a report and a story are, 0 to 1, and the words that say so."""
    whole = centroid(weights(other.title, other.summary) for other in story.members)
    covered = coverage(weights(member.title), whole, core=_CORE)
    alike = 0.5 * cosine(report, whole) + 0.5 * covered
    fade = 1 / (1 + max(timedelta(0), now - story.updated_at) / _FADE)
    return alike * fade, shared(report, whole)


def _copied(member: Member, story: Story) -> Member | None:
    """The recent member whose headline or text this one repeats, lightly edited at most."""
    for other in reversed(story.members):
        recent = abs(member.seen_at - other.seen_at) <= _COPY_WINDOW
        if recent and (_repeats(member.title, other.title) or _repeats(member.summary, other.summary)):
            return other
    return None


def _repeats(one: str, other: str) -> bool:
    """Whether two texts say the same in nearly the same words: "9 killed in Kherson" does not repeat "8 killed …".

    Headlines must agree in every fact, longer texts in every number and all but a few of the other facts.
    """
    one, other = _CREDIT.sub("", one.casefold()), _CREDIT.sub("", other.casefold())
    length = min(len(one.split()), len(other.split()))
    if length < _COPY_WORDS or not fuzz.ratio(one, other, score_cutoff=_COPY_LIKENESS):
        return False
    left, right = facts(one), facts(other)
    differing = left ^ right
    return not numbers(differing) and len(differing) <= (0 if length < _LONG else len(left | right) * 0.2)


def _story_id(member: Member) -> str:
    return "s" + hashlib.sha256(member.item_id.encode()).hexdigest()[:12]
