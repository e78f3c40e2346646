"""What is no feed, and what is said of it instead."""

from __future__ import annotations

import pytest

from monitor.model import Failed, FailureClass
from tests.support.documents import ENTRY, SITEMAP, parse_document, parsed
from tests.support.fakes.feed_server import FeedEntry, rss

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
        (
            f"<urlset {SITEMAP}><url><loc>https://wire.example/</loc></url></urlset>",
            "a sitemap without news, not a feed",
        ),
        ('<?xml version="1.0" e', "XML that breaks off before anything is said"),
        (f"<sitemapindex {SITEMAP}/>", "a sitemap without news, not a feed"),
        (f"<html><p>Write</p><pre>{_EXAMPLE}</pre></html>", "an HTML page, not a feed"),
        (
            "\x89PNG\r\n\x1a\n\0\0\0\rIHDR<",
            "bytes that are not text; they may be packed in a way that is not known, or be another kind of file",
        ),
    ],
)
def test_what_is_no_feed_fails_with_what_it_is(body: str, reason: str) -> None:
    assert parse_document(body) == Failed(failure=FailureClass.NOT_A_FEED, reason=reason)


def test_a_feed_whose_only_entry_is_the_error_of_a_bridge_is_none() -> None:
    error = FeedEntry(
        "Bridge returned error 403! (20416)", summary="&lt;p&gt;The site refuses: 403 Forbidden&lt;/p&gt;"
    )
    reason = "RSS-Bridge could not read what it makes the feed of: error 403"
    said = f'{reason}, it says "The site refuses: 403 Forbidden"'
    assert parse_document(rss(error)) == Failed(failure=FailureClass.HTTP, reason=said)
    assert len(parsed(rss(ENTRY, error)).entries) == 2


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
    found = parse_document(f"<!DOCTYPE html><html><head>{page}</html>", "text/html")
    assert isinstance(found, Failed)
    assert found.reason.startswith("a challenge or refusal page")
