"""Plain text from what feeds call text: HTML, double markup, invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

_BLOCKS = "p, div, br, li, tr, h1, h2, h3, h4, h5, h6, blockquote, figcaption, td"
_NO_TEXT = "script, style, template, noscript, iframe, object, svg, head"
# Bidirectional controls and characters without width: they change how text looks without being text (Unicode UAX #9).
# What joins letters or keeps a line from breaking stands inside of words, so nothing takes its place.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
# These part words: the zero-width space, which allows a line to break there, the place of a picture, and letters that
# are drawn as a blank. Beside a space, or before a comma, there is nothing to part.
_BLANKS = "[\u200b\u2800\u3164\uffa0\ufffc]+"
_PARTING = re.compile(rf"(?<=[\w.,;:!?…؟،؛»”)]){_BLANKS}(?=[\w«“(])")
_PARTING_NOTHING = re.compile(_BLANKS)
# An entity that is written to its end: in text that was decoded before, "&copy=2" is more likely part of an address.
_WHOLE_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MOST_DECODINGS = 4
_TAG = re.compile(r"<[a-zA-Z!/?]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_BOILERPLATE = re.compile(r"\s*\bThe post .{1,300} (?:first )?appeared first on .{1,100}\Z", re.DOTALL)


def plain_text(markup: str) -> str:
    """Readable text: tags, scripts, control and invisible characters gone, entities decoded.

    Blocks become lines, so that sentences end where paragraphs do. Text that has neither tags nor entities is only
    cleaned of characters. Feeds encode entities twice and three times, so what decoding leaves is decoded again, a few
    times at most. Tags that appear so are text, never markup.
    """
    if _TAG.search(markup):
        markup = _without_tags(markup)
    elif "&" in markup:
        markup = html.unescape(markup)
    for _ in range(_MOST_DECODINGS - 1):
        if "&" not in markup or not _WHOLE_ENTITY.search(markup):
            break
        markup = _WHOLE_ENTITY.sub(_decoded, markup)
    return clean(markup)


def clean(text: str) -> str:
    """Text without control, surrogate, bidi and zero-width characters, and with single spaces.

    A zero-width space is a space, and so is whatever else parts words without being seen.
    """
    if not text.isascii():
        text = _PARTING_NOTHING.sub("", _PARTING.sub(" ", text))
    if not text.isprintable() or "\u034f" in text:
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


def _decoded(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co")
