"""A feed server, a poller and a SQLite store on a clock of their own: what a feed shows, and what is made of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

from monitor.app.matching import Matching
from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.parsing.document import Read, read_document
from monitor.collect.parsing.recall import Recall, read_new
from monitor.decide.policy import Policy
from monitor.match.engine import compile_rules
from monitor.match.rule import Rule, Way
from monitor.model import Action, DeliveryState, Failed, Feed, Fetched, ItemRevision, Observation, Parsed, Route, Routes
from monitor.pipeline.intake import Intake
from monitor.pipeline.poll import Poller
from storage.store import Store
from tests.support.fakes.feed_server import FeedEntry, FeedServer, rss
from tests.support.stored import outbox_counts

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
EVERYTHING = Rule(
    id="all", title="All", path=Path("all.yaml"), words={}, ways=(Way(name="all", everything=True),), hash="0a1b2c"
)


class _Parser:
    """Takes documents apart in this process: starting another takes longer than all of these documents."""

    def __init__(self) -> None:
        self._recall = Recall()

    async def parse(self, fetched: Fetched, *, language: str = "", whole: bool = True) -> Parsed | Failed:
        async def read(some: Fetched) -> Read | Failed:
            body = some.body if isinstance(some.body, bytes) else some.body.read_bytes()
            return read_document(body, content_type=some.content_type, language=language)

        return await read_new(self._recall, fetched, read, language=language, whole=whole, now=0.0)


@dataclass
class Newsroom:
    """Polls what it is told that a feed shows; unless other rules are given every article has to be told, once."""

    poller: Poller
    server: FeedServer
    store: Store
    now: datetime = START
    observations: list[Observation] = field(default_factory=list)
    _documents: count[int] = field(default_factory=count)

    async def show(
        self, *entries: FeedEntry, feed: str = "wire", after: timedelta = timedelta(minutes=5), family: str = "wire"
    ) -> None:
        """Let a feed answer with these entries, and poll it so long after the last poll."""
        self.now += after
        # Something of its own in each document: one whose bytes are known would not be read.
        self.server.serve(f"/{feed}.xml", f"{rss(*entries)}<!-- document {next(self._documents)} -->")
        source = Feed(id=feed, name=feed, url=self.server.url(f"/{feed}.xml"), family=family)
        report = await self.poller.poll(source)
        assert (report.status, report.entries) == ("ok", len(entries)), report.error
        self.observations += report.observations

    @property
    def alerts(self) -> list[str]:
        """The headlines that were told as a story's first report, alone or in a digest."""
        told = [one for one in self.observations if one.verdict is not None and one.verdict.action is Action.ALERT]
        return [one.item.title for one in told]

    async def revisions(self) -> list[ItemRevision]:
        """All that is stored, in the order it was seen."""
        return [one async for part in self.store.revisions(START, self.now + timedelta(days=1)) for one in part]

    async def messages(self) -> int:
        """How many messages wait to be sent."""
        return (await outbox_counts(self.store))[DeliveryState.PENDING]


@asynccontextmanager
async def newsroom(
    database_url: str, *, rules: Sequence[Rule] = (EVERYTHING,), catch_up: timedelta | None = None
) -> AsyncIterator[Newsroom]:
    """A newsroom over a migrated database, with one route."""
    store = Store.open(database_url)
    policy = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=catch_up)
    with ThreadPoolExecutor(max_workers=1) as cpu:
        async with (
            FeedServer() as server,
            Fetcher(
                allow_private=True, timeout=timedelta(seconds=10), max_bytes=50_000_000, contact="", version="0"
            ) as fetcher,
        ):
            made: Newsroom
            intake = Intake(
                store=store,
                parser=_Parser(),
                engine=compile_rules(rules),
                policy=policy,
                matching=Matching(cpu),
                clock=lambda: made.now,
            )
            made = Newsroom(Poller(intake=intake, fetcher=fetcher, rng=random.Random(0)), server, store)
            yield made
    await store.close()


def headline(number: int, edit: int = 0) -> str:
    """The headline of a story, in words no other has; each edit changes one of the six."""
    words = _words(f"headline {number}", 6)
    for step in range(1, edit + 1):
        words[step % len(words)] = _words(f"headline {number} edit {step}", 1)[0]
    return " ".join(words).capitalize()


def text(number: int, edit: int = 0) -> str:
    """What a story says, in words no other has; each edit adds a sentence at its beginning."""
    sentences = [_words(f"text {number} edit {step}", 12) for step in range(edit, -1, -1)]
    return " ".join(f"{' '.join(words).capitalize()}." for words in sentences)


def _words(seed: str, how_many: int) -> list[str]:
    """Made-up words of six to nine letters; no two seeds share one, in practice."""
    source = random.Random(seed)
    syllables = [[source.choice("bdfgklmnprstvz") + source.choice("aeiou") for _ in range(6)] for _ in range(how_many)]
    return ["".join(word[: source.randint(3, 4)]) + source.choice("lnrst") for word in syllables]


def dated(moment: datetime) -> str:
    """A date as feeds write it."""
    return format_datetime(moment)
