"""What feedparser's handlers of elements read otherwise than people would: captions, addresses of pictures, many dates.

docs/decisions/0024 says why feedparser stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, ClassVar

from feedparser.api import StrictFeedParser
from feedparser.util import FeedParserDict

from monitor.collect.text import shielded

_STRUCTURES = re.compile(
    r"(?:.*:)?(?:links|authors|contributors|enclosures|dates|permalink|skipped)|.+[:_](?:detail|parsed)"
)
"""Keys under which feedparser, or `Corrected`, keeps more than a text, and which no element of a format has."""

_OF_AN_ARTICLE = frozenset(
    "abstract content date description guid id issued lead modified published pubdate summary teaser text title"
    " updated".split()
)
"""Elements that say something of an article where they stand in its entry, and of something else deeper within."""

_STUMBLES = (KeyError, IndexError, TypeError, ValueError)
"""What feedparser's handlers raise on an element that has not around it, or in it, what they presume."""

_UNHANDLED = "unhandled"


class _Details(FeedParserDict):  # type: ignore[misc]
    """What feedparser knows of the text that it is in, read as the dict that it is.

    None of these keys has a second name, which feedparser looks for at each element, nor a value that need be copied
    when they are, for each text (docs/performance.md).
    """

    __getitem__ = dict.__getitem__
    __setitem__ = dict.__setitem__
    __contains__ = dict.__contains__
    get = dict.get

    def __deepcopy__(self, memo: dict[int, Any]) -> _Details:
        return _Details(self)


def _also_secure(namespaces: Mapping[str, str]) -> dict[str, str]:
    """Namespaces, and each with https, which it becomes where all addresses of a site were replaced."""
    secure = {f"https:{one.removeprefix('http:')}": prefix for one, prefix in namespaces.items() if one[:5] == "http:"}
    return {**secure, **namespaces}


class Corrected:
    """What both of feedparser's parsers do otherwise here. Its handlers are found by the names of elements.

    An entry has two keys that feedparser's have not: `dates`, all dates it gives, by what they say, and `permalink`,
    its guid as written, when that claims to be the article's address. The details of a text have one more: `literal`,
    that it says of itself that it is no HTML.
    """

    namespaces: ClassVar[dict[str, str]] = _also_secure(
        StrictFeedParser.namespaces
        | {
            "http://www.sitemaps.org/schemas/sitemap/0.9": "",
            "http://www.google.com/schemas/sitemap-news/0.9": "news",
        }
    )
    _matchnamespaces: ClassVar[dict[str, str]] = {}  # made of the above; feedparser's own is everybody's

    # -- feedparser keeps an element it does not know under its name, also where that is a key of its own; takes what is
    # said within a picture, a gallery or a related story for what is said of the article; and stumbles over some
    # elements, which would cost the whole document

    def unknown_starttag(self: Any, tag: str, attrs: Any) -> None:
        """Begin an element under a name that is no key of feedparser's own."""
        with suppress(*_STUMBLES):
            super().unknown_starttag(self._named(tag, self.depth), attrs)  # type: ignore[misc]

    def unknown_endtag(self: Any, tag: str) -> None:
        """End it under that name; where feedparser stumbles, nothing but what it says is lost."""
        try:
            super().unknown_endtag(self._named(tag, self.depth - 1))  # type: ignore[misc]
        except _STUMBLES:
            super().unknown_endtag(_UNHANDLED)  # type: ignore[misc]

    def _named(self: Any, tag: str, depth: int) -> str:
        """The name under which an element is read that stands in so many others."""
        return f"{tag}_of_another" if tag in _OF_AN_ARTICLE and self._is_deeper(depth) else _renamed(tag)

    def _is_deeper(self, _: int) -> bool:
        """Whether what stands in so many elements stands in one of its entry's; not known where some have no end."""
        return False

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

    def _start_abstract(self: Any, _: dict[str, str]) -> None:
        self.push("abstract", 1)

    def _end_abstract(self: Any) -> None:
        self.pop("abstract")

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

    link_depth = 0

    def _start_link(self: Any, attrs_d: dict[str, str]) -> None:
        # What is said deeper within an entry is of a picture, a category or another article.
        is_deeper = 0 < self.link_depth < self.depth
        if self.inentry and (
            is_deeper or (attrs_d.get("rel", "alternate") != "alternate" and not _has_address(attrs_d))
        ):
            self.push("other_link", 1)
            return
        if self.inentry and not self.insource:
            self.link_depth = self.depth
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
        self.link_depth = 0
        super()._start_item(attrs_d)  # type: ignore[misc]
        if about := self._get_attribute(attrs_d, "rdf:about"):
            self.entries[-1]["permalink"] = about

    _start_entry = _start_item

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
        """Begin a text, and note whether it says of itself that it is no HTML."""
        super().push_content(tag, attrs_d, default, expecting_text)  # type: ignore[misc]
        self.contentparams = _Details(self.contentparams)
        if attrs_d.get("type") in ("text", "plain", "text/plain"):
            self.contentparams["literal"] = True

    def decode_entities(self: Any, element: str, data: str) -> str:
        """Make a text of what stood in an element, still before what is dangerous is taken out."""
        data = _kept_apart(_without_head(super().decode_entities(element, data)))  # type: ignore[misc]
        # Before it is made safe: that would take `<UPDATE 2>` for a tag that is not allowed.
        is_markup = self.contentparams.get("type", "").endswith("xml")
        return data if is_markup or element not in self.can_contain_dangerous_markup else shielded(data)


_HEAD, _HEAD_END = re.compile(r"<head[\s>]", re.IGNORECASE), re.compile(r"</head\s{0,9}>", re.IGNORECASE)


def _without_head(markup: str) -> str:
    """A text without the head of a page, where a whole page stands for it: to feedparser, its title is text."""
    begin = _HEAD.search(markup)
    end = _HEAD_END.search(markup, begin.end()) if begin else None
    return markup[: begin.start()] + markup[end.end() :] if begin and end else markup


# Blocks that feedparser takes for no tags of HTML, and what a page has for browsers that show no frames.
_LOST_BLOCKS = re.compile(r"<(/?)(?:hgroup|listing|main|search|summary|xmp)(?=[\s/>])", re.IGNORECASE)
_IN_FRAME = re.compile(r"<iframe\b[^<>]*>[^<]*</iframe", re.IGNORECASE)
# What a page does not show, by what feedparser takes out while it keeps the words: whole templates, and an attribute.
_TEMPLATE = re.compile(r"<(?:(/)template(?=[\s>])|template(?=[\s/>]))", re.IGNORECASE)
_HIDDEN = re.compile(
    r"(<[a-z][a-z0-9]*+(?=(?:\s++(?!hidden[\s/>=])[\w:-]++(?:\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>]++))?+)*+"
    r"\s++hidden[\s/>=]))",
    re.IGNORECASE,
)
_UNSHOWN = "style='display:none'"


def _kept_apart(markup: str) -> str:
    """A text with plain blocks for those whose tags would be taken out, so that what stands beside them stays apart.

    What a page does not show is kept apart too, by a style that `plain_text` knows.
    """
    if "<" not in markup:
        return markup
    lowered = markup.lower()
    if "<template" in lowered:
        markup = _TEMPLATE.sub(lambda tag: "</div" if tag[1] else f"<div {_UNSHOWN}", markup)
    if "hidden" in lowered:
        markup = _HIDDEN.sub(rf"\1 {_UNSHOWN}", markup)
    return _IN_FRAME.sub("<iframe></iframe", _LOST_BLOCKS.sub(r"<\1div", markup))


@lru_cache(maxsize=1_000)  # most elements are of a few names
def _renamed(tag: str) -> str:
    """An element's name, or another for one that would take the place of what is kept under that name."""
    return f"other_{tag.replace(':', '_')}_" if _STRUCTURES.fullmatch(tag) else tag


def _has_address(attributes: dict[str, str]) -> bool:
    return any(attributes.get(name) for name in ("href", "url", "uri"))
