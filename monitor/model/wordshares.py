"""How common words are, in a tenth of the memory that a dictionary of them takes (docs/decisions/0039)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

_LARGEST = (1 << 63) - 1


class WordShares:
    """Words with their shares of all words of a language; the words themselves are not kept, and cannot be listed.

    A quarter of a million words as strings take 30 MB, and are looked up again and again. So each is kept as the 63
    bits of its hash, in a table with open addressing. That another word has the same ones happens once in 10^14
    look-ups.
    """

    __slots__ = ("_hashes", "_mask", "_ranks", "_shares")

    def __init__(self, shares: Iterable[tuple[str, float]], count: int) -> None:
        """`shares` are at most `count` words; of a word that comes twice the larger share holds."""
        size = 1 << (2 * count).bit_length()
        ranks: dict[float, int] = {}
        by_rank: list[float] = []
        self._mask = size - 1
        self._hashes = array("q", bytes(8 * size))
        self._ranks = array("H", bytes(2 * size))
        for word, share in shares:
            rank = ranks.setdefault(share, len(by_rank))
            if rank == len(by_rank):
                by_rank.append(share)
            key = (hash(word) & _LARGEST) or 1
            place = self._place(key)
            if not self._hashes[place]:
                self._hashes[place], self._ranks[place] = key, rank
            elif share > by_rank[self._ranks[place]]:
                self._ranks[place] = rank
        self._shares = tuple(by_rank)

    def get(self, word: str, default: float = 0.0) -> float:
        """The share of a word."""
        place = self._place((hash(word) & _LARGEST) or 1)
        return self._shares[self._ranks[place]] if self._hashes[place] else default

    def __contains__(self, word: object) -> bool:
        return bool(self._hashes[self._place((hash(word) & _LARGEST) or 1)])

    def _place(self, key: int) -> int:
        """Where a word is, or would be."""
        hashes, mask = self._hashes, self._mask
        place = key & mask
        while hashes[place] and hashes[place] != key:
            place = (place + 1) & mask
        return place
