"""Which words of an item count for a rule: its groups' hits, but those inside a phrase to ignore."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter

from monitor.match.combine import combined
from monitor.match.compile import IGNORE
from monitor.match.hits import Hit
from monitor.match.rule import Rule, Way
from monitor.match.scan import Scan
from monitor.match.ways import Choice, find_choice
from monitor.model import How, Role


@dataclass(slots=True)
class RuleHits:
    """The hits of one rule in one item, and the roles of its groups.

    `ignored` were dropped because they lie in a phrase to ignore; `vetoes` keep the rule from matching. `ways` are
    those of which all groups are there, in the order of the rule: of most items few, and no other can hold.
    """

    groups: dict[str, list[Hit]]
    ignored: list[Hit]
    vetoes: list[Hit]
    roles: Mapping[str, Role]
    ways: Sequence[Way]
    _choices: dict[str, Choice | None] = field(default_factory=dict)

    def choice(self, way: Way) -> Choice | None:
        """The hits that make a way hold, sought once however often it is asked for."""
        if way.name not in self._choices:
            self._choices[way.name] = find_choice(way, self.groups)
        return self._choices[way.name]


_PLACE = attrgetter("first", "last")


class _Phrases:
    """The phrases to ignore in an item; a hit that shares a word with one of them is in them."""

    def __init__(self, phrases: Iterable[Hit]) -> None:
        ordered = sorted(phrases, key=lambda hit: hit.first)
        self._firsts = [hit.first for hit in ordered]
        self._lasts = list(accumulate((hit.last for hit in ordered), max))

    def __contains__(self, hit: Hit) -> bool:
        before = bisect_right(self._firsts, hit.last)
        return before > 0 and self._lasts[before - 1] >= hit.first


def hits_of(rule: Rule, uses: Mapping[int, Sequence[str]], scans: Sequence[Scan]) -> RuleHits:
    """The hits of a rule's groups in the texts of an item, without those inside a phrase to ignore.

    `uses` gives, for the number of each term, the groups of the rule that have it.
    """
    groups, ignored = hits_of_terms(rule, uses, scans)
    for hits in groups.values():
        if len(hits) > 1:
            hits.sort(key=_PLACE)
    for group, parts in rule.groups.items():
        groups[group] = combined(parts, groups)
    vetoes = [hit for group in rule.never for hit in groups.get(group, ()) if hit.in_lead and hit.how is not How.TYPO]
    there = {group for group, hits in groups.items() if hits}
    ways = [way for way in rule.ways if there.issuperset(way.all) and not (way.any and there.isdisjoint(way.any))]
    return RuleHits(groups, ignored, vetoes, rule.roles, ways)


def hits_of_terms(
    rule: Rule, uses: Mapping[int, Sequence[str]], scans: Sequence[Scan]
) -> tuple[dict[str, list[Hit]], list[Hit]]:
    """The hits of a rule's terms by group, in no order; and those left out, which a phrase to ignore covers."""
    groups: dict[str, list[Hit]] = defaultdict(list)
    phrases: list[Hit] = []
    for scan in scans:
        for term in scan.occurrences:
            for group in uses.get(term, ()):
                (phrases if group == IGNORE else groups[group]).extend(scan.hits(term))
    certain = [hit for hit in phrases if hit.how is not How.TYPO]
    ignored: list[Hit] = []
    if certain:
        inside = _Phrases(certain)
        # What speaks against a match does so within a phrase to ignore too: "cyber attack" is one. A group that ways
        # ask for as well ("strike") does not, or the phrase would be ignored nowhere.
        against = rule.only_against
        for group in [group for group in groups if group not in against]:
            ignored += [hit for hit in groups[group] if hit in inside]
            groups[group] = [hit for hit in groups[group] if hit not in inside]
    return dict(groups), ignored
