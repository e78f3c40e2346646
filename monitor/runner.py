"""The running service: polls what is due, keeps the outbox going, shows that it is alive, stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.errors import StoreError
from monitor.house import House
from monitor.model import Feed

log = structlog.get_logger()

TICK = timedelta(milliseconds=500)
HEARTBEAT = timedelta(seconds=10)
LEASE = timedelta(seconds=45)
"""How long a feed is left to the process that polls it. A crash delays its feeds by so much at most; two polls at once
would cost a request, nothing else, because judging is serialised."""

_STOP_POLLS = 5.0
_STOP_OUTBOX = 3.5


class Heart(Protocol):
    """Where a running service leaves a sign of life."""

    async def beat(self, service: str, now: datetime) -> None:
        """Write the sign of life; may raise `StoreError`."""


class Runner:
    """Runs until told to stop. APScheduler only ticks; which feed is due is the database's knowledge."""

    def __init__(
        self, house: House, heart: Heart, feeds: Iterable[Feed], *, concurrency: int, clock: Callable[[], datetime]
    ) -> None:
        self._poller = house.poller
        self._outbox = house.outbox
        self._owner = house.owner
        self._heart = heart
        self._feeds = {feed.id: feed for feed in feeds}
        self._concurrency = concurrency
        self._clock = clock
        self._polls: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way within 10 seconds."""
        scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        scheduler.add_listener(_report_job, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        scheduler.add_job(self._poll_due, "interval", seconds=TICK.total_seconds(), id="poll due feeds")
        scheduler.add_job(self._beat, "interval", seconds=HEARTBEAT.total_seconds(), id="heartbeat")
        stop_outbox = asyncio.Event()
        pump = asyncio.create_task(self._outbox.run(stop_outbox), name="outbox")
        await self._beat()
        scheduler.start()
        try:
            await stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            await self._finish(pump, stop_outbox)

    async def _poll_due(self) -> None:
        """Start a poll for each due feed, as far as there are free hands."""
        free = self._concurrency - len(self._polls)
        idle = self._feeds.keys() - self._polls.keys()
        if free <= 0 or not idle:
            return
        try:
            due = await self._poller.store.claim_due(idle, now=self._clock(), lease=LEASE, limit=free)
        except StoreError as error:
            log.error("cannot pick due feeds", error=str(error))
            return
        for feed_id in due:
            self._polls[feed_id] = asyncio.create_task(self._poll(self._feeds[feed_id]), name=f"poll {feed_id}")

    async def _poll(self, feed: Feed) -> None:
        try:
            report = await self._poller.poll(feed)
        finally:
            del self._polls[feed.id]
        if report.new or report.matched:
            log.info("polled", feed=feed.id, entries=report.entries, new=report.new, matched=report.matched)
        self._outbox.wake()

    async def _beat(self) -> None:
        try:
            await self._heart.beat(self._owner, self._clock())
        except StoreError as error:
            log.error("cannot leave a sign of life", error=str(error))

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
