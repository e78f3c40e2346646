"""What connects to the outside, as the settings say: the fetcher, the sinks, and two checks that use them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import aiohttp
from rich.console import Console

from monitor import __version__
from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.fetching.guard import AddressRefused
from monitor.collect.fetching.names import Names
from monitor.collect.fetching.outgoing import Outgoing
from monitor.collect.parsing.parse import Parser
from monitor.decide.notices.channels import Inspection
from monitor.deliver.sink import Sink
from monitor.deliver.slack.check import inspect
from monitor.deliver.slack.sink import SlackSink
from monitor.deliver.terminal import TerminalSink
from monitor.deliver.webhook.check import with_webhooks
from monitor.deliver.webhook.sink import WebhookSettings, WebhookSink
from monitor.model import Feed, Routes
from monitor.settings import Settings, Token, secret_named
from monitor.workbench.trial import Search, search

AGENT = f"Wirewatch/{__version__}"
"""The User-Agent of whatever is no feed's fetch."""


def new_fetcher(settings: Settings, *, allow_private: bool = False) -> Fetcher:
    """A fetcher as the settings want it; not opened yet."""
    return Fetcher(
        allow_private=allow_private or settings.wirewatch_allow_private_addresses,
        timeout=settings.wirewatch_fetch_timeout,
        max_bytes=settings.wirewatch_max_body_mb * 1_000_000,
        contact=settings.wirewatch_contact,
        version=__version__,
        proxies=settings.proxies,
    )


@asynccontextmanager
async def open_sink(settings: Settings, cards: Console, clock: Callable[[], datetime]) -> AsyncIterator[Sink]:
    """Slack, or without a token the terminal: then alerts are printed on `cards`."""
    if settings.slack_bot_token is None:
        yield TerminalSink(cards)
        return
    sink = SlackSink(
        Token(settings, "slack_bot_token"),
        settings.slack_api_url,
        buttons=settings.slack_app_token is not None,
        translate=settings.wirewatch_translate_url,
        console=settings.wirewatch_console_url,
        resolver=Names,
        proxies=settings.proxies,
        clock=clock,
    )
    try:
        yield sink
    finally:
        await sink.close()


def outgoing(settings: Settings) -> Outgoing:
    """Connections to what others name, which reach no private address unless feeds may."""
    return Outgoing(
        settings.proxies,
        allow_private=settings.wirewatch_allow_private_addresses,
        # Hours may pass between two messages, and a connection that was kept may be gone by then.
        connector=partial(aiohttp.TCPConnector, force_close=True),
        headers={"User-Agent": AGENT},
        cookie_jar=aiohttp.DummyCookieJar(),
    )


@asynccontextmanager
async def open_webhooks(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[WebhookSink]:
    """The sink of webhooks, which may not reach private addresses any more than feeds may."""
    about = WebhookSettings(outgoing=partial(outgoing, settings), blocked=AddressRefused, secret=secret_named)
    sink = WebhookSink(about, clock=clock)
    try:
        yield sink
    finally:
        await sink.close()


async def look_at_routes(
    settings: Settings, token: str, routes: Routes, *, clock: Callable[[], datetime]
) -> Inspection:
    """What is wrong with the channels of these routes on Slack."""
    sink = SlackSink(token, settings.slack_api_url, resolver=Names, proxies=settings.proxies, clock=clock)
    try:
        async with open_webhooks(settings, clock) as webhooks:
            return await with_webhooks(partial(inspect, sink), webhooks)(routes)
    finally:
        await sink.close()


async def try_feed(settings: Settings, feed: Feed) -> Search:
    """Fetch and parse one feed, once, with nothing remembered; of a web page the feeds that are found there."""
    async with new_fetcher(settings) as fetcher, Parser() as parser:
        return await search(fetcher, parser, feed)
