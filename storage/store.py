"""The store: everything Wirewatch remembers, as one asynchronous object over one database.

Each method is one transaction on a thread of `Database`; what it does is a plain function of the aggregate's module.
`Store` has the shape of `monitor.pipeline.PollStore` and `monitor.deliver.outbox.OutboxStore`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from monitor.model import (
    Batch,
    ConfigFile,
    Context,
    Delivery,
    DeliveryState,
    FeedState,
    ItemHistory,
    ItemRevision,
    KnownItem,
    Lookup,
    RatedItem,
    Rating,
    Severity,
    StoryDetails,
    StoryEdit,
    StorySummary,
    UnansweredStory,
    VitalSigns,
)
from storage import (
    backup,
    cardedits,
    claims,
    configfiles,
    deliveries,
    feeds,
    health,
    history,
    items,
    mutes,
    ratings,
    retention,
    schema,
    stories,
    storyedits,
    storylist,
)
from storage.absencepart import AbsencePart
from storage.database import JUDGE_LOCK, Database, StoreRefused, lock
from storage.deskpart import DeskPart
from storage.gather import Gather
from storage.outboxpart import OutboxPart
from storage.retention import PruneReport
from storage.routespart import RoutesPart

_PRUNED_AT_A_TIME = 2_000
_READ_AT_A_TIME = 500


class Store(OutboxPart, DeskPart, AbsencePart, RoutesPart):
    """Feeds, items, stories and the outbox in SQLite or PostgreSQL.

    Every method may raise `StoreBusy` (somebody else kept the database locked) or `StoreError` (it refused); then
    nothing was written. A call that is cancelled may have been carried out all the same.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._states = Gather(self._read_states, own_fault=StoreRefused)
        self._saves = Gather(self._save_states, own_fault=StoreRefused)

    @classmethod
    def open(cls, url: str, *, busy_timeout: float = 30, throwaway: bool = False) -> Self:
        """A store over the database at an SQLAlchemy URL. Opens no connection yet.

        `busy_timeout` is how long a statement waits for another process's lock, in seconds. A `throwaway` SQLite file
        does not outlive a power cut, nor a process that dies while it writes, and never waits for the disk.
        """
        return cls(Database(url, busy_timeout=busy_timeout, throwaway=throwaway))

    async def upgrade(self) -> None:
        """Bring the schema to the newest migration; two processes may do so at once."""
        await self._database.off_loop(schema.upgrade)

    async def close(self) -> None:
        """Finish what was asked for and close every connection."""
        await self._database.close()

    # -- polling: monitor.pipeline.PollStore

    async def claim_due(
        self, feed_ids: Collection[str], *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[str]:
        """Take at most `limit` of these feeds that are due, never polled ones first, then longest waiting first."""
        found = await self._database.read(lambda c: feeds.due(c, feed_ids, now=now, limit=limit))
        if not found:
            return []
        return await self._database.write(lambda c: feeds.take(c, found, now=now, until=now + lease))

    async def feed_state(self, feed_id: str) -> FeedState:
        """What is known about the feed; an empty state for one never polled."""
        return await self._states(feed_id)

    async def feed_states(self) -> Sequence[FeedState]:
        """What is known about every feed ever polled, by id."""
        return await self._database.read(feeds.all_states)

    async def seen(self, feed_id: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the entry digests that this feed has shown before."""
        return await self._database.read(lambda c: feeds.seen(c, feed_id, digests))

    async def save_feed(self, state: FeedState, deliveries: Sequence[Delivery] = ()) -> None:
        """Write a poll that brought nothing new, or failed, with the notices it causes."""
        await self._saves((state, tuple(deliveries)))

    async def judge(self, lookup: Lookup, build: Callable[[Context], Batch]) -> Batch:
        """Read the context, call `build` and write its batch, in one transaction; what `build` raises comes out.

        No other judgement runs meanwhile, in this or any other process. `build` runs on the writing thread.
        """
        if lookup.story_keys:
            return await self._database.write(lambda c: _judge(c, lookup, build))
        return (await self.judge_in_turn([(lookup, build)]))[0]

    async def judge_in_turn(self, asked: Sequence[tuple[Lookup, Callable[[Context], Batch]]]) -> Sequence[Batch]:
        """As `judge` for one after another, each in the light of those before it, but in one transaction for all."""
        return await self._database.write(lambda c: _judge_in_turn(c, asked))

    # -- delivering: see `OutboxPart`

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Put notices into the outbox; those whose key is there are left alone. How many were new."""
        return await self._database.write(lambda c: _enqueue(c, deliveries))

    async def outbox_counts(self) -> dict[DeliveryState, int]:
        """How many deliveries there are in each state; every state is named."""
        return await self._database.read(deliveries.counts)

    async def unanswered(self, *, after: datetime, until: datetime, severity: Severity) -> Sequence[UnansweredStory]:
        """The cards of stories that began in this period, and of whose silence nothing was said yet."""
        read = partial(stories.unanswered, after=after, until=until, severity=severity)
        return await self._database.read(read)

    # -- configuration: monitor.config.reload.ConfigStore

    async def config_files(self) -> Sequence[ConfigFile]:
        """What is remembered of the files that people edit, by name."""
        return await self._database.read(configfiles.all_files)

    async def save_config_files(
        self, files: Sequence[ConfigFile], gone: Collection[str], deliveries: Sequence[Delivery]
    ) -> None:
        """Write what changed about some files, forget those that are gone, and put the notices into the outbox."""
        await self._database.write(lambda c: _save_config_files(c, files, gone, deliveries))

    async def poll_anew(self, feed_ids: Collection[str], moved: Collection[str], now: datetime) -> None:
        """Make changed feeds due; of those `moved` to another URL, forget what the old one said."""
        await self._database.write(lambda c: feeds.poll_anew(c, feed_ids, moved, now=now))

    # -- operating

    async def beat(self, service: str, now: datetime) -> None:
        """Write that a part of the service is alive."""
        await self._database.write(lambda c: health.beat(c, service, now))

    async def vital_signs(self, now: datetime, feed_ids: Collection[str] | None = None) -> VitalSigns:
        """The facts a health check judges by; `feed_ids` are the feeds that count, None for every one ever polled."""
        return await self._database.read(lambda c: health.vital_signs(c, now, feed_ids))

    async def item_id_of(self, url_or_id: str) -> str | None:
        """The item with this id, or the newest ever seen under this URL; None when there is none."""
        return await self._database.read(lambda c: history.item_id_of(c, url_or_id))

    async def history(self, item_id: str) -> ItemHistory | None:
        """Every stage an item went through; None when there is no such item."""
        return await self._database.read(lambda c: history.history(c, item_id))

    async def count_revisions(self, since: datetime, until: datetime) -> int:
        """How many revisions were seen in a period, its end left out."""
        return await self._database.read(lambda c: history.count_revisions(c, since, until))

    async def revisions(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[ItemRevision]]:
        """The revisions seen in a period, its end left out, in the order they were seen, some hundred at a time.

        Each part is read in a transaction of its own, so that a long reading keeps nothing from being cleaned up.
        """
        place: history.Place = (since, "", 0)
        while True:
            read = partial(history.revisions, after=place, until=until, limit=_READ_AT_A_TIME)
            part = await self._database.read(read)
            if part:
                yield part
            if len(part) < _READ_AT_A_TIME:
                return
            last = part[-1]
            place = (last.seen_at or since, last.item_id, last.revision)

    async def rate(self, rating: Rating) -> None:
        """Keep what a person says of an item; earlier ratings stay, and the newest counts."""
        await self._database.write(lambda c: ratings.write(c, rating))

    async def rated_items(self) -> Sequence[RatedItem]:
        """What people said of items, as labelled texts: one for each item and rule, the last word on it."""
        return await self._database.read(ratings.rated_items)

    async def stories(self, since: datetime) -> Sequence[StorySummary]:
        """The stories with a report since then, the one with the newest report first."""
        return await self._database.read(lambda c: storylist.summaries(c, since))

    async def story(self, story_id: str) -> StoryDetails | None:
        """All that is known of a story, or of the one it was merged into; None when there is none."""
        return await self._database.read(lambda c: storylist.details(c, story_id))

    async def merge_stories(
        self,
        story_id: str,
        into: str,
        *,
        by: str,
        reason: str,
        at: datetime,
        record_of: storyedits.RecordOf | None = None,
    ) -> StoryEdit:
        """Move all items of a story into another, for good. Raises `EditRefused` too (see `storyedits.merge`)."""
        merge = partial(storyedits.merge, by=by, reason=reason, at=at, record_of=record_of)
        return await self._database.write(lambda c: merge(c, story_id, into))

    async def split_story(
        self,
        story_id: str,
        item_ids: Sequence[str],
        *,
        by: str,
        reason: str,
        at: datetime,
        record_of: storyedits.RecordOf | None = None,
    ) -> StoryEdit:
        """Move some items of a story into a new one, for good. Raises `EditRefused` too (see `storyedits.split`)."""
        split = partial(storyedits.split, by=by, reason=reason, at=at, record_of=record_of)
        return await self._database.write(lambda c: split(c, story_id, item_ids))

    async def prune(self, before: datetime, *, now: datetime) -> PruneReport:
        """Drop words from before `before`, keep what keeps things from being alerted twice (see `retention.prune`).

        Many small transactions, so that nobody waits long.
        """
        report = PruneReport()
        while True:
            step = await self._database.write(lambda c: retention.prune(c, before, now=now, limit=_PRUNED_AT_A_TIME))
            report += step
            if not step.total:
                return report

    async def backup(self, path: Path) -> None:
        """Copy a SQLite database, as it is now, to the new file `path`; nobody waits for it.

        Raises:
            StoreError: `path` exists or cannot be written, or the database is PostgreSQL (use pg_dump).
        """
        await asyncio.to_thread(backup.backup, self._database.url, path)

    # -- gathered calls

    async def _read_states(self, feed_ids: Sequence[str]) -> Sequence[FeedState]:
        return await self._database.read(lambda c: feeds.states_of(c, feed_ids))

    async def _save_states(self, polls: Sequence[tuple[FeedState, tuple[Delivery, ...]]]) -> Sequence[None]:
        await self._database.write(lambda c: _save_polls(c, polls))
        return [None] * len(polls)


def _judge(connection: Connection, lookup: Lookup, build: Callable[[Context], Batch]) -> Batch:
    lock(connection, JUDGE_LOCK)
    known = items.known(connection, lookup)
    batch = build(_context(connection, lookup, known, feeds.state_of(connection, lookup.feed_id)))
    _write_judged(connection, [(lookup, batch)])
    _write_told(connection, lookup, batch)
    return batch


def _judge_in_turn(connection: Connection, asked: Sequence[tuple[Lookup, Callable[[Context], Batch]]]) -> list[Batch]:
    """As `_judge` one after another.

    An item that shares no key with any item, before or among these, is new whatever the store holds: nobody is asked
    for it, and such items are written together. Stories and what was told of them are written at once, for the next.
    """
    lock(connection, JUDGE_LOCK)
    keys_of = [frozenset(items.keys_of(lookup)) for lookup, _ in asked]
    taken = items.keys_there(connection, frozenset[str]().union(*keys_of))
    ids = list(dict.fromkeys(lookup.feed_id for lookup, _ in asked))
    states = dict(zip(ids, feeds.states_of(connection, ids), strict=True))
    batches: list[Batch] = []
    waiting: list[items.Judged] = []
    for (lookup, build), keys in zip(asked, keys_of, strict=True):
        new = bool(keys) and taken.isdisjoint(keys)
        if not new:
            _write_judged(connection, waiting)
            waiting = []
        known = () if new else items.known(connection, lookup)
        alone = new and not lookup.story_keys
        state = states[lookup.feed_id]
        batch = build(Context(state=state) if alone else _context(connection, lookup, known, state))
        waiting.append((lookup, batch))
        if not new:
            _write_judged(connection, waiting)
            waiting = []
        if not alone:
            _write_told(connection, lookup, batch)
        states[lookup.feed_id] = batch.state
        taken.update(key for one in batch.observations for key in items.keys_written(one))
        batches.append(batch)
    _write_judged(connection, waiting)
    return batches


def _context(connection: Connection, lookup: Lookup, known: tuple[KnownItem, ...], state: FeedState) -> Context:
    related, story_of = stories.related(connection, lookup, known)
    return Context(
        state=state,
        known=known,
        stories=related,
        story_of=story_of,
        claims=claims.StoredClaims(connection),
        digests=deliveries.open_digests(connection),
        cards_last_hour=deliveries.cards_last_hour(connection, lookup.now),
        mutes=mutes.open_mutes(connection),
    )


def _write_told(connection: Connection, lookup: Lookup, batch: Batch) -> None:
    stories.write_members(connection, batch.observations, batch.stories)
    claims.write_claims(connection, batch.observations)
    deliveries.enqueue(connection, batch.deliveries)
    stories.write_cards(connection, batch.cards, lookup.now)
    mutes.hold_back(connection, batch.muted)
    cardedits.apply(connection, batch.changes, lookup.now)


def _write_judged(connection: Connection, judged: Sequence[items.Judged]) -> None:
    if judged:
        feeds.save(connection, [batch.state for _, batch in judged])
        items.write(connection, judged)


def _save_polls(connection: Connection, polls: Sequence[tuple[FeedState, tuple[Delivery, ...]]]) -> None:
    feeds.save(connection, [state for state, _ in polls])
    deliveries.enqueue(connection, [delivery for _, told in polls for delivery in told])


def _enqueue(connection: Connection, told: Sequence[Delivery]) -> int:
    if any(one.parent_id for one in told):
        # A card that is folded meanwhile is nobody's parent any more.
        lock(connection, JUDGE_LOCK)
    return deliveries.enqueue(connection, told)


def _save_config_files(
    connection: Connection, files: Sequence[ConfigFile], gone: Collection[str], told: Sequence[Delivery]
) -> None:
    configfiles.save(connection, files, gone)
    deliveries.enqueue(connection, told)
