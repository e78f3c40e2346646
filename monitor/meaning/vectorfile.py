"""Vectors kept in a file from one fit to the next: an encoder reads twenty texts a second, and a fit has thousands.

The file has a line that says whose vectors they are, and then for each text its hash and its vector, two bytes a
number. They are appended as they are made, so that a fit that was broken off goes on where it was.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

from monitor.errors import UsageError
from monitor.meaning.encoder import KEY, Encoder, key_of
from monitor.model import Vector

_TOGETHER = 16


def usual_path(encoder: type[Encoder]) -> Path:
    """Where vectors are kept unless another file is named: in the user's folder for what can be made again."""
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "wirewatch" / f"{encoder.name}.vectors"


class VectorFile:
    """Vectors of texts by an encoder, those of earlier runs included.

    Raises:
        UsageError: the file holds something else.
    """

    def __init__(self, path: Path, encoder: type[Encoder]) -> None:
        self.encoder = encoder
        self._path = path
        self._numbers = struct.Struct(f"<{encoder.dimensions}e")
        self._head = json.dumps({"vectors of": encoder.name, "dimensions": encoder.dimensions}).encode() + b"\n"
        self._vectors: dict[bytes, bytes] = {}
        if path.exists():
            self._load()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._head)

    def _load(self) -> None:
        data = self._path.read_bytes()
        if not data.startswith(self._head):
            raise UsageError(f"{self._path} holds no vectors of {self.encoder.name}; name another file")
        size = KEY + self._numbers.size
        end = len(data) - (len(data) - len(self._head)) % size
        for start in range(len(self._head), end, size):
            self._vectors[data[start : start + KEY]] = data[start + KEY : start + size]
        if end < len(data):  # a run was killed while it wrote
            os.truncate(self._path, end)

    def __len__(self) -> int:
        return len(self._vectors)

    def __getitem__(self, text: str) -> Vector:
        """The vector of a text that was read.

        Raises:
            KeyError: it was not.
        """
        return self._numbers.unpack(self._vectors[key_of(text)])

    def read(self, texts: Iterable[str], done: Callable[[int, int], object] | None = None) -> None:
        """Let the encoder read those texts that have no vector yet; `done` is called with how many have one."""
        missing = [text for text in dict.fromkeys(texts) if key_of(text) not in self._vectors]
        if not missing:
            return
        encoder = self.encoder()
        # Not buffered: two fits may write into one file, and each writes whole records.
        with self._path.open("ab", buffering=0) as file:
            for start in range(0, len(missing), _TOGETHER):
                some = missing[start : start + _TOGETHER]
                made = {
                    key_of(text): self._numbers.pack(*vector)
                    for text, vector in zip(some, encoder.encode(some), strict=True)
                }
                file.write(b"".join(key + vector for key, vector in made.items()))
                self._vectors |= made
                if done is not None:
                    done(min(start + _TOGETHER, len(missing)), len(missing))
