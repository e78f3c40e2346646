"""Why a text meets a rule, or what was missing, in words for the person who edits the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.match.engine import Document, Engine, Evaluation, WayResult
from monitor.match.lint import quoted
from monitor.model import Evidence, How

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


@dataclass(frozen=True, slots=True)
class Explanation:
    """How every rule asked about fared on one document."""

    document: Document
    evaluations: tuple[Evaluation, ...]


def explain(engine: Engine, document: Document, rule_id: str | None = None) -> Explanation:
    """Evaluate one rule, or all that are not off.

    Raises:
        KeyError: there is no such rule.
    """
    ids = [rule_id] if rule_id else [rule.id for rule in engine.rules]
    return Explanation(document, tuple(engine.evaluate(one, document) for one in ids))


def as_text(explanation: Explanation) -> str:
    """The explanation as lines: a verdict for each rule, then its groups and ways."""
    return "\n\n".join("\n".join(_rule_lines(one)) for one in explanation.evaluations)


def _rule_lines(evaluation: Evaluation) -> list[str]:
    rule = evaluation.rule
    name = f"{rule.id}@{rule.hash}" if rule.hash else rule.id
    if evaluation.match:
        lines = [f'{name}: MATCHES by way "{evaluation.match.way}", severity {evaluation.match.severity}']
    elif not evaluation.applies:
        lines = [f"{name}: does not apply to this feed"]
    elif evaluation.vetoes:
        lines = [f"{name}: stopped by never: {_with_groups(evaluation.vetoes)}"]
    else:
        lines = [f"{name}: does not match"]
    for group, hits in sorted(evaluation.hits.items()):
        if hits:
            lines.append(f"  {group}: {_hits(hits)}")
    if evaluation.ignored:
        lines.append(f"  not counted, inside a phrase to ignore: {quoted(evaluation.ignored)}")
    return lines + [f'  way "{result.way.name}": {_way(result)}' for result in evaluation.ways]


def _way(result: WayResult) -> str:
    if result.holds:
        return "holds" + (f" with {_with_groups(result.evidence)}" if not result.way.everything else "")
    if result.missing:
        return f"no word of {', '.join(result.missing)}"
    if result.blocked_by:
        return f"stopped by none: {_with_groups(result.blocked_by)}"
    if result.way.within is not None and result.distance is not None and result.distance > result.way.within:
        return f"too far apart: distance {result.distance} > {result.way.within}"
    if result.way.sentence:
        return "its words are not in one sentence"
    return f"its words are not together in the {result.way.where}"


def _hits(hits: Sequence[Evidence]) -> str:
    shown = dict.fromkeys(f'"{hit.text}" ({_term(hit)}, in the {hit.field})' for hit in hits)
    return ", ".join(shown)


def _term(hit: Evidence) -> str:
    return _HOW[hit.how] if hit.how is How.SAME else f"{hit.term}: {_HOW[hit.how]}"


def _with_groups(evidence: Sequence[Evidence]) -> str:
    return ", ".join(dict.fromkeys(f'"{hit.text}" ({hit.group})' for hit in evidence))
