"""Items to measure with: invented ones with the words of ordinary days, or real ones from a file."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import wordfreq

from monitor.demo.server import read_story
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Rule
from monitor.model.languages import LANGUAGES

_SHARES = (40, 12, 12, 12, 12, 12)
_NEWS = 0.03
"""The share of items put together from the rules' own examples and the demo's story."""


def made_items(rules: Sequence[Rule], count: int) -> list[ItemTexts]:
    """Headlines with summaries, as long as real ones are, the same each time.

    In 97 of 100 every word is drawn as often as its language uses it, so that the words of terms come as often as
    on ordinary days; the others speak of what the rules look for.
    """
    rng = random.Random(1)
    texts = [example.text for rule in rules for example in (*rule.match, *rule.no_match, *rule.known_wrong)]
    entries = [entry for feed in read_story().values() for entry in feed.entries]
    texts += [entry.title for entry in entries] + [entry.summary for entry in entries]
    words = {language: wordfreq.get_frequency_dict(language, "large") for language in LANGUAGES}
    shares = {language: (list(found), list(accumulate(found.values()))) for language, found in words.items()}
    made = []
    for _ in range(count):
        language = rng.choices(LANGUAGES, _SHARES)[0]
        if rng.random() < _NEWS:
            made.append(ItemTexts(rng.choice(texts), f"{rng.choice(texts)}. {rng.choice(texts)}", language="en"))
        else:
            title = _sentence(rng, *shares[language], rng.randint(7, 16))
            summary = f"{_sentence(rng, *shares[language], rng.randint(14, 40))}."
            made.append(ItemTexts(title, summary, language=language))
    return made


def read_items(path: Path) -> list[ItemTexts]:
    """The items of a JSON lines file with `title`, and perhaps `summary` and `language`."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        ItemTexts(record["title"], record.get("summary") or "", language=record.get("language") or "")
        for record in records
    ]


def _sentence(rng: random.Random, words: list[str], shares: list[float], length: int) -> str:
    """Some words as headlines write them: a capital here and there, a comma now and then."""
    drawn = rng.choices(words, cum_weights=shares, k=length)
    marks = rng.choices(("", ","), (12, 1), k=length)
    capitals = rng.choices((False, True), (4, 1), k=length)
    return " ".join(
        (word.title() if big else word) + mark for word, mark, big in zip(drawn, marks, capitals, strict=True)
    )
