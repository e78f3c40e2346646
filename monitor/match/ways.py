"""Whether a way of a rule holds: a choice of one hit per group that fits together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from monitor.match.hits import Hit, between, overlap
from monitor.match.rule import Way, Where

_PER_GROUP = 60
_STEPS = 4_000

Hits = Mapping[str, Sequence[Hit]]


Choice = tuple[tuple[str, Hit], ...]
"""The hits that make a way hold, each with its group."""


def find_choice(way: Way, hits: Hits) -> Choice | None:
    """The first choice, in the order of the text, that makes the way hold.

    One hit for each group in `all` and for `at_least` of those in `any`; no stretch of text serves two groups; all in
    `where`; with `within`, at most that many words between the first and last belong to no hit, and no hit of a `none`
    group fits there too; without it, no such hit in the lead. The search is bounded, however long the text.
    """
    if not all(map(hits.get, way.all)) or sum([bool(hits.get(group)) for group in way.any]) < _wanted(way):
        return None  # as for most ways in most items, so that nothing is put together for them
    seen = {group: visible(way, hits.get(group, ())) for group in (*way.all, *way.any)}
    if any(not seen[group] for group in way.all) or sum(bool(seen[group]) for group in way.any) < _wanted(way):
        return None
    banned = [hit for group in way.none for hit in hits.get(group, ())]
    if way.within is None and any(hit.in_lead for hit in banned):
        return None
    return _Search(way, seen, banned).run()


def nearest_choice(way: Way, hits: Hits) -> Choice | None:
    """The choice with the fewest other words between its hits, whatever the way allows; None when none is complete.

    From each hit of the first group the nearest hits of the others are taken, which nearly always is the best choice.
    """
    seen = {group: visible(way, hits.get(group, ())) for group in (*way.all, *way.any)}
    first, *_ = (*way.all, *(group for group in way.any if seen[group]), "")
    choices = [choice for anchor in seen.get(first, ()) if (choice := _around(way, seen, first, anchor))]
    return min(choices, key=lambda choice: between([hit for _, hit in choice]), default=None)


def _around(way: Way, seen: Mapping[str, Sequence[Hit]], first: str, anchor: Hit) -> Choice | None:
    """The hits nearest to one of the first group, without a stretch of text that serves two groups."""
    chosen = [(first, anchor)]
    required = [group for group in way.all if group != first]
    optional = [group for group in way.any if group != first]
    missing = _wanted(way) - (first in way.any)

    def take(group: str) -> bool:
        free = [hit for hit in seen[group] if not any(overlap(hit, other) for _, other in chosen)]
        if free:
            chosen.append((group, min(free, key=lambda hit: between([anchor, hit]))))
        return bool(free)

    if not all(map(take, required)):
        return None
    for group in sorted(optional, key=lambda name: min((between([anchor, hit]) for hit in seen[name]), default=0)):
        if missing > 0:
            missing -= take(group)
    return tuple(chosen) if missing <= 0 else None


def _wanted(way: Way) -> int:
    return way.at_least if way.any else 0


def visible(way: Way, found: Sequence[Hit]) -> list[Hit]:
    """Of hits in order, those in the part of the item that the way looks at, at most so many that a search is short."""
    if way.where is Where.TITLE:
        found = [hit for hit in found if hit.in_title]
    elif way.where is Where.LEAD:
        found = [hit for hit in found if hit.in_lead]
    return list(found[:_PER_GROUP])


def _first(hit: Hit) -> int:
    return hit.first


class _Search:
    """Depth first over the groups, the rarest first, giving up on a choice as soon as it cannot fit."""

    def __init__(self, way: Way, seen: dict[str, list[Hit]], banned: Sequence[Hit]) -> None:
        self._way = way
        self._seen = seen
        self._banned = sorted(banned, key=_first)
        self._longest_banned = max((hit.last - hit.first + 1 for hit in banned), default=0)
        self._required = sorted(way.all, key=lambda group: len(seen[group]))
        self._optional = [group for group in way.any if seen[group]]
        self._steps = 0
        # Hits of all groups lie within this many words of each other, the words of the hits included.
        longest = max((hit.last - hit.first + 1 for found in seen.values() for hit in found), default=1)
        self._reach = None if way.within is None else way.within + longest * (len(way.all) + len(way.any))

    def run(self) -> Choice | None:
        return self._extend([], 0, 0, _wanted(self._way))

    def _extend(self, chosen: list[tuple[str, Hit]], required: int, optional: int, wanted: int) -> Choice | None:
        self._steps += 1
        if self._steps > _STEPS:
            return None
        if required < len(self._required):
            group = self._required[required]
            return self._try(group, chosen, required + 1, optional, wanted)
        if wanted == 0:
            return tuple(chosen) if self._fits(chosen) else None
        if len(self._optional) - optional < wanted:
            return None
        found = self._try(self._optional[optional], chosen, required, optional + 1, wanted - 1)
        return found or self._extend(chosen, required, optional + 1, wanted)

    def _try(
        self, group: str, chosen: list[tuple[str, Hit]], required: int, optional: int, wanted: int
    ) -> Choice | None:
        for hit in self._seen[group]:
            if self._compatible(hit, chosen):
                found = self._extend([*chosen, (group, hit)], required, optional, wanted)
                if found:
                    return found
        return None

    def _compatible(self, hit: Hit, chosen: Sequence[tuple[str, Hit]]) -> bool:
        for _, other in chosen:
            if overlap(hit, other):
                return False
            if self._way.sentence and (hit.sentence < 0 or hit.sentence != other.sentence):
                return False
            if self._reach is not None and abs(hit.first - other.first) > self._reach:
                return False
        return not (self._way.sentence and hit.sentence < 0)

    def _fits(self, chosen: Sequence[tuple[str, Hit]]) -> bool:
        hits = [hit for _, hit in chosen]
        within = self._way.within
        if within is None:
            return True
        if between(hits) > within:
            return False
        return not any(between([*hits, banned]) <= within for banned in self._banned_near(hits, within))

    def _banned_near(self, hits: Sequence[Hit], within: int) -> Sequence[Hit]:
        """Those that can lie so near: further away, more words are between than the distance and all hits take up."""
        reach = within + sum(hit.size for hit in hits) + self._longest_banned
        start = bisect_left(self._banned, min(hit.first for hit in hits) - reach, key=_first)
        return self._banned[start : bisect_right(self._banned, max(hit.last for hit in hits) + reach, key=_first)]
