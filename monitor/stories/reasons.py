"""Why a report joined a story, in words: "same places (Homs, Idlib), toll (200 killed) and words (cluster, study)"."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.stories.placeids import name_of

_MOST = 4


def reason_of(common: Iterable[str]) -> str:
    """The reason, from the keys that a report and a story have in common, those that count most first."""
    found: dict[str, dict[str, None]] = {"place": {}, "toll": {}, "act": {}, "word": {}}
    for key in common:
        act, _, place = key.partition("@")
        if not act:
            found["place"][name_of(place)] = None
        elif not act.startswith("#"):
            found["word"][key] = None
        elif ":" in act:
            kind, _, number = act[1:].partition(":")
            found["toll"][f"{number} {kind}"] = None
        elif not place:
            found["act"][act[1:]] = None
    told = [
        f"{kind}{'s' if len(words) > 1 else ''} ({', '.join(list(words)[:_MOST])})"
        for kind, words in found.items()
        if words
    ]
    return f"same {' and '.join([', '.join(told[:-1]), told[-1]] if told[1:] else told)}"
