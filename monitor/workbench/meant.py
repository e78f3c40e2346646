"""What a fit makes of vectors: what sets each off from the middle, a weight for each number, and kinds that say why.

The vectors come from a file (`meaning.vectorfile`); what is fitted is applied by `match.meaning` (docs/decisions/0046).
Directions in which texts differ more are pulled to nothing less (docs/decisions/0055).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

from monitor.match.meaning import TIMES, Kind, Meant, likest, packed
from monitor.meaning.vectorfile import VectorFile
from monitor.workbench.labelled import Case

_SPREAD = 0.25
"""To which power of the variance along it a direction is stretched: 0 not at all, 0.5 as far as texts spread along it
once more (docs/decisions/0055)."""

_LEAST_OF_KIND = 15
"""How many labelled items must be like a kind, for a share of them to say anything."""


class Space:
    """The vectors of texts that a fit weighs. All texts that are asked for later must be among them.

    They are set off from their mean, or from the `middle` that is given.
    """

    def __init__(self, vectors: VectorFile, texts: Iterable[str], middle: Sequence[float] | None = None) -> None:
        import numpy as np  # noqa: PLC0415 - comes with scikit-learn, an extra

        self.encoder = vectors.encoder.name
        self._vectors = vectors
        self._rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        every = np.array([vectors[text] for text in self._rows], dtype=np.float32)
        # Rounded as it is kept, so that what is measured here is what is judged by later.
        exact = every.mean(axis=0) if middle is None else np.array(middle)
        self._middle = exact.astype(np.float16).astype(np.float32)
        self._offsets = self._set_off(every)
        self._stretch = TIMES * _stretched(self._offsets)

    def _set_off(self, vectors: Any) -> Any:
        import numpy as np  # noqa: PLC0415 - as above

        offsets = vectors - self._middle
        return offsets / np.maximum(np.linalg.norm(offsets, axis=1, keepdims=True), 1e-9)

    def offset(self, text: str) -> Any:
        """What sets the vector of a text off from the middle, at length one, as an array."""
        return self._offsets[self._rows[text]]

    def placed(self, cases: Sequence[Case]) -> list[Case]:
        """Cases, and their copies, with what a regression weighs of their vectors, where some way found them."""
        return [
            replace(
                one,
                vector=self.offset(one.text) @ self._stretch,
                copies=tuple(self.placed(one.copies)),
            )
            if one.found
            else one
            for one in cases
        ]

    def meant(self, weights: Sequence[float], relevant: Mapping[str, bool]) -> Meant:
        """What an opinion keeps of a fit: the weights that the regression gave to the columns, and the kinds of news.

        The stretch is put into the weights, so that judging knows nothing of it.

        `relevant` says of texts that some way of the rule found whether they are relevant to it.
        """
        import numpy as np  # noqa: PLC0415 - as above

        return self.kept(self._stretch @ np.array(weights), relevant)

    def kept(self, weights: Iterable[float], relevant: Mapping[str, bool]) -> Meant:
        """What an opinion keeps: weights for what sets a vector off from the middle, and the kinds of news."""
        return Meant(
            encoder=self.encoder,
            middle=packed(self._middle),
            weights=packed(weights),
            usual=round(sum(relevant.values()) / max(1, len(relevant)), 3),
            kinds=tuple(self._kinds(relevant)),
        )

    def _kinds(self, relevant: Mapping[str, bool]) -> Iterable[Kind]:
        import numpy as np  # noqa: PLC0415 - as above

        news = {
            says: np.array([self._vectors[one] for one in headlines], dtype=np.float32)
            for says, headlines in kinds_of_news().items()
        }
        # What all of these headlines share says no more than that they are headlines.
        shared = np.concatenate(list(news.values())).mean(axis=0)
        offsets = np.array([of.mean(axis=0) - shared for of in news.values()])
        directions = offsets / np.linalg.norm(offsets, axis=1, keepdims=True)
        rows = np.array([self.offset(text) for text in relevant])
        like = [likest(row) for row in (rows @ directions.T).tolist()]
        for number, says in enumerate(news):
            own = [one for one, kind in zip(relevant.values(), like, strict=True) if kind == number]
            if len(own) >= _LEAST_OF_KIND:
                yield Kind(
                    says=says,
                    relevant=round(sum(own) / len(own), 3),
                    items=len(own),
                    direction=packed(directions[number]),
                )


def _stretched(offsets: Any) -> Any:
    """What stretches rows along the directions in which they spread, as a symmetric matrix.

    By where they hardly spread, a fit tells apart only the few texts that it has seen. Rows keep their length on the
    whole.
    """
    import numpy as np  # noqa: PLC0415 - as above

    variances, directions = np.linalg.eigh(offsets.T @ offsets / max(1, len(offsets)))
    stretch = (directions * np.maximum(variances, 1e-9) ** _SPREAD) @ directions.T
    length = np.sqrt(np.square(offsets @ stretch).sum(axis=1).mean())
    return (stretch / length if length > 0 else np.eye(len(stretch))).astype(np.float32)


def read_vectors(vectors: VectorFile, texts: Sequence[str], done: Callable[[int, int], object] | None = None) -> None:
    """Make the vectors of texts, and of the headlines of kinds, that have none yet; `done` as `VectorFile.read` has it.

    It may take an hour.
    """
    vectors.read([headline for headlines in kinds_of_news().values() for headline in headlines])
    vectors.read(texts, done)


def kinds_of_news() -> dict[str, list[str]]:
    """The headlines of each kind, by what the kind is called."""
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return {says: kind["headlines"] for says, kind in tomllib.loads(text).items()}
