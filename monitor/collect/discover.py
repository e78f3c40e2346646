"""Where the feed of a web page may be: what the page declares and links to, and the usual places.

Own code: the libraries for it fetch by themselves, past our guard against private addresses. docs/decisions/0025.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.collect.links import article_url, readable_url
from monitor.collect.markup import html_tree

MOST_READ = 1_000_000
"""Characters of a page that are looked at."""

MOST_NAMED = 30
"""How many addresses a page can name."""

_LONGEST_URL = 500
_MOST_LINKS = 5_000
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
# Words of an address that feeds have in it: /feed/, /rss-en.php, news.atom, ?format=feed.
_FEED_LIKE = re.compile(r"(?:^|[^a-z0-9])(?:rss\d{0,2}|atom\d{0,2}|rdf|feeds?\d?)(?:$|[^a-z])|\.xml$", re.IGNORECASE)
_NO_FEED = re.compile(r"\.(?:css|js|png|jpe?g|gif|svg|webp|ico|pdf|zip|mp[34]|woff2?)$|sitemap", re.IGNORECASE)
_TYPE_OF_FEED = re.compile(r"rss|atom|rdf|feed")
_TYPE_PERHAPS = re.compile(r"^(?:application|text)/(?:xml|json)$")
_COMMENTS = re.compile(r"comment|commentaire|comentario|коммент|комент|تعليق", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """What a page names as feeds: those it declares as its own, and what it links to that looks like one."""

    declared: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


def feeds_named(html: str, address: str) -> Named:
    """The feeds that a page names, as absolute addresses, each once, the likeliest first.

    `address` is where the page was read; without it only what is absolute is found. Declared are `<link>` elements
    with rel=alternate and a type that speaks of a feed, or rel=feed. Feeds of comments come last. A `<link>` whose
    type says only XML or JSON counts as linked, and so does `<a>` when its address or its words speak of a feed.
    """
    address = article_url(address, "") or address
    document = html_tree(html[:MOST_READ])
    base = next((found for node in document.css("base") if (found := _attribute(node.attributes, "href"))), "")
    base = readable_url(base, address) or address
    declared: list[tuple[bool, str]] = []
    perhaps: list[tuple[bool, str]] = []
    for node in document.css("link")[:_MOST_LINKS]:
        attributes = node.attributes
        href = _attribute(attributes, "href")
        rel = set(_attribute(attributes, "rel").lower().split())
        kind = _attribute(attributes, "type").partition(";")[0].strip().lower()
        if not href or not rel & {"alternate", "feed"} or "stylesheet" in rel or "oembed" in kind:
            continue
        one = (_COMMENTS.search(f"{href} {_attribute(attributes, 'title')}") is not None, href)
        if _TYPE_OF_FEED.search(kind) or "feed" in rel:
            declared.append(one)
        elif _TYPE_PERHAPS.search(kind) or (not kind and _looks_like_feed(href)):
            perhaps.append(one)
    for node in document.css("a")[:_MOST_LINKS]:
        href, title = _attribute(node.attributes, "href"), _attribute(node.attributes, "title")
        if href and _looks_like_feed(href, f"{title} {node.text(deep=True)[:100]}"):
            perhaps.append((_COMMENTS.search(f"{href} {title}") is not None, href))
    first = _addresses(declared, base, taken=(address,))
    return Named(first, _addresses(perhaps, base, taken=(address, *first)))


def usual_places(address: str) -> tuple[str, ...]:
    """Where sites like to have their feed, for a page whose own words did not help: below the page, then the site."""
    try:
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return ()
    page = parts.path.rstrip("/")
    below = [f"{site}{page}/feed"] if page and "." not in page.rpartition("/")[2] else []
    return tuple(one for one in (*below, *(site + path for path in _USUAL)) if one.rstrip("/") != address.rstrip("/"))


def _attribute(attributes: dict[str, str | None], name: str) -> str:
    return (attributes.get(name) or "").strip()


def _looks_like_feed(href: str, words: str = "") -> bool:
    """Whether an address, or what a page writes on its link, speaks of a feed."""
    path = re.sub(r"^[a-z]+:/*", "", href, flags=re.IGNORECASE).partition("#")[0]
    bare = path.partition("?")[0]
    if not path or _NO_FEED.search(bare) or re.match(r"(?:mailto|javascript|tel|data):", href, re.IGNORECASE):
        return False
    return _FEED_LIKE.search(path) is not None or re.search(r"\b(?:rss|atom)\b", words, re.IGNORECASE) is not None


def _addresses(found: Iterable[tuple[bool, str]], base: str, *, taken: Iterable[str]) -> tuple[str, ...]:
    """Absolute addresses, each once, those of comments last."""
    known, addresses = {one.rstrip("/") for one in taken}, []
    for _, href in sorted(found, key=lambda one: one[0]):
        url = readable_url(href, base).partition("#")[0]
        if url and len(url) <= _LONGEST_URL and "@" not in urlsplit(url).netloc and url.rstrip("/") not in known:
            known.add(url.rstrip("/"))
            addresses.append(url)
    return tuple(addresses[:MOST_NAMED])
