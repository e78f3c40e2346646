"""What an item says in a few English words: what it is about, where, how many, and which official reacts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from monitor.link.phrases import folded, table
from monitor.link.places.ids import UNLISTED, is_country, name_of
from monitor.link.places.mentions import mentions
from monitor.link.targets import struck_in
from monitor.link.whereabouts import countries_there
from monitor.model import TOLLS, ClaimKind, Gist, Item, PlaceKind, Statement

_words = partial(table, "gist")

_MOST_PLACES = 2
_TARGETS = {
    "car": "vehicle", "feast": "wedding or funeral", "farm": "farm or field", "flight": "airport or aircraft",
    "fuel": "fuel station", "home": "homes", "power": "power supply", "queue": "queue for aid",
    "train": "train or station", "worship": "place of worship",
}  # fmt: skip
"""Kinds of what is hit that cards call otherwise."""


def gist_of(item: Item, statements: Sequence[Statement]) -> Gist:
    """The gist of an item by its headline and what it says (`statements`); empty where nothing is certain."""
    tolls = [said for said in statements if said.kind in TOLLS]
    told = [item.title, *(said.quote for said in tolls)]
    places = [said for said in statements if said.kind is ClaimKind.PLACE and any(_where(said, text) for text in told)]
    reaction = next((said for said in statements if said.kind is ClaimKind.REACTION), None)
    accused = next((said for said in statements if said.kind is ClaimKind.ACCUSED), None)
    return Gist(
        topics=topics_of(item.title),
        places=tuple(said.words for said in places[:_MOST_PLACES]),
        tolls=tuple(f"{said.value} {said.kind}" for said in tolls),
        reaction=reaction.value if reaction else "",
        by=state_in(reaction.claimant) if reaction else "",
        accused=state_in(accused.words) if accused else "",
    )


def _where(place: Statement, text: str) -> bool:
    """Whether a text names a place as where something happened; a country, which may act, where the words say so.

    What no map has is named in its own language, and has no English name.
    """
    if place.value.startswith(UNLISTED):
        return False
    if place.quote not in text or not is_country(place.value):
        return place.quote in text
    return any(one.place.place_id == place.value for one in countries_there(text))


def state_in(words: str) -> str:
    """The English name of the one state that some words name: "Ukraine" for "МЗС України"; empty for none or several.

    A state counts by its name, its people and what stands for it ("the Kremlin"), a town or a region not.
    """
    states = {mention.place.place_id for mention in mentions(words) if mention.place.kind is PlaceKind.COUNTRY}
    return name_of(states.pop()) if len(states) == 1 else ""


def topics_of(headline: str) -> tuple[str, ...]:
    """The weapon and the first act that a headline names, in English, and what was hit.

    Where it names no act, what it was done with.
    """
    title = folded(headline)
    if _words("unsure").any(title):
        return ()
    weapon, act, means = (_words(of).first(title) for of in ("weapons", "acts", "means"))
    named = [hit.kind for hit in (weapon, act or (None if weapon else means)) if hit]
    struck = [kind for kind, *_ in struck_in(headline)] if named else []
    return (*named, *(_TARGETS.get(kind, kind) for kind in struck[:1]))
