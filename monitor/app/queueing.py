"""How procrastinate is used: its connections, its workers, its intervals, and what dead processes had in hand.

`queues` says what work goes through it. docs/decisions/0045 has the reasons.
"""

from __future__ import annotations

import zlib
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import procrastinate
import structlog
from procrastinate import exceptions
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from monitor.collect.fetching.fetch import PER_HOST
from monitor.model import Feed

log = structlog.get_logger()

POLLS, WORK = "polls", "work"
"""The queues: polls wait for servers, and must not keep other work waiting."""

ALIVE_EVERY = 5.0
STALLED_AFTER = 25.0
"""Seconds after which the work of a process that gave no sign of life is given to others."""

# The library would list each waiting poll with all that it says: 4 ms of a core a second with a full queue, not 0.7.
_WAITING = (
    "SELECT lock, count(*) AS polls FROM procrastinate_jobs "
    "WHERE queue_name = %(queue)s AND status = 'todo' GROUP BY lock"
)

FINISH = 5.0
"""Seconds that what is under way has to end in when a process stops, before it is cut off."""

_FETCH_EVERY = 1.0


def app_at(address: str, tables: str) -> procrastinate.App:
    """The library over the tables in a schema; `address` is how psycopg connects to them. Opens no connection yet."""
    connector = procrastinate.PsycopgConnector(
        pool_factory=_pool,
        conninfo=address,
        kwargs={"options": f"-c search_path={tables}"},
        configure=_commit_each,
        min_size=1,
        max_size=4,
        timeout=10,
    )
    return procrastinate.App(connector=connector)


async def run_worker(app: procrastinate.App, queue: str, places: int) -> None:
    """Do what comes in a queue, so much at once, until it is cancelled."""
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=places,
        install_signal_handlers=False,
        fetch_job_polling_interval=_FETCH_EVERY,
        delete_jobs="always",
        update_heartbeat_interval=ALIVE_EVERY,
        stalled_worker_timeout=STALLED_AFTER,
        shutdown_graceful_timeout=FINISH,
    )


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


def cause_of(error: Exception) -> str:
    """What is behind an error of the library, in words."""
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
