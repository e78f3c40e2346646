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
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import Prepared
from monitor.match.engine import Engine
from monitor.model import (
    Batch,
    Delivery,
    Failed,
    Feed,
    FeedState,
    Fetched,
    Judgement,
    Observation,
    Story,
)
from monitor.pipeline.needs import EntryMatcher, FeedDocument, FeedParser, PollStore
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

    async def read(self, feed: Feed, fetched: Fetched, laps: Laps) -> FeedDocument | Failed:
        """What a document says, and what the store knows of its entries.

        Those that the feed has not shown before have all their words: what was read before and yet is not in the store,
        as when an earlier poll was not written, is read once more with the whole document.
        """
        document = await self._read(feed, fetched, laps, whole=False)
        if isinstance(document, Failed) or document.parsed.brief <= document.known.seen:
            return document
        return await self._read(feed, fetched, laps, whole=True)

    async def _read(self, feed: Feed, fetched: Fetched, laps: Laps, *, whole: bool) -> FeedDocument | Failed:
        parsed = await self.parser.parse(fetched, language=feed.language or "", whole=whole)
        laps.end("parse")
        if isinstance(parsed, Failed):
            return parsed
        digests = {entry.digest for entry in parsed.entries}
        known = await self.store.seen_before(feed.id, digests, since=self.clock() - absence.WATCHED)
        laps.end("known")
        return FeedDocument(feed, parsed, known, site_url(parsed.site, fetched.url))

    async def prepare(self, document: FeedDocument, laps: Laps, *, now: datetime) -> Sequence[Prepared]:
        """Clean and match the entries that this feed has not shown before."""
        return await self.matching.prepared(document, self.engine, now=now, laps=laps) if document.fresh else ()

    async def judge(
        self,
        document: FeedDocument,
        prepared: Sequence[Prepared],
        poll: Poll,
        *,
        before: FeedState,
        now: datetime,
    ) -> Batch:
        """Judge what is new, oldest first, in as many transactions as it takes.

        Until the last transaction the feed is as it was `before` the poll, so that a crash in between repeats the poll,
        which then goes on with what is left.
        """
        batch, observations, stories = Batch(state=poll.state), list[Observation](), list[Story]()
        deliveries: list[Delivery] = []
        entries = {entry.digest: entry for entry in document.parsed.entries}
        beside = document.beside
        judged = list(beside)
        for start in range(0, len(prepared), JUDGED_AT_ONCE):
            part = DocumentPart(
                prepared[start : start + JUDGED_AT_ONCE],
                beside=Beside(tuple(judged), judged=len(judged) - len(beside)),
                new_before=sum(one.identity.judgement is Judgement.NEW for one in observations),
                last=start + JUDGED_AT_ONCE >= len(prepared),
            )
            build = partial(judge, part=part, poll=poll if part.last else Poll(before), policy=self.policy, now=now)
            batch = await self.store.judge(lookup_of(document.feed, part.prepared, now=now), build)
            observations += batch.observations
            stories += batch.stories
            deliveries += batch.deliveries
            judged += [entries[one.item.entry_digest] for one in part.prepared]
            if batch.deliveries or batch.cards or batch.changes:
                self.written()  # what is left of the document takes a while, and no alert waits for it
        return replace(batch, observations=tuple(observations), stories=tuple(stories), deliveries=tuple(deliveries))
