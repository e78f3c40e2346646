"""What headers say: those that go out with a request, and those that come back with an answer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
from yarl import URL

from monitor.collect.course import TESTED
from monitor.collect.fetching.unreachable import readable
from monitor.model import Failed, FailureClass, Feed, FeedState, Hub
from monitor.model.waits import retry_after

_LONGEST_VALIDATOR = 1_000

# Headers that say how to read, and nothing about who asks: they go along to whatever host a redirect leads to.
_FOR_EVERY_HOST = frozenset({"user-agent", "accept", "accept-language", "accept-encoding"})


def request_headers(feed: Feed, state: FeedState, url: str, cookies: Mapping[str, str]) -> dict[str, str]:
    """What a request for a feed sends to `url`, where redirects may have led it.

    `cookies` are those that this fetch was given there. What feeds.yaml has as headers goes to the feed's own server
    only: it may be a key that is nobody else's business. So does the user and password of its address, wherever on
    that server redirects lead.
    """
    home = is_home(url, feed.url)
    headers = {name: value for name, value in feed.headers if home or name.lower() in _FOR_EVERY_HOST}
    if home and (account := _account(feed.url)) and _account(url) is None:
        headers = {"Authorization": account, **headers}
    headers |= _validators(state, url)
    if cookies:
        own = next((value for name, value in headers.items() if name.lower() == "cookie"), None)
        headers = {name: value for name, value in headers.items() if name.lower() != "cookie"}
        pairs = [*([own] if own else []), *(f"{name}={value}" for name, value in cookies.items())]
        headers["Cookie"] = "; ".join(pairs)
    return headers


def _account(url: str) -> str | None:
    """What an address with a user and password sends as `Authorization`; None for one without."""
    if "@" not in url or (parts := URL(url)).user is None:
        return None
    return aiohttp.encode_basic_auth(parts.user, parts.password or "", encoding="utf-8")


def is_conditional(state: FeedState, url: str) -> bool:
    """Whether `url` is asked whether its document changed."""
    return bool(_validators(state, url))


def _validators(state: FeedState, url: str) -> dict[str, str]:
    """The headers that ask `url` so: of what it gave itself, as the validators of another address mean nothing to it.

    An earlier version kept whatever a server gave.
    """
    if url != state.validated_url:
        return {}
    named = {"If-None-Match": sendable(state.etag), "If-Modified-Since": sendable(state.last_modified)}
    return {name: value for name, value in named.items() if value}


def sendable(validator: str | None) -> str | None:
    """A validator as it can be sent back; None for one with characters that no request may have, or that is endless.

    A feed whose server gives such a one is asked for the whole document each time. So is one whose validator fits
    every document there may ever be, `*` (RFC 9110, 13.1.2): it would be answered with 304 for ever.
    """
    if not (validator and len(validator) <= _LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()):
        return None
    return None if "*" in validator and "*" in map(str.strip, validator.split(",")) else validator


def changed_at(headers: Mapping[str, str]) -> str | None:
    """`Last-Modified` as it can be sent back; None for a time that by the server's own clock is still to come.

    Sent back, it would be answered with 304 until then, whatever is published (RFC 9110, 8.8.2.1, forbids it).
    """
    changed = headers.get("Last-Modified")
    with contextlib.suppress(ValueError, TypeError):
        if parsedate_to_datetime(changed or "") > parsedate_to_datetime(headers.get("Date", "")):
            return None
    return sendable(changed)


def is_home(url: str, home: str) -> bool:
    """Whether an address is of the server that `home` names, at its port, and not by a less secure scheme.

    From http to https, each at its usual port, a server is the same.
    """
    if url == home:
        return True
    here, there = urlsplit(url), urlsplit(home)
    if here.hostname != there.hostname:
        return False
    if here.scheme == there.scheme:
        return _port(here) == _port(there)
    return (there.scheme, _port(there), here.scheme, _port(here)) == ("http", 80, "https", 443)


def _port(address: SplitResult) -> int | None:
    try:
        return address.port or {"http": 80, "https": 443}.get(address.scheme)
    except ValueError:
        return None


def hub_of(links: Iterable[str], base: str) -> Hub:
    """What the headers `Link` of an answer or a push say (WebSub, 4 and 7): the first of each kind."""
    found: dict[str, str] = {}
    for header in links:
        for address, said in _LINK.findall(header):
            kinds = relation[1].lower().split() if (relation := _REL.search(said)) else ()
            for kind in kinds:
                with contextlib.suppress(ValueError):
                    found.setdefault(kind, urljoin(base, address.strip()))
    return Hub(found.get("hub", ""), found.get("self", ""))


_LINK = re.compile(r'<([^<>]*)>((?:[^,"]|"[^"]*"?)*)')
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]+)', re.IGNORECASE)


def is_part(response: aiohttp.ClientResponse) -> bool:
    """Whether an answer is a part of a document, which nobody asked for, and not all of it (RFC 9110, 14.4)."""
    if response.status != 206:
        return False
    found = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    return found is None or int(found[1]) + 1 != int(found[2])


_RANGE = re.compile(r"bytes 0-(\d{1,18})/(\d{1,18})", re.IGNORECASE)


def max_age_of(headers: Mapping[str, str]) -> timedelta | None:
    """How long the server calls its answer fresh from now on; None where it does not say.

    A cache on the way kept the answer for a part of that time (`Age`; RFC 9111, 4.2).
    """
    found = _MAX_AGE.search(headers.get("Cache-Control", ""))
    if found is None:
        return None
    spent = _SECONDS.fullmatch(headers.get("Age", "").strip())
    return timedelta(seconds=max(0, int(found[1]) - int(spent[0] if spent else 0)))


_MAX_AGE, _SECONDS = re.compile(r"\bmax-age=\"?(\d{1,9})", re.IGNORECASE), re.compile("[0-9]{1,9}")


def shield_of(response: aiohttp.ClientResponse) -> str:
    """The firm before a site that answers with a test for browsers and not with a document, whatever the status."""
    for header, shield in _SHIELDS.items():
        if response.headers.get(header, "").strip().lower() in ("challenge", "captcha"):
            return shield
    return ""


_SHIELDS = {"cf-mitigated": "Cloudflare", "x-amzn-waf-action": "AWS WAF", "x-vercel-mitigated": "Vercel"}


def _meant(response: aiohttp.ClientResponse) -> str:
    """What a status means where its own words do not say it."""
    if shield := shield_of(response):
        return f": {shield}, which stands before the site, {TESTED}"
    if response.status == 401 and "Authorization" in response.request_info.headers:
        return ": it refuses the name and password, or the key, that feeds.yaml has for it"
    if response.status == 401:
        return ": it asks for a name and password, or for a key"
    if response.status == 410:
        return ": it is gone for good; if the publisher has another feed, write its address into feeds.yaml"
    if response.status == 304:
        return ": nothing has changed, it says, though it was asked for the whole document and has never sent one"
    if response.status in _CLOUDFLARE:
        return ": Cloudflare, which stands before the site, gets no sound answer from it"
    nowhere = 300 < response.status < 400 and "Location" not in response.headers
    return ", which says that the feed is at another address, but not at which (Location)" if nowhere else ""


def _wanted_wait(response: aiohttp.ClientResponse) -> str | None:
    """What a server wants to be left alone for; one that was asked too often may only say when it counts anew."""
    names = ("Retry-After", *_COUNTS_ANEW) if response.status == 429 else ("Retry-After",)
    return next((response.headers[name] for name in names if response.headers.get(name)), None)


_COUNTS_ANEW = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")
_CLOUDFLARE = (*range(520, 528), 530)
"""Statuses that Cloudflare alone has (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/)."""


def failure_of_status(response: aiohttp.ClientResponse) -> Failed:
    """What an answer without a document means: asked too often, gone, or something else that is wrong there."""
    kind = {429: FailureClass.RATE_LIMITED, 404: FailureClass.GONE, 410: FailureClass.GONE}.get(response.status)
    asked = retry_after(_wanted_wait(response), at=response.headers.get("Date"))
    return Failed(
        failure=kind or FailureClass.HTTP,
        reason=readable(f"HTTP {response.status} {response.reason or ''}") + _meant(response),
        status=response.status,
        retry_after=asked if isinstance(asked, timedelta) else None,
        retry_at=asked if isinstance(asked, datetime) else None,
    )
