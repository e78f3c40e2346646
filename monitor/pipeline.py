"""Poll one feed: the order of the stages on one screen.

    fetch -> parse -> entries not seen before -> items -> match -> [ identity -> link -> decide ] -> outbox

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
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from monitor.collect import absence, course, rhythm, schedule
from monitor.collect.links import site_url
from monitor.collect.pacing import Pacing, reported_by_many
from monitor.collect.unreachable import shown
from monitor.decide import feed_notices, notices
from monitor.decide.policy import Policy
from monitor.decide.together import Together
from monitor.errors import StoreError
from monitor.judge import Prepared, judge, lookup_of
from monitor.match.engine import Engine
from monitor.model import (
    Batch,
    Delivery,
    Entry,
    Failed,
    FailureClass,
    Feed,
    FeedState,
    Fetched,
    Judgement,
    NotModified,
    Observation,
    Parsed,
    PollStatus,
    SeenBefore,
    Story,
)
from monitor.polls import (
    FeedFetcher,
    FeedParser,
    Laps,
    PollReport,
    PollStore,
    failing,
    log_oddities,
    note_missed,
    report,
    working,
)

log = structlog.get_logger()

_NEVER_SEEN = SeenBefore(frozenset(), watched=False)

JUDGED_AT_ONCE = 25
"""How many entries of one poll are judged in one transaction: other writes wait meanwhile.

docs/decisions/0027 says what that means for decision 0001.
"""


class EntryMatcher(Protocol):
    """Makes items of entries, and matches them beside the event loop."""

    async def prepared(
        self,
        entries: Sequence[Entry],
        feed: Feed,
        engine: Engine,
        *,
        language: str,
        base_url: str,
        now: datetime,
        laps: Laps,
    ) -> list[Prepared]:
        """The items in the order in which they are judged. Never raises for what an entry holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls feeds with what it was given. `written` is called once there may be something new to post."""

    store: PollStore
    fetcher: FeedFetcher
    parser: FeedParser
    engine: Engine
    policy: Policy
    matching: EntryMatcher
    clock: Callable[[], datetime]
    rng: random.Random
    together: Together = field(default_factory=Together)
    written: Callable[[], object] = lambda: None
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
            before = await self.store.feed_state(feed.id)
            now = self.clock()
            after = schedule.after(feed, before, failed, now=now, rng=self.rng)
            return await self._failed(feed, before, after, failed, now)
        why = f"{failed.failure}: {failed.reason}"
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=why, written=False)

    async def _poll(self, feed: Feed) -> PollReport:
        laps = Laps()
        before = await self.store.feed_state(feed.id)
        laps.end("state")
        async with self.fetcher.opened(feed, schedule.as_asked(before, now=self.clock())) as fetched:
            laps.end("fetch")
            return await self._read(feed, before, fetched, laps)

    async def _read(
        self, feed: Feed, before: FeedState, fetched: Fetched | NotModified | Failed, laps: Laps
    ) -> PollReport:
        parsed, known = await self._parse(feed, fetched, laps)
        now = self.clock()
        outcome = parsed if isinstance(parsed, Failed) else fetched
        wishes = parsed.wishes if isinstance(parsed, Parsed) else None
        after = schedule.after(feed, before, outcome, now=now, rng=self.rng, wishes=wishes)
        if isinstance(parsed, Failed):
            return await self._failed(feed, before, after, parsed, now)
        told = await self._working(feed, before, after, now)
        if isinstance(parsed, NotModified):
            return await self._unchanged(feed, before, after, told, now)
        read = course.read(after.course, parsed.times, shown=len(parsed.entries), now=now)
        learnt = rhythm.seeded(after.rhythm, parsed.times, now=now)
        after = replace(after, doubt=parsed.doubt or None, left_out=parsed.left_out, course=read, rhythm=learnt)
        told += notices.feed_oddities(feed, before, after, self.policy.routes.ops, now=now)
        log_oddities(before, after)
        prepared, beside = await self._prepare(feed, parsed, known.seen, fetched, now, laps)
        after, still = self._still(feed, after, now, news=bool(prepared))
        told += still
        if prepared:
            batch = await self._judge(feed, parsed, (before, after), prepared, beside, told, now)
            laps.end("judge")
        else:
            after = await self._save(feed, before, after, told, now)
            batch = Batch(state=after, deliveries=told)
        if known.watched:
            await note_missed(self.store, feed.id, parsed.entries, now=now)
        # Articles that are new and match nothing change no card. A failure that is over may have been one of many,
        # whose notice is written apart.
        plain = all(one.identity.judgement is Judgement.NEW and not one.matches for one in batch.observations)
        silent = plain and not (before.failures or batch.deliveries)
        came = report(feed, len(parsed.entries), batch, laps, silent=silent)
        hub = parsed.hub if parsed.hub.url or not isinstance(fetched, Fetched) else fetched.hub
        return replace(came, left_out=parsed.left_out, busy=reported_by_many(batch.stories, now=now), hub=hub)

    async def _working(self, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[Delivery, ...]:
        """The notices about a feed that could be read: that it works again, and that it moved."""
        ops = self.policy.routes.ops
        recovery = notices.feed_recovery(feed, before, ops, now=now)
        told = await working(self.store, self.together, feed.id, recovery, ops, now=now)
        if before.failures:
            log.info("feed works again", action="feed_recovered", feed=feed.id, failed_polls=before.failures)
        return told + feed_notices.feed_moved(feed, before, after, shown(after.url or ""), ops, now=now)

    async def _unchanged(
        self, feed: Feed, before: FeedState, after: FeedState, told: tuple[Delivery, ...], now: datetime
    ) -> PollReport:
        """Write a poll that found the document of the poll before."""
        after, still = self._still(feed, after, now)
        await self._save(feed, before, after, told + still, now)
        silent = not (before.failures or told or still)
        return PollReport(id=feed.id, status=PollStatus.NOT_MODIFIED, silent=silent)

    async def _save(
        self, feed: Feed, before: FeedState, after: FeedState, told: tuple[Delivery, ...], now: datetime
    ) -> FeedState:
        """Write a poll that brought nothing new; the state that it wrote."""
        after = replace(after, course=course.judged(after.course, before, new=0, now=now))
        after = self._planned(feed, before, after, now)
        await self.store.save_feed(after, told, before=before)
        return after

    def _still(
        self, feed: Feed, after: FeedState, now: datetime, *, news: bool = False
    ) -> tuple[FeedState, tuple[Delivery, ...]]:
        """The state of a feed that answers and has nothing new, and the notices about that."""
        frozen, empty = not news and course.is_frozen(after, now), course.is_empty(after, now)
        ops = self.policy.routes.ops
        told, known = feed_notices.feed_still(feed, after, ops, frozen=frozen, empty=empty, now=now)
        if known != after.course.told:
            after = replace(after, course=replace(after.course, told=known))
        return after, told

    async def _judge(
        self,
        feed: Feed,
        parsed: Parsed,
        states: tuple[FeedState, FeedState],
        prepared: Sequence[Prepared],
        beside: Sequence[Entry],
        told: tuple[Delivery, ...],
        now: datetime,
        plan: Callable[[FeedState], FeedState] | None = None,
    ) -> Batch:
        """Judge what is new, oldest first, in as many transactions as it takes. `plan` says when the next poll is.

        Until the last of them the feed is as it was before the poll, so that a crash in between repeats the poll,
        which then goes on with what is left.
        """
        before, after = states
        batch, observations, stories = Batch(state=after), list[Observation](), list[Story]()
        deliveries: list[Delivery] = []
        entries = {entry.digest: entry for entry in parsed.entries}
        judged = list(beside)
        for start in range(0, len(prepared), JUDGED_AT_ONCE):
            part, last = prepared[start : start + JUDGED_AT_ONCE], start + JUDGED_AT_ONCE >= len(prepared)
            build = partial(
                judge,
                prepared=part,
                state=after if last else before,
                policy=self.policy,
                notices=told if last else (),
                beside=tuple(judged),
                judged=len(judged) - len(beside),
                last=last,
                new_before=sum(one.identity.judgement is Judgement.NEW for one in observations),
                plan=plan or (lambda state: self._planned(feed, before, state, now)),
                now=now,
            )
            batch = await self.store.judge(lookup_of(feed, part, now=now), build)
            observations += batch.observations
            stories += batch.stories
            deliveries += batch.deliveries
            judged += [entries[one.item.entry_digest] for one in part]
            if batch.deliveries or batch.cards or batch.changes:
                self.written()  # what is left of the poll takes a while, and no alert waits for it
        came = tuple(observations), tuple(stories), tuple(deliveries)
        return replace(batch, observations=came[0], stories=came[1], deliveries=came[2])

    def _planned(self, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> FeedState:
        """The state with the time of the next poll."""
        hurried = self.pacing.is_hurried(feed, now=now)
        pushing = feed.id in self.pacing.pushing
        shares = self.pacing.shares
        return schedule.planned(feed, before, after, shares, hurried=hurried, pushing=pushing, now=now, rng=self.rng)

    async def push(self, feed: Feed, pushed: Fetched) -> PollReport:
        """Judge what a hub pushed like the document of a poll; the feed's own polls go on as planned. Never raises.

        A hub may push only the newest entries. So nothing is concluded from entries that are missing, and the feed's
        state stays that of its last poll, apart from what new entries show.
        """
        try:
            return replace(await self._pushed(feed, pushed), pushed=True)
        except StoreError as error:
            log.error(
                "push not written; the hub sends it again", action="push_not_written", feed=feed.id, error=str(error)
            )
            return PollReport(id=feed.id, status=PollStatus.FAILED, error=str(error), written=False, pushed=True)
        except Exception as error:
            log.exception("push failed; the next poll brings its entries", action="push_failed", feed=feed.id)
            return PollReport(id=feed.id, status=PollStatus.FAILED, error=type(error).__name__, pushed=True)

    async def _pushed(self, feed: Feed, pushed: Fetched) -> PollReport:
        laps = Laps()
        before = await self.store.feed_state(feed.id)
        laps.end("state")
        parsed, known = await self._parse(feed, pushed, laps)
        if not isinstance(parsed, Parsed):
            reason = parsed.reason if isinstance(parsed, Failed) else ""
            return PollReport(id=feed.id, status=PollStatus.FAILED, error=reason)
        if before.baselined_at is None:  # what it shows at first is judged as a whole, by a poll
            return PollReport(id=feed.id, status=PollStatus.OK, entries=len(parsed.entries))
        now = self.clock()
        prepared, beside = await self._prepare(feed, parsed, known.seen, pushed, now, laps)
        if not prepared:
            return PollReport(id=feed.id, status=PollStatus.OK, entries=len(parsed.entries))
        # Where only new entries are sent, it says nothing that all of them are new.
        after = replace(before, course=replace(before.course, shown=0))
        plan = partial(_shown_as_before, before.course.shown)
        batch = await self._judge(feed, parsed, (before, after), prepared, beside, (), now, plan=plan)
        laps.end("judge")
        return replace(report(feed, len(parsed.entries), batch, laps), busy=reported_by_many(batch.stories, now=now))

    async def _parse(
        self, feed: Feed, fetched: Fetched | NotModified | Failed, laps: Laps
    ) -> tuple[Parsed | NotModified | Failed, SeenBefore]:
        """What a document says, and what the store knows of its entries.

        Those that the feed has not shown before have all their words: what was read before and yet is not in the store,
        as when an earlier poll was not written, is read once more with the whole document.
        """
        if not isinstance(fetched, Fetched):
            return fetched, _NEVER_SEEN
        language = feed.language or ""
        parsed = await self.parser.parse(fetched, language=language, whole=False)
        laps.end("parse")
        if isinstance(parsed, Failed):
            return parsed, _NEVER_SEEN
        known = await self._seen_before(feed, parsed)
        laps.end("known")
        if parsed.brief <= known.seen:
            return parsed, known
        parsed = await self.parser.parse(fetched, language=language)
        laps.end("parse")
        if isinstance(parsed, Failed):
            return parsed, _NEVER_SEEN
        return parsed, await self._seen_before(feed, parsed)

    async def _seen_before(self, feed: Feed, parsed: Parsed) -> SeenBefore:
        digests = {entry.digest for entry in parsed.entries}
        return await self.store.seen_before(feed.id, digests, since=self.clock() - absence.WATCHED)

    async def _prepare(
        self,
        feed: Feed,
        parsed: Parsed,
        seen: frozenset[str],
        fetched: Fetched | NotModified | Failed,
        now: datetime,
        laps: Laps,
    ) -> tuple[Sequence[Prepared], Sequence[Entry]]:
        """Clean and match the entries that this feed has not shown before; and those that it has."""
        fresh = {entry.digest: entry for entry in parsed.entries if entry.digest not in seen}
        beside = [entry for entry in parsed.entries if entry.digest in seen]
        if not fresh:
            return (), beside
        base_url = site_url(parsed.site, fetched.url if isinstance(fetched, Fetched) else feed.url)
        new = list(fresh.values())
        prepared = await self.matching.prepared(
            new, feed, self.engine, language=parsed.language, base_url=base_url, now=now, laps=laps
        )
        return prepared, beside

    async def _failed(
        self, feed: Feed, before: FeedState, after: FeedState, failed: Failed, now: datetime
    ) -> PollReport:
        self.together.hosts[feed.id] = urlsplit(feed.url).hostname or ""
        ops = self.policy.routes.ops
        trouble = notices.feed_trouble(feed, after, ops, now=now)
        told = await failing(self.store, self.together, after, trouble, ops, now=now)
        after = replace(after, failure_told=after.failure_told or bool(trouble))
        await self.store.save_feed(after, told, before=before)
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


def _shown_as_before(shown: int, state: FeedState) -> FeedState:
    """The state after a push: how many entries the feed shows is known from polls alone."""
    return replace(state, course=replace(state.course, shown=shown))


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
