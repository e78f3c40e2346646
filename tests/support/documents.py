"""Documents read in this process, as the parser's workers read them."""

from __future__ import annotations

from monitor.collect.parsing.document import Read, read_document
from monitor.model import Failed, Feed, Parsed
from tests.support.fakes.feed_server import FeedEntry

FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")
ENTRY = FeedEntry("Nine killed", "https://wire.example/1", "g1", "Wed, 04 Mar 2026 11:00:00 GMT", "A summary.")
SITEMAP = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
THREE = [FeedEntry(f"{name} is hit", f"https://wire.example/{name}", name, "", "Text.") for name in "ABC"]


def parse_document(
    body: bytes | str, content_type: str | None = None, *, language: str = "", address: str = ""
) -> Parsed | Failed:
    """What a document says, or why it is no feed."""
    raw = body.encode() if isinstance(body, str) else body
    read = read_document(raw, content_type=content_type, language=language, address=address)
    return read.parsed if isinstance(read, Read) else read


def parsed(body: bytes | str, content_type: str | None = None) -> Parsed:
    """What a document says that is a feed."""
    result = parse_document(body, content_type)
    assert isinstance(result, Parsed), result
    return result
