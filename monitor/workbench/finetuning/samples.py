"""The texts that an encoder is fitted on: what rules found among labelled items, each with its labels and its part."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.workbench.labelled import Case
from monitor.workbench.learn import Material

PARTS = 3
_MOST_WEIGHT = 2.0


@dataclass(slots=True)
class LabelledText:
    """A text, whether it is relevant to each rule that was asked, and how much that counts.

    `part` says which encoder out of fold judges it: texts whose headlines begin alike have the same.
    """

    text: str
    part: int
    relevant: dict[str, bool] = field(default_factory=dict)
    weight: dict[str, float] = field(default_factory=dict)


def samples_of(materials: Iterable[Material]) -> list[LabelledText]:
    """The texts of what some way of these rules found, and of its copies; examples of rules are known to all parts."""
    found: dict[str, LabelledText] = {}
    given = {one.rule.id: one for one in materials}
    # An item itself before copies of others that read the same.
    for copies in (False, True):
        for rule, text, case, part in _texts(given, copies=copies):
            sample = found.setdefault(text, LabelledText(text, part))
            if rule not in sample.relevant:
                sample.relevant[rule] = case.relevant
                sample.weight[rule] = min(_MOST_WEIGHT, case.weight)
    return list(found.values())


def _texts(given: Mapping[str, Material], *, copies: bool) -> Iterator[tuple[str, str, Case, int]]:
    for rule, material in given.items():
        for case in material.cases:
            if case.found:
                begins = repr((case.language, *list(case.features.words)[:6]))
                part = zlib.crc32(begins.encode("utf-8", "surrogatepass")) % PARTS
                for one in case.copies if copies else (case,):
                    yield rule, one.text, one, part
