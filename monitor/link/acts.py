"""What is said to be done or hit, as a few classes that mean the same in six languages."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from monitor.link.places.words import fold, is_arabic, is_cyrillic

_WRITTEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

TARGETS = frozenset(_WRITTEN["targets"])
"""The classes of what is hit that tell two attacks on one town apart."""

ATTACKS = frozenset({"strike", "blast"})
HARM = ATTACKS | {"kill"}
"""The classes of what is done to people and places."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORTEST_PREFIX = 2
_VERB_ENDS = ("л", "ла", "ло", "ли", "ав", "ив", "ув", "ет", "ют", "ує", "ють")
# What Russian and Ukrainian write before a word of attack as one with it: "авиаудар", "артобстрел", "минобстрел".
_OF_ARMS = re.compile(r"(?:авиа|авіа|арт|мин|мін)(?=\w{4})")
# What Arabic does: and, so, by, for, as; "for the" has lost the letter that the article begins with.
_ARABIC_PARTICLE = re.compile(r"(?:[وف]?(?:لل|[بلك])|[وف])(?=\w{3})")


def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    words: dict[str, set[str]] = defaultdict(set)
    prefixes: dict[str, set[str]] = defaultdict(set)
    for act, listed in (_WRITTEN["acts"] | _WRITTEN["targets"]).items():
        for word in map(str.strip, listed.split(",")):
            (prefixes if word.endswith("*") else words)[fold(word.rstrip("*"))].add(act)
    return (
        {word: frozenset(acts) for word, acts in words.items()},
        {prefix: frozenset(acts) for prefix, acts in prefixes.items()},
    )


_EXACT, _PREFIXES = _table()
_LONGEST_PREFIX = max(map(len, _PREFIXES))


@lru_cache(maxsize=16_384)
def acts_of(word: str) -> frozenset[str]:
    """The classes of a word: `strike`, `kill`, `deny`, `school` …; mostly none."""
    folded = fold(word)
    if found := _classes(folded):
        return found
    if of_arms := _OF_ARMS.match(folded):
        return _classes(folded[of_arms.end() :]) & {"strike"}
    particle = _ARABIC_PARTICLE.match(folded)
    return _classes(folded[particle.end() :]) if particle else found


def attacks(word: str) -> bool:
    """Whether a word may be a verb of attacking, whose object follows: in Russian "удар Киева" is one by Kyiv."""
    if "strike" not in acts_of(word) or is_arabic(word):
        return False
    return not is_cyrillic(word) or word.casefold().endswith(_VERB_ENDS)


def acts_in(text: str) -> list[tuple[int, frozenset[str]]]:
    """Where each word of a text begins that has a class, and its classes.

    A word behind a hyphen also has those of both together: "air-strike", "sous-munitions".
    """
    found = []
    first, last = 0, 0
    for word in _WORD.finditer(text):
        acts = acts_of(word[0])
        if last and text[last : word.start()] == "-":
            acts |= acts_of(text[first : word.end()])
        if acts:
            found.append((word.start(), acts))
        first, last = word.span()
    return found


def _classes(folded: str) -> frozenset[str]:
    """The classes of a folded word as it stands."""
    found = _EXACT.get(folded, frozenset())
    for length in range(_SHORTEST_PREFIX, min(len(folded), _LONGEST_PREFIX) + 1):
        found |= _PREFIXES.get(folded[:length], frozenset())
    return found
