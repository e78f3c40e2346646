"""Fit second opinions: from labelled items to a readable file of weights for each rule, or a reason why not.

`labelled` reads the items, `fitting` fits, `measuring` says what it is worth, and `match.opinion` applies the file. An
opinion is written only when, cross-validated, it beats the rule alone, and speaks only on languages where it does
(docs/decisions/0031).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.match.engine import Engine
from monitor.match.features import KINDS
from monitor.match.opinion import FORMAT, Curve, Measured, OpinionFile, confidence_at
from monitor.match.rule import Rule
from monitor.workbench.fitting import Calibration, calibrated, confidences_unseen, cross_validated, curve_of, weights_of
from monitor.workbench.labelled import Case, Labelled, case_of, own_examples, with_copies
from monitor.workbench.meant import Space
from monitor.workbench.measuring import (
    LEAST_NEEDED,
    languages_to_fit,
    languages_without_gain,
    measured_by_language,
    sure_alone,
    sure_matches,
    thresholds,
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of fitting one rule: how it does alone, and the opinion, or why there is none.

    `told` says of each item judged by the rule, in order, whether it ends in a sure match, by a model that did not see
    it; the rule alone decides where there is no opinion. `confidences` say how sure the opinion is of those that some
    way found, by a model and a curve that did not see them; None for the others, and where it does not speak.
    """

    rule: str
    alone: Mapping[str, Measured]
    told: tuple[bool, ...]
    opinion: OpinionFile | None
    confidences: tuple[float | None, ...] = ()
    refused: str = ""
    silent_on: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What one rule can be fitted on: labelled items as it sees them, and the examples that its author wrote."""

    rule: Rule
    cases: Sequence[Case]
    own: Sequence[Case]

    def texts(self) -> list[str]:
        """What an encoder reads of all that some way found, copies included; nothing asks for the vectors of others."""
        found = [case for case in (*self.cases, *self.own) if case.found]
        return [one.text for case in found for one in (case, *case.copies)]

    def placed(self, space: Space) -> Material:
        """The same with vectors."""
        return Material(self.rule, space.placed(self.cases), space.placed(self.own))


def material(rule: Rule, engine: Engine, labelled: Sequence[Labelled]) -> Material:
    """What a rule can be fitted on.

    Args:
        rule: one of the engine's.
        engine: compiled without opinions.
        labelled: items that people judged; those not judged by this rule are passed over.
    """
    cases = [with_copies(rule, engine, one) for one in labelled if rule.id in one.relevant]
    own = [case for case in (case_of(rule, engine, one) for one in own_examples(rule)) if case.found]
    return Material(rule, cases, own)


def fit_on(given: Material, space: Space | None = None) -> Lesson:
    """Fit a second opinion.

    Args:
        given: what the rule can be fitted on.
        space: the vectors of all its texts, for an opinion that weighs them too.

    Raises:
        WirewatchError: scikit-learn is not installed.
    """
    given = given.placed(space) if space else given
    rule, cases, own = given.rule, given.cases, given.own
    told = sure_alone(cases)
    alone = measured_by_language(cases, told)
    languages, silent = languages_to_fit(cases)
    spoken = [number for number, case in enumerate(cases) if case.language in languages]
    if not spoken:
        refused = f"too few labelled items: an opinion needs {LEAST_NEEDED}"
        return Lesson(rule.id, alone, tuple(told), None, refused=refused, silent_on=silent)
    judged = _judged([cases[number] for number in spoken], own)
    silent |= languages_without_gain([cases[number] for number in spoken], judged.sure, alone)
    kept = []
    unseen: list[float | None] = [None] * len(cases)
    for number, sure, confidence in zip(spoken, judged.sure, judged.unseen, strict=True):
        if cases[number].language not in silent:
            kept.append(number)
            told[number] = sure
            unseen[number] = confidence if cases[number].found else None
    if not kept:
        refused = "it does not beat the rule alone in any language"
        return Lesson(rule.id, alone, tuple(told), None, refused=refused, silent_on=silent)
    learnt = [cases[number] for number in kept]
    opinion = OpinionFile(
        format=FORMAT,
        rule=rule.id,
        fitted_on=dict(sorted(Counter(case.language for case in learnt).items())),
        rules_alone=measured_by_language(learnt, sure_alone(learnt)),
        measured=measured_by_language(learnt, [told[number] for number in kept]),
        **_content(judged, [case for case in learnt if case.found], own, space),
    )
    return Lesson(rule.id, alone, tuple(told), opinion, tuple(unseen), silent_on=silent)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What an opinion makes of items that it did not see: the calibration of its scores, curves, what is sure.

    `curves` are for items that the rule holds for alone, and for the others; `unseen` says how sure each is by curves
    that did not see it.
    """

    calibration: Calibration
    curves: tuple[Curve, Curve]
    sure_from: float
    needed_from: float
    sure: Sequence[bool]
    unseen: Sequence[float]


def _judged(asked: Sequence[Case], own: Sequence[Case]) -> _Judged:
    scores = cross_validated(asked, own)
    calibration = calibrated(asked, scores)
    odds = [calibration.odds(score) for score in scores]
    curves = curve_of(asked, odds, broad=False), curve_of(asked, odds, broad=True)
    confidences = [confidence_at(one, curves[not case.plain]) for case, one in zip(asked, odds, strict=True)]
    limits = thresholds(asked, confidences)
    return _Judged(
        calibration, curves, *limits, sure_matches(asked, confidences, *limits), confidences_unseen(asked, odds)
    )


def _content(judged: _Judged, found: Sequence[Case], own: Sequence[Case], space: Space | None) -> dict[str, Any]:
    """What is fitted, and its version, which follows from it: the same weights have the same one."""
    weights = weights_of(found, own, judged.calibration)
    content: dict[str, Any] = {
        "sure_from": judged.sure_from,
        "needed_from": judged.needed_from,
        "curve": judged.curves[0],
        "broad_curve": judged.curves[1],
        "intercept": weights.intercept,
        "weights": weights.named,
    }
    if space:
        meant = space.meant(weights.of_vectors, {case.text: case.relevant for case in found})
        content["meant"] = meant.model_dump()
    return {"version": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:6], **content}


def written(opinion: OpinionFile) -> str:
    """The file of an opinion: JSON, a weight a line, the heaviest first within its kind."""
    data = opinion.model_dump(exclude_none=True)
    weights = sorted(
        data["weights"].items(), key=lambda pair: (KINDS.index(pair[0].partition(":")[0]), -abs(pair[1]), pair[0])
    )
    data["weights"] = dict(weights)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
