"""Where people talk about a war or judge it, far from where it is: "talks in Doha", "court in The Hague"."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from monitor.link.acts import HARM, acts_of
from monitor.link.phrases import MARKS, Folded, Hit, folded, table
from monitor.link.targets import attack_beside

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
    met = bool(before) and not (_is_landmark(before[-1], said) or _parted(before[-1], first, said))
    beside = any(hit.end + 1 >= said.at[first] for hit in _words("beside").find(said, said.at[near], said.at[first]))
    behind = _begins("venues", last, said)
    return (met or beside or behind) and not (_is_scene(last, said) or attack_beside(text, start, end, marks_part=True))


def _is_landmark(venue: Hit, said: Folded) -> bool:
    """Whether something happened near a court or a meeting alone."""
    number = bisect_left(said.at, venue.start)
    return _words("near").any(said, said.at[max(0, number - 2)], venue.start)


def _is_scene(last: int, said: Folded) -> bool:
    """Whether the words behind the name of a place tell what happened there: ", where a strike killed two"."""
    return any(_begins("where", number, said) for number in (last, last + 1))


def _begins(name: str, number: int, said: Folded) -> bool:
    """Whether a phrase of a table begins at a word or mark of a text, known by its number."""
    found = _words(name).first(said, said.at[number]) if number < len(said.at) else None
    return found is not None and found.start == said.at[number]


def _parted(venue: Hit, first: int, said: Folded) -> bool:
    """Whether a mark, or what is done to people, stands between what people do somewhere and the name of the place."""
    words = said.pieces[bisect_left(said.at, venue.end) : first]
    return any(word in MARKS or acts_of(word) & HARM for word in words)
