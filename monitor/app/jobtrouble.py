"""What the log says of jobs that failed, came too late, or had not ended when they were to run again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
    JobSubmissionEvent,
)

log = structlog.get_logger()

EVENTS = EVENT_JOB_ERROR | EVENT_JOB_EXECUTED | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
"""What `JobTrouble` wants to know of APScheduler."""

SPELL = timedelta(minutes=1)
"""A job that ran for so long without being skipped is on time again."""


async def until_cut_off(work: Callable[[], Awaitable[None]]) -> None:
    """Do something. At the stop APScheduler cuts off what runs, and would log a traceback of that as an error."""
    with contextlib.suppress(asyncio.CancelledError):
        await work()


@dataclass(slots=True)
class _Spell:
    """A time in which a job is skipped again and again: how often so far, and when it was the last time."""

    skipped: int
    last: datetime


class JobTrouble:
    """A listener of APScheduler's that logs trouble once.

    On a busy machine a job is skipped hundreds of times. That is logged when it begins, and when it is over, with how
    often it was.
    """

    def __init__(self) -> None:
        self._spells: dict[str, _Spell] = {}

    def __call__(self, event: JobEvent) -> None:
        """Log what an event says, if it is news. Times are those for which runs were planned."""
        if event.code == EVENT_JOB_ERROR:
            log.warning("a job failed", action="job_failed", job=event.job_id, error=str(event.exception or ""))
        elif event.code == EVENT_JOB_MISSED:
            log.warning("a job was not run in time", action="job_missed", job=event.job_id)
        elif isinstance(event, JobSubmissionEvent):
            self._skipped(event.job_id, event.scheduled_run_times[-1])
        else:
            self._ran(event.job_id, event.scheduled_run_time)

    def _skipped(self, job: str, at: datetime) -> None:
        spell = self._spells.get(job)
        if spell is not None:
            spell.skipped, spell.last = spell.skipped + 1, at
            return
        self._spells[job] = _Spell(1, at)
        log.warning("a job is skipped: its last run has not ended", action="job_still_running", job=job)

    def _ran(self, job: str, at: datetime) -> None:
        spell = self._spells.get(job)
        # A clock that was put back ends a spell too.
        if spell is not None and abs(at - spell.last) >= SPELL:
            del self._spells[job]
            log.info("a job runs on time again", action="job_on_time_again", job=job, skipped=spell.skipped)
