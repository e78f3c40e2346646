"""Whether who says what a thing is condemns it: "calls it a war crime", "the strike is a war crime, says the minister".

docs/decisions/0019: what is denied, only possible, or what others are accused of, is no verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from monitor.link.phrases import Folded, Hit, table

_words = partial(table, "reactions")

_WITHIN = 14
"""The most words between "calls" and what it is called."""

_FROM_BEING = 3
_OTHERS_WITHIN = 2
_BEFORE_VERDICTS = frozenset('"-–—:')
# Arabic needs no "is"; these words have no other use in a sentence on an attack.
_ARABIC_CRIMES = ("جريمه", "جرائم")


def judges(verb: Hit, text: Folded) -> bool:
    """Whether a verb of saying or calling, with the words around it, is a verdict on an event."""
    if _words("calling").any(text, verb.start, verb.end + 1):
        last = text.at[min(text.at.index(verb.start) + _WITHIN, len(text.at) - 1)]
        first = _words("verdict").first(text, verb.end)
        return first is not None and first.start <= last and _is_own(first, text, verb.end)
    return any(_is_predicate(one, text) for one in _words("verdict").find(text))


def _is_predicate(verdict: Hit, text: Folded) -> bool:
    """Whether a verdict is said of an event that is named before it: "strike "barbaric"", "удар — преступление"."""
    near = text.at[max(0, text.at.index(verdict.start) - _FROM_BEING)]
    before = text.text[near : verdict.start].split()
    being = list(_words("being").find(text, near, verdict.start))
    said = not _BEFORE_VERDICTS.isdisjoint(before) or bool(being)
    if being and text.text[being[-1].start :].startswith("amount"):
        near = being[-1].end  # whose "to" is not that of "to condemn"
    said = said or text.text[verdict.start : verdict.end].removeprefix("ال").startswith(_ARABIC_CRIMES)
    return said and _words("events").any(text, 0, verdict.start) and _is_own(verdict, text, near)


def _is_own(verdict: Hit, text: Folded, start: int) -> bool:
    """Whether a verdict is what the speaker means."""
    behind = bisect_left(text.at, verdict.end) + _OTHERS_WITHIN
    end = text.at[behind] if behind < len(text.at) else len(text.text)
    return not (
        _words("not").any(text, start, verdict.start)
        or _words("may").any(text, start, verdict.start)
        or _words("of_others").any(text, start, end)
    )
