"""OPML, the format in which feed readers exchange their lists (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from monitor.collect.charsets.charset import decode
from monitor.collect.feedlist import Ids, entry_of, id_of, language_of, line_of_text
from monitor.collect.feeds import same_address, wrong_with
from monitor.collect.links import readable_url
from monitor.collect.parsing.repair import repaired
from monitor.collect.text import plain_text
from monitor.errors import ConfigError
from monitor.model import Feed

MOST_BYTES = 16_000_000
"""A larger file is no list of feeds."""

_MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class Imported:
    """The feeds of an OPML file as `feeds.yaml` takes them, and the addresses in it that are none of a feed.

    `repeated` are addresses that lead to a feed that stands in the file before.
    """

    feeds: tuple[Feed, ...]
    left_out: tuple[str, ...]
    repeated: tuple[str, ...] = ()


def import_opml(content: bytes) -> Imported:
    """The feeds of an OPML document; groups and categories become tags, the outermost eight groups.

    A repeated address is taken once, with the tags of each place: readers show a feed in several folders so.

    The character set is judged, and what is not well-formed is repaired, as in feeds.

    Raises:
        ConfigError: it is no OPML, has no feeds, or declares entities, which no list of feeds needs.
    """
    root = _parsed(content)
    feeds: dict[str, Feed] = {}
    ids, left_out, repeated = Ids(), [], []
    for outline, groups in _outlines(next(iter(_within(root, "body")), root)):
        attributes = {name.casefold(): value for name, value in outline.attrib.items()}
        tags = tuple(dict.fromkeys((*groups, *_categories(attributes.get("category", "")))))
        # Before version 2, some wrote `url`; of what is no feed, that is the address of a page.
        older = attributes.get("url", "") if attributes.get("type", "").casefold() in ("rss", "atom") else ""
        written = (attributes.get("xmlurl", "") or older).strip()
        url = readable_url(written, "")
        if not written:
            continue
        if not url or wrong_with(url):
            left_out.append(written)
        elif known := feeds.get(same_address(url)):
            feeds[same_address(url)] = replace(known, tags=tuple(dict.fromkeys((*known.tags, *tags))))
            repeated.append(url)
        else:
            name = _name(attributes) or url
            feed_id = ids.take(id_of(name, url))
            language = language_of(attributes.get("language", ""))
            feeds[same_address(url)] = Feed(
                id=feed_id, name=name, url=url, family=feed_id, language=language, tags=tags
            )
    if not feeds:
        raise ConfigError("the OPML file has no feed with an http or https address")
    return Imported(tuple(feeds.values()), tuple(left_out), tuple(repeated))


def _parsed(content: bytes) -> ET.Element:
    if len(content) > MOST_BYTES:
        raise ConfigError(f"the file is not OPML: it is larger than {MOST_BYTES // 1_000_000} MB")
    text = repaired(decode(content).text, roots="opml")
    if "<!ENTITY" in text:
        raise ConfigError("the OPML file declares entities, which is not accepted")
    try:
        return ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError) as error:
        raise ConfigError(f"the file is not OPML: {error}") from None


def export_opml(feeds: Iterable[Feed]) -> str:
    """An OPML 2.0 document of these feeds: in a group by their first tag, with all tags as categories."""
    groups: dict[str, list[Feed]] = {"": []}
    for feed in feeds:
        groups.setdefault(feed.tags[0] if feed.tags else "", []).append(feed)
    lines = [f"    {_outline(feed)}" for feed in groups.pop("")]
    for name, grouped in groups.items():
        inner = [f"      {_outline(feed)}" for feed in grouped]
        lines += [f"    <outline text={quoteattr(name)} title={quoteattr(name)}>", *inner, "    </outline>"]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Wirewatch feeds</title></head>\n'
    )
    return f"{head}  <body>\n" + "\n".join(lines) + "\n  </body>\n</opml>\n"


def _outline(feed: Feed) -> str:
    said = {"text": feed.name, "title": feed.name, "xmlUrl": feed.url, "language": feed.language or ""}
    said["category"] = ",".join(feed.tags)
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in said.items() if value)
    return f'<outline type="rss" {attributes}/>'


def _categories(written: str) -> tuple[str, ...]:
    """The names in an attribute `category`, which may be written as paths: `world,/wires/europe`."""
    names = (line_of_text(name).strip("/") for name in written.split(","))
    return tuple(filter(None, names))


def as_yaml(feeds: Iterable[Feed]) -> str:
    """The feeds as a feeds.yaml."""
    return "feeds:\n" + "".join(f"  - {entry_of(feed)}\n" for feed in feeds)


def _outlines(body: ET.Element) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    """Every outline in the order of the document, however deep, with the names of those around it."""
    below: list[tuple[ET.Element, tuple[str, ...]]] = [(one, ()) for one in reversed(_within(body, "outline"))]
    while below:
        outline, groups = below.pop()
        yield outline, groups
        attributes = {name.casefold(): value for name, value in outline.attrib.items()}
        name = _name(attributes) if len(groups) < _MOST_GROUPS else ""
        inner = (*groups, name) if name else groups
        below += [(child, inner) for child in reversed(_within(outline, "outline"))]


def _name(attributes: dict[str, str]) -> str:
    """What an outline is called; its text may be HTML (OPML 2.0, "text attribute")."""
    return next(filter(None, (line_of_text(plain_text(attributes.get(key, ""))) for key in ("title", "text"))), "")


def _within(element: ET.Element, name: str) -> list[ET.Element]:
    """The elements of a name directly within another, in whatever case and namespace it is written."""
    # ElementTree leaves out comments and what else has no name.
    return [one for one in element if one.tag.rpartition("}")[2].casefold() == name]
