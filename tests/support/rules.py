"""Rules for tests, written as editors write them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from monitor.files.snapshot import Files
from monitor.match.engine import Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import OpinionFile
from monitor.match.rule import Rule, Way
from monitor.match.rulefile import RuleFiles, read_rules
from monitor.match.terms import parse_term
from monitor.model import Evidence
from tests.support.tree import RULES

FLOODS_RULE = """format: 1
id: floods
title: Floods
severity: high
words: {water: {en: [flood]}}
find: [{name: any mention, all: [water]}]
examples: {match: [Floods in the valley], no_match: [Sunny day]}
"""


_FILES = Files()


@functools.cache
def shipped_files(route_names: frozenset[str] | None = None) -> RuleFiles:
    """The shipped rules as they are read; once in a process, for that takes as long as hundreds of tests.

    A rule keeps of the routes that it names those of `route_names`; None: all.
    """
    return read_rules(RULES, route_names=route_names, files=_FILES)


@functools.cache
def shipped_rules(route_names: frozenset[str] | None = None) -> Engine:
    """The shipped rules with their opinions; compiled once in a process, as `shipped_files` are read."""
    files = shipped_files(route_names)
    return compile_rules(files.rules, files.opinions)


def rule(words: dict[str, list[str]], *ways: Way, language: str = "en", **over: Any) -> Rule:
    """A rule whose groups are these terms; without ways, one hit of any group meets it."""
    terms = {group: tuple(parse_term(term, language) for term in written) for group, written in words.items()}
    given = ways or (Way(name="any", any=tuple(words)),)
    return Rule(id="r", title="R", path=Path("r.yaml"), words=terms, ways=given, hash="0a1b2c", **over)


def engine(words: dict[str, list[str]], *ways: Way, language: str = "en", **over: Any) -> Engine:
    return compile_rules([rule(words, *ways, language=language, **over)])


def opinion_file(weights: Mapping[str, float] = MappingProxyType({}), **over: object) -> OpinionFile:
    """An opinion on the rule `r` in English."""
    given = {
        "format": 1,
        "rule": "r",
        "version": "abc123",
        "fitted_on": {"en": 500},
        "rules_alone": {},
        "measured": {},
        "sure_from": 0.5,
        "needed_from": 0.9,
        "intercept": 0.0,
        "weights": dict(weights),
    }
    return OpinionFile.model_validate(given | over)


def hits(term: str, text: str, language: str = "en") -> list[Evidence]:
    """How one term hits a headline."""
    return list(engine({"g": [term]}, language=language).evaluate("r", ItemTexts(text)).hits.get("g", ()))
