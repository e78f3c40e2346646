"""What runs again and again: each job by its stable name, none harmed by another, and trouble told in words."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console

from monitor import settings
from monitor.app.app import App, open_app
from monitor.app.jobs import Job, TryFeeds, jobs_of
from monitor.app.jobtrouble import EVENTS, JobTrouble, until_cut_off
from monitor.app.pulse import Pulse
from monitor.app.runner import Runner, Surroundings
from monitor.config.configuration import Configuration
from monitor.config.reload import Reloader
from monitor.decide.notices.channels import Inspection
from monitor.decide.notices.notice import notice
from monitor.errors import PartEnded, StoreBusy
from monitor.health.channels import RouteKeeper
from monitor.health.signs import Part
from monitor.health.vitals import EVERY_FEED_FAILS
from monitor.match.engine import compile_rules
from monitor.metrics import Metrics
from monitor.model import Beat, Feed, FeedRhythm, FeedState, NoticeMessage, Route, Routes, Trouble
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.patience import PATIENCE

NAMES = {
    "canary",
    "end_mutes",
    "notes_on_stories",
    "look_after_channels",
    "weekly_precision",
    "look_at_files",
    "look_after_database",
    "read_for_search",
    "share_out_requests",
    "upkeep",
    "silences_of_rules",
    "try_feeds",
    "daily_summary",
}


OPS = Route(name="ops", channel="C0OPS")


class Screen(io.StringIO):
    """A terminal that says when it shows something."""

    def __init__(self) -> None:
        super().__init__()
        self.shows_something = asyncio.Event()

    def write(self, text: str) -> int:
        self.shows_something.set()
        return super().write(text)


@dataclass
class Service:
    """An app without feeds over a real store, its runner, and what it shows."""

    app: App
    store: Store
    runner: Runner
    screen: Screen


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    options = settings.load(
        {
            "database_url": f"sqlite:///{tmp_path}/w.db",
            "slack_bot_token": None,
            "wirewatch_allow_private_addresses": True,
        }
    )
    configuration = Configuration((), Routes((), OPS), compile_rules(()), ())
    store, screen = Store.open(options.database_url), Screen()
    await store.upgrade()
    reloader = Reloader(options, store, Metrics(), clock=lambda: NOW)
    async with open_app(options, configuration, store, clock=lambda: NOW, cards=Console(file=screen)) as app:
        pulse = Pulse(app, store, clock=lambda: NOW)
        runner = Runner(app, store, Surroundings(reloader=reloader, pulse=pulse, concurrency=1, clock=lambda: NOW))
        yield Service(app, store, runner, screen)
    await store.close()


async def test_the_names_of_jobs_are_stable(service: Service) -> None:
    """Logs and metrics carry them."""

    async def look() -> None: ...

    jobs = jobs_of(service.app, service.store, look_at_files=look, clock=lambda: NOW)
    assert len(jobs) == len({job.name for job in jobs})
    assert {job.name for job in jobs} == NAMES
    assert all(timedelta(seconds=1) <= job.every <= timedelta(minutes=10) for job in jobs)
    assert not any([await job.run() for job in jobs]), "there is nothing to tell"


async def test_the_outbox_posts_at_once_what_a_job_put_there(service: Service) -> None:
    async def tell() -> int:
        return await service.store.enqueue([notice("a-test", "Something to tell", "It is told.", OPS, now=NOW)])

    stop = asyncio.Event()
    pump = asyncio.create_task(service.app.outbox.run(stop))
    await asyncio.sleep(0)
    await service.runner.do(Job("a_job", timedelta(days=1), tell))
    await asyncio.wait_for(service.screen.shows_something.wait(), PATIENCE)
    stop.set()
    await pump
    assert "Something to tell" in service.screen.getvalue()


async def test_when_a_file_was_edited_the_channels_are_looked_at_at_once(service: Service) -> None:
    """Whoever mended a channel and saves routes.yaml, be it with a remark, does not wait for the next look."""
    looks: asyncio.Queue[Routes] = asyncio.Queue()

    async def inspect(routes: Routes) -> Inspection:
        looks.put_nowait(routes)
        return Inspection(seen=frozenset({OPS.channel}))

    service.app.keeper = RouteKeeper(service.store, inspect, clock=lambda: NOW)
    await service.app.keeper.tend(service.app.configuration.routes)
    await service.app.keeper.tend(service.app.configuration.routes)
    assert looks.qsize() == 1
    service.runner.use(Configuration((), Routes((), OPS), compile_rules(()), ()))
    async with asyncio.timeout(PATIENCE):
        await looks.get()
        await looks.get()


async def test_while_every_feed_fails_some_are_tried_at_their_interval_and_not_after_an_hour(service: Service) -> None:
    """Otherwise a network that was away for a night would be noticed an hour after it is back."""
    app, store, tried = service.app, service.store, TryFeeds()
    names = [f"feed-{number}" for number in range(6)]
    feeds = tuple(Feed(id=name, name=name, url=f"https://{name}.example/", family=name) for name in names)
    app.use(replace(app.configuration, feeds=feeds))
    polled = {name: NOW - timedelta(minutes=6) for name in names} | {"feed-1": NOW - timedelta(minutes=4)}
    waiting = [
        FeedState(feed_id=name, failures=9, polled_at=at, next_poll_at=NOW + timedelta(hours=1))
        for name, at in polled.items()
    ]
    # The server of one asked to be left alone.
    waiting[5] = replace(waiting[5], rhythm=FeedRhythm(not_before=NOW + timedelta(hours=1)))
    for one in waiting:
        await store.save_feed(one)

    async def due() -> list[str]:
        return sorted(await store.take_due(names, now=NOW, lease=timedelta(hours=1), limit=9))

    app.standing.judged([Trouble(name="slack", what="Slack does not answer")])
    await tried.look(app, store, NOW)
    assert await due() == []
    app.standing.judged([Trouble(name=EVERY_FEED_FAILS, what="every feed has been failing")])
    await tried.look(app, store, NOW)
    assert await due() == ["feed-0", "feed-2"], "three of them, of which the interval of one is not over"
    await tried.look(app, store, NOW)
    assert await due() == ["feed-3", "feed-4"], "then the others"
    app.use(replace(app.configuration, feeds=()))
    await tried.look(app, store, NOW)
    assert await due() == [], "no feed is left to try"


async def test_a_locked_database_is_told_and_waited_for(service: Service) -> None:
    async def locked() -> int:
        raise StoreBusy("somebody else kept it locked")

    with structlog.testing.capture_logs() as logs:
        await service.runner.do(Job("a_job", timedelta(seconds=1), locked))
    ((told,),) = (logs,)
    assert (told["action"], told["job"], told["log_level"]) == ("job_failed", "a_job", "error")
    assert told["error"] == "somebody else kept it locked"


TROUBLE = {
    "job_failed": JobExecutionEvent(EVENT_JOB_ERROR, "heartbeat", "default", NOW, exception=OSError("no disk")),
    "job_missed": JobExecutionEvent(EVENT_JOB_MISSED, "heartbeat", "default", NOW),
    "job_still_running": JobSubmissionEvent(EVENT_JOB_MAX_INSTANCES, "heartbeat", "default", [NOW]),
}


@pytest.mark.parametrize(("action", "event"), TROUBLE.items(), ids=TROUBLE)
def test_trouble_with_a_job_is_told_by_a_name_of_its_own(
    action: str, event: JobExecutionEvent | JobSubmissionEvent
) -> None:
    """The listener of APScheduler must not raise: what it says would be lost, and a traceback shown instead."""
    with structlog.testing.capture_logs() as logs:
        JobTrouble()(event)
    ((told,),) = (logs,)
    assert (told["action"], told["job"], told["log_level"]) == (action, "heartbeat", "warning")
    assert told.get("error") == ("no disk" if action == "job_failed" else None)


async def test_what_the_stop_cuts_off_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """APScheduler logs a traceback of what it cancels, and tells of it as of a job that failed."""
    began, ended, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        try:
            await never.wait()
        finally:
            ended.set()

    scheduler = AsyncIOScheduler()
    scheduler.add_job(until_cut_off, args=[work])
    scheduler.add_listener(JobTrouble(), EVENTS)
    with structlog.testing.capture_logs() as logs:
        scheduler.start()
        await began.wait()
        scheduler.shutdown(wait=False)
        await ended.wait()
        for _ in range(5):
            await asyncio.sleep(0)
    assert (logs, [record for record in caplog.records if record.levelname == "ERROR"]) == ([], [])


def test_a_job_that_is_skipped_hundreds_of_times_is_told_of_twice_with_the_number() -> None:
    """A machine that is too busy skips a job of each half second for minutes, and lets it run in between."""
    listener, half = JobTrouble(), timedelta(seconds=0.5)
    times = [NOW + half * number for number in range(600)]
    with structlog.testing.capture_logs() as logs:
        for number, at in enumerate(times):
            busy = number % 3 and not 100 < number < 200
            listener(_skip(at) if busy else _run(at))
        listener(_run(times[-1] + timedelta(minutes=1)))
    assert [(one["action"], one.get("skipped")) for one in logs] == [
        ("job_still_running", None),
        ("job_on_time_again", sum(bool(n % 3) and not 100 < n < 200 for n in range(600))),
    ]


def test_each_spell_and_each_job_is_told_of_for_itself() -> None:
    listener, later = JobTrouble(), NOW + timedelta(minutes=2)
    with structlog.testing.capture_logs() as logs:
        for event in (_skip(NOW), _skip(NOW, "upkeep"), _run(later), _skip(later), _run(NOW)):
            listener(event)
    told = [(one["action"], one["job"]) for one in logs]
    assert told == [
        ("job_still_running", "poll_due_feeds"),
        ("job_still_running", "upkeep"),
        ("job_on_time_again", "poll_due_feeds"),
        ("job_still_running", "poll_due_feeds"),
        ("job_on_time_again", "poll_due_feeds"),  # the clock was put back by two minutes
    ]


def _skip(at: datetime, job: str = "poll_due_feeds") -> JobSubmissionEvent:
    return JobSubmissionEvent(EVENT_JOB_MAX_INSTANCES, job, "default", [at])


def _run(at: datetime) -> JobExecutionEvent:
    return JobExecutionEvent(EVENT_JOB_EXECUTED, "poll_due_feeds", "default", at)


async def test_a_feed_whose_poll_a_stop_cuts_off_is_due_at_the_next_start(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not only when its lease ends, three quarters of a minute later."""
    monkeypatch.setattr("monitor.app.polling._STOP_POLLS", 0.01)
    stop, asked, never = asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with FeedServer() as feeds:
        feeds.on_request = lambda _: asked.set()
        feeds.serve("/wire.xml", Answer(wait=never))
        wire = Feed(id="wire", name="Wire", url=feeds.url("/wire.xml"), family="wire")
        service.runner.use(Configuration((wire,), Routes((), OPS), compile_rules(()), ()))
        running = asyncio.create_task(service.runner.run(stop))
        await asyncio.wait_for(asked.wait(), PATIENCE)
        stop.set()
        await running
        never.set()
    assert await service.store.take_due(["wire"], now=NOW, lease=timedelta(minutes=1), limit=1) == ["wire"]


async def test_ops_is_told_of_a_second_process_with_other_files_once_it_lasts(service: Service) -> None:
    """Two services on one database by mistake. The one that began first tells; an edit under way is no mistake."""
    pulse = Pulse(service.app, service.store, clock=lambda: NOW)
    ours, later, earlier = service.app.configuration.fingerprint, NOW + timedelta(days=1), NOW - timedelta(days=1)

    async def told(files: str, began_at: datetime) -> list[str]:
        """What ops was told so far, when five minutes more have passed."""
        await service.store.heartbeat("h:2:b", Beat(at=NOW, began_at=began_at, kind="run", files=files))
        await pulse.look()
        service.app.signs.advance(300)
        waiting = await service.store.waiting_for([OPS.channel], NOW, limit=9)
        return [one.message.text for one in waiting if isinstance(one.message, NoticeMessage)]

    assert [await told("others", later) for _ in range(3)] == [[]] * 3
    (text,) = await told("others", later)
    assert "different feeds, routes or rules (run h:2:b and run" in text
    assert [len(await told(ours, later)) for _ in range(2)] == [2, 2], "and once that it is over"
    assert [len(await told("others", earlier)) for _ in range(5)] == [2] * 5, "the other began first, and tells"


async def test_a_service_ends_when_a_newer_version_has_changed_the_tables(service: Service, tmp_path: Path) -> None:
    """What it writes could be refused, or be wrong; that it ended is no accident to be told of."""
    running = asyncio.create_task(service.runner.run(asyncio.Event()))
    with sqlite3.connect(tmp_path / "w.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(PartEnded, match=r"newer version of Wirewatch \(it is at migration 9999\)"):
        await asyncio.wait_for(running, PATIENCE)
    database.close()
    assert await service.store.lost(NOW + timedelta(hours=1), silent=timedelta(minutes=2), but=()) == {}


async def test_what_waited_for_the_database_is_no_trouble_of_its_own_when_that_is_back(
    service: Service, tmp_path: Path
) -> None:
    """Ops is told of the outage, and read after it that the scheduler was dead and that a restart would help."""
    pulse, database = Pulse(service.app, service.store, clock=lambda: NOW), sqlite3.connect(tmp_path / "w.db")
    service.app.signs.did(Part.SCHEDULER)

    async def told() -> list[str]:
        """What ops was told so far, when a minute and a half more has passed without a word of the scheduler."""
        service.app.signs.advance(90)
        await pulse.look()
        waiting = await service.store.waiting_for([OPS.channel], NOW, limit=9)
        return [one.message.text for one in waiting if isinstance(one.message, NoticeMessage)]

    with database:
        database.execute("ALTER TABLE services RENAME TO away")
    assert await told() == []
    with database:
        database.execute("ALTER TABLE away RENAME TO services")
    assert await told() == [], "it is just back"
    (text,) = await told()
    assert "The scheduler has done nothing though it should" in text
    database.close()
