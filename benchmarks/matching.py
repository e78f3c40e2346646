"""Matching: our engine against a loop of fuzzy comparisons over the same terms, and against more rules."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rapidfuzz import fuzz

from benchmarks.headlines import documents
from monitor.match.engine import Document, compile_rules
from monitor.match.rule import Rule
from monitor.match.rulefile import read_rules


def run() -> list[tuple[str, str]]:
    """The figures, as rows of what was measured and how fast it was."""
    rules = read_rules(Path("rules"), route_names=None, feed_ids=None).rules
    terms = [term.written for rule in rules for group in rule.words.values() for term in group]
    few = documents(rules, 60)
    many = documents(rules, 6_000)
    start = time.perf_counter()
    engine = compile_rules(rules)
    compiled = time.perf_counter() - start
    ours = _rate(engine.match, many)
    loop = _rate(lambda document: _naive(document, terms), few, rounds=1)
    thousand = _rate(compile_rules(_small_rules(rules, 1_000)).match, many)
    return [
        (f"compiling the shipped rules, {len(terms):,} terms", f"{compiled:.2f} s"),
        ("matching, warm, one core", f"{ours:,.0f} items/s"),
        ("a loop of rapidfuzz.fuzz.partial_ratio over the same terms", f"{loop:,.0f} items/s"),
        ("ours against the loop", f"{ours / loop:,.0f} times"),
        ("1,000 rules instead of three", f"{ours / thousand:.1f} times the cost"),
    ]


def _rate(match: Callable[[Document], object], given: Sequence[Document], *, rounds: int = 2) -> float:
    """Documents a second in the last of some rounds: the first one warms up."""
    seconds = 1.0
    for _ in range(rounds):
        start = time.perf_counter()
        for document in given:
            match(document)
        seconds = time.perf_counter() - start
    return len(given) / seconds


def _naive(document: Document, terms: Sequence[str]) -> bool:
    text = f"{document.title} {document.summary}".casefold()
    return any([fuzz.partial_ratio(term, text) >= 90 for term in terms])  # noqa: C419 - all terms, as a rule set needs


def _small_rules(rules: Sequence[Rule], count: int) -> list[Rule]:
    """Rules as desks write them, of up to 12 terms a group, together using the terms of the shipped ones."""
    rng = random.Random(2)
    made = []
    for number in range(count):
        rule = rules[number % len(rules)]
        words = {group: tuple(rng.sample(terms, min(12, len(terms)))) for group, terms in rule.words.items()}
        made.append(replace(rule, id=f"rule-{number}", words=words))
    return made
