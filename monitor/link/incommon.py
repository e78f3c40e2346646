"""What a report and a story have in common, in words: the reason why it joins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.link.places.ids import UNLISTED, name_of
from monitor.link.places.words import WORD
from monitor.link.rarity import stem_of
from monitor.wording.lists import listed

_NAMED = 4


def reason_of(common: Iterable[str], text: str) -> str:
    """The reason, from the keys that a report and a story have in common, those that count most first.

    Words are told as they stand in the `text` of the report. What is told as a toll, or by its town, is not told again.
    """
    places: dict[str, None] = {}
    tolls: dict[str, str] = {}
    acts: dict[str, None] = {}
    stems: dict[str, None] = {}
    for key in common:
        act, _, place = key.partition("@")
        if not act:
            if not place.startswith(UNLISTED):  # its words are told as words
                places[name_of(place)] = None
        elif not act.startswith("#"):
            stems[key] = None
        elif ":" in act:
            kind, _, number = act[1:].partition(":")
            tolls[f"{number} {kind}"] = number
        elif not place:
            acts[act[1:]] = None
    told = {
        "place": [name for name in places if not any(name.startswith(f"{other} ") for other in places)],
        "toll": list(tolls),
        "act": list(acts),
        "word": _as_written([stem for stem in stems if stem not in tolls.values()], text),
    }
    said = [
        f"{kind}{'s' if len(words) > 1 else ''} ({', '.join(words[:_NAMED])})" for kind, words in told.items() if words
    ]
    return f"same {listed(said)}"


def _as_written(stems: Sequence[str], text: str) -> list[str]:
    """Stems as the first word of a text that has each; as they are where it has none, and numbers."""
    written: dict[str, str] = {}
    for word in WORD.findall(text):
        written.setdefault(stem_of(word), word)
    return [written.get(stem, stem) for stem in stems]
