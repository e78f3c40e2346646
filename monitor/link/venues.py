"""Where people talk about a war or judge it, far from where it is: "talks in Doha", "court in The Hague"."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from monitor.link.acts import HARM, acts_of
from monitor.link.phrases import MARKS, folded, table
from monitor.link.struck import attack_beside

_words = partial(table, "venues")

_NEAR = 5
"""The most words between the name of a place and the word for what people do there."""


def is_venue(text: str, start: int, end: int) -> bool:
    """Whether the place that some characters of a text name is where people talk or judge, and was not attacked there.

    "Talks in Istanbul" and "Istanbul talks" are; "drone hits court in Kherson" is an attack on one.
    """
    said = folded(text)
    first, last = bisect_left(said.at, said.place(start)), bisect_left(said.at, said.place(end - 1)) + 1
    near = max(0, first - _NEAR - 1)
    before = list(_words("venues").find(said, said.at[near], said.at[first]))
    met = bool(before) and not _parted(said.pieces[bisect_left(said.at, before[-1].end) : first])
    beside = any(hit.end + 1 >= said.at[first] for hit in _words("beside").find(said, said.at[near], said.at[first]))
    behind = last < len(said.at) and _words("venues").any(said, said.at[last], said.at[last] + 1)
    return (met or beside or behind) and not attack_beside(text, start, end, marks_part=True)


def _parted(words: tuple[str, ...]) -> bool:
    """Whether a mark, or what is done to people, stands among some words."""
    return any(word in MARKS or acts_of(word) & HARM for word in words)
