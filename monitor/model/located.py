"""What a text says about where: places, and the stretches of text that name them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What a place is. A region is any part of a country, or a stretch of land across several."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    SEA = "sea"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map, the same in every language.

    `place_id` is stable: "country:UA" (ISO 3166), "geo:706483" (GeoNames), "region:donbas" or "sea:black" (ours).
    `name` is English; `country` an ISO 3166 code, or "" for what lies in several countries or in none.
    """

    place_id: str
    name: str
    country: str
    kind: PlaceKind


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A stretch of a text that names a place, by its first character and the one after its last.

    `metonym` says that the words name what stands for the place ("the Kremlin" for Russia, "Tehran" for Iran),
    `adjective` that they name its people or what is theirs ("Ukrainian").
    """

    place: Place
    start: int
    end: int
    metonym: bool = False
    adjective: bool = False
