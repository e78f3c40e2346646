"""What is fuzzed: functions that take bytes and return nothing, and raise where something would go wrong.

Each states what must hold whatever the bytes. `tests/collect/test_fuzzed.py` runs every one on what was found before.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from monitor.collect.discover import MOST_NAMED, feeds_named
from monitor.collect.document import parse_document
from monitor.collect.items import item_of
from monitor.collect.newest import MAX_ENTRIES
from monitor.collect.opml import import_opml
from monitor.errors import ConfigError
from monitor.model import Failed, FailureClass, Feed
from tests.support import publishers

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ADDRESS = "https://wire.example/news/feed.xml"
FEED = Feed(id="wire", name="The Wire", url=ADDRESS, family="wire")
CONTENT_TYPES = (None, "application/rss+xml", "text/xml; charset=windows-1251", "application/json; charset=utf-16")


def feed(data: bytes) -> None:
    """A feed's document becomes entries, and those items; its first byte says what the server calls it."""
    content_type = CONTENT_TYPES[data[0] % len(CONTENT_TYPES)] if data else None
    parsed = parse_document(data[1:], content_type=content_type, address=ADDRESS)
    if isinstance(parsed, Failed):
        assert parsed.failure is FailureClass.NOT_A_FEED, parsed.reason
        return
    assert len(parsed.entries) <= MAX_ENTRIES
    for entry in parsed.entries:
        item = item_of(entry, FEED, feed_language=parsed.language, base_url=ADDRESS, seen_at=NOW)
        assert item.title
        assert not item.url or item.url.startswith(("http://", "https://")), item.url
        assert item.published is None or item.published <= NOW
        for text in (item.title, item.summary, item.body, item.guid, item.url):
            text.encode("utf-8")
            assert text.isprintable() or "\0" not in text


def opml(data: bytes) -> None:
    """A list of feeds is taken or refused in words."""
    try:
        imported = import_opml(data)
    except ConfigError:
        return
    assert len({one.id for one in imported.feeds}) == len(imported.feeds) > 0


def page(data: bytes) -> None:
    """A web page names feeds, or none."""
    named = feeds_named(data.decode("utf-8", "replace"), ADDRESS)
    found = (*named.declared, *named.linked)
    assert len(found) <= 2 * MOST_NAMED
    assert len(set(found)) == len(found)
    assert all(one.startswith(("http://", "https://")) and one.isascii() and one.isprintable() for one in found)


TARGETS: dict[str, Callable[[bytes], None]] = {"feed": feed, "opml": opml, "page": page}


def seeds(target: str) -> Iterator[bytes]:
    """Where fuzzing begins: documents with every fault that we know of; a list; a page."""
    if target == "feed":
        for name in publishers.FAULTS:
            yield from (b"\0" + document.body for document in publishers.documents(name))
    elif target == "opml":
        yield b"<opml><body><outline text='World'/><outline text='A' xmlUrl='https://a.example/rss' language='en'/>"
        yield base64.b64decode("/v8APABvAHAAbQBsAC8APg==")
    else:
        yield b"<base href=/en/><link rel=alternate type=application/rss+xml href=feed><a href=/rss.xml>RSS</a>"


# Words that guide it into what only few documents have.
WORDS = tuple(
    word.replace("_", " ")
    for word in """
    <rss> <channel> <item> <entry> <feed <rdf:RDF <title> <description> <content:encoded> <![CDATA[ ]]> <pubDate>
    <dc:date> <guid_isPermaLink="false"> <link_href=" <media:content xml:base=" <!DOCTYPE <!ENTITY &nbsp;
    &amp;lt; &#x encoding="
    utf-16 windows-1251 {"items":[{ "content_html":" "date_published":" <figure> <figcaption> <table> <td>
    <b_id= <blockquote>
    <ul><li> <a_href=" 2026-03-04T12:00:00Z PM_EST <outline_xmlUrl=" <opml> <body> <base_href=" rel="alternate"
    type="application/rss+xml"
    """.split()
)
