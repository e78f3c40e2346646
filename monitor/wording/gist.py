"""A line in English for an item in another language: what it is about, where, how many, and which official reacts."""

from __future__ import annotations

from monitor.model import Alert
from monitor.wording.messages import sentence
from monitor.wording.safe import safe

_APART = " · "


def gist(alert: Alert) -> str | None:
    """What an item in another language than English says: "Strike · Kharkiv · 10 killed", "Denial by Russia".

    Where an official reacts to an event that the item names, the event comes after a colon: "Condemnation by Ukraine:
    strike · Kharkiv". None for an item in English, for one whose language is not known, and where nothing is certain.
    The words are Wirewatch's own: they hold nothing that has to be made safe but names of places.
    """
    if not alert.language or alert.language.partition("-")[0].lower() == "en":
        return None
    told = alert.gist
    reacts = f"{told.reaction} by {safe(told.by)}" if told.reaction and told.by else told.reaction
    accused = f"accused: {told.accused}" if told.accused else ""
    happened = told.topics or told.tolls
    event = _APART.join(
        map(safe, filter(None, (*told.topics, *(told.places if happened else ()), *told.tolls, accused)))
    )
    return sentence(": ".join(filter(None, (reacts, event)))) or None
