"""Rules as other desks would write them, to see what a thousand cost."""

from __future__ import annotations

import random
from pathlib import Path

import wordfreq

from monitor.match.rule import Rule, Term, Way
from monitor.match.terms import parse_term
from monitor.match.text import script_of
from monitor.model.languages import LANGUAGES, LANGUAGES_OF

_PER_LANGUAGE = 2
_TWO_WORDS = 1 / 3
# Ranks in the frequency lists: subjects and places are rare words, what happens to them is said of many things.
_RANKS = {"subject": (6_000, 25_000), "event": (1_500, 8_000), "place": (4_000, 25_000)}


def desk_rules(count: int) -> list[Rule]:
    """Rules of three groups with two terms in each of the six languages, a third of them of two words.

    Every rule draws its own words from the language's frequency list, and has two ways: its subject near an event, and
    all three groups in the lead.
    """
    rng = random.Random(3)
    listed = {
        language: [word for word in wordfreq.top_n_list(language, 40_000) if len(word) > 3 and _proper(word, language)]
        for language in LANGUAGES
    }
    ways = (
        Way(name="near", all=("subject", "event"), within=12),
        Way(name="all three", all=("subject", "event", "place"), within=40),
    )
    return [
        Rule(
            id=f"desk-{number}",
            title=f"Desk rule {number}",
            path=Path(f"desk-{number}.yaml"),
            send_to=("desk",),
            words={group: _terms(rng, listed, *ranks) for group, ranks in _RANKS.items()},
            ways=ways,
        )
        for number in range(count)
    ]


def _proper(word: str, language: str) -> bool:
    return word.isalpha() and all(language in LANGUAGES_OF.get(script_of(char), ()) for char in word)


def _terms(rng: random.Random, listed: dict[str, list[str]], first: int, last: int) -> tuple[Term, ...]:
    terms = []
    for language, words in listed.items():
        for _ in range(_PER_LANGUAGE):
            word = rng.choice(words[first:last])
            if rng.random() < _TWO_WORDS:
                word = f"{rng.choice(words[first:last])} {word}"
            terms.append(parse_term(word, language))
    return tuple(terms)
