"""Headlines to measure with: the rules' own examples and the demo's story, mixed into many distinct ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

from monitor.demo.server import read_story
from monitor.match.engine import Document
from monitor.match.rule import Rule


def documents(rules: Sequence[Rule], count: int) -> list[Document]:
    """Documents of a headline and a summary in six languages, each put together from two texts by a fixed seed."""
    texts = [example.text for rule in rules for example in (*rule.match, *rule.no_match, *rule.known_wrong)]
    entries = [entry for feed in read_story().values() for entry in feed.entries]
    texts += [entry.title for entry in entries] + [entry.summary for entry in entries]
    rng = random.Random(1)
    return [Document(rng.choice(texts), f"{rng.choice(texts)}. {rng.choice(texts)}") for _ in range(count)]
