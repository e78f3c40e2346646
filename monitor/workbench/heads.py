"""What a fine-tuned encoder learnt to tell apart, for a fit that weighs it as one number a text (docs/decisions/0072).

An encoder that was fitted on labelled texts knows their labels: its vectors of just these say too much. So a fit is
given how relevant each looks to an encoder that never saw it, its score out of fold; what is kept of the fit are
weights for vectors as of any other encoder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.errors import UsageError
from monitor.match.meaning import Meant, packed, unpacked
from monitor.meaning.encoder import key_of
from monitor.meaning.vectorfile import VectorFile
from monitor.workbench.labelled import Case
from monitor.workbench.learn import Material
from monitor.workbench.meant import Space, read_vectors

_PER = 4.0
"""By how much scores are divided: log-odds between some -10 and 10 are then about as large as what else is weighed."""


@dataclass(frozen=True, slots=True)
class Head:
    """What tells the texts of one rule apart: a direction of vectors that are set off from the middle, at length one.

    `scores` are the texts' own along it, by the hash of the text (`key_of`, in hexadecimal), of encoders that were
    fitted without them.
    """

    direction: tuple[float, ...]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of an encoder, by the id of the rule; `middle` is what vectors are set off from."""

    encoder: str
    middle: tuple[float, ...]
    of: Mapping[str, Head]

    def write(self, path: Path) -> None:
        """Write them to a file of JSON, with directions as base64 of numbers of two bytes."""
        rules = {
            rule: {"direction": packed(head.direction), "scores": dict(head.scores)} for rule, head in self.of.items()
        }
        text = json.dumps({"heads of": self.encoder, "middle": packed(self.middle), "rules": rules})
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Heads:
        """The heads in such a file.

        Raises:
            UsageError: it holds something else.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            heads = {
                str(rule): Head(unpacked(one["direction"]), {key: float(score) for key, score in one["scores"].items()})
                for rule, one in data["rules"].items()
            }
            return cls(str(data["heads of"]), unpacked(data["middle"]), heads)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} holds no heads of an encoder: {error}") from None


class HeadSpace(Space):
    """Vectors of which a fit weighs one number: how far a text lies along the direction of a head."""

    def __init__(self, vectors: VectorFile, texts: Iterable[str], heads: Heads, head: Head) -> None:
        super().__init__(vectors, texts, heads.middle)
        self._head = head

    def placed(self, cases: Sequence[Case]) -> list[Case]:
        """Cases, and their copies, with their score out of fold; texts that no encoder was fitted on get the head's."""
        return [
            replace(one, vector=[self._score(one.text) / _PER], copies=tuple(self.placed(one.copies)))
            if one.found
            else one
            for one in cases
        ]

    def _score(self, text: str) -> float:
        known = self._head.scores.get(key_of(text).hex())
        return float(self.offset(text) @ self._head.direction) if known is None else known

    def meant(self, weights: Sequence[float], relevant: Mapping[str, bool]) -> Meant:
        """What an opinion keeps of a fit, as `Space.meant` gives it; of weights there is one."""
        (weight,) = weights
        return self.kept([weight / _PER * each for each in self._head.direction], relevant)


def space_of(
    vectors: VectorFile,
    given: Material,
    heads: Heads | None = None,
    done: Callable[[int, int], object] | None = None,
) -> Space:
    """What a fit weighs of the texts that it is given: by the head of its rule, where there is one.

    Vectors are made of those texts that have none yet, which may take an hour; `done` is called as it goes on.
    """
    texts = given.texts()
    read_vectors(vectors, texts, done)
    head = heads.of.get(given.rule.id) if heads is not None else None
    return HeadSpace(vectors, texts, heads, head) if heads is not None and head is not None else Space(vectors, texts)
