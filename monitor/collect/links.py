"""Addresses of articles: where people click, and the canonical form that identity compares."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from courlan import normalize_url
from w3lib.url import safe_url_string

MAX_LENGTH = 2_000
_TRACKERS = re.compile(
    r"^(utm_\w+|at_\w+|[a-z]*clid|ns_\w+|cmp|cmpid|mc_[ce]id|xtor|ito|smid|ocid|traffic_source|ref_src)$", re.IGNORECASE
)
# Keys that courlan drops too, or that stand in fragments, and that never name an article. It drops others that may:
# cid, eid, uid, keyword.
_OTHER_TRACKERS = re.compile(
    r"^(_ga|_gl|_hs\w+|(?:ads?|hsa|itm|mkt|ml|mtm|oly|piwik|pk|ga|gs|mc|vero|wt)_\w+|wt\.\w+|(?:click|msclk|igsh)id|"
    r"[gw]braid|aff\w*|campaign\w*|kwd|medium|echobox|maca|s_cid|soc_src)$",
    re.IGNORECASE,
)
# Keys that mostly say where a reader came from or how a page is to be shown; in some feeds they name the article.
_PERHAPS = re.compile(r"^(ref|rss|src|source|feature|partner|rssid|output|amp|outputtype)$", re.IGNORECASE)
_SESSIONS = re.compile(r"^(sessionid|phpsessid|jsessionid|sid|sess|session)$", re.IGNORECASE)
_OF_SESSION = re.compile(rf"sess|{_SESSIONS.pattern}", re.IGNORECASE)
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])[\w.,-]{12,}|[0-9a-f]{16,}", re.IGNORECASE)
"""What the key of a session looks like; a short number names an article."""

# Hosts whose mobile or AMP variant is the same site: the prefix alone does not show that, so it is only dropped when
# a name of at least two labels is left.
_VARIANT = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_SESSION = re.compile(r"(?:;|%3B)jsessionid=[^/?]*", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)$")
_SCHEME = re.compile(r"(?:feed:(?=https?:))?(?:(https?)\s*:?[/\\]+|feed:[/\\]+)(?=[^/\\])", re.IGNORECASE)
_HOST_BEFORE_SCHEME = re.compile(r"[\w.-]+(?=https?:/[/\\])", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d{1,5})?(?=[/?#]|$)")
# What no host has in its name: https://url.spec.whatwg.org/#forbidden-host-code-point.
_NO_HOST = re.compile(r"""[\s"#%/<>?@\\^`{|}]""")
# What nearly all links are.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w/.~%&=+,;:@!$-]*)?(?:\?[\w/.~%&=+,;:@!$-]*)?", re.ASCII
)
# Blanks with a line break among them, looked for from the first one alone.
_BROKEN = re.compile(r"(?<!\s)(?=[^\S\r\n\t]*+[\r\n\t])\s++")
# Around a link: what cannot be seen, and marks that show where an address begins and ends (RFC 3986, appendix C).
_AROUND = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c \u00a0\u3000"
_ENCLOSED = re.compile(r"""(["'])(.+)\1|<((?:https?:)?//[^<>]+)>|[“«](.+)[”»]""", re.IGNORECASE)
_ANCHOR = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def readable_url(link: str, base_url: str) -> str:
    """The address to open: absolute, http or https, and encoded throughout; empty when it is neither.

    A link without its host is on `base_url`'s; `www.host/path` and `host/path` are on the host they name. Line breaks
    are taken out, as browsers do, and blanks, letters and brackets are encoded.
    """
    if len(link) > 10 * MAX_LENGTH:  # before anything looks for what may be wrong with it
        return ""
    link = _uncovered(_BROKEN.sub("", link.strip()))
    if link in ("", "#"):
        return ""
    if _PLAIN.fullmatch(link):
        return link[:MAX_LENGTH]
    try:
        url = urljoin(base_url, _with_scheme(link, base_url))
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            return ""
        url = safe_url_string(url)
        parts = urlsplit(url)
    except (ValueError, UnicodeError):
        return ""
    usable = parts.scheme in ("http", "https") and parts.hostname and not _NO_HOST.search(parts.hostname)
    return url[:MAX_LENGTH] if usable and url.isascii() and url.isprintable() else ""


def article_url(link: str, base_url: str) -> str:
    """As `readable_url`, without a name and password: they are the feed's own, or make a host look like another."""
    url = readable_url(link, base_url)
    if "@" not in url:
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _uncovered(link: str) -> str:
    """A link without what cannot be seen, quotation marks or brackets around it; of an HTML anchor, where it leads."""
    link = link.strip(_AROUND)
    if found := _ENCLOSED.fullmatch(link):
        return (found[2] or found[3] or found[4]).strip(_AROUND)
    return found[1] if (found := _ANCHOR.match(link)) else link


def site_url(link: str, feed_url: str) -> str:
    """What links of a feed are relative to: the site that its document names, else the feed's own address."""
    return readable_url(link, feed_url) or feed_url


def is_address(text: str) -> bool:
    """Whether a guid can be an address to open: it names a host, and not only a path."""
    return re.match(r"(?:https?:)?//\S|www\.\S+\.\S", text.strip(), re.IGNORECASE) is not None


def _behind_host(link: str, start: int) -> int:
    """Where the host that a link begins with from there ends, if a scheme follows right behind; else `start`."""
    host = _HOST_BEFORE_SCHEME.match(link, start)
    return host.end() if host else start


def _with_scheme(link: str, base_url: str) -> str:
    if found := _SCHEME.match(link):
        # Written twice, by a template that puts one, or one and the host, before whatever its field holds.
        while again := _SCHEME.match(link, _behind_host(link, found.end())):
            found = again
        return f"{(found[1] or 'http').lower()}://{link[found.end() :]}"
    if _OTHER_SCHEME.match(link) and not _HOST.match(link):
        return link
    if link.startswith(("//", "\\\\")):
        return f"//{link[2:]}"
    if (found := _HOST.match(link)) and _names_a_host(found[0], base_url):
        return f"https://{link}"
    return link


def _names_a_host(name: str, base_url: str) -> bool:
    """Whether what a link begins with is a host: `www.…`, or the site's own. Else it may be a file: news.html."""
    own = _VARIANT.sub("", urlsplit(base_url).hostname or "")
    name = name.partition(":")[0].lower()
    return name.startswith("www.") or (bool(own) and (name == own or name.endswith(f".{own}")))


@lru_cache(maxsize=4_096)
def canonical_link(url: str) -> str:
    """The address without what does not tell articles apart: scheme, trackers, fragment, www/m/amp, trailing slash.

    For comparing only. Empty for what is no http address. A query that names the article stays, in sorted order. What
    is dropped and may yet name the article is its `place`.
    """
    try:
        parts = urlsplit(normalize_url(url.strip().replace("&amp;", "&")))
        host = (parts.hostname or "").lower().rstrip(".")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    host = _VARIANT.sub("", host)
    path = _AMP_PATH.sub("", _SESSION.sub("", parts.path)).rstrip("/")
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_dropped(pair)))
    return urlunsplit(("https", host + port, path, query, ""))[:MAX_LENGTH]


@lru_cache(maxsize=4_096)
def place(url: str) -> str:
    """What `canonical_link` drops of an address and may yet name the article: `#post-7`, `ref=1001`; mostly empty.

    Two articles on one page differ in it. Known trackers and keys of sessions are not part of it; whatever else is
    dropped is, if it has a number or is a name without a value: `?cid=7`, `?7`.
    """
    try:
        parts = urlsplit(url.strip().replace("&amp;", "&"))
        kept = set(parse_qsl(urlsplit(canonical_link(url)).query, keep_blank_values=True))
    except ValueError:
        return ""
    dropped = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair not in kept)
    fragment = parts.fragment.partition(":~:")[0]  # behind that are words to look for on the page
    if "=" in fragment:
        fragment = urlencode([pair for pair in parse_qsl(fragment) if _may_name(*pair)])
    return "#".join(filter(None, (urlencode([pair for pair in dropped if _may_name(*pair)]), fragment)))[:MAX_LENGTH]


def _may_name(key: str, value: str) -> bool:
    """Whether a part of a query that is not compared as one may name an article."""
    if _TRACKERS.match(key) or _OTHER_TRACKERS.match(key) or (_OF_SESSION.search(key) and _TOKEN.fullmatch(value)):
        return False
    return any(map(str.isdigit, value)) if value else not (_PERHAPS.match(key) or _SESSIONS.match(key))


def _is_dropped(pair: tuple[str, str]) -> bool:
    key, value = pair
    if _SESSIONS.match(key):
        return not value or _TOKEN.fullmatch(value) is not None
    return _TRACKERS.match(key) is not None or _PERHAPS.match(key) is not None
