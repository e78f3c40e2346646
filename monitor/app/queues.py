"""The work that processes share on PostgreSQL: procrastinate's queues, with what keeps two from doing the same.

A poll, the posting to a channel, and each job of the table in `jobs` is a task of procrastinate. Its locks keep order
and politeness among processes; what must never happen twice is kept by the leases and transactions of the store, which
hold whatever becomes of a queue. docs/decisions/0045 has the reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from monitor.app.jobs import Job
from monitor.collect.fetch import PER_HOST
from monitor.errors import StoreError, StoreUnavailable
from monitor.model import Feed

log = structlog.get_logger()

POLLS, WORK = "polls", "work"
"""The queues: polls wait for servers, and must not keep other work waiting."""

ALIVE_EVERY = 5.0
STALLED_AFTER = 25.0
"""Seconds after which the work of a process that gave no sign of life is given to others."""

TAKE_OVER_EVERY = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=1)
"""How often one process looks which feeds and channels are due. Cron, and so procrastinate, knows nothing shorter."""

MOST_QUEUED = 500
"""How many polls wait in the queue at most, those for busy hosts not counted."""

MOST_FOR_A_HOST = 10
"""How many polls wait for one turn at a host before no more are added, so that one slow host fills no queue."""

_PLACES_FOR_JOBS = 16
FINISH = 5.0
"""Seconds that what is under way has to end in when a process stops, before it is cut off."""

_AGAIN = 1.0

# The library would list each waiting poll with all that it says: 4 ms of a core a second with a full queue, not 0.7.
_WAITING = (
    "SELECT lock, count(*) AS polls FROM procrastinate_jobs "
    "WHERE queue_name = %(queue)s AND status = 'todo' GROUP BY lock"
)


class QueueStore(Protocol):
    """What the queues need of the store. It may raise `StoreError`."""

    async def make_queue(self, tables: str, sql: str) -> str:
        """Make the tables of the queue in a schema of their own, unless they are there.

        Returns:
            How psycopg connects to them.
        """


@dataclass(frozen=True, slots=True)
class Hands:
    """What a process can do. `feeds` and `channels` take what is due; whatever fails in them comes out.

    `feeds` takes so many at most, and none of those it is given; `poll` gives whether something is to be posted.
    `channels` gives those in which something is due. `clicks` takes what people do in Slack until the process
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

    def __init__(self, store: QueueStore, hands: Hands, jobs: Collection[Job], *, polls: int, posts: int) -> None:
        self._store = store
        self._hands = hands
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
                log.warning("the work queue cannot be used; it is tried again", action="queue_lost", error=_why(error))
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
        connector = procrastinate.PsycopgConnector(
            pool_factory=_pool,
            conninfo=address,
            kwargs={"options": f"-c search_path={tables}"},
            configure=_commit_each,
            min_size=1,
            max_size=4,
            timeout=10,
        )
        app = procrastinate.App(connector=connector)
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
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=places,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_AGAIN,
                    delete_jobs="always",
                    update_heartbeat_interval=ALIVE_EVERY,
                    stalled_worker_timeout=STALLED_AFTER,
                    shutdown_graceful_timeout=FINISH,
                ),
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
        hands = self._hands

        async def poll(feed: str) -> None:
            await _logged("poll", partial(self._poll, app, feed))

        async def post(channel: str) -> None:
            await _logged("post", partial(hands.post, channel))

        app.task(name="poll", queue=POLLS)(poll)
        app.task(name="post", queue=WORK, priority=1)(post)
        self._periodic(app, "look_for_due_feeds", LOOK_EVERY, lambda: self._queue_polls(app))
        self._periodic(app, "look_for_due_posts", LOOK_EVERY, lambda: self._queue_posts(app))
        for job in self._jobs:
            self._periodic(app, job.name, job.every, partial(hands.do, job))
        # Whoever has the lock takes the clicks until it ends; the next waits meanwhile.
        self._periodic(app, "take_clicks", timedelta(seconds=5), hands.clicks)

    def _periodic(
        self, app: procrastinate.App, name: str, every: timedelta, work: Callable[[], Awaitable[object]]
    ) -> None:
        """Let one process at a time do some work every so often; a turn that finds one waiting is left out."""

        async def task(timestamp: int = 0) -> None:  # noqa: ARG001 - procrastinate's signature
            await _logged(name, work)

        made = app.task(name=name, queue=WORK, lock=name, queueing_lock=name, priority=2)(task)
        app.periodic(cron=cron(every))(made)

    async def _poll(self, app: procrastinate.App, feed: str) -> None:
        if await self._hands.poll(feed):
            await self._queue_posts(app)

    async def _queue_polls(self, app: procrastinate.App) -> None:
        """Take the feeds that are due and let them be polled."""
        queued = await waiting_polls(app)
        room = MOST_QUEUED - sum(min(count, MOST_FOR_A_HOST) for count in queued.values())
        if room <= 0:
            return
        due = await self._hands.feeds(room, lambda feed: queued[turn_of(feed)] < MOST_FOR_A_HOST)
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
        for channel in await self._hands.channels():
            await self._defer(app, "post", lock=f"channel {channel}", channel=channel)

    async def _defer(self, app: procrastinate.App, task: str, *, lock: str, **given: Any) -> None:
        with contextlib.suppress(exceptions.AlreadyEnqueued):  # somebody is about to
            await app.configure_task(task, lock=lock, queueing_lock=lock).defer_async(**given)


async def waiting_polls(app: procrastinate.App) -> Counter[str]:
    """How many polls wait in the queue, by the turn at a host that each of them needs."""
    rows = await app.connector.execute_query_all_async(_WAITING, queue=POLLS)
    return Counter({row["lock"]: row["polls"] for row in rows})


async def _commit_each(connection: AsyncConnection[Any]) -> None:
    """Each call of the library is one statement: no further ones to begin and commit it."""
    await connection.set_autocommit(True)


def _pool(*, check: object, **given: Any) -> AsyncConnectionPool:  # noqa: ARG001 - what procrastinate passes
    """Connections that are not asked each time whether they live: when one does not, the queues are opened anew."""
    return AsyncConnectionPool(**given)


async def _logged(task: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do some work; whatever goes wrong is logged, and what is due is found again at the next look."""
    try:
        await work()
    except StoreUnavailable:
        return  # the store logs it, for all who ask it
    except StoreError as error:
        log.error("a job failed; its next run tries again", action="job_failed", job=task, error=str(error))
    except (exceptions.ProcrastinateException, psycopg.Error) as error:
        log.warning("something could not be put into the work queue", action="not_queued", job=task, error=_why(error))
    except Exception:
        log.exception("a bug in a job; its next run tries again", action="task_failed", job=task)


def _why(error: Exception) -> str:
    return str(error.__cause__ or error)


def turn_of(feed: Feed) -> str:
    """The lock of a feed's polls: a feed has one of the turns at its host, so its polls keep their order too."""
    host = (urlsplit(feed.url).hostname or "").lower()
    return f"host {host} {zlib.crc32(feed.id.encode()) % PER_HOST}"


def cron(every: timedelta) -> str:
    """An interval as procrastinate takes it: as a cron expression.

    Raises:
        ValueError: cron knows no such interval.
    """
    seconds = round(every.total_seconds())
    if 0 < seconds < 60 and 60 % seconds == 0:
        return f"* * * * * */{seconds}"
    minutes = seconds // 60
    if minutes and seconds % 60 == 0 and 60 % minutes == 0:
        return f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *"
    raise ValueError(f"nothing can be done every {every} in all processes together")


async def take_over(app: procrastinate.App) -> int:
    """Give what processes without a sign of life had in hand to others; how much that was."""
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in jobs:
        await _give_back(app, job)
    await app.job_manager.prune_stalled_workers(STALLED_AFTER)
    if jobs:
        log.warning("the work of a process that is gone was given to others", action="work_taken_over", jobs=len(jobs))
    return len(jobs)


async def _give_back(app: procrastinate.App, job: Queued) -> None:
    try:
        await app.job_manager.retry_job(job)
    except exceptions.UniqueViolation:
        # The same waits already.
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    except exceptions.ConnectorException:
        return  # it ended meanwhile, or the database is away: the next look will see
