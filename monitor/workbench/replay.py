"""Recorded items through the whole chain: identity, match, link and decide, on a virtual clock, without network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BufferedReader
from typing import Any, Protocol
from urllib.parse import urlsplit

from monitor.collect.items import item_of
from monitor.decide.policy import Policy
from monitor.errors import InputError
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import Prepared, match_item
from monitor.match.engine import Engine
from monitor.match.rule import Rule
from monitor.model import Batch, Context, Entry, Feed, FeedState, Item, Lookup, Observation, Route, Routes
from monitor.workbench.inputs import InputItem, match_as_dict, read_item, time_of

_START = datetime(2000, 1, 1, tzinfo=UTC)
# When records are seen that name no time, before any that does: stories of the week before can be asked for.
_BEGINNING = datetime(2, 1, 1, tzinfo=UTC)
_ROUTE = "replay"
# Bytes read together. The first are few, so that judging does not wait long for the first items.
_FIRST_BLOCK, _BLOCK = 1 << 14, 1 << 17


class ReplayStore(Protocol):
    """The throw-away store of a replay."""

    async def judge_in_turn(self, asked: Sequence[tuple[Lookup, Callable[[Context], Batch]]]) -> Sequence[Batch]:
        """Judge one after another, each in the light of those before it, all in one transaction."""


def items_together(stream: BufferedReader) -> Iterator[list[InputItem]]:
    """The records of a JSON lines stream, as many together as can be read at once; empty lines are skipped.

    Whoever writes a line and waits for its result gets it: nothing waits for lines that are not there yet.

    Raises:
        InputError: at the first line that is no record, after all before it were given.
    """
    number = 0
    for lines in _lines_together(stream):
        records: list[InputItem] = []
        for line in lines:
            number += 1
            try:
                if line.strip():
                    records.append(read_item(number, line))
            except InputError:
                yield records
                raise
        yield records


def _lines_together(stream: BufferedReader) -> Iterator[list[bytes]]:
    begun: list[bytes] = []
    size = _FIRST_BLOCK
    while block := stream.read1(size):
        size = min(2 * size, _BLOCK)
        first, *others = block.split(b"\n")
        begun.append(first)
        if others:
            yield [b"".join(begun), *others[:-1]]
            begun = [others[-1]]
    yield [b"".join(begun)]


@dataclass(frozen=True, slots=True)
class Timed:
    """A record and its virtual time."""

    record: InputItem
    now: datetime


def prepare_timed(timed: Sequence[Timed], engine: Engine) -> list[Prepared]:
    """The items of records, cleaned and matched: all that needs to know nothing of the records before."""
    return [match_item(_item_of(one.record, _feed_of(one.record), one.now), engine) for one in timed]


class Replay:
    """Takes records, in time order, through the chain; what one led to counts for all after it."""

    def __init__(self, rules: Sequence[Rule], store: ReplayStore) -> None:
        self._store = store
        self._policy = _policy(rules)
        self._now = _BEGINNING

    def timed(self, records: Iterable[InputItem]) -> list[Timed]:
        """The next records with their virtual times: when each was seen, else published; time never runs backwards."""
        found = []
        for record in records:
            self._now = max(self._now, time_of(record) or self._now)
            found.append(Timed(record, self._now))
        return found

    async def take(self, timed: Sequence[Timed], prepared: Sequence[Prepared]) -> list[dict[str, Any]]:
        """What became of each of the records, in order, as the JSON of the `replay` command."""
        given = list(zip(timed, prepared, strict=True))
        batches = await self._store.judge_in_turn([self._asked(one, item) for one, item in given])
        return [
            _as_dict(one.record, item, batch.observations[0]) for (one, item), batch in zip(given, batches, strict=True)
        ]

    def _asked(self, one: Timed, prepared: Prepared) -> tuple[Lookup, Callable[[Context], Batch]]:
        feed = _feed_of(one.record)
        state = FeedState(feed_id=feed.id, baselined_at=_START)
        build = partial(judge, part=DocumentPart([prepared]), poll=Poll(state), policy=self._policy, now=one.now)
        return lookup_of(feed, [prepared], now=one.now), build


def _policy(rules: Iterable[Rule]) -> Policy:
    """A route for each name the rules send to and one for rules that name none: all hear all, always."""
    names = dict.fromkeys((*(name for rule in rules for name in rule.send_to), _ROUTE))
    return Policy(routes=Routes(tuple(Route(name=name, channel="replay") for name in names)), catch_up=None)


def _feed_of(record: InputItem) -> Feed:
    """The feed a record came from: its address or name stands for both the feed and, by its host, the family."""
    name = record.feed or record.source or "replay"
    return Feed(id=name, name=record.source or name, url=name, family=urlsplit(name).hostname or name)


def _item_of(record: InputItem, feed: Feed, now: datetime) -> Item:
    entry = Entry(
        digest=record.id,
        guid=record.guid,
        link=record.link,
        title=record.title,
        summary=record.summary,
        body=record.body,
        published=record.published,
        language=record.language,
    )
    return item_of(entry, feed, feed_language=record.language, base_url=record.link, seen_at=now)


def _as_dict(record: InputItem, prepared: Prepared, observation: Observation) -> dict[str, Any]:
    verdict, link = observation.verdict, observation.link
    return {
        "id": record.id,
        "rules": [match_as_dict(match) for match in observation.matches or prepared.matches],
        "item": observation.identity.item_id,
        "revision": observation.identity.revision,
        "story": link.story_id if link else None,
        "action": str(verdict.action) if verdict else "duplicate",
        "reason": f"{verdict.reason}: {verdict.detail}" if verdict else f"seen: {observation.identity.reason}",
    }
