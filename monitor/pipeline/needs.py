"""What do a poll and a push need of the database, the network and the threads beside the event loop?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.judge.prepared import Prepared
from monitor.match.engine import Engine
from monitor.model import (
    Absent,
    Batch,
    Context,
    Delivery,
    Entry,
    Failed,
    Feed,
    FeedState,
    Fetched,
    GroupChange,
    GroupsNow,
    Lookup,
    Parsed,
    SeenBefore,
)
from monitor.model.stores import FeedsStore
from monitor.pipeline.report import Laps


class PollStore(FeedsStore, Protocol):
    """What polling needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def take_due(
        self, feed_ids: Collection[str], *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[str]:
        """Take at most `limit` of these feeds that are due (never polled counts as due), longest waiting first.

        A taken feed is not due again before `now + lease`, so that two processes never poll one feed at a time.
        """

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


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What a feed's document says, what the store knows of its entries, and where web addresses in it start from."""

    feed: Feed
    parsed: Parsed
    known: SeenBefore
    base_url: str

    @property
    def fresh(self) -> list[Entry]:
        """The entries that this feed has not shown before, each once."""
        return list({one.digest: one for one in self.parsed.entries if one.digest not in self.known.seen}.values())

    @property
    def beside(self) -> list[Entry]:
        """The entries that it has."""
        return [one for one in self.parsed.entries if one.digest in self.known.seen]


class FeedParser(Protocol):
    """Takes a document apart."""

    async def parse(self, fetched: Fetched, *, language: str = "", whole: bool = True) -> Parsed | Failed:
        """Never raises for what a document holds. `language` is what feeds.yaml says of the feed's.

        Unless the `whole` is asked for, entries that were read before may come without their texts (`Parsed.brief`).
        """


class EntryMatcher(Protocol):
    """Makes items of the entries that are new in a document, and matches them beside the event loop."""

    async def prepared(self, document: FeedDocument, engine: Engine, *, now: datetime, laps: Laps) -> list[Prepared]:
        """The items in the order in which they are judged. Never raises for what an entry holds."""
