"""What is known of one fetch while it is under way?"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
from yarl import URL

from monitor.collect.fetching.headers import request_headers
from monitor.model import Feed, FeedState


@dataclass(slots=True)
class Asked:
    """One fetch under way: where it is by now, what time it has left, and which cookies it was given.

    `seconds` are left of its time, which `limit` counts while an answer is awaited. `held` is left when its document is
    no longer needed. Its document may be `packed`, or it asks for one that is not. It is `waiting` for its turn at the
    host, or has one; `large` says that its document takes one of the few places for large ones.

    Some sites set a cookie and redirect to the same address until it comes back. It is kept for this fetch alone, and
    sent as it came.
    """

    feed: Feed
    state: FeedState
    seconds: float
    url: str
    held: AsyncExitStack
    packed: bool = True
    waiting: bool = False
    limit: asyncio.Timeout | None = None
    large: bool = False
    _cookies: aiohttp.CookieJar | None = None

    def headers(self) -> dict[str, str]:
        """What is sent to where the fetch is now."""
        cookies = self._cookies.filter_cookies(URL(self.url)) if self._cookies is not None else {}
        given = {key: one.coded_value for key, one in cookies.items()}
        headers = request_headers(self.feed, self.state, self.url, given)
        return headers if self.packed else {**headers, "Accept-Encoding": "identity"}

    def keep(self, response: aiohttp.ClientResponse) -> None:
        """Keep the cookies of an answer; most set none."""
        if response.cookies:
            if self._cookies is None:
                self._cookies = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
            self._cookies.update_cookies(response.cookies, response.url)
