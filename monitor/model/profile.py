"""What linking keeps of a report and, added up, of a story. It adds itself up, because storage has to as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

MOST_WORDS, MOST_TOWNS = 250, 50
"""How many words and towns the profile of a story keeps."""

_DIGITS = 4
_OFTEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a report says, or the sum of what a story's reports say.

    `words` are weights by key: stems, and signs that are the same in every language (`@place`, `#act`, numbers).
    `squares` are the sums of their squares by script (see `script_of_key`). A report counts as `reports`: 1, or less
    when it is about many events. `towns` counts the reports whose headline names a place below a country, `placed`
    those that name any.
    """

    words: Mapping[str, float] = field(default_factory=dict)
    squares: Mapping[str, float] = field(default_factory=dict)
    reports: float = 0.0
    towns: Mapping[str, int] = field(default_factory=dict)
    placed: int = 0

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Profile:
        """The sum of some profiles; the heaviest of its words are kept, so that it stays small."""
        words: dict[str, float] = defaultdict(float)
        towns: dict[str, int] = defaultdict(int)
        reports, placed = 0.0, 0
        for one in profiles:
            for word, weight in one.words.items():
                words[word] += weight
            for town, count in one.towns.items():
                towns[town] += count
            reports += one.reports
            placed += one.placed
        kept = {word: round(weight, _DIGITS) for word, weight in nlargest(MOST_WORDS, words.items(), key=itemgetter(1))}
        return cls(
            words=kept,
            squares=squares(kept),
            reports=round(reports, _DIGITS),
            towns=dict(nlargest(MOST_TOWNS, towns.items(), key=itemgetter(1))),
            placed=placed,
        )

    def is_of(self, place_id: str) -> bool:
        """Whether a third or more of the reports whose headlines name places name this one."""
        return 0 < self.placed <= self.towns.get(place_id, 0) * _OFTEN


def squares(words: Mapping[str, float]) -> dict[str, float]:
    """The sums of squared weights by script."""
    found: dict[str, float] = defaultdict(float)
    for key, weight in words.items():
        found[script_of_key(key)] += weight * weight
    return {script: round(square, 2 * _DIGITS) for script, square in found.items()}


def script_of_key(key: str) -> str:
    """The script a stem is written in: "latin", "cyrillic" or "arabic"; "" for what is the same in every language."""
    char = key[:1]
    if not char.isalpha():
        return ""
    if "\u0400" <= char <= "\u052f":
        return "cyrillic"
    return "arabic" if "\u0600" <= char <= "\u077f" else "latin"
