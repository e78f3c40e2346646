"""Labelled items: what people judged, as JSON lines and as a rule sees them, and what else the fitting learns from."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.collect.items import language_of_item
from monitor.collect.text import plain_text
from monitor.errors import InputError
from monitor.match.engine import Engine
from monitor.match.features import Features
from monitor.match.itemtexts import ItemTexts
from monitor.match.meaning import beginning_of
from monitor.match.rule import Rule
from monitor.model import Vector

_COPY = 0.3
_MISTYPED = 6


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item that people judged, and for each rule they judged it by whether the desk wants to be told."""

    texts: ItemTexts
    relevant: Mapping[str, bool]
    weight: float = 1.0
    """How many times it counts in fitting; measured it is once. The files of this project: docs/decisions/0060."""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled item as the rule sees it: whether the rule holds alone, or by a broad way, and what is weighed."""

    features: Features
    text: str
    """What a sentence encoder reads of it."""
    language: str
    relevant: bool
    plain: bool
    broad: bool
    in_doubt: bool = False
    """Whether the rule is never sure of it."""
    weight: float = 1.0
    copies: tuple[Case, ...] = ()
    """The item as other feeds may bring it, learnt from at less weight."""
    vector: Vector | None = None
    """What an encoder makes of the text, as it is weighed; all of a fit have one, or none has."""

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
            title, summary = plain_text(title), plain_text(summary)
            texts = ItemTexts(title, summary, language=language_of_item(title, summary, language) or "")
            weight = float(row.get("weight", 1.0))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(number, f"is not a labelled item: {error}") from None
        yield Labelled(texts, {rule: label == "y" for rule, label in labels.items() if label in ("y", "n")}, weight)


def with_copies(rule: Rule, engine: Engine, one: Labelled) -> Case:
    """A case with what comes of it as a headline alone, and with typing errors: much news is no more than that.

    A copy in which the rule finds nothing teaches nothing, as no item does that no way finds. The same headline gets
    the same errors whatever it is fitted with, so that an encoder reads them once.
    """
    title, language = one.texts.title, one.texts.language
    rng = random.Random(zlib.crc32(title.encode("utf-8", "surrogatepass")))  # noqa: S311 - typing errors, not secrets
    titles = [title, _mistyped(title, rng)] if one.texts.summary else [_mistyped(title, rng)]
    copies = [
        case_of(rule, engine, replace(one, texts=ItemTexts(text, language=language), weight=_COPY * one.weight))
        for text in titles
    ]
    return replace(case_of(rule, engine, one), copies=tuple(copy for copy in copies if copy.found))


def own_examples(rule: Rule) -> Iterator[Labelled]:
    """What the rule's author wrote as examples: known to every fold, and measured by none."""
    for relevant, examples in ((True, rule.match), (False, rule.no_match)):
        for example in examples:
            language = language_of_item(example.text, example.summary) or ""
            yield Labelled(ItemTexts(example.text, example.summary, language=language), {rule.id: relevant})


def case_of(rule: Rule, engine: Engine, one: Labelled) -> Case:
    """A labelled item as a rule sees it, without copies; the rule is one of those that the engine has."""
    found = engine.evaluate(rule.id, one.texts)
    broad = not found.vetoes and any(result.holds for result in found.ways if result.way.needs_opinion)
    return Case(
        features=engine.features(rule.id, one.texts),
        text=beginning_of(one.texts),
        language=one.texts.language,
        relevant=one.relevant[rule.id],
        plain=found.match is not None,
        broad=broad,
        in_doubt=bool(found.against),
        weight=one.weight,
    )


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
