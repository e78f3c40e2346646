"""How rare words and places are in the news: what is rare tells events apart, what is common does not.

Two lists say so: in how many of some ten thousand news items of 2015 to 2026 a stem or place was (`rarity.tsv`, made by
`rarity_build`, to be made anew from an archive of one's own), and for stems that these never had, how often the
language has the word at all (wordfreq). Only the first knows that "missile" says little in a stream of war news.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

import Stemmer

from monitor.link.places.words import fold
from monitor.model.languages import LANGUAGES_OF
from monitor.wordlists import shares

SCRIPTS = {script.upper(): languages for script, languages in LANGUAGES_OF.items()}
"""The languages of each script, as the Unicode names of letters call it."""

_LATIN = "LATIN"
_STEMMERS = {_LATIN: "english", "CYRILLIC": "russian", "ARABIC": "arabic"}
# Zipf frequency (log10 of occurrences per billion words) from which a word says nothing about an event, and the one
# given to words that the frequency lists do not hold.
_COMMON, _UNLISTED = 5.2, 2.4
_RAREST, _CURVE = 2.0, 1.1
_UNSEEN = 3
# What French writes as one with the next word: "d'armes" is no rarer than "armes", and the same word.
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w\w)")
PLACES, ACTS = "@", "#"
"""What stands for the script where places and acts are listed."""


@lru_cache(maxsize=16_384)
def weigh(word: str) -> tuple[str, float]:
    """The stem a folded word counts as, and its weight: 0 for words that say nothing, 2.8 for the rarest.

    A French word counts without what is elided before it.
    """
    script = script_of(word[0])
    if ("'" in word or "’" in word) and (elided := _ELIDED.match(word)):
        word = word[elided.end() :]
    if script not in SCRIPTS:
        return word, 1.0 if len(word) > 1 else 0.0
    stem = str(_stemmer(script).stemWord(word)) or word
    if not word.isascii() and script == _LATIN and _seen(script, stem) is None:
        # A name, as a rule, which some languages write without the accent: Toribío, Toribio.
        stem = str(_stemmer(script).stemWord(fold(word))) or word
    general = max(0.0, _COMMON - max(_zipf(word, language) for language in SCRIPTS[script]))
    seen = _seen(script, stem)
    return stem, general if seen is None or not general else _RAREST * seen**_CURVE


def stem_of(word: str) -> str:
    """The stem that a word counts as, however it is written."""
    return weigh(lowered(word))[0]


def lowered(word: str) -> str:
    """A word as its stem and weight are looked up: in small letters, and with one form of each."""
    return unicodedata.normalize("NFKC", word).casefold()


def place_rarity(place_id: str) -> float:
    """How rarely the news names a place: 0 for one in every item, 1 for one in hardly any."""
    seen = _seen(PLACES, place_id)
    return 1.0 if seen is None else seen


def act_rarity(act: str) -> float:
    """How rarely the news speaks of an act, 0 to 1."""
    seen = _seen(ACTS, act)
    return 1.0 if seen is None else seen


def _seen(script: str, key: str) -> float | None:
    """How rare a stem or place is among the news items of a script, 0 to 1; None when it is in too few to tell."""
    items, counts = _table().get(script, (0, {}))
    if key not in counts:
        return None
    return max(0.0, math.log(items / (counts[key] + _UNSEEN)) / math.log(items / _UNSEEN))


def script_of(char: str) -> str:
    """The script of a letter: LATIN, CYRILLIC, ARABIC …; empty for what has no name."""
    return unicodedata.name(char, "").partition(" ")[0]


@cache
def _table() -> Mapping[str, tuple[int, Mapping[str, int]]]:
    """By script, how many items were counted, and in how many of them each stem was."""
    found: dict[str, tuple[int, dict[str, int]]] = {}
    for line in resources.files("monitor.link").joinpath("rarity.tsv").read_text("utf-8").splitlines():
        if line.startswith("# "):
            continue
        script, key, count = line.split("\t")
        if not key:
            found[script] = (int(count), {})
        else:
            found[script][1][key] = int(count)
    return found


def _zipf(word: str, language: str) -> float:
    frequency = shares(language).get(word)
    return math.log10(frequency) + 9 if frequency else _UNLISTED


@cache
def _stemmer(script: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[script])
