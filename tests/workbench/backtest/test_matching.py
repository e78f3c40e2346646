"""Both sides read an item once, and yet find what an engine for each would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.match.engine import Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Rule, Status
from monitor.match.terms import parse_term
from monitor.model import ItemRevision
from monitor.workbench.backtest.matching import Sides
from monitor.workbench.backtest.sides import Side
from tests.support.backtests import item
from tests.support.rules import shipped_files, shipped_rules


@pytest.fixture(scope="module")
def shipped() -> Side:
    """The shipped rules with the terms that `texts` hit, and a twenty-fifth of the others to save time."""
    rules, engine = shipped_files().rules, shipped_rules()
    hit = {
        (rule.id, group, piece.term)
        for rule in rules
        for text in texts(rules)
        for group, found in engine.evaluate(rule.id, ItemTexts(text.title)).hits.items()
        for piece in found
    }

    def thinned(rule: Rule) -> Rule:
        kept = {
            group: tuple(
                term for number, term in enumerate(terms) if number % 25 == 0 or (rule.id, group, term.written) in hit
            )
            for group, terms in rule.words.items()
        }
        return replace(rule, words=kept)

    return Side("rules", tuple(map(thinned, rules)), shipped_files().opinions)


@pytest.fixture(scope="module")
def engine(shipped: Side) -> Engine:
    return compile_rules(shipped.rules, shipped.opinions)


def texts(rules: Sequence[Rule]) -> list[ItemRevision]:
    """Every fourth example of the rules, as it is and with a letter lost in a longer word."""
    examples = [one.text for rule in rules for one in (*rule.match, *rule.no_match, *rule.known_wrong)][::4]
    longer = [max(text.split(), key=len) for text in examples]
    misspelt = [text.replace(word, word[:-3] + word[-2:]) for text, word in zip(examples, longer, strict=True)]
    return [item(str(number), title=text) for number, text in enumerate((*examples, *misspelt))]


def with_words(rule: Rule, group: str, *terms: str, language: str = "en") -> Rule:
    added = tuple(parse_term(term, language) for term in terms)
    return replace(rule, words=rule.words | {group: (*rule.words[group], *added)}, hash="added")


def fewer_words(rule: Rule, group: str) -> Rule:
    return replace(rule, words=rule.words | {group: rule.words[group][::2]}, hash="fewer")


def edit(side: Side, name: str) -> Side:
    strikes, munitions, reactions = side.rules
    edited: tuple[Rule, ...] = {
        "nothing": side.rules,
        "a distance": (replace(strikes, ways=strikes.ways[1:], hash="ways"), munitions, reactions),
        "words added": (with_words(strikes, "attack", "schol", "=hospitl", "ambulanc .. hitt"), munitions, reactions),
        "words dropped": (strikes, munitions, fewer_words(reactions, next(iter(reactions.words)))),
        "a rule off": (replace(strikes, status=Status.OFF, hash="off"), munitions, reactions),
        "a language more": (with_words(strikes, "attack", "Angriff", language="any_language"), munitions, reactions),
        "a rule gone": (strikes, reactions),
    }[name]
    return replace(side, rules=edited)


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "words added",
        "a rule gone",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("a distance", "words dropped", "a rule off", "a language more")
        ),
    ],
)
def test_one_reading_finds_what_an_engine_for_each_side_finds(shipped: Side, engine: Engine, name: str) -> None:
    other = edit(shipped, name)
    given = texts(shipped.rules)
    alone = [engine, engine if other == shipped else compile_rules(other.rules, other.opinions)]
    sides = Sides(shipped, other)
    met = 0
    for one in given:
        asked = ItemTexts(one.title, feed_id=one.feed_id, kind=one.kind, language=one.language or "")
        for found, engine in zip(sides.match(one), alone, strict=True):
            assert {match.rule: match for match in found} == {match.rule: match for match in engine.match(asked)}
            met += bool(found)
    assert met > len(given) / 2
