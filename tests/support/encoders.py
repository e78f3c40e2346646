"""Encoders for tests: small ones that work as any other, and such as fail as a large one may."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Sequence
from typing import ClassVar

HANGS, CRASHES, RAISES, NO_NUMBER, SHORT, SLOW = "hangs", "crashes", "raises", "no number", "short", "slow"
"""Texts with which `Frail` fails in the way that they say; what is slow takes as long as `SLOWLY` says."""

SLOWLY = 0.05


class Letters:
    """Counts three letters at a time in as many places as it has: texts that share many of them are near each other."""

    name: ClassVar[str] = "letters"
    dimensions: ClassVar[int] = 64

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector(text.casefold()) for text in texts]

    def _vector(self, text: str) -> list[float]:
        vector = [0.0] * self.dimensions
        for start in range(len(text) - 2):
            vector[zlib.crc32(text[start : start + 3].encode()) % self.dimensions] += 1.0
        return vector


class Frail(Letters):
    """Fails with the texts that say how; with others it gives the number of its process and the letters."""

    name: ClassVar[str] = "frail"
    dimensions: ClassVar[int] = 2

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        (text,) = texts
        if text == HANGS:
            time.sleep(600)
        elif text == CRASHES:
            os._exit(1)
        elif text == RAISES:
            raise KeyError(text)
        elif text.startswith(SLOW):
            time.sleep(SLOWLY)
        values = {NO_NUMBER: [float("nan"), 1.0], SHORT: [1.0]}
        return [values.get(text, [float(os.getpid()), float(len(text))])]


class Broken(Letters):
    """One that cannot be loaded."""

    name: ClassVar[str] = "broken"

    def __init__(self) -> None:
        raise OSError("its model is not there")
