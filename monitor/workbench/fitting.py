"""Fit the weights of a second opinion on cases, and make its scores mean what they say.

What tells the relevant from the others in the cases may get a larger weight (docs/decisions/0053), beside vectors
more so (docs/decisions/0055).

scikit-learn is needed here alone, and imported when something is fitted. Nothing here decides whether an opinion is
good enough; `measuring` does.
"""

from __future__ import annotations

import math
import random
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from monitor.errors import WirewatchError
from monitor.match.features import names_of, scale
from monitor.match.opinion import Curve, confidence_at
from monitor.workbench.labelled import Case

FOLDS = 5
_SEED = 1
"""Of the folds, so that the same items give the same opinion."""

_PARTS = 10

_STRENGTH, _WITH_VECTORS = 9.0, 4.0
_SEEN_BY = 2
_SMALL = 0.18
"""Smaller weights are dropped: a file of opinions has to fit into a ConfigMap (docs/decisions/0063)."""

_EVIDENCE_ALONE, _OWN_EXAMPLE = 0.3, 3.0
_CURVE_STEPS, _LEAST_STEPS, _LEAST_OF_STEP = 20, 4, 25
_FAR = 500.0
_TELLING, _TELLING_WITH_VECTORS = 0.25, 0.5
"""To which power a column is stretched by how much it tells: 0 not at all, 1 wholly (docs/decisions/0053, 0055)."""

_LEAST_TELLING = 0.01
"""What a column tells at least, so that where none tells anything all are weighed as they are."""

_FAMILIES = (
    ("way", "group", "title"),
    ("both", "order", "same"),
    ("term",),
    ("twice", "often", "mistyped", "words", "alone"),
    ("word", "start"),
    ("pair",),
    ("near",),
)
_FAMILY_OF = {kind: number for number, family in enumerate(_FAMILIES) for kind in family}
_SMOOTH = 100
"""How many items of a step the smooth curve through all of them weighs (docs/decisions/0050)."""


def cross_validated(cases: Sequence[Case], own: Sequence[Case]) -> list[float]:
    """The score of each item by a model that never saw it, nor another item with its headline's first words.

    A score is the logarithm of the odds, not yet calibrated; it is 0 for items that no way found, which nothing asks.
    """
    places: dict[tuple[object, ...], int] = {}
    rng = random.Random(_SEED)  # noqa: S311 - folds, not secrets
    folds = [places.setdefault((case.language, *list(case.features.words)[:6]), rng.randrange(FOLDS)) for case in cases]
    scores = [0.0] * len(cases)
    for fold in range(FOLDS):
        known = [case for case, place in zip(cases, folds, strict=True) if place != fold and case.found]
        asked = [number for number, place in enumerate(folds) if place == fold and cases[number].found]
        if not asked or len({case.relevant for case in known}) < 2:
            continue
        names = _names(known)
        model = _regression(known, own, names)
        rows = _matrix([cases[number] for number in asked], names)
        for number, score in zip(asked, rows @ model.weights + model.intercept, strict=True):
            scores[number] = float(score)
    return scores


@dataclass(frozen=True, slots=True)
class Calibration:
    """What makes scores odds as they are: of what is told at 80 %, eight in ten are relevant."""

    slope: float = 1.0
    shift: float = 0.0

    def odds(self, score: float) -> float:
        """The log-odds of a score."""
        return self.slope * score + self.shift


def calibrated(cases: Sequence[Case], scores: Sequence[float]) -> Calibration:
    """The calibration of the scores of these items.

    It is fitted (Platt) on items that the models of the folds did not see and that some way found. Relevant and
    other items weigh the same in fitting the models, and a model is too sure of what it has seen: both skew the odds.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra, only for fitting

    found = [(score, one.relevant) for one, score in zip(cases, scores, strict=True) if one.found]
    if len({relevant for _, relevant in found}) < 2:
        return Calibration()
    model = LogisticRegression(C=1e6)
    model.fit([[score] for score, _ in found], [relevant for _, relevant in found])
    slope = float(model.coef_[0][0])
    return Calibration(slope, float(model.intercept_[0])) if slope > 0 else Calibration()


def curve_of(cases: Sequence[Case], odds: Sequence[float], *, broad: bool) -> Curve:
    """From log-odds to the share of relevant items, for items that only broad ways found, or for the others.

    The items in order of odds are cut into steps, the share of each is made to rise from step to step, and between the
    middles of two steps it is a straight line. One slope for all (Platt) is up to 11 points off near the middle
    (docs/decisions/0037), and a step of a hundred items is five points off by chance alone; so each is drawn towards
    a smooth curve with two slopes (beta calibration). Steps hold as much of all items and of the relevant ones
    together, so that they are short where the relevant ones are: with few among many, the last of equal steps would
    hold them all. Empty where there are too few items to tell.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - an extra, only for fitting

    found = sorted(
        (value, case.relevant)
        for case, value in zip(cases, odds, strict=True)
        if (case.broad and not case.plain if broad else case.plain)
    )
    count = min(_CURVE_STEPS, len(found) // _LEAST_OF_STEP)
    if count < _LEAST_STEPS:
        return ()
    total = max(1, sum(relevant for _, relevant in found))
    so_far = list(accumulate(1 / len(found) + relevant / total for _, relevant in found))
    edges = [bisect_left(so_far, so_far[-1] * number / count) for number in range(count)] + [len(found)]
    steps = [found[first:last] for first, last in pairwise(sorted(set(edges)))]
    # Rounded, as of two that differ by the last bit alone the isotonic regression makes no number.
    middles = [round(sum(value for value, _ in step) / len(step), 6) for step in steps]
    usual = _smooth_shares(found, middles)
    shares = [
        (sum(relevant for _, relevant in step) + _SMOOTH * share) / (len(step) + _SMOOTH)
        for step, share in zip(steps, usual, strict=True)
    ]
    rising = IsotonicRegression().fit_transform(middles, shares)
    points: dict[float, float] = {}
    for middle, share in zip(middles, rising, strict=True):
        points[round(float(middle), 3)] = round(float(share), 4)
    return tuple(points.items())


def _smooth_shares(found: Sequence[tuple[float, bool]], middles: Sequence[float]) -> list[float]:
    """The share of relevant items at some log-odds by a curve with a slope for what is likely and one for what is not.

    With items of one kind alone there is no slope, and a share is that of all.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra, only for fitting

    relevant = [one for _, one in found]
    if len(set(relevant)) < 2:
        return [(sum(relevant) + 0.5) / (len(relevant) + 1)] * len(middles)
    model = LogisticRegression(C=1e3, max_iter=500).fit([_sides(value) for value, _ in found], relevant)
    return [float(one[1]) for one in model.predict_proba([_sides(middle) for middle in middles])]


def _sides(odds: float) -> tuple[float, float]:
    """The logarithms of how likely log-odds make it, and of how unlikely, the latter with its sign turned."""
    within = max(-_FAR, min(_FAR, odds))
    return -math.log1p(math.exp(-within)), math.log1p(math.exp(within))


def confidences_unseen(cases: Sequence[Case], odds: Sequence[float]) -> list[float]:
    """How sure each item is by the curves through the other nine tenths, for measuring how right the curves are.

    So many are in each that the curves come close to those through all, which are kept.
    """
    confidences = [0.0] * len(cases)
    for part in range(_PARTS):
        known = [number for number in range(len(cases)) if number % _PARTS != part]
        others, other_odds = [cases[number] for number in known], [odds[number] for number in known]
        curves = curve_of(others, other_odds, broad=False), curve_of(others, other_odds, broad=True)
        for number in range(part, len(cases), _PARTS):
            confidences[number] = confidence_at(odds[number], curves[not cases[number].plain])
    return confidences


@dataclass(frozen=True, slots=True)
class Weights:
    """What an opinion weighs, calibrated: `named` by name, without what weighs next to nothing, and `of_vectors`."""

    intercept: float
    named: dict[str, float]
    of_vectors: list[float]


def weights_of(cases: Sequence[Case], own: Sequence[Case], calibration: Calibration) -> Weights:
    """The weights that these cases and a rule's own examples teach."""
    names = _names(cases)
    model = _regression(cases, own, names)
    weights = {name: round(calibration.slope * float(model.weights[column]), 2) for name, column in names.items()}
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= _SMALL}
    of_vectors = [calibration.slope * float(weight) for weight in model.weights[len(names) :]]
    return Weights(round(calibration.odds(model.intercept), 4), kept, of_vectors)


def _names(cases: Sequence[Case]) -> dict[str, int]:
    """What is weighed, each with its column: whatever stands in more than one item."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen.update(name for names, _ in case.features.kinds() for name in names)
        seen.update({name for word in case.features.words for name in names_of(word)})
    return {name: column for column, name in enumerate(sorted(name for name in seen if seen[name] >= _SEEN_BY))}


def _matrix(cases: Sequence[Case], names: Mapping[str, int], *, words: bool = True) -> Any:
    """A row for each case, as `Opinion.say` weighs it; the numbers of its vector come last."""
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415 - only fitting needs it

    rows, columns, values = array("i"), array("i"), array("d")
    for row, case in enumerate(cases):
        features = case.features
        found: dict[int, float] = {
            names[name]: each for kind, each in features.kinds(words=words) for name in kind if name in names
        }
        each = scale(len(features.words))
        for word in features.words if words else ():
            for name in names_of(word):
                if name in names:
                    found[names[name]] = found.get(names[name], 0.0) + each
        rows.extend([row] * len(found))
        columns.extend(found.keys())
        values.extend(found.values())
    named = csr_array((values, (rows, columns)), shape=(len(cases), len(names)))
    vectors = [case.vector for case in cases if case.vector is not None]
    return hstack([named, csr_array(vectors)]).tocsr() if vectors else named


@dataclass(frozen=True, slots=True)
class _Model:
    """A weight for each column, as an array, and what is added to their sum."""

    weights: Any
    intercept: float


def _stretches(rows: Any, relevant: Sequence[bool], names: Mapping[str, int], power: float) -> Any:
    """By how much each column is multiplied before the fit, so that what tells more gets its weight at less cost.

    It follows the ratio of how often a name stands in relevant items and in others (naive Bayes). Each family of names
    counts on the whole as much as before, whatever the power. The numbers of vectors, which come last, are left as they
    are.
    """
    import numpy as np  # noqa: PLC0415 - comes with scikit-learn, an extra

    labels = np.array(relevant)
    there = (rows[:, : len(names)] > 0).astype(float)
    among = (1 + there.T @ labels) / (1 + labels.sum())
    beside = (1 + there.T @ ~labels) / (1 + (~labels).sum())
    stretches = np.ones(rows.shape[1])
    stretches[: len(names)] = np.maximum(_LEAST_TELLING, np.abs(np.log(among / beside))) ** power
    families = np.array([_FAMILY_OF[name.partition(":")[0]] for name in names], dtype=int)
    lengths = (rows[:, : len(names)] ** 2).sum(axis=0)
    for family in range(len(_FAMILIES)):
        within = np.flatnonzero(families == family)
        stretched = (stretches[within] ** 2 * lengths[within]).sum()
        if stretched > 0:
            stretches[within] *= math.sqrt(lengths[within].sum() / stretched)
    return stretches


def _regression(cases: Sequence[Case], own: Sequence[Case], names: Mapping[str, int]) -> _Model:
    """A logistic regression over labelled cases, their copies, and the rule's own examples.

    All of them were found by some way of the rule: the model is asked about no others, and fits these better without
    others (decision 0037). Each is also there without its words, with its evidence alone, at less weight. Else the
    model would lean on words so much that it doubts every text full of typing errors.
    """
    try:
        from scipy.sparse import diags_array, vstack  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra, only for fitting
    except ImportError as error:
        message = f"fitting needs scikit-learn, which is not installed ({error}); install requirements-learn.txt"
        raise WirewatchError(message) from None
    everything = [*cases, *own]
    copies = [copy for case in cases for copy in case.copies]
    parts = [_matrix(everything, names), _matrix(everything, names, words=False)]
    if copies:
        parts.append(_matrix(copies, names))
    plain = everything[0].vector is None
    telling, strength = (_TELLING, _STRENGTH) if plain else (_TELLING_WITH_VECTORS, _WITH_VECTORS)
    stretches = _stretches(parts[0], [case.relevant for case in everything], names, telling)
    weights = [case.weight for case in cases] + [_OWN_EXAMPLE] * len(own)
    model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=0)
    model.fit(
        (vstack(parts) @ diags_array(stretches)).tocsr(),
        [case.relevant for case in (*everything, *everything, *copies)],
        sample_weight=[
            *weights,
            *(_EVIDENCE_ALONE * weight for weight in weights),
            *(copy.weight for copy in copies),
        ],
    )
    return _Model(stretches * model.coef_[0], float(model.intercept_[0]))
