"""Whom something is supplied to, as headlines say: who sells to two countries decides twice (docs/decisions/0018)."""

from __future__ import annotations

from functools import lru_cache

from monitor.link.acts import acts_in
from monitor.link.places.mentions import mentions
from monitor.link.storyattack import some_of
from monitor.model import PlaceKind, Story

_SUPPLY, _DECISION = "supply", "decision"


def another_supply(title: str, story: Story) -> str:
    """Why a headline is of another decision to supply something than a story's: words for people; "" when it is not.

    It names a country that is supplied, and headlines of the story name others alone.
    """
    ours = supplied_to(title)
    theirs = frozenset[str]().union(*(supplied_to(one.title) for one in some_of(story.members))) if ours else ours
    return "it tells that another country is supplied" if ours and theirs and ours.isdisjoint(theirs) else ""


@lru_cache(maxsize=4096)
def supplied_to(title: str) -> frozenset[str]:
    """The codes of the countries that a headline names behind a word for supplying, or else for deciding.

    Before it stands who supplies, or who speaks of it. Takes time linear in the headline.
    """
    acts = acts_in(title)
    starts = [at for of in (_SUPPLY, _DECISION) for at, found in reversed(acts) if of in found][:1]
    if not starts:
        return frozenset()
    named = [one for one in mentions(title) if one.start > starts[0] and not (one.adjective or one.metonym)]
    return frozenset(one.place.country for one in named if one.place.kind is not PlaceKind.SEA and one.place.country)
