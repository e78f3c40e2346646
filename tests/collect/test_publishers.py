"""What is taken down of documents as publishers write them: every fault, in every format and language."""

from __future__ import annotations

import pytest

from monitor.collect.items import item_of
from monitor.collect.links import site_url
from monitor.model import Feed, Parsed
from tests.support.builders import NOW
from tests.support.documents import parse_document
from tests.support.publishers import FAULTS, Read, documents

FEED = Feed(id="wire", name="The Wire", url="https://feeds.example/rss", family="wire")


def read(body: bytes) -> Read | None:
    """The article of a document as it would be kept."""
    parsed = parse_document(body, content_type="application/xml")
    if not isinstance(parsed, Parsed) or len(parsed.entries) != 1:
        return None
    base_url = site_url(parsed.site, FEED.url)
    item = item_of(parsed.entries[0], FEED, feed_language=parsed.language, base_url=base_url, seen_at=NOW)
    return Read(item.title, item.body or item.summary, item.url, item.published)


def test_the_table_has_hundreds_of_documents() -> None:
    assert len({one.body for name in FAULTS for one in documents(name)}) > 1_000


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_taken_down_is_what_a_reader_would(name: str) -> None:
    taken = {one.name: (one.read, read(one.body)) for one in documents(name)}
    assert {which: (expected, found) for which, (expected, found) in taken.items() if expected != found} == {}
