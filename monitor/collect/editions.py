"""Entries of one document that differ in nothing but their dates: an alert in the same words, the report of each day.

An entry is known again by a digest of its words. Dates do not count for it, since feeds rewrite them; where a document
shows the same words under several dates at once, they do. docs/decisions/0006.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.collect.dates.published import rough_time
from monitor.collect.signs import ANOTHER_DATE
from monitor.model import Entry


def told_apart(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of a document, of which those with the same words and other dates have digests of their own.

    The oldest of them keeps the digest of its words. So when it leaves the document, the next one has that digest, and
    is known too.
    """
    words = Counter(entry.digest for entry in entries)
    if len(words) == len(entries):
        return tuple(entries)
    moments = {place: _moment(entry) for place, entry in enumerate(entries) if words[entry.digest] > 1}
    apart = list(entries)
    kept: dict[str, datetime] = {}
    dated = [(moment, place) for place, moment in moments.items() if moment is not None]
    for moment, place in sorted(dated):
        digest = entries[place].digest
        first = kept.setdefault(digest, moment)
        if moment - first >= ANOTHER_DATE:
            own = hashlib.sha256(f"{digest}\x1f{moment.isoformat()}".encode()).hexdigest()[:32]
            apart[place] = replace(entries[place], digest=own)
    return tuple(apart)


def _moment(entry: Entry) -> datetime | None:
    return rough_time((entry.published, *entry.dates, entry.updated))
