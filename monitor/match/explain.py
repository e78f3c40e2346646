"""Why a text meets a rule, or what was missing, in words for the person who edits the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import UsageError
from monitor.match.checks.lint import quoted
from monitor.match.engine import Engine, Evaluation
from monitor.match.itemtexts import ItemTexts
from monitor.match.nearest import NearMiss, nearest
from monitor.match.rule import Way, Where
from monitor.match.unmet import WayResult
from monitor.model import Evidence, How
from monitor.wording.history import opinion_words

_HOW = {
    How.SAME: "as written",
    How.INFLECTED: "a form of it",
    How.TYPO: "a typing error of it",
    How.JOINED: "written together",
    How.SPLIT: "written apart",
    How.ENDING: "any ending",
    How.ACRONYM: "in capitals",
    How.EVERYTHING: "everything matches",
}
_WHERE = {Where.TITLE: "the title", Where.LEAD: "title, summary and the first 80 words", Where.ANYWHERE: "the item"}


_MOST_UNMET = 6
"""So many ways that do not hold are shown as text unless one rule was asked about: shipped rules have forty."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How every rule asked about fared on one item, and by rule id what nearly met it.

    `asked` is the id of the one rule that was asked about, of which everything is shown.
    """

    texts: ItemTexts
    evaluations: tuple[Evaluation, ...]
    near: Mapping[str, Sequence[NearMiss]] = field(default_factory=dict)
    asked: str | None = None


def explain(engine: Engine, texts: ItemTexts, rule_id: str | None = None) -> Explanation:
    """Evaluate one rule, or all that are not off.

    Near misses are looked for where a rule does not match, and for the ways that do not hold of the one asked about.

    Raises:
        UsageError: there is no such rule, or it is off.
    """
    ids = [rule.id for rule in engine.rules]
    if rule_id is not None and rule_id not in ids:
        raise UsageError(f"there is no rule {rule_id} that is not off; there are {', '.join(ids)}")
    evaluations = tuple(engine.evaluate(one, texts) for one in ([rule_id] if rule_id else ids))
    asked = [one for one in evaluations if rule_id or (one.match is None and one.applies and not one.vetoes)]
    return Explanation(texts, evaluations, {one.rule.id: nearest(one, texts) for one in asked}, rule_id)


# -- text --------------------------------------------------------------------------------------------------------


def as_text(explanation: Explanation) -> str:
    """The explanation as lines: a verdict for each rule, then its groups and ways, then what was near."""
    return "\n\n".join("\n".join(_rule_lines(one, explanation)) for one in explanation.evaluations)


def _rule_lines(evaluation: Evaluation, explanation: Explanation) -> list[str]:
    rule = evaluation.rule
    name = f"{rule.id}@{rule.hash}" if rule.hash else rule.id
    lines = [f"{name}: {_verdict(evaluation, explanation.texts.language)}"]
    if evaluation.match and (opinion := opinion_words(evaluation.match)):
        lines.append(f"  {opinion}")
    for group, hits in sorted(evaluation.hits.items()):
        if hits:
            lines.append(f"  {group}: {_hits(hits)}")
    if evaluation.ignored:
        lines.append(f"  not counted, inside a phrase to ignore: {quoted(evaluation.ignored)}")
    shown = evaluation.ways if explanation.asked else _nearest_ways(evaluation.ways)
    lines += [f'  way "{result.way.name}": {_way(result, evaluation)}' for result in shown]
    if left := len(evaluation.ways) - len(shown):
        lines.append(f"  {left} ways more do not hold, and lack as much or more; --rule {rule.id} shows them")
    near = explanation.near.get(rule.id, ())
    return lines + [f'  nearly {miss.group}: "{miss.text}" {miss.why}' for miss in near]


def _nearest_ways(results: Sequence[WayResult]) -> list[WayResult]:
    """The ways that hold and those that lack least, in the order of the rule."""
    unmet = [result for result in results if not result.holds]
    left_out = {result.way.name for result in sorted(unmet, key=_lack)[_MOST_UNMET:]}
    return [result for result in results if result.way.name not in left_out]


def _lack(result: WayResult) -> int:
    """How many things a way lacks: each group of `all`, and `any` as one."""
    required = sum(group in result.way.all for group in result.missing)
    return required + (required < len(result.missing))


def _verdict(evaluation: Evaluation, language: str) -> str:
    if evaluation.match:
        return f'MATCHES by way "{evaluation.match.way}", severity {evaluation.match.severity}'
    if not evaluation.applies:
        return f"is not for this item: it is for {_scope(evaluation)}"
    if evaluation.vetoes:
        held = [f'"{result.way.name}"' for result in evaluation.ways if result.holds]
        would = f"; without it, it would match by {', '.join(held)}" if held else ""
        return f"stopped by never: {_with_groups(evaluation.vetoes)}{would}"
    if any(result.holds for result in evaluation.ways):
        known = "" if language else "; it speaks only where the language is known (--lang)"
        return f"does not match: the ways that hold also need a second opinion that agrees{known}"
    return "does not match"


def _scope(evaluation: Evaluation) -> str:
    rule = evaluation.rule
    feeds = [f"the feeds {', '.join(sorted(rule.feeds))}"] if rule.feeds else []
    kinds = [f"feeds of kind {', '.join(sorted(rule.kinds))}"] if rule.kinds else []
    return " and ".join([*feeds, *kinds])


def _way(result: WayResult, evaluation: Evaluation) -> str:
    way = result.way
    if result.holds and way.needs_opinion:
        return f"its words are there, and it holds if the second opinion agrees: {_with_groups(result.evidence)}"
    if result.holds:
        return "holds" + (f" with {_with_groups(result.evidence)}" if not way.everything else "")
    if result.missing:
        return _missing(way, result.missing, evaluation)
    if result.outside:
        return f"looks at {_WHERE[way.where]} only; elsewhere are {_with_places(result.outside)}"
    if result.blocked_by:
        return f"stopped by none: {_with_groups(result.blocked_by)}"
    if not result.nearest:
        return "no stretch of text serves two groups, and there is only one for them"
    if way.within is not None and result.distance is not None and result.distance > way.within:
        return f"too far apart: distance {result.distance} > {way.within}: {_with_groups(result.nearest)}"
    if way.sentence:
        return f"not in one sentence: {_with_groups(result.nearest)}"
    return f"its words do not fit together: {_with_groups(result.nearest)}"


def _missing(way: Way, missing: Sequence[str], evaluation: Evaluation) -> str:
    required = [group for group in missing if group in way.all]
    said = [f"no word of {', '.join(required)}"] if required else []
    if any(group not in way.all for group in missing):
        there = [group for group in way.any if evaluation.hits.get(group)]
        if way.at_least == 1:
            said.append(f"no word of any of {', '.join(way.any)}")
        else:
            has = f"has {', '.join(there)}" if there else "has none"
            said.append(f"{way.at_least} of {', '.join(way.any)} are needed, {has}")
    return "; ".join(said)


def _hits(hits: Sequence[Evidence]) -> str:
    shown = dict.fromkeys(f'"{hit.text}" ({_term(hit)}, in the {hit.field})' for hit in hits)
    return ", ".join(shown)


def _term(hit: Evidence) -> str:
    return _HOW[hit.how] if hit.how is How.SAME else f"{hit.term}: {_HOW[hit.how]}"


def _with_groups(evidence: Sequence[Evidence]) -> str:
    return ", ".join(dict.fromkeys(f'"{hit.text}" ({hit.group})' for hit in evidence))


def _with_places(evidence: Sequence[Evidence]) -> str:
    return ", ".join(dict.fromkeys(f'"{hit.text}" ({hit.group}, in the {hit.field})' for hit in evidence))


# -- JSON --------------------------------------------------------------------------------------------------------


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON; the texts are in the same words as in `as_text`."""
    return {
        "rules": [
            _rule_as_dict(one, explanation.near.get(one.rule.id, ()), explanation.texts.language)
            for one in explanation.evaluations
        ],
    }


def _rule_as_dict(evaluation: Evaluation, near: Sequence[NearMiss], language: str) -> dict[str, Any]:
    match = evaluation.match
    return {
        "rule": evaluation.rule.id,
        "hash": evaluation.rule.hash,
        "matches": match is not None,
        "verdict": _verdict(evaluation, language),
        "way": match.way if match else None,
        "severity": str(match.severity) if match else None,
        "confidence": match.confidence if match else None,
        "sure": match.sure if match else None,
        "reasons": list(match.reasons) if match else [],
        "opinion": match.opinion if match else "",
        "groups": {group: _as_list(hits) for group, hits in sorted(evaluation.hits.items()) if hits},
        "ignored": _as_list(evaluation.ignored),
        "never": _as_list(evaluation.vetoes),
        "ways": [
            {
                "way": result.way.name,
                "holds": result.holds,
                "why": _way(result, evaluation),
                "missing": list(result.missing),
                "distance": result.distance,
                "within": result.way.within,
                "evidence": _as_list(result.evidence or result.outside or result.blocked_by or result.nearest),
            }
            for result in evaluation.ways
        ],
        "near": [{"group": miss.group, "text": miss.text, "term": miss.term, "why": miss.why} for miss in near],
    }


def _as_list(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "group": hit.group,
            "field": str(hit.field),
            "start": hit.start,
            "end": hit.end,
            "text": hit.text,
            "term": hit.term,
            "how": str(hit.how),
        }
        for hit in evidence
    ]
