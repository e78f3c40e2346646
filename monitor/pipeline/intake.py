"""What polls and pushes do with a document: read it, match what is new in it, and have that judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from monitor.collect import absence
from monitor.collect.links import site_url
from monitor.collect.signs import Beside
from monitor.decide.policy import Policy
from monitor.judge.batch import judge, lookup_of
from monitor.judge.prepared import Prepared
from monitor.match.engine import Engine
from monitor.model import (
    Batch,
    Delivery,
    Entry,
    Failed,
    Feed,
    FeedState,
    Fetched,
    Judgement,
    Observation,
    Parsed,
    SeenBefore,
    Story,
)
from monitor.pipeline.needs import EntryMatcher, FeedParser, PollStore
from monitor.pipeline.report import Laps

JUDGED_AT_ONCE = 25
"""How many entries of one document are judged in one transaction: other writes wait meanwhile.

docs/decisions/0027 says what that means for decision 0001.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Takes documents in with what it was given. `written` is called once there may be something new to post."""

    store: PollStore
    parser: FeedParser
    engine: Engine
    policy: Policy
    matching: EntryMatcher
    clock: Callable[[], datetime]
    written: Callable[[], object] = lambda: None

    async def read(self, feed: Feed, fetched: Fetched, laps: Laps) -> tuple[Parsed, SeenBefore] | Failed:
        """What a document says, and what the store knows of its entries.

        Those that the feed has not shown before have all their words: what was read before and yet is not in the store,
        as when an earlier poll was not written, is read once more with the whole document.
        """
        parsed = await self.parser.parse(fetched, language=feed.language or "", whole=False)
        laps.end("parse")
        if isinstance(parsed, Failed):
            return parsed
        known = await self._seen_before(feed, parsed)
        laps.end("known")
        if parsed.brief <= known.seen:
            return parsed, known
        parsed = await self.parser.parse(fetched, language=feed.language or "")
        laps.end("parse")
        if isinstance(parsed, Failed):
            return parsed
        return parsed, await self._seen_before(feed, parsed)

    async def _seen_before(self, feed: Feed, parsed: Parsed) -> SeenBefore:
        digests = {entry.digest for entry in parsed.entries}
        return await self.store.seen_before(feed.id, digests, since=self.clock() - absence.WATCHED)

    async def prepare(
        self, feed: Feed, fetched: Fetched, parsed: Parsed, seen: frozenset[str], laps: Laps, *, now: datetime
    ) -> tuple[Sequence[Prepared], Sequence[Entry]]:
        """Clean and match the entries that this feed has not shown before; and those that it has."""
        fresh = {entry.digest: entry for entry in parsed.entries if entry.digest not in seen}
        beside = [entry for entry in parsed.entries if entry.digest in seen]
        if not fresh:
            return (), beside
        base_url = site_url(parsed.site, fetched.url)
        new = list(fresh.values())
        prepared = await self.matching.prepared(
            new, feed, self.engine, language=parsed.language, base_url=base_url, now=now, laps=laps
        )
        return prepared, beside

    async def judge(
        self,
        feed: Feed,
        parsed: Parsed,
        prepared: Sequence[Prepared],
        beside: Sequence[Entry],
        *,
        before: FeedState,
        after: FeedState,
        plan: Callable[[FeedState], FeedState],
        notices: tuple[Delivery, ...] = (),
        now: datetime,
    ) -> Batch:
        """Judge what is new, oldest first, in as many transactions as it takes.

        `plan` makes of the feed's state `after` the document, with what judging adds to it, the one that is written.
        Until the last transaction the feed is as it was `before`, so that a crash in between repeats the poll, which
        then goes on with what is left.
        """
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
                notices=notices if last else (),
                beside=Beside(tuple(judged), judged=len(judged) - len(beside)),
                new_before=sum(one.identity.judgement is Judgement.NEW for one in observations),
                plan=plan if last else None,
                now=now,
            )
            batch = await self.store.judge(lookup_of(feed, part, now=now), build)
            observations += batch.observations
            stories += batch.stories
            deliveries += batch.deliveries
            judged += [entries[one.item.entry_digest] for one in part]
            if batch.deliveries or batch.cards or batch.changes:
                self.written()  # what is left of the document takes a while, and no alert waits for it
        return replace(batch, observations=tuple(observations), stories=tuple(stories), deliveries=tuple(deliveries))
