"""feedparser, with what it reads otherwise than people would: captions, addresses of pictures, the last date of many.

Its parsers are driven here and not through `feedparser.parse`, which judges character sets anew, and opens what it
takes for names of files. docs/decisions/0024 says why it stays.
"""

from __future__ import annotations

import copy
import html
import io
import re
import xml.sax
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser, replace_doctype

from monitor.collect.links import is_address
from monitor.collect.rawfeed import RawEntry, RawFeed
from monitor.collect.text import has_markup, shielded
from monitor.model import FeedWishes, Hub

_FILMS = ("video/", "application/x-shockwave-flash")
# Elements of other namespaces that say when an article appeared; events and embargoes have dates of their own.
_DATED = re.compile(
    r"(?:\w+_)?(?:(?:pub(?:lication|lished)?|modified|modification)?_?date(?:_?time|_?published)?"
    r"|created|published_?(?:at|on|time)?|issued|timestamp|publicationtime)"
)
_MOST_ATTRIBUTES = 256
"""How many attributes of an element are read."""
_RELATIONS = "http://www.iana.org/assignments/relation/"
"""What a kind of link may be written with in Atom (RFC 4287, 4.2.7.2)."""
_PAGES = ("", "text/html", "application/xhtml+xml")
_STRUCTURES = re.compile(
    r"(?:.*:)?(?:links|authors|contributors|enclosures|dates|permalink|skipped)|.+[:_](?:detail|parsed)"
)
"""Keys under which feedparser, or `_Corrected`, keeps more than a text, and which no element of a format has."""


class _Corrected:
    """What both of feedparser's parsers do otherwise here. Its handlers are found by the names of elements.

    An entry has two keys that feedparser's have not: `dates`, all dates it gives, by what they say, and `permalink`,
    its guid as written, when that claims to be the article's address. The details of a text have one more: `literal`,
    that it says of itself that it is no HTML.
    """

    # -- feedparser keeps an element it does not know under its name, also where that is a key of its own

    def unknown_starttag(self: Any, tag: str, attrs: Any) -> None:
        super().unknown_starttag(_renamed(tag), attrs)  # type: ignore[misc]

    def unknown_endtag(self: Any, tag: str) -> None:
        super().unknown_endtag(_renamed(tag))  # type: ignore[misc]

    # -- dates: feedparser keeps the last one that an element of a kind gives, be it empty

    def _start_published(self: Any, _: dict[str, str]) -> None:
        self.push("published", 0)

    def _end_published(self: Any) -> None:
        self._keep_date("published")

    def _start_updated(self: Any, _: dict[str, str]) -> None:
        self.push("updated", 0)

    def _end_updated(self: Any) -> None:
        self._keep_date("updated")

    def _start_created(self: Any, _: dict[str, str]) -> None:
        self.push("created", 0)

    def _end_created(self: Any) -> None:
        self._keep_date("created")

    _start_issued = _start_pubdate = _start_date = _start_published
    _end_issued = _end_pubdate = _end_date = _end_published
    _start_modified = _start_lastbuilddate = _start_updated
    _end_modified = _end_lastbuilddate = _end_updated
    _start_prism_publicationdate = _start_published
    _end_prism_publicationdate = _end_published

    def _keep_date(self: Any, kind: str) -> None:
        value = (self.pop(kind) or "").strip()
        if value and self.inentry and not self.insource:
            dates = self.entries[-1].setdefault("dates", {})
            dates.setdefault(kind, []).append(value)

    # -- what is said of pictures, films and other people's articles

    def _start_media_description(self: Any, _: dict[str, str]) -> None:
        self.push("media_description", 1)

    def _end_media_description(self: Any) -> None:
        self.pop("media_description")

    def _start_media_title(self: Any, _: dict[str, str]) -> None:
        self.push("media_title", 1)

    def _end_media_title(self: Any) -> None:
        self.pop("media_title")

    def _start_media_text(self: Any, _: dict[str, str]) -> None:
        self.push("media_text", 1)

    def _end_media_text(self: Any) -> None:
        self.pop("media_text")

    def _start_description(self: Any, attrs_d: dict[str, str]) -> None:
        if self.inentry and self.inimage:
            self.push("image_description", 1)
        else:
            super()._start_description(attrs_d)  # type: ignore[misc]

    def _end_description(self: Any) -> None:
        if self.elementstack and self.elementstack[-1][0] == "image_description":
            self.pop("image_description")
        else:
            super()._end_description()  # type: ignore[misc]

    # -- when not to ask

    def _start_hour(self: Any, _: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self: Any) -> None:
        self._keep_wish("hour")

    def _start_day(self: Any, _: dict[str, str]) -> None:
        self.push("day", 0)

    def _end_day(self: Any) -> None:
        self._keep_wish("day")

    def _keep_wish(self: Any, kind: str) -> None:
        value = self.pop(kind)
        if value and self.infeed and not self.inentry:
            self.feeddata.setdefault("skipped", {}).setdefault(kind, []).append(value)

    # -- addresses

    def _start_link(self: Any, attrs_d: dict[str, str]) -> None:
        if self.inentry and attrs_d.get("rel", "alternate") != "alternate" and not _has_address(attrs_d):
            self.push("other_link", 1)
        else:
            super()._start_link(attrs_d)  # type: ignore[misc]

    def _end_link(self: Any) -> None:
        if self.elementstack and self.elementstack[-1][0] == "other_link":
            self.pop("other_link")
        else:
            super()._end_link()  # type: ignore[misc]

    def _start_guid(self: Any, attrs_d: dict[str, str]) -> None:
        said = attrs_d.get("ispermalink", "").strip().casefold()
        meant = "false" if said in ("false", "0", "no") else "true"
        super()._start_guid(attrs_d | {"ispermalink": meant})  # type: ignore[misc]

    def _end_guid(self: Any) -> None:
        written = ""
        if self.guidislink and self.elementstack and self.elementstack[-1][0] == "id":
            pieces = (
                one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in self.elementstack[-1][2]
            )
            written = "".join(pieces).strip()
        super()._end_guid()  # type: ignore[misc]
        if written and self.inentry and not self.insource:
            self.entries[-1]["permalink"] = written

    _end_id = _end_guid

    def _start_item(self: Any, attrs_d: dict[str, str]) -> None:
        super()._start_item(attrs_d)  # type: ignore[misc]
        if about := self._get_attribute(attrs_d, "rdf:about"):
            self.entries[-1]["permalink"] = about

    # -- sitemaps of news: an entry is an address with what the news there is called

    sitemap = False

    def _start_urlset(self: Any, _: dict[str, str]) -> None:
        self.sitemap = True

    def _start_url(self: Any, attrs_d: dict[str, str]) -> None:
        (self._start_item if self.sitemap else super()._start_url)(attrs_d)  # type: ignore[misc]

    def _end_url(self: Any) -> None:
        (self._end_item if self.sitemap else super()._end_url)()  # type: ignore[misc]

    def _start_loc(self: Any, attrs_d: dict[str, str]) -> None:
        self._start_link(attrs_d)

    def _end_loc(self: Any) -> None:
        self._end_link()

    def _start_news_title(self: Any, attrs_d: dict[str, str]) -> None:
        self._start_title(attrs_d)

    def _end_news_title(self: Any) -> None:
        self._end_title()

    def _start_news_language(self: Any, attrs_d: dict[str, str]) -> None:
        self._start_language(attrs_d)

    def _end_news_language(self: Any) -> None:
        self._end_language()

    _start_news_publication_date, _end_news_publication_date = _start_published, _end_published
    _start_lastmod, _end_lastmod = _start_updated, _end_updated

    # -- texts

    def push_content(self: Any, tag: str, attrs_d: dict[str, str], default: str, expecting_text: int) -> None:
        super().push_content(tag, attrs_d, default, expecting_text)  # type: ignore[misc]
        if attrs_d.get("type") in ("text", "plain", "text/plain"):
            self.contentparams["literal"] = True

    def decode_entities(self: Any, element: str, data: str) -> str:
        data = super().decode_entities(element, data)  # type: ignore[misc]
        # Before it is made safe: that would take `<UPDATE 2>` for a tag that is not allowed.
        is_markup = self.contentparams.get("type", "").endswith("xml")
        return data if is_markup or element not in self.can_contain_dangerous_markup else shielded(data)


def _renamed(tag: str) -> str:
    """An element's name, or another for one that would take the place of what is kept under that name."""
    return f"other_{tag.replace(':', '_')}_" if _STRUCTURES.fullmatch(tag) else tag


def _has_address(attributes: dict[str, str]) -> bool:
    return any(attributes.get(name) for name in ("href", "url", "uri"))


_OF_AN_ENTRY = frozenset({"entries", "guidislink", "title_depth", "property_depth_map"})
"""What feedparser keeps of an entry, by its own names: it begins anew with each."""


class _Strict(_Corrected, StrictFeedParser):  # type: ignore[misc]
    """`separable`: each entry left all else that feedparser remembers as the first entry found it."""

    separable = True
    _found: dict[str, object] | None = None

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if self._found is None:
            self._found = copy.deepcopy(self._remembered())
        super()._start_item(attrs_d)

    def _end_item(self) -> None:
        super()._end_item()
        self.separable = self.separable and self._remembered() == self._found

    _start_entry, _end_entry = _start_item, _end_item

    def _remembered(self) -> dict[str, object]:
        ours = ("separable", "_found", "_locator")
        found = {name: value for name, value in vars(self).items() if name not in _OF_AN_ENTRY and name not in ours}
        # An address without a prefix that it does not know is kept and never looked at.
        return found | {"namespaces_in_use": {prefix: one for prefix, one in self.namespaces_in_use.items() if prefix}}

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - sax's name
        if len(attrs) > _MOST_ATTRIBUTES:  # each is looked for among all of them
            kept = attrs.getNames()[:_MOST_ATTRIBUTES]
            named = {attribute: attrs.getQNameByName(attribute) for attribute in kept}
            attrs = xml.sax.xmlreader.AttributesNSImpl({one: attrs.getValue(one) for one in kept}, named)
        super().startElementNS(name, qname, attrs)


class _Loose(_Corrected, LooseFeedParser):  # type: ignore[misc]
    pass


def read_xml(text: str) -> RawFeed | None:
    """What a document says; None for what is no feed.

    Raises whatever feedparser raises on hostile documents.
    """
    version, data, entities = replace_doctype(text.encode("utf-8", "replace"))
    strict = _strictly(data)
    parser = strict or _loosely(data, entities)
    if parser.sitemap:  # of other pages it gives the addresses alone
        parser.entries = [entry for entry in parser.entries if entry.get("title")]
    if not (version or parser.version) and not parser.entries:
        return None
    about = parser.feeddata
    return RawFeed(
        entries=[_entry(raw) for raw in parser.entries],
        title=_text(about.get("title")),
        language=_text(about.get("language")),
        site=_site(about),
        hub=Hub(_linked(about, "hub"), _linked(about, "self")),
        wishes=_wishes(about),
        separable=strict is not None and strict.separable,
    )


def _strictly(data: bytes) -> Any:
    parser = _Strict("", None, "utf-8")
    _set_up(parser)
    reader = xml.sax.make_parser()  # noqa: S317 - replace_doctype left no entity in it that refers to anything
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    source.setEncoding("utf-8")
    try:
        reader.parse(source)
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the loose one may read it
        return None
    return parser


def _loosely(data: bytes, entities: dict[str, str]) -> Any:
    parser = _Loose("", None, "utf-8", entities)
    _set_up(parser)
    parser.feed(data.decode("utf-8", "replace"))
    return parser


def _set_up(parser: Any) -> None:
    parser.resolve_relative_uris = False
    parser.sanitize_html = True


def _entry(raw: Any) -> RawEntry:
    # Through dict, because feedparser's own get stands in one date for another that is missing, and warns of it.
    dates = dict.get(raw, "dates") or {}
    contents = [_content(part) for part in raw.get("content", ()) if isinstance(part, dict)]
    summary = _detailed(raw, "summary")
    body = max(contents, key=len, default="")
    if not summary and not body and _is_film(raw):
        summary = _text(raw.get("media_description"))
    return RawEntry(
        guid=_text(raw.get("id")),
        link=_address(raw),
        title=_detailed(raw, "title") or ("" if summary or body else _text(raw.get("media_title"))),
        summary=summary,
        body=body,
        published=[date for kind in ("published", "created") for date in dates.get(kind, ())],
        updated=[*dates.get("updated", ()), *_further_dates(raw)],
        language=_text(raw.get("language")),
        author=_text(raw.get("author")),
    )


def _further_dates(raw: Any) -> list[str]:
    """What elements that nobody knows give as dates, for an entry whose other dates cannot be read."""
    texts = ((name, _text(value).strip()) for name, value in dict.items(raw) if name not in ("published", "updated"))
    return [text for name, text in texts if text and _DATED.fullmatch(name)]


def _address(raw: Any) -> str:
    """The article's address: a link to a page, else a guid that says it is one. Pictures and replies have others."""
    # What readers of FeedBurner and Pheedo are led round by: the address of the article itself.
    originals = (_text(value).strip() for name, value in dict.items(raw) if name.endswith("origlink"))
    if original := next(filter(is_address, originals), ""):
        return original
    links = [link for link in raw.get("links", ()) if isinstance(link, dict) and _text(link.get("href")).strip()]
    pages = [
        link for link in links if _text(link.get("rel", "alternate")).removeprefix(_RELATIONS) in ("alternate", "")
    ]
    pages.sort(key=lambda link: link.get("type", "") not in _PAGES)
    if pages:
        # Of several pages feedparser takes the last one; so that known entries stay known, that is kept.
        taken = _text(raw.get("link"))
        return taken if any(link.get("href") == taken for link in pages) else _text(pages[0].get("href"))
    permalink = _text(dict.get(raw, "permalink"))
    return permalink if is_address(permalink) else ""


def _site(about: Any) -> str:
    links = [link for link in about.get("links", ()) if link.get("rel", "alternate") == "alternate"]
    return next((href for link in links if (href := _text(link.get("href")).strip())), "")


def _linked(about: Any, kind: str) -> str:
    """The first web address that the document gives for a kind of link, such as `hub`."""
    links = (link for link in about.get("links", ()) if kind in _text(link.get("rel")).casefold().split())
    return next((href for link in links if is_address(href := _text(link.get("href")).strip())), "")


def _is_film(raw: Any) -> bool:
    """Whether an entry is a film, as those of YouTube: then what is said of the film is its text."""
    media: Iterable[Any] = (one for one in raw.get("media_content", ()) if isinstance(one, dict))
    return any(one.get("medium") == "video" or _text(one.get("type")).startswith(_FILMS) for one in media)


def _detailed(raw: Any, name: str) -> str:
    value, detail = _text(raw.get(name)), raw.get(f"{name}_detail")
    return _as_html(value, literal=isinstance(detail, dict) and bool(detail.get("literal")))


def _content(part: Any) -> str:
    return _as_html(_text(part.get("value")), literal=bool(part.get("literal")))


def _as_html(value: str, *, literal: bool) -> str:
    """A text as HTML. One that says it is none is believed, unless it is full of tags that mark text."""
    return html.escape(value, quote=False) if literal and "<" in value and not has_markup(value) else value


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _wishes(about: Any) -> FeedWishes:
    """`ttl`, `skipHours` and `skipDays` of RSS (https://www.rssboard.org/rss-specification); older ones have 24 for 0.

    A document that leaves no hour or no day asks for nothing that can be granted.
    """
    skipped = about.get("skipped") or {}
    hours = {int(hour) % 24 for one in skipped.get("hour", ()) if re.fullmatch(r"[0-9]{1,2}", hour := one.strip())}
    names = [_text(one).strip().casefold() for one in skipped.get("day", ())]
    days = {_DAYS.index(name) for name in names if name in _DAYS}
    return FeedWishes(
        ttl=_ttl(about.get("ttl")),
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _ttl(value: object) -> timedelta | None:
    """Minutes the channel may be cached."""
    text = _text(value).strip()
    return timedelta(minutes=int(text)) if text.isdigit() and len(text) < 6 else None


def _text(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
