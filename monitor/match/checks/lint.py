"""Rules that are valid but do not do what their examples say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from monitor.errors import Level, Problem
from monitor.match.engine import Engine, Evaluation
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import ANY_LANGUAGE, Example, Rule, Way
from monitor.model import Evidence
from monitor.model.languages import LANGUAGES


def lint(rules: Sequence[Rule], engine: Engine) -> tuple[Problem, ...]:
    """Run the examples of every rule that is not off, and warn of languages that have none.

    A failing `match` or `no_match` example is an error; `known_wrong` ones never fail.
    """
    live = {rule.id for rule in engine.rules}
    return tuple(problem for rule in rules if rule.id in live for problem in _lint(rule, engine))


def _lint(rule: Rule, engine: Engine) -> Iterator[Problem]:
    hits: set[tuple[str, str]] = set()
    failed = False
    for example in rule.match:
        evaluation = engine.evaluate(rule.id, _texts_of(example, rule))
        hits |= {(group, piece.term) for group, found in evaluation.hits.items() for piece in found}
        if wrong := _should_match(example, evaluation):
            failed = True
            yield _problem(rule, example, Level.ERROR, f"should match but does not: {wrong}")
    for example in rule.no_match:
        if not (example.text + example.summary + example.body).strip():
            yield _problem(rule, example, Level.WARNING, "is empty, so it tests nothing; write a headline")
        evaluation = engine.evaluate(rule.id, _texts_of(example, rule))
        if evaluation.match:
            words = quoted(evaluation.match.evidence)
            message = f'should not match but does, by "{evaluation.match.way}" with {words}'
            yield _problem(rule, example, Level.ERROR, message)
    if not failed:
        yield from _languages_without_example(rule, hits)


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


def _languages_without_example(rule: Rule, hits: Collection[tuple[str, str]]) -> Iterator[Problem]:
    """Languages that the rule can be met in but no example is; `hits` are groups and terms as written."""
    seen = {term.language for group, terms in rule.words.items() for term in terms if (group, term.written) in hits}
    speaks = _languages_of_groups(rule)
    for language in LANGUAGES:
        if rule.match and language not in seen and any(_can_hold(way, speaks, language) for way in rule.ways):
            message = f"no example under match holds a word of the {language} lists; add one, so that they are tried"
            yield Problem(rule.path, rule.match[0].line, rule.match[0].column, Level.WARNING, message)


def _languages_of_groups(rule: Rule) -> dict[str, set[str]]:
    """The languages each group has terms in; a group built from others, those one of its parts can be hit in."""
    speaks = {group: {term.language for term in terms} for group, terms in rule.words.items()}
    for name, parts in rule.groups.items():
        speaks[name] = {
            language
            for part in parts
            for language in LANGUAGES
            if any(language in speaks.get(group, ()) for group in part.any)
            or (part.all and all(speaks.get(group, set()) & {language, ANY_LANGUAGE} for group in part.all))
        }
    return speaks


def _can_hold(way: Way, speaks: Mapping[str, set[str]], language: str) -> bool:
    """Whether a way can be met by words of one language and of any_language, with one of that language among them."""
    wanted = [speaks.get(group, set()) for group in (*way.all, *way.any)]
    needed = all(speaks.get(group, set()) & {language, ANY_LANGUAGE} for group in way.all)
    enough = sum(bool(speaks.get(group, set()) & {language, ANY_LANGUAGE}) for group in way.any) >= way.at_least
    return needed and (enough or not way.any) and any(language in one for one in wanted)


def _texts_of(example: Example, rule: Rule) -> ItemTexts:
    """The example as an item of a feed that the rule is for."""
    feed_id = min(rule.feeds, default="")
    return ItemTexts(example.text, example.summary, example.body, feed_id=feed_id, kind=min(rule.kinds, default=None))


def _problem(rule: Rule, example: Example, level: Level, message: str) -> Problem:
    shown = example.text if len(example.text) <= 60 else example.text[:59] + "…"
    return Problem(rule.path, example.line, example.column, level, f'example "{shown}" {message}')
