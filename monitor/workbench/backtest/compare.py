"""Alerts before and after an edit of the rules, item by item: counted, sampled, held against what people said.

An alert is a match of a live rule by one revision of an item that a route takes. Stories, digests and quiet hours,
which make fewer messages of them, do not count here. Memory grows with rules, ways, languages, hours and
rated items, not with items.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter

from monitor.collect.text import shorten
from monitor.decide.routing import by_channel
from monitor.model import ItemRevision, Match, Rating, Routes
from monitor.workbench.backtest.result import (
    AlertKind,
    Change,
    Counts,
    OnTest,
    Rated,
    Result,
    RouteVolume,
    Sample,
    Volume,
)

UNKNOWN = "unknown"
"""The language of items that do not tell theirs."""

_TITLE = 200


@dataclass(frozen=True, slots=True)
class _Alert:
    match: Match
    routes: tuple[str, ...]


@dataclass(slots=True)
class _Samples:
    """So many alerts, chosen by a hash of item and rule: the same ones whatever the order, one of each item."""

    most: int
    chosen: list[tuple[bytes, Sample]] = field(default_factory=list)

    def offer(self, item: ItemRevision, match: Match, rating: Rating | None) -> None:
        mark = hashlib.blake2b(f"{item.item_id}\n{match.rule}".encode(), digest_size=8).digest()
        full = len(self.chosen) >= self.most
        if (full and (not self.chosen or mark >= self.chosen[-1][0])) or any(mark == one[0] for one in self.chosen):
            return
        insort(self.chosen, (mark, _sample(item, match.rule, match, rating)), key=itemgetter(0))
        del self.chosen[self.most :]

    def in_order(self) -> tuple[Sample, ...]:
        return tuple(sorted((sample for _, sample in self.chosen), key=_when))


@dataclass(slots=True)
class _Tested:
    """What a rule on test found by one way. The revisions of an item come one after another, and count once."""

    samples: _Samples
    items: int = 0
    unsure: int = 0
    last: str = ""

    def add(self, item: ItemRevision, match: Match) -> None:
        if item.item_id != self.last:
            self.items += 1
            self.unsure += not match.sure
        self.last = item.item_id
        self.samples.offer(item, match, counting(item.ratings, match.rule))


class _Hours:
    """The items that one side sends each route, by clock hour."""

    def __init__(self) -> None:
        self.items: Counter[str] = Counter()
        self.by_hour: defaultdict[str, Counter[datetime]] = defaultdict(Counter)

    def add(self, routes: Sequence[str], seen_at: datetime | None) -> None:
        self.items.update(routes)
        if seen_at is not None:
            hour = seen_at.replace(minute=0, second=0, microsecond=0)
            for route in routes:
                self.by_hour[route][hour] += 1

    def volume(self, route: str, limit: int | None) -> Volume:
        hours = self.by_hour[route]
        worst = min(hours, key=lambda hour: (-hours[hour], hour)) if hours else None
        above = sum(count > limit for count in hours.values()) if limit is not None else 0
        return Volume(self.items[route], worst, hours[worst] if worst else 0, above)


class Comparison:
    """Takes in the revisions of items one by one, with what they match on both sides."""

    def __init__(self, routes: Routes, *, samples: int) -> None:
        self._routes = routes
        self._revisions = 0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._counts: defaultdict[AlertKind, Counts] = defaultdict(Counts)
        self._changed: Counter[str] = Counter()
        self._changes: Counter[Change] = Counter()
        self._versions: tuple[defaultdict[str, set[str]], ...] = (defaultdict(set), defaultdict(set))
        self._hours = (_Hours(), _Hours())
        self._added: defaultdict[str, _Samples] = defaultdict(lambda: _Samples(samples))
        self._removed: defaultdict[str, _Samples] = defaultdict(lambda: _Samples(samples))
        self._rated: dict[tuple[str, str], tuple[bool, bool, bool]] = {}
        self._turned: dict[tuple[str, str], Sample] = {}
        self._on_test: defaultdict[tuple[str, str], _Tested] = defaultdict(lambda: _Tested(_Samples(samples)))

    def add(self, item: ItemRevision, before: Sequence[Match], after: Sequence[Match]) -> None:
        """Count a revision with its matches on the side before and on the side after."""
        self._revisions += 1
        if item.seen_at is not None:
            self._first = min(self._first or item.seen_at, item.seen_at)
            self._last = max(self._last or item.seen_at, item.seen_at)
        if not before and not after and not item.ratings:
            return
        old, new = self._alerts(item, before, 0), self._alerts(item, after, 1)
        language = item.language or UNKNOWN
        for rule in sorted(old.keys() | new.keys()):
            self._compare(item, rule, language, old.get(rule), new.get(rule))
        for match in after:
            if not match.live:
                self._on_test[match.rule, match.way].add(item, match)
        if item.ratings:
            self._hold_against(item, old, new)

    def result(self) -> Result:
        """What was found so far."""
        return Result(
            revisions=self._revisions,
            first_seen_at=self._first,
            last_seen_at=self._last,
            counts=dict(self._counts),
            changed=dict(self._changed),
            changes=dict(self._changes),
            versions_before={rule: frozenset(found) for rule, found in self._versions[0].items()},
            versions_after={rule: frozenset(found) for rule, found in self._versions[1].items()},
            routes=tuple(
                RouteVolume(
                    route.name,
                    route.max_per_hour,
                    *(hours.volume(route.name, route.max_per_hour) for hours in self._hours),
                )
                for route in self._routes.all()
            ),
            added={rule: samples.in_order() for rule, samples in self._added.items()},
            removed={rule: samples.in_order() for rule, samples in self._removed.items()},
            rated=dict(Counter(self._rated.values())),
            turned=tuple(
                sorted(
                    (Rated(sample, *self._rated[key]) for key, sample in self._turned.items()),
                    key=lambda one: _when(one.sample),
                )
            ),
            on_test=tuple(
                OnTest(
                    rule=rule,
                    way=way,
                    items=found.items,
                    unsure=found.unsure,
                    samples=found.samples.in_order(),
                )
                for (rule, way), found in sorted(self._on_test.items())
            ),
        )

    def _alerts(self, item: ItemRevision, matches: Sequence[Match], side: int) -> dict[str, _Alert]:
        """By rule, the matches that reach a route, as `decide` sends them."""
        by_channels = by_channel([match for match in matches if match.live], self._routes)
        # A channel with several routes is told once, by the first of them as far as nobody can know its hours here.
        self._hours[side].add([takers[0].route.name for takers in by_channels], item.seen_at)
        found: dict[str, _Alert] = {}
        for taker in chain.from_iterable(by_channels):
            for match in taker.matches:
                known, name = found.get(match.rule), taker.route.name
                found[match.rule] = _Alert(match, (*known.routes, name) if known else (name,))
                self._versions[side][match.rule].add(match.rule_hash)
        return found

    def _compare(self, item: ItemRevision, rule: str, language: str, old: _Alert | None, new: _Alert | None) -> None:
        if old:
            self._counts[_kind(old.match, language)].add(Counts(before=1, removed=int(new is None)))
        if new:
            self._counts[_kind(new.match, language)].add(Counts(after=1, added=int(old is None)))
        if old and new:
            changes = _changes(rule, old, new)
            self._changed[rule] += bool(changes)
            self._changes.update(changes)
        elif new:
            self._added[rule].offer(item, new.match, counting(item.ratings, rule))
        elif old:
            self._removed[rule].offer(item, old.match, counting(item.ratings, rule))

    def _hold_against(self, item: ItemRevision, old: Mapping[str, _Alert], new: Mapping[str, _Alert]) -> None:
        named = {rating.rule for rating in item.ratings if rating.rule}
        for rule in sorted(named | old.keys() | new.keys()):
            rating = counting(item.ratings, rule)
            if rating is None:
                continue
            key = (item.item_id, rule)
            _, before, after = self._rated.get(key, (False, False, False))
            before, after = before or rule in old, after or rule in new
            self._rated[key] = rating.relevant, before, after
            if before is after:
                self._turned.pop(key, None)
            elif alert := old.get(rule) or new.get(rule):
                self._turned[key] = _sample(item, rule, alert.match, rating)


def counting(ratings: Sequence[Rating], rule: str) -> Rating | None:
    """Of an item's ratings, newest last, the one that counts for a rule; None when people said nothing about it.

    That an item is old or doubled is not about the rule.
    """
    ratings = [one for one in ratings if one.cause is None or one.cause.about_rule]
    about = [rating for rating in ratings if rating.rule == rule] or [one for one in ratings if one.rule is None]
    return about[-1] if about else None


def _kind(match: Match, language: str) -> AlertKind:
    return AlertKind(match.rule, match.way, language, match.sure)


def _changes(rule: str, old: _Alert, new: _Alert) -> list[Change]:
    values = (
        ("way", old.match.way, new.match.way),
        ("severity", str(old.match.severity), str(new.match.severity)),
        ("sure", *("sure" if one.match.sure else "unsure" for one in (old, new))),
        ("routes", ", ".join(old.routes), ", ".join(new.routes)),
    )
    return [Change(rule, what, before, after) for what, before, after in values if before != after]


def _sample(item: ItemRevision, rule: str, match: Match, rating: Rating | None) -> Sample:
    return Sample(
        item_id=item.item_id,
        revision=item.revision,
        rule=rule,
        way=match.way,
        severity=match.severity,
        sure=match.sure,
        language=item.language or UNKNOWN,
        title=shorten(item.title or item.summary or item.body, _TITLE),
        source=item.source,
        url=item.url,
        seen_at=item.seen_at,
        words=tuple(dict.fromkeys(piece.text for piece in match.evidence if piece.text)),
        rating=rating,
    )


def _when(sample: Sample) -> tuple[bool, float, str]:
    """Sorts by time, what has none first, then by id."""
    seen = sample.seen_at
    return seen is not None, seen.timestamp() if seen else 0.0, sample.item_id
