"""Feeds in JSON: read as others are, mended where that costs no word, refused in words."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from monitor.collect.text import plain_text
from monitor.model import BREAKS_OFF, Failed, Parsed
from tests.support.documents import parse_document, parsed

JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1",
    "title": "The Wire",
    "home_page_url": "https://wire.example/",
    "items": [
        {
            "id": 7,
            "external_url": "https://wire.example/7",
            "title": {"rendered": "5 < 6"},
            "summary": "Short & plain",
            "content_text": "Nine <killed>",
            "date_published": "2026-03-04T11:00:00Z",
            "author": {"name": "Ann"},
        }
    ],
}


def test_a_json_feed_is_read_as_others_are() -> None:
    document = parsed(json.dumps(JSON_FEED), "application/feed+json")
    (entry,) = document.entries
    assert (document.title, document.site) == ("The Wire", "https://wire.example/")
    assert (entry.guid, entry.link, entry.published, entry.author) == (
        "7", "https://wire.example/7", "2026-03-04T11:00:00Z", "Ann",
    )  # fmt: skip
    assert [plain_text(text) for text in (entry.title, entry.summary, entry.body)] == [
        "5 < 6", "Short & plain", "Nine <killed>",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ({"id": "https://wire.example/a"}, "https://wire.example/a"),
        ({"id": "https://wire.example/a", "external_url": "https://other.example/7"}, "https://other.example/7"),
        ({"id": "https://wire.example/a", "url": "https://wire.example/b"}, "https://wire.example/b"),
        ({"id": "tag:wire.example,2026:7"}, ""),
        ({"id": 7}, ""),
    ],
)
def test_an_id_that_is_an_address_leads_to_an_item_without_another(said: dict[str, Any], link: str) -> None:
    (entry,) = parsed(json.dumps(JSON_FEED | {"items": [{"title": "Nine killed"} | said]})).entries
    assert entry.link == link


def test_of_a_json_feed_that_breaks_off_the_items_before_are_read() -> None:
    items = [{"id": str(n), "title": f'One, "{n}"], {{', "content_text": "[1, {"} for n in range(3)]
    whole = json.dumps(JSON_FEED | {"items": items})
    ends = [found.end() for found in re.finditer(r'\{"\}', whole)]
    for cut in range(ends[0], len(whole)):
        document = parsed(whole[:cut])
        assert [entry.guid for entry in document.entries] == [str(n) for n, end in enumerate(ends) if end <= cut]
        assert document.doubt == BREAKS_OFF
    assert not parsed(whole).doubt


@pytest.mark.parametrize(
    "over",
    [
        {"items": [None, 7, {}, {"id": None, "title": ["x"], "authors": "Ann", "tags": {}}]},
        {"language": 7, "title": None},
        {"items": []},
    ],
)
def test_a_json_feed_with_other_values_than_it_should_have_is_read_as_far_as_it_goes(over: dict[str, Any]) -> None:
    assert isinstance(parse_document(json.dumps(JSON_FEED | over)), Parsed)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[" * 100_000, "JSON, but no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON, but no JSON Feed"),
        ('{"items": [1]}', "JSON, but no JSON Feed"),
        ('{"items": ', "JSON that breaks off or is not well-formed, at line 1, column 11"),
        (json.dumps(JSON_FEED)[:-40], "JSON that breaks off or is not well-formed, at line 1, column 283"),
        ("{'items': []}", "JSON that breaks off or is not well-formed, at line 1, column 2"),
    ],
)
def test_json_that_is_no_feed_says_so(body: str, reason: str) -> None:
    found = parse_document(body)
    assert isinstance(found, Failed)
    assert found.reason == reason


_AS_JSON = json.dumps(JSON_FEED)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_AS_JSON.replace("}]", "},]"), id="a comma behind the last entry"),
        pytest.param(_AS_JSON.replace("}]", ", \n}]").replace("Ann", 'A,]}\\"n'), id="a comma behind the last key"),
        pytest.param(f"<br />\n<b>Warning</b>: no such file {{x}}\n{_AS_JSON}", id="a warning before it"),
        pytest.param(f")]}}',\n{_AS_JSON}", id="a guard before it"),
        pytest.param(f"got({_AS_JSON});", id="a call around it"),
        pytest.param(f"\n\ufeff{_AS_JSON}\n<!-- served in 3 ms -->", id="a comment behind it"),
        pytest.param(_AS_JSON * 2, id="written twice"),
        pytest.param(f"[{_AS_JSON}]", id="alone in a list"),
        pytest.param(f'{{"status": "ok", "feed": {_AS_JSON}}}', id="within an answer"),
        pytest.param(json.dumps(JSON_FEED | {"items": {"7": JSON_FEED["items"][0]}}), id="entries as PHP numbers them"),
        pytest.param(_AS_JSON.replace("Short", "Short\t"), id="a control character"),
    ],
)
def test_a_json_feed_is_mended_where_that_costs_no_word(body: str) -> None:
    document = parse_document(body, "application/feed+json")
    assert isinstance(document, Parsed), document
    (entry,) = document.entries
    assert (entry.guid, plain_text(entry.title), plain_text(entry.summary)) == ("7", "5 < 6", "Short & plain")


def test_an_empty_list_of_entries_as_go_writes_it_is_an_empty_feed() -> None:
    assert parsed(json.dumps(JSON_FEED | {"items": None}), "application/feed+json").entries == ()


@pytest.mark.parametrize("piece", ['"', '\\"', ",", ", ", '"\\', "{", "[,"])
def test_json_full_of_what_might_be_mended_is_refused_in_time(piece: str) -> None:
    began = time.process_time()
    assert isinstance(parse_document('{"items": [' + piece * 200_000), Failed)
    assert time.process_time() - began < 2
