"""Gets a feed's document: politely, bounded, and only from where feeds may live. Failures are values."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
from datetime import timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit, urlunsplit

import aiohttp

from monitor.collect.guard import AddressRefused, guarded_sockets, refusal
from monitor.collect.text import clean, shorten
from monitor.model import Failed, FailureClass, Feed, FeedState, Fetched, NotModified, in_words

MAX_REDIRECTS = 5
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 65_536
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"


class Fetcher:
    """Fetches feeds over one pool of connections."""

    def __init__(
        self,
        *,
        allow_private: bool,
        timeout: timedelta,
        max_bytes: int,
        contact: str,
        version: str,
        per_host: int = 2,
        limit: int = 100,
    ) -> None:
        """`timeout` is for a whole request, `max_bytes` for the decompressed body, `contact` for the User-Agent."""
        self._allow_private = allow_private
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._agent = f"Wirewatch/{version} (news monitoring{f'; +{contact}' if contact else ''})"
        self._per_host = per_host
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        seconds = self._timeout.total_seconds()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._limit,
                limit_per_host=self._per_host,
                socket_factory=guarded_sockets(allow_private=self._allow_private),
            ),
            timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=seconds / 2, sock_read=seconds / 2),
            headers={"User-Agent": self._agent, "Accept": _ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, feed: Feed, state: FeedState) -> Fetched | NotModified | Failed:
        """A conditional GET of the feed, following at most 5 redirects. Never raises for what the outside does."""
        try:
            return await self._follow(feed, state)
        except (AddressRefused, aiohttp.ClientConnectorDNSError) as error:
            return _unreachable(error, feed)
        except TimeoutError:
            waited = in_words(self._timeout)
            return Failed(failure=FailureClass.TIMEOUT, reason=f"no complete answer within {waited}")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _unreachable(error, feed)

    async def _follow(self, feed: Feed, state: FeedState) -> Fetched | NotModified | Failed:
        start = state.url or feed.url
        url: str = start
        permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            if refused := self._refused(url):
                return refused
            async with self._get(url, feed, state, first=url == start) as response:
                if response.status not in _REDIRECTS or "Location" not in response.headers:
                    moved = url if permanent and url != start else None
                    return await self._answer(response, state, url, moved)
                permanent = permanent and response.status in _PERMANENT
                url = str(urljoin(url, response.headers["Location"]))
        reason = f"more than {MAX_REDIRECTS} redirects, the last to {_shown(url)}"
        return Failed(failure=FailureClass.REDIRECT, reason=reason)

    def _refused(self, url: str) -> Failed | None:
        """Refuse what is not http, and literal addresses even behind a proxy, which connects where we cannot see."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            reason = f"{_shown(url)} is no http or https address"
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=reason)
        literal = re.fullmatch(r"[\d.]+|.*:.*", parts.hostname)
        if literal and (why := refusal(parts.hostname, allow_private=self._allow_private)):
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=why)
        return None

    def _get(self, url: str, feed: Feed, state: FeedState, *, first: bool) -> aiohttp.client._RequestContextManager:
        if self._session is None:
            raise RuntimeError("use the Fetcher as an async context manager")
        headers = {}
        if urlsplit(url).netloc == urlsplit(feed.url).netloc:
            headers = dict(feed.headers)  # they may hold a key that is nobody else's business
        if first and state.etag:
            headers["If-None-Match"] = state.etag
        if first and state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
        return self._session.get(url, headers=headers, allow_redirects=False, proxy=feed.proxy)

    async def _answer(
        self, response: aiohttp.ClientResponse, state: FeedState, url: str, moved: str | None
    ) -> Fetched | NotModified | Failed:
        etag = response.headers.get("ETag")
        last_modified = response.headers.get("Last-Modified")
        max_age = _max_age(response.headers.get("Cache-Control", ""))
        if response.status == 304 and (state.etag or state.last_modified):
            return NotModified(
                etag=etag or state.etag,
                last_modified=last_modified or state.last_modified,
                permanent_url=moved,
                max_age=max_age,
            )
        if response.status != 200:
            return _refused_by_server(response)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._max_bytes:
                reason = f"the document is larger than {self._max_bytes / 1_000_000:g} MB"
                return Failed(failure=FailureClass.TOO_LARGE, reason=reason)
        if state.body_hash is not None and body_hash(bytes(body)) == state.body_hash:
            return NotModified(etag=etag, last_modified=last_modified, permanent_url=moved, max_age=max_age)
        return Fetched(
            url=url,
            body=bytes(body),
            content_type=response.headers.get("Content-Type"),
            etag=etag,
            last_modified=last_modified,
            permanent_url=moved,
            max_age=max_age,
        )


def body_hash(body: bytes) -> str:
    """What tells whether a document is the one that was parsed last."""
    return hashlib.sha256(body).hexdigest()[:32]


def retry_after(header: str | None, date: str | None) -> timedelta | None:
    """RFC 9110, 10.2.3: seconds, or an HTTP date, which is taken against the answer's own `Date`; None when neither."""
    if not header:
        return None
    if header.strip().isdigit():
        return timedelta(seconds=int(header.strip()[:8]))
    try:
        wait = parsedate_to_datetime(header) - parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    return max(timedelta(0), wait)


def _max_age(cache_control: str) -> timedelta | None:
    found = re.search(r"\bmax-age=(\d{1,9})", cache_control, re.IGNORECASE)
    return timedelta(seconds=int(found[1])) if found else None


def _refused_by_server(response: aiohttp.ClientResponse) -> Failed:
    kind = {429: FailureClass.RATE_LIMITED, 404: FailureClass.GONE, 410: FailureClass.GONE}.get(response.status)
    return Failed(
        failure=kind or FailureClass.HTTP,
        reason=_readable(f"HTTP {response.status} {response.reason or ''}"),
        status=response.status,
        retry_after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
    )


def _unreachable(error: Exception, feed: Feed) -> Failed:
    """The failure behind what aiohttp raised, in words without addresses that could hold a secret."""
    host = urlsplit(feed.url).hostname or "the host"
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or getattr(causes[-1], "os_error", None)) and cause not in causes:
        causes.append(cause)
    for cause in causes:
        if isinstance(cause, AddressRefused):
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=str(cause))
        if isinstance(cause, socket.gaierror | aiohttp.ClientConnectorDNSError):
            return Failed(failure=FailureClass.DNS, reason=f"the name {host} cannot be found")
        if isinstance(cause, ssl.SSLError | ssl.CertificateError | aiohttp.ClientSSLError):
            return Failed(failure=FailureClass.TLS, reason=f"no secure connection to {host}: {type(cause).__name__}")
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        why = error.strerror or type(error).__name__
        return Failed(failure=FailureClass.CONNECT, reason=f"cannot connect to {host}: {why}")
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError | ConnectionResetError):
        return Failed(failure=FailureClass.CONNECT, reason=f"{host} closed the connection in the middle of the answer")
    return Failed(
        failure=FailureClass.HTTP, reason=f"{host} gave an answer that cannot be read: {type(error).__name__}"
    )


def _shown(url: str) -> str:
    """An address without what may be secret: user, password and query."""
    parts = urlsplit(url)
    return _readable(urlunsplit((parts.scheme, parts.hostname or "", parts.path, "", "")))


def _readable(words: str) -> str:
    """What a server wrote in its status line or headers, as a line: bytes that are no text come as half characters."""
    return shorten(" ".join(clean(words).split()), 200)
