"""A feed server on loopback, and a fetcher that may ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from monitor.collect.fetching.fetch import Fetcher
from tests.support.fakes.feed_server import FeedServer
from tests.support.fetching import make


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as feeds:
        yield feeds


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with make(allow_private=True) as opened:
        yield opened
