"""What fuzzing found, each kind with a name; and every target on every seed, so that the targets themselves stay right.

docs/decisions/0025. `make fuzz` looks for more.
"""

from __future__ import annotations

import pytest

from monitor.collect.document import parse_document
from monitor.model import Parsed
from tests.fuzz.targets import TARGETS, seeds
from tests.support.fakes.feed_server import FeedEntry, rss

_FEED = rss(FeedEntry("Floods in the valley", "https://wire.example/1"))

FOUND = {
    # The strict reader asked Python for the set that a declaration named, when something stood before it.
    "an unknown character set, declared behind rubbish": f"rubbish {_FEED.replace('utf-8', 'utf-4')}",
    "a codec that is no character set, declared behind rubbish": f"rubbish {_FEED.replace('utf-8', 'rot13')}",
    # Python's reader parts an element's name from its namespace at blanks, of which Unicode has more than XML.
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


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_takes_its_seeds_and_parts_of_them(target: str) -> None:
    for seed in list(seeds(target))[::40]:
        for length in (len(seed), len(seed) // 2, 1, 0):
            TARGETS[target](seed[:length])
