"""Feed text and feed addresses made fit to be shown: hostile until they have been through here."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

from rich.cells import split_graphemes

LONGEST_URL = 3_000
"""Characters; Slack refuses longer addresses in its elements."""

# Bidirectional controls and zero-width characters could make a headline look like something else.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
# Letters and signs that look like a space (https://www.unicode.org/charts/PDF/U3130.pdf).
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_SPACES = ("Cc", "Zl", "Zp")
_HIDDEN = ("Cf", "Cs", "Co")
_RIGHT_TO_LEFT = ("R", "AL")
_OPEN, _CLOSE, _LEFT_TO_RIGHT = "\u2068", "\u2069", "\u200e"
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# A letter that carries more marks than this is no writing but a way to cover the lines above and below.
_MARKS_ON_A_LETTER = 6
_LONGEST_WORD = 40
# What could end a link early or hide where it leads.
_UNSAFE_IN_HOST = re.compile(r"[\x00-\x20\x7f|<>\"'`{}\\^]")
_UNSAFE_IN_PATH = re.compile(_UNSAFE_IN_HOST.pattern + r"|[^\x00-\x7f]")


def safe(text: str) -> str:
    """Feed text on one line, without control, bidi and zero-width characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown, marks = [], 0
    for char in _BLANK.sub(" ", _INVISIBLE.sub("", text)):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in _SPACES:
            shown.append(" ")
        elif category not in _HIDDEN and marks <= _MARKS_ON_A_LETTER:
            shown.append(char)
    return " ".join("".join(shown).split())


def folded(text: str) -> str:
    """A name or phrase as it is compared: without case, and with single spaces."""
    return " ".join(text.casefold().split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words and with "…"; a long word between letters as a reader sees them.

    Isolates that are cut open are closed, on top of that.
    """
    if len(text) <= limit:
        return text
    end = _between_letters(text, limit - 1)
    space = text.rfind(" ", max(1, end - _LONGEST_WORD), end + 1)
    cut = text[: space if space > 0 else end].rstrip(" ,;:-–—") + "…"
    return cut + _CLOSE * (cut.count(_OPEN) - cut.count(_CLOSE))


def _between_letters(text: str, limit: int) -> int:
    """The last place at or before `limit` that no grapheme spans."""
    spans, _ = split_graphemes(text[: limit + 2 * _MARKS_ON_A_LETTER])
    end = max((stop for _, stop, _ in spans if stop <= limit), default=limit)
    halves = end - len(text[:end].rstrip(_FLAG_HALVES))
    return end - 1 if halves % 2 else end


def isolated(text: str) -> str:
    """Right-to-left text between isolates (U+2068, U+2069), so that what stands around it keeps its place."""
    return f"{_OPEN}{text}{_CLOSE}" if _begins_right_to_left(text) else text


def left_to_right(line: str) -> str:
    """A line in English, marked (U+200E) as one where it begins with a name that is written from right to left."""
    return f"{_LEFT_TO_RIGHT}{line}" if _begins_right_to_left(line) else line


def _begins_right_to_left(text: str) -> bool:
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", *_RIGHT_TO_LEFT)), "L")
    return first in _RIGHT_TO_LEFT


def web_address(url: str) -> str | None:
    """An http or https address that cannot break out of a link or hide what it is; None when there is none.

    Host names in other scripts stay as they are; what follows is percent-encoded (RFC 3986, section 2.1). A name
    before the host, as in https://known.example@host, looks like a host itself and is left out.
    """
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if not usable or safe(host) != host or _UNSAFE_IN_HOST.search(host):
        return None
    start = f"{parts.scheme}://{host}"
    # Put together with its host: without one, newer Pythons double the slashes that a path begins with.
    rest = parts._replace(netloc=host).geturl().removeprefix(start)
    address = start + _UNSAFE_IN_PATH.sub(_percent_encoded, rest)
    return address if len(address) <= LONGEST_URL else None


def _percent_encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")
