"""Which event a report belongs to: the story it joins, or the one it starts, and why (docs/decisions/0011, 0018)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.link.joinreason import reason_of
from monitor.link.recurrence import EARLIER, another_attack
from monitor.link.repeats import repeats
from monitor.link.similarity import cosine, coverage, haste, in_other_countries, likeness, on_other_targets, shared
from monitor.link.supplies import another_supply
from monitor.model import ClaimKind, Item, Link, Member, Profile, Report, Story
from monitor.model.ids import story_id_of

WINDOW = timedelta(days=7)
"""Stories that were quiet for longer take no further reports."""

REMEMBERED = 400
"""Characters of a summary that a story remembers, to know copies by."""

PLAINLY = 0.5
"""From this likeness on a report is plainly of a story's event, whatever its address is."""

# Fitted on windows of real news and shown on others: see docs/explanation/stories.md.
_JOIN = 0.25
_ALIKE_SHARE = 0.73
_MIN_SHARED = 2
# What a report and a story must have in common beside the words that made rules match (docs/decisions/0018).
_BESIDE_THE_TOPIC, _OTHER_COUNTRIES, _OTHER_TARGETS = 0.15, 0.4, 0.5
# Below this likeness a story is neither joined nor a rival of the one that is.
_NO_RIVAL = 0.08
# So few killed or hurt are so in many places on one day; a word of this weight is more than one of attacks.
_A_SMALL_COUNT, _TELLING_WORD = 30, 1.0
_OF_A_REACTION = 0.9
_MARGIN, _DRAW, _MANY_OUTLETS, _LATELY = 1.7, 0.45, 12, timedelta(days=1)
# Most of what is said of an event is said within a day, some within a week.
_QUICK, _SLOW, _QUICK_SHARE = timedelta(hours=18), timedelta(hours=90), 0.36


def member_of(report: Report, item: Item, item_id: str) -> Member:
    """What a story remembers of an item."""
    return Member(
        item_id=item_id,
        family=item.family,
        title=item.title,
        summary=item.summary[:REMEMBERED],
        keys=report.keys,
        seen_at=item.seen_at,
        profile=report.profile,
        credit=report.credit,
    )


def join(report: Report, member: Member, stories: Iterable[Story], *, now: datetime) -> Link:
    """The story that a report joins: the most alike of those still open, or a new one named after the item.

    A near-copy of one of its reports joins a story at once, and a round-up of several events joins none otherwise. Nor
    does a report join a story with which it has little in common beside the words that made rules match, or whose
    headline it has over the text of another event. Any other joins when enough of it is what the story's reports have
    in common, the more the longer the story has been quiet, the more when it names other towns or countries than
    theirs, and the less when the story is what many outlets write about and no other is nearly as much alike.
    """
    alike: list[tuple[float, Story]] = []
    for story in stories:
        if now - story.updated_at > WINDOW:
            continue
        repeated = repeats(member, reversed(story.members))
        if copied := repeated.copy_of:
            reason = f"repeats a report of {copied.family}"
            return Link(story.story_id, new=False, reason=reason, score=1.0, copy_of=copied.item_id)
        if report.apart or report.events or repeated.other_event:
            continue
        score = _score(report, story, now)
        only = _shares_only_the_topic(report, story, now) or _shares_only_a_count(report.asked, story.profile)
        if score >= _NO_RIVAL and not only:
            alike.append((score, story))
    alike.sort(key=lambda scored: -scored[0])
    joined, another = _first_that_fits(report, member, alike, now)
    if joined is not None:
        return joined
    reason = "it begins a story: no open one is like it"
    if report.apart:
        reason = "a round-up of several events is a story of its own"
    elif report.events:
        reason = "it tells of attacks on several places, not all of which are in an open story"
    elif another:
        reason = f"another event than that of the story which is most alike: {another}"
    return Link(story_id_of(member.item_id), new=True, reason=reason)


def _first_that_fits(
    report: Report, member: Member, alike: Sequence[tuple[float, Story]], now: datetime
) -> tuple[Link | None, str]:
    """The story that is most alike, if it is enough so, and what speaks against those passed over ("" for nothing)."""
    another, otherwise = "", None
    for place, (score, story) in enumerate(alike):
        second = alike[place + 1][0] if place + 1 < len(alike) else 0.0
        common = shared(report.asked, story.profile)
        bar = _bar(story, now, alone=score >= second * _MARGIN) * (_OF_A_REACTION if _reacts(report) else 1.0)
        if score < bar or len(common) < _MIN_SHARED:
            break
        reason = reason_of(common, f"{member.title}\n{member.summary}")
        joined = Link(story.story_id, new=False, reason=reason, score=round(score, 3))
        if not (why := another_attack(report, member, story) or another_supply(member.title, story)):
            return joined, another
        another = another or why
        if why == EARLIER:
            # What comes back to an earlier attack starts no story of it.
            otherwise = otherwise or joined
    return otherwise, another


def _bar(story: Story, now: datetime, *, alone: bool) -> float:
    """How alike a report must be to join a story: less when it is `alone` in being alike and many tell it now.

    What the whole press writes about draws comment that says little of the event itself: "A weak response".
    """
    return _JOIN * _draw(story, now) if alone else _JOIN


def _draw(story: Story, now: datetime) -> float:
    """What is left of a bar for a story that many outlets told within a day, 1 for one that a single outlet told."""
    outlets = len({member.family for member in story.members if now - member.seen_at <= _LATELY})
    return 1 - _DRAW * min(1.0, math.log(max(1, outlets)) / math.log(_MANY_OUTLETS))


def _reacts(report: Report) -> bool:
    """Whether an official reacts in a report, to what readers know: "Israel regrets deaths in Gaza church"."""
    return any(said.kind is ClaimKind.REACTION for said in report.statements)


def _alike(report: Report, profile: Profile) -> float:
    """How much of a report is what a story's reports have in common, 0 to 1."""
    alike = cosine(report.asked, report.squares, profile)
    if not alike:
        return 0.0
    return _ALIKE_SHARE * alike + (1 - _ALIKE_SHARE) * coverage(report.headline, profile)


def _shares_only_the_topic(report: Report, story: Story, now: datetime) -> bool:
    """Whether a report and a story have little in common but what made rules match the report.

    Ten reports of a weapon are ten events unless they share a place, a toll, a name or words of their own. What speaks
    against counts: other countries and other towns than the story's. What comments on a story that many outlets tell,
    and tells no attack itself, needs less in common.
    """
    if report.beside is None:
        return False
    alike = coverage(report.beside, story.profile)
    comments = report.attack is None or not report.attack.fresh
    return alike * _against(report, story.profile) < _BESIDE_THE_TOPIC * (_draw(story, now) if comments else 1.0)


def _shares_only_a_count(asked: Mapping[str, float], story: Profile) -> bool:
    """Whether a report has nothing in common with a story of some place but a small toll, and that people were killed.

    "12 killed" is said of two towns on one day. So a place or a telling word must be the same too.
    """
    common = shared(asked, story)
    counts = [int(key.rpartition(":")[2]) for key in common if key[0] == "#" and ":" in key and "@" not in key]
    if not counts or max(counts) >= _A_SMALL_COUNT or not any(key[0] == "@" for key in story.words):
        return False
    words = [key for key in common if key[0] not in "#@" and not key[0].isdecimal()]
    return not (any("@" in key for key in common) or any(asked[key] >= _TELLING_WORD for key in words))


def _against(report: Report, story: Profile) -> float:
    """What is left of a likeness for what speaks against it: other towns, countries or targets than the story's."""
    elsewhere = _OTHER_COUNTRIES if in_other_countries(report.asked, story) else 1.0
    another = _OTHER_TARGETS if on_other_targets(report.headline, story) else 1.0
    return elsewhere * another * likeness(report.towns, report.asked, story)


def _score(report: Report, story: Story, now: datetime) -> float:
    alike = _alike(report, story.profile)
    if not alike:
        return 0.0
    score = alike * math.pow(_fade(now - story.updated_at), haste(report.towns, story.profile))
    return score if score < _NO_RIVAL else score * _against(report, story.profile)


def _fade(quiet: timedelta) -> float:
    """What is left of a likeness after so long, 1 at once."""
    quiet = max(timedelta(0), quiet)
    return _QUICK_SHARE * math.exp(-(quiet / _QUICK)) + (1 - _QUICK_SHARE) * math.exp(-(quiet / _SLOW))
