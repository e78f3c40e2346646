"""Whether a report repeats another in nearly the same words: a copy, not a report of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from monitor.link.rarity import weigh
from monitor.model import Member

_LIKENESS = 90.0
_WORDS = 5
_WINDOW = timedelta(hours=48)
_LONG = 20
_DIFFERING = 0.2
_CREDIT = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$|^[^-–—]{2,60}\s+[-–—]\s+(?=.{80})")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
# Common words that make another fact of a sentence: "three killed" does not repeat "five killed".
_NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten dozen dozens deux trois quatre cinq sept huit neuf dix "
    "dos tres cuatro cinco seis siete ocho nueve diez два две двое три трое четыре пять шесть семь восемь девять "
    "десять чотири пять шість сім вісім десять اثنان ثلاثه ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
)


def repeated(member: Member, others: Iterable[Member]) -> Member | None:
    """The first member seen within 48 hours whose headline or text this one repeats, lightly edited at most."""
    title, summary = _bare(member.title), _bare(member.summary)
    for other in others:
        near = other.item_id != member.item_id and abs(member.seen_at - other.seen_at) <= _WINDOW
        if near and (_repeats(title, _bare(other.title)) or _repeats(summary, _bare(other.summary))):
            return other
    return None


def _repeats(one: str, other: str) -> bool:
    """Whether two texts say the same in nearly the same words: "9 killed in Kherson" does not repeat "8 killed …".

    Headlines must agree in every fact, longer texts in every number and all but a few of the other facts. Both are bare
    (see `_bare`).
    """
    if not one or not other:
        return False
    if not fuzz.ratio(one, other, score_cutoff=_LIKENESS):  # first, because it is cheap and mostly says no
        return False
    shorter = min(len(one.split()), len(other.split()))
    if shorter < _WORDS:
        return False
    left, right = _facts(one), _facts(other)
    differing = left ^ right
    return not _numbers(differing) and len(differing) <= (0 if shorter < _LONG else len(left | right) * _DIFFERING)


@lru_cache(maxsize=8192)
def _bare(text: str) -> str:
    """A text in lower case without the outlet before or after it."""
    return _CREDIT.sub("", text.casefold())


def _facts(text: str) -> frozenset[str]:
    """The numbers, in digits or words, and the less common words of a text, as stems."""
    words = _WORD.findall(text)
    weighed = (weigh(word) for word in words if not word[0].isdigit())
    found = {stem for stem, weight in weighed if weight > 0}
    return frozenset(found | {word for word in words if word[0].isdigit()} | (_NUMBER_WORDS & set(words)))


def _numbers(facts: frozenset[str]) -> frozenset[str]:
    return frozenset(fact for fact in facts if fact[0].isdigit() or fact in _NUMBER_WORDS)
