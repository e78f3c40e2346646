"""Groups built from groups: the hits of others, alone or beside each other, become hits of a group of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.match.hits import Hit, between, overlap, weakest
from monitor.match.rule import GroupPart

_MOST = 60


def combined(parts: Sequence[GroupPart], groups: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """The hits of a group built from others, in the order of the text, each stretch once.

    A hit of several groups beside each other takes up all the words from the first to the last of them.
    """
    found: dict[tuple[int, int], Hit] = {}
    for part in parts:
        for group in part.any:
            for hit in groups.get(group, ()):
                found.setdefault((hit.first, hit.last), hit)
        if part.all and all(map(groups.get, part.all)):  # most items lack one of them
            for hit in _beside(part, groups):
                found.setdefault((hit.first, hit.last), hit)
    return [found[place] for place in sorted(found)]


def _beside(part: GroupPart, groups: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """For each hit of the first group the nearest hits of the others, where they are near enough together."""
    first, *others = (list(groups.get(group, ()))[:_MOST] for group in part.all)
    found = []
    for anchor in first:
        chosen = [anchor]
        for hits in others:
            near = [hit for hit in hits if not any(overlap(hit, other) for other in chosen)]
            if not near:
                break
            chosen.append(min(near, key=lambda hit: _gap(hit, anchor)))
        else:
            if between(chosen) <= part.within:
                found.append(_joined(chosen))
    return found


def _gap(one: Hit, other: Hit) -> int:
    return max(one.first - other.last, other.first - one.last)


def _joined(chosen: Sequence[Hit]) -> Hit:
    """One hit for the words from the first to the last; fields lie so far apart that all are in one."""
    ordered = sorted(chosen, key=lambda hit: hit.first)
    first, last = ordered[0], max(chosen, key=lambda hit: hit.last)
    sentences = {hit.sentence for hit in chosen}
    return first._replace(
        last=last.last,
        size=last.last - first.first + 1,
        sentence=sentences.pop() if len(sentences) == 1 else -1,
        in_lead=all(hit.in_lead for hit in chosen),
        term=" + ".join(hit.term for hit in ordered),
        how=weakest([hit.how for hit in ordered]),
        end=last.end,
    )
