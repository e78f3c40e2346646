"""What one says of an attack of one's own: that one made it, that one did not, or that it was lawful.

"Russia says it did not hit the hospital" is a denial, "army says it targeted a command post" a confirmation, though no
word denies or confirms (docs/decisions/0062). Where somebody else is named between, it is neither.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from monitor.link.acts import acts_of
from monitor.link.phrases import Folded, Hit, table
from monitor.model import Reaction

_words = partial(table, "reactions")

_WITHIN = 9
"""The most words and marks between the word for saying and the attack."""

_LAWFUL_WITHIN = 16


def says_of_own_act(said: Hit, text: Folded) -> Reaction | None:
    """What one who says something says of an attack of one's own; None for nothing.

    `said` is the word for saying. Looks at the next few words only.
    """
    first = bisect_left(text.at, said.end)
    last = text.at[first + _LAWFUL_WITHIN] if first + _LAWFUL_WITHIN < len(text.at) else len(text.text)
    if _words("lawful").any(text, said.end, last) and not _words("not").any(text, said.end, last):
        return Reaction.JUSTIFICATION
    denies = owns = False
    for start in text.at[first : first + _WITHIN]:
        end = text.text.index(" ", start)
        word = text.text[start:end]
        own = _words("own").any(text, start - 1, end + 1)
        owns |= own
        if _words("did").any(text, start - 1, end + 1):
            return Reaction.DENIAL if denies else Reaction.CONFIRMATION if owns else None
        if denies and ("strike" in acts_of(word) or _words("attacking").any(text, start - 1, end + 1)):
            return Reaction.DENIAL
        if _words("not_so").any(text, start - 1, end + 1):
            denies = True
        elif not own and word != "," and not _words("own_filler").any(text, start - 1, end + 1):
            return None
    return None
