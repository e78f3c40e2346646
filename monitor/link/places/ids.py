"""What is known of a place by its id: its name, what it lies in, and whether it is a town."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from monitor.link.places.gazetteer import gazetteer
from monitor.model import Place, PlaceKind

UNLISTED = "name:"
"""What the id of a town that the gazetteer does not hold starts with: "name:latin:kfr tkhrm"."""

_TOWN = "geo:"
_COUNTRY = f"{PlaceKind.COUNTRY}:"

SETTLED = frozenset({PlaceKind.CITY, PlaceKind.SITE})
BELOW_A_COUNTRY = SETTLED | {PlaceKind.REGION}


def within(place: Place) -> frozenset[str]:
    """The ids of the regions and the country a place lies in, itself left out; empty when none is known."""
    return gazetteer().around.get(place.place_id, frozenset())


def around(place_id: str) -> frozenset[str]:
    """The same of a place that is known by its id."""
    return gazetteer().around.get(place_id, frozenset())


def inside(place_id: str) -> frozenset[str]:
    """The ids of the places that lie in a region or country; empty when it is neither, or none is known."""
    return frozenset(inner for inner, outer in gazetteer().around.items() if place_id in outer)


def name_of(place_id: str) -> str:
    """The English name of a place; its id when it is none of ours, or of an older table."""
    place = _places().get(place_id)
    return place.name if place else place_id


def is_known(place_id: str) -> bool:
    """Whether it is the id of a place of ours."""
    return place_id in _places()


def is_country(place_id: str) -> bool:
    """Whether a place is a country."""
    return place_id.startswith(_COUNTRY)


def is_settlement(place_id: str) -> bool:
    """Whether a place is a town or a site in one, and not, or maybe, a region around towns, as "Idlib" is both."""
    place = _places().get(place_id)
    if place is None:
        return place_id.startswith(UNLISTED)
    return place.kind in SETTLED and place_id not in _seats()


def is_town(place_id: str) -> bool:
    """Whether a place is a town, though a region around it may have its name."""
    return place_id.startswith(_TOWN) or is_settlement(place_id)


def meet(some: Collection[str], others: Collection[str]) -> bool:
    """Whether one of some places, by their ids, is or lies in one of the others, or the other way round."""
    return any(one == other or one in around(other) or other in around(one) for one in some for other in others)


def countries(places: Collection[str]) -> frozenset[str]:
    """The ids of the countries that some places are or lie in."""
    wider = frozenset(places).union(*(around(place) for place in places))
    return frozenset(place for place in wider if is_country(place))


@cache
def _places() -> Mapping[str, Place]:
    return {place.place_id: place for place in gazetteer().places}


@cache
def _seats() -> frozenset[str]:
    """The towns that a region around them is named after."""
    return frozenset(gazetteer().places[number].place_id for number in gazetteer().seats)
