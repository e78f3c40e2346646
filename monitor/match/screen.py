"""Which rules can hold at all, from the needs of their ways that a document meets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.match.compile import Groups
from monitor.match.rule import Rule, Way


@dataclass(frozen=True, slots=True)
class _Asked:
    """A way: its rule, all its needs, and whether it is one that only a second opinion lets hold."""

    rule: int
    needs: int
    broad: bool


class Screen:
    """A need is a set of terms of which a way must have one; needs are numbered, and a number of bits says which.

    Ways with the same groups share their needs, and a way is only looked at when its need of the fewest terms is met,
    so that thousands of rules cost little more than ten. It may say yes to a way that then does not hold, never no to
    one that does.
    """

    def __init__(self, rules: Sequence[Rule], groups: Sequence[Groups]) -> None:
        self.needs: dict[int, int] = defaultdict(int)
        """By the number of a term, the needs it meets; terms that no way needs are left out."""
        self._always: set[_Asked] = set()
        self._first = 0
        self._ways: dict[int, list[_Asked]] = defaultdict(list)
        known: dict[frozenset[int], int] = {}
        for number, rule in enumerate(rules):
            for way in rule.ways:
                needs = sorted(_needs(rule, way, groups[number]), key=len)
                bits = [known.setdefault(need, 1 << len(known)) for need in needs]
                asked = _Asked(number, sum(set(bits)), way.needs_opinion)
                if not bits:
                    self._always.add(asked)
                elif asked not in self._ways[bits[0]]:
                    self._first |= bits[0]
                    self._ways[bits[0]].append(asked)
        for need, bit in known.items():
            for term in need:
                self.needs[term] |= bit
        self.needs = dict(self.needs)

    def candidates(self, met: int, weighed: Collection[int] = ()) -> list[int]:
        """The numbers of the rules of which some way can hold where these needs are met, in order.

        Broad ways count only for the `weighed` rules, on which a second opinion speaks.
        """
        found = {asked.rule for asked in self._always if not asked.broad or asked.rule in weighed}
        left = met & self._first
        while left:
            bit = left & -left
            left ^= bit
            for asked in self._ways[bit]:
                if asked.needs & met == asked.needs and (not asked.broad or asked.rule in weighed):
                    found.add(asked.rule)
        return sorted(found)


def _needs(rule: Rule, way: Way, groups: Groups) -> list[frozenset[int]]:
    """For each thing a way cannot do without, the terms that may bring it."""
    if way.everything:
        return []
    wanted = [_terms([group], rule, groups) for group in way.all]
    return [*wanted, _terms(way.any, rule, groups)] if way.any else wanted


def _terms(names: Iterable[str], rule: Rule, groups: Groups) -> frozenset[int]:
    """The terms without which none of these groups has a hit; of a part that needs several groups, the smallest."""
    found: set[int] = set()
    for name in names:
        if name in groups:
            found |= groups[name]
        for part in rule.groups.get(name, ()):
            found |= _terms(part.any, rule, groups)
            if part.all:
                found |= min((_terms([group], rule, groups) for group in part.all), key=len)
    return frozenset(found)
