"""OPML, the format in which feed readers exchange their lists (http://opml.org/spec2.opml)."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from ruamel.yaml import YAML

from monitor.errors import ConfigError
from monitor.model import Feed


def import_opml(text: bytes) -> tuple[Feed, ...]:
    """The feeds of an OPML document; groups become tags, repeated addresses are taken once.

    Raises:
        ConfigError: it is no OPML, or it declares entities, which no list of feeds needs.
    """
    # Without nulls, so that it is found in UTF-16 too.
    if b"<!ENTITY" in text.replace(b"\x00", b""):
        raise ConfigError("the OPML file declares entities, which is not accepted")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, LookupError, ValueError) as error:  # the latter two of a character set it cannot read
        raise ConfigError(f"the file is no OPML: {error}") from None
    feeds: dict[str, Feed] = {}
    body = root.find("body")
    for outline, groups in _outlines(body, ()) if body is not None else ():
        url = outline.get("xmlUrl", "").strip()
        if url and url not in {feed.url for feed in feeds.values()}:
            name = outline.get("title") or outline.get("text") or url
            feed_id = _free_id(name, url, feeds)
            feeds[feed_id] = Feed(
                id=feed_id, name=name, url=url, family=feed_id, language=outline.get("language"), tags=groups
            )
    return tuple(feeds.values())


def export_opml(feeds: Iterable[Feed]) -> str:
    """An OPML 2.0 document of these feeds."""
    lines = [
        f'    <outline type="rss" text={quoteattr(feed.name)} title={quoteattr(feed.name)} '
        f"xmlUrl={quoteattr(feed.url)}{f' language={quoteattr(feed.language)}' if feed.language else ''}/>"
        for feed in feeds
    ]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Wirewatch feeds</title></head>\n'
    )
    return f"{head}  <body>\n" + "\n".join(lines) + "\n  </body>\n</opml>\n"


def as_yaml(feeds: Iterable[Feed]) -> str:
    """The feeds as a feeds.yaml."""
    entries = []
    for feed in feeds:
        entry: dict[str, object] = {"id": feed.id, "name": feed.name, "url": feed.url, "kind": str(feed.kind)}
        entry |= {"language": feed.language} if feed.language else {}
        entry |= {"tags": list(feed.tags)} if feed.tags else {}
        entries.append(entry)
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 200
    yaml.dump({"feeds": entries}, out)
    return out.getvalue()


def _outlines(parent: ET.Element, groups: tuple[str, ...]) -> Iterable[tuple[ET.Element, tuple[str, ...]]]:
    for outline in parent.findall("outline"):
        yield outline, groups
        name = outline.get("title") or outline.get("text") or ""
        yield from _outlines(outline, (*groups, name) if name else groups)


_CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя",
        "a b v h g d e e ie zh z y i i i k l m n o p r s t u u f kh ts ch sh shch  y  e iu ia".split(" "),
        strict=True,
    )
)
_LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def _in_latin(name: str) -> str:
    """A name in letters a to z as far as it goes: "Été – Radio" is "ete - radio", "Новини" is "novyny"."""
    letters = (_CYRILLIC.get(char) or _LATIN.get(char, char) for char in name.casefold())
    return "".join(char for char in unicodedata.normalize("NFKD", "".join(letters)) if not unicodedata.combining(char))


def _free_id(name: str, url: str, taken: Iterable[str]) -> str:
    """An id from a name, or from the host where a name has no letter of ours, with a number when it is taken."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    slugs = (re.sub(r"[^a-z0-9]+", "-", _in_latin(text)).strip("-")[:40].strip("-") for text in (name, host))
    base = next((slug for slug in slugs if any(char.isalpha() for char in slug)), "feed")
    number, feed_id = 1, base
    while feed_id in taken:
        number += 1
        feed_id = f"{base}-{number}"
    return feed_id
