"""What documents of RSS and Atom and sitemaps of news say: entries, hubs, and how often to ask."""

from __future__ import annotations

import html
import json
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.collect.parsing.newest import MAX_ENTRIES
from monitor.collect.text import plain_text
from monitor.model import FeedWishes, Hub
from tests.support.documents import ENTRY, SITEMAP, parsed
from tests.support.fakes.feed_server import FeedEntry, atom, rss


@pytest.mark.parametrize(
    "document", [rss(ENTRY), atom(ENTRY), "\n  " + rss(ENTRY)], ids=["rss", "atom", "leading space"]
)
def test_rss_and_atom_give_the_same_entry(document: str) -> None:
    (entry,) = parsed(document).entries
    assert (entry.title, entry.link, entry.guid, entry.summary) == (
        "Nine killed", "https://wire.example/1", "g1", "A summary.",
    )  # fmt: skip


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


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "cp1251"])
def test_encodings_that_are_declared_wrongly_are_read(encoding: str) -> None:
    document = rss(FeedEntry("Удар по рынку в Идлибе", "https://wire.example/1", "g1"))
    (entry,) = parsed(document.encode(encoding)).entries
    assert entry.title == "Удар по рынку в Идлибе"


def test_a_digest_depends_on_the_words_and_not_on_the_date() -> None:
    """Some feeds rewrite every date on every answer; that makes no entry new."""
    first = parsed(rss(ENTRY)).entries[0].digest
    redated = FeedEntry(ENTRY.title, ENTRY.link, ENTRY.guid, "Wed, 04 Mar 2026 12:00:00 GMT", ENTRY.summary)
    edited = FeedEntry("Ten killed", ENTRY.link, ENTRY.guid, ENTRY.published, ENTRY.summary)
    assert parsed(rss(redated)).entries[0].digest == first
    assert parsed(rss(edited)).entries[0].digest != first


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


@pytest.mark.parametrize("is_escaped", [False, True])
@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<template>{{name}}</template>Nine killed", "Nine killed", id="a template"),
        pytest.param("<TEMPLATE id='t'><p>Old</p></TEMPLATE >Nine killed", "Nine killed", id="a template in capitals"),
        pytest.param("<p hidden>Ten hurt</p><p>Nine killed</p>", "Nine killed", id="a hidden part"),
        pytest.param('<div class="a b" hidden="until-found">Ten</div>Nine killed', "Nine killed", id="behind a class"),
        pytest.param("<div style='color:red' hidden>Ten</div>Nine killed", "Nine killed", id="behind another style"),
        pytest.param("<button>Share this</button>Nine killed", "Nine killed", id="a button"),
        pytest.param('<p title="the hidden truth">Nine killed</p>', "Nine killed", id="the word in a value"),
        pytest.param("<p title=hidden>Nine killed</p>", "Nine killed", id="the word for a value"),
        pytest.param("<p data-hidden=1 hiddenly>Nine killed</p>", "Nine killed", id="the word in a name"),
        pytest.param("<p>Nine killed in hidden <b>tunnels</b></p>", "Nine killed in hidden tunnels", id="in the text"),
    ],
)
def test_what_a_page_does_not_show_is_no_text(markup: str, text: str, is_escaped: bool) -> None:
    document = rss(FeedEntry("A is hit", summary="SUMMARY")).replace(
        "SUMMARY", html.escape(markup) if is_escaped else f"<![CDATA[{markup}]]>"
    )
    (entry,) = parsed(document, "text/xml").entries
    assert plain_text(entry.summary) == text
    assert plain_text(markup) == text


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
    found = parsed(f"<urlset {SITEMAP}{spaces}>{news.format('A')}{page}{news.format('B')}</urlset>", "text/xml")
    assert [(one.title, one.link, one.published) for one in found.entries] == [
        (f"{name} is hit", f"https://wire.example/{name}", "2026-03-04T09:05:00Z") for name in "AB"
    ]


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
