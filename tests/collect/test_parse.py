"""Documents as they come: what is a feed, what only looks like one, and what would hang a reader."""

from __future__ import annotations

import asyncio
import html
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.collect import parse as parse_module
from monitor.collect.items import MAX_TITLE, item_of
from monitor.collect.newest import MAX_ENTRIES
from monitor.collect.parse import Parser
from monitor.collect.text import plain_text
from monitor.model import BREAKS_OFF, Failed, FailureClass, Feed, FeedWishes, Fetched, Hub, Parsed
from tests.support.builders import NOW
from tests.support.documents import parse_document
from tests.support.fakes.feed_server import FeedEntry, FeedServer, atom, rss
from tests.support.tree import ROOT

FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")
ENTRY = FeedEntry("Nine killed", "https://wire.example/1", "g1", "Wed, 04 Mar 2026 11:00:00 GMT", "A summary.")


def parse(body: bytes | str, content_type: str | None = None) -> Parsed | Failed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_document(raw, content_type=content_type)


def parsed(body: bytes | str, content_type: str | None = None) -> Parsed:
    result = parse(body, content_type)
    assert isinstance(result, Parsed), result
    return result


@pytest.mark.parametrize(
    "document", [rss(ENTRY), atom(ENTRY), "\n  " + rss(ENTRY)], ids=["rss", "atom", "leading space"]
)
def test_rss_and_atom_give_the_same_entry(document: str) -> None:
    (entry,) = parsed(document).entries
    assert (entry.title, entry.link, entry.guid, entry.summary) == (
        "Nine killed", "https://wire.example/1", "g1", "A summary.",
    )  # fmt: skip


_MAP = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
_EXAMPLE = "&lt;rss version='2.0'&gt;&lt;channel&gt;&lt;item&gt;&lt;/item&gt;&lt;/channel&gt;&lt;/rss&gt;"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "an empty body"),
        ("  \n", "an empty body"),
        ("<!doctype html><html><head><title>Home</title></head></html>", 'an HTML page titled "Home", not a feed'),
        ("<html><body>Moved</body></html>", "an HTML page, not a feed"),
        (
            "<html><head><title>Just a moment...</title></head></html>",
            'a challenge or refusal page, not a feed ("Just a moment...")',
        ),
        ("<opml version='2.0'><body/></opml>", "an OPML list of feeds, not a feed; `feeds import` reads it"),
        ('{"error": 1}', "JSON, but no JSON Feed"),
        ("404", "no RSS, Atom or JSON feed"),
        ("\ufeff\n", "an empty body"),
        (
            "<html><title>Sign in</title><form><input name=p type='password'></form></html>",
            'an HTML page that asks for a password, not a feed ("Sign in")',
        ),
        (
            "<html><script>window.location.href = 'https://wire.example/new'</script></html>",
            "an HTML page, not a feed; it leads browsers on to https://wire.example/new",
        ),
        ("<html><script src='/__qrator/qauth.js'></script></html>", "a challenge or refusal page"),
        ("Feed is  off", 'no RSS, Atom or JSON feed; it begins "Feed is off"'),
        (
            "<h1>Off &amp; on</h1><p>key=abcdefgh12 k3y-0123456789",
            'no RSS, Atom or JSON feed; it begins "Off & on key=… …"',
        ),
        ('{"code": 7, "message": "too many requests"}', 'JSON, but no JSON Feed; it says "too many requests"'),
        (
            "<html><meta http-equiv='refresh' content='0; url=https://wire.example/in?key=1'></html>",
            "an HTML page, not a feed; it leads browsers on to https://wire.example/in",
        ),
        (f"<urlset {_MAP}><url><loc>https://wire.example/</loc></url></urlset>", "a sitemap without news, not a feed"),
        ('<?xml version="1.0" e', "XML that breaks off before anything is said"),
        (f"<sitemapindex {_MAP}/>", "a sitemap without news, not a feed"),
        (f"<html><p>Write</p><pre>{_EXAMPLE}</pre></html>", "an HTML page, not a feed"),
        (
            "\x89PNG\r\n\x1a\n\0\0\0\rIHDR<",
            "bytes that are not text; they may be packed in a way that is not known, or be another kind of file",
        ),
    ],
)
def test_what_is_no_feed_fails_with_what_it_is(body: str, reason: str) -> None:
    assert parse(body) == Failed(failure=FailureClass.NOT_A_FEED, reason=reason)


@pytest.mark.parametrize(
    ("says", "is_link"),
    [
        ("", True),
        ("isPermaLink='true'", True),
        ("isPermaLink='True'", True),
        ("ispermalink=' TRUE '", True),
        ("isPermaLink='1'", True),
        ("isPermaLink='false'", False),
        ("isPermaLink='False'", False),
        ("isPermaLink='0'", False),
    ],
)
def test_a_guid_is_the_articles_address_unless_it_says_that_it_is_not(says: str, is_link: bool) -> None:
    for nowhere in ("", "<link>#</link>", "<link>javascript:void(0)</link>"):
        item = f"<item><title>Nine killed</title>{nowhere}<guid {says}>https://wire.example/1</guid></item>"
        (entry,) = parsed(f"<rss version='2.0'><channel>{item}</channel></rss>").entries
        assert (entry.guid, entry.link) == ("https://wire.example/1", "https://wire.example/1" if is_link else "")


def test_a_feed_whose_only_entry_is_the_error_of_a_bridge_is_none() -> None:
    error = FeedEntry(
        "Bridge returned error 403! (20416)", summary="&lt;p&gt;The site refuses: 403 Forbidden&lt;/p&gt;"
    )
    reason = "RSS-Bridge could not read what it makes the feed of: error 403"
    said = f'{reason}, it says "The site refuses: 403 Forbidden"'
    assert parse(rss(error)) == Failed(failure=FailureClass.HTTP, reason=said)
    assert len(parsed(rss(ENTRY, error)).entries) == 2


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


@pytest.mark.parametrize("reference", ["&#1114112;", "&#55296;", "&#x110000;", "&#0;"])
def test_references_to_characters_that_do_not_exist_cost_no_entry(reference: str) -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", f"Nine {reference} killed")).entries
    assert entry.title.startswith("Nine")


def test_a_document_cut_off_in_the_middle_keeps_what_came() -> None:
    whole = rss(ENTRY, FeedEntry("Second", "https://wire.example/2", "g2"))
    entries = parsed(whole[: whole.index("Second") - 20]).entries
    assert entries[0].title == "Nine killed"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "cp1251"])
def test_encodings_that_are_declared_wrongly_are_read(encoding: str) -> None:
    document = rss(FeedEntry("Удар по рынку в Идлибе", "https://wire.example/1", "g1"))
    (entry,) = parsed(document.encode(encoding)).entries
    assert entry.title == "Удар по рынку в Идлибе"


def test_a_bare_ampersand_and_an_unknown_entity_lose_no_text() -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", "Tom & Ann&nbsp;– nine killed")).entries
    assert entry.title.endswith("nine killed")
    assert entry.title.startswith("Tom & Ann")


def test_a_digest_depends_on_the_words_and_not_on_the_date() -> None:
    """Some feeds rewrite every date on every answer; that makes no entry new."""
    first = parsed(rss(ENTRY)).entries[0].digest
    redated = FeedEntry(ENTRY.title, ENTRY.link, ENTRY.guid, "Wed, 04 Mar 2026 12:00:00 GMT", ENTRY.summary)
    edited = FeedEntry("Ten killed", ENTRY.link, ENTRY.guid, ENTRY.published, ENTRY.summary)
    assert parsed(rss(redated)).entries[0].digest == first
    assert parsed(rss(edited)).entries[0].digest != first


@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: rss(ENTRY).replace("Nine", text).encode()))
def test_nothing_makes_parsing_raise(body: bytes) -> None:
    assert isinstance(parse(body), Parsed | Failed)


def dated(hours: int) -> FeedEntry:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    return FeedEntry(f"Report {hours}", f"https://wire.example/{hours}", f"g{hours}", format_datetime(moment))


@pytest.mark.parametrize("order", ["newest first", "oldest first", "mixed"])
def test_of_too_many_entries_the_newest_are_read_wherever_they_stand(order: str) -> None:
    hours = list(range(MAX_ENTRIES + 100))
    if order == "newest first":
        hours.reverse()
    elif order == "mixed":
        random.Random(7).shuffle(hours)
    document = parsed(rss(*map(dated, hours)))
    assert document.left_out == 100
    assert [entry.guid for entry in document.entries] == [f"g{hour}" for hour in hours if hour >= 100]


def test_of_too_many_entries_without_dates_the_first_are_read() -> None:
    entries = [FeedEntry(f"Report {number}", guid=f"g{number}") for number in range(MAX_ENTRIES + 1)]
    document = parsed(rss(*entries))
    assert (document.left_out, document.entries[0].guid, document.entries[-1].guid) == (1, "g0", f"g{MAX_ENTRIES - 1}")


def test_the_text_behind_a_picture_in_letters_is_read_however_large_that_is() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * 3_000_000}'/>"
    (found,) = parsed(
        rss(FeedEntry("Shelling", summary=f"{picture}Two hurt.", body=f"<p>{picture}</p>Six hurt."))
    ).entries
    assert (plain_text(found.summary), plain_text(found.body)) == ("Two hurt.", "Six hurt.")


def test_what_is_said_of_a_picture_before_the_article_is_not_the_articles() -> None:
    picture = (
        "<photos><photo><guid>9</guid><title>Flood</title><description>A flood in 2019.</description>"
        "<pubDate>Mon, 04 Mar 2019 09:05:00 GMT</pubDate></photo></photos>"
    )
    (found,) = parsed(
        f"<rss version='2.0'><channel><title>W</title><item>{picture}<title>Shelling</title><guid>1</guid>"
        "<description>Two hurt.</description><pubDate>Wed, 04 Mar 2026 09:05:00 GMT</pubDate></item></channel></rss>"
    ).entries
    assert (found.guid, found.title, found.summary, found.body) == ("1", "Shelling", "Two hurt.", "")
    assert (found.published, found.dates) == ("Wed, 04 Mar 2026 09:05:00 GMT", ())


def test_an_article_of_a_film_has_the_words_that_are_said_of_the_film() -> None:
    film = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry><id>yt:7</id>'
        "<title>Report</title><media:group><media:content url='https://film.example/7' "
        "type='application/x-shockwave-flash'/><media:description>Nine people were killed.</media:description>"
        "</media:group></entry></feed>"
    )
    assert parsed(film).entries[0].summary == "Nine people were killed."
    assert parsed(film.replace("application/x-shockwave-flash", "image/png")).entries[0].summary == ""


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
    assert isinstance(parse(json.dumps(JSON_FEED | over)), Parsed)


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
    found = parse(body)
    assert isinstance(found, Failed)
    assert found.reason == reason


@pytest.mark.parametrize(
    "page",
    [
        "<title>Attention Required! | Shield</title>Sorry, you have been blocked",
        "<title>wire.example</title><p>Please enable JS and disable any ad blocker</p><script src=//x/captcha.js>",
        "<title>Access to this page has been denied</title>",
        "<title>Access Denied</title>Reference #18.2d",
        "<script src='/_Incapsula_Resource?x=1'></script>",
        "<title>Making sure you&#39;re not a bot!</title>",
        "<title>Vendor Security Checkpoint</title>",
        "<title>Human Verification</title><script>window.awsWafCookieDomainList = []</script>",
        "<title>DDoS-Guard</title>",
        "<title>Request Rejected</title>The requested URL was rejected. Please consult with your administrator.",
        "<title>Pardon Our Interruption</title>",
        "<title>One moment, please...</title>",
        "<title>Verify you are human</title>",
    ],
)
def test_a_page_that_tests_who_asks_is_told_from_others(page: str) -> None:
    found = parse(f"<!DOCTYPE html><html><head>{page}</html>", "text/html")
    assert isinstance(found, Failed)
    assert found.reason.startswith("a challenge or refusal page")


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
    document = parse(body, "application/feed+json")
    assert isinstance(document, Parsed), document
    (entry,) = document.entries
    assert (entry.guid, plain_text(entry.title), plain_text(entry.summary)) == ("7", "5 < 6", "Short & plain")


def test_an_empty_list_of_entries_as_go_writes_it_is_an_empty_feed() -> None:
    assert parsed(json.dumps(JSON_FEED | {"items": None}), "application/feed+json").entries == ()


@pytest.mark.parametrize("piece", ['"', '\\"', ",", ", ", '"\\', "{", "[,"])
def test_json_full_of_what_might_be_mended_is_refused_in_time(piece: str) -> None:
    began = time.process_time()
    assert isinstance(parse('{"items": [' + piece * 200_000), Failed)
    assert time.process_time() - began < 2


THREE = [FeedEntry(f"{name} is hit", f"https://wire.example/{name}", name, "", "Text.") for name in "ABC"]


RDF = (
    rss(*THREE)
    .replace('<rss version="2.0"', '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"')
    .replace("<item>", "</channel><item>", 1)
    .replace("</channel></rss>", "</rdf:RDF>")
)


@pytest.mark.parametrize("whole", [rss(*THREE), atom(*THREE)], ids=["rss", "atom"])
def test_of_a_document_that_breaks_off_the_whole_entries_are_read(whole: str) -> None:
    """Half a headline says something else, and half an entry has another guid or none."""
    for length in range(whole.index("B is hit"), whole.index("C is hit") + 40):
        cut = whole[:length]
        closed = cut.count("</item>") + cut.count("</entry>")
        titles = [entry.title for entry in parsed(cut, "text/xml").entries]
        assert titles == ["A is hit", "B is hit"][:closed], cut[-30:]


@pytest.mark.parametrize("is_escaped", [False, True])
def test_blocks_that_feedparser_does_not_know_stay_apart_and_frames_show_nothing(is_escaped: bool) -> None:
    markup = "<main>Nine killed</main><details><summary>Homs</summary>Five hurt</details><iframe src='x'>old</iframe>"
    document = rss(FeedEntry("A is hit", summary="SUMMARY")).replace(
        "SUMMARY", html.escape(markup) if is_escaped else markup
    )
    (entry,) = parsed(document, "text/xml").entries
    assert plain_text(entry.summary).split("\n") == ["Nine killed", "Homs", "Five hurt"]


def test_a_sitemap_of_news_may_have_prefixes_of_its_own() -> None:
    spaces = (
        "xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
    )
    news = "<s:url><s:loc>https://wire.example/A</s:loc><n:news><n:title>A is hit</n:title></n:news></s:url>"
    (entry,) = parsed(f"<s:urlset {spaces}>{news}</s:urlset>", "text/xml").entries
    assert (entry.title, entry.link) == ("A is hit", "https://wire.example/A")


@pytest.mark.parametrize(
    ("document", "entries", "doubt"),
    [
        (rss(*THREE), 3, ""),
        (rss(*THREE).replace("</rss>", ""), 3, ""),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", 0, ""),
        (rss(*THREE)[:-20], 2, BREAKS_OFF),
        (rss(*THREE)[:-20] + " <!-- &lt;/rss> -->", 2, BREAKS_OFF),
        (atom(*THREE)[:-8], 2, BREAKS_OFF),
        # What ends before the entries begin is not the end of the document.
        (rss(*THREE).replace("<item>", "</channel><item>", 1).replace("</item></channel></rss>", "</item>&"), 3, ""),
        (RDF, 3, ""),
        (RDF.replace("</rdf:RDF>", ""), 3, BREAKS_OFF),
        (RDF.replace("</rdf:RDF>", "<item><title>D is h"), 3, BREAKS_OFF),
        (RDF[: RDF.index("<item>") + 60], 1, BREAKS_OFF),
    ],
)
def test_a_document_without_an_end_is_doubted_and_what_is_whole_in_it_read(
    document: str, entries: int, doubt: str
) -> None:
    read = parsed(document, "text/xml")
    assert (len(read.entries), read.doubt) == (entries, doubt)


@pytest.mark.parametrize("broken", ["", "&nbsp;"], ids=["strict", "loose"])
def test_a_sitemap_of_news_is_read_as_feeds_are(broken: str) -> None:
    news = (
        "<url><loc>https://wire.example/{0}</loc><lastmod>2026-03-05</lastmod><image:image><image:loc>/7.jpg</image:loc>"
        "<image:title>Archive</image:title></image:image><news:news><news:publication><news:name>Wire</news:name>"
        "<news:language>uk</news:language></news:publication><news:publication_date>2026-03-04T09:05:00Z"
        "</news:publication_date><news:title>{0} is hit</news:title></news:news></url>"
    )
    spaces = " xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' xmlns:image='urn:image'"
    page = f"<url><loc>https://wire.example/about</loc></url>{broken}"
    found = parsed(f"<urlset {_MAP}{spaces}>{news.format('A')}{page}{news.format('B')}</urlset>", "text/xml")
    assert [(one.title, one.link, one.published) for one in found.entries] == [
        (f"{name} is hit", f"https://wire.example/{name}", "2026-03-04T09:05:00Z") for name in "AB"
    ]


# -- what is not well-formed

_TWO = rss(*THREE[:2])
_ESCAPED = html.escape(_TWO, quote=False)
_MENDED = {
    "a CDATA section without an end, in a headline": _TWO.replace(">A is hit", "><![CDATA[A is hit", 1),
    "CDATA sections without an end, and one with": rss(*THREE[:2])
    .replace(">A is hit", "><![CDATA[A is hit", 1)
    .replace(">B is hit", "><![CDATA[B is hit]]>", 1),
    "a CDATA section without an end, in a text": _TWO.replace(">Text.", "><![CDATA[Text.", 1),
    "CDATA in small letters": _TWO.replace(">A is hit", "><![cdata[A is hit]]>", 1),
    "a headline without an end": _TWO.replace("A is hit</title>", "A is hit", 1),
    "a link without an end": _TWO.replace("https://wire.example/A</link>", "https://wire.example/A", 1),
    "nulls within words and tags": _TWO.replace("hit", "h\0it").replace("<item>", "<it\0em>"),
    "an entity that is declared on the line of the document's type": '<!DOCTYPE rss [<!ENTITY hit "is hit">]>'
    + _TWO.replace("is hit", "&hit;"),
    "HTML's namespace for its own": _TWO.replace("<rss", "<rss xmlns='http://www.w3.org/1999/xhtml'", 1),
    "a prefix for its own": re.sub(r"(</?)(?=[a-z])", r"\1r:", _TWO).replace("<r:rss", "<r:rss xmlns:r='urn:rss'", 1),
    "as text on a page, as browsers show it": f"<html><head><title>x</title></head><pre>{_ESCAPED}</pre></html>",
    "as text in what a web service answers": f"<string xmlns='http://tempuri.org/'>{_ESCAPED}</string>",
}


@pytest.mark.parametrize("document", _MENDED.values(), ids=_MENDED)
def test_what_is_not_well_formed_costs_no_entry(document: str) -> None:
    found = [(entry.title, entry.link) for entry in parsed(document, "text/xml").entries]
    assert found == [(f"{name} is hit", f"https://wire.example/{name}") for name in "AB"]


# -- faults on faults

_PIECES = st.sampled_from(
    [
        "&", "&amp;", "&amp;amp;#8217;", "&nbsp;", "&#55296;", "&lang=", "<", ">", "<![CDATA[", "]]>", "&lt;![CDATA[",
        "]]&gt;", "<b>", "</b>", "<UPDATE 2>", "<!--", "-->", "<?php", "?>", "</title>", "</item>", "<item>", "<title>",
        "<link>", "<media:description>", "<ol><li><a href='x'>one two three</a></li>", "\x00", "\x02", "\ufffe", "Удар",
        "قصف", "été", "Ã©", "РЈРґ", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<pubDate>05/11/2024</pubDate>", "{",
        "<guid isPermaLink='true'>x</guid>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "xml:base='//['",
        '"items": [',
    ]
)  # fmt: skip
_SETS = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1251", "koi8-r", "cp1252", "cp1256"])
_TYPES = st.none() | st.sampled_from(["text/xml; charset=utf-16", "text/html; charset=koi8-r", "application/feed+json"])


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=25), _SETS, _TYPES, st.integers(0, 2_000), st.booleans())
def test_faults_on_faults_are_read_or_refused(
    pieces: list[str], charset: str, content_type: str | None, cut: int, within: bool
) -> None:
    rubbish = "".join(pieces)
    document = rss(ENTRY).replace("Nine killed", rubbish) if within else rubbish + rss(ENTRY)
    found = parse(document.encode(charset, "replace")[: cut or None], content_type)
    assert isinstance(found, Parsed | Failed)
    for entry in found.entries if isinstance(found, Parsed) else ():
        item = item_of(entry, FEED, feed_language="", base_url=FEED.url, seen_at=NOW)
        assert len(item.title) <= MAX_TITLE
        assert item.url == "" or item.url.isascii()


@pytest.mark.parametrize(
    "piece",
    [
        "<a", "&", "&#", "<![CDATA[", "&lt;![CDATA[", "<!--", "</rss>", "<item>", "<?xml ", "]]>", "\u00d0<",
        "<!DOCTYPE [", "<!ENTITY a ", "<b x='", "<media:x>", "&lt;p",
    ],
)  # fmt: skip
def test_what_is_repeated_is_read_in_a_time_that_grows_with_its_length(piece: str) -> None:
    """Eight times as long takes about eight times as long; what looks back at each step takes sixty-four times."""

    def seconds(times: int) -> float:
        body = rss(ENTRY).replace("Nine killed", piece * times).encode("latin-1")
        began = time.process_time()
        parse(body)
        return time.process_time() - began

    assert seconds(16_000) < 30 * max(seconds(2_000), 0.01)


async def test_a_hung_parse_is_ended_and_the_next_document_is_read() -> None:
    """A limit no parse can keep stands for a document that never ends."""
    fetched = Fetched(url="https://wire.example/rss", body=rss(*[ENTRY] * 3_000).encode())
    async with Parser(time_limit=0.05) as hasty:
        result = await hasty.parse(fetched)
    assert result == Failed(failure=FailureClass.PARSE, reason="took longer than 0.05 s to parse")
    async with Parser() as patient:
        assert isinstance(
            await patient.parse(Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode())), Parsed
        )


async def test_a_parser_that_broke_is_started_anew_and_one_that_cannot_be_is_not_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its pool ends for good when one of its threads does, as when the clock jumps while that sleeps.

    A start that failed is no sign of work to whoever watches, nor is a document that is known without any worker.
    """
    fetched, told = Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode()), list[bool | str | None]()
    async with Parser(began=lambda: told.append("began"), ended=told.append) as parser:
        with monkeypatch.context() as broken:
            broken.setattr(parse_module, "_begin_worker", os.abort)
            assert isinstance(await parser.parse(fetched), Failed)
        assert isinstance(await parser.parse(fetched), Parsed)
        assert isinstance(await parser.parse(fetched, whole=False), Parsed)
        assert told == ["began", False, "began", True]
        assert parser._pool is not None
        parser._pool.stop()  # type: ignore[no-untyped-call]
        with capture_logs() as logs:
            assert isinstance(await parser.parse(fetched), Parsed)
        assert [line["action"] for line in logs] == ["parser_broken"]
        assert isinstance(await parser.parse(fetched), Parsed)


async def test_a_worker_that_dies_while_idle_is_replaced() -> None:
    """The kernel that is out of memory kills whatever is largest, and asks nobody."""
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        for _ in range(2):
            assert isinstance(await parser.parse(document), Parsed)
            for process in psutil.Process().children(recursive=True):
                if "forkserver" in " ".join(process.cmdline()):
                    process.kill()
        assert isinstance(await parser.parse(document), Parsed)


async def test_parsers_that_died_leave_no_pipes_behind() -> None:
    """Six of each were left: after enough of them, no descriptor is left for a feed."""
    document, opened = Fetched(body=rss(ENTRY).encode(), url=FEED.url), list[int]()
    async with Parser() as parser:
        for _ in range(3):
            assert isinstance(await parser.parse(document), Parsed)
            for thread in threading.enumerate():
                if thread.name == "end a parser":
                    await asyncio.to_thread(thread.join, 10)
            opened.append(psutil.Process().num_fds())
            for process in psutil.Process().children(recursive=True):
                if "forkserver" in " ".join(process.cmdline()):
                    process.kill()
    assert opened[2] <= opened[1] + 3


async def test_documents_that_wait_in_a_parser_that_is_given_up_are_parsed_by_the_next() -> None:
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        assert isinstance(await parser.parse(document), Parsed)
        waiting = [asyncio.create_task(parser.parse(document)) for _ in range(20)]
        await asyncio.sleep(0)
        parser.renew()
        assert [type(one) for one in await asyncio.gather(*waiting)] == [Parsed] * 20


async def test_a_poll_that_is_cut_off_while_it_waits_for_the_parser_ends() -> None:
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        waiting = asyncio.create_task(parser.parse(document))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert isinstance(await parser.parse(document), Parsed)


HUB, SELF = "https://hub.example/", "https://wire.example/rss"
LINKS = f'<a:link rel="hub" href="{HUB}"/><a:link rel="self" href="{SELF}" type="application/rss+xml"/>'
ATOM = "xmlns:a='http://www.w3.org/2005/Atom'"
OF_ENTRY = "<item><title>One</title><a:link rel='hub' href='https://other.example/'/></item>"
DOCUMENTS = {
    "RSS": f"<rss version='2.0' {ATOM}><channel><title>W</title>{LINKS}{OF_ENTRY}</channel></rss>",
    "Atom": f"<a:feed {ATOM}><a:title>W</a:title>{LINKS}<a:entry><a:id>1</a:id></a:entry></a:feed>",
    "JSON": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "W",
            "feed_url": SELF,
            "hubs": [{"type": "rssCloud", "url": "https://no.example"}, 7, {"type": "WebSub", "url": HUB}],
            "items": [{"id": "1", "content_text": "One"}],
        }
    ),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_says_where_its_pushes_come_from(kind: str) -> None:
    assert parsed(DOCUMENTS[kind]).hub == Hub(HUB, SELF)


def test_what_is_no_web_address_is_no_hub() -> None:
    document = DOCUMENTS["RSS"].replace(HUB, "javascript:alert(1)")
    assert parsed(document).hub == Hub("", SELF)


@pytest.mark.parametrize(
    ("head", "wishes"),
    [
        ("<ttl>30</ttl>", FeedWishes(ttl=timedelta(minutes=30))),
        ("<ttl>soon</ttl>", FeedWishes()),
        (
            "<skipHours><hour>0</hour><hour> 5</hour><hour>24</hour><hour>99x</hour></skipHours>",
            FeedWishes(skip_hours=(0, 5)),
        ),
        ("<skipDays><day>Saturday</day><day>SUNDAY </day><day>Someday</day></skipDays>", FeedWishes(skip_days=(5, 6))),
        ("<skipHours>" + "".join(f"<hour>{one}</hour>" for one in range(24)) + "</skipHours>", FeedWishes()),
        ("<hour>4</hour>", FeedWishes(skip_hours=(4,))),
    ],
    ids=["ttl", "no number", "hours", "days", "every hour", "outside of its list"],
)
@pytest.mark.parametrize("broken", ["", "<p>&nbsp;</i>"], ids=["strict", "loose"])
def test_a_document_says_when_it_is_not_to_be_asked_for(head: str, wishes: FeedWishes, broken: str) -> None:
    item = "<item><title>One</title><hour>7</hour><day>Monday</day></item>"
    document = f"<rss version='2.0'><channel><title>Wire</title>{head}{item}{broken}</channel></rss>"
    assert parsed(document).wishes == wishes


def test_processes_share_the_parser_whichever_is_started_first_and_wherever(tmp_path: Path) -> None:
    """All come from one process; before a service parses, the one for vectors is started, which is no parser."""
    script = tmp_path / "first.py"
    script.write_text(
        "import multiprocessing, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "def tell(pipe): pipe.send('feedparser' in sys.modules)\n"
        "if __name__ == '__main__':\n"
        "    from monitor.collect.parse import Parser\n"
        "    Parser()\n"
        "    ours, theirs = multiprocessing.Pipe()\n"
        "    multiprocessing.get_context('forkserver').Process(target=tell, args=(theirs,)).start()\n"
        "    sys.exit(0 if ours.recv() else 1)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run([sys.executable, script], env=environment, cwd=tmp_path, check=False)
    assert ended.returncode == 0


async def test_a_process_that_parses_does_not_load_the_command_line(tmp_path: Path) -> None:
    """It took 30 MB and a third of a second in each."""
    async with FeedServer() as server:
        server.serve("/wire.xml", rss(ENTRY))
        service = ROOT / "service.py"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "importtime", service, "feeds", "test", server.url("/wire.xml")),
            env=os.environ | {"WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true"},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, told = await process.communicate()
    loaded = [line.rpartition(b"|")[2].strip() for line in told.splitlines()]
    assert process.returncode == 0
    # By the command line itself, and by the process that parsers come from.
    assert (loaded.count(b"feedparser"), loaded.count(b"typer")) == (2, 1)
