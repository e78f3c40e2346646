"""What a report and a story have in common, in words: the reason why it joins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.link.places.ids import UNLISTED, name_of
from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import settlements, sound_of
from monitor.link.places.words import WORD
from monitor.link.rarity import stem_of
from monitor.wording.lists import listed

_NAMED = 4


def reason_of(common: Iterable[str], text: str) -> str:
    """The reason, from the keys that a report and a story have in common, those that count most first.

    Words, and the towns that no map has, are told as they stand in the `text` of the report, which begins with its
    headline. What is told as a toll, or by its town, is not told again.
    """
    common = tuple(common)
    # Rare, and all that has to be read in the transaction: else a headline is not looked at again.
    unlisted = _unlisted_in(text.partition("\n")[0]) if any(key.startswith(f"@{UNLISTED}") for key in common) else {}
    places: dict[str, None] = {}
    tolls: dict[str, str] = {}
    acts: dict[str, None] = {}
    stems: dict[str, None] = {}
    for key in common:
        act, _, place = key.partition("@")
        if not act:
            if name := unlisted.get(place, "") if place.startswith(UNLISTED) else name_of(place):
                places[name] = None
        elif not act.startswith("#"):
            stems[key] = None
        elif ":" in act:
            kind, _, number = act[1:].partition(":")
            tolls[f"{number} {kind}"] = number
        elif not place:
            acts[act[1:]] = None
    words = _as_written([stem for stem in stems if stem not in tolls.values()], text)
    told = {
        "place": [name for name in places if not any(name.startswith(f"{other} ") for other in places)],
        "toll": list(tolls),
        "act": list(acts),
        "word": [word for word in words if not any(word in WORD.findall(name) for name in places)],
    }
    said = [
        f"{kind}{'s' if len(words) > 1 else ''} ({', '.join(words[:_NAMED])})" for kind, words in told.items() if words
    ]
    return f"same {listed(said)}"


def _unlisted_in(headline: str) -> dict[str, str]:
    """The towns of a headline that no map has, by what their names sound like, as `Part.sounds` has them."""
    known = ((one.start, one.end) for one in mentions(headline))
    towns = [one.place for one in settlements(headline, known, called_so=False)]
    whole = [one for one in towns if not any(one.name in other.name for other in towns if other is not one)]
    return {f"{UNLISTED}{sound_of(one.place_id)}": one.name for one in whole}


def _as_written(stems: Sequence[str], text: str) -> list[str]:
    """Stems as the first word of a text that has each; as they are where it has none, and numbers."""
    written: dict[str, str] = {}
    for word in WORD.findall(text):
        written.setdefault(stem_of(word), word)
    return [written.get(stem, stem) for stem in stems]
