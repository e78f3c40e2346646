"""Whether the towns in the headlines of a report and of a story tell one event from another."""

from __future__ import annotations

from collections.abc import Collection

from monitor.model import Profile
from monitor.stories.placeids import is_settlement
from monitor.stories.rarity import place_rarity
from monitor.stories.unlisted import script_of_unlisted

_OTHER_TOWN, _NO_TOWN_IN_COMMON = 0.8, 0.6
_SAME_TOWN = 1 / 3
_PATIENCE, _OFTEN_NAMED = 0.6, 0.5


def likeness(towns: Collection[str], story: Profile) -> float:
    """What is left of a likeness when a headline's towns are named by few (.8) or none (.6) of a story's, else 1.

    Towns are compared where both name some, else the regions they lie in too.
    """
    asked = _comparable(towns, story)
    if not asked or not story.placed:
        return 1.0
    naming = max(story.towns.get(place, 0) for place in asked)
    if not naming:
        return _NO_TOWN_IN_COMMON
    return 1.0 if naming >= story.placed * _SAME_TOWN else _OTHER_TOWN


def haste(towns: Collection[str], story: Profile) -> float:
    """How fast a likeness fades, 1 as usual, down to .4 for the same town, the more rarely the news names it.

    Kyiv is hit every week; what is said of a village two days on is about what happened there.
    """
    same = (town for town in towns if is_settlement(town) and story.towns.get(town, 0) >= story.placed * _SAME_TOWN)
    rarest = max(map(place_rarity, same), default=0.0)
    return 1 - _PATIENCE * max(0.0, rarest - _OFTEN_NAMED) / (1 - _OFTEN_NAMED)


def _comparable(towns: Collection[str], story: Profile) -> Collection[str]:
    ours = [town for town in towns if is_settlement(town)]
    theirs = [town for town in story.towns if is_settlement(town)]
    if not ours or not theirs:
        return towns
    if all(map(script_of_unlisted, ours)) and all(map(script_of_unlisted, theirs)):
        # A name that is on no map cannot be known again in another script.
        scripts = set(map(script_of_unlisted, theirs))
        return [town for town in ours if script_of_unlisted(town) in scripts]
    return ours
