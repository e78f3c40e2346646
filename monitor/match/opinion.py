"""The second opinion: how sure a match is, weighed from what the rule found and the words around it.

A linear model for each rule, fitted by `monitor.learn`, kept as a readable file: every weight stands beside the way,
group or words it belongs to. It never finds or silences a match, and stays out of languages it has too few items of.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from monitor.errors import Level, Problem
from monitor.files import Files
from monitor.match.scan import Document, Hit
from monitor.match.text import CHUNK, pieces

FORMAT = 1
_WORDS = 80
_REASONS = 5
_LEAST = 0.05


class OpinionFile(BaseModel):
    """A file of rules/opinions/: the weights of one rule and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    rule: str
    version: str
    fitted_on: dict[str, int] = Field(description="Labelled items by language, of the languages it speaks on.")
    measured: dict[str, dict[str, float]] = Field(description="Cross-validated, rules alone and with it.")
    threshold: float
    intercept: float
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an opinion says of one match: 0 to 1, whether that is enough, and the words that weighed most."""

    confidence: float
    sure: bool
    reasons: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """The weights of one rule, ready to be applied."""

    file: OpinionFile

    def judge(self, features: Iterable[str], language: str) -> Judgement | None:
        """What it says of a match with these features; None for a language it does not speak on."""
        if language not in self.file.fitted_on:
            return None
        found = {feature: weight for feature in features if (weight := self.file.weights.get(feature)) is not None}
        scale = 1 / math.sqrt(max(1, len(found)))
        confidence = 1 / (1 + math.exp(-self.file.intercept - scale * sum(found.values())))
        words = [
            (weight * scale, feature.partition(":")[2]) for feature, weight in found.items() if feature[:5] == "word:"
        ]
        weightiest = sorted(words, key=lambda pair: (-abs(pair[0]), pair[1]))[:_REASONS]
        reasons = tuple(f"{'+' if weight > 0 else '-'}{word}" for weight, word in weightiest if abs(weight) >= _LEAST)
        return Judgement(round(confidence, 3), confidence >= self.file.threshold, reasons, self.file.version)


def features_of(document: Document, groups: Mapping[str, list[Hit]], ways: Iterable[str]) -> frozenset[str]:
    """What a match is weighed by: its ways, the groups hit (and hit in the title), and words alone and in pairs."""
    found = {f"way:{way}" for way in ways}
    for group, hits in groups.items():
        if hits:
            found.add(f"group:{group}")
        if any(hit.in_title for hit in hits):
            found.add(f"title:{group}")
    for text in (document.title, document.summary):
        words = [piece.folded for chunk in CHUNK.findall(text[:2_000]) for piece in pieces(chunk)][:_WORDS]
        found |= {f"word:{word}" for word in words}
        found |= {f"word:{one} {two}" for one, two in pairwise(words)}
    return frozenset(found)


def read_opinions(folder: Path, files: Files) -> tuple[dict[str, Opinion], tuple[Problem, ...]]:
    """The opinions in a folder by rule, and what is wrong with any of its files. Never raises for what they hold."""
    opinions: dict[str, Opinion] = {}
    problems = []
    for path in files.names(folder, "*.json"):
        try:
            file = OpinionFile.model_validate(json.loads(files.read(path).decode()))
        except (OSError, ValueError) as error:
            what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            problems.append(Problem(path, 1, 1, Level.ERROR, f"is no second opinion: {what}; run `learn` again"))
            continue
        if file.format != FORMAT:
            message = f"format {file.format} is not known; run `learn` again"
            problems.append(Problem(path, 1, 1, Level.ERROR, message))
            continue
        opinions[file.rule] = Opinion(file)
    return opinions, tuple(problems)
