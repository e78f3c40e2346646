"""What a text lacks that no rule matches, in a sentence for each rule that comes near: for people who know no rule."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.match.engine import Engine, Evaluation
from monitor.match.itemtexts import ItemTexts
from monitor.match.unmet import WayResult
from monitor.wording.messages import quoted

_MOST_RULES = 3
_MOST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Lacking:
    """A rule that does not match: its title, and what is missing, as a sentence."""

    title: str
    words: str


def lacking(engine: Engine, texts: ItemTexts) -> tuple[Lacking, ...]:
    """Of each of the rules that come nearest, what the text lacks; empty when a rule matches, or none comes near."""
    found = [engine.evaluate(rule.id, texts) for rule in engine.rules]
    if any(one.match for one in found):
        return ()
    said = [(rank, Lacking(one.rule.title, words)) for one in found for rank, words in _said(one)]
    return tuple(one for _, one in sorted(said, key=lambda pair: pair[0])[:_MOST_RULES])


def _said(evaluation: Evaluation) -> list[tuple[int, str]]:
    """How far a rule is from a match, and why it does not; nothing when none of its words are there."""
    if not evaluation.applies:
        return []
    if evaluation.vetoes:
        return [(0, f"It is stopped by {quoted(one.text for one in evaluation.vetoes)}.")]
    near = [result for result in evaluation.ways if _there(result, evaluation)]
    if not near:
        return []
    best = min(near, key=lambda one: (len(one.missing), -len(_there(one, evaluation))))
    there = quoted(piece.text for group in _there(best, evaluation) for piece in evaluation.hits[group][:2])
    return [(len(best.missing), f"{_why(best)}, though it has {there}.")]


def _there(result: WayResult, evaluation: Evaluation) -> list[str]:
    """The groups of a way that have words in the text."""
    return [group for group in (*result.way.all, *result.way.any) if evaluation.hits.get(group)]


def _why(result: WayResult) -> str:
    if result.holds:
        return "Its words do not make it sure enough that it is on topic"
    if result.missing:
        names = [f"“{group.replace('_', ' ')}”" for group in result.missing[:_MOST_GROUPS]]
        joined = " or " if result.missing[0] in result.way.any else " and "
        return f"It has no word for {joined.join(names)}"
    if result.outside:
        return "Some of its words stand only further down in the text, where this rule does not look"
    if result.blocked_by:
        return f"The rule does not match beside {quoted(piece.text for piece in result.blocked_by)}"
    return "Its words stand too far apart"
