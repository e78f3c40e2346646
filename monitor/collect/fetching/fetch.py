"""Gets a feed's document: politely, within limits, and only from public addresses. Failures are values."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from monitor.collect.fetching.asked import Asked
from monitor.collect.fetching.connections import Connector
from monitor.collect.fetching.guard import is_number, refusal
from monitor.collect.fetching.headers import (
    changed_at,
    failure_of_status,
    hub_of,
    is_conditional,
    is_part,
    max_age_of,
    sendable,
    shield_of,
)
from monitor.collect.fetching.outgoing import Outgoing
from monitor.collect.fetching.receiving import Receiver
from monitor.collect.fetching.unpack import NotUnpacked, TooLarge
from monitor.collect.fetching.unreachable import failure_of, led_to, shown
from monitor.model import Failed, FailureClass, Feed, FeedState, Fetched, NotModified, in_words
from monitor.settings.proxies import DIRECT, Proxies

MAX_REDIRECTS = 10
_PERMANENT = (301, 308)
_REDIRECTS = (300, 301, 302, 303, 307, 308)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, */*;q=0.5"
)
_ENCODINGS = "gzip, deflate, br"

_LONGEST_HEADER = 131_072
"""Bytes of one header. Content security policies of 10 kB and more are common on news sites."""
_MOST_HEADERS = 256

# What servers say that take offence at the validators they gave: bad request, precondition failed, and an error of
# their own. Others send an empty document.
_REFUSED = (400, 412, 500)

# No content, and reset content.
_WITHOUT_DOCUMENT = (204, 205)

_LONGEST_TURN = 10
"""How many times its own time limit a request may wait for its turn at a host."""

PER_HOST = 2
"""How many documents one host is asked for at once."""


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
        per_host: int = PER_HOST,
        limit: int = 100,
        proxies: Proxies = DIRECT,
    ) -> None:
        """`timeout` is for a whole fetch but for the wait for a turn: a host is asked for `per_host` documents at once.

        `max_bytes` is for the unpacked body, `contact` for the User-Agent. `proxies` are for feeds without one.
        """
        self._allow_private = allow_private
        self._timeout = timeout
        self._agent = f"Wirewatch/{version} (news monitoring{f'; +{contact}' if contact else ''})"
        self._per_host = per_host
        self._limit = limit
        self._proxies = proxies
        self._outgoing: Outgoing | None = None
        self._receiver = Receiver(max_bytes)
        self._turns: weakref.WeakValueDictionary[str, asyncio.Semaphore] = weakref.WeakValueDictionary()

    async def __aenter__(self) -> Self:
        seconds = self._timeout.total_seconds()
        self._outgoing = Outgoing(
            self._proxies,
            allow_private=self._allow_private,
            connector=partial(Connector, limit=self._limit),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=seconds / 2, sock_read=seconds / 2),
            headers={"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": _ENCODINGS},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            max_headers=_MOST_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._outgoing is not None:
            await self._outgoing.close()
        self._receiver.close()

    async def fetch(self, feed: Feed, state: FeedState) -> Fetched | NotModified | Failed:
        """As `opened`, for a single document, which is in memory."""
        async with self.opened(feed, state) as got:
            if isinstance(got, Fetched) and isinstance(got.body, Path):
                return replace(got, body=got.body.read_bytes())
            return got

    @asynccontextmanager
    async def opened(self, feed: Feed, state: FeedState) -> AsyncIterator[Fetched | NotModified | Failed]:
        """A conditional GET of the feed, following at most 10 redirects. Never raises for what the outside does.

        A long document is in a file until the context is left (see `bodies`). Few large documents are under way at
        once: the others wait for their turn.

        The address in feeds.yaml is asked first, whatever redirects said before: moves are taken back, and a new
        address may show a page about maintenance. The target of a permanent redirect (`state.url`) is asked when the
        address itself fails, and first when the address served no feed the last time.
        """
        async with AsyncExitStack() as held:
            yield await self._of_its_homes(feed, state, held)

    async def _of_its_homes(self, feed: Feed, state: FeedState, held: AsyncExitStack) -> Fetched | NotModified | Failed:
        homes = [feed.url, *([state.url] if state.url and state.url != feed.url else [])]
        if state.failure is FailureClass.NOT_A_FEED:
            homes.reverse()
        first = await self._fetch(homes[0], feed, state, held)
        if not isinstance(first, Failed) or len(homes) == 1 or first.failure is FailureClass.RATE_LIMITED:
            return first
        await held.aclose()
        second = await self._fetch(homes[1], feed, state, held)
        return first if isinstance(second, Failed) else second

    async def _fetch(
        self, url: str, feed: Feed, state: FeedState, held: AsyncExitStack, *, packed: bool = True
    ) -> Fetched | NotModified | Failed:
        """Ask `url`, and once more where that was of no use; `held` lets go of what came before it is asked again."""
        asked = Asked(feed, state, self._timeout.total_seconds(), url, held, packed)
        try:
            got = await self._follow(asked)
        except TimeoutError:
            return Failed(failure=FailureClass.TIMEOUT, reason=self._late(asked))
        except NotUnpacked as error:
            if packed:  # what packs it may be broken, or in a way that was not asked for
                await held.aclose()
                return await self._fetch(url, feed, state, held, packed=False)
            failed = Failed(failure=FailureClass.HTTP, reason=f"{urlsplit(asked.url).hostname}: {error}")
            return led_to(failed, asked.url, feed)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            got = failure_of(error, urlsplit(asked.url).hostname or "the host")
            # Some servers send a document behind a 304, which must have none: what is read then is no HTTP.
            refused = got.failure is FailureClass.HTTP
        else:
            refused = got.status in _REFUSED if isinstance(got, Failed) else isinstance(got, Fetched) and not got.body
        if refused and is_conditional(state, asked.url):
            await held.aclose()
            whole = await self._fetch(url, feed, state.without_validators(), held)
            return whole if isinstance(whole, Failed) else replace(whole, etag=None, last_modified=None)
        if isinstance(got, Failed) or url == feed.url:
            return got
        return replace(got, permanent_url=got.permanent_url or url)

    def _late(self, asked: Asked) -> str:
        if asked.waiting:
            return f"other feeds of {urlsplit(asked.url).hostname} took so long that this one had no turn"
        return f"no complete answer within {in_words(self._timeout)}"

    async def _follow(self, asked: Asked) -> Fetched | NotModified | Failed:
        start, permanent = asked.url, True
        met: set[tuple[str, str | None]] = set()
        for _ in range(MAX_REDIRECTS + 1):
            parts = urlsplit(asked.url)
            host = parts.hostname or ""
            if refused := self._refused(asked.url, parts.scheme, host):
                return refused
            headers = asked.headers()
            session, proxy = await self._way(asked)
            async with (
                _Turn(asked, self._turns_at(host), self._timeout.total_seconds() * _LONGEST_TURN),
                asyncio.timeout(asked.seconds) as limit,
                session.get(asked.url, headers=headers, allow_redirects=False, proxy=proxy) as response,
            ):
                asked.keep(response)
                asked.limit = limit
                if response.status not in _REDIRECTS or "Location" not in response.headers:
                    moved = asked.url if permanent and asked.url != start else None
                    got = await self._answer(response, asked, moved)
                    return led_to(got, asked.url, asked.feed) if isinstance(got, Failed) else got
                permanent = permanent and response.status in _PERMANENT
                location = response.headers["Location"]
                asked.seconds = max(0.0, (limit.when() or 0) - asyncio.get_running_loop().time())
            met.add((asked.url, headers.get("Cookie")))
            try:
                asked.url = str(urljoin(asked.url, location))
                urlsplit(asked.url).port  # noqa: B018 - raises for what is no number
            except ValueError:
                reason = f"{urlsplit(asked.url).hostname} redirects to an address that is none"
                return Failed(failure=FailureClass.REDIRECT, reason=reason)
            if (asked.url, asked.headers().get("Cookie")) in met:
                return Failed(failure=FailureClass.REDIRECT, reason=f"redirects in a circle, to {shown(asked.url)}")
        reason = f"more than {MAX_REDIRECTS} redirects, the last to {shown(asked.url)}"
        return Failed(failure=FailureClass.REDIRECT, reason=reason)

    def _refused(self, url: str, scheme: str, host: str) -> Failed | None:
        """Refuse what is not http, and literal addresses even behind a proxy, which connects where we cannot see."""
        if scheme not in ("http", "https") or not host:
            reason = f"{shown(url)} is not an http or https address"
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=reason)
        if is_number(host) and (why := refusal(host, allow_private=self._allow_private)):
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=why)
        return None

    def _turns_at(self, host: str) -> asyncio.Semaphore:
        turns = self._turns.get(host)
        if turns is None:
            self._turns[host] = turns = asyncio.Semaphore(self._per_host)
        return turns

    async def _way(self, asked: Asked) -> tuple[aiohttp.ClientSession, str | None]:
        """The session and the proxy for the address where a fetch is now; a feed's own proxy goes first."""
        if self._outgoing is None:
            raise RuntimeError("use the Fetcher as an async context manager")
        if asked.feed.proxy is not None:
            return self._outgoing.direct, asked.feed.proxy
        return await self._outgoing.to(asked.url)

    async def _answer(
        self, response: aiohttp.ClientResponse, asked: Asked, moved: str | None
    ) -> Fetched | NotModified | Failed:
        state, headers = asked.state, response.headers
        unchanged = NotModified(
            validated_url=asked.url,
            etag=sendable(headers.get("ETag")),
            last_modified=changed_at(headers),
            permanent_url=moved,
            max_age=max_age_of(headers),
        )
        if response.status == 304 and is_conditional(state, asked.url):
            etag, last_modified = unchanged.etag or state.etag, unchanged.last_modified or state.last_modified
            return replace(unchanged, etag=etag, last_modified=last_modified)
        if response.status == 304 and state.body_hash is not None:
            # Nobody asked whether it changed. Its validators are of a document that was never read.
            return replace(unchanged, validated_url=None, etag=None, last_modified=None)
        without = not 200 <= response.status < 300 or response.status in _WITHOUT_DOCUMENT
        if without or is_part(response) or shield_of(response):
            return failure_of_status(response)
        try:
            body = await self._receiver.body(response, asked)
        except TooLarge as error:
            return Failed(failure=FailureClass.TOO_LARGE, reason=str(error))
        if state.body_hash is not None and body.hash() == state.body_hash:
            return replace(unchanged, whole=True)
        return Fetched(
            url=asked.url,
            body=body.content(),
            body_hash=body.hash(),
            content_type=headers.get("Content-Type"),
            etag=unchanged.etag,
            last_modified=unchanged.last_modified,
            permanent_url=moved,
            max_age=unchanged.max_age,
            hub=hub_of(headers.getall("Link", ()), asked.url),
        )


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn at a host, once it is asked for fewer documents than it may be. To wait is no time that the server took.

    Raises:
        TimeoutError: there was none within `seconds`.
    """

    asked: Asked
    turns: asyncio.Semaphore
    seconds: float

    async def __aenter__(self) -> None:
        self.asked.waiting = True
        async with asyncio.timeout(self.seconds) if self.turns.locked() else nullcontext():
            await self.turns.acquire()
        self.asked.waiting = False

    async def __aexit__(self, *_: object) -> None:
        self.turns.release()
