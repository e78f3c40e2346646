"""The one transaction: all that a poll decides is read, decided and written at once, apart from what is related to it.

Two judgements wait for each other on PostgreSQL when they may know an item in common, or both bring reports for
stories; all others run side by side. See docs/decisions/0001 and docs/decisions/0044.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

from sqlalchemy import Connection

from monitor.errors import StoreError
from monitor.model import Batch, Card, Context, Delivery, FeedState, KnownItem, Lookup, Mute
from storage import cardedits, claims, deliveries, feeds, items, mutes, stories, storycards
from storage.database import Database, StorePart
from storage.gather import Gather
from storage.locks import STORY_LOCK, lock, lock_named
from storage.refusals import StoreRefused

_Build = Callable[[Context], Batch]
"""What judges: pure, by what the store knows."""

_Asked = tuple[Lookup, _Build]

_MOST = 128
"""How much is judged together, in new entries: an alert that is due waits that long at most.

Each is judged in the light of those before it (docs/decisions/0036).
"""


class BuildRaised(StoreRefused):
    """What was asked to be judged raised: that is no fault of the database's."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class JudgingPart(StorePart):
    """The one transaction: identity, story, verdict and deliveries of a poll, written together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._judged = Gather(self._judge_together, own_fault=StoreRefused, most=_MOST, weight=_weight)

    async def judge(self, lookup: Lookup, build: _Build) -> Batch:
        """Read the context, call `build` and write its batch, in one transaction; what `build` raises comes out.

        No judgement that could know of these items, or of the stories they belong to, runs meanwhile, in this or any
        other process. `build` runs on the writing thread.
        """
        if lookup.story_keys:
            # An alert may come of it (docs/decisions/0052).
            return await self._database.write(lambda c: _judge(c, lookup, build), urgent=True)
        try:
            return await self._judged((lookup, build))
        except BuildRaised as raised:
            raise raised.error from None

    async def _judge_together(self, asked: Sequence[_Asked]) -> Sequence[Batch]:
        """As `judge_in_turn`; when one of several cannot be judged, none is, and `Gather` asks for each alone."""
        try:
            return await self.judge_in_turn(asked)
        except StoreError:
            raise
        except Exception as error:
            raise BuildRaised(error) from error

    async def judge_in_turn(self, asked: Sequence[_Asked]) -> Sequence[Batch]:
        """As `judge` for one after another, each in the light of those before it, but in one transaction for all."""
        return await self._database.write(lambda c: _judge_in_turn(c, asked))


def _weight(asked: _Asked) -> int:
    """What a poll takes to judge, in new entries: what it takes by itself is about as much as two."""
    lookup, _ = asked
    return 2 + len(lookup.titles)


def keep_apart(connection: Connection, lookups: Sequence[Lookup]) -> None:
    """Wait until no transaction judges anything that these look-ups may know of, and let none begin to.

    An item is found by a guid of its feed, a headline or text of its family, or a link; so whoever may find or make
    the same one takes a lock of the same name. Whoever found one may write to it, and holds the lock of its family
    whatever it was found by. Reports change stories, and what is told of them: of those, one judgement runs at a time.
    Locks of names come before the one of stories, whoever takes both.
    """
    if connection.dialect.name == "postgresql":
        names = {name for lookup in lookups for name in _names(lookup)}
        keys = {key for lookup in lookups for key in items.keys_of(lookup)}
        while more := _families_besides(connection, names, keys):
            names |= more
    if any(lookup.story_keys for lookup in lookups):
        lock(connection, STORY_LOCK)


def _names(lookup: Lookup) -> set[str]:
    # Whatever a hostile link is, the same one has the same name.
    hosts = {link.partition("://")[2].partition("/")[0] for link in lookup.links}
    return {lookup.feed_id, lookup.family, *(f"//{host}" for host in hosts)}


def _families_besides(connection: Connection, names: set[str], keys: set[str]) -> set[str]:
    """Take the locks of these names; the further ones that are needed, and then none is held: they have an order."""
    taken = connection.begin_nested()
    lock_named(connection, names)
    more = items.families_there(connection, keys) - names
    if more:
        taken.rollback()
    else:
        taken.commit()
    return more


def _judge(connection: Connection, lookup: Lookup, build: _Build) -> Batch:
    keep_apart(connection, [lookup])
    known = items.known(connection, lookup)
    state = feeds.state_of(connection, lookup.feed_id)
    batch = build(_context(connection, lookup, known, state, stories.Loaded(connection), mutes.open_mutes(connection)))
    _write_judged(connection, [(lookup, batch)], {lookup.feed_id: state})
    _write_told(connection, lookup, batch)
    return batch


def _judge_in_turn(connection: Connection, asked: Sequence[_Asked]) -> list[Batch]:
    """As `_judge` one after another.

    An item that shares no key with any item, before or among these, is new whatever the store holds: nobody is asked
    for it, and such items are written together. Stories and what was told of them are written at once, for the next.
    """
    keep_apart(connection, [lookup for lookup, _ in asked])
    keys_of = [frozenset(items.keys_of(lookup)) for lookup, _ in asked]
    taken = items.keys_there(connection, frozenset[str]().union(*keys_of))
    ids = list(dict.fromkeys(lookup.feed_id for lookup, _ in asked))
    states = dict(zip(ids, feeds.states_of(connection, ids), strict=True))
    stored = dict(states)
    # Read when the first report asks for them: most polls bring none.
    loaded, muted = stories.Loaded(connection), cache(partial(mutes.open_mutes, connection))
    batches: list[Batch] = []
    waiting: list[items.Judged] = []
    notices: list[Delivery] = []
    for (lookup, build), keys in zip(asked, keys_of, strict=True):
        new = bool(keys) and taken.isdisjoint(keys)
        if not new:
            _write_judged(connection, waiting, stored)
            waiting = []
        known = () if new else items.known(connection, lookup)
        alone = new and not lookup.story_keys
        state = states[lookup.feed_id]
        batch = build(Context(state=state) if alone else _context(connection, lookup, known, state, loaded, muted()))
        waiting.append((lookup, batch))
        if not new:
            _write_judged(connection, waiting, stored)
            waiting = []
        told = batch
        if alone or not (lookup.story_keys or batch.cards or batch.changes or batch.muted):
            # Of the feed itself. All at once, in one order: several feeds, judged beside each other, may have the same.
            notices += batch.deliveries
            told = replace(batch, deliveries=())
        if not alone:
            loaded.keep(batch.stories, _write_told(connection, lookup, told))
        states[lookup.feed_id] = batch.state
        taken.update(key for one in batch.observations for key in items.keys_written(one))
        batches.append(batch)
    _write_judged(connection, waiting, stored)
    deliveries.enqueue(connection, notices)
    return batches


def _context(
    connection: Connection,
    lookup: Lookup,
    known: tuple[KnownItem, ...],
    state: FeedState,
    loaded: stories.Loaded,
    muted: tuple[Mute, ...],
) -> Context:
    related, story_of = stories.related(connection, lookup, known, loaded)
    return Context(
        state=state,
        known=known,
        stories=related,
        story_of=story_of,
        claims=claims.StoredClaims(connection),
        digests=deliveries.open_digests(connection) if lookup.story_keys else (),
        told_of_feed=items.told_of_feed(connection, lookup.feed_id, lookup.now) if lookup.story_keys else 0,
        cards_last_hour=deliveries.cards_last_hour(connection, lookup.now) if lookup.story_keys else {},
        mutes=muted,
    )


def _write_told(connection: Connection, lookup: Lookup, batch: Batch) -> Sequence[Card]:
    """Write what became of stories and what is told of them; the cards as they are now."""
    stories.write_members(connection, batch.observations, batch.stories)
    claims.write_claims(connection, batch.observations)
    deliveries.enqueue(connection, batch.deliveries, of_feed=lookup.feed_id)
    cards = storycards.write_all(connection, batch.cards, lookup.now)
    mutes.hold_back(connection, batch.muted)
    cardedits.apply(connection, batch.changes, lookup.now)
    return cards


def _write_judged(connection: Connection, judged: Sequence[items.Judged], stored: dict[str, FeedState]) -> None:
    """Write the states of feeds and what was observed. `stored` are the states as the database has them."""
    if judged:
        before = [(stored[lookup.feed_id], batch.state) for lookup, batch in judged]
        feeds.save_after(connection, [(None if old.polled_at is None else old, new) for old, new in before])
        stored.update((lookup.feed_id, batch.state) for lookup, batch in judged)
        items.write(connection, judged)
