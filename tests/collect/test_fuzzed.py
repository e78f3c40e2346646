"""What fuzzing found, each kind with a name; and every target on every seed, so that the targets themselves stay right.

docs/decisions/0025. `make fuzz` looks for more.
"""

from __future__ import annotations

import pytest

from monitor.model import Parsed
from tests.fuzz.targets import TARGETS, seeds
from tests.support.documents import parse_document
from tests.support.fakes.feed_server import FeedEntry, rss

_FEED = rss(FeedEntry("Floods in the valley", "https://wire.example/1"))

FOUND = {
    # The strict reader asked Python for the set that a declaration named, when something stood before it.
    "an unknown character set, declared behind rubbish": f"rubbish {_FEED.replace('utf-8', 'utf-4')}",
    "a codec that is no character set, declared behind rubbish": f"rubbish {_FEED.replace('utf-8', 'rot13')}",
    # Python's reader parts an element's name from its namespace at blanks, of which Unicode has more than XML.
    # An element that feedparser does not know is kept under its name, where a list of links was looked for.
    "a text in place of the channel's links": _FEED.replace("<item>", "<links>one</links><item>"),
    "blanks in the address of a namespace": _FEED.replace("<rss ", '<rss xmlns="http://a\u00a0b\u2003c\u3000d/" ', 1),
    "blanks in the address of a namespace with a prefix": _FEED.replace(
        "<item>", '<item><m:x xmlns:m="http://a\u0085b\u2028c/">y</m:x>'
    ),
    "blanks in the address of a namespace of attributes": _FEED.replace(
        "<item>", '<item xmlns:m="http://a\u00a0b\u00a0c/" m:x="y">'
    ),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_document_that_once_could_not_be_parsed_is_read(kind: str) -> None:
    parsed = parse_document(FOUND[kind].encode(), content_type=None)
    assert isinstance(parsed, Parsed)
    assert [entry.title for entry in parsed.entries] == ["Floods in the valley"]


STRUCTURES = (
    "links", "authors", "contributors", "enclosures", "tags", "dates", "permalink", "skipped", "where",
    "media_content", "media_thumbnail", "title_detail", "author_detail", "summary_detail", "published_parsed",
    "a:links", "author:detail", "published:parsed", "entries", "entry_detail",
)  # fmt: skip
_FULL = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xmlns:author="x:1"'
    ' xmlns:published="x:2"><channel>{0}<title>Wire</title><link>https://wire.example/</link>{1}<item>{2}'
    "<title>Floods in the valley</title><link>https://wire.example/1</link><author>Ann (Wire)</author>"
    "<pubDate>Wed, 04 Mar 2026 10:00:00 GMT</pubDate><description>Two are hurt.</description>{3}</item>{4}"
    "</channel></rss>"
)


@pytest.mark.parametrize("broken", ["", "<b & ", "</p>"], ids=["well formed", "an open tag behind it", "read loosely"])
@pytest.mark.parametrize("name", STRUCTURES)
def test_an_element_named_like_what_feedparser_keeps_changes_nothing(name: str, broken: str) -> None:
    """Feeds are full of elements that no standard has."""
    expected = parse_document(_FULL.format(*[""] * 5).encode(), content_type=None)
    assert isinstance(expected, Parsed)
    for place in range(5):
        for element in (f"<{name}>some words</{name}>", f'<{name} kind="x"/>', f'<{name} kind="x">words</{name}>'):
            added = [element if at == place else "" for at in range(5)]
            document = _FULL.format(*added) + broken
            parsed = parse_document(document.encode(), content_type=None)
            assert isinstance(parsed, Parsed), (place, element)
            assert (parsed.entries, parsed.site, parsed.title) == (expected.entries, expected.site, expected.title)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_takes_its_seeds_and_parts_of_them(target: str) -> None:
    for seed in list(seeds(target))[::40]:
        for length in (len(seed), len(seed) // 2, 1, 0):
            TARGETS[target](seed[:length])
