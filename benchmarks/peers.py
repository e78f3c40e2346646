"""What else could look for the same terms: each peer gets the plain words of every term and a text of an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module

Peer = Callable[[str], object]


def rapidfuzz_loop(terms: Sequence[str]) -> Peer:
    """The loop most people write first: how similar is each term to some part of the text?"""
    ratio = import_module("rapidfuzz.fuzz").partial_ratio

    def find(text: str) -> list[str]:
        folded = text.casefold()
        return [term for term in terms if ratio(term, folded) >= 90]

    return find


def regex_fuzzy(terms: Sequence[str]) -> Peer:
    """One fuzzy pattern for each term, with one mistake allowed in words of five letters and more."""
    regex = import_module("regex")
    flags = regex.IGNORECASE | regex.BESTMATCH
    patterns = [
        regex.compile(rf"\b(?:{regex.escape(term)}){'{e<=1}' if len(term) >= 5 else ''}\b", flags) for term in terms
    ]
    return lambda text: [pattern for pattern in patterns if pattern.search(text)]


def spacy_fuzzy(terms: Sequence[str]) -> Peer:
    """A blank pipeline, which only tokenises, and one token pattern for each term with FUZZY1 for each word."""
    spacy = import_module("spacy")
    nlp = spacy.blank("xx")
    matcher = import_module("spacy.matcher").Matcher(nlp.vocab)
    for number, term in enumerate(terms):
        matcher.add(str(number), [[{"LOWER": {"FUZZY1": word} if len(word) >= 5 else word} for word in term.split()]])
    return lambda text: matcher(nlp(text))


def hyperscan_exact(terms: Sequence[str]) -> Peer:
    """The limit: exact literals, ASCII letters in any case, each told once; no form of a word, no mistake, no rule."""
    hyperscan = import_module("hyperscan")
    found: list[int] = []
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=[re.escape(term).encode() for term in terms],
        ids=list(range(len(terms))),
        elements=len(terms),
        flags=[flags] * len(terms),
    )

    def told(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        found.append(number)

    def find(text: str) -> list[int]:
        found.clear()
        database.scan(text.encode(), match_event_handler=told)
        return found

    return find


PEERS: dict[str, tuple[Callable[[Sequence[str]], Peer], int]] = {
    "a loop of rapidfuzz.fuzz.partial_ratio": (rapidfuzz_loop, 100),
    "regex, one fuzzy pattern a term ({e<=1})": (regex_fuzzy, 20),
    "spaCy's Matcher with FUZZY1 on a blank pipeline": (spacy_fuzzy, 20),
    "Hyperscan, exact literals (the limit)": (hyperscan_exact, 1_000_000),
}
"""Each peer with the most items it is given: the slow ones would take hours over all."""
