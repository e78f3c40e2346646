"""The running service: polls what is due, keeps the outbox going, shows that it is alive, stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app.app import House
from monitor.config.configuration import Configuration
from monitor.config.reload import LOOK_EVERY, Reloader
from monitor.errors import StoreError
from monitor.model import Feed

log = structlog.get_logger()

TICK = timedelta(milliseconds=500)
HEARTBEAT = timedelta(seconds=10)
STORIES = timedelta(minutes=1)
"""How often it is looked whether stories have gone unanswered for too long, or lost a report."""

MUTES = timedelta(seconds=3)
"""How often it is looked whether mutes are over."""

WEEKLY = timedelta(minutes=10)
"""How often it is looked whether there is a week to tell of."""

TENDING = timedelta(seconds=30)
"""How often it is looked whether alerts wait for broken channels, and whether it is time to look at the channels."""

LEASE = timedelta(seconds=45)
"""How long a feed is left to the process that polls it. A crash delays its feeds by so much at most; two polls at once
would cost a request, nothing else, because judging is serialised."""

_STOP_POLLS = 5.0
_STOP_OUTBOX = 3.5


class RunnerStore(Protocol):
    """What a running service needs of the store itself. Every method may raise `StoreError`."""

    async def beat(self, service: str, now: datetime) -> None:
        """Write a sign of life."""

    async def poll_anew(self, feed_ids: Collection[str], moved: Collection[str], now: datetime) -> None:
        """Make changed feeds due; of those `moved` to another URL, forget what the old one said."""


class Runner:
    """Runs until told to stop. APScheduler only ticks; which feed is due is the database's knowledge.

    `house` was opened with `configuration`; from then on `reloader` says what is live.
    """

    def __init__(
        self,
        house: House,
        store: RunnerStore,
        reloader: Reloader,
        configuration: Configuration,
        *,
        concurrency: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._house = house
        self._outbox = house.outbox
        self._store = store
        self._reloader = reloader
        self._feeds = {feed.id: feed for feed in configuration.feeds}
        self._concurrency = concurrency
        self._clock = clock
        self._polls: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way within 10 seconds."""
        scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        scheduler.add_listener(_report_job, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        scheduler.add_job(self._poll_due, "interval", seconds=TICK.total_seconds(), id="poll due feeds")
        scheduler.add_job(self._beat, "interval", seconds=HEARTBEAT.total_seconds(), id="heartbeat")
        scheduler.add_job(self._tell_of_stories, "interval", seconds=STORIES.total_seconds(), id="notes on stories")
        scheduler.add_job(self._end_mutes, "interval", seconds=MUTES.total_seconds(), id="mutes that are over")
        every = WEEKLY.total_seconds()
        scheduler.add_job(self._tell_precision, "interval", seconds=every, id="how the rules did")
        scheduler.add_job(self._tend_routes, "interval", seconds=TENDING.total_seconds(), id="look after the routes")
        look_every = LOOK_EVERY.total_seconds()
        scheduler.add_job(self._reloader.look, "interval", args=[self.use], seconds=look_every, id="look at the files")
        stop_outbox = asyncio.Event()
        pump = asyncio.create_task(self._outbox.run(stop_outbox), name="outbox")
        watch = asyncio.create_task(self._reloader.watch(self.use, stop), name="watch the files")
        await self._beat()
        first = (
            asyncio.create_task(self._tend_routes(), name="look at the routes"),
            asyncio.create_task(self._house.warm_up(), name="warm up"),
        )
        scheduler.start()
        try:
            await stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            for task in (watch, *first):
                task.cancel()
            await asyncio.gather(watch, *first, return_exceptions=True)
            await self._finish(pump, stop_outbox)

    def use(self, configuration: Configuration) -> None:
        """Work by this configuration from now on; polls under way end as they began."""
        self._house.use(configuration)
        self._feeds = {feed.id: feed for feed in configuration.feeds}

    async def _poll_due(self) -> None:
        """Start a poll for each due feed, as far as there are free hands."""
        free = self._concurrency - len(self._polls)
        feeds = self._feeds
        idle = feeds.keys() - self._polls.keys()
        if free <= 0 or not idle:
            return
        try:
            due = await self._house.poller.store.claim_due(idle, now=self._clock(), lease=LEASE, limit=free)
        except StoreError as error:
            log.error("cannot pick due feeds", error=str(error))
            return
        for feed_id in due:
            self._polls[feed_id] = asyncio.create_task(self._poll(feeds[feed_id]), name=f"poll {feed_id}")

    async def _poll(self, feed: Feed) -> None:
        try:
            report = await self._house.poller.poll(feed)
            await self._poll_anew(feed)
        finally:
            del self._polls[feed.id]
        if report.new or report.matched:
            log.info("polled", feed=feed.id, entries=report.entries, new=report.new, matched=report.matched)
        self._outbox.wake()

    async def _poll_anew(self, polled: Feed) -> None:
        """Poll a feed again soon that was changed during its poll, which wrote when the old one is due."""
        feed = self._feeds.get(polled.id, polled)
        if feed != polled:
            try:
                await self._store.poll_anew([feed.id], [feed.id] if feed.url != polled.url else [], self._clock())
            except StoreError as error:
                log.error("a changed feed is polled when it is due, not now", feed=feed.id, error=str(error))

    async def _beat(self) -> None:
        try:
            await self._store.beat(self._house.owner, self._clock())
        except StoreError as error:
            log.error("cannot leave a sign of life", error=str(error))

    async def _tell_of_stories(self) -> None:
        try:
            told = await self._house.tell_of_stories(self._clock())
        except StoreError as error:
            log.error("cannot look for stories to speak of", error=str(error))
            return
        if told:
            log.info("told of silent officials or vanished reports", count=told)
            self._outbox.wake()

    async def _tell_precision(self) -> None:
        try:
            told = await self._house.tell_precision(self._clock())
        except StoreError as error:
            log.error("cannot tell how the rules did", error=str(error))
            return
        if told:
            self._outbox.wake()

    async def _end_mutes(self) -> None:
        try:
            ended = await self._house.end_mutes(self._clock())
        except StoreError as error:
            log.error("cannot end mutes", error=str(error))
            return
        if ended:
            log.info("mutes are over", count=ended)
            self._outbox.wake()

    async def _tend_routes(self) -> None:
        if await self._house.tend_routes():
            self._outbox.wake()

    async def _finish(self, pump: asyncio.Task[None], stop_outbox: asyncio.Event) -> None:
        """Let polls and the outbox end their present work; what is cut off is taken up at the next start."""
        if self._polls:
            _, late = await asyncio.wait(self._polls.values(), timeout=_STOP_POLLS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        stop_outbox.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pump, _STOP_OUTBOX)


def _report_job(event: JobEvent) -> None:
    log.warning("job trouble", job=event.job_id, event=event.code, error=str(getattr(event, "exception", "") or ""))
