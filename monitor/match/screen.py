"""Which rules can hold at all, from the needs of their ways that an item meets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, partial
from typing import NamedTuple

from monitor.match.compile import Groups, Index
from monitor.match.rule import Rule, Way


class _Asked(NamedTuple):
    """A way: all its needs, its rule, and whether it is one that only a second opinion lets hold."""

    needs: frozenset[int]
    rule: int
    broad: bool


class Screen:
    """A need is a set of terms of which a way must have one; needs are numbered.

    Ways with the same groups share their needs, and a way is only looked at when its rarest need is met, so that
    thousands of rules cost little more than ten. It may say yes to a way that then does not hold, never no to one that
    does.
    """

    def __init__(self, rules: Sequence[Rule], index: Index) -> None:
        self.needs: dict[int, tuple[int, ...]] = {}
        """By the number of a term, the needs it meets; terms that no way needs are left out."""
        self._always: set[_Asked] = set()
        self._ways: dict[int, list[_Asked]] = defaultdict(list)
        numbers: dict[frozenset[int], int] = {}
        rarity = cache(partial(_rarity, index))
        for rule_number, rule in enumerate(rules):
            for way in rule.ways:
                needs = {
                    numbers.setdefault(need, len(numbers)): rarity(need)
                    for need in _needs(rule, way, index.groups[rule_number])
                }
                asked = _Asked(frozenset(needs), rule_number, way.needs_opinion)
                if not needs:
                    self._always.add(asked)
                elif asked not in self._ways[rarest := min(needs, key=needs.__getitem__)]:
                    self._ways[rarest].append(asked)
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}  # most terms meet what others of their group do
        for need, number in numbers.items():
            for term in need:
                met = (*self.needs.get(term, ()), number)
                self.needs[term] = shared.setdefault(met, met)

    def candidates(self, met: AbstractSet[int], weighed: Collection[int]) -> list[int]:
        """The numbers of the rules of which some way can hold where these needs are met, in order.

        Broad ways count only for the `weighed` rules, on which a second opinion speaks.
        """
        found = {rule for _, rule, broad in self._always if not broad or rule in weighed}
        for need in self._ways.keys() & met:
            for needs, rule, broad in self._ways[need]:
                if needs <= met and (not broad or rule in weighed):
                    found.add(rule)
        return sorted(found)


def _rarity(index: Index, need: frozenset[int]) -> float:
    """A guess at how often texts have one of some terms: the more there are and the fewer letters they have."""
    keys, terms = index.lexicon.keys, index.terms
    return sum(2.0 ** -sum(len(keys[slot.word].folded) for slot in terms[term].slots) for term in need)


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
