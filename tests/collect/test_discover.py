"""Where the feed of a web page is."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.discover import MOST_NAMED, Named, feeds_named, usual_places
from monitor.collect.markup import MOST_TAGS
from monitor.collect.text import plain_text
from monitor.model import Failed, FailureClass
from tests.support.documents import parse_document

PAGE = "https://news.example/en/world/"
TYPES = {
    "RSS": "application/rss+xml",
    "Atom": "application/atom+xml",
    "RDF": "application/rdf+xml",
    "JSON Feed": "application/feed+json",
    "a set of characters behind it": "application/rss+xml; charset=utf-8",
    "capitals": "Application/RSS+XML",
    "an old type": "text/rss",
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_declared_feed_is_found_by_each_type(kind: str) -> None:
    html = f'<html><head><link rel="alternate" type="{TYPES[kind]}" href="/rss"></head></html>'
    assert feeds_named(html, PAGE) == Named(declared=("https://news.example/rss",))
    with_account = PAGE.replace("//", "//desk:secret@")
    assert feeds_named(html, with_account) == feeds_named(html, PAGE), "what is named has no password"


WRITTEN = {
    "relative to the page": ('<link rel=alternate type=application/rss+xml href="feed">', "/en/world/feed"),
    "relative to the base": (
        '<base href="/fr/"><link rel=alternate type=application/rss+xml href="feed">',
        "/fr/feed",
    ),
    "relative to a relative base": (
        '<base target=_top><base href="../"><link rel=alternate type=application/rss+xml href="feed">',
        "/en/feed",
    ),
    "without its scheme": (
        '<link rel=alternate type=application/rss+xml href="//news.example/feed">',
        "/feed",
    ),
    "with feed: before it": (
        '<link rel=alternate type=application/rss+xml href="feed:https://news.example/feed">',
        "/feed",
    ),
    "in capitals": ('<LINK REL="ALTERNATE" TYPE="APPLICATION/RSS+XML" HREF="/feed">', "/feed"),
    "among other words of rel": ('<link rel="alternate home" type=application/rss+xml href=/feed>', "/feed"),
    "as rel=feed": ("<link rel=feed href=/feed title=News>", "/feed"),
    "in the body": ("<body><link rel=alternate type=application/rss+xml href=/feed>", "/feed"),
    "with an escaped query": (
        '<link rel=alternate type=application/rss+xml href="/?feed=rss2&amp;lang=en">',
        "/?feed=rss2&lang=en",
    ),
    "with letters and blanks": (
        '<link rel=alternate type=application/rss+xml href="/новости rss">',
        "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8%20rss",
    ),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_an_address_is_made_absolute_as_browsers_do(form: str) -> None:
    html, path = WRITTEN[form]
    assert feeds_named(html, PAGE).declared == (f"https://news.example{path}",)


NO_FEEDS = {
    "a language": "<link rel=alternate hreflang=fr href=/fr type=text/html>",
    "a style sheet": '<link rel="alternate stylesheet" href=/feed.css>',
    "oEmbed": "<link rel=alternate type=application/json+oembed href=/oembed>",
    "an icon": "<link rel=icon href=/rss.png>",
    "an address of another kind": '<link rel=alternate type=application/rss+xml href="javascript:rss()">',
    "no address": "<link rel=alternate type=application/rss+xml>",
    "the page itself": f'<link rel=alternate type=application/rss+xml href="{PAGE}">',
    "a name and password": '<link rel=alternate type=application/rss+xml href="https://a:b@news.example/rss">',
    "a link to something else": "<a href=/feedback>Feedback</a><a href=/sitemap.xml>M</a><a href=mailto:rss@a.b>x</a>",
    "a comment": "<!-- <link rel=alternate type=application/rss+xml href=/rss> -->",
    "a script": "<script>'<link rel=alternate type=application/rss+xml href=/rss>'</script>",
}  # fmt: skip


@pytest.mark.parametrize("form", NO_FEEDS)
def test_what_is_no_feed_is_not_named(form: str) -> None:
    assert feeds_named(f"<html>{NO_FEEDS[form]}</html>", PAGE) == Named()


LINKED = {
    "a word of the path": "<a href=/rss/world>World</a>",
    "an ending": "<a href=/world.rss>World</a>",
    "XML": "<a href=/world.xml>World</a>",
    "a key of the query": "<a href='/?format=feed'>World</a>",
    "its words": "<a href=/syndication>RSS</a>",
    "its title": "<a href=/syndication title='Atom feed'><img src=i.png></a>",
    "a type that says only XML": "<link rel=alternate type=text/xml href=/syndication>",
}


@pytest.mark.parametrize("form", LINKED)
def test_a_link_that_looks_like_a_feed_is_one_to_try(form: str) -> None:
    named = feeds_named(LINKED[form], PAGE)
    assert (named.declared, len(named.linked)) == ((), 1)


def test_feeds_stand_in_the_order_of_the_page_those_of_comments_last() -> None:
    html = (
        '<link rel=alternate type=application/rss+xml title="A Comments Feed" href=/comments/feed/>'
        "<link rel=alternate type=application/rss+xml href=/feed/><link rel=alternate type=text/atom href=/a>"
        "<a href=/feed>RSS</a><link rel=alternate type=application/rss+xml href=/feed/><a href=/rss/sport>Sport</a>"
    )
    site = "https://news.example"
    assert feeds_named(html, PAGE) == Named(
        declared=(f"{site}/feed/", f"{site}/a", f"{site}/comments/feed/"), linked=(f"{site}/rss/sport",)
    )


def test_usual_places_are_few_and_begin_below_the_page() -> None:
    assert usual_places(PAGE)[:2] == ("https://news.example/en/world/feed", "https://news.example/feed")
    assert len(usual_places(PAGE)) <= 8
    assert usual_places("https://news.example/index.html")[0] == "https://news.example/feed"
    assert "https://news.example/feed" not in usual_places("https://news.example/feed/")
    assert usual_places("http://[half") == ()


@pytest.mark.parametrize(
    ("body", "reason", "feeds"),
    [
        (
            '<html><title>Home</title><link rel=alternate type=application/rss+xml href="/rss">',
            'an HTML page titled "Home", not a feed; it says that its feed is at https://news.example/rss',
            ("https://news.example/rss",),
        ),
        (
            "<!doctype html><a href=/rss>RSS</a>",
            "an HTML page, not a feed; it links to https://news.example/rss, which may be a feed",
            ("https://news.example/rss",),
        ),
        (
            # A page with a feed of its own is not the one that asks whether a person reads it.
            '<html><title>Home</title><script src=captcha.js></script><link rel=feed href="/rss">',
            'an HTML page titled "Home", not a feed; it says that its feed is at https://news.example/rss',
            ("https://news.example/rss",),
        ),
        ("<html><title>Just a moment...</title>", 'a challenge or refusal page, not a feed ("Just a moment...")', ()),
        ("<html><title>Home</title>", 'an HTML page titled "Home", not a feed', ()),
    ],
)
def test_a_page_in_the_place_of_a_feed_says_where_its_feed_is(body: str, reason: str, feeds: tuple[str, ...]) -> None:
    failed = parse_document(body.encode(), content_type="text/html", address="https://news.example/old.xml")
    assert failed == Failed(failure=FailureClass.NOT_A_FEED, reason=reason, feeds=feeds)


_PIECES = st.sampled_from(
    ["<link ", "rel=alternate ", "type=application/rss+xml ", "href=", "/rss", "//", "http://", "[", "]", ">", "<a ",
     "<base ", "\0", "\ud800", "&#x0;", "javascript:", "@", "rss", "'", '"', "<!--", "é", "feed:", "%zz", "\n"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_whatever_a_page_holds_only_addresses_are_named(html: str) -> None:
    named = feeds_named(html, PAGE)
    found = (*named.declared, *named.linked)
    assert all(one.startswith(("http://", "https://")) and one.isascii() and one.isprintable() for one in found)
    assert len(set(found)) == len(found) <= 2 * MOST_NAMED


HOSTILE: dict[str, Callable[[int], str]] = {
    "blocks in blocks": lambda many: "<div>" * many,
    "marks that are never closed": lambda many: "".join(f"<b id={number}><p>x" for number in range(many)),
    "marks with a bracket in them": lambda many: "".join(f'<i id="<{number}"><p>x' for number in range(many)),
    "closed in a comment alone": lambda many: "".join(f"<u id={number}><p>x<!--</u>-->" for number in range(many)),
    "objects in links": lambda many: "<a href=/rss><object>" * many,
    "cells in cells": lambda many: "<table><td><a href=/rss>" * many,
    "formulas": lambda many: "<math><mi><a>" * many,
    "a thousand feeds": lambda many: "".join(
        f"<link rel=feed href=/{number}><a href=/rss/{number}>" for number in range(many)
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("form", "read"), list(itertools.product(HOSTILE, ("page", "text"))))
def test_no_markup_needs_more_than_its_length(form: str, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without a guard, some of these need gigabytes and minutes; the limit of time is no measure of speed.

    The guard's own length takes seconds, at which a busy machine comes near the limit; a fourth of it a tenth of that.
    """
    monkeypatch.setattr("monitor.collect.markup.MOST_TAGS", MOST_TAGS // 4)
    markup = HOSTILE[form](30_000)
    if read == "page":
        assert len(feeds_named(markup, PAGE).declared) <= MOST_NAMED
    else:
        assert len(plain_text(markup)) <= len(markup)


def test_a_long_text_is_the_same_with_and_without_the_guard() -> None:
    paragraph = '<p>The <b>ministry</b> said <em>“nothing</em> <a href="/1">new</a>”.</p>'
    few, many = plain_text(paragraph * 3), plain_text(paragraph * 300)
    assert few.splitlines() == ["The ministry said “nothing new”."] * 3
    assert many.splitlines() == few.splitlines() * 100
