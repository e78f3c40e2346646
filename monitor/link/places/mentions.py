"""Where a text speaks of: the places it names, the same in every language.

`names` finds the names that a text may hold, `meant` says which of them mean places, and `there` where something
happens, so that a capital is no government.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.link.places.beside import TextWords
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.meant import PARTICLES, Meant
from monitor.link.places.names import NameFound, names_in
from monitor.link.places.senses import ADJECTIVE, METONYM, Gazetteer, Sense
from monitor.link.places.there import There
from monitor.link.places.words import trimmed
from monitor.model import PlaceKind, PlaceMention


@lru_cache(maxsize=32)
def mentions(text: str) -> tuple[PlaceMention, ...]:
    """The places a text names, in its order; the longest name wins where names overlap.

    A capital is mentioned as a city, and unless words before it say that something is there ("in Tehran"), the same
    stretch is a second mention: of its country, as a metonym.
    """
    said, known = TextWords(text), gazetteer()
    named = names_in(said, known)
    if not named:
        return ()
    there = There(said, known, named)
    meant = Meant(said, known, named, there)
    found: list[PlaceMention] = []
    for candidate in named:
        senses = [sense for sense in candidate.senses if meant.is_meant(candidate, sense)]
        if senses:
            found += _mentions_of(candidate, meant.likeliest(senses), said, known, there)
            if found[-1].place.kind is PlaceKind.CITY and not found[-1].metonym:
                there.city = candidate.last
    return tuple(found)


def _mentions_of(
    candidate: NameFound, sense: Sense, said: TextWords, known: Gazetteer, there: There
) -> list[PlaceMention]:
    number, flags, last = sense.number, sense.flags, candidate.last
    adjective = bool(flags & ADJECTIVE)
    region = known.seats.get(number, number)
    if (region != number or adjective) and _is_region_after(last, said, known):
        number, last, adjective = region, last + 1, False
    elif region != number and _is_region_before(candidate.first, said, known):
        number = region
    start = said.spans[candidate.first][0] + candidate.word.lead
    end = said.spans[last][1] - trimmed(said.words[last])[1]
    place = known.places[number]
    found = [PlaceMention(place, start, end, metonym=bool(flags & METONYM), adjective=adjective)]
    if number in known.capitals and not there.is_there(candidate):
        country = known.places[known.countries[place.country]]
        found.append(PlaceMention(country, start, end, metonym=True))
    return found


def _is_region_after(last: int, said: TextWords, known: Gazetteer) -> bool:
    return said.is_beside(last) and said.folded(last + 1) in known.words["region_after"]


def _is_region_before(first: int, said: TextWords, known: Gazetteer) -> bool:
    before = first - 1
    if said.folded(before) in PARTICLES:
        before -= 1
    return said.is_beside(first - 1) and said.folded(before) in known.words["region_before"]
