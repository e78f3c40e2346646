"""Items matched on both sides: read once, with what an engine for each side would find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from monitor.link.additions import LATER_TOLL
from monitor.match.compile import evaluated
from monitor.match.engine import Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Term, TermWord, WordMode, rule_of_lists
from monitor.match.text import fold, script_of, words_in
from monitor.model import ItemRevision, Match
from monitor.workbench.backtest.sides import Side

# No id of a rule has a space in it.
_BEFORE = " before"
_PROBE = " probe"
_MANY_WORDS = 500


class SideMatcher(Protocol):
    """What knows the matches of items on both sides."""

    def match(self, item: ItemRevision) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """The matches of an item before and after."""


def matcher_of(before: Side | None, after: Side) -> SideMatcher:
    """What matches items by these rules; without a side before, what an item was stored with stands for it."""
    return AsStored(after) if before is None else Sides(before, after)


class AsStored:
    """Matches items on the side after; before, they matched as they were stored."""

    def __init__(self, after: Side) -> None:
        self._after = after

    def match(self, item: ItemRevision) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """The matches of an item before and after."""
        return tuple(match for match in item.matches if match.way != LATER_TOLL), self._engine.match(ItemTexts.of(item))

    @cached_property
    def _engine(self) -> Engine:
        return compile_rules(self._after.rules, self._after.opinions)


class Sides:
    """Matches items on both sides.

    One engine holds the rules of the side after and those of the side before that differ, so that an item is read
    once. In one thing rules are not alone in an engine: a word that is a term's own is no typing error of another
    term's word. So an item with a word that only one side has as its own is matched by an engine for each side, as
    are all items when that could be most of them.
    """

    def __init__(self, before: Side, after: Side) -> None:
        self._before = before
        self._after = after
        self._same = _same(before, after)
        self._words = list(_words_of_one_side(before, after))
        self._apart = len(self._words) > _MANY_WORDS or _languages(before) != _languages(after)

    def match(self, item: ItemRevision) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """The matches of an item before and after."""
        texts = ItemTexts.of(item)
        if not self._apart:
            found = self._together.match(texts)
            if all(match.rule != _PROBE for match in found):
                return self._divided(found)
        return self._alone_before.match(texts), self._alone_after.match(texts)

    def _divided(self, found: Sequence[Match]) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """What both sides found together, for each of them."""
        before = [
            replace(match, rule=match.rule.removesuffix(_BEFORE))
            for match in found
            if match.rule in self._same or match.rule.endswith(_BEFORE)
        ]
        return tuple(before), tuple(match for match in found if not match.rule.endswith(_BEFORE))

    @cached_property
    def _together(self) -> Engine:
        others = [replace(one, id=one.id + _BEFORE) for one in self._before.rules if one.id not in self._same]
        opinions = {rule + _BEFORE: opinion for rule, opinion in self._before.opinions.items()}
        probe = [rule_of_lists(_PROBE, {"words": tuple(self._words)})] if self._words else []
        return compile_rules([*self._after.rules, *others, *probe], {**self._after.opinions, **opinions})

    @cached_property
    def _alone_before(self) -> Engine:
        return compile_rules(self._before.rules, self._before.opinions)

    @cached_property
    def _alone_after(self) -> Engine:
        return compile_rules(self._after.rules, self._after.opinions)


def _same(before: Side, after: Side) -> frozenset[str]:
    """The rules that are the same on both sides, with the same second opinion."""
    hashes = {rule.id: rule.hash for rule in before.rules}
    return frozenset(
        rule.id
        for rule in after.rules
        if hashes.get(rule.id) == rule.hash and before.opinions.get(rule.id) == after.opinions.get(rule.id)
    )


def _terms(side: Side) -> dict[tuple[str, str], Term]:
    """The terms of the rules that are not off, by language and as written."""
    rules = evaluated(side.rules)
    lists = [*(terms for rule in rules for terms in rule.words.values()), *(rule.ignore for rule in rules)]
    return {(term.language, term.written): term for terms in lists for term in terms}


def _languages(side: Side) -> set[tuple[str, str]]:
    """The languages of the terms in each script: typing errors are looked for in all of them."""
    return {(script_of(fold(word.text)), term.language) for term in _terms(side).values() for word in term.words}


def _words_of_one_side(before: Side, after: Side) -> Iterator[Term]:
    """Each word of the terms that one side alone has, as a term that hits it without typing errors."""
    sides = _terms(before), _terms(after)
    for key in sorted(sides[0].keys() ^ sides[1].keys()):
        term = sides[0].get(key) or sides[1][key]
        parts = [(word.mode, part) for word in term.words for part, _ in words_in(word.text)]
        if len(parts) > 1:
            parts.append((WordMode.FORMS, "".join(part for _, part in parts)))
        for mode, part in parts:
            yield Term(part, term.language, (TermWord(part, mode, typos=0),))
