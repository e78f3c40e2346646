"""A document that is not well-formed XML, repaired where it is clear what was meant; what is well-formed is left alone.

What publishers' templates get wrong: blanks, warnings and rubbish around the document, characters and references that
do not exist, `&` and `<` that were not escaped, HTML's names of characters, a CDATA section that was escaped once more.
"""

from __future__ import annotations

import html
import re
from functools import cache
from html.entities import name2codepoint
from xml.parsers import expat

_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What windows-1252 has where others have a line break, which is stripped at the end of a text.
_ELLIPSIS = "\x85"
_FEEDS = "rss|feed|rdf|channel"
_PROLOGUE = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|!--|\?xml-stylesheet\b)", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
# One character as two references, to the halves that UTF-16 writes it in.
_HALVES = re.compile(
    r"&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[56][0-9]{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[67][0-9]{3}));"
)
# What is text as it stands: nothing in it is a reference or a tag.
_LITERAL = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_CDATA = "<![CDATA["
_LONGEST_TAG = 600
_HOLDER = re.compile(r"<([\w:.-]{1,40})(?:\s[^<>]*)?>\s*\Z")
_SMALL_CDATA = re.compile(r"<!\[cdata\[", re.IGNORECASE)
_NEXT = re.compile(r"</(?:item|entry)\s{0,100}>|<(?:item|entry)[\s>]", re.IGNORECASE)
# An element of an entry that has a text and no end, before the next one.
_OF_ENTRIES = (
    "title|link|guid|id|pubDate|published|updated|author|category|description|summary|content|content:encoded|"
    "dc:date|dc:creator|enclosure|comments|source|media:[a-z]+"
)
_UNENDED = re.compile(
    r"<(title|link|guid|id|pubDate|published|updated|author|category|dc:date|dc:creator|comments)((?:\s[^<>]*[^<>/])?)>"
    rf"([^<]*)(?=</(?:item|entry)\b|<(?:{_OF_ENTRIES})[\s/>])",
    re.IGNORECASE,
)
_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)(\w{1,32};)?")
_BRACKET = re.compile(r"<(?![A-Za-z_:/!?])")
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]{1,64})\s")
_ESCAPED_CDATA = re.compile(
    r"&(?:amp;){0,3}lt;!\[CDATA\[((?:(?!&(?:amp;){0,3}lt;!\[CDATA\[)[^<])*?)\]\]&(?:amp;){0,3}gt;"
)
_DOCTYPE_END = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_LAST_CHARACTER = 0x10FFFF


def repaired(text: str, *, roots: str = _FEEDS) -> str:
    """The document, well-formed where that could be had by mending what is clearly meant otherwise.

    `roots` are the names of elements that such a document can be, parted by `|`.
    """
    text = _IMPOSSIBLE.sub(" ", text.replace("\0", ""))  # a null stands within words, other signs between them
    if _ELLIPSIS in text:
        text = text.replace(_ELLIPSIS, "…")
    if "&#" in text:
        text = _REFERENCE.sub(_possible_reference, _HALVES.sub(_joined, text))
    if "![CDATA[" in text and "]]&" in text:
        text = _ESCAPED_CDATA.sub(r"\1", text)
    if _CDATA in text:
        text = _with_ends(text)
    text = _from_its_beginning(text, re.compile(rf"<(?:[\w.-]+:)?(?:{roots})\b", re.IGNORECASE))
    if well_formed(text):
        return text
    text = _without_what_breaks_off(_SMALL_CDATA.sub(_CDATA, text))
    text = _to_its_end(text, _RDF_END if roots == _FEEDS and _is_rdf(text) else _end_of(roots))
    declared = set(_ENTITY.findall(text[:100_000]))

    def escaped(found: re.Match[str]) -> str:
        name = (found[1] or "")[:-1]
        if name in declared:
            return found[0]
        if name in name2codepoint:
            return f"&#{name2codepoint[name]};"
        meant = html.unescape(found[0]) if name else ""
        if meant and meant != found[0] and not meant.startswith("&"):
            return "".join(f"&#{ord(char)};" for char in meant)
        return f"&amp;{found[1] or ''}"

    pieces, end = [], 0
    head = _DOCTYPE_END.match(text)
    if head is not None:
        # Each on a line of its own, where feedparser looks for them.
        pieces, end = [re.sub(r"\s*<!ENTITY\b", "\n<!ENTITY", head[0])], head.end()
    for literal in _LITERAL.finditer(text, end):
        pieces += [_escape(text[end : literal.start()], escaped), literal[0]]
        end = literal.end()
    return "".join([*pieces, _escape(text[end:], escaped)])


def _escape(text: str, escaped: object) -> str:
    text = _AMPERSAND.sub(escaped, text)  # type: ignore[call-overload]
    return _UNENDED.sub(r"<\1\2>\3</\1>", _BRACKET.sub("&lt;", text.replace("]]>", "")))


def _with_ends(text: str) -> str:
    """A document whose CDATA sections all end: one that runs on into other entries ends where its element does."""
    pieces: list[str] = []
    start, end = 0, -1
    while (begin := text.find(_CDATA, start)) >= 0:
        if end < begin:
            end = text.find("]]>", begin)
            end = len(text) if end < 0 else end
        runs_on = end == len(text) or text.find(_CDATA, begin + 1, end) >= 0
        ended = _its_end(text, begin, end) if runs_on else None
        if ended is None:
            pieces.append(text[start : end + 3])
            start = end + 3
        else:
            pieces += [text[start:ended], "]]>"]
            start = ended
    return "".join([*pieces, text[start:]])


def _its_end(text: str, begin: int, end: int) -> int | None:
    """Where the element ends that a CDATA section stands in, if that is within the section, and entries follow."""
    holder = _HOLDER.search(text[max(0, begin - _LONGEST_TAG) : begin])
    if holder is None:
        return None
    found = re.compile(rf"</{re.escape(holder[1])}\s{{0,9}}>").search(text, begin, end)
    return found.start() if found and _NEXT.search(text, found.end(), end) else None


def well_formed(text: str) -> bool:
    """Whether a strict reader takes it. Documents that declare entities count as not: they are for feedparser."""
    reader = expat.ParserCreate("utf-8")  # whatever is declared: it is text by now

    def refuse(*_: object) -> None:
        raise ValueError("an entity")

    reader.EntityDeclHandler = refuse
    try:
        reader.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def _from_its_beginning(text: str, root: re.Pattern[str]) -> str:
    """Without what a server printed before the document."""
    text = text.lstrip()
    if root.match(text) or _PROLOGUE.match(text):
        return text
    starts = [found.start() for found in (_PROLOGUE.search(text), root.search(text)) if found]
    return text[min(starts) :] if starts and root.search(text) else text


def _without_what_breaks_off(text: str) -> str:
    """Without the last entry where a document breaks off in it: half a headline says something else.

    Where no entry ends as it should, none is known to be whole or not.
    """
    begins = [found.start() for found in _ENTRY.finditer(text) if not found[1]]
    if not begins or _ENTRY_END.search(text, begins[-1]) or _ROOT_END.search(text, begins[-1]):
        return text
    return text[: begins[-1]] if _ENTRY_END.search(text, 0, begins[-1]) else text


def breaks_off(text: str) -> bool:
    """Whether a document that begins as a feed does not end as one."""
    end = _RDF_END if _is_rdf(text) else _ROOT_END
    if end.search(text, len(text) - _NEAR_END) or end.search(text) or not _ROOT.search(text):
        return False
    return not well_formed(text)  # an element that is empty has no end of its own


_NEAR_END = 500

# What is commented out or stands in a CDATA section is no entry.
_ENTRY = re.compile(rf"({_LITERAL.pattern})|<(?:[\w.-]{{1,40}}:)?(?:item|entry)(?=[\s>])", re.DOTALL | re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,100}>", re.IGNORECASE)
_ROOT = re.compile(rf"<(?:[\w.-]{{1,40}}:)?({_FEEDS})[\s>]", re.IGNORECASE)


@cache
def _end_of(roots: str) -> re.Pattern[str]:
    return re.compile(rf"</(?:[\w.-]{{1,40}}:)?(?:{roots})\s{{0,100}}>", re.IGNORECASE)


_ROOT_END, _RDF_END = _end_of(_FEEDS), _end_of("rdf")


def _is_rdf(text: str) -> bool:
    """Whether a document is RSS 1.0, whose channel ends before the first entry begins."""
    root = _ROOT.search(text)
    return root is not None and root[1].lower() == "rdf"


def _to_its_end(text: str, end: re.Pattern[str]) -> str:
    """Without what stands behind the document: statistics, scripts, a second answer.

    Where entries stand there, it is no end, though a template says so.
    """
    ends = [found.end() for found in end.finditer(text)]
    behind = text[ends[-1] :] if ends else ""
    return text[: ends[-1]] if behind.strip() and not _ENTRY_END.search(behind) else text


def _joined(found: re.Match[str]) -> str:
    first = int(found[1], 16) if found[1] else int(found[2])
    second = int(found[3], 16) if found[3] else int(found[4])
    if not (0xD800 <= first < 0xDC00 <= second < 0xE000):
        return found[0]
    return f"&#{0x10000 + (first - 0xD800) * 0x400 + second - 0xDC00};"


def _possible_reference(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2])
    if number == ord(_ELLIPSIS):
        return "…"
    possible = (
        0 < number <= _LAST_CHARACTER
        and not 0xD800 <= number <= 0xDFFF
        and (number >= 0x20 or number in (9, 10, 13))  # what XML allows
        and number not in (0xFFFE, 0xFFFF)
    )
    return found[0] if possible else ("\ufffd" if number >= 0x20 else " " if number else "")
