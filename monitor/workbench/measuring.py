"""Measure the rule alone and a second opinion: on which languages, from which confidence, and is it a gain?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from monitor.match.opinion import Measured
from monitor.workbench.labelled import Case

ALL = "all"
LEAST_ITEMS, LEAST_RELEVANT = 200, 20
"""How many labelled items of one language, and how many relevant among them, an opinion needs to be fitted at all."""

LEAST_NEEDED = f"at least {LEAST_ITEMS} of a language, {LEAST_RELEVANT} of them relevant"

LEAST_CARRIED, LEAST_CARRIED_RELEVANT = 25, 5
"""How many it needs of each further language: what the rule found means the same in all, so a few show that it carries
over (decision 0031)."""

LEAST_GAIN, WEIGHT_OF_ALL = 0.01, 20
"""By how much F1 must rise in a language, and how many relevant items the gain over all languages weighs beside it.

With few relevant items one of them moves F1 by as much as an opinion gains, so what it gains everywhere says more of
such a language than its own figures do (decision 0049). The thresholds are chosen on the same items, which flatters a
little.
"""

_STEPS = 100
_NEVER_BELOW, _LIKELY, _NEVER_ABOVE = 5, 45, 95
_RATHER_YES, _AS_GOOD = 50, 0.002
"""Up to where a match must be rather relevant than not, as long as F1 loses no more than chance (decision 0053)."""


def languages_to_fit(cases: Sequence[Case]) -> tuple[list[str], dict[str, str]]:
    """The languages with enough items, and what the others lack; none where no language has enough to fit on."""
    items = Counter(case.language for case in cases)
    relevant = Counter(case.language for case in cases if case.relevant)
    fitted = any(count >= LEAST_ITEMS and relevant[language] >= LEAST_RELEVANT for language, count in items.items())
    least = (LEAST_CARRIED, LEAST_CARRIED_RELEVANT) if fitted else (LEAST_ITEMS, LEAST_RELEVANT)
    silent = {
        language: f"{count} labelled items, {relevant[language]} of them relevant, are too few"
        for language, count in items.items()
        if not language or count < least[0] or relevant[language] < least[1]
    }
    return [language for language in sorted(items) if language not in silent], silent


def thresholds(cases: Sequence[Case], confidences: Sequence[float]) -> tuple[float, float]:
    """From which confidence a match is sure, and from which a broad way holds, for the highest F1 over all.

    Where it makes no difference at all a match stays sure, as the rule alone would have it. Where it makes hardly any,
    a match is sure from as near to .5 as that allows: news is fuller of what is not relevant than labelled items are.
    """
    relevant = sum(case.relevant for case in cases)
    plain, broad = ([[0, 0] for _ in range(_STEPS + 1)] for _ in range(2))
    for case, confidence in zip(cases, confidences, strict=True):
        if case.found and not case.in_doubt:
            counts = plain if case.plain else broad
            counts[int(confidence * _STEPS)][case.relevant] += 1
    highest: list[tuple[float, int, int]] = []
    for sure in range(_NEVER_BELOW, _NEVER_ABOVE):
        best = (-1.0, 0, 0)
        for needed in range(max(sure, _LIKELY), _NEVER_ABOVE + 1):
            right = sum(pair[1] for pair in (*plain[sure:], *broad[needed:]))
            wrong = sum(pair[0] for pair in (*plain[sure:], *broad[needed:]))
            f1 = round(2 * right / max(1, right + wrong + relevant), 3)
            if f1 > best[0]:
                best = (f1, sure, needed)
        highest.append(best)
    chosen = max(highest, key=lambda one: one[0])
    for one in highest:
        differs = any(pair != [0, 0] for pair in plain[chosen[1] : one[1]])
        if differs and chosen[1] < one[1] <= _RATHER_YES and one[0] >= chosen[0] - _AS_GOOD:
            chosen = (chosen[0], *one[1:])
    return chosen[1] / _STEPS, chosen[2] / _STEPS


def sure_alone(cases: Sequence[Case]) -> list[bool]:
    """Which items end in a sure match by the rule alone."""
    return [case.plain and not case.in_doubt for case in cases]


def sure_matches(
    cases: Sequence[Case], confidences: Sequence[float], sure_from: float, needed_from: float
) -> list[bool]:
    """Which items end in a sure match with an opinion that has these thresholds."""
    return [
        not case.in_doubt and (confidence >= sure_from if case.plain else case.broad and confidence >= needed_from)
        for case, confidence in zip(cases, confidences, strict=True)
    ]


def languages_without_gain(
    cases: Sequence[Case], sure: Sequence[bool], alone: Mapping[str, Measured]
) -> dict[str, str]:
    """The languages in which an opinion does not beat the rule alone by enough, each with the figures.

    The gain in a language is drawn towards that over all, the more so the fewer relevant items it has. Where it has
    fewer others that the rule finds than all languages have, as among headlines that were written, those it lacks count
    as all do: else an opinion could only lose there (docs/decisions/0058).
    """
    found = measured_by_language(cases, sure)
    items = list(zip(cases, sure_alone(cases), sure, strict=True))
    everywhere = _Told.of(items)
    silent = {}
    for language, measured in found.items():
        if language == ALL:
            continue
        here = _Told.of([item for item in items if item[0].language == language])
        lacks = max(0.0, here.relevant * everywhere.others / max(1, everywhere.relevant) - here.others)
        gain = here.relevant * here.gain(lacks, everywhere) + WEIGHT_OF_ALL * everywhere.gain(0, everywhere)
        if gain < LEAST_GAIN * (here.relevant + WEIGHT_OF_ALL):
            silent[language] = f"F1 {measured.f1:.3f} does not beat {alone[language].f1:.3f} of the rule alone"
    return silent


class _Told(NamedTuple):
    """Of some items: how many are relevant, how many others the rule finds, and how many of both are told as sure."""

    relevant: int
    others: int
    right: tuple[int, int]
    """By the rule alone, and with the opinion."""
    wrong: tuple[int, int]

    @classmethod
    def of(cls, items: Sequence[tuple[Case, bool, bool]]) -> Self:
        """Count items, each with whether the rule alone and the opinion are sure of it."""
        relevant = [item for item in items if item[0].relevant]
        others = [item for item in items if item[0].found and not item[0].relevant]
        right, wrong = ((sum(item[1] for item in part), sum(item[2] for item in part)) for part in (relevant, others))
        return cls(len(relevant), len(others), right, wrong)

    def gain(self, lacks: float, everywhere: _Told) -> float:
        """How much higher F1 is with the opinion, when so many others more are told as often as `everywhere`."""
        alone, opinion = (
            2 * right / max(1.0, right + wrong + lacks * told / max(1, everywhere.others) + self.relevant)
            for right, wrong, told in zip(self.right, self.wrong, everywhere.wrong, strict=True)
        )
        return opinion - alone


def measured_by_language(cases: Sequence[Case], sure: Sequence[bool]) -> dict[str, Measured]:
    """The measures over all, and of each language."""
    measures = {ALL: _measured(cases, sure)}
    for language in sorted({case.language for case in cases}):
        own = [number for number, case in enumerate(cases) if case.language == language]
        measures[language] = _measured([cases[number] for number in own], [sure[number] for number in own])
    return measures


def _measured(cases: Sequence[Case], sure: Sequence[bool]) -> Measured:
    relevant = sum(case.relevant for case in cases)
    right = sum(case.relevant and one for case, one in zip(cases, sure, strict=True))
    return Measured(
        relevant=relevant,
        precision=round(right / sum(sure), 3) if any(sure) else 0.0,
        recall=round(right / relevant, 3) if relevant else 0.0,
        f1=round(2 * right / (sum(sure) + relevant), 3) if any(sure) or relevant else 0.0,
    )
