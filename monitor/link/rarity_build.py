"""Counts in how many news items each stem and place is: `python -m monitor.link.rarity_build < items.jsonl`.

Reads JSON lines with `title` and `summary`, as `match` does, and prints the table that `rarity` reads. Some ten
thousand items over years make a good one; those of a week do not, because its news would pass for common words.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from monitor.link.rarity import ACTS, PLACES, SCRIPTS, script_of
from monitor.link.reading import asked_words

_LEAST = 4


def table(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the table: script, key and count, the number of items first; counts below four are left out."""
    items: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        record = json.loads(line)
        found = _keys(asked_words(record.get("title") or "", record.get("summary") or ""))
        items.update({PLACES, ACTS, *found})
        for script, keys in found.items():
            counts[script].update(keys)
    yield "# The news items counted, by script; then in how many of them each stem was (@: each place, #: each act)."
    for script in sorted(items):
        yield f"{script}\t\t{items[script]}"
        for key, count in sorted(counts[script].items()):
            if count >= _LEAST:
                yield f"{script}\t{key}\t{count}"


def _keys(asked: Iterable[str]) -> dict[str, set[str]]:
    """The stems of a report by their script, its places and its acts."""
    found: dict[str, set[str]] = defaultdict(set)
    for key in asked:
        act, _, place = key.partition("@")
        if place and not act:
            found[PLACES].add(place)
        elif act.startswith("#") and not place and ":" not in act:
            found[ACTS].add(act[1:])
        elif (script := script_of(key[0])) in SCRIPTS:
            found[script].add(key)
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table(sys.stdin))
