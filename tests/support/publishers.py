"""Documents as publishers write them: every fault of a table, in every format and each of the six languages.

A fault is a function from a language's words to an article, written with the fault, and to what a reader of it would
take down. `documents` multiplies the table out; nothing of it is kept in files.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

MOMENT = datetime(2026, 3, 4, 9, 5, tzinfo=UTC)
SITE = "https://wire.example"
LINK = f"{SITE}/news/7"


@dataclass(frozen=True)
class Words:
    """What is written in a language; `month` is March as dates have it, `other` another article's headline."""

    language: str
    title: str
    text: str
    month: str
    other: str


LANGUAGES = (
    Words("en", "Shelling hits the old bridge in Kherson", "The café’s owner said two people were hurt.", "March",
          "Ministry denies a strike on the harbour"),
    Words("fr", "Des tirs touchent le vieux pont à Kherson", "Le propriétaire du café évoque deux blessés.", "mars",
          "Le ministère dément une frappe sur le port"),
    Words("es", "Un ataque alcanza el viejo puente en Jersón", "El dueño del café habló de dos heridos.", "marzo",
          "El ministerio niega un ataque contra el puerto"),
    Words("ru", "Обстрел повредил старый мост в Херсоне", "Владелец кафе сообщил о двух раненых, объём ущерба неясен.",
          "марта", "Министерство опровергло удар по порту"),
    Words("uk", "Обстріл пошкодив старий міст у Херсоні", "Власниця кав’ярні каже про двох поранених, її врятовано.",
          "березня", "Міністерство заперечило удар по порту"),
    Words("ar", "قصف يصيب الجسر القديم في خيرسون", "وقال صاحب المقهى إن شخصين أصيبا بجروح.", "مارس",
          "الوزارة تنفي شن غارة على الميناء"),
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What is to be taken down of an article."""

    title: str
    text: str
    url: str = LINK
    published: datetime | None = MOMENT


@dataclass(frozen=True)
class Written:
    """An article as a publisher writes it.

    Values are escaped as the format needs it, but those named in `raw`. `extra` are further elements of the entry, as
    they stand; `base` is what links are relative to.
    """

    title: str
    text: str
    link: str = LINK
    guid: str = "wire-7"
    permalink: bool = False
    date: str = "Wed, 04 Mar 2026 09:05:00 GMT"
    extra: str = ""
    raw: frozenset[str] = field(default_factory=frozenset)
    title_type: str = ""
    site: str = f"{SITE}/"
    language: str = ""

    def xml(self, name: str) -> str:
        """A value as it stands in an element."""
        value = str(getattr(self, name))
        return value if name in self.raw else escape(value)


# -- formats

_SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def _element(name: str, value: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{value}</{name}>" if value else ""


def rss(one: Written, version: str = "2.0") -> str:
    """RSS 0.91, 0.92 and 2.0."""
    guid = _element("guid", one.xml("guid"), f' isPermaLink="{str(one.permalink).lower()}"')
    return (
        f'<rss version="{version}" {_SPACES}><channel><title>The Wire</title><link>{one.site}</link>'
        f"{_element('language', one.language)}<item><title>{one.xml('title')}</title>"
        f"{_element('link', one.xml('link'))}{guid}{_element('pubDate', one.xml('date'))}"
        f"{_element('description', one.xml('text'))}{one.extra}</item>"
        "</channel></rss>"
    )


def rdf(one: Written) -> str:
    """RSS 1.0."""
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {_SPACES}>'
        f'<channel rdf:about="{SITE}/"><title>The Wire</title><link>{one.site}</link>'
        f"{_element('dc:language', one.language)}</channel>"
        f'<item rdf:about="{SITE}/about/7"><title>{one.xml("title")}</title>{_element("link", one.xml("link"))}'
        f"{_element('dc:date', one.xml('date'))}{_element('description', one.xml('text'))}{one.extra}</item></rdf:RDF>"
    )


def atom(one: Written) -> str:
    """Atom 1.0."""
    href = one.link if "link" not in one.raw else one.xml("link")
    link = (
        "" if not one.link else f"<link href={quoteattr(href) if 'link' not in one.raw else chr(34) + href + chr(34)}/>"
    )
    kind = f' type="{one.title_type}"' if one.title_type else ' type="html"'
    language = f" xml:lang={quoteattr(one.language)}" if one.language else ""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"{language} {_SPACES}><title>The Wire</title>'
        f'<link href="{one.site}"/>'
        f"<entry><title{kind}>{one.xml('title')}</title>{link}{_element('id', one.xml('guid'))}"
        f'{_element("published", one.xml("date"))}<content type="html">{one.xml("text")}</content>{one.extra}</entry>'
        "</feed>"
    )


def json_feed(one: Written) -> str:
    """JSON Feed 1.1."""
    item = {"id": one.guid, "url": one.link, "content_html": one.text, "date_published": one.date, "title": one.title}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Wire", "home_page_url": one.site}
    feed |= {"language": one.language} if one.language else {}
    return json.dumps(feed | {"items": [{key: value for key, value in item.items() if value}]}, ensure_ascii=False)


FORMATS: dict[str, Callable[[Written], str]] = {
    "RSS 0.91": lambda one: rss(one, "0.91"),
    "RSS 2.0": rss,
    "RSS 1.0": rdf,
    "Atom": atom,
    "JSON": json_feed,
}
XML = tuple(name for name in FORMATS if name != "JSON")
RSS = ("RSS 0.91", "RSS 2.0")

# -- faults

Fault = Callable[[Words], tuple[Written, Read]]
FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {}


def fault(name: str, *formats: str) -> Callable[[Fault], Fault]:
    """Put a fault into the table, for these formats or for all."""

    def named(made: Fault) -> Fault:
        FAULTS[name] = (made, formats or tuple(FORMATS))
        return made

    return named


def _plain(words: Words, **over: object) -> tuple[Written, Read]:
    return replace(Written(words.title, words.text), **over), Read(words.title, words.text)  # type: ignore[arg-type]


def _wrong_date(name: str, date: Callable[[Words], str], *formats: str, published: datetime | None = MOMENT) -> None:
    @fault(f"date: {name}", *formats)
    def _(words: Words) -> tuple[Written, Read]:
        written, read = _plain(words, date=date(words))
        return written, replace(read, published=published)


def _wrong_link(name: str, link: str, url: str, *formats: str, **over: object) -> None:
    @fault(f"link: {name}", *formats)
    def _(words: Words) -> tuple[Written, Read]:
        written, read = _plain(words, link=link, **over)
        return written, replace(read, url=url)


def _wrong_text(name: str, write: Callable[[Words], dict[str, object]], *formats: str, **read: str) -> None:
    @fault(f"text: {name}", *formats)
    def _(words: Words) -> tuple[Written, Read]:
        written, expected = _plain(words, **write(words))
        return written, replace(expected, **{name: form.format(words) for name, form in read.items()})  # type: ignore[arg-type]


fault("none")(_plain)

for _name, _date in {
    "RFC 3339": "2026-03-04T09:05:00Z", "RFC 3339, an offset": "2026-03-04T12:05:00+03:00",
    "an offset of one digit": "2026-03-04T12:05:00+3:00", "an offset of two digits": "2026-03-04T12:05:00+03",
    "parts of a second": "2026-03-04T09:05:00.123456789Z", "RFC 850": "Wednesday, 04-Mar-26 09:05:00 GMT",
    "asctime": "Wed Mar  4 09:05:00 2026", "of the command date": "Wed Mar 4 09:05:00 UTC 2026",
    "month first": "Wed, Mar 4 2026 04:05:00 -0500", "AM": "Wed, 04 Mar 2026 09:05 AM",
    "EST": "March 4, 2026 4:05 am EST",
    "CET": "Wed, 04 Mar 2026 10:05:00 CET", "MSK": "Wed, 04 Mar 2026 12:05:00 MSK", "IST": "4 Mar 2026 14:35:00 IST",
    "EEST": "Wed, 04 Mar 2026 12:05:00 EEST", "a glued offset": "Wed, 04 Mar 2026 04:05:00 GMT-0500",
    "a comment": "Wed, 04 Mar 2026 11:05:00 +0200 (EET)", "seconds": "1772615100", "milliseconds": "1772615100000",
    "points": "04.03.2026 09:05", "slashes, year first": "2026/03/04 09:05:00", "no zone": "2026-03-04 09:05",
    "compact": "20260304T090500Z",
}.items():  # fmt: skip
    _wrong_date(_name, lambda _, date=_date: date)  # type: ignore[misc]
_wrong_date("the month in words", lambda words: f"4 {words.month} 2026 09:05")
_wrong_date("rubbish", lambda words: words.other, published=None)
_wrong_date("without a year", lambda words: f"4 {words.month}, 09:05", published=None)
_wrong_date("an unknown zone", lambda _: "Wed, 04 Mar 2026 09:05:00 XQT", published=None)
_wrong_date("a day that does not exist", lambda _: "Wed, 31 Feb 2026 09:05:00 GMT", published=None)

for _name, _first in {"empty": "<pubDate></pubDate>", "rubbish": "<pubDate>Published today</pubDate>"}.items():

    @fault(f"date: in second place, the first {_name}", *RSS)
    def _(words: Words, first: str = _first) -> tuple[Written, Read]:
        return _plain(words, date="", extra=f"{first}<dc:date>2026-03-04T09:05:00Z</dc:date>")


@fault("date: in an element of a namespace that nobody knows", *RSS)
def _(words: Words) -> tuple[Written, Read]:
    return _plain(words, date="soon", extra='<x:pubDate xmlns:x="urn:x">2026-03-04T09:05:00Z</x:pubDate>')


@fault("date: only when it was changed", "Atom")
def _(words: Words) -> tuple[Written, Read]:
    return _plain(words, date="", extra="<published/><updated>2026-03-04T09:05:00Z</updated>")


_wrong_link("blanks", f"{SITE}/a b.html", f"{SITE}/a%20b.html")
_wrong_link("a line break", f"{SITE}/news/\n      7", LINK, *RSS, "RSS 1.0")
_wrong_link("www without a scheme", "www.wire.example/news/7", "https://www.wire.example/news/7")
_wrong_link("the host alone", "wire.example/news/7", LINK)
_wrong_link("two slashes", "//wire.example/news/7", LINK)
_wrong_link("one slash behind the scheme", "https:/wire.example/news/7", LINK)
_wrong_link("relative to the site", "/news/7", LINK)
_wrong_link("brackets", f"{SITE}/a[7]?x[]=1|2", f"{SITE}/a%5B7%5D?x%5B%5D=1%7C2")
_wrong_link(
    "no link, a UUID for a guid", "", "", "RSS 2.0", guid="22e86428-9533-4017-a4db-c468754b9304", permalink=True
)
_wrong_link("no link, a guid that is one", "", f"{SITE}/p/7", "RSS 2.0", guid=f"{SITE}/p/7", permalink=True)
_wrong_link("no link, a guid that says it is none", "", "", "RSS 2.0", guid=f"{SITE}/p/7", permalink=False)
_wrong_link("a scheme twice", f"https://{LINK}", LINK)
_wrong_link("the original of FeedBurner", f"{SITE}/~r/7", LINK, *RSS,
            extra=f'<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">{LINK}</f:origLink>')  # fmt: skip
_wrong_link("the original of Pheedo, and no other", "", LINK, *RSS,
            extra=f'<p:origLink xmlns:p="http://www.pheedo.com/namespace/pheedo">{LINK}</p:origLink>')  # fmt: skip
_wrong_link("no link but the one that it is about", "", f"{SITE}/about/7", "RSS 1.0")
_wrong_link("the kind of link as an address", "", LINK, "Atom",
            extra=f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{LINK}"/>')  # fmt: skip
_wrong_link("the canonical one and no other, among others", "", LINK, "Atom",
            extra=f'<link rel="amphtml" href="{SITE}/amp/7"/><link rel="canonical" href="{LINK}"/>')  # fmt: skip
_wrong_link("the canonical one behind the article's", LINK, LINK, "Atom",
            extra=f'<link rel="canonical" href="{SITE}/c/7"/>')  # fmt: skip
_wrong_link(
    "a translation and another kind of document behind it", LINK, LINK, "Atom", language="en",
    extra=f'<link hreflang="fr" href="{SITE}/fr/7"/><link type="application/json" href="{SITE}/7.json"/>',
)  # fmt: skip
_wrong_link("what a picture has for a link behind it", LINK, LINK, *RSS,
            extra=f'<media:content url="https://img.example/7"><link>{SITE}/p/7</link></media:content>')  # fmt: skip
_wrong_link(
    "bare ampersands", f"{SITE}/a?id=8&lang=ru&copy=1", f"{SITE}/a?id=8&lang=ru&copy=1", *XML, raw=frozenset({"link"})
)
_wrong_link(
    "an enclosure's address behind it", LINK, LINK, "Atom", extra='<link rel="enclosure">https://img.example/7</link>'
)


@fault("link: letters of the language")
def _(words: Words) -> tuple[Written, Read]:
    from urllib.parse import quote  # noqa: PLC0415

    slug = words.title.partition(" ")[0]
    written, read = _plain(words, link=f"{SITE}/{slug}")
    return written, replace(read, url=f"{SITE}/{quote(slug)}")


_wrong_text("a bare ampersand", lambda words: {"title": f"AT&T: {words.title}", "raw": frozenset({"title"})}, *XML,
            title="AT&T: {0.title}")  # fmt: skip
_wrong_text("a bare bracket", lambda words: {"title": f"{words.title}: 3 < 4", "raw": frozenset({"title"})}, *XML,
            title="{0.title}: 3 < 4")  # fmt: skip
_wrong_text("HTML's names of characters", lambda words: {"title": f"{words.title}&nbsp;&ndash; 7&euro;",
            "raw": frozenset({"title"})}, *XML, title="{0.title} – 7€")  # fmt: skip
_wrong_text("a CDATA section", lambda words: {"title": f"<![CDATA[{words.title}]]>", "raw": frozenset({"title"})}, *XML)
_wrong_text("an escaped CDATA section", lambda words: {"title": f"<![CDATA[{words.title}]]>"}, *XML)
_wrong_text("entities escaped twice", lambda words: {"title": f"{words.title}&#8217;"}, title="{0.title}’")
_wrong_text("entities escaped thrice", lambda words: {"title": f"{words.title}&amp;#8217;"}, title="{0.title}’")
_wrong_text("tags in the headline", lambda words: {"title": f"<b>{words.title}</b><br/>7"}, *XML, title="{0.title} 7")
_wrong_text("pointed brackets", lambda words: {"title": f"<UPDATE 2> {words.title} <toll may rise>"},
            title="<UPDATE 2> {0.title} <toll may rise>")  # fmt: skip
_wrong_text("pointed brackets in what says it is text", lambda words: {"title": f"<UPDATE> {words.title}",
            "title_type": "text"}, "Atom", title="<UPDATE> {0.title}")  # fmt: skip
_wrong_text("markup escaped once more", lambda words: {"text": html.escape(f"<p>{words.text}</p>")})
_wrong_text("a script", lambda words: {"text": f"<script>alert(1)</script><p>{words.text}</p>"})
_wrong_text(
    "a picture's caption in the text",
    lambda words: {
        "text": f"<figure><img src='/7.jpg'/><figcaption>{words.other}</figcaption></figure><p>{words.text}</p>"
    },
)
_wrong_text(
    "a caption of WordPress",
    lambda words: {
        "text": f"<div class='wp-caption'><p class='wp-caption-text'>{words.other}</p></div><p>{words.text}</p>"
    },
)
_wrong_text(
    "media:description",
    lambda words: {
        "extra": f"<media:content url='https://img.example/7'/>"
        f"<media:title>{words.other}</media:title><media:description>{words.other}</media:description>"
    },
    *XML,
)
_wrong_text(
    "media:description before all else, in a group",
    lambda words: {"extra": f"<media:group><media:description>{words.other}</media:description></media:group>"},
    *XML,
)
_wrong_text(
    "a picture of its own",
    lambda words: {
        "extra": f"<image><title>{words.other}</title><url>https://img.example"
        f"</url><description>{words.other}</description></image>"
    },
    *RSS,
)
_wrong_text(
    "a gallery with captions of other days",
    lambda words: {
        "extra": f"<gallery><photo><title>{words.other}</title><description>{words.other}</description>"
        f"<guid>9</guid><summary>{words.other}</summary><pubDate>Mon, 04 Mar 2019 09:05:00 GMT</pubDate></photo>"
        "</gallery>"
    },
    *XML,
)
_wrong_text(
    "elements that presume others around them",
    lambda words: {
        "extra": "<gml:pos xmlns:gml='http://www.opengis.net/gml'>46.6 32.6</gml:pos><textInput>"
        f"<title>{words.other}</title><name>q</name></textInput><image><width>wide<b/></width></image>"
    },
    *XML,
)
_wrong_text("an empty abstract behind the text", lambda _: {"extra": "<abstract/>"}, *XML)
_wrong_text(
    "the text for Yandex alone",
    lambda words: {
        "text": "",
        "extra": f'<y:full-text xmlns:y="http://news.yandex.ru">&lt;p&gt;{words.text}&lt;/p&gt;</y:full-text>',
    },
    *RSS,
)
_wrong_text(
    "the text for Yandex's pages alone",
    lambda words: {
        "text": "",
        "extra": f'<t:content xmlns:t="http://turbo.yandex.ru">&lt;p&gt;{words.text}&lt;/p&gt;</t:content>',
    },
    *RSS,
)
_wrong_text(
    "the abstract alone",
    lambda words: {
        "text": "",
        "extra": f'<t:abstract xmlns:t="http://purl.org/dc/terms/">{words.text}</t:abstract>',
    },
    *RSS,
    "RSS 1.0",
)
_wrong_text(
    "in a namespace with https",
    lambda words: {
        "text": "",
        "extra": f'<c:encoded xmlns:c="https://purl.org/rss/1.0/modules/content/">{words.text}</c:encoded>',
    },
    *RSS,
    "RSS 1.0",
)
_wrong_text(
    "a picture in letters", lambda _: {"extra": f"<content type='image/png'>iVBORw0KGgo{'A' * 90}</content>"}, "Atom"
)
_wrong_text("the source's headline", lambda words: {"extra": f"<source url='{SITE}'>{words.other}</source>"}, *RSS)
_wrong_text(
    "a list of others' headlines behind it",
    lambda words: {
        "text": f"<p>{words.text}</p><ol>"
        + "".join(f"<li><a href='{SITE}/{n}'>{words.other}</a> <font>Courier</font></li>" for n in range(2))
        + "</ol>"
    },
)
_wrong_text(
    "nothing but others' headlines",
    lambda words: {"text": "".join(f"<p><a href='{SITE}/{n}'>{words.other}</a> - Courier</p>" for n in range(3))},
    text="",
)
_wrong_text(
    "many links in its sentences",
    lambda words: {"text": f"<a href='{SITE}/1'>{words.text}</a> x <a href='{SITE}/2'>{words.other}</a> y."},
    text="{0.text} x {0.other} y.",
)
_wrong_text(
    "read as Latin and written again", lambda words: {"title": words.title.encode().decode("latin-1")}, "RSS 2.0"
)
_SET = {"ru": "cp1251", "uk": "cp1251", "ar": "cp1256"}
_wrong_text(
    "a set of one byte read as Latin and written again",
    lambda words: {"title": words.title.encode(_SET.get(words.language, "cp1252")).decode("cp1252")},
    *XML,
)
_wrong_text(
    "UTF-8 read as the set of the language and written again",
    lambda words: {
        "title": "".join(
            bytes([byte]).decode(_SET.get(words.language, "cp1252"), "ignore") or chr(byte)
            for byte in words.title.encode()
        )
    },
    *XML,
)
_wrong_text(
    "a whole page",
    lambda words: {
        "text": f"<html><head><title>{words.other}</title></head><body><p>{words.text}</p></body></html>",
    },
    *XML,
)
_wrong_text("control characters", lambda words: {"title": f"\x02{words.title}\x0b", "raw": frozenset({"title"})}, *XML)


@dataclass(frozen=True)
class Document:
    """A document with what is to be taken down of it."""

    name: str
    body: bytes
    read: Read


def documents(name: str) -> Iterator[Document]:
    """The documents of one fault: all languages and formats."""
    made, formats = FAULTS[name]
    for words in LANGUAGES:
        written, read = made(words)
        for form in formats:
            head = "" if form == "JSON" else '<?xml version="1.0" encoding="utf-8"?>\n'
            yield Document(f"{name}, {form}, {words.language}", (head + FORMATS[form](written)).encode(), read)
