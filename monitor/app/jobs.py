"""What a service does at regular times besides polling and posting: one table, which any scheduler can run.

`runner` gives the jobs to APScheduler; `worker` gives those that are done once for all processes to procrastinate.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from monitor.app import searching, silencewatch, storewatch, summary
from monitor.app.app import App
from monitor.app.canary import LOOK_EVERY as LOOK_AT_CANARY
from monitor.collect.schedule import when_asked
from monitor.config.reload import LOOK_EVERY
from monitor.decide.mutes import end_of, shown_on
from monitor.decide.precision import last_week, weekly
from monitor.decide.thread_notes import LATEST_UNANSWERED, LATEST_VANISHED, LEAST_SEVERITY, unanswered, vanished
from monitor.health.vitals import EVERY_FEED_FAILS
from monitor.model import (
    Delivery,
    HeldBack,
    Route,
    Severity,
    UnansweredStory,
    VanishedItem,
)
from monitor.model.stores import (
    ActStore,
    DiskStore,
    EnqueueStore,
    FeedsStore,
    FilesStore,
    RatingsStore,
    Show,
    SilencesStore,
)
from monitor.model.waits import waits

TRY_EVERY = timedelta(seconds=20)
_TRIED = 3


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every so often. `name` is stable: logs and metrics carry it.

    `everywhere`: of several processes each does it for itself, because it is about what that process has or sees.
    `run` returns how many messages it put into the outbox, None if it never puts any. It may raise `StoreError`: then
    nothing was written, and the next run tries again.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[int | None]]
    everywhere: bool = False


class JobStore(
    searching.SearchStore,
    silencewatch.SilenceStore,
    summary.SummaryStore,
    ActStore,
    DiskStore,
    EnqueueStore,
    FeedsStore,
    FilesStore,
    RatingsStore,
    SilencesStore,
    Protocol,
):
    """What the jobs need of the store. Every method is one transaction and may raise `StoreError`."""

    async def unanswered(self, *, after: datetime, until: datetime, severity: Severity) -> Sequence[UnansweredStory]:
        """The cards of stories that began in this period, and of whose silence nothing was said yet."""

    async def vanished(self, now: datetime, *, latest: timedelta) -> Sequence[VanishedItem]:
        """The articles that their feed took out for good, each with the cards not told of it yet."""

    async def end_mutes(
        self,
        now: datetime,
        tell: Callable[[HeldBack], Delivery],
        show: Show,
    ) -> int:
        """End the mutes whose time is over, and put what `tell` says of each into the outbox; how many.

        Their cards show what `show` says of the mutes that are left.
        """


def jobs_of(
    app: App, store: JobStore, *, look_at_files: Callable[[], Awaitable[None]], clock: Callable[[], datetime]
) -> tuple[Job, ...]:
    """Everything that is done at regular times, except polling, which the runner does."""

    def ops() -> Route | None:
        return app.configuration.routes.ops

    async def look_at_canary() -> int:
        return await app.canary.look() if app.canary else 0

    feeds, precision = TryFeeds(), WeeklyPrecision()
    return (
        Job("end_mutes", timedelta(seconds=3), lambda: end_mutes(store, clock())),
        Job("notes_on_stories", timedelta(minutes=1), lambda: tell_of_stories(app, store, clock())),
        Job("look_after_channels", timedelta(seconds=30), lambda: app.keeper.tend(app.configuration.routes)),
        Job("weekly_precision", timedelta(minutes=10), lambda: precision.tell(store, ops(), clock())),
        Job(
            "look_after_database",
            storewatch.LOOK_EVERY,
            lambda: app.store_watch.look(ops(), clock()),
            everywhere=True,
        ),
        Job("canary", LOOK_AT_CANARY, look_at_canary, everywhere=True),
        Job("try_feeds", TRY_EVERY, lambda: feeds.look(app, store, clock())),
        Job("silences_of_rules", silencewatch.EVERY, lambda: look_at_rules(app, store, clock())),
        Job("daily_summary", summary.EVERY, lambda: summarize(app, store, clock())),
        Job("read_for_search", searching.EVERY, partial(searching.keep_up, store, clock)),
        Job(
            "share_out_requests",
            timedelta(minutes=10),
            lambda: app.sharing.look(app.configuration.feeds, clock()),
            everywhere=True,
        ),
        Job("upkeep", timedelta(minutes=10), lambda: app.upkeep.run(ops(), clock())),
        Job("look_at_files", LOOK_EVERY, look_at_files, everywhere=True),
    )


async def look_at_rules(app: App, store: JobStore, now: datetime) -> int:
    """See whether a rule matches far less than it did."""
    live = app.configuration
    return await silencewatch.look(store, live.engine, live.feed_ids, live.routes.ops, now)


async def summarize(app: App, store: JobStore, now: datetime) -> int:
    """Report to ops once a day how the feeds do."""
    live, canary_at = app.configuration, app.canary.arrived_at if app.canary else None
    return await summary.look(store, live.feed_ids, live.routes.ops, now, canary_at=canary_at)


async def tell_of_stories(app: App, store: JobStore, now: datetime) -> int:
    """Tell what no report brings: reports that their feed took out, stories that no official has answered."""
    items = await store.vanished(now, latest=LATEST_VANISHED)
    stories = await _unanswered(app, store, now)
    if not items and not stories:
        return 0
    routes, mutes = app.configuration.routes, await store.mutes()
    notes = (*vanished(items, routes, mutes=mutes, now=now), *unanswered(stories, routes, mutes=mutes, now=now))
    return await store.enqueue(notes)


async def _unanswered(app: App, store: JobStore, now: datetime) -> Sequence[UnansweredStory]:
    if app.answer_within is None:
        return ()
    until = now - app.answer_within
    return await store.unanswered(after=until - LATEST_UNANSWERED, until=until, severity=LEAST_SEVERITY)


async def end_mutes(store: JobStore, now: datetime) -> int:
    """End the mutes whose time is over, each with a line in its thread."""
    return await store.end_mutes(now, partial(end_of, now=now), shown_on)


class TryFeeds:
    """Tries some feeds at their own interval while every feed fails.

    Each failure lets a feed wait for longer. After hours without a network all would go on waiting once it is back.
    """

    def __init__(self) -> None:
        self._next = 0

    async def look(self, app: App, store: JobStore, now: datetime) -> None:
        """Make the next few feeds due, as far as their interval is over and their servers want to be asked."""
        if all(one.name != EVERY_FEED_FAILS for one in app.standing.troubles()):
            return
        feeds = app.configuration.feeds_by_id
        ids = sorted(feeds)
        some = [ids[(self._next + number) % len(ids)] for number in range(min(_TRIED, len(ids)))]
        self._next += len(some)
        states = [await store.feed_state(name) for name in some]
        over = [one for one in states if not waits(one.polled_at, feeds[one.feed_id].interval, now)]
        if due := [one.feed_id for one in over if when_asked(feeds[one.feed_id], one, now=now) <= now]:
            await store.poll_anew(due, (), now)


class WeeklyPrecision:
    """Tells ops how the rules did in the last whole week, once for each week.

    The key of the notice makes it once; what is remembered here only spares the question to the database.
    """

    def __init__(self) -> None:
        self._told: datetime | None = None

    async def tell(self, store: JobStore, ops: Route | None, now: datetime) -> int:
        """Put the notice of the last whole week into the outbox, if it was not yet."""
        since, until = last_week(now)
        if ops is None or self._told == since:
            return 0
        count = await store.enqueue(weekly(await store.rule_weeks(since, until), since, ops, now=now))
        self._told = since
        return count
