"""The polls of one process: which are under way, how many may be, and what follows from each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.app.app import App
from monitor.collect.schedule import when_asked
from monitor.errors import StoreError, StoreUnavailable
from monitor.health.signs import Part
from monitor.model import Feed, Fetched, PollStatus
from monitor.model.stores import FeedsStore
from monitor.pipeline.push import push
from monitor.pipeline.report import PollReport

log = structlog.get_logger()

LEASE = timedelta(seconds=45)
"""How long a feed belongs to the process that polls it. A crash delays its feeds by this time at most. Two polls of one
feed at once would cost a request and nothing else, because they are judged one after the other."""

LONGEST_POLL = 600.0
"""Seconds after which a poll is cut off; its feed is polled again when its lease is over."""

PROMPT = 3.0
"""Seconds for which a poll holds its slot. One that takes longer mostly waits, for a server or for its turn, so the
next one begins (docs/decisions/0027)."""

MOST_WAITING = 3
"""How many polls may be under way for each slot, those that wait included."""

_STOP_POLLS = 5.0
"""Seconds that polls under way have to end in when the process stops."""


class Polling:
    """Polls feeds beside each other. The database knows which are due.

    `polled` is called with the report of each poll, `something_to_post` once a poll may have put something into the
    outbox.
    """

    def __init__(
        self,
        app: App,
        store: FeedsStore,
        *,
        concurrency: int,
        clock: Callable[[], datetime],
        polled: Callable[[PollReport], None],
        something_to_post: Callable[[], Awaitable[None]],
    ) -> None:
        self._app = app
        self._store = store
        self._concurrency = concurrency
        self._clock = clock
        self._polled = polled
        self._something_to_post = something_to_post
        self._signs = app.signs
        self._polls: dict[str, asyncio.Task[Any]] = {}
        self._polling_since: dict[str, float] = {}

    @property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds that are polled, by id."""
        return self._app.configuration.feeds_by_id

    async def take_due(self, feed_ids: Collection[str], *, most: int) -> Sequence[str]:
        """Take at most so many of these feeds that are due, for this process to poll.

        Raises:
            StoreError: the database cannot be asked.
        """
        return await self._app.poller.intake.store.take_due(feed_ids, now=self._clock(), lease=LEASE, limit=most)

    def cut_off(self) -> None:
        """Cut off the polls that take too long: what they wait for will not come."""
        for feed_id, since in list(self._polling_since.items()):
            if self._signs.awake - since > LONGEST_POLL and feed_id in self._polls:
                log.error("a poll hangs; it is cut off, and the feed polled again", action="poll_cut_off", feed=feed_id)
                self._polls[feed_id].cancel()
                self._polling_since[feed_id] = self._signs.awake

    async def begin_due(self) -> None:
        """Start a poll for each due feed, as far as slots are free."""
        prompt = sum(self._signs.awake - since < PROMPT for since in self._polling_since.values())
        free = min(self._concurrency - prompt, MOST_WAITING * self._concurrency - len(self._polls))
        feeds = self.feeds
        idle = feeds.keys() - self._polls.keys()
        if free <= 0 or not idle:
            return
        try:
            due = await self.take_due(idle, most=free)
        except StoreUnavailable:
            return  # the store logs it, for all who ask it
        except StoreError as error:
            log.error("cannot pick due feeds", action="job_failed", job="poll_due_feeds", error=str(error))
            return
        for feed_id in due:
            self._polling_since[feed_id] = self._signs.awake
            self._polls[feed_id] = asyncio.create_task(self._poll(feeds[feed_id]), name=f"poll {feed_id}")

    async def _poll(self, feed: Feed) -> None:
        try:
            report = await self.poll_one(feed)
        finally:
            del self._polls[feed.id], self._polling_since[feed.id]
        if not report.silent:
            await self._something_to_post()

    async def poll_one(self, feed: Feed) -> PollReport:
        """Poll a feed and leave a sign of work; if the feed was edited meanwhile, it is polled again soon."""
        written = False
        self._signs.begin(Part.POLLS)
        try:
            report = await self._app.poller.poll(feed)
            written = report.written
            self._polled(report)
            await self._poll_anew(feed)
            if report.busy:
                await self._hurry(report.busy)
        finally:
            self._signs.end(Part.POLLS, done=written)
        if report.new or report.matched:
            log.info(
                "polled",
                action="feed_polled",
                feed=feed.id,
                entries=report.entries,
                new=report.new,
                matched=report.matched,
            )
        return report

    async def _poll_anew(self, polled: Feed) -> None:
        """Poll a feed soon that was edited during its poll: that poll wrote when the feed as it was is due."""
        feed = self.feeds.get(polled.id, polled)
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

    async def push(self, feed_id: str, pushed: Fetched) -> PollReport | None:
        """Judge what a hub pushed, after a poll of the feed that is under way; None when it is no longer polled."""
        while under_way := self._polls.get(feed_id):
            await asyncio.wait([under_way])
        feed = self.feeds.get(feed_id)
        if feed is None:
            return None
        task = asyncio.create_task(self._push(feed, pushed), name=f"push {feed_id}")
        self._polls[feed_id], self._polling_since[feed_id] = task, self._signs.awake
        report: PollReport = await asyncio.shield(task)
        return report

    async def _push(self, feed: Feed, pushed: Fetched) -> PollReport:
        try:
            report = await push(self._app.poller.intake, feed, pushed)
            self._polled(report)
            if report.busy:
                await self._hurry(report.busy)
        finally:
            del self._polls[feed.id], self._polling_since[feed.id]
        await self._something_to_post()
        if report.status is PollStatus.FAILED and report.written:
            # What cannot be read as it was pushed, or only says that there is something, is read at the feed's address.
            state = await self._store.feed_state(feed.id)
            await self._store.poll_by(feed.id, when_asked(feed, state, now=self._clock()))
        return report

    async def _hurry(self, families: Collection[str]) -> None:
        """Poll the feeds of these families sooner for a while: many report one event."""
        try:
            await self._app.sharing.hurry(families, self._app.configuration.feeds, self._clock())
        except StoreError as error:
            log.warning(
                "feeds with a story that many report are polled when they are due",
                action="poll_sooner_failed",
                error=str(error),
            )

    async def finish(self) -> None:
        """Let polls end what is under way; what is cut off is done again at the next start."""
        if self._polls:
            feeds = {task: feed_id for feed_id, task in self._polls.items()}
            _, late = await asyncio.wait(feeds, timeout=_STOP_POLLS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            with contextlib.suppress(StoreError, TimeoutError):
                # They are due at the next start; else they would be when their leases end.
                await asyncio.wait_for(self._store.poll_anew([feeds[task] for task in late], [], self._clock()), 1)
