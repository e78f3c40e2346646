"""Everything polling and delivering need, opened in order around a store and closed in reverse."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from rich.console import Console

from monitor import __version__
from monitor.collect.fetch import Fetcher
from monitor.collect.parse import Parser
from monitor.config.configuration import Configuration
from monitor.decide.channels import Inspection
from monitor.decide.decider import Policy
from monitor.decide.mutes import end_of, shown
from monitor.decide.notes import LATEST_UNANSWERED, LATEST_VANISHED, LEAST_SEVERITY, unanswered, vanished
from monitor.decide.precision import last_week, weekly
from monitor.deliver.outbox import Outbox, OutboxStore, Sink
from monitor.deliver.slack.check import inspect
from monitor.deliver.slack.sink import SlackSink
from monitor.deliver.terminal import TerminalSink
from monitor.health.channels import RouteKeeper, RouteStore
from monitor.link.join import story_keys
from monitor.model import (
    Delivery,
    Desk,
    Failed,
    Feed,
    FeedState,
    Fetched,
    HeldBack,
    Mute,
    Parsed,
    Routes,
    RuleWeek,
    Severity,
    UnansweredStory,
    VanishedItem,
)
from monitor.pipeline import Poller, PollStore
from monitor.settings import CatchUp, Settings


class HouseStore(PollStore, OutboxStore, RouteStore, Protocol):
    """A store that serves both ends of the house."""

    async def unanswered(self, *, after: datetime, until: datetime, severity: Severity) -> Sequence[UnansweredStory]:
        """The cards of stories that began in this period, and of whose silence nothing was said yet."""

    async def vanished(self, now: datetime, *, latest: timedelta) -> Sequence[VanishedItem]:
        """The articles that their feed took out for good, each with the cards not told of it yet."""

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Put messages into the outbox; those whose key is there are left alone. How many were new."""

    async def mutes(self) -> Sequence[Mute]:
        """The mutes that were not ended."""

    async def rule_weeks(self, since: datetime, until: datetime) -> Sequence[RuleWeek]:
        """What became of each rule's alerts in a period, its end left out."""

    async def end_mutes(
        self,
        now: datetime,
        tell: Callable[[HeldBack], Delivery],
        show: Callable[[Desk, Sequence[Mute], str], Desk],
    ) -> int:
        """End the mutes whose time is over, and put what `tell` says of each into the outbox; how many.

        Their cards show what `show` says of the mutes that are left.
        """


@dataclass(slots=True)
class House:
    """The two ends of the chain: what polls and what delivers. `owner` names this process in leases.

    `feed_ids` are the feeds that are polled. `answer_within` is how long officials have before their silence is told;
    None when it is not. `told_week` is the begin of the week whose notice this process has seen to.
    """

    poller: Poller
    outbox: Outbox
    sink: Sink
    store: HouseStore
    owner: str
    keeper: RouteKeeper
    feed_ids: frozenset[str] = frozenset()
    answer_within: timedelta | None = None
    told_week: datetime | None = None

    def use(self, configuration: Configuration) -> None:
        """Work by these rules and routes from now on; a poll under way ends with those it began with."""
        policy = replace(self.poller.policy, routes=configuration.routes)
        self.poller = replace(self.poller, engine=configuration.engine, policy=policy)
        self.outbox.use(configuration.routes)
        self.feed_ids = frozenset(feed.id for feed in configuration.feeds)

    async def warm_up(self) -> None:
        """Load what only reports of stories need, so that the first alert does not wait for it."""
        await asyncio.get_running_loop().run_in_executor(self.poller.cpu, story_keys, "Air strike on Idlib", "")

    async def tend_routes(self) -> int:
        """Look after the channels of the routes (see `RouteKeeper.tend`); how many messages that made."""
        return await self.keeper.tend(self.poller.policy.routes)

    async def tell_of_stories(self, now: datetime) -> int:
        """Put into the outbox what no report brings: reports that vanished, stories that go unanswered; how many.

        Raises:
            StoreError: nothing was written.
        """
        items = await self.store.vanished(now, latest=LATEST_VANISHED)
        stories = await self._unanswered(now)
        if not items and not stories:
            return 0
        routes, mutes = self.poller.policy.routes, await self.store.mutes()
        notes = (*vanished(items, routes, mutes=mutes, now=now), *unanswered(stories, routes, mutes=mutes, now=now))
        return await self.store.enqueue(notes)

    async def _unanswered(self, now: datetime) -> Sequence[UnansweredStory]:
        if self.answer_within is None:
            return ()
        until = now - self.answer_within
        return await self.store.unanswered(after=until - LATEST_UNANSWERED, until=until, severity=LEAST_SEVERITY)

    async def tell_precision(self, now: datetime) -> int:
        """Put into the outbox how the rules did in the last whole week, once for each week; how many notices.

        Raises:
            StoreError: nothing was written.
        """
        since, until = last_week(now)
        ops = self.poller.policy.routes.ops
        if ops is None or self.told_week == since:
            return 0
        told = weekly(await self.store.rule_weeks(since, until), since, ops, now=now)
        count = await self.store.enqueue(told)
        self.told_week = since
        return count

    async def end_mutes(self, now: datetime) -> int:
        """End the mutes whose time is over, each with a line in its thread; how many.

        Raises:
            StoreError: nothing was written.
        """
        return await self.store.end_mutes(now, partial(end_of, now=now), shown)


@asynccontextmanager
async def open_house(
    settings: Settings,
    configuration: Configuration,
    store: HouseStore,
    *,
    clock: Callable[[], datetime],
    cards: Console,
    digest_wait: timedelta = timedelta(0),
) -> AsyncIterator[House]:
    """Open the fetcher, the parser and the sink. Without a Slack token alerts are printed on `cards`."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
    policy = Policy(
        routes=configuration.routes, catch_up=catch_up_age(settings.wirewatch_catch_up), digest_wait=digest_wait
    )
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(_sink(settings, cards, clock))
        fetcher = await stack.enter_async_context(_fetcher(settings))
        parser = await stack.enter_async_context(Parser())
        cpu = stack.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="match"))
        poller = Poller(
            store=store,
            fetcher=fetcher,
            parser=parser,
            engine=configuration.engine,
            policy=policy,
            cpu=cpu,
            clock=clock,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )
        outbox = Outbox(store, sink, configuration.routes, owner=owner, clock=clock)
        keeper = RouteKeeper(store, partial(inspect, sink) if isinstance(sink, SlackSink) else None, clock=clock)
        feed_ids = frozenset(feed.id for feed in configuration.feeds)
        yield House(poller, outbox, sink, store, owner, keeper, feed_ids, answer_within=settings.wirewatch_unanswered)


async def look_at_routes(
    settings: Settings, token: str, routes: Routes, *, clock: Callable[[], datetime]
) -> Inspection:
    """What is wrong with the channels of these routes on Slack."""
    sink = SlackSink(token, settings.slack_api_url, clock=clock)
    try:
        return await inspect(sink, routes)
    finally:
        await sink.close()


async def try_feed(settings: Settings, feed: Feed) -> Parsed | Failed:
    """Fetch and parse one feed, once, with nothing remembered."""
    async with _fetcher(settings) as fetcher, Parser() as parser:
        fetched = await fetcher.fetch(feed, FeedState(feed_id=feed.id))
        if isinstance(fetched, Fetched):
            return await parser.parse(fetched)
        return fetched if isinstance(fetched, Failed) else Parsed(entries=())


def _fetcher(settings: Settings) -> Fetcher:
    """A fetcher as the settings want it; not opened yet."""
    return Fetcher(
        allow_private=settings.wirewatch_allow_private_addresses,
        timeout=settings.wirewatch_fetch_timeout,
        max_bytes=settings.wirewatch_max_body_mb * 1_000_000,
        contact=settings.wirewatch_contact,
        version=__version__,
    )


def catch_up_age(setting: timedelta | CatchUp) -> timedelta | None:
    """The setting as deciding takes it: the age up to which first-poll matches are told, None for no limit."""
    if setting is CatchUp.ALL:
        return None
    return timedelta(0) if isinstance(setting, CatchUp) else setting


@asynccontextmanager
async def _sink(settings: Settings, cards: Console, clock: Callable[[], datetime]) -> AsyncIterator[Sink]:
    if settings.slack_bot_token is None:
        yield TerminalSink(cards)
        return
    sink = SlackSink(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, clock=clock)
    sink.hands = settings.slack_app_token is not None
    try:
        yield sink
    finally:
        await sink.close()
