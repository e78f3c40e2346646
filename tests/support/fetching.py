"""A fetcher for tests, and what it is asked for."""

from __future__ import annotations

import random
from datetime import timedelta

from monitor.collect.fetch import Fetcher
from monitor.model import Feed, FeedState
from monitor.settings.proxies import DIRECT, Proxies
from tests.support.fakes.feed_server import rss

BODY = rss(title="news")


def make(
    *,
    allow_private: bool,
    seconds: float = 5,
    per_host: int = 2,
    max_bytes: int = 100_000,
    proxies: Proxies = DIRECT,
) -> Fetcher:
    return Fetcher(
        allow_private=allow_private,
        timeout=timedelta(seconds=seconds),
        max_bytes=max_bytes,
        contact="desk@news.example",
        version="1.2",
        per_host=per_host,
        proxies=proxies,
    )


def feed(url: str, **over: object) -> Feed:
    return Feed(id="f", name="F", url=url, family="f", **over)  # type: ignore[arg-type]  # any field of a feed


STATE = FeedState(feed_id="f")


def known(url: str) -> FeedState:
    return FeedState(feed_id="f", etag='"1"', validated_url=url)


class Middle(random.Random):
    """Draws the middle of what it may draw from."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2
