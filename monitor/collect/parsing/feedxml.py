"""What a document in XML says, as feedparser read it: which date, link and text of many, and what the feed asks for."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from feedparser.api import replace_doctype

from monitor.collect.links import is_address, readable_url
from monitor.collect.parsing.rawfeed import RawEntry, RawFeed
from monitor.collect.parsing.xmlparsers import loosely, strictly
from monitor.collect.text import has_markup
from monitor.model import FeedWishes, Hub

_FILMS = ("video/", "application/x-shockwave-flash")
# Elements of other namespaces that say when an article appeared; events and embargoes have dates of their own.
_DATED = re.compile(
    r"(?:\w+_)?(?:(?:pub(?:lication|lished)?|modified|modification)?_?date(?:_?time|_?published)?"
    r"|created|published_?(?:at|on|time)?|issued|timestamp|publicationtime)"
)
_FULL_TEXT = re.compile(r"(?:\w+_)?full[-_]?text|(?!media_|image_|video_)\w+_content")
# Where an entry says in short what it is about that has no summary of a name that feedparser knows; what pictures and
# films have of such names is theirs.
_ABSTRACT = re.compile(
    r"(?!media_|image_|video_)(?:\w+_)?(?:abstract|synopsis|standfirst|excerpt|teaser|lead|intro(?:duction)?|"
    r"(?:short|meta|text)?_?description|text)"
)
# What Atom has in letters that are none of a text (RFC 4287, 4.1.3.3).
_NO_TEXTS = ("image/", "audio/", "video/", "font/", "application/octet-stream", "application/pdf", "application/zip")
_SITE = "https://site.invalid/"
"""Where links without a host would lead, to see whether they lead anywhere."""
_RELATIONS = "http://www.iana.org/assignments/relation/"
"""What a kind of link may be written with in Atom (RFC 4287, 4.2.7.2)."""
_PAGES = ("", "text/html", "application/xhtml+xml")


def read_xml(text: str) -> RawFeed | None:
    """What a document says; None for what is no feed.

    Raises whatever feedparser raises on hostile documents.
    """
    version, data, entities = replace_doctype(text.encode("utf-8", "replace"))
    strict = strictly(data)
    parser = strict or loosely(data, entities)
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


def _entry(raw: Any) -> RawEntry:
    # Through dict, because feedparser's own get stands in one date for another that is missing, and warns of it.
    dates = dict.get(raw, "dates") or {}
    contents = [
        _content(part)
        for part in raw.get("content", ())
        if isinstance(part, dict) and not _text(part.get("type")).startswith(_NO_TEXTS)
    ]
    summary = _detailed(raw, "summary")
    body = max(contents, key=len, default="") or _longest(raw, _FULL_TEXT)
    if not summary and not body:
        summary = _longest(raw, _ABSTRACT) or (_text(raw.get("media_description")) if _is_film(raw) else "")
    return RawEntry(
        guid=_text(raw.get("id")),
        link=_address(raw),
        title=_detailed(raw, "title") or ("" if summary or body else _text(raw.get("media_title"))),
        summary=summary,
        body=body,
        published=[date for kind in ("published", "created") for date in dates.get(kind, ())],
        updated=[*dates.get("updated", ()), *_further_dates(raw)],
        language=_text(raw.get("language")) or _text((raw.get("title_detail") or {}).get("language")),
        author=_text(raw.get("author")),
    )


def _longest(raw: Any, names: re.Pattern[str]) -> str:
    """The longest text of elements of such names, for an entry that has no other.

    So publishers in Russia give texts to Yandex and Rambler alone, and archives have abstracts.
    """
    named = (name for name in dict.keys(raw) if names.fullmatch(name))
    return max((_text(dict.get(raw, name)) for name in named), key=len, default="")


def _further_dates(raw: Any) -> list[str]:
    """What elements that nobody knows give as dates, for an entry whose other dates cannot be read."""
    named = [name for name in dict.keys(raw) if name not in ("published", "updated") and _DATED.fullmatch(name)]
    return [text for name in named if (text := _text(dict.get(raw, name)).strip())]


def _address(raw: Any) -> str:
    """The article's address: a link to a page, else a guid that says it is one. Pictures and replies have others.

    Templates made for pages call the page's own address `canonical`.
    """
    # What readers of FeedBurner and Pheedo are led round by: the address of the article itself.
    originals = (_text(value).strip() for name, value in dict.items(raw) if name.endswith("origlink"))
    if original := next(filter(is_address, originals), ""):
        return original
    links = [link for link in raw.get("links", ()) if isinstance(link, dict) and _leads(_text(link.get("href")))]
    pages = [
        link for link in links if _text(link.get("rel", "alternate")).removeprefix(_RELATIONS) in ("alternate", "")
    ]
    if pages:
        language = _text(raw.get("language")).casefold()[:2]
        least = min(_otherness(link, language) for link in pages)
        pages = [link for link in pages if _otherness(link, language) == least]
        # Of several pages feedparser takes the last one; so that known entries stay known, that is kept.
        taken = _text(raw.get("link"))
        return taken if any(link.get("href") == taken for link in pages) else _text(pages[0].get("href"))
    if canonical := [link for link in links if _text(link.get("rel")).casefold() == "canonical"]:
        return _text(canonical[0].get("href"))
    permalink = _text(dict.get(raw, "permalink"))
    return permalink if is_address(permalink) else ""


def _leads(link: str) -> bool:
    """Whether a link leads to a page: some templates write `#`, or a script."""
    return link.startswith(("https://", "http://")) or bool(readable_url(link, _SITE))


def _otherness(link: Any, language: str) -> tuple[bool, bool]:
    """How far an alternate of an article is not the page itself: another kind of document, or a translation."""
    translated = _text(link.get("hreflang")).casefold()[:2]
    return link.get("type", "") not in _PAGES, translated not in ("", language)


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
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
