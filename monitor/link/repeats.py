"""Whether a report repeats another in nearly the same words: a copy, not a report of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import lru_cache

from rapidfuzz import fuzz

from monitor.link.attacks import days_of, is_attack
from monitor.link.places.ids import BELOW_A_COUNTRY, meet
from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import unlisted_towns
from monitor.link.rarity import weigh
from monitor.link.tolls.tokens import LEXICON
from monitor.model import Member

_LIKENESS = 90.0
_WORDS = 5
_WINDOW = timedelta(hours=48)
_HEADLINE_WINDOW, _ANOTHER_DAY = timedelta(hours=24), timedelta(hours=16)
# Agencies' reports are printed within hours; later the plain headline of an attack may be the next one's.
_PRINTED = timedelta(hours=12)
_BEGINNING, _ALIKE_BEGINNING = 60, 90.0
# Of the facts of the shorter of two texts under one headline: from this share on they are one text, below that two.
_SAME_TEXT, _OTHER_TEXT = 0.6, 0.3
_LONG = 20
_TELLING_NUMBER = 10
_DIFFERING = 0.2
_CREDIT = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$|^[^-–—]{2,60}\s+[-–—]\s+(?=.{80})")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Repeats:
    """What a report repeats of a story: `copy_of` is the report whose text it repeats, None when it is no copy.

    `other_event` says that the story has its headline with another text, of another day or of another town.
    """

    copy_of: Member | None = None
    other_event: bool = False


class _What(Enum):
    """What a report is to another one: a copy, a report of another event under its headline, or neither."""

    COPY = auto()
    OTHER_EVENT = auto()
    NEITHER = auto()


def repeats(member: Member, others: Iterable[Member]) -> Repeats:
    """What a report repeats of a story's reports; the first that it is a copy of counts.

    A copy was seen within 48 hours and has the same text, lightly edited at most. A headline alone makes none: with
    another text beside it, it is a report of its own. Where one of the two has no text, the headline counts for a day,
    between two publishers. The plain headline of an attack ("Air strike on Kharkiv kills two") counts for half a day,
    and is another event's when it comes again on another day; so is one publisher's own, of whatever. A text that
    names no town repeats none under a headline of another town.
    """
    other_event = False
    for other in others:
        if other.item_id != member.item_id:
            what = _compared(member, other)
            if what is _What.COPY:
                return Repeats(other)
            other_event |= what is _What.OTHER_EVENT
    return Repeats(other_event=other_event)


def _compared(member: Member, other: Member) -> _What:
    """What one report is to another one; see `repeats`."""
    apart = abs(member.seen_at - other.seen_at)
    title, other_title, summary, other_summary = map(_bare, (member.title, other.title, member.summary, other.summary))
    same_title, near = title == other_title, apart <= _WINDOW
    if near and _repeats(summary, other_summary) and _begin_alike(summary, other_summary):
        another = _is_of_another_town(member, other) or (same_title and _is_reused(member, other, apart))
        return _What.OTHER_EVENT if another else _What.COPY
    long_title = near and _repeats(title, other_title)
    if not (same_title or long_title):
        return _What.NEITHER
    may_recur, own = _is_plain(title) and is_attack(title), member.family == other.family
    if not (_is_text(summary) and _is_text(other_summary)):
        if long_title and not own and apart <= (_PRINTED if may_recur else _HEADLINE_WINDOW):
            return _What.COPY
        again = same_title and apart >= _ANOTHER_DAY and (may_recur or (own and _is_plain(title)))
        return _What.OTHER_EVENT if again else _What.NEITHER
    share, elsewhere = _share_of_facts(summary, other_summary), _in_other_towns(member.summary, other.summary)
    another_day = may_recur and _tells_another_day(member, other, apart)
    if long_title and share >= _SAME_TEXT and not (elsewhere or another_day):
        return _What.COPY
    return _What.OTHER_EVENT if elsewhere or (share < _OTHER_TEXT and apart >= _ANOTHER_DAY) else _What.NEITHER


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


def _begin_alike(one: str, other: str) -> bool:
    """Whether two texts begin alike: what is said of a weapon at their ends is the same under many reports."""
    first, second = one[:_BEGINNING], other[:_BEGINNING]
    # One of them may begin with a dateline.
    return (
        max(
            fuzz.partial_ratio(first, other[: 2 * _BEGINNING]),
            fuzz.partial_ratio(one[: 2 * _BEGINNING], second),
        )
        >= _ALIKE_BEGINNING
    )


def _is_text(summary: str) -> bool:
    return len(summary.split()) >= _WORDS


def _is_plain(title: str) -> bool:
    """Whether a headline may fit one event after another; one with a larger number fits its own."""
    return not any(fact.isdecimal() and int(fact) >= _TELLING_NUMBER for fact in _facts(title))


def _share_of_facts(one: str, other: str) -> float:
    """The share of the facts of the shorter text that the other has, 0 to 1; texts in two scripts cannot share any."""
    left, right = _facts(one), _facts(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def _tells_another_day(member: Member, other: Member, apart: timedelta) -> bool:
    """Whether two texts under the headline of an attack, a day apart, differ in a number or in the day they name."""
    if apart < _ANOTHER_DAY:
        return False
    one, two = _bare(member.summary), _bare(other.summary)
    days, others = (days_of(text.summary, text.seen_at) for text in (member, other))
    return bool(_numbers(_facts(one) ^ _facts(two)) or (days and others and not days & others))


def _is_reused(member: Member, other: Member, apart: timedelta) -> bool:
    """Whether a publisher wrote the few plain words of an attack, headline and text, of the next one too."""
    own = member.family == other.family and apart >= _ANOTHER_DAY and len(member.summary.split()) < _LONG
    return own and is_attack(member.title) and _is_plain(member.title)


def _is_of_another_town(member: Member, other: Member) -> bool:
    """Whether two headlines over a text that names no town both name towns, and none is the same."""
    return _in_other_towns(member.title, other.title) and not _towns(member.summary)


def _in_other_towns(one: str, other: str) -> bool:
    """Whether two texts both name towns or regions, and none is or lies in one of the other's."""
    left, right = _towns(one), _towns(other)
    return bool(left and right) and not meet(left, right)


@lru_cache(maxsize=8192)
def _towns(text: str) -> frozenset[str]:
    """The places below a country that a text names, also those that the gazetteer does not hold."""
    named = mentions(text)
    known = (one.place for one in named if not one.metonym and not one.adjective)
    unlisted = unlisted_towns(text, ((one.start, one.end) for one in named))
    return unlisted.union(place.place_id for place in known if place.kind in BELOW_A_COUNTRY)


@lru_cache(maxsize=8192)
def _bare(text: str) -> str:
    """A text in lower case without the outlet before or after it."""
    return _CREDIT.sub("", text.casefold())


def _facts(text: str) -> frozenset[str]:
    """The numbers, in digits or words, and the less common words of a text, as stems."""
    words = _WORD.findall(text)
    weighed = (weigh(word) for word in words if not word[0].isdigit())
    return frozenset({stem for stem, weight in weighed if weight > 0}.union(_numbers(words)))


def _numbers(words: Iterable[str]) -> frozenset[str]:
    """Those of some words that are numbers, in digits or spelled: "three killed" does not repeat "five killed"."""
    return frozenset(word for word in words if word[0].isdigit() or word in LEXICON.numbers)
