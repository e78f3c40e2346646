"""OPML, the format in which feed readers exchange their lists (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from monitor.collect.charset import decode
from monitor.collect.feedlist import Ids, entry_of, id_of, language_of, line_of_text
from monitor.collect.feeds import same_address, wrong_with
from monitor.collect.links import readable_url
from monitor.collect.repair import repaired
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
    """The feeds of an OPML document; groups become tags, the outermost eight; repeated addresses are taken once.

    Its character set is judged, and what is not well-formed is repaired, as in feeds.

    Raises:
        ConfigError: it is no OPML, has no feeds, or declares entities, which no list of feeds needs.
    """
    if len(content) > MOST_BYTES:
        raise ConfigError(f"the file is not OPML: it is larger than {MOST_BYTES // 1_000_000} MB")
    text = repaired(decode(content).text, roots="opml")
    if "<!ENTITY" in text:
        raise ConfigError("the OPML file declares entities, which is not accepted")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError) as error:
        raise ConfigError(f"the file is not OPML: {error}") from None
    feeds: dict[str, Feed] = {}
    ids, left_out, repeated = Ids(), [], []
    for outline, groups in _outlines(next(iter(_within(root, "body")), root)):
        attributes = {name.casefold(): value for name, value in outline.attrib.items()}
        # Before version 2, some wrote `url`; of what is no feed, that is the address of a page.
        older = attributes.get("url", "") if attributes.get("type", "").casefold() in ("rss", "atom") else ""
        written = (attributes.get("xmlurl", "") or older).strip()
        url = readable_url(written, "")
        if not written:
            continue
        if not url or wrong_with(url):
            left_out.append(written)
        elif same_address(url) in feeds:
            repeated.append(url)
        else:
            name = line_of_text(attributes.get("title", "")) or line_of_text(attributes.get("text", "")) or url
            feed_id = ids.take(id_of(name, url))
            language = language_of(attributes.get("language", ""))
            feeds[same_address(url)] = Feed(
                id=feed_id, name=name, url=url, family=feed_id, language=language, tags=groups
            )
    if not feeds:
        raise ConfigError("the OPML file has no feed with an http or https address")
    return Imported(tuple(feeds.values()), tuple(left_out), tuple(repeated))


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
    return "feeds:\n" + "".join(f"  - {entry_of(feed)}\n" for feed in feeds)


def _outlines(body: ET.Element) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    """Every outline in the order of the document, however deep, with the names of those around it."""
    below: list[tuple[ET.Element, tuple[str, ...]]] = [(one, ()) for one in reversed(_within(body, "outline"))]
    while below:
        outline, groups = below.pop()
        yield outline, groups
        attributes = {name.casefold(): value for name, value in outline.attrib.items()}
        name = line_of_text(attributes.get("title", "")) or line_of_text(attributes.get("text", ""))
        inner = (*groups, name) if name and len(groups) < _MOST_GROUPS else groups
        below += [(child, inner) for child in reversed(_within(outline, "outline"))]


def _within(element: ET.Element, name: str) -> list[ET.Element]:
    """The elements of a name directly within another, in whatever case and namespace it is written."""
    # ElementTree leaves out comments and what else has no name.
    return [one for one in element if one.tag.rpartition("}")[2].casefold() == name]
