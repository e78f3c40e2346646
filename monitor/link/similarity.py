"""How much a report and a story have in common, by the weights of their words, places and acts, and by their towns.

Words of a script that only one of the two is written in cannot be shared; they count little, so that reports of one
event meet in two scripts by its places, acts and numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping

from monitor.link.acts import TARGETS
from monitor.link.places.ids import is_settlement, is_town
from monitor.link.places.unlisted import script_of_unlisted
from monitor.link.rarity import place_rarity
from monitor.model import Profile, script_of_key

Weights = Mapping[str, float]

_UNSHARED = 0.2
_WRITTEN = 0.05
_CORE = 0.1
# Of headlines whose towns are others than the story's, and of what is said of a town that the news rarely names.
_OTHER_TOWN, _NO_TOWN_IN_COMMON, _ANOTHER_VILLAGE = 0.8, 0.6, 0.3
# Of the weight of a story's reports, on average: what has less is only spoken of in passing.
_NOTABLE = 0.03
_TARGETS = frozenset(f"#{act}" for act in TARGETS)
_COUNTRY = "@country:"
_PATIENCE, _OFTEN_NAMED, _HARDLY_NAMED = 0.6, 0.5, 1.0


def cosine(asked: Weights, squares: Mapping[str, float], profile: Profile) -> float:
    """The cosine of a report's weights, of which `squares` are the sums of squares by script, and a story's, 0 to 1."""
    words = profile.words
    dot = sum(weight * words[key] for key, weight in asked.items() if key in words)
    if not dot:
        return 0.0
    story = scripts(profile.squares)
    ours = sum(square * _share(script, story) ** 2 for script, square in squares.items())
    theirs = sum(square * _share(script, squares) ** 2 for script, square in profile.squares.items())
    return dot / math.sqrt(ours * theirs) if ours and theirs else 0.0


def coverage(said: Weights, profile: Profile) -> float:
    """The share of the weight of a headline, or of another part of a report, that a story also has, 0 to 1.

    A word counts in full when the story's reports give it a tenth of their weight on average, and in proportion below.
    """
    story = scripts(profile.squares)
    total = sum(weight * _share(script_of_key(key), story) for key, weight in said.items())
    if not total or not profile.reports:
        return 0.0
    words, full = profile.words, _CORE * profile.reports
    return sum(weight * min(1.0, words[key] / full) for key, weight in said.items() if key in words) / total


def shared(asked: Weights, profile: Profile) -> list[str]:
    """The keys that both have, those first that count most for both."""
    words = profile.words
    return sorted((key for key in asked if key in words), key=lambda key: (-asked[key] * words[key], key))


def scripts(squares: Mapping[str, float]) -> frozenset[str]:
    """The scripts that a notable part of the words is written in, and "" for what has none."""
    written = sum(square for script, square in squares.items() if script)
    return frozenset({"", *(script for script, square in squares.items() if square > written * _WRITTEN)})


def likeness(towns: Collection[str], asked: Weights, story: Profile) -> float:
    """What a likeness is multiplied by because of the towns that a headline names, 1 where they agree.

    It is .8 where few reports of the story name them, .6 where none does, and .3 where none does and both name towns
    that hardly ever are in the news: two villages are two events. Towns are compared where both name some, else the
    regions they lie in too.
    """
    ours = _comparable(towns, story)
    if not ours or not story.placed:
        return 1.0
    settled = filter(is_settlement, story.towns)
    named = any(place in story.towns for place in ours)
    if not named and all(map(script_of_unlisted, ours)) and any(f"@{town}" in asked for town in settled):
        return _OTHER_TOWN
    if not named:
        return _NO_TOWN_IN_COMMON if _often_named(ours) or _often_named(story.towns) else _ANOTHER_VILLAGE
    return 1.0 if any(map(story.is_of, ours)) else _OTHER_TOWN


def _often_named(towns: Collection[str]) -> bool:
    """Whether there is no town among these that the news hardly ever names."""
    return not any(is_settlement(town) and place_rarity(town) >= _HARDLY_NAMED for town in towns)


def haste(towns: Collection[str], story: Profile) -> float:
    """How fast a likeness fades, 1 as usual, down to .4 for the same towns, the more rarely the news names them.

    Kyiv is hit every week; what is said of a village two days on is about what happened there. Several towns together
    are named more rarely than each of them.
    """
    same = [town for town in towns if is_town(town) and story.is_of(town)]
    settled = [place_rarity(town) for town in same if is_settlement(town)]
    together = 1 - math.prod(1 - place_rarity(town) for town in same) if len(same) > 1 else 0.0
    rarest = max([*settled, together], default=0.0)
    return 1 - _PATIENCE * max(0.0, rarest - _OFTEN_NAMED) / (1 - _OFTEN_NAMED)


def in_other_countries(asked: Weights, story: Profile) -> bool:
    """Whether a report and a story both name countries, and none of the report's is notable in the story."""
    return are_elsewhere([key.removeprefix("@") for key in asked if _is_country(key)], story)


def are_elsewhere(countries: Collection[str], story: Profile) -> bool:
    """Whether a story names countries, and none of these (by their ids) is notable in it; False for none."""
    return _differ([f"@{one}" for one in countries], story, _is_country)


def on_other_targets(headline: Weights, story: Profile) -> bool:
    """Whether a headline and a story both say what was hit, a hospital or a bus, and none of it is the same."""
    return _differ([key for key in headline if key in _TARGETS], story, _TARGETS.__contains__)


def _differ(ours: Collection[str], story: Profile, is_one: Callable[[str], bool]) -> bool:
    """Whether a report's keys of a kind are none of those that a story's reports mostly have."""
    if not ours:
        return False
    least = _NOTABLE * story.reports
    if any(story.words.get(key, 0.0) >= least for key in ours):
        return False
    return any(weight >= least and is_one(key) for key, weight in story.words.items())


def _is_country(key: str) -> bool:
    return key.startswith(_COUNTRY)


def _share(script: str, others: Mapping[str, float] | frozenset[str]) -> float:
    return 1.0 if not script or script in others else _UNSHARED


def _comparable(towns: Collection[str], story: Profile) -> Collection[str]:
    ours = [town for town in towns if is_settlement(town)]
    theirs = [town for town in story.towns if is_settlement(town)]
    if not ours or not theirs:
        return towns
    if all(map(script_of_unlisted, ours)) and all(map(script_of_unlisted, theirs)):
        # A name that is on no map cannot be known again in another script.
        written = set(map(script_of_unlisted, theirs))
        return [town for town in ours if script_of_unlisted(town) in written]
    return ours
