"""Plain text from what feeds call text: HTML, double markup, invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

_BLOCKS = "p, div, br, li, tr, h1, h2, h3, h4, h5, h6, blockquote, figcaption, td"
_NO_TEXT = "script, style, template, noscript, iframe, object, svg, head"
# Bidirectional controls and zero-width characters: they change how text looks without being text (Unicode UAX #9).
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffc]")
_TAG = re.compile(r"<[a-zA-Z!/?]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_BOILERPLATE = re.compile(r"\s*\bThe post .{1,300} (?:first )?appeared first on .{1,100}\Z", re.DOTALL)


def plain_text(markup: str) -> str:
    """Readable text: tags, scripts, control and invisible characters gone, entities decoded once.

    Blocks become lines, so that sentences end where paragraphs do. Text that has neither tags nor entities is only
    cleaned of characters.
    """
    if _TAG.search(markup):
        markup = _without_tags(markup)
    elif "&" in markup:
        markup = html.unescape(markup)
    return clean(markup)


def clean(text: str) -> str:
    """Text without control, surrogate, bidi and zero-width characters, and with single spaces."""
    # Only the last one of the invisible characters counts as printable.
    if not text.isprintable() or "\ufffc" in text:
        text = _INVISIBLE.sub("", text)
        text = "".join(char if char == "\n" or not _is_control(char) else " " for char in text)
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def without_boilerplate(text: str) -> str:
    """A summary without the line WordPress puts at its end."""
    return _BOILERPLATE.sub("", text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space where there is one near."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit - 80, limit)
    return text[: cut if cut > 0 else limit].rstrip()


def _without_tags(markup: str) -> str:
    document = LexborHTMLParser(markup.encode("utf-8", "replace"))
    for node in document.css(_NO_TEXT):
        if node.tag != "head":
            node.decompose()
    for node in document.css(_BLOCKS):
        node.insert_after("\n")
    body = document.body or document.root
    return body.text(deep=True, separator="") if body else ""


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co")
