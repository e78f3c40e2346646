"""The second opinion: how sure a match is, weighed from what the rule found and the words around it.

A linear model for each rule, fitted by `monitor.workbench.learn` and kept as a readable file: every weight stands
beside the way, group or word it belongs to. It never silences a match, stays out of languages it has too few items of,
and lets a way that is too broad to be trusted alone hold where it is sure. Beside it may lie one with weights for the
vectors of a sentence encoder too (docs/decisions/0046), which judges where there are such vectors.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import itemgetter
from pathlib import Path
from sys import intern

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.match.features import Features, Parted, names_of, parted, scale
from monitor.match.meaning import Meant
from monitor.model import Vector
from monitor.model.hashed import Hashed, Hashing
from monitor.wording.doubt import is_function_word

FORMAT = 1
_REASONS = 5
_REMEMBERED = 10_000
_LEAST = 0.05
_FAR = 500.0
_WHOLE = ("term:", "word:", "start:", "pair:")

Curve = tuple[tuple[float, float], ...]
"""How sure the odds make it: pairs of log-odds and confidence (0 to 1), rising; without any, as sure as the odds."""


class Measured(BaseModel):
    """Precision, recall and F1, from 0 to 1, and the relevant items they were measured on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relevant: int
    precision: float
    recall: float
    f1: float


class OpinionFile(BaseModel):
    """A file of rules/opinions/: the weights of one rule and where they come from.

    A match is sure from a confidence of `sure_from`; a way that needs the opinion holds from `needed_from`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    rule: str
    version: str = Field(description="The first letters of the SHA-256 of the weights and thresholds.")
    fitted_on: dict[str, int] = Field(description="Labelled items by language, of the languages it speaks on.")
    rules_alone: dict[str, Measured] = Field(description="By language and `all`; on the same items as `measured`.")
    measured: dict[str, Measured] = Field(description="With the opinion, cross-validated.")
    sure_from: float
    needed_from: float
    curve: Curve = Field(
        default=(), description="How sure the odds make it: pairs of log-odds and confidence, rising; none: as odds."
    )
    broad_curve: Curve = Field(default=(), description="The same where only ways that need the opinion hold.")
    intercept: float
    weights: dict[str, float]
    meant: Meant | None = Field(default=None, description="Of an opinion that weighs vectors of an encoder, how.")

    @field_validator("curve", "broad_curve")
    @classmethod
    def _rises(cls, curve: Curve) -> Curve:
        if any(left >= right or low > high for (left, low), (right, high) in pairwise(curve)):
            raise ValueError("a curve must rise from point to point")
        if any(not 0 <= confidence <= 1 for _, confidence in curve):
            raise ValueError("the confidences of a curve lie between 0 and 1")
        return curve


@dataclass(frozen=True, slots=True)
class Said:
    """What an opinion says of one match: 0 to 1, and the words that weighed most, for (+) and against (-).

    Words that hold sentences together weigh too, and are no reason that anybody can read.
    """

    confidence: float
    sure: bool
    enough_for_broad_ways: bool
    reasons: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """The weights of one rule, ready to be applied; `informed` has, by encoder, those that weigh its vectors too.

    `file` is kept without its weights: they are tens of thousands, and take a tenth of the memory as `_weights`. Those
    of what the rule found are asked for most, and stand in `_parted`, by both parts of their names: so Python finds the
    few names of an item that have one at once.
    """

    file: OpinionFile
    informed: Mapping[str, Opinion] = field(default_factory=dict)
    _weights: Hashed[float] = field(init=False, repr=False)
    _parted: Mapping[str, Mapping[str, float]] = field(init=False, repr=False)
    _sums: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = Hashing("d", 0.0)
        in_parts: dict[str, dict[str, float]] = {}
        for name, weight in self.file.weights.items():
            if name.startswith(_WHOLE):
                weights.add(name, weight)
            else:
                first, last = parted(name)
                in_parts.setdefault(first, {})[intern(last)] = weight
        object.__setattr__(self, "_weights", weights.done())
        object.__setattr__(self, "_parted", in_parts)
        object.__setattr__(self, "file", self.file.model_copy(update={"weights": {}}))

    def speaks(self, language: str) -> bool:
        """Whether it was fitted on enough items of a language."""
        return language in self.file.fitted_on

    def with_vectors_of(self, encoder: str, language: str) -> Opinion | None:
        """The one that weighs vectors of an encoder too and speaks on a language; None when there is none."""
        informed = self.informed.get(encoder)
        return informed if informed is not None and informed.speaks(language) else None

    def weighs(self, vector: Vector) -> bool:
        """Whether it can weigh a vector: it is as long as those it was fitted on."""
        return self.file.meant is not None and self.file.meant.fits(vector)

    def say(self, features: Features, *, broad: bool = False, vector: Vector | None = None) -> Said:
        """What it says of an item with these features; `broad` where no way holds but those that need it.

        `vector` is what the encoder makes of the item, for an opinion that weighs it. Words are named as
        reasons only where it lets a way hold: otherwise there is no match, and nobody to read them.
        """
        evidence = sum(each * self._total(names) for names, each in features.parted())
        evidence += sum(each * self._weights.total(names) for names, each in features.whole())
        each = scale(len(features.words))
        words = {word: self._sum(word) * each for word in features.words}
        odds = self.file.intercept + evidence + sum(words.values())
        meant, likeness = self.file.meant, None
        if meant is not None and vector is not None:
            odds += meant.odds(vector)
            likeness = meant.likeness(vector)
        confidence = confidence_at(odds, self.file.broad_curve if broad else self.file.curve)
        enough = confidence >= self.file.needed_from
        reasons = () if broad and not enough else self._reasons(features, words)
        return Said(
            confidence=round(confidence, 3),
            sure=confidence >= self.file.sure_from,
            enough_for_broad_ways=enough,
            reasons=(*reasons, *filter(None, [likeness])),
            version=f"{self.file.version} with {meant.encoder}" if meant is not None else self.file.version,
        )

    def _reasons(self, features: Features, words: Mapping[str, float]) -> tuple[str, ...]:
        """The words that weigh most, as they are written, from what each word (folded) adds to the odds."""
        weighed, written = dict(words), dict(features.words)
        # Counted already, within the evidence: a term is said with its words.
        each = scale(len(features.terms))
        for term, (folded, stretch) in features.terms.items():
            if weight := self._weights.get(term):
                written.setdefault(folded, stretch)
                weighed[folded] = weighed.get(folded, 0.0) + weight * each
        weightiest = sorted(weighed, key=lambda word: (-abs(weighed[word]), word))
        telling = islice((word for word in weightiest if not is_function_word(written[word])), _REASONS)
        return tuple(
            f"{'+' if weighed[word] > 0 else '-'}{written[word]}" for word in telling if abs(weighed[word]) >= _LEAST
        )

    def _total(self, names: Parted) -> float:
        """The weights of names in two parts, added."""
        total = 0.0
        for first, every in names.items():
            if every and (weights := self._parted.get(first)):
                total += sum([weights[last] for last in weights.keys() & every])
        return total

    def _sum(self, word: str) -> float:
        """The weights a word stands under, together; remembered, as most words come again."""
        known = self._sums.get(word)
        if known is None:
            if len(self._sums) >= _REMEMBERED:
                self._sums.clear()
            known = self._sums[word] = self._weights.total(names_of(word))
        return known


def confidence_at(odds: float, curve: Curve) -> float:
    """How sure log-odds make a match, 0 to 1: between the points of a curve in a straight line, outside as its ends.

    Without a curve they are taken at their word.
    """
    if not curve:
        return 1 / (1 + math.exp(-max(-_FAR, min(_FAR, odds))))
    after = bisect_right(curve, odds, key=itemgetter(0))
    if after in (0, len(curve)):
        return curve[min(after, len(curve) - 1)][1]
    (left, low), (right, high) = curve[after - 1], curve[after]
    return low + (high - low) * (odds - left) / (right - left)


def read_opinions(folder: Path, files: Files) -> tuple[dict[str, Opinion], tuple[Problem, ...]]:
    """The opinions in a folder by rule, and what is wrong with any of its files. Never raises for what they hold.

    Each is the plain one of its rule. Those that weigh vectors too are within it, for where there are none, it judges.
    """
    plain: dict[str, Opinion] = {}
    informed: dict[str, dict[str, Opinion]] = {}
    paths: dict[str, Path] = {}
    problems = []
    for path in files.names(folder, "*.json"):
        try:
            file = OpinionFile.model_validate(json.loads(files.read(path).decode()))
        except (OSError, ValueError) as error:
            what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            problems.append(Problem(path, 1, 1, Level.ERROR, f"is not a second opinion: {what}; run `learn` again"))
            continue
        if file.format != FORMAT:
            message = f"format {file.format} is not known; run `learn` again"
            problems.append(Problem(path, 1, 1, Level.ERROR, message))
            continue
        if file.meant is None:
            plain[file.rule] = Opinion(file, informed.setdefault(file.rule, {}))
        else:
            informed.setdefault(file.rule, {})[file.meant.encoder] = Opinion(file)
            paths[file.rule] = path
    for rule in paths.keys() - plain.keys():
        message = "weighs the vectors of an encoder, and the plain opinion is not beside it; run `learn` again"
        problems.append(Problem(paths[rule], 1, 1, Level.ERROR, message))
    return plain, tuple(problems)
