"""The running service: it lets due feeds be polled, runs the outbox and the jobs, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.app.app import App
from monitor.app.jobs import Job, JobStore, jobs_of
from monitor.app.jobtrouble import EVENTS, JobTrouble, until_cut_off
from monitor.app.polling import Polling
from monitor.app.pulse import Pulse
from monitor.config.configuration import Configuration
from monitor.config.reload import Reloader
from monitor.errors import PartEnded, StoreError, StoreUnavailable
from monitor.health.signs import Part
from monitor.model import Fetched
from monitor.pipeline.report import PollReport

log = structlog.get_logger()

TICK = timedelta(milliseconds=500)
"""How often the runner looks which feeds are due."""

_AT_START = {"look_after_channels", "share_out_requests", "upkeep", "silences_of_rules", "daily_summary"}
"""The jobs that do not wait for their first turn."""

_LOOK_AT_CLOCK = 1.0


class Every(IntervalTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A job's turns at an interval, of which those that are gone are passed over at once.

    APScheduler counts them one by one. When the clock is set forward by months, or a machine that was asleep for so
    long wakes up, these are millions, and the event loop hung over them until the process was ended for it.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The next turn after `previous_fire_time`, or after `now` where that is later; APScheduler asks for it."""
        if previous_fire_time and now - previous_fire_time >= self.interval:
            previous_fire_time += (now - previous_fire_time) // self.interval * self.interval
        found: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a runner runs among.

    `reloader` says what is live, and `pulse` judges how all parts do. `stopping` is called with the exit status when it
    begins to stop, `polled` with the report of each poll. `concurrency` is how many feeds are polled at once.
    """

    reloader: Reloader
    pulse: Pulse
    concurrency: int
    clock: Callable[[], datetime]
    stopping: Callable[[int], None] = lambda _: None
    polled: Callable[[PollReport], None] = lambda _: None


class Runner:
    """Runs until told to stop. APScheduler only ticks; the database knows which feeds are due."""

    stops_within = 3.5
    """How many seconds the outbox has to finish its calls."""

    def __init__(self, app: App, store: JobStore, among: Surroundings) -> None:
        self._app = app
        self._pulse = among.pulse
        self._stopping = among.stopping
        self._signs = app.signs
        self._outbox = app.outbox
        self._reloader = among.reloader
        self._clock = among.clock
        self._polling = Polling(
            app,
            store,
            concurrency=among.concurrency,
            clock=among.clock,
            polled=among.polled,
            something_to_post=self._something_to_post,
        )
        self._looks: set[asyncio.Task[None]] = set()
        self._jobs = jobs_of(app, store, look_at_files=self._look_at_files, clock=among.clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way within 10 seconds.

        Raises:
            PartEnded: a part of the service ended by itself. Everything else is stopped as by `stop`.
        """
        scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        scheduler.add_listener(JobTrouble(), EVENTS)
        todo = {"poll_due_feeds": (TICK, self._tick)}
        todo |= {job.name: (job.every, partial(self.do, job)) for job in self._own_jobs()}
        for name, (every, work) in todo.items():
            scheduler.add_job(until_cut_off, Every(seconds=every.total_seconds()), args=[work], id=name, name=name)
        stop_outbox = asyncio.Event()
        pump = asyncio.create_task(self._deliver(stop_outbox), name="outbox")
        parts = {
            pump,
            asyncio.create_task(self._watch_clock(scheduler), name="watch the clock"),
            asyncio.create_task(self._pulse.run(), name="watch the vital signs"),
        }
        files = asyncio.create_task(self._reloader.watch(self.use, stop), name="watch the files")
        files.add_done_callback(_report_end)
        asked = asyncio.create_task(stop.wait(), name="stop")
        first = [asyncio.create_task(self.do(job), name=job.name) for job in self._own_jobs() if job.name in _AT_START]
        first.append(asyncio.create_task(self._app.load(), name="load"))
        first.append(asyncio.create_task(self._tick(), name="the first look for due feeds"))
        scheduler.start()
        in_order = False
        try:
            ended, _ = await asyncio.wait({asked, *parts}, return_when=asyncio.FIRST_COMPLETED)
            in_order = stop.is_set()
            if not in_order:
                raise PartEnded("; ".join(_how(task) for task in ended))
        finally:
            self._stopping(0 if in_order else 1)
            scheduler.shutdown(wait=False)
            others = [asked, files, *(parts - {pump}), *first, *self._looks]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await self._finish(pump, stop_outbox)
            if in_order:  # `stop` itself says nothing any more: who watches files sets it when cut off
                await self._pulse.ended()

    def use(self, configuration: Configuration) -> None:
        """Work by this configuration from now on; polls under way end as they began."""
        self._app.use(configuration)
        # Who edits a file may have repaired a channel too, and waits for that.
        self._app.keeper.look_soon()
        self._do_soon("look_after_channels", "share_out_requests")

    async def do(self, job: Job) -> None:
        """Run a job once, and wake the outbox if the job put messages there."""
        try:
            messages = await job.run()
        except StoreUnavailable:
            return  # the store logs it, for all who ask it
        except StoreError as error:
            log.error("a job failed; its next run tries again", action="job_failed", job=job.name, error=str(error))
            return
        if messages:
            log.info("a job put messages into the outbox", action="job_done", job=job.name, messages=messages)
            await self._something_to_post()

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Start the jobs anew when the machine's clock jumps: APScheduler waits for times that it computed before."""
        while True:
            try:
                if await self._app.watch.look():
                    start_anew(scheduler, self._clock())
                    self._clock_jumped()
            except Exception:
                log.exception("a bug while checking the clock; it is checked again", action="clock_watch_failed")
            await asyncio.sleep(_LOOK_AT_CLOCK)

    def look_at_files_soon(self) -> None:
        """Look at the files and the channels at once, as after SIGHUP."""
        self._app.keeper.look_soon()
        self._do_soon("look_at_files", "look_after_channels")

    def _do_soon(self, *names: str) -> None:
        self._looks = {look for look in self._looks if not look.done()}
        jobs = [job for job in self._jobs if job.name in names]
        self._looks |= {asyncio.create_task(self._have_done(job), name=job.name) for job in jobs}

    async def _have_done(self, job: Job) -> None:
        """Have a job done now, here or by another process."""
        await self.do(job)

    def _own_jobs(self) -> Sequence[Job]:
        """The jobs that this process does by itself."""
        return self._jobs

    async def _deliver(self, stop: asyncio.Event) -> None:
        """Post what is due until `stop` is set."""
        await self._outbox.run(stop)

    def _clock_jumped(self) -> None:
        """Look again at what waits for a time."""
        self._outbox.wake()

    async def _something_to_post(self) -> None:
        """Post soon what was put into the outbox."""
        self._outbox.wake()

    async def _look_at_files(self) -> None:
        with self._signs.at_work(Part.FILES):
            await self._reloader.look(self.use)

    async def _tick(self) -> None:
        self._polling.cut_off()
        await self._polling.begin_due()
        self._signs.did(Part.SCHEDULER)

    async def push(self, feed_id: str, pushed: Fetched) -> PollReport | None:
        """Judge what a hub pushed, after a poll of the feed that is under way; None when it is no longer polled."""
        return await self._polling.push(feed_id, pushed)

    async def _finish(self, pump: asyncio.Task[None], stop_outbox: asyncio.Event) -> None:
        """Let polls and the outbox finish what is under way; what is cut off is done again at the next start."""
        await self._polling.finish()
        stop_outbox.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pump, self.stops_within)


def _how(task: asyncio.Task[Any]) -> str:
    """How a part of the service ended."""
    error = None if task.cancelled() else task.exception()
    return f"{task.get_name()} ended" + (f": {type(error).__name__}: {error}" if error else "")


def _report_end(watch: asyncio.Task[None]) -> None:
    """Log that files are no longer watched. The service goes on, because a job still looks at them."""
    if not watch.cancelled() and watch.exception() is not None:
        log.error(
            "the files are no longer watched; changes are seen within a minute",
            action="file_watch_ended",
            error=_how(watch),
        )


def start_anew(scheduler: AsyncIOScheduler, now: datetime) -> None:
    """Let every job run now, and at its interval from then on."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)
