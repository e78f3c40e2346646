"""Addresses of articles: where people click, and the canonical form that identity compares."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from courlan import clean_url

MAX_LENGTH = 2_000
_TRACKERS = re.compile(
    r"^(utm_\w+|at_\w+|[a-z]*clid|ns_\w+|cmp|cmpid|ref|ref_src|rss|src|source|traffic_source|feature|mc_[ce]id|"
    r"sessionid|phpsessid|jsessionid|sid|xtor|ito|smid|partner|ocid|rssid|output|amp|outputtype)$",
    re.IGNORECASE,
)
# Hosts whose mobile or AMP variant is the same site: the prefix alone does not show that, so it is only dropped when
# a name of at least two labels is left.
_VARIANT = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_SESSION = re.compile(r"(?:;|%3B)jsessionid=[^/?]*", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)$")


def readable_url(link: str, base_url: str) -> str:
    """The address to open: absolute, http or https; empty when it is neither."""
    try:
        url = urljoin(base_url, link.strip()) if link.strip() else ""
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url[:MAX_LENGTH] if usable and not re.search(r"[\s\x00-\x1f<>\"]", url) else ""


def canonical_link(url: str) -> str:
    """The address without what does not tell articles apart: scheme, trackers, fragment, www/m/amp, trailing slash.

    For comparing only. Empty for what is no http address. A query that names the article stays, in sorted order.
    """
    try:
        cleaned = clean_url(url) or url
        parts = urlsplit(cleaned.strip())
        host = (parts.hostname or "").lower().rstrip(".")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    host = _VARIANT.sub("", host)
    path = _AMP_PATH.sub("", _SESSION.sub("", parts.path)).rstrip("/")
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracker(pair)))
    return urlunsplit(("https", host + port, path, query, ""))[:MAX_LENGTH]


def _is_tracker(pair: tuple[str, str]) -> bool:
    return _TRACKERS.match(pair[0]) is not None
