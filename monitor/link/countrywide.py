"""Whether a report tells of attacks all over a country, and not on one town of it (docs/decisions/0057)."""

from __future__ import annotations

from itertools import combinations

from monitor.link.acts import HARM, acts_of
from monitor.link.datelines import dateline_end
from monitor.link.places.ids import BELOW_A_COUNTRY, SETTLED, is_country, within
from monitor.link.places.mentions import mentions
from monitor.link.places.words import WORD
from monitor.model import Place
from monitor.wording.sentences import sentence_ends


def is_in_several_regions(title: str, lead: str) -> bool:
    """Whether a headline names a country alone, and a sentence of the lead attacks on towns in several parts of it.

    "Russia pounds Ukraine, killing 9", "hitting a block of flats in Kharkiv and a hospital in Dnipro".
    """
    named = [one.place for one in mentions(title) if not one.adjective]
    if not named or any(place.kind in BELOW_A_COUNTRY for place in named):
        return False
    start = dateline_end(lead)
    for end in [*sentence_ends(lead, start, len(lead), semicolons=False), len(lead)]:
        sentence, start = lead[start:end], end
        towns = [one.place for one in mentions(sentence) if one.place.kind in SETTLED and not one.metonym]
        far = any(one.country == other.country and _lie_apart(one, other) for one, other in combinations(towns, 2))
        if far and any(acts_of(word) & HARM for word in WORD.findall(sentence)):
            return True
    return False


def _lie_apart(one: Place, other: Place) -> bool:
    """Whether two places lie in regions that we know, and in no common one."""
    regions, others = ({place for place in within(town) if not is_country(place)} for town in (one, other))
    return bool(regions and others) and regions.isdisjoint(others)
