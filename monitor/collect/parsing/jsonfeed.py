"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read into the same words as XML."""

from __future__ import annotations

import contextlib
import html
import json
import re
from typing import Any

from monitor.collect.links import is_address
from monitor.collect.parsing.rawfeed import RawEntry, RawFeed
from monitor.model import Hub

SIGN = "jsonfeed.org/version/"
"""What says that a document is a JSON Feed."""

_BEGINNING = re.compile(r'\{\s{0,100}"')
# A string, which may have anything in it, or a comma behind which nothing comes.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z))|,(?=\s*[\]}])', re.DOTALL)
_ITEMS = re.compile(r'\s*,?\s*"items"\s*:\s*\[')
_NEXT = re.compile(r"[\s,]*")
# Texts may have line breaks and other control characters, which JSON would have escaped.
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def read_json(text: str) -> RawFeed | None:
    """What a JSON Feed says; None for JSON that is none.

    What a server printed before or behind the document is passed over, and so are commas behind the last of a list:
    that costs no word of it. Of one that breaks off the items before are read.

    Raises:
        JSONDecodeError, RecursionError: it is no JSON, or none that can be read.
    """
    document, broken = _document(text)
    if not (document := _within(document)):
        return None
    says = _says(document)
    if says and document.get("items", ()) is None:  # so Go writes an empty list
        document["items"] = []
    elif says and isinstance(document.get("items"), dict):  # and PHP a list of which some were taken out
        document["items"] = list(document["items"].values())
    if not isinstance(document.get("items"), list) or not (says or _looks_like_a_feed(document)):
        return None
    language = _text(document.get("language"))
    return RawFeed(
        entries=[_entry(item) for item in document["items"] if isinstance(item, dict)],
        title=_literal(document.get("title")),
        language=language,
        site=_text(document.get("home_page_url")),
        hub=Hub(_hub(document.get("hubs")), _text(document.get("feed_url"))),
        broken=broken,
    )


def _within(document: Any) -> dict[str, Any]:
    """The object that is the feed, where a service puts it alone into a list, or into its own answer."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        return {}
    held = (value for value in document.values() if isinstance(value, dict) and _says(value))
    return document if _says(document) else next(held, document)


def _says(document: dict[str, Any]) -> bool:
    return "jsonfeed.org" in _text(document.get("version"))


def _document(text: str) -> tuple[Any, bool]:
    """What JSON says, and whether it breaks off."""
    text = text.lstrip()
    found = None if text.startswith(("{", "[")) else _BEGINNING.search(text)
    text = text[found.start() :] if found else text
    try:
        return _DECODER.raw_decode(text)[0], False
    except json.JSONDecodeError:
        mended = _TRAILING_COMMA.sub(lambda one: one[1] or "", text)
        try:
            return _DECODER.raw_decode(mended)[0], False
        except json.JSONDecodeError:
            if begun := _begun(mended):
                return begun, True
        raise


def _begun(text: str) -> dict[str, Any]:
    """What stands before the items of a document that breaks off, and those that are whole; nothing without any."""
    if not (found := _ITEMS.search(text)):
        return {}
    items, at = [], found.end()
    with contextlib.suppress(json.JSONDecodeError):
        about = _DECODER.decode(f"{text[: found.start()]}}}")
        while step := _NEXT.match(text, at):
            item, at = _DECODER.raw_decode(text, step.end())
            items.append(item)
    return about | {"items": items} if items else {}


def _hub(hubs: object) -> str:
    named = (hub for hub in hubs if isinstance(hub, dict)) if isinstance(hubs, list) else ()
    return next((_text(hub.get("url")) for hub in named if _text(hub.get("type")).casefold() == "websub"), "")


def _looks_like_a_feed(document: dict[str, Any]) -> bool:
    """A feed whose version was forgotten: it has a title, and its items are articles."""
    items = document["items"]
    return "title" in document and all(
        isinstance(item, dict) and "id" in item and item.keys() & {"url", "title", "content_html", "content_text"}
        for item in items
    )


def _entry(item: dict[str, Any]) -> RawEntry:
    guid = _text(item.get("id"))  # the article's address, as the format advises
    body = _text(item.get("content_html")) or _literal(item.get("content_text"))
    authors = item.get("authors")
    author = next((one for one in authors if isinstance(one, dict)), {}) if isinstance(authors, list) else None
    author = author or (item["author"] if isinstance(item.get("author"), dict) else {})
    return RawEntry(
        guid=guid,
        link=_text(item.get("url")) or _text(item.get("external_url")) or (guid if is_address(guid) else ""),
        title=_literal(item.get("title")),
        summary=_literal(item.get("summary")) or body,
        body=body,
        published=list(filter(None, [_text(item.get("date_published"))])),
        updated=list(filter(None, [_text(item.get("date_modified"))])),
        language=_text(item.get("language")),
        author=_text(author.get("name")),
    )


def _text(value: object) -> str:
    """Ids are numbers in many feeds, though they should not be, and texts objects that hold the text ("rendered")."""
    if isinstance(value, dict):
        held = [text for text in value.values() if isinstance(text, str)]
        return held[0] if len(held) == 1 else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _literal(value: object) -> str:
    """A text that is no HTML, as HTML."""
    return html.escape(_text(value), quote=False)
