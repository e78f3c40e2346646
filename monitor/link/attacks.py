"""Which attack a report tells: as its news or not, when, on what, with how many dead (docs/decisions/0057, 0064).

A town at war is hit day after day under headlines that share all their words. What tells one attack from the next are
the day that a text names, words such as "again", and what was hit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import pairwise

from monitor.link.acts import ATTACKS, HARM, acts_in, acts_of
from monitor.link.countrywide import is_in_several_regions
from monitor.link.phrases import Folded, Hit, folded, table
from monitor.link.places.mentions import mentions
from monitor.link.places.words import is_arabic, is_cyrillic
from monitor.link.targets import besides_struck, mourns, targets_in
from monitor.link.tolls.tolls import report_tolls
from monitor.link.whereabouts import scene_countries
from monitor.model import Attack, ClaimKind, Item, Statement, TollKind

_words = partial(table, "attacks")

_TOLD = 280
"""Characters of a text in which it says what happened; what comes later is background, of other days too."""

_READ = 400
"""Characters of a text of which tolls are read: as many as a story remembers of its reports."""

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_BELIEVED = timedelta(days=2)
"""How much earlier than an item was seen it may say that it was published."""

_OTHER_NEWS = frozenset({"talk", "condemn", "deny", "warn", "truce", "law", "sanction", "stocks"})
_CLUSTER, _SUPPLY = "cluster munition", "supply"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TODAY, _YESTERDAY, _NIGHT = "today", "yesterday", "night"
_CLOSE = 3
_ONLY_A_TOLL = 4
"""The most words that say only how many were hurt: "At least three wounded"."""

_BESIDE_SPEECH = 2
"""The most words between a word for speaking and the day of it."""

# Where a day begins and ends is known to within the zones of the wars there are; a night begins on the eve.
_EAST, _EVENING = timedelta(hours=7), timedelta(hours=8)
_NEXT_DAY_THERE = 17
"""From this hour (UTC) on it may be the next day where the report was written."""

_YEAR = re.compile(r"(?<![\d.,-])(?:19[4-9]|20\d)\d(?![\d.,]*\d)")
_CLAUSE_END = re.compile(r"[,;:،؛|]\s|\s[–—-]\s")
_SINCE_THEN = 16
_SINCE_A_YEAR = re.compile(r"\b(?:since|depuis|desde|с|со|з|із|від)\W+(?:\w+\W+)?$|منذ\W+(?:\w+\W+)?$", re.IGNORECASE)
"""What stands before a year that says how rare a thing is, and not when it was: "worst strike since 2022"."""

_LAST_YEAR = timedelta(days=60)
"""How long after its end a year is not yet long ago, and a day neither."""

_MONTHS_BEFORE, _MAY = 2, "5"
"""From how many months before this one a month is long ago, and the month whose name is also a word."""

_TRAITS = (frozenset({"woman", "man"}), frozenset({"child", "grown"}))

_DAY_BEFORE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?\s*(?:of|de|-)?\s*$")
_DAY_BEHIND = re.compile(r"\s*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\b(?![:.,]?\d)")


def attack_in(item: Item, statements: Iterable[Statement]) -> Attack | None:
    """The attack that an item's headline speaks of; what corrects a report of it is no news of one."""
    attack = attack_of(item.title, item.summary[:_READ], _told_at(item))
    corrects = any(said.kind is ClaimKind.CORRECTION for said in statements)
    return replace(attack, fresh=False) if attack is not None and corrects else attack


def _told_at(item: Item) -> datetime:
    """When an item was published, as far as that can be believed; else when it was seen."""
    published = item.published
    believed = published is not None and timedelta(0) <= item.seen_at - published <= _BELIEVED
    return published if published is not None and believed else item.seen_at


@lru_cache(maxsize=4096)
def attack_of(title: str, summary: str, told_at: datetime) -> Attack | None:
    """The attack that a report tells, or None when its headline speaks of none.

    `told_at` is when it was published, by which the days that it names are known. Takes time linear in the texts.
    """
    attack = _at_no_time(title, summary)
    if attack is None:
        return None
    when = list(_when(folded(title), told_at)) or list(_when_by_lead(folded(summary[:_TOLD]), told_at))
    days = frozenset(day for day, _ in when if day is not None)
    past = _is_past(title, told_at)
    since = min((since for _, since in when), default=None)
    return replace(attack, told_at=told_at, fresh=attack.fresh and not past, past=past, days=days, since=since)


@lru_cache(maxsize=4096)
def _at_no_time(title: str, summary: str) -> Attack | None:
    """What a report tells of an attack, but for its days: read once, however late the report was seen."""
    acts = acts_in(title)
    headline = folded(title)
    if not _speaks_of_one(acts, headline):
        return None
    weapons, in_lead = _weapons(headline), _weapons(folded(summary[:_TOLD]))
    tolls = report_tolls(title, summary)
    killed = tolls.get(TollKind.KILLED)
    return Attack(
        told_at=_NO_TIME,
        fresh=_is_news(acts, headline, in_headline=bool(killed and killed.quote in title) or TollKind.HURT in tolls),
        again=any(_is_close(hit, headline) for hit in _words("again").find(headline)),
        wide=_words("wide").any(headline) or is_in_several_regions(title, summary[:_TOLD]),
        hours=_hours(headline) or _hours(folded(summary[:_TOLD])),
        killed=killed.high if killed else None,
        counted_in=scene_countries(title) if tolls else frozenset(),
        victims=_traits(headline) if killed is None or killed.high == 1 else frozenset(),
        targets=targets_in(title),
        weapons=weapons or in_lead,
        all_weapons=weapons | in_lead,
    )


def _weapons(text: Folded) -> frozenset[str]:
    """The classes of weapons that a text may mean."""
    return frozenset(weapon for kind in _words("weapons").kinds(text) for weapon in kind.split())


def _hours(text: Folded) -> frozenset[str]:
    """The parts of the day in which a text says that it happened."""
    return frozenset(hit.kind for hit in _words("hours").find(text) if not _is_of_speech(hit, text))


def _traits(headline: Folded) -> frozenset[str]:
    """The traits of the one who was killed, as a headline names him or her."""
    return frozenset(trait for kind in _words("victims").kinds(headline) for trait in kind.split())


def differ(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two who were killed, by their traits, are not the same: a woman and a man, a medic and a farmer."""
    plain = frozenset[str]().union(*_TRAITS)
    traits = (*_TRAITS, (some | others) - plain)
    return any(some & kinds and others & kinds and not some & others & kinds for kinds in traits)


def _is_past(title: str, told_at: datetime) -> bool:
    """Whether a headline says of its attack that it was long before: "Trial opens over 2022 station attack".

    Only the clause that first speaks of an attack counts, and the words that lead to it: "Three years on, town mourns
    those killed in strike", but "Strike kills four in Kramatorsk, scene of 2022 attack".
    """
    starts = [0, *(mark.end() for mark in _CLAUSE_END.finditer(title)), len(title)]
    clauses = [title[start:end] for start, end in pairwise(starts)]
    first = next((number for number, clause in enumerate(clauses) if is_attack(clause)), -1)
    clause = clauses[first] if first >= 0 else title
    said = folded(clause)
    leads = first > 0 and clauses[first - 1].rstrip().endswith((",", ":", "،"))
    leading = folded(clauses[first - 1]) if leads else None
    latest = (told_at - _LAST_YEAR).year
    return (
        bool(besides_struck("past", said))
        or (leading is not None and _words("past").any(leading))
        or any(_is_long_ago(month, said, told_at) for month in _months(said))
        or any(
            int(year[0]) < latest and not _SINCE_A_YEAR.search(clause, max(0, year.start() - _SINCE_THEN), year.start())
            for year in _YEAR.finditer(clause)
        )
    )


def _months(text: Folded) -> Iterator[Hit]:
    """The months that a text names; "Jan Yunis" is a town."""
    for hit in _words("months").find(text):
        start, end = text.span(hit.start, hit.end)
        if not any(one.start <= start and end <= one.end for one in mentions(text.written)):
            yield hit


def _is_long_ago(month: Hit, text: Folded, told_at: datetime) -> bool:
    """Whether a month, or a day of it, is when an attack was, and long before: "in March", "December strike"."""
    if (named := _dated(month, text, told_at.date())) is not None:
        ahead = named - told_at.date() > _BELIEVED
        return told_at.date() - (named - timedelta(days=365) if ahead else named) > _LAST_YEAR
    if (told_at.month - int(month.kind)) % 12 < _MONTHS_BEFORE:
        return False
    number, words = bisect_left(text.at, month.start), text.text.split()
    start, _ = text.span(month.start, month.end)
    before = number > 0 and _words("in_month").any(text, text.at[number - 1], month.start)
    behind = words[number + 1 : number + 1 + _CLOSE]
    # Slavic adjectives of months have no capital: "декабрьский удар".
    named_so = is_cyrillic(words[number]) or (text.written[start].isupper() and month.kind != _MAY)
    of_attack = named_so and any(acts_of(word) & ATTACKS for word in behind)
    return (before and text.written[start : start + 3] != "may") or of_attack


def _is_close(hit: Hit, text: Folded) -> bool:
    """Whether the words of a phrase belong together: "new Russian strike", not "new details of strike".

    In Arabic the noun comes first, and only adjectives stand between.
    """
    return text.words(hit.start, hit.end) <= _CLOSE or is_arabic(text.text[hit.start])


def is_attack(title: str) -> bool:
    """Whether a headline speaks of an attack, the like of which may come again under the same words."""
    return _speaks_of_one(acts_in(title), folded(title))


def _speaks_of_one(acts: list[tuple[int, frozenset[str]]], headline: Folded) -> bool:
    """Whether a headline names an attack, or a weapon and those it killed: "Cluster munitions kill six".

    A weapon that somebody supplies attacks nobody: "US to send rockets with submunitions".
    """
    said = frozenset[str]().union(*(of for _, of in acts))
    if "kill" in said and (_CLUSTER in said or _words("weapons").any(headline)):
        return True
    weapons = [headline.span(hit.start, hit.end) for hit in _words("weapons").find(headline)] if _SUPPLY in said else []
    return any(of & ATTACKS and not any(start <= at < end for start, end in weapons) for at, of in acts)


def follows_in(title: str) -> list[tuple[int, int]]:
    """The characters of the words by which a headline tells what followed from an attack: "death toll", "bilan"."""
    headline = folded(title)
    found = (hit for table in ("follows", "mourning") for hit in _words(table).find(headline))
    return sorted(headline.span(hit.start, hit.end) for hit in found)


def days_of(text: str, told_at: datetime) -> frozenset[date]:
    """The days on which a text that was published at `told_at` says that it happened."""
    return frozenset(day for day, _ in _when(folded(text[:_TOLD]), told_at) if day is not None)


def _is_news(acts: list[tuple[int, frozenset[str]]], headline: Folded, *, in_headline: bool) -> bool:
    """Whether an attack is what a headline has to tell, and not what followed from it, or what somebody says of it."""
    if any(of & _OTHER_NEWS for _, of in acts) or _words("follows").any(headline) or mourns(headline):
        return False
    after = _words("after").first(headline)
    if after is None:
        return True
    # "Two hurt after drone hits bus" tells the attack; "Rescuers search after strike" what followed.
    start, _ = headline.span(after.start, after.end)
    before = [of for at, of in acts if at < start]
    said = headline.written[:start]
    hurt = len(said.split()) <= _ONLY_A_TOLL and TollKind.HURT in report_tolls(said, "")
    return hurt or any(of & HARM for of in before) or (in_headline and bool(before))


def _when(text: Folded, told_at: datetime) -> Iterator[tuple[date | None, datetime]]:
    """The days on which a text says that it happened, and from when on each may have been; a night is no one day."""
    today = told_at.date()
    for hit in _words("days").find(text):
        if _is_of_speech(hit, text):
            continue
        if hit.kind == _NIGHT:
            yield None, _begin(today) - _EVENING
            continue
        day = today
        if hit.kind == _YESTERDAY:
            day = today - timedelta(days=1)
        elif hit.kind != _TODAY:
            latest = today + timedelta(days=told_at.hour >= _NEXT_DAY_THERE)
            day = latest - timedelta(days=(latest.weekday() - _WEEKDAYS.index(hit.kind)) % 7)
        yield day, _begin(day) - _EAST
    for hit in _months(text):
        if not _is_of_speech(hit, text) and (named := _dated(hit, text, today)):
            yield named, _begin(named) - _EAST


def _when_by_lead(lead: Folded, told_at: datetime) -> Iterator[tuple[date | None, datetime]]:
    """The same of a lead; where it tells what followed, its last day may be of that: "rescuers on Wednesday pulled"."""
    follows = _words("follows").any(lead) or mourns(lead)
    return (one for one in _when(lead, told_at) if not follows or (one[0] is not None and one[0] < told_at.date()))


def _dated(month: Hit, text: Folded, today: date) -> date | None:
    """The day of a month whose number stands beside it: "18 November", "November 18"; the one nearest to `today`."""
    start, end = text.span(month.start, month.end)
    found = _DAY_BEFORE.search(text.written, max(0, start - 8), start) or _DAY_BEHIND.match(text.written, end)
    if not found:
        return None
    try:
        days = [date(today.year + years, int(month.kind), int(found[1])) for years in (-1, 0, 1)]
    except ValueError:
        return None
    return min(days, key=lambda day: abs(day - today))


def _is_of_speech(day: Hit, text: Folded) -> bool:
    """Whether a day is when somebody spoke: "the governor said on Wednesday"."""
    number = text.at.index(day.start)
    before = text.at[max(0, number - _BESIDE_SPEECH)]
    behind = text.at[min(len(text.at) - 1, number + 1)]
    said = _words("said")
    return said.any(text, before, day.start) or said.any(text, max(behind, day.end), behind + 1)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
