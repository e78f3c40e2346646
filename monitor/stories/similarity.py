"""How much a report and a story have in common, by the weights of their words, places and acts.

Words of a script that only one of the two is written in cannot be shared; they count little, so that reports of one
event meet in two scripts by its places, acts and numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from monitor.model import Profile, script_of_key

Weights = Mapping[str, float]

_UNSHARED = 0.2
_WRITTEN = 0.05


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


def coverage(headline: Weights, profile: Profile, *, core: float) -> float:
    """The share of a headline's weight that a story also has, 0 to 1.

    A word counts in full when the story's reports give it `core` of their weight on average, and in proportion below.
    """
    story = scripts(profile.squares)
    total = sum(weight * _share(script_of_key(key), story) for key, weight in headline.items())
    if not total or not profile.reports:
        return 0.0
    words, full = profile.words, core * profile.reports
    return sum(weight * min(1.0, words[key] / full) for key, weight in headline.items() if key in words) / total


def shared(asked: Weights, profile: Profile) -> list[str]:
    """The keys that both have, those first that count most for both."""
    words = profile.words
    return sorted((key for key in asked if key in words), key=lambda key: (-asked[key] * words[key], key))


def scripts(squares: Mapping[str, float]) -> frozenset[str]:
    """The scripts that a notable part of the words is written in, and "" for what has none."""
    written = sum(square for script, square in squares.items() if script)
    return frozenset({"", *(script for script, square in squares.items() if square > written * _WRITTEN)})


def _share(script: str, others: Mapping[str, float] | frozenset[str]) -> float:
    return 1.0 if not script or script in others else _UNSHARED
