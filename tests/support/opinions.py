"""Opinions for tests, of a rule about fires."""

from __future__ import annotations

from monitor.match.engine import Engine, compile_rules
from monitor.match.opinion import Opinion
from monitor.match.rule import Rule, Way
from tests.support.rules import opinion_file, rule

WORDS = {"fire": ["fire", "blaze"], "house": ["house"]}
FIRES = (Way(name="fire", all=("fire",)), Way(name="any house", all=("house",), needs_opinion=True))


def opinion(weights: dict[str, float]) -> Opinion:
    return Opinion(opinion_file(weights))


def engine(weights: dict[str, float] | None) -> Engine:
    return compile_rules([fires()], {"r": opinion(weights)} if weights is not None else None)


def fires() -> Rule:
    return rule(WORDS, *FIRES)
