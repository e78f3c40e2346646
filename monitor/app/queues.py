"""The work that processes share on PostgreSQL: procrastinate's queues, with what keeps two from doing the same.

A poll, the posting to a channel, and each job of the table in `jobs` is a task of procrastinate. Its locks keep order
and politeness among processes; what must never happen twice is kept by the leases and transactions of the store, which
hold whatever becomes of a queue. docs/decisions/0045 has the reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions
from procrastinate.schema import SchemaManager

from monitor.app.jobs import Job
from monitor.app.queueing import POLLS, WORK, app_at, cause_of, cron, run_worker, take_over, turn_of, waiting_polls
from monitor.errors import StoreError, StoreUnavailable
from monitor.model import Feed

log = structlog.get_logger()

TAKE_OVER_EVERY = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=1)
"""How often one process looks which feeds and channels are due. Cron, and so procrastinate, knows nothing shorter."""

MOST_QUEUED = 500
"""How many polls wait in the queue at most, those for busy hosts not counted."""

MOST_FOR_A_HOST = 10
"""How many polls wait for one turn at a host before no more are added, so that one slow host fills no queue."""

_PLACES_FOR_JOBS = 16
_AGAIN = 1.0


class QueueStore(Protocol):
    """What the queues need of the store. It may raise `StoreError`."""

    async def make_queue(self, tables: str, sql: str) -> str:
        """Make the tables of the queue in a schema of their own, unless they are there.

        Returns:
            How psycopg connects to them.
        """


@dataclass(frozen=True, slots=True)
class Tasks:
    """What this process does for each kind of task. What fails in it comes out.

    `feeds` takes feeds that are due, so many at most of those that are wanted; `poll` gives whether something is to be
    posted. `channels` gives those in which something is due. `clicks` takes what people do in Slack until the process
    stops, and ends at once where nobody can be asked.
    """

    feeds: Callable[[int, Callable[[Feed], bool]], Awaitable[Sequence[Feed]]]
    poll: Callable[[str], Awaitable[bool]]
    channels: Callable[[], Awaitable[Sequence[str]]]
    post: Callable[[str], Awaitable[object]]
    do: Callable[[Job], Awaitable[None]]
    clicks: Callable[[], Awaitable[None]]


class Queues:
    """`run` works until it is cancelled. `polls` is how many feeds one process polls at once, `posts` channels."""

    def __init__(self, store: QueueStore, tasks: Tasks, jobs: Collection[Job], *, polls: int, posts: int) -> None:
        self._store = store
        self._tasks = tasks
        self._jobs = jobs
        self._places = {POLLS: polls, WORK: posts + _PLACES_FOR_JOBS}
        self._app: procrastinate.App | None = None
        self._workers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Open the queues and do what comes, again and again when PostgreSQL was away."""
        while True:
            try:
                await self._work()
            except (exceptions.ProcrastinateException, psycopg.Error, StoreError) as error:
                log.warning(
                    "the work queue cannot be used; it is tried again", action="queue_lost", error=cause_of(error)
                )
            except Exception:
                log.exception("a bug in the work queue; it is opened again", action="queue_failed")
            await asyncio.sleep(_AGAIN)

    def start_anew(self) -> None:
        """Work by the clock of now: procrastinate waits for the times that it reckoned with."""
        for worker in self._workers:
            worker.cancel()

    async def post_soon(self) -> None:
        """Let somebody post what is due by now. Never raises: the next look finds it as well."""
        if self._app is not None:
            await _logged("look_for_due_posts", partial(self._queue_posts, self._app))

    async def do_soon(self, job: Job) -> None:
        """Let somebody do one of the jobs at once, unless that waits to be done already. Never raises."""
        if self._app is not None:
            await _logged(job.name, partial(self._defer, self._app, job.name, lock=job.name))

    async def take_over(self) -> None:
        """Give what processes without a sign of life had in hand to others. Never raises.

        Each process looks for itself: as a task of the queue, this would be lost with a process that dies at it.
        """
        if self._app is not None:
            await _logged("take_over", partial(take_over, self._app))

    async def _work(self) -> None:
        sql = SchemaManager.get_schema()
        # Named by what is in it: another version of the library brings other tables, and old ones are left to the
        # processes that still use them. Nothing is lost with them: what is due is known to our own tables.
        tables = f"wirewatch_queue_{hashlib.sha256(sql.encode()).hexdigest()[:8]}"
        address = await self._store.make_queue(tables, sql)
        app = app_at(address, tables)
        self._add_tasks(app)
        async with app.open_async():
            self._app = app
            try:
                await self._serve(app)
            finally:
                self._app = None

    async def _serve(self, app: procrastinate.App) -> None:
        self._workers = [
            asyncio.create_task(
                run_worker(app, queue, places),
                name=f"the queue of {queue}",
            )
            for queue, places in self._places.items()
        ]
        try:
            # One that ended lost the database, or its clock: both begin anew, and with the tables that are there then.
            await asyncio.wait(self._workers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.start_anew()
            ended = await asyncio.gather(*self._workers, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
            if error is None:
                log.warning("the work queue ended by itself; it is opened again", action="queue_ended")

    def _add_tasks(self, app: procrastinate.App) -> None:
        tasks = self._tasks

        async def poll(feed: str) -> None:
            await _logged("poll", partial(self._poll, app, feed))

        async def post(channel: str) -> None:
            await _logged("post", partial(tasks.post, channel))

        app.task(name="poll", queue=POLLS)(poll)
        app.task(name="post", queue=WORK, priority=1)(post)
        self._periodic(app, "look_for_due_feeds", LOOK_EVERY, lambda: self._queue_polls(app))
        self._periodic(app, "look_for_due_posts", LOOK_EVERY, lambda: self._queue_posts(app))
        for job in self._jobs:
            self._periodic(app, job.name, job.every, partial(tasks.do, job))
        # Whoever has the lock takes the clicks until it ends; the next waits meanwhile.
        self._periodic(app, "take_clicks", timedelta(seconds=5), tasks.clicks)

    def _periodic(
        self, app: procrastinate.App, name: str, every: timedelta, work: Callable[[], Awaitable[object]]
    ) -> None:
        """Let one process at a time do some work every so often; a turn that finds one waiting is left out."""

        async def task(timestamp: int = 0) -> None:  # noqa: ARG001 - procrastinate's signature
            await _logged(name, work)

        made = app.task(name=name, queue=WORK, lock=name, queueing_lock=name, priority=2)(task)
        app.periodic(cron=cron(every))(made)

    async def _poll(self, app: procrastinate.App, feed: str) -> None:
        if await self._tasks.poll(feed):
            await self._queue_posts(app)

    async def _queue_polls(self, app: procrastinate.App) -> None:
        """Take the feeds that are due and let them be polled."""
        queued = await waiting_polls(app)
        room = MOST_QUEUED - sum(min(count, MOST_FOR_A_HOST) for count in queued.values())
        if room <= 0:
            return
        due = await self._tasks.feeds(room, lambda feed: queued[turn_of(feed)] < MOST_FOR_A_HOST)
        polls = [
            app.configure_task("poll", lock=turn_of(feed), queueing_lock=f"feed {feed.id}").make_new_job(feed=feed.id)
            for feed in due
        ]
        if not polls:
            return
        try:
            await app.job_manager.batch_defer_jobs_async(polls)
        except exceptions.AlreadyEnqueued:
            # One of them waits since its last turn: none was put in.
            for poll in polls:
                with contextlib.suppress(exceptions.AlreadyEnqueued):
                    await app.job_manager.defer_job_async(poll)

    async def _queue_posts(self, app: procrastinate.App) -> None:
        for channel in await self._tasks.channels():
            await self._defer(app, "post", lock=f"channel {channel}", channel=channel)

    async def _defer(self, app: procrastinate.App, task: str, *, lock: str, **given: Any) -> None:
        with contextlib.suppress(exceptions.AlreadyEnqueued):  # somebody is about to
            await app.configure_task(task, lock=lock, queueing_lock=lock).defer_async(**given)


async def _logged(task: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do some work; whatever goes wrong is logged, and what is due is found again at the next look."""
    try:
        await work()
    except StoreUnavailable:
        return  # the store logs it, for all who ask it
    except StoreError as error:
        log.error("a job failed; its next run tries again", action="job_failed", job=task, error=str(error))
    except (exceptions.ProcrastinateException, psycopg.Error) as error:
        log.warning(
            "something could not be put into the work queue", action="not_queued", job=task, error=cause_of(error)
        )
    except Exception:
        log.exception("a bug in a job; its next run tries again", action="task_failed", job=task)
