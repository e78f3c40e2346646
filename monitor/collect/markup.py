"""HTML from outside as a tree, in time and memory that grow with its length, whatever it is.

By HTML's rules a mark such as `<b>` that is never closed is opened anew in each paragraph that follows: 90 kB of
`<b id=1><p>x<b id=2><p>x…` become twelve million elements. And each block that opens looks through all that are open
around it.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

FEW_TAGS = 500
"""Up to so many tags nothing can grow much."""

MOST_TAGS = 20_000
"""Markup is read up to this many tags."""

# What HTML opens anew ("the list of active formatting elements"), but for links, of which it keeps one.
_OPENED_ANEW = re.compile(r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)


def html_tree(markup: str) -> LexborHTMLParser:
    """The markup as browsers understand it; where it has many tags, with plain spans for those that mark text."""
    if markup.count("<") > FEW_TAGS:
        markup = _OPENED_ANEW.sub(r"<\1span", _first_tags(markup))
    return LexborHTMLParser(markup.encode("utf-8", "replace"))


def _first_tags(markup: str) -> str:
    pieces = markup.split("<", MOST_TAGS + 1)
    return markup if len(pieces) <= MOST_TAGS + 1 else "<".join(pieces[:-1])
