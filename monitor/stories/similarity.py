"""How much two reports have in common: their rare words and numbers, weighed by how rare they are."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

import Stemmer
import wordfreq

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_SCRIPTS = {"LATIN": ("en", "fr", "es"), "CYRILLIC": ("ru", "uk"), "ARABIC": ("ar",)}
_STEMMERS = {"LATIN": "english", "CYRILLIC": "russian", "ARABIC": "arabic"}
# Zipf frequency (log10 of occurrences per billion words) from which a word says nothing about an event, and the one
# given to words that the frequency lists do not hold.
_COMMON, _UNLISTED = 5.2, 2.4
_NUMBER_WEIGHT = 1.2
# Common words that make another fact of a sentence: "three killed" does not repeat "five killed".
_NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten dozen dozens deux trois quatre cinq sept huit neuf dix "
    "dos tres cuatro cinco seis siete ocho nueve diez два две двое три трое четыре пять шесть семь восемь девять "
    "десять чотири пять шість сім вісім десять اثنان ثلاثه ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
)
_SUMMARY_SHARE = 0.45
_KEYS = 14

Weights = Mapping[str, float]


@lru_cache(maxsize=8192)
def weights(title: str, summary: str = "") -> Weights:
    """The stems and numbers of a report, each with its weight (not normalised); words of the title count more."""
    counted: dict[str, float] = {}
    for text, share in ((title, 1.0), (_lead(summary), _SUMMARY_SHARE)):
        for word, count in Counter(_WORD.findall(_fold(text))).items():
            stem, weight = _weigh(word)
            if weight > 0:
                counted[stem] = max(counted.get(stem, 0.0), weight * share * (1 + math.log(count)))
    return counted


def story_keys(title: str, summary: str = "") -> frozenset[str]:
    """The few heaviest words and numbers of a report: what stories are looked up by."""
    found = weights(title, summary)
    return frozenset(sorted(found, key=lambda word: (-found[word], word))[:_KEYS])


def facts(text: str) -> frozenset[str]:
    """The numbers, in digits or words, and the less common words of a text, as stems."""
    return frozenset(weights(text).keys() | (_NUMBER_WORDS & set(_WORD.findall(_fold(text)))))


def numbers(facts_of_text: frozenset[str]) -> frozenset[str]:
    """Those facts that are numbers."""
    return frozenset(fact for fact in facts_of_text if fact[0].isdigit() or fact in _NUMBER_WORDS)


def cosine(one: Weights, other: Weights) -> float:
    """The cosine of two weighings, 0 to 1."""
    if len(other) < len(one):
        one, other = other, one
    dot = sum(weight * other[word] for word, weight in one.items() if word in other)
    return dot / (_norm(one) * _norm(other)) if dot else 0.0


def coverage(title: Weights, whole: Weights, *, core: float) -> float:
    """The share of a title's weight that a centroid also has, 0 to 1.

    A word counts in full from a weight of `core` in the centroid, and in proportion below.
    """
    total = sum(title.values())
    return (
        sum(weight * min(1.0, whole.get(word, 0.0) / core) for word, weight in title.items()) / total if total else 0.0
    )


def shared(one: Weights, other: Weights) -> list[str]:
    """The words both have, heaviest first."""
    return sorted(one.keys() & other.keys(), key=lambda word: (-one[word], word))


def centroid(members: Iterable[Weights]) -> Weights:
    """The mean of several weighings, each counting the same whatever its length."""
    total: dict[str, float] = {}
    count = 0
    for member in members:
        count += 1
        length = _norm(member) or 1.0
        for word, weight in member.items():
            total[word] = total.get(word, 0.0) + weight / length
    return {word: weight / count for word, weight in total.items()}


def _lead(summary: str) -> str:
    return summary[:400]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _norm(weighing: Weights) -> float:
    return math.sqrt(sum(weight * weight for weight in weighing.values()))


@lru_cache(maxsize=65536)
def _weigh(word: str) -> tuple[str, float]:
    """The key a word counts as, and its weight; 0 for words that say nothing."""
    if word[0].isdigit():
        return word, 0.0 if word in ("1", "2") else _NUMBER_WEIGHT
    script = unicodedata.name(word[0], "").split(" ")[0]
    if script not in _SCRIPTS or len(word) < 2:
        return word, 1.0 if len(word) > 1 else 0.0
    zipf = max(_zipf(word, language) for language in _SCRIPTS[script])
    weight = max(0.0, _COMMON - zipf)
    return str(_stemmer(script).stemWord(word)), weight


def _zipf(word: str, language: str) -> float:
    frequency = _frequencies(language).get(word)
    return math.log10(frequency) + 9 if frequency else _UNLISTED


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    found: Mapping[str, float] = wordfreq.get_frequency_dict(language, "small")
    return found


@cache
def _stemmer(script: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[script])
