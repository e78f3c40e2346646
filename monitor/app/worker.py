"""One of the processes that share the work on PostgreSQL: what it does itself, and what it takes from the queues.

It does what `runner` does, except for three things: polls, posting, and the jobs that are done once for all processes
come from `queues`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from monitor.app.app import App
from monitor.app.jobs import Job, JobStore
from monitor.app.polling import LONGEST_POLL, MOST_WAITING
from monitor.app.queueing import FINISH
from monitor.app.queues import TAKE_OVER_EVERY, Queues, QueueStore, Tasks
from monitor.app.runner import Runner, Surroundings
from monitor.health.signs import Part
from monitor.model import Feed

log = structlog.get_logger()

LOOK_AT_VERSION = timedelta(seconds=2)
"""How often it is looked whether another process put other files to use."""

_POSTS_FOR = 20.0
"""Seconds after which the posting to a channel goes back to the queue, for a process that is free."""

_MOST_POSTS = 32


class WorkerStore(JobStore, QueueStore, Protocol):
    """What a worker needs of the store itself. Every method may raise `StoreError`."""

    async def files_version(self) -> str:
        """What changes when a process writes down that another version of a file is in use, or is wrong."""


class Worker(Runner):
    """Runs until told to stop, beside any number of others on its database.

    `clicks` takes what people do in Slack until it is cancelled, and ends at once where nobody can be asked.
    """

    stops_within = FINISH + 0.5

    def __init__(
        self, app: App, store: WorkerStore, among: Surroundings, *, clicks: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(app, store, among)
        self._worker_store = store
        self._version: str | None = None
        self._stopped = asyncio.Event()
        tasks = Tasks(
            feeds=self._take_due,
            poll=self._poll_by_id,
            channels=self._outbox.due,
            post=self._post,
            do=self.do,
            clicks=clicks,
        )
        shared = [job for job in self._jobs if not job.everywhere]
        self._queues = Queues(store, tasks, shared, polls=MOST_WAITING * among.concurrency, posts=_MOST_POSTS)

    def _own_jobs(self) -> Sequence[Job]:
        look = Job("look_at_version", LOOK_AT_VERSION, self._look_at_version, everywhere=True)
        take_over = Job("take_over", TAKE_OVER_EVERY, self._queues.take_over, everywhere=True)
        return [*(job for job in self._jobs if job.everywhere), look, take_over]

    async def _deliver(self, stop: asyncio.Event) -> None:
        """Do what comes from the queues until `stop` is set."""
        work = asyncio.create_task(self._queues.run(), name="the work queue")
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([work, asked], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopped.set()
            for task in (asked, work):
                task.cancel()
            await asyncio.gather(asked, work, return_exceptions=True)

    async def _tick(self) -> None:
        # That the queue ended, or hangs with the event loop, is noticed as for any other part.
        self._signs.did(Part.SCHEDULER)
        self._signs.did(Part.OUTBOX)

    def _clock_jumped(self) -> None:
        self._queues.start_anew()

    async def _something_to_post(self) -> None:
        await self._queues.post_soon()

    async def _have_done(self, job: Job) -> None:
        await (self.do(job) if job.everywhere else self._queues.do_soon(job))

    async def _take_due(self, most: int, wanted: Callable[[Feed], bool]) -> Sequence[Feed]:
        feeds = {feed.id: feed for feed in self._polling.feeds.values() if wanted(feed)}
        return [feeds[feed_id] for feed_id in await self._polling.take_due(feeds, most=most)]

    async def _poll_by_id(self, feed_id: str) -> bool:
        feed = self._polling.feeds.get(feed_id)
        if feed is None:
            # Taken by a process with other files; it is due again when its lease ends.
            log.warning("a feed was to be polled that is not in feeds.yaml here", action="feed_unknown", feed=feed_id)
            return False
        try:
            async with asyncio.timeout(LONGEST_POLL):
                report = await self._polling.poll_one(feed)
        except TimeoutError:
            log.error("a poll hangs; it is cut off, and the feed polled again", action="poll_cut_off", feed=feed_id)
            return False
        return report.matched > 0

    async def _post(self, channel: str) -> int:
        return await self._outbox.post(channel, self._stopped, seconds=_POSTS_FOR)

    async def _look_at_version(self) -> None:
        """Look at the files at once when another process put other ones to use."""
        version = await self._worker_store.files_version()
        if version != self._version:
            self._version = version
            await self._look_at_files()
