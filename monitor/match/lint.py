"""Rules that are valid but do not do what their examples say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.errors import Level, Problem
from monitor.match.engine import Document, Engine, Evaluation
from monitor.match.rule import ANY_LANGUAGE, Example, Rule
from monitor.match.text import script_of
from monitor.model import Evidence

_LATIN = {"en", "fr", "es"}


def lint(rules: Sequence[Rule], engine: Engine) -> tuple[Problem, ...]:
    """Run the examples of every rule that is not off, and warn of languages that have none.

    A failing `match` or `no_match` example is an error; `known_wrong` ones never fail.
    """
    live = {rule.id for rule in engine.rules}
    return tuple(problem for rule in rules if rule.id in live for problem in _lint(rule, engine))


def _lint(rule: Rule, engine: Engine) -> Iterator[Problem]:
    for example in rule.match:
        if wrong := _should_match(example, engine.evaluate(rule.id, _document(example, rule))):
            yield _problem(rule, example, Level.ERROR, f"should match but does not: {wrong}")
    for example in rule.no_match:
        evaluation = engine.evaluate(rule.id, _document(example, rule))
        if evaluation.match:
            words = quoted(evaluation.match.evidence)
            message = f'should not match but does, by "{evaluation.match.way}" with {words}'
            yield _problem(rule, example, Level.ERROR, message)
    yield from _languages_without_example(rule)


def _should_match(example: Example, evaluation: Evaluation) -> str | None:
    """What is wrong with how a `match` example came out."""
    if evaluation.vetoes:
        return f"{quoted(evaluation.vetoes)} is in a group under never"
    if evaluation.match is None:
        return why_not(evaluation)
    if example.way is not None and not any(way.holds and way.way.name == example.way for way in evaluation.ways):
        return f'it matches by "{evaluation.match.way}", not by "{example.way}"'
    if example.severity is not None and evaluation.match.severity is not example.severity:
        return f"its severity is {evaluation.match.severity}, not {example.severity}"
    return None


def why_not(evaluation: Evaluation) -> str:
    """What each way lacks, in a line."""
    reasons = []
    for result in evaluation.ways:
        if result.missing:
            reasons.append(f'"{result.way.name}" has no word of {", ".join(result.missing)}')
        elif result.blocked_by:
            reasons.append(f'"{result.way.name}" is stopped by {quoted(result.blocked_by)}')
        elif result.way.within is not None and result.distance is not None and result.distance > result.way.within:
            reasons.append(f'"{result.way.name}" is too far apart: distance {result.distance} > {result.way.within}')
        else:
            reasons.append(f'"{result.way.name}" finds its words in the wrong place')
    return "; ".join(reasons)


def quoted(evidence: Sequence[Evidence]) -> str:
    """The words of the text, in quotes."""
    return ", ".join(dict.fromkeys(f'"{piece.text}"' for piece in evidence))


def _languages_without_example(rule: Rule) -> Iterator[Problem]:
    """Languages with terms but no example, as far as the script of the examples tells."""
    scripts = {script_of(word) for example in rule.match for word in example.text.split()}
    scripts |= {script_of(word) for example in rule.match for word in example.summary.split()}
    script_of_language = {"ar": "arabic", "ru": "cyrillic", "uk": "cyrillic"} | dict.fromkeys(_LATIN, "latin")
    languages = {term.language for terms in rule.words.values() for term in terms} - {ANY_LANGUAGE}
    for language in sorted(languages):
        if rule.match and script_of_language[language] not in scripts:
            message = f"no example under match is in the script of the {language} words"
            yield Problem(rule.path, rule.match[0].line, rule.match[0].column, Level.WARNING, message)


def _document(example: Example, rule: Rule) -> Document:
    """The example as an item of a feed that the rule is for."""
    feed_id = min(rule.feeds, default="")
    return Document(example.text, example.summary, example.body, feed_id=feed_id, kind=min(rule.kinds, default=None))


def _problem(rule: Rule, example: Example, level: Level, message: str) -> Problem:
    shown = example.text if len(example.text) <= 60 else example.text[:59] + "…"
    return Problem(rule.path, example.line, example.column, level, f'example "{shown}" {message}')
