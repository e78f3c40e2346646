"""How often the words of six languages are written: the lists of wordfreq, held in little memory.

The package itself takes a third of a second to import, and as dictionaries its lists take 40 MB, which the rules and
the reading of stories would each hold. So only its data are used, and of a word no more is kept than a number made of
its hash and its frequency (docs/decisions/0048).
"""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgpack

_PLACE_BITS = 11
_PLACE = (1 << _PLACE_BITS) - 1
_FORMAT = {"format": "cB", "version": 1}

Fold = Callable[[Sequence[str]], Iterable[str]]
"""Makes of words what they are looked up by, in the same order."""


class WordShares:
    """How large a share of all words each word of a list is.

    Each word is one number: the upper bits of its hash, and how rare it is in the lowest eleven. That a word which is
    in no list has the number of another has a chance of one in 10^11.
    """

    __slots__ = ("_numbers",)

    def __init__(self, places: Iterable[Sequence[str]]) -> None:
        """`places` are the words by how rare they are, as `places_of` gives them; of two alike the first counts."""
        numbers: list[int] = []
        for place, words in enumerate(places):
            numbers += [hash(word) & ~_PLACE | place for word in words]
        numbers.sort()
        self._numbers = array("q", numbers)

    def get(self, word: str, default: float = 0.0) -> float:
        """The share of a word, `default` when it is not in the list."""
        wanted = hash(word) & ~_PLACE
        numbers = self._numbers
        found = bisect_left(numbers, wanted)
        if found < len(numbers) and (number := numbers[found]) & ~_PLACE == wanted:
            return _SHARES[number & _PLACE]
        return default

    def __contains__(self, word: str) -> bool:
        return self.get(word, -1.0) >= 0


# As wordfreq works them out: each place is a hundredth of a power of ten.
_SHARES = tuple(10 ** (-place / 100) for place in range(_PLACE + 1))


@cache
def shares(language: str) -> WordShares:
    """The words of at least one in a million in a language, as they are written in lower case."""
    return WordShares(places_of(language))


def folded_shares(language: str, fold: Fold) -> WordShares:
    """The same words as `fold` makes them; of those it makes alike the commonest counts. Not remembered."""
    return WordShares([list(fold(words)) for words in places_of(language)])


def listed(language: str, size: str = "small") -> Mapping[str, float]:
    """The words of a language with their shares, the commonest first; "large" has those of one in a hundred million.

    A few MB, or some 30: to be dropped soon.
    """
    return {word: _SHARES[place] for place, words in enumerate(places_of(language, size)) for word in words}


class PackedWords:
    """All words seen in a language, also those of one in a hundred million, for those who ask for a few of them.

    They stay as they are in the file: to make objects of 300,000 to 700,000 words takes longer than to look for ten.
    """

    def __init__(self, language: str) -> None:
        """Read the list of a language.

        Raises:
            LookupError: there is no such list, or it is in a format that is not known.
        """
        self._data = _read(language, "large")
        unpacker = msgpack.Unpacker()
        unpacker.feed(self._data)
        count = unpacker.read_array_header()
        self._ends = [unpacker.tell()]
        for _ in range(count):
            unpacker.skip()
            self._ends.append(unpacker.tell())
        _require_known(msgpack.unpackb(self._data[self._ends[0] : self._ends[1]]), language)

    def share(self, word: str) -> float:
        """How large a share of all words a word is, as it is written in lower case; 0 when it is not in the list."""
        packed = msgpack.packb(word)
        found = self._data.find(packed)
        while found >= 0:
            # The end of one word and the beginning of the next may look like it.
            place = bisect_right(self._ends, found) - 1
            words = msgpack.unpackb(self._data[self._ends[place] : self._ends[place + 1]])
            if word in words:
                return _SHARES[place - 1]  # what comes first is the format
            found = self._data.find(packed, found + 1)
        return 0.0


def places_of(language: str, size: str = "small") -> Sequence[Sequence[str]]:
    """The words of a language by how rare they are: those in place 290 are 10^-2.90 of all words each.

    Raises:
        LookupError: there is no such list, or it is in a format that is not known.
    """
    data: list[Any] = msgpack.unpackb(_read(language, size))
    _require_known(data[0], language)
    return data[1:]


def _require_known(form: object, language: str) -> None:
    if form != _FORMAT:
        raise LookupError(f"the list of the words of {language} is in a format that is not known: {form}")


def _read(language: str, size: str) -> bytes:
    path = _folder() / f"{size}_{language}.msgpack.gz"
    try:
        return gzip.decompress(path.read_bytes())
    except OSError as error:
        raise LookupError(f"there is no list of the words of {language}: {error}") from error


@cache
def _folder() -> Path:
    """Where the package keeps its data, found without importing it."""
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("wordfreq is not installed")
    return Path(spec.submodule_search_locations[0]) / "data"
