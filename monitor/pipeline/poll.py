"""Poll one feed: the order of the stages on one screen.

    fetch -> parse -> entries not seen before -> items -> match -> read -> [ identity -> link -> decide ] -> outbox

The stages in brackets depend on what is stored, so they run inside the one transaction that writes their results.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import structlog

from monitor.collect import course, rhythm, schedule
from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.fetching.unreachable import led_to, shown
from monitor.collect.pacing import Pacing, reported_by_many
from monitor.decide.notices import feeds as feed_notices
from monitor.decide.notices import notice as notices
from monitor.decide.together import Together
from monitor.errors import StoreError
from monitor.judge.batch import Poll
from monitor.model import (
    Batch,
    Delivery,
    Failed,
    FailureClass,
    Feed,
    FeedState,
    Fetched,
    Judgement,
    Parsed,
    PollStatus,
)
from monitor.pipeline.apart import note_failing, note_missed, note_working
from monitor.pipeline.intake import Intake
from monitor.pipeline.report import Laps, PollReport, log_oddities, report

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls feeds with what it was given."""

    intake: Intake
    fetcher: Fetcher
    rng: random.Random
    together: Together = field(default_factory=Together)
    pacing: Pacing = field(default_factory=Pacing)

    async def poll(self, feed: Feed) -> PollReport:
        """Poll a feed and write the results. Never raises: whatever goes wrong concerns this feed alone.

        When nothing could be written, the feed is polled again as if there had been no poll.
        """
        try:
            return await self._poll(feed)
        except StoreError as error:
            log.error(
                "poll not written; the feed is polled again", action="poll_not_written", feed=feed.id, error=str(error)
            )
            failure = f"{FailureClass.INTERNAL}: {error}"
            return PollReport(id=feed.id, status=PollStatus.FAILED, error=failure, written=False)
        except Exception as error:
            log.exception("poll failed", action="poll_failed", feed=feed.id)
            return await self._back_off(feed, error)

    async def _back_off(self, feed: Feed, error: Exception) -> PollReport:
        """Let a feed whose poll raised wait like every feed that failed."""
        failed = Failed(failure=FailureClass.INTERNAL, reason=f"{type(error).__name__}: {error}"[:300])
        with contextlib.suppress(StoreError):  # the next poll, when the lease ends, will say so
            before = await self.intake.store.feed_state(feed.id)
            now = self.intake.clock()
            after = schedule.after(feed, before, failed, now=now, rng=self.rng)
            return await self._failed(feed, before, after, failed, now)
        why = f"{failed.failure}: {failed.reason}"
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=why, written=False)

    async def _poll(self, feed: Feed) -> PollReport:
        laps = Laps()
        before = await self.intake.store.feed_state(feed.id)
        laps.end("state")
        async with self.fetcher.opened(feed, schedule.as_asked(before, now=self.intake.clock())) as fetched:
            laps.end("fetch")
            if isinstance(fetched, Fetched):
                return await self._read(feed, before, fetched, laps)
            now = self.intake.clock()
            after = schedule.after(feed, before, fetched, now=now, rng=self.rng)
            if isinstance(fetched, Failed):
                return await self._failed(feed, before, after, fetched, now)
            return await self._unchanged(feed, before, after, now)

    async def _read(self, feed: Feed, before: FeedState, fetched: Fetched, laps: Laps) -> PollReport:
        document = await self.intake.read(feed, fetched, laps)
        now = self.intake.clock()
        if isinstance(document, Failed):
            failed = led_to(document, fetched.url, feed)
            after = schedule.after(feed, before, failed, now=now, rng=self.rng)
            return await self._failed(feed, before, after, failed, now)
        parsed = document.parsed
        after = schedule.after(feed, before, fetched, now=now, rng=self.rng, wishes=parsed.wishes)
        deliveries = await self._working(feed, before, after, now)
        after = _with_document(after, parsed, now)
        deliveries += notices.feed_oddities(feed, before, after, self.intake.policy.routes.ops, now=now)
        log_oddities(before, after)
        prepared = await self.intake.prepare(document, laps, now=now)
        if not prepared:
            after = replace(after, course=course.redated(after.course, before.course))
        after, still = self._still(feed, after, now, news=bool(prepared))
        deliveries += still
        if prepared:
            plan = partial(self._planned, feed, before, now=now)
            poll = Poll(after, plan, deliveries)
            batch = await self.intake.judge(document, prepared, poll, before=before, now=now)
            laps.end("judge")
        else:
            after = await self._save(feed, before, after, deliveries, now)
            batch = Batch(state=after, deliveries=deliveries)
        if document.known.watched:
            await note_missed(self.intake.store, feed.id, parsed.entries, now=now)
        # Articles that are new and match nothing change no card. A failure that is over may have been one of many,
        # whose notice is written apart.
        plain = all(one.identity.judgement is Judgement.NEW and not one.matches for one in batch.observations)
        silent = plain and not (before.failures or batch.deliveries)
        came = report(feed, len(parsed.entries), batch, laps, silent=silent)
        hub = parsed.hub if parsed.hub.url else fetched.hub
        return replace(came, left_out=parsed.left_out, busy=reported_by_many(batch.stories, now=now), hub=hub)

    async def _working(self, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[Delivery, ...]:
        """The notices about a feed that could be read: that it works again, and that it moved."""
        ops = self.intake.policy.routes.ops
        recovery = notices.feed_recovery(feed, before, ops, now=now)
        works = await note_working(self.intake.store, self.together, feed.id, recovery, ops, now=now)
        if before.failures:
            log.info("feed works again", action="feed_recovered", feed=feed.id, failed_polls=before.failures)
        if after.url in (None, before.url):
            return works
        return works + feed_notices.feed_moved(feed, shown(before.url or ""), shown(after.url or ""), ops, now=now)

    async def _unchanged(self, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> PollReport:
        """Write a poll that found the document of the poll before."""
        works = await self._working(feed, before, after, now)
        after, still = self._still(feed, after, now)
        await self._save(feed, before, after, works + still, now)
        silent = not (before.failures or works or still)
        return PollReport(id=feed.id, status=PollStatus.NOT_MODIFIED, silent=silent)

    async def _save(
        self, feed: Feed, before: FeedState, after: FeedState, deliveries: tuple[Delivery, ...], now: datetime
    ) -> FeedState:
        """Write a poll that brought nothing new; the state that it wrote."""
        went = course.judged(after.course, before, new=0, now=now)
        after = self._planned(feed, before, after if went is after.course else replace(after, course=went), now=now)
        await self.intake.store.save_feed(after, deliveries, before=before)
        return after

    def _still(
        self, feed: Feed, after: FeedState, now: datetime, *, news: bool = False
    ) -> tuple[FeedState, tuple[Delivery, ...]]:
        """The state of a feed that answers and has nothing new, and the notices about that."""
        frozen, empty = not news and course.is_frozen(after, now), course.is_empty(after, now)
        ops = self.intake.policy.routes.ops
        still, known = feed_notices.feed_still(feed, after, ops, frozen=frozen, empty=empty, now=now)
        if known != after.course.told:
            after = replace(after, course=replace(after.course, told=known))
        return after, still

    def _planned(self, feed: Feed, before: FeedState, after: FeedState, *, now: datetime) -> FeedState:
        """The state with the time of the next poll."""
        hurried = self.pacing.is_hurried(feed, now=now)
        pushing = feed.id in self.pacing.pushing
        shares = self.pacing.shares
        return schedule.planned(feed, before, after, shares, hurried=hurried, pushing=pushing, now=now, rng=self.rng)

    async def _failed(
        self, feed: Feed, before: FeedState, after: FeedState, failed: Failed, now: datetime
    ) -> PollReport:
        self.together.hosts[feed.id] = urlsplit(feed.url).hostname or ""
        ops = self.intake.policy.routes.ops
        trouble = notices.feed_trouble(feed, after, ops, now=now)
        deliveries = await note_failing(self.intake.store, self.together, after, trouble, ops, now=now)
        after = replace(after, failure_told=after.failure_told or bool(trouble))
        await self.intake.store.save_feed(after, deliveries, before=before)
        changed = (before.failure, before.reason) != (failed.failure, failed.reason)
        (log.warning if changed else log.debug)(
            "feed failed",
            action="feed_failed",
            feed=feed.id,
            failure=str(failed.failure),
            reason=failed.reason,
            failures=after.failures,
            next_poll=after.next_poll_at and after.next_poll_at.isoformat(timespec="seconds"),
        )
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=f"{failed.failure}: {failed.reason}")


def _with_document(state: FeedState, parsed: Parsed, now: datetime) -> FeedState:
    """A feed's state with what its document says of how it goes on."""
    return replace(
        state,
        doubt=parsed.doubt or None,
        left_out=parsed.left_out,
        course=course.read(state.course, parsed.times, shown=len(parsed.entries), now=now),
        rhythm=rhythm.seeded(state.rhythm, parsed.times, now=now),
    )


async def poll_all(
    poller: Poller, feeds: Sequence[Feed], *, concurrency: int, on_polled: Callable[[], object] = lambda: None
) -> list[PollReport]:
    """Poll feeds side by side, calling `on_polled` after each; the reports in the order of the feeds."""
    slots = asyncio.Semaphore(concurrency)

    async def one(feed: Feed) -> PollReport:
        async with slots:
            polled = await poller.poll(feed)
        on_polled()
        return polled

    return await asyncio.gather(*(one(feed) for feed in feeds))
