"""Why a way does not hold: what it lacks, or which of its conditions the words found do not meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.match.hits import Hit, between
from monitor.match.rule import Way
from monitor.match.ways import Choice, find_choice, nearest_choice, visible
from monitor.model import Evidence, Role


@dataclass(frozen=True, slots=True)
class WayResult:
    """How a way fared, with the `evidence` when it holds, else with why not: the first of these that is not empty.

    `missing` groups have no hit; `outside` are hits of groups that have none in the part the way looks at;
    `blocked_by` are hits of `none` groups without which it would hold. `nearest` are the hits that lie closest
    together and `distance` the other words between them; both are empty when every choice uses a stretch twice.
    """

    way: Way
    holds: bool
    missing: tuple[str, ...] = ()
    outside: tuple[Evidence, ...] = ()
    blocked_by: tuple[Evidence, ...] = ()
    nearest: tuple[Evidence, ...] = ()
    distance: int | None = None
    evidence: tuple[Evidence, ...] = ()


def way_unmet(way: Way, groups: Mapping[str, Sequence[Hit]]) -> WayResult:
    """Why a way does not hold that has been found not to."""
    if missing := _lacking(way, {group for group in (*way.all, *way.any) if groups.get(group)}):
        return WayResult(way, holds=False, missing=missing)
    seen = {group for group in (*way.all, *way.any) if visible(way, groups.get(group, ()))}
    outside = [hit.evidence(group) for group in _lacking(way, seen) for hit in groups.get(group, ())]
    if outside:
        return WayResult(way, holds=False, outside=tuple(outside))
    nearest = nearest_choice(way, groups)
    return WayResult(
        way,
        holds=False,
        blocked_by=_blocking(way, groups),
        nearest=evidence_of(nearest, {}) if nearest else (),
        distance=between([hit for _, hit in nearest]) if nearest else None,
    )


def evidence_of(choice: Choice, roles: Mapping[str, Role]) -> tuple[Evidence, ...]:
    """The hits of a choice in the order of the text, each with the role of its group."""
    ordered = sorted(choice, key=lambda pair: pair[1].first)
    return tuple(hit.evidence(group, roles.get(group)) for group, hit in ordered)


def _lacking(way: Way, there: set[str]) -> tuple[str, ...]:
    """The groups a way still needs when these are there."""
    lacking = tuple(group for group in way.all if group not in there)
    if way.any and sum(group in there for group in way.any) < way.at_least:
        lacking += tuple(group for group in way.any if group not in there)
    return lacking


def _blocking(way: Way, groups: Mapping[str, Sequence[Hit]]) -> tuple[Evidence, ...]:
    """The hits of `none` groups that keep the way from holding; empty when it would not hold without them either."""
    choice = find_choice(replace(way, none=()), groups) if way.none else None
    if choice is None:
        return ()
    return tuple(
        hit.evidence(group)
        for group in way.none
        for hit in groups.get(group, ())
        if (hit.in_lead if way.within is None else between([*(chosen for _, chosen in choice), hit]) <= way.within)
    )
