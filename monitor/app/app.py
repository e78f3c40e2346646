"""Everything that polling and delivering need, opened in order around a store and closed in reverse."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from rich.console import Console

from monitor.app.canary import Canary, CanaryStore
from monitor.app.clockwatch import ClockWatch, WaitsStore
from monitor.app.edges import new_fetcher, open_sink, open_webhooks
from monitor.app.matching import Matching
from monitor.app.reread import RereadStore, reread
from monitor.app.sharing import Sharing, SharingStore
from monitor.app.storewatch import StoreToWatch, StoreWatch
from monitor.app.upkeep import Upkeep, UpkeepStore
from monitor.collect.pacing import Pacing
from monitor.collect.parsing.parse import Parser
from monitor.config.configuration import Configuration
from monitor.decide.policy import Policy
from monitor.decide.together import Together
from monitor.deliver.outbox import Outbox
from monitor.deliver.outboxstore import OutboxStore
from monitor.deliver.sink import Sent, Sink
from monitor.deliver.sinks import Sinks
from monitor.deliver.slack.check import inspect
from monitor.deliver.slack.sink import SlackSink
from monitor.deliver.webhook.check import with_webhooks
from monitor.health.channels import RouteKeeper, RouteStore
from monitor.health.onethread import OneThread
from monitor.health.signs import Part, WorkSigns
from monitor.health.standing import Standing
from monitor.link import reading
from monitor.match.compile import compiled
from monitor.meaning.encoder import encoder_of
from monitor.meaning.reader import Reader
from monitor.model import Attempt, Delivery
from monitor.pipeline.intake import Intake
from monitor.pipeline.needs import PollStore
from monitor.pipeline.poll import Poller
from monitor.settings import CatchUp, Settings
from monitor.wording import doubt


class AppStore(
    OutboxStore,
    RouteStore,
    RereadStore,
    WaitsStore,
    StoreToWatch,
    UpkeepStore,
    CanaryStore,
    SharingStore,
    PollStore,
    Protocol,
):
    """A store that serves both ends of the chain."""


@dataclass(slots=True, kw_only=True)
class App:
    """Everything that is open: what polls, what delivers, and what watches them.

    `standing` answers /healthz by the signs that its parts leave when they did their work, and by the last look at the
    vital signs. `cpu` is the thread that matches, and `parser` splits documents into entries. `configuration` is
    what is live. `answer_within` is how long officials have before a note says that none answered; None for no notes.
    `canary` is None when it is off, or alerts do not go to Slack, and `meaning` is None without an encoder.
    """

    poller: Poller
    outbox: Outbox
    sink: Sinks
    keeper: RouteKeeper
    watch: ClockWatch
    cpu: OneThread
    parser: Parser
    store_watch: StoreWatch
    upkeep: Upkeep
    standing: Standing
    sharing: Sharing
    configuration: Configuration
    answer_within: timedelta | None = None
    canary: Canary | None = None
    meaning: Reader | None = None

    @property
    def owner(self) -> str:
        """The name of this process, in leases and troubles."""
        return self.standing.own

    @property
    def signs(self) -> WorkSigns:
        """What its parts leave when they did their work."""
        return self.standing.signs

    def wake(self) -> None:
        """Let the outbox look for what is due."""
        self.outbox.wake()

    def health(self, *, whole: bool) -> tuple[int, str]:
        """The status and the text of /healthz, `whole` for those who are logged in."""
        return self.standing.answer(whole=whole)

    def use(self, configuration: Configuration) -> None:
        """Work by these rules and routes from now on; a poll under way ends with those it began with."""
        policy = replace(self.poller.intake.policy, routes=configuration.routes)
        intake = replace(self.poller.intake, engine=configuration.engine, policy=policy)
        self.poller = replace(self.poller, intake=intake)
        self.sink.use(configuration.routes)
        self.outbox.use(configuration.routes)
        self.configuration = configuration
        self.poller.together.hosts |= _hosts(configuration)

    async def load(self) -> None:
        """Load what reading reports needs, beside the event loop, so that the first alert does not wait for it."""
        if self.meaning is not None and self.configuration.engine.weighs(self.meaning.encoder):
            self.meaning.warm()
        await asyncio.get_running_loop().run_in_executor(self.cpu, _load)


@asynccontextmanager
async def open_app(
    settings: Settings,
    configuration: Configuration,
    store: AppStore,
    *,
    clock: Callable[[], datetime],
    cards: Console,
    digest_wait: timedelta = timedelta(0),
    standing: Standing | None = None,
    measured: Callable[[Sink], Sink] = lambda sink: sink,
) -> AsyncIterator[App]:
    """Open the fetcher, the parser and the sink. Without a Slack token alerts are printed on `cards`.

    The parts leave signs of work in `standing`, which answers /healthz. The outbox posts to the sink that `measured`
    wraps around ours.
    """
    standing = standing or Standing(WorkSigns(), clock)
    standing.own = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
    watch = ClockWatch(store, clock=clock, uptime=time.monotonic)
    await watch.look()
    await reread(store, clock())
    async with AsyncExitStack() as stack:
        main = await stack.enter_async_context(open_sink(settings, cards, clock))
        sink = Sinks(main, await stack.enter_async_context(open_webhooks(settings, clock)))
        sink.use(configuration.routes)
        outbox = Outbox(
            store,
            measured(sink),
            configuration.routes,
            owner=standing.own,
            clock=clock,
            uptime=time.monotonic,
            turned=partial(standing.signs.did, Part.OUTBOX),
            ask_channels=True,
        )
        parser = await stack.enter_async_context(_parser_of(standing.signs))
        cpu = stack.enter_context(_thread_to_match(standing.signs))
        meaning = await _open_meaning(stack, settings)
        policy = Policy(
            routes=configuration.routes, catch_up=catch_up_age(settings.wirewatch_catch_up), digest_wait=digest_wait
        )
        intake = Intake(
            store=store,
            parser=parser,
            engine=configuration.engine,
            policy=policy,
            matching=Matching(cpu, meaning),
            clock=clock,
            written=outbox.wake,
        )
        poller = Poller(
            intake=intake,
            fetcher=await stack.enter_async_context(new_fetcher(settings)),
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
            together=Together(hosts=_hosts(configuration)),
        )
        look = partial(inspect, main) if isinstance(main, SlackSink) else None
        app = App(
            poller=poller,
            outbox=outbox,
            sink=sink,
            keeper=RouteKeeper(store, with_webhooks(look, sink.webhooks), clock=clock),
            watch=watch,
            cpu=cpu,
            parser=parser,
            meaning=meaning,
            store_watch=StoreWatch(store, post=partial(_post_past_outbox, sink, clock), forget=outbox.forget_channels),
            upkeep=Upkeep(store, retention=settings.wirewatch_retention, backups=settings.wirewatch_backups),
            standing=standing,
            sharing=_sharing_of(settings, store, poller.pacing),
            configuration=configuration,
            answer_within=settings.wirewatch_unanswered,
        )
        if settings.wirewatch_canary is not None and isinstance(main, SlackSink):
            app.canary = await stack.enter_async_context(_canary_of(settings, app, store, settings.wirewatch_canary))
        yield app


async def _open_meaning(stack: AsyncExitStack, settings: Settings) -> Reader | None:
    encoder = encoder_of(settings.wirewatch_meaning)
    return await stack.enter_async_context(Reader(settings.wirewatch_meaning, encoder)) if encoder else None


def _sharing_of(settings: Settings, store: SharingStore, pacing: Pacing) -> Sharing:
    per_hour, per_host = settings.wirewatch_requests_per_hour, settings.wirewatch_requests_per_host
    return Sharing(store, pacing, per_hour=per_hour, per_host=per_host)


def _parser_of(signs: WorkSigns) -> Parser:
    """A parser that leaves a sign of each document that its workers read; one that never starts leaves none."""

    def ended(read: bool | None) -> None:
        if read is False:
            signs.refuse(Part.PARSER)
        else:
            signs.end(Part.PARSER, done=bool(read))

    return Parser(began=partial(signs.begin, Part.PARSER), ended=ended)


def _thread_to_match(signs: WorkSigns) -> OneThread:
    began, ended = partial(signs.begin, Part.MATCHER), partial(signs.end, Part.MATCHER)
    return OneThread("match", began=began, ended=lambda done: ended(done=done))


@asynccontextmanager
async def _canary_of(settings: Settings, app: App, store: CanaryStore, every: timedelta) -> AsyncIterator[Canary]:
    intake = app.poller.intake
    # The guard on private addresses stays as it is for all feeds: this fetcher asks for one address only.
    async with (
        new_fetcher(settings, allow_private=True) as alone,
        Canary(
            store,
            alone,
            intake.parser,
            app.cpu,
            every=every,
            ops=lambda: app.configuration.routes.ops,
            clock=intake.clock,
            uptime=lambda: app.signs.awake,
        ) as canary,
    ):
        yield canary


def _hosts(configuration: Configuration) -> dict[str, str]:
    return {feed.id: urlsplit(feed.url).hostname or "" for feed in configuration.feeds}


async def _post_past_outbox(sink: Sink, clock: Callable[[], datetime], delivery: Delivery) -> bool:
    """Post what cannot go through the outbox, because its database is away; whether it arrived for certain."""
    attempt = Attempt(delivery=delivery, number=1, look_up=False, lookups=0, first_attempt_at=clock())
    return isinstance(await sink.post(attempt), Sent)


def _load() -> None:
    reading.load()
    doubt.load()
    compiled()


def catch_up_age(setting: timedelta | CatchUp) -> timedelta | None:
    """The setting as `Policy` takes it: the age up to which matches of a first poll are posted, None for no limit."""
    if setting is CatchUp.ALL:
        return None
    return timedelta(0) if isinstance(setting, CatchUp) else setting
