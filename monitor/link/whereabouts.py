"""Where a text says that something is, and whether two places may be where one event was."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain, pairwise

from monitor.link.datelines import dateline_end
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import around
from monitor.link.places.mentions import mentions
from monitor.link.places.words import WORD, fold
from monitor.model import Place, PlaceKind, PlaceMention

_COUNTRY = f"{PlaceKind.COUNTRY}:"
_LONGEST_WORD = 20
LISTED = "+"
"""Stands before the id of a town that a sentence names together with others, in the words of a toll."""
_LISTED = re.compile(r"\s*(?:&|and|et|y|e|и|й|і|та|و)\s*(?:(?:in|on|à|a|en|в|во|на|у|في|على|ب)\s*)?", re.IGNORECASE)
"""What stands between two towns that are named together."""


def places_in(text: str) -> list[PlaceMention]:
    """The places that a text names as such: not where it was filed, nor a capital or a people that acts."""
    start = dateline_end(text)
    named = mentions(text)
    acting = {(mention.start, mention.end) for mention in named if mention.metonym}
    return [
        mention
        for mention in named
        if not mention.adjective and (mention.start, mention.end) not in acting and mention.start >= start
    ]


def scenes(text: str) -> tuple[Place, ...]:
    """Where a sentence says that it happened: the towns and regions it names, else the countries behind an "in"."""
    named = places_in(text)
    close = [mention.place for mention in named if mention.place.kind is not PlaceKind.COUNTRY]
    return tuple(dict.fromkeys(close or [mention.place for mention in named if is_behind_in(text, mention)]))


def towns_listed(text: str) -> frozenset[str]:
    """The ids of the towns that a sentence names together, as "Kharkiv and Kherson"; none of fewer than two."""
    settled = [one for one in places_in(text) if one.place.kind in (PlaceKind.CITY, PlaceKind.SITE)]
    pairs = (
        (one.place.place_id, other.place.place_id)
        for one, other in pairwise(settled)
        if _LISTED.fullmatch(text, one.end, other.start) and not meet([one.place.place_id], [other.place.place_id])
    )
    return frozenset(chain.from_iterable(pairs))


def toll_places(text: str) -> str:
    """The ids of the places where a sentence says that something happened; after them those of `towns_listed`."""
    listed = sorted(f"{LISTED}{place_id}" for place_id in towns_listed(text))
    return " ".join([*(place.place_id for place in scenes(text)), *listed])


def is_behind_in(text: str, mention: PlaceMention) -> bool:
    """Whether a word such as "in" stands before a place; countries also act and are spoken of."""
    words = WORD.findall(text[max(0, mention.start - _LONGEST_WORD) : mention.start])
    return bool(words) and fold(words[-1]) in gazetteer().words["locative"]


def meet(some: Collection[str], others: Collection[str]) -> bool:
    """Whether one of some places, by their ids, is or lies in one of the others, or the other way round."""
    return any(one == other or one in around(other) or other in around(one) for one in some for other in others)


def countries(places: Collection[str]) -> frozenset[str]:
    """The ids of the countries that some places are or lie in."""
    wider = frozenset(places).union(*(around(place) for place in places))
    return frozenset(place for place in wider if place.startswith(_COUNTRY))
