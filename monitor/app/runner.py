"""The running service: polls what is due, keeps the outbox and the jobs going, stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app.app import App
from monitor.app.jobs import Job, JobStore, jobs_of
from monitor.config.configuration import Configuration
from monitor.config.reload import Reloader
from monitor.errors import StoreError, StoreUnavailable
from monitor.model import Feed

log = structlog.get_logger()

TICK = timedelta(milliseconds=500)
"""How often it is looked which feeds are due."""

LEASE = timedelta(seconds=45)
"""How long a feed is left to the process that polls it. A crash delays its feeds by so much at most; two polls at once
would cost a request, nothing else, because judging is serialised."""

_AT_START = {"heartbeat", "look_after_channels"}
"""The jobs that do not wait for their first turn."""

_LOOK_AT_CLOCK = 1.0
_STOP_POLLS = 5.0
_STOP_OUTBOX = 3.5


class RunnerStore(JobStore, Protocol):
    """What a running service needs of the store itself. Every method may raise `StoreError`."""

    async def poll_anew(self, feed_ids: Collection[str], moved: Collection[str], now: datetime) -> None:
        """Make changed feeds due; of those `moved` to another URL, forget what the old one said."""


class Runner:
    """Runs until told to stop. APScheduler only ticks; which feed is due is the database's knowledge.

    `app` was opened with `configuration`; from then on `reloader` says what is live.
    """

    def __init__(
        self,
        app: App,
        store: RunnerStore,
        reloader: Reloader,
        configuration: Configuration,
        *,
        concurrency: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._outbox = app.outbox
        self._store = store
        self._reloader = reloader
        self._feeds = {feed.id: feed for feed in configuration.feeds}
        self._concurrency = concurrency
        self._clock = clock
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._jobs = jobs_of(app, store, look_at_files=self._look_at_files, clock=clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way within 10 seconds."""
        scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        scheduler.add_listener(report_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        scheduler.add_job(self._poll_due, "interval", seconds=TICK.total_seconds(), id="poll_due_feeds")
        for job in self._jobs:
            scheduler.add_job(self.do, "interval", args=[job], seconds=job.every.total_seconds(), id=job.name)
        stop_outbox = asyncio.Event()
        pump = asyncio.create_task(self._outbox.run(stop_outbox), name="outbox")
        watch = asyncio.create_task(self._reloader.watch(self.use, stop), name="watch the files")
        clock = asyncio.create_task(self._watch_clock(scheduler), name="watch the clock")
        first = [asyncio.create_task(self.do(job), name=job.name) for job in self._jobs if job.name in _AT_START]
        first.append(asyncio.create_task(self._app.load(), name="load"))
        scheduler.start()
        try:
            await stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            for task in (watch, clock, *first, *self._looks):
                task.cancel()
            await asyncio.gather(watch, clock, *first, *self._looks, return_exceptions=True)
            await self._finish(pump, stop_outbox)

    def use(self, configuration: Configuration) -> None:
        """Work by this configuration from now on; polls under way end as they began."""
        self._app.use(configuration)
        self._feeds = {feed.id: feed for feed in configuration.feeds}
        # Whoever edits a file may have mended a channel too, and waits for it.
        self._app.keeper.look_soon()
        self._looks = {look for look in self._looks if not look.done()}
        jobs = [job for job in self._jobs if job.name == "look_after_channels"]
        self._looks |= {asyncio.create_task(self.do(job), name=job.name) for job in jobs}

    async def do(self, job: Job) -> None:
        """Run a job once, and let the outbox know of what it put there."""
        try:
            messages = await job.run()
        except StoreUnavailable:
            return  # the store logs it, for all who ask it
        except StoreError as error:
            log.error("a job failed; its next run tries again", action="job_failed", job=job.name, error=str(error))
            return
        if messages:
            log.info("a job put messages into the outbox", action="job_done", job=job.name, messages=messages)
            self._outbox.wake()

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Start the jobs anew when the machine's clock jumps: APScheduler waits for the time that it reckoned with."""
        while True:
            try:
                if await self._app.watch.look():
                    start_anew(scheduler, self._clock())
                    self._outbox.wake()
            except StoreError as error:
                log.error(
                    "what a wrong clock wrote cannot be put right; tried again",
                    action="waits_not_put_right",
                    error=str(error),
                )
            except Exception:
                log.exception("a bug while checking the clock; it is checked again", action="clock_watch_failed")
            await asyncio.sleep(_LOOK_AT_CLOCK)

    async def _look_at_files(self) -> None:
        await self._reloader.look(self.use)

    async def _poll_due(self) -> None:
        """Start a poll for each due feed, as far as slots are free."""
        free = self._concurrency - len(self._polls)
        feeds = self._feeds
        idle = feeds.keys() - self._polls.keys()
        if free <= 0 or not idle:
            return
        try:
            due = await self._app.poller.store.take_due(idle, now=self._clock(), lease=LEASE, limit=free)
        except StoreUnavailable:
            return  # the store logs it, for all who ask it
        except StoreError as error:
            log.error("cannot pick due feeds", action="job_failed", job="poll_due_feeds", error=str(error))
            return
        for feed_id in due:
            self._polls[feed_id] = asyncio.create_task(self._poll(feeds[feed_id]), name=f"poll {feed_id}")

    async def _poll(self, feed: Feed) -> None:
        try:
            report = await self._app.poller.poll(feed)
            await self._poll_anew(feed)
        finally:
            del self._polls[feed.id]
        if report.new or report.matched:
            log.info(
                "polled",
                action="feed_polled",
                feed=feed.id,
                entries=report.entries,
                new=report.new,
                matched=report.matched,
            )
        self._outbox.wake()

    async def _poll_anew(self, polled: Feed) -> None:
        """Poll a feed soon that was edited during its poll: that poll wrote when the feed as it was is due."""
        feed = self._feeds.get(polled.id, polled)
        if feed != polled:
            try:
                await self._store.poll_anew([feed.id], [feed.id] if feed.url != polled.url else [], self._clock())
            except StoreError as error:
                log.error(
                    "a changed feed is polled when it is due, not now",
                    action="poll_anew_failed",
                    feed=feed.id,
                    error=str(error),
                )

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


def start_anew(scheduler: AsyncIOScheduler, now: datetime) -> None:
    """Let every job run now and from then on at its interval, whatever time it waits for."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)


def report_trouble(trouble: JobEvent) -> None:
    """Tell what APScheduler says of a job that failed, came too late or still ran."""
    if trouble.code == EVENT_JOB_ERROR:
        log.warning("a job failed", action="job_failed", job=trouble.job_id, error=str(trouble.exception or ""))
    elif trouble.code == EVENT_JOB_MISSED:
        log.warning("a job was not run in time", action="job_missed", job=trouble.job_id)
    else:
        log.warning("a job was skipped because its last run goes on", action="job_still_running", job=trouble.job_id)
