"""A line in English for an item in another language: what it is about, where, how many, and which official reacts.

For a story in a list: where it is, and how many people it befell by now.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Alert, Reaction, StoryFacts
from monitor.wording.counts import grouped
from monitor.wording.facts import toll_words
from monitor.wording.lists import APART, within
from monitor.wording.messages import sentence
from monitor.wording.safe import isolated, safe

_MOST_PLACES = 2
_BEFORE = 80


def gist(alert: Alert) -> str | None:
    """What an item in another language than English says: "Strike · Kharkiv · 10 killed", "Denial by Russia".

    Where an official reacts to an event that the item names, the event comes after a colon: "Condemnation by Ukraine:
    strike · Kharkiv". None for an item in English, for one whose language is not known, and where nothing is certain.
    The words are Wirewatch's own: they hold nothing that has to be made safe but names of places.
    """
    if not is_foreign(alert.language):
        return None
    told = alert.gist
    reacts = f"{told.reaction} by {safe(told.by)}" if told.reaction and told.by else told.reaction
    if reacts == Reaction.STATEMENT:
        reacts = ""  # that somebody said something says nothing
    accused = f"accused: {told.accused}" if told.accused else ""
    happened = told.topics or told.tolls
    event = APART.join(
        map(safe, filter(None, (*told.topics, *(told.places if happened else ()), *map(grouped, told.tolls), accused)))
    )
    return sentence(": ".join(filter(None, (reacts, event)))) or None


def gist_before(alert: Alert) -> str:
    """The gist of an item in another language, to stand before its headline: "[Strike · Kharkiv] "; "" of others."""
    return f"[{within(in_english, _BEFORE)}] " if (in_english := gist(alert)) else ""


def is_foreign(language: str | None) -> bool:
    """Whether a text is surely in another language than English."""
    return bool(language) and str(language).partition("-")[0].lower() != "en"


def story_gist(facts: StoryFacts, topics: Sequence[str] = ()) -> str:
    """What a story says by now: "Strike · Kharkiv · 10 killed (highest: 12) · 30 hurt"; empty where nothing is known.

    `topics` say what a headline in another language is about. A toll is the latest one; the highest stands behind it
    where that is another.
    """
    highest = {claim.kind: claim for claim in facts.highest}
    tolls = []
    for latest in facts.latest:
        top = highest.get(latest.kind, latest)
        more = f" (highest: {grouped(safe(top.value))})" if top.high > latest.high else ""
        tolls.append(f"{toll_words(latest, latest.kind)}{more}")
    # A town and its region may have one name.
    places = list(dict.fromkeys(isolated(safe(claim.words)) for claim in facts.places))[:_MOST_PLACES]
    return sentence(APART.join([*map(safe, topics), *places, *tolls]))
