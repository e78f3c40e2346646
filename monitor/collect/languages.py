"""Which language a text looks like: by the short sequences of bytes in it, weighed as py3langid weighs them.

The weights are those of py3langid 0.4 for eleven of its languages, taken out of its model by `languages_build`. They
say the same as py3langid, which needs numpy and 100 MB for its 142 languages (docs/decisions/0039). Their licence is in
`languages.LICENSE`.
"""

from __future__ import annotations

import lzma
import math
import re
import struct
import unicodedata
from array import array
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

LANGUAGES = ("ar", "de", "en", "es", "fa", "fr", "it", "pt", "ru", "tr", "uk")
"""The languages that are distinguished, in the order of their weights."""

LONGEST = 6
"""Bytes of the longest sequence that is weighed."""

NO_ROW = 0

_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "Latin": re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]"),
    "Cyrillic": re.compile("[\u0400-\u052f]"),
    "Arabic": re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
}
_IN_OTHER_SCRIPTS = {"ar": "Arabic", "fa": "Arabic", "ru": "Cyrillic", "uk": "Cyrillic"}
_MOSTLY = 0.6
"""How much of a text is in its script; names stand in it in others."""

# Words that no English text of some length is without; few of them are words of other languages too.
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|for|with|from|by|that|says?|after|over|at|as|his|its|not|been|was|were|are)\b"
)
_TELLING, _SAMPLE = 70, 150

FILE = Path(__file__).with_suffix(".xz")


@dataclass(frozen=True, slots=True)
class Model:
    """Rows of weights by sequence, one for all that weigh the same, and a column for each language.

    Sequences that others begin with are known too. Those that weigh nothing themselves have `NO_ROW`.
    `priors` are what each language begins with.
    """

    rows: Mapping[bytes, int]
    columns: Sequence[Sequence[float]]
    priors: Sequence[float]

    def packed(self) -> bytes:
        """As a file has it: little-endian, the sequences in order and by length."""
        counts = array("I", (sum(len(one) == size for one in self.rows) for size in range(1, LONGEST + 1)))
        ordered = sorted(self.rows, key=lambda one: (len(one), one))
        parts = [struct.pack(f"<{LONGEST}I", *counts), b"".join(ordered)]
        parts.append(struct.pack(f"<{len(ordered)}H", *(self.rows[one] for one in ordered)))
        parts.append(struct.pack(f"<{len(LANGUAGES)}f", *self.priors))
        parts += [struct.pack(f"<{len(column)}e", *column) for column in self.columns]
        return lzma.compress(b"".join(parts), preset=9 | lzma.PRESET_EXTREME)


def language_of(text: str) -> str | None:
    """The language that a text looks like; None when nothing in it tells."""
    if not any(_is_in(script, text) for script in _SCRIPTS):
        return None
    model = _model()
    text = text.lower() if text.isupper() else text
    found = _sequences(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass"), model.rows)
    rows = [model.rows[sequence] for sequence in found]
    counts = [0.0 if row == NO_ROW else math.log1p(count) for row, count in zip(rows, found.values(), strict=True)]
    if not any(counts):
        return None
    scores = [
        prior + sum(map(mul, counts, map(column.__getitem__, rows)))
        for prior, column in zip(model.priors, model.columns, strict=True)
    ]
    return LANGUAGES[scores.index(max(scores))]


def may_be_in(language: str, text: str) -> bool:
    """Whether a text may be in a language that somebody calls it by, a two-letter code.

    Only what is certain is refused: other letters than those of one of `LANGUAGES`, and English without one of the
    words that it needs, since templates call a feed English that never say what it is.
    """
    if language not in LANGUAGES:
        return True
    if not _is_in(_IN_OTHER_SCRIPTS.get(language, "Latin"), text):
        return False
    return language != "en" or _ENGLISH.search(text.lower()) is not None or len(text) < _TELLING


def _is_in(script: str, text: str) -> bool:
    """Whether most letters at the beginning of a text, if it has any, are of a script."""
    if script == "Latin" and text.isascii():
        return True
    sample = text[:_SAMPLE]
    return len(_SCRIPTS[script].findall(sample)) >= _MOSTLY * len(_LETTER.findall(sample))


def _sequences(text: bytes, known: Container[bytes]) -> Mapping[bytes, int]:
    """How often each known sequence is in a text: at each byte counts the longest one that ends there.

    It is at most one byte longer than the one before it, because what a known one begins with is known too.
    """
    found: Counter[bytes] = Counter()
    start = 0
    for end in range(1, len(text) + 1):
        while start < end and (sequence := text[start:end]) not in known:
            start += 1
        if start < end:
            found[sequence] += 1
    return found


@cache
def _model() -> Model:
    """The weights; loading them takes a moment, and feeds that say their language need none of it."""
    with lzma.open(FILE) as file:
        counts = struct.unpack(f"<{LONGEST}I", file.read(4 * LONGEST))
        sequences = [
            one
            for size, count in enumerate(counts, 1)
            for (one,) in struct.iter_unpack(f"{size}s", file.read(size * count))
        ]
        rows = struct.unpack(f"<{len(sequences)}H", file.read(2 * len(sequences)))
        priors = struct.unpack(f"<{len(LANGUAGES)}f", file.read(4 * len(LANGUAGES)))
        weights = array("f", (weight for (weight,) in struct.iter_unpack("<e", file.read())))
    height = len(weights) // len(LANGUAGES)
    columns = [weights[start : start + height] for start in range(0, len(weights), height)]
    return Model(dict(zip(sequences, rows, strict=True)), columns, priors)
