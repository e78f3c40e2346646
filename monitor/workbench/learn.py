"""Fit second opinions: from labelled items to a readable file of weights for each rule, or a reason why not.

scikit-learn fits and is needed here alone; what is fitted is applied by `match.opinion` without it. An opinion is
written only when, cross-validated, it beats the rule alone, and speaks only on languages where it does
(docs/decisions/0031).
"""

from __future__ import annotations

import hashlib
import json
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from monitor.collect.items import detected_language, plain_text
from monitor.errors import InputError, WirewatchError
from monitor.match.engine import Engine
from monitor.match.opinion import FORMAT, Features, Measured, OpinionFile, confidence_at, names_of, scale
from monitor.match.rule import Rule
from monitor.match.scan import Document

FOLDS = 5
ALL = "all"
LEAST_ITEMS, LEAST_RELEVANT = 200, 20
"""How many labelled items of one language, and how many relevant among them, an opinion needs to be fitted at all."""

LEAST_CARRIED, LEAST_CARRIED_RELEVANT = 25, 5
"""How many it needs of each further language: what the rule found means the same in all, so a few show that it carries
over (decision 0031)."""

LEAST_GAIN = 0.02
"""By how much F1 must rise in a language, or not fall where an opinion is carried over to one of few items.

The thresholds are chosen on the same items, which flatters a little.
"""

_STRENGTH = 20.0
_SEEN_BY = 2
_SMALL = 0.1
_EVIDENCE_ALONE, _OWN_EXAMPLE = 0.3, 3.0
_COPY = 0.3
_MISTYPED = 6
_STEPS = 100
_NEVER_BELOW, _LIKELY, _NEVER_ABOVE = 5, 50, 95
_CURVE_STEPS, _LEAST_STEPS, _LEAST_OF_STEP = 20, 4, 25


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item that people judged, and for each rule they judged it by whether the desk wants to be told."""

    document: Document
    relevant: Mapping[str, bool]
    weight: float = 1.0
    """How many times it counts in fitting; measured it is once."""


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
class _Example:
    """A labelled item as the rule sees it: whether the rule holds alone, or by a broad way, and what is weighed."""

    features: Features
    language: str
    relevant: bool
    plain: bool
    broad: bool
    in_doubt: bool = False
    """Whether the rule is never sure of it."""
    weight: float = 1.0
    copies: tuple[_Example, ...] = ()
    """The item as other feeds may bring it, learnt from at less weight."""

    @property
    def found(self) -> bool:
        """Whether some way holds, so that the opinion would be asked."""
        return self.plain or self.broad


def read_labelled(lines: Iterable[str]) -> Iterator[Labelled]:
    """Labelled items from JSON lines: `title`, `summary`, `language`, `labels`, and maybe `weight`.

    A label is y, n or b (borderline, and left out), by the id of the rule. The weight, 1 unless told, is how many times
    the item counts in fitting.

    Raises:
        InputError: a line is no such item.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            labels = {str(rule): str(label) for rule, label in (row.get("labels") or {}).items()}
            title, summary, language = row["title"], row.get("summary") or "", row.get("language") or ""
            document = Document(plain_text(title), plain_text(summary), language=language)
            weight = float(row.get("weight", 1.0))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(number, f"is no labelled item: {error}") from None
        yield Labelled(document, {rule: label == "y" for rule, label in labels.items() if label in ("y", "n")}, weight)


def fit(rule: Rule, engine: Engine, labelled: Sequence[Labelled], *, seed: int = 1) -> Lesson:
    """Fit a second opinion on one rule.

    Args:
        rule: one of the engine's.
        engine: compiled without opinions.
        labelled: items that people judged; those not judged by this rule are passed over.
        seed: of the folds, so that the same items give the same opinion.

    Raises:
        WirewatchError: scikit-learn is not installed.
    """
    examples = [
        _with_copies(rule, engine, one, seed + number)
        for number, one in enumerate(one for one in labelled if rule.id in one.relevant)
    ]
    own = [example for example in (_example(rule, engine, one) for one in _own_examples(rule)) if example.found]
    told = [example.plain and not example.in_doubt for example in examples]
    alone = _by_language(examples, told)
    languages, silent = _enough(examples)
    spoken = [number for number, example in enumerate(examples) if example.language in languages]
    if not spoken:
        least = f"at least {LEAST_ITEMS} of a language, {LEAST_RELEVANT} of them relevant"
        refused = f"too few labelled items: an opinion needs {least}"
        return Lesson(rule.id, alone, tuple(told), None, refused=refused, silent_on=silent)
    asked = [examples[number] for number in spoken]
    scores = _cross_validated(asked, own, seed)
    slope, shift = _calibration(asked, scores)
    odds = [slope * score + shift for score in scores]
    curves = _curve(asked, odds, broad=False), _curve(asked, odds, broad=True)
    confidences = [confidence_at(one, curves[not example.plain]) for example, one in zip(asked, odds, strict=True)]
    sure_from, needed_from = _thresholds(asked, confidences)
    with_it = _told(asked, confidences, sure_from, needed_from)
    counts = Counter(example.language for example in asked)
    for language, measured in _by_language(asked, with_it).items():
        gain = LEAST_GAIN if counts[language] >= LEAST_ITEMS else 0.0
        if language != ALL and measured.f1 < alone[language].f1 + gain:
            silent[language] = f"F1 {measured.f1:.3f} does not beat {alone[language].f1:.3f} of the rule alone"
    unseen: list[float | None] = [None] * len(examples)
    for number, one, confidence in zip(spoken, with_it, _unseen(asked, odds), strict=True):
        if examples[number].language not in silent:
            told[number] = one
            unseen[number] = confidence if examples[number].found else None
    kept = [number for number in spoken if examples[number].language not in silent]
    if not kept:
        refused = "it does not beat the rule alone in any language"
        return Lesson(rule.id, alone, tuple(told), None, refused=refused, silent_on=silent)
    learnt = [examples[number] for number in kept]
    intercept, weights = _weights([example for example in learnt if example.found], own, slope, shift)
    content = {
        "sure_from": sure_from,
        "needed_from": needed_from,
        "curve": curves[0],
        "broad_curve": curves[1],
        "intercept": intercept,
        "weights": weights,
    }
    opinion = OpinionFile(
        format=FORMAT,
        rule=rule.id,
        version=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:6],
        fitted_on=dict(sorted(Counter(example.language for example in learnt).items())),
        rules_alone=_by_language(learnt, [example.plain and not example.in_doubt for example in learnt]),
        measured=_by_language(learnt, [told[number] for number in kept]),
        **content,
    )
    return Lesson(rule.id, alone, tuple(told), opinion, tuple(unseen), silent_on=silent)


def written(opinion: OpinionFile) -> str:
    """The file of an opinion: JSON, a weight a line, the heaviest first within its kind."""
    data = opinion.model_dump()
    order = ("way:", "group:", "title:", "word:", "start:")
    weights = sorted(
        data["weights"].items(), key=lambda pair: (order.index(pair[0].partition(":")[0] + ":"), -abs(pair[1]), pair[0])
    )
    data["weights"] = dict(weights)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _example(rule: Rule, engine: Engine, one: Labelled) -> _Example:
    found = engine.evaluate(rule.id, one.document)
    broad = not found.vetoes and any(result.holds for result in found.ways if result.way.needs_opinion)
    return _Example(
        features=engine.features(rule.id, one.document),
        language=one.document.language,
        relevant=one.relevant[rule.id],
        plain=found.match is not None,
        broad=broad,
        in_doubt=bool(found.against),
        weight=one.weight,
    )


def _with_copies(rule: Rule, engine: Engine, one: Labelled, seed: int) -> _Example:
    """An example with what comes of it as a headline alone, and with typing errors: much news is no more than that.

    A copy in which the rule finds nothing teaches nothing, as no item does that no way finds.
    """
    title, language = one.document.title, one.document.language
    rng = random.Random(seed)  # noqa: S311 - typing errors, not secrets
    texts = [title, _mistyped(title, rng)] if one.document.summary else [_mistyped(title, rng)]
    copies = [
        _example(rule, engine, replace(one, document=Document(text, language=language), weight=_COPY * one.weight))
        for text in texts
    ]
    return replace(_example(rule, engine, one), copies=tuple(copy for copy in copies if copy.found))


def _mistyped(text: str, rng: random.Random) -> str:
    """A text with a typing error in about every sixth word: two letters swapped, one left out or one doubled."""
    words = text.split()
    for place in rng.sample(range(len(words)), min(len(words), max(1, len(words) // _MISTYPED))):
        word = words[place]
        if len(word) > 3:
            at = rng.randrange(1, len(word) - 1)
            middle = rng.choice([word[at + 1] + word[at], word[at + 1], word[at] + word[at] + word[at + 1]])
            words[place] = word[:at] + middle + word[at + 2 :]
    return " ".join(words)


def _own_examples(rule: Rule) -> Iterator[Labelled]:
    """What the rule's author wrote as examples: known to every fold, and measured by none."""
    for relevant, examples in ((True, rule.match), (False, rule.no_match)):
        for example in examples:
            language = detected_language(f"{example.text} {example.summary}") or ""
            yield Labelled(Document(example.text, example.summary, language=language), {rule.id: relevant})


def _enough(examples: Sequence[_Example]) -> tuple[list[str], dict[str, str]]:
    """The languages with enough items, and what the others lack; none where no language has enough to fit on."""
    items = Counter(example.language for example in examples)
    relevant = Counter(example.language for example in examples if example.relevant)
    fitted = any(count >= LEAST_ITEMS and relevant[language] >= LEAST_RELEVANT for language, count in items.items())
    least = (LEAST_CARRIED, LEAST_CARRIED_RELEVANT) if fitted else (LEAST_ITEMS, LEAST_RELEVANT)
    silent = {
        language: f"{count} labelled items, {relevant[language]} of them relevant, are too few"
        for language, count in items.items()
        if not language or count < least[0] or relevant[language] < least[1]
    }
    return [language for language in sorted(items) if language not in silent], silent


def _cross_validated(examples: Sequence[_Example], own: Sequence[_Example], seed: int) -> list[float]:
    """The score of each item by a model that never saw it, nor another item with its headline's first words.

    A score is the logarithm of the odds, not yet calibrated; it is 0 for items that no way found, which nothing asks.
    """
    places: dict[tuple[object, ...], int] = {}
    rng = random.Random(seed)  # noqa: S311 - folds, not secrets
    folds = [
        places.setdefault((example.language, *list(example.features.words)[:6]), rng.randrange(FOLDS))
        for example in examples
    ]
    scores = [0.0] * len(examples)
    for fold in range(FOLDS):
        known = [example for example, place in zip(examples, folds, strict=True) if place != fold and example.found]
        asked = [number for number, place in enumerate(folds) if place == fold and examples[number].found]
        if not asked or len({example.relevant for example in known}) < 2:
            continue
        names = _names(known)
        model = _regression(known, own, names)
        rows = _matrix([examples[number] for number in asked], names)
        for number, score in zip(asked, model.decision_function(rows), strict=True):
            scores[number] = float(score)
    return scores


def _calibration(examples: Sequence[_Example], scores: Sequence[float]) -> tuple[float, float]:
    """The slope and the shift that make scores odds as they are: of what is told at 80 %, eight in ten are relevant.

    They are fitted (Platt) on items that the models of the folds did not see and that some way found. Relevant and
    other items weigh the same in fitting the models, and a model is too sure of what it has seen: both skew the odds.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra, only for fitting

    found = [(score, one.relevant) for one, score in zip(examples, scores, strict=True) if one.found]
    if len({relevant for _, relevant in found}) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1e6)
    model.fit([[score] for score, _ in found], [relevant for _, relevant in found])
    slope = float(model.coef_[0][0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _curve(examples: Sequence[_Example], odds: Sequence[float], *, broad: bool) -> tuple[tuple[float, float], ...]:
    """From log-odds to the share of relevant items, for items that only broad ways found, or for the others.

    The items in order of odds are cut into steps of the same size, the share of each is made to rise from step to step,
    and between the middles of two steps it is a straight line. One slope for all (Platt) is up to 11 points off near
    the middle (docs/decisions/0037). Empty where there are too few items to tell.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - an extra, only for fitting

    found = sorted(
        (value, example.relevant)
        for example, value in zip(examples, odds, strict=True)
        if (example.broad and not example.plain if broad else example.plain)
    )
    count = min(_CURVE_STEPS, len(found) // _LEAST_OF_STEP)
    if count < _LEAST_STEPS:
        return ()
    edges = [len(found) * number // count for number in range(count + 1)]
    steps = [found[first:last] for first, last in pairwise(edges)]
    middles = [sum(value for value, _ in step) / len(step) for step in steps]
    shares = [(sum(relevant for _, relevant in step) + 0.5) / (len(step) + 1) for step in steps]
    rising = IsotonicRegression().fit_transform(middles, shares)
    points: dict[float, float] = {}
    for middle, share in zip(middles, rising, strict=True):
        points[round(float(middle), 3)] = round(float(share), 4)
    return tuple(points.items())


def _unseen(examples: Sequence[_Example], odds: Sequence[float]) -> list[float]:
    """How sure each item is by the curves through every other item, for measuring how right the curves are."""
    confidences = [0.0] * len(examples)
    for half in (0, 1):
        known, known_odds = examples[1 - half :: 2], odds[1 - half :: 2]
        curves = _curve(known, known_odds, broad=False), _curve(known, known_odds, broad=True)
        for number in range(half, len(examples), 2):
            confidences[number] = confidence_at(odds[number], curves[not examples[number].plain])
    return confidences


def _thresholds(examples: Sequence[_Example], confidences: Sequence[float]) -> tuple[float, float]:
    """From which confidence a match is sure, and from which a broad way holds, for the highest F1 over all.

    Where it makes no difference a match stays sure, as the rule alone would have it.
    """
    relevant = sum(example.relevant for example in examples)
    plain, broad = ([[0, 0] for _ in range(_STEPS + 1)] for _ in range(2))
    for example, confidence in zip(examples, confidences, strict=True):
        if example.found and not example.in_doubt:
            counts = plain if example.plain else broad
            counts[int(confidence * _STEPS)][example.relevant] += 1
    best = (-1.0, 0, 0)
    for sure in range(_NEVER_BELOW, _NEVER_ABOVE):
        for needed in range(max(sure, _LIKELY), _NEVER_ABOVE + 1):
            right = sum(pair[1] for pair in (*plain[sure:], *broad[needed:]))
            wrong = sum(pair[0] for pair in (*plain[sure:], *broad[needed:]))
            f1 = round(2 * right / max(1, right + wrong + relevant), 3)
            if f1 > best[0]:
                best = (f1, sure, needed)
    return best[1] / _STEPS, best[2] / _STEPS


def _told(
    examples: Sequence[_Example], confidences: Sequence[float], sure_from: float, needed_from: float
) -> list[bool]:
    """Which items end in a sure match."""
    return [
        not example.in_doubt
        and (confidence >= sure_from if example.plain else example.broad and confidence >= needed_from)
        for example, confidence in zip(examples, confidences, strict=True)
    ]


def _weights(
    examples: Sequence[_Example], own: Sequence[_Example], slope: float, shift: float
) -> tuple[float, dict[str, float]]:
    """The intercept and the weights, calibrated; what weighs next to nothing is left out."""
    names = _names(examples)
    model = _regression(examples, own, names)
    weights = {name: round(slope * float(model.coef_[0][column]), 2) for name, column in names.items()}
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= _SMALL}
    return round(slope * float(model.intercept_[0]) + shift, 4), kept


def _names(examples: Sequence[_Example]) -> dict[str, int]:
    """What is weighed, each with its column: whatever stands in more than one item."""
    seen: Counter[str] = Counter()
    for example in examples:
        seen.update(example.features.evidence)
        seen.update({name for word in example.features.words for name in names_of(word)})
    return {name: column for column, name in enumerate(sorted(name for name in seen if seen[name] >= _SEEN_BY))}


def _matrix(examples: Sequence[_Example], names: Mapping[str, int], *, words: bool = True) -> Any:
    """A row for each example, as `Opinion.say` weighs it."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - only fitting needs it

    rows, columns, values = array("i"), array("i"), array("d")
    for row, example in enumerate(examples):
        features = example.features
        found: dict[int, float] = dict.fromkeys(
            (names[name] for name in features.evidence if name in names), scale(len(features.evidence))
        )
        each = scale(len(features.words))
        for word in features.words if words else ():
            for name in names_of(word):
                if name in names:
                    found[names[name]] = found.get(names[name], 0.0) + each
        rows.extend([row] * len(found))
        columns.extend(found.keys())
        values.extend(found.values())
    return csr_array((values, (rows, columns)), shape=(len(examples), len(names)))


def _regression(examples: Sequence[_Example], own: Sequence[_Example], names: Mapping[str, int]) -> Any:
    """A logistic regression over examples, their copies, the rule's own, and the evidence alone of all at less weight.

    All are such as some way found: the model is asked of no others, and fits these better without them (decision 0037).
    Without the latter it would lean on words so much that it doubts every text full of typing errors.
    """
    try:
        from scipy.sparse import vstack  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra, only for fitting
    except ImportError as error:
        message = f"fitting needs scikit-learn, which is not installed ({error}); install requirements-learn.txt"
        raise WirewatchError(message) from None
    everything = [*examples, *own]
    copies = [copy for example in examples for copy in example.copies]
    parts = [_matrix(everything, names), _matrix(everything, names, words=False), _matrix(copies, names)]
    weights = [example.weight for example in examples] + [_OWN_EXAMPLE] * len(own)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)
    model.fit(
        vstack(parts).tocsr(),
        [example.relevant for example in (*everything, *everything, *copies)],
        sample_weight=[
            *weights,
            *(_EVIDENCE_ALONE * weight for weight in weights),
            *(copy.weight for copy in copies),
        ],
    )
    return model


def _by_language(examples: Sequence[_Example], told: Sequence[bool]) -> dict[str, Measured]:
    """The measures over all, and of each language."""
    measures = {ALL: _measure(examples, told)}
    for language in sorted({example.language for example in examples}):
        own = [number for number, example in enumerate(examples) if example.language == language]
        measures[language] = _measure([examples[number] for number in own], [told[number] for number in own])
    return measures


def _measure(examples: Sequence[_Example], told: Sequence[bool]) -> Measured:
    relevant = sum(example.relevant for example in examples)
    right = sum(example.relevant and one for example, one in zip(examples, told, strict=True))
    return Measured(
        relevant=relevant,
        precision=round(right / sum(told), 3) if any(told) else 0.0,
        recall=round(right / relevant, 3) if relevant else 0.0,
        f1=round(2 * right / (sum(told) + relevant), 3) if any(told) or relevant else 0.0,
    )
