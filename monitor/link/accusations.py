"""Who is accused of an event, and by whom, as a headline says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.link.attacks import is_attack
from monitor.link.tolls.tolls import LONGEST_QUOTE
from monitor.model import ClaimKind, Statement

_NAME = r"[^,.;:!?\"“”«»()]{2,60}?"
_ACCUSATION = re.compile(
    rf"""^({_NAME})\s+(?:
        (?:accuses|accused|blames|blamed)\s+(?P<en>{_NAME})\s+(?:of|for|over)
        |(?:accuse|accusent)\s+(?P<fr>{_NAME})\s+d(?:e\b|['’]|'avoir)
        |(?:acusa|acusan|acusó|culpa|culpan|culpó|responsabiliza|responsabilizan|responsabilizó)\s+al?\s+(?P<es>{_NAME})\s+(?:de|por)
        |(?:обвинил[аио]?|обвиняет|обвиняют)\s+(?P<ru>{_NAME})\s+в
        |(?:звинувати(?:в|ла|ли|ло)|звинувачує|звинувачують)\s+(?P<uk>{_NAME})\s+[ву]
        |(?:تتهم|يتهم|تتهمان|اتهمت|اتهم)\s+(?P<ar>{_NAME})\s+ب\w*
      )\s""",
    re.IGNORECASE | re.VERBOSE,
)


_ACCUSED = re.compile(
    rf"""^(?P<name>{_NAME})\s+(?:
        (?:is\s+|are\s+|was\s+|were\s+|stands?\s+)?(?:accused\s+of|blamed\s+for)
        |(?:est\s+|sont\s+)?accusée?s?\s+d(?:e\b|['’])
        |(?:es\s+|son\s+|fue\s+)?acusad[oa]s?\s+(?:de|por)
        |обвин[её]н[аыо]?\s+в|обвиняется\s+в|обвиняются\s+в
        |звинувачується\s+[ву]|звинувачуються\s+[ву]
      )\s?""",
    re.IGNORECASE | re.VERBOSE,
)
"""Somebody who is accused at the start of a headline, by nobody who is named."""


def accusations_in(title: str) -> Iterator[Statement]:
    """What a headline accuses somebody of: "Kyiv accuses Moscow of", or of an attack by nobody who is named."""
    quote = title[:LONGEST_QUOTE]
    if found := _ACCUSATION.search(title):
        accused = next(name for name in found.groupdict().values() if name)
        yield Statement(kind=ClaimKind.ACCUSED, value=accused, words=accused, quote=quote, claimant=found[1].strip())
    elif (found := _ACCUSED.match(title)) and is_attack(title):
        accused = found["name"].strip()
        yield Statement(kind=ClaimKind.ACCUSED, value=accused, words=accused, quote=quote)
