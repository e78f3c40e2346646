"""What does a poll need, what is its result, and what is logged of it?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from monitor.collect import absence
from monitor.decide import together
from monitor.decide.together import Together
from monitor.errors import StoreError
from monitor.model import (
    BREAKS_OFF,
    Absent,
    Action,
    Batch,
    Context,
    Delivery,
    Entry,
    Failed,
    FailingFeed,
    FailureClass,
    Feed,
    FeedState,
    Fetched,
    GroupChange,
    GroupsNow,
    Hub,
    Judgement,
    Lookup,
    NotModified,
    Observation,
    Parsed,
    PollStatus,
    Reason,
    Route,
    SeenBefore,
)

log = structlog.get_logger()


class PollStore(Protocol):
    """What polling needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def take_due(
        self, feed_ids: Collection[str], *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[str]:
        """Take at most `limit` of these feeds that are due (never polled counts as due), longest waiting first.

        A taken feed is not due again before `now + lease`, so that two processes never poll one feed at a time.
        """

    async def feed_state(self, feed_id: str) -> FeedState:
        """What is known about the feed; an empty state for one never polled."""

    async def seen_before(self, feed_id: str, digests: Collection[str], *, since: datetime) -> SeenBefore:
        """Which of the entries this feed has shown before, however long ago, and whether it may lack any.

        It may when articles of its were alerted `since` then, or are known to be missing.
        """

    async def absent(
        self, feed_id: str, digests: Collection[str], *, since: datetime
    ) -> tuple[Sequence[Absent], frozenset[str]]:
        """Articles alerted since then that are not among these entries, and those already known to be missing."""

    async def published(self, feed_id: str, digests: Collection[str]) -> Mapping[str, datetime | None]:
        """When the article of each entry was published, by entry digest."""

    async def miss(self, feed_id: str, gone: Collection[str], back: Collection[str], now: datetime) -> None:
        """Note that a feed removed some articles, and that it shows others again."""

    async def fold(self, feed_id: str, build: Callable[[GroupsNow], GroupChange], now: datetime) -> GroupChange:
        """Write what `build` (pure) makes of a feed among those that fail together, with its notices."""

    async def is_healing(self, feed_id: str) -> bool:
        """Whether a feed belongs to a group of which another feed works again, and ops has no notice of that yet."""

    async def save_feed(
        self, state: FeedState, deliveries: Sequence[Delivery] = (), *, before: FeedState | None = None
    ) -> None:
        """Write a poll that brought nothing new, or failed, with the notices it causes.

        Of a feed that was polled `before`, and had this state then, only what differs is written.
        """

    async def judge(self, lookup: Lookup, build: Callable[[Context], Batch]) -> Batch:
        """Read the context, call `build` (pure), and write its batch, all in ONE transaction.

        No other judgement runs between the reading and the commit, in this or any other process.
        """


class FeedFetcher(Protocol):
    """Gets a feed's document."""

    def opened(self, feed: Feed, state: FeedState) -> AbstractAsyncContextManager[Fetched | NotModified | Failed]:
        """The document, which may be in memory until it is left. Never raises for what the outside world does."""


class FeedParser(Protocol):
    """Takes a document apart."""

    async def parse(self, fetched: Fetched, *, language: str = "", whole: bool = True) -> Parsed | Failed:
        """Never raises for what a document holds. `language` is what feeds.yaml says of the feed's.

        Unless the `whole` is asked for, entries that were read before may come without their texts (`Parsed.brief`).
        """


class TextReader(Protocol):
    """Makes vectors of texts."""

    @property
    def encoder(self) -> str:
        """The name of the encoder they come from."""

    async def vectors(self, texts: Collection[str]) -> Mapping[str, Sequence[float]]:
        """The vectors of those texts that could be read in time. Never raises."""


@dataclass(slots=True)
class Laps:
    """How long the parts of a poll took: waits included, in seconds, by name."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def end(self, part: str) -> None:
        """A part ends here; what comes now belongs to the next. Times of parts of one name are added."""
        now = time.perf_counter()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._since
        self._since = now

    def in_ms(self) -> dict[str, float]:
        """The parts in their order, in milliseconds."""
        return {part: round(1000 * seconds, 1) for part, seconds in self.seconds.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """The result of one poll of a feed, or of what was `pushed` for it. Entries seen before are not in it.

    `left_out` is how many entries the document has beyond those that are read. `busy` are the families of stories
    that it reports and many others do. `hub` is where its pushes come from, None where no document was read.
    `written` is whether the database has it.
    """

    id: str
    status: PollStatus
    entries: int = 0
    new: int = 0
    matched: int = 0
    alerts: int = 0
    left_out: int = 0
    busy: frozenset[str] = frozenset()
    hub: Hub | None = None
    pushed: bool = False
    error: str | None = None
    written: bool = True
    silent: bool = False
    observations: tuple[Observation, ...] = ()


async def failing(
    store: PollStore,
    beside: Together,
    after: FeedState,
    trouble: tuple[Delivery, ...],
    ops: Route | None,
    *,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The notices about `trouble` of a feed that fails, unless it fails together with those `beside` it."""
    if trouble and after.failing_since is not None:
        feed = FailingFeed(
            feed_id=after.feed_id,
            failure=after.failure or FailureClass.INTERNAL,
            failing_since=after.failing_since,
            failures=after.failures,
        )
        build = partial(together.failing, feed, trouble, hosts=beside.hosts, ops=ops, now=now)
        change = await store.fold(after.feed_id, lambda groups: build(groups=groups), now)
        return () if change.group else change.deliveries
    if after.failure_told and await store.is_healing(after.feed_id):
        await store.fold(after.feed_id, partial(together.still_failing, ops=ops, now=now), now)
    return trouble


async def working(
    store: PollStore, beside: Together, feed_id: str, own: tuple[Delivery, ...], ops: Route | None, *, now: datetime
) -> tuple[Delivery, ...]:
    """The notices that a feed works again, its `own` unless it failed together with those `beside` it."""
    if not own:
        return ()
    change = await store.fold(feed_id, lambda groups: together.working(feed_id, own, groups, ops, now=now), now)
    return () if change.group else beside.one_by_one(change.deliveries, ops, now=now)


async def note_missed(store: PollStore, feed_id: str, entries: Sequence[Entry], *, now: datetime) -> None:
    """Note which alerted articles the feed removed, and which of those it shows again. Trouble is logged."""
    digests = [entry.digest for entry in entries]
    try:
        absent, missed = await store.absent(feed_id, digests, since=now - absence.WATCHED)
        if not absent and not missed:
            return
        published = await store.published(feed_id, digests)
        gone = absence.taken_out([published.get(digest) for digest in digests], absent) - missed
        back = missed.difference(one.item_id for one in absent)
        if gone or back:
            await store.miss(feed_id, gone, back, now)
    except StoreError as error:
        log.error(
            "cannot check whether the feed removed articles",
            action="absences_not_checked",
            feed=feed_id,
            error=str(error),
        )


def log_oddities(before: FeedState, after: FeedState) -> None:
    """Log what is odd in how a feed is read when it begins, not at each poll."""
    if after.doubt == BREAKS_OFF != before.doubt:
        log.warning("a feed's document breaks off before its end", action="feed_breaks_off", feed=after.feed_id)
    elif after.doubt and after.doubt != before.doubt:
        log.warning(
            "a feed is not in the character set it says", action="feed_charset", feed=after.feed_id, reason=after.doubt
        )
    if after.left_out and not before.left_out:
        log.warning(
            "a feed has more entries than are read; the oldest are left out",
            action="feed_entries_left_out",
            feed=after.feed_id,
            left_out=after.left_out,
        )


def report(feed: Feed, entries: int, batch: Batch, laps: Laps, *, silent: bool = False) -> PollReport:
    """Count, and log what people will ask about. `laps` say what the time until here was taken by."""
    alerts = 0
    for observation in batch.observations:
        verdict = observation.verdict
        if verdict is None:
            continue
        alerts += verdict.action is Action.ALERT
        if verdict.reason is Reason.ERROR:
            log.error(
                "item failed",
                action="item_failed",
                feed=feed.id,
                item=observation.identity.item_id,
                error=verdict.detail,
            )
        elif observation.matches:
            log.info(
                "item matched",
                action="item_matched",
                feed=feed.id,
                item=observation.identity.item_id,
                rules=[match.rule for match in observation.matches],
                verdict=str(verdict.action),
                reason=str(verdict.reason),
                story=verdict.story_id,
                took_ms=laps.in_ms(),
            )
    return PollReport(
        id=feed.id,
        status=PollStatus.OK,
        entries=entries,
        new=sum(one.identity.judgement is Judgement.NEW for one in batch.observations),
        matched=sum(bool(one.matches) for one in batch.observations),
        alerts=alerts,
        silent=silent,
        observations=batch.observations,
    )
