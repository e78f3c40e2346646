"""Which event a report belongs to: the story it joins, or the one it starts, and why."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.model import Item, Link, Member, Profile, Story
from monitor.stories.reading import Reading, read
from monitor.stories.reasons import reason_of
from monitor.stories.repeats import repeated
from monitor.stories.similarity import cosine, coverage, shared

WINDOW = timedelta(days=7)
"""Stories that were quiet for longer take no further reports."""

# Fitted on windows of real news and shown on others: see docs/stories.md.
_JOIN = 0.25
_ALIKE_SHARE = 0.7
_CORE = 0.1
_MIN_SHARED = 2
# Most of what is said of an event is said within a day, some within a week.
_QUICK, _SLOW, _QUICK_SHARE = timedelta(hours=18), timedelta(hours=90), 0.36
_OTHER_TOWN, _NO_TOWN_IN_COMMON = 0.8, 0.6
_SAME_TOWN = 1 / 3


def member_of(item: Item, item_id: str) -> Member:
    """What a story remembers of an item."""
    reading = read(item.title, item.summary)
    return Member(
        item_id=item_id,
        family=item.family,
        title=item.title,
        summary=item.summary[:400],
        keys=reading.keys,
        seen_at=item.seen_at,
        profile=reading.profile,
    )


def story_keys(title: str, summary: str) -> frozenset[str]:
    """What stories are looked up by for a report: its heaviest words, places and acts."""
    return read(title, summary).keys


def link(member: Member, stories: Iterable[Story], *, now: datetime) -> Link:
    """The story `member` joins: the most alike of those still open, or a new one named after the item.

    A near-copy of one of its reports joins a story at once. Any other report joins when enough of it is what the
    story's reports have in common, the more the longer the story has been quiet, and the more when its headline names
    another town than theirs.
    """
    best = Link(_story_id(member), new=True, reason="no open story is alike")
    reading = read(member.title, member.summary)
    for story in stories:
        if now - story.updated_at > WINDOW:
            continue
        if copied := repeated(member, reversed(story.members)):
            reason = f"repeats a report of {copied.family}"
            return Link(story.story_id, new=False, reason=reason, score=1.0, copy_of=copied.item_id)
        score = _alike(reading, story.profile) * _fade(now - story.updated_at) * _town(reading, story.profile)
        if score >= _JOIN and score > best.score:
            common = shared(reading.asked, story.profile)
            if len(common) >= _MIN_SHARED:
                best = Link(story.story_id, new=False, reason=reason_of(common), score=round(score, 3))
    return best


def _alike(reading: Reading, profile: Profile) -> float:
    """How much of a report is what a story's reports have in common, 0 to 1."""
    alike = cosine(reading.asked, reading.squares, profile)
    if not alike:
        return 0.0
    return _ALIKE_SHARE * alike + (1 - _ALIKE_SHARE) * coverage(reading.headline, profile, core=_CORE)


def _fade(quiet: timedelta) -> float:
    """What is left of a likeness after so long, 1 at once."""
    quiet = max(timedelta(0), quiet)
    return _QUICK_SHARE * math.exp(-(quiet / _QUICK)) + (1 - _QUICK_SHARE) * math.exp(-(quiet / _SLOW))


def _town(reading: Reading, profile: Profile) -> float:
    """What is left of a likeness when the headline names towns that few or none of the story's headlines name."""
    if not reading.towns or not profile.placed:
        return 1.0
    naming = max(profile.towns.get(place, 0) for place in reading.towns)
    if not naming:
        return _NO_TOWN_IN_COMMON
    return 1.0 if naming >= profile.placed * _SAME_TOWN else _OTHER_TOWN


def _story_id(member: Member) -> str:
    return "s" + hashlib.sha256(member.item_id.encode()).hexdigest()[:12]
