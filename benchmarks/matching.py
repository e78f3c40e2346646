"""Matching: ours beside other ways to look for the same terms in the same items, and with more and more rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import TypeVar

from benchmarks.desks import desk_rules
from benchmarks.headlines import made_items, read_items
from benchmarks.peers import PEERS, Peer
from benchmarks.rows import Row
from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rulefile import RuleFiles, read_rules

COUNT, ROUNDS, GROWTH_ROUNDS = 6_000, 3, 7
GROWTH = (30, 300, 1_000)

T = TypeVar("T")


def run(items: Path | None) -> Iterator[Row]:
    """The figures, one after the other; over the items of a JSON lines file, or over invented ones."""
    files = read_rules(Path("rules"))
    written = {term.written: term for rule in files.rules for group in rule.words.values() for term in group}
    terms = sorted({" ".join(word.text for word in term.words) for term in written.values()})
    given = read_items(items) if items else made_items(files.rules, COUNT)
    headlines = [ItemTexts(one.title, language=one.language) for one in given]
    start = time.process_time()
    engine = compile_rules(files.rules, files.opinions)
    yield Row(f"compiling the {len(files.rules)} shipped rules, {len(terms):,} terms", f"{_since(start):.2f} s")
    start = time.process_time()
    matched = sum(bool(engine.match(texts)) for texts in given)
    yield Row(
        f"{len(given):,} {'given' if items else 'invented'} items of {_length(given):.0f} characters, "
        f"{matched / len(given):.1%} of which match: the first time, every word new",
        f"{len(given) / _since(start):,.0f} items/s",
    )
    alone = _rate(engine.match, given)
    yield Row("**headline and summary**, warm, one core", f"{alone:,.0f} items/s", "1")
    yield from _beside(alone, given, terms)
    short = _rate(engine.match, headlines)
    yield Row(f"**headlines alone**, {_length(headlines):.0f} characters", f"{short:,.0f} items/s", "1")
    yield from _beside(short, headlines, terms)
    yield from _growth(files, given)


def _growth(files: RuleFiles, given: Sequence[ItemTexts]) -> Iterator[Row]:
    """What more and more rules cost: measured in turns, so that a slow minute is slow for all of them."""
    desks = desk_rules(max(GROWTH) - len(files.rules))
    engines = {
        count: compile_rules([*files.rules, *desks[: count - len(files.rules)]], files.opinions)
        for count in (len(files.rules), *GROWTH)
    }
    for engine in engines.values():
        for texts in given:
            engine.match(texts)
    turns = [{count: _round(engine.match, given) for count, engine in engines.items()} for _ in range(GROWTH_ROUNDS)]
    best = {count: min(turn[count] for turn in turns) for count in engines}
    for count in GROWTH:
        yield Row(
            f"headline and summary, {count:,} rules: the shipped ones and {count - len(files.rules)} desk rules",
            f"{len(given) / best[count]:,.0f} items/s",
            f"{best[count] / best[len(files.rules)]:.2f} times the cost of {len(files.rules)} rules",
        )


def _beside(ours: float, given: Sequence[ItemTexts], terms: Sequence[str]) -> Iterator[Row]:
    """What each peer does with the same items and terms."""
    texts = [f"{one.title} {one.summary}".strip() for one in given]
    for name, (build, most) in PEERS.items():
        try:
            peer: Peer = build(terms)
        except ImportError as error:
            yield Row(name, "missing", f"not installed here: {error}")
            continue
        rate = _rate(peer, texts[:: max(1, len(texts) // most)])
        ratio = f"ours is {ours / rate:,.0f} times as fast" if ours > rate else f"ours is 1/{rate / ours:.1f} of it"
        yield Row(name, f"{rate:,.0f} items/s" if rate >= 10 else f"{rate:.2f} items/s", ratio)


def _rate(match: Callable[[T], object], given: Sequence[T]) -> float:
    """Items a second of processor time in the fastest of some rounds over items that were all met before."""
    for one in given:
        match(one)
    return len(given) / min(_round(match, given) for _ in range(ROUNDS))


def _round(match: Callable[[T], object], given: Sequence[T]) -> float:
    start = time.process_time()
    for one in given:
        match(one)
    return _since(start)


def _since(start: float) -> float:
    return time.process_time() - start


def _length(given: Sequence[ItemTexts]) -> float:
    return fmean(len(texts.title) + len(texts.summary) for texts in given)
