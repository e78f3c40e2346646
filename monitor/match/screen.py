"""Which rules can hold at all, from the terms a document has: asked of every way of every rule at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from monitor.match.compile import Groups
from monitor.match.rule import Rule, Way


class Screen:
    """Every way is a bit of one large number, so that thousands of ways cost little more than ten.

    A way needs a term of each of its groups. Its needs are numbered, the one with the fewest terms first; for each
    number, a term stands for the bits of the ways that need it there. A way can hold when its bit is met for all
    numbers. It may say yes to a way that then does not hold, never no to one that does.
    """

    def __init__(self, rules: Sequence[Rule], groups: Sequence[Groups]) -> None:
        self._rule_of: list[int] = []
        self._always: list[int] = []
        self._needs: list[dict[int, int]] = []
        self._free: list[int] = []
        found = [
            (number, sorted(_needs(rule, way, groups[number]), key=len))
            for number, rule in enumerate(rules)
            for way in rule.ways
        ]
        deepest = max((len(needs) for _, needs in found), default=0)
        self._needs = [defaultdict(int) for _ in range(deepest)]
        self._free = [0] * deepest
        for rule, needs in found:
            if not needs:
                self._always.append(rule)
                continue
            bit = 1 << len(self._rule_of)
            self._rule_of.append(rule)
            for place in range(deepest):
                if place >= len(needs):
                    self._free[place] |= bit
                    continue
                for term in needs[place]:
                    self._needs[place][term] |= bit

    def candidates(self, terms: Collection[int]) -> list[int]:
        """The numbers of the rules of which some way can hold in a document with these terms, in order."""
        left = -1
        for needs, free in zip(self._needs, self._free, strict=True):
            met = free
            for term in terms:
                met |= needs.get(term, 0)
            left &= met
            if not left:
                break
        found = set(self._always)
        while left > 0:
            bit = left & -left
            found.add(self._rule_of[bit.bit_length() - 1])
            left ^= bit
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
