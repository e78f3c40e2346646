"""JSON lines in, JSON lines out: the `match` and `replay` commands, without network or clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from monitor.alerts.decide import Policy
from monitor.collect.dates import published_at
from monitor.collect.items import item_of, plain_text
from monitor.errors import InputError
from monitor.judge import Prepared, judge, lookup_of, match_item
from monitor.match.engine import Document, Engine
from monitor.match.rule import Rule
from monitor.model import Batch, Entry, Feed, FeedState, Item, Lookup, Match, Observation, Route, Routes

_START = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_REPLAY_ROUTE = "replay"


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _words(value: object) -> dict[str, str]:
    """The labels of a line; what is none is ignored, as further keys are."""
    return (
        {str(rule): label for rule, label in value.items() if isinstance(label, str)} if isinstance(value, dict) else {}
    )


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Labels = Annotated[dict[str, str], BeforeValidator(_words)]


class Record(BaseModel):
    """One input line; further keys are ignored.

    `seen_at` is RFC 3339, UTC when it names no zone; `published` is whatever a feed may say. `labels` are what people
    hold the item for, by rule: y (relevant), n (not), or anything else for neither.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(coerce_numbers_to_str=True)]
    title: str = ""
    summary: str = ""
    body: str = ""
    feed: str = ""
    guid: str = ""
    link: str = ""
    source: str = ""
    language: str = ""
    published: str = ""
    seen_at: Moment | None = None
    labels: Labels = {}


class ReplayStore(Protocol):
    """The throw-away store of a replay."""

    async def judge(self, lookup: Lookup, build: Any) -> Batch:
        """See `pipeline.PollStore`."""


def read_records(lines: Iterable[bytes]) -> Iterator[Record]:
    """The records of a JSON lines stream; empty lines are skipped.

    Raises:
        InputError: at the first line that is no such record, after all before it were given.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Record.model_validate(_without_nulls(json.loads(line)))
        except ValidationError as error:
            wrong = error.errors()[0]
            where = ".".join(str(part) for part in wrong["loc"]) or "the line"
            raise InputError(number, f"{where}: {wrong['msg'].lower()}") from None
        except (ValueError, RecursionError) as error:
            raise InputError(number, f"not a JSON object: {error}") from None


def _without_nulls(value: object) -> object:
    return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


def match_records(records: Iterable[Record], engine: Engine) -> Iterator[dict[str, Any]]:
    """One result per record, in order: the rules it meets, with evidence in the cleaned fields."""
    for record in records:
        document = Document(
            plain_text(record.title),
            plain_text(record.summary),
            plain_text(record.body),
            feed_id=record.feed,
            language=record.language,
        )
        yield {"id": record.id, "rules": [match_as_dict(match) for match in engine.match(document)]}


async def replay_record(
    record: Record, engine: Engine, policy: Policy, store: ReplayStore, now: datetime
) -> dict[str, Any]:
    """Take one record through identity, match, link and decide at the virtual time `now`."""
    feed = _feed_of(record)
    prepared = match_item(_item_of(record, feed, now), engine)
    state = FeedState(feed_id=feed.id, baselined_at=_START)
    build = partial(judge, prepared=[prepared], state=state, policy=policy, now=now)
    batch = await store.judge(lookup_of(feed, [prepared], now=now), build)
    return _as_dict(record, prepared, batch.observations[0])


def replay_time(record: Record, before: datetime) -> datetime:
    """The virtual time of a record: when it was seen, else published; time never runs backwards."""
    return max(before, time_of(record) or before)


def time_of(record: Record) -> datetime | None:
    """When a record was seen, else published; None when it says neither."""
    return record.seen_at or published_at(record.published, seen_at=_LATEST)


def replay_policy(rules: Iterable[Rule]) -> Policy:
    """A route for each name the rules send to and one for rules that name none: all hear all, always."""
    names = dict.fromkeys((*(name for rule in rules for name in rule.send_to), _REPLAY_ROUTE))
    return Policy(routes=Routes(tuple(Route(name=name, channel="replay") for name in names)), catch_up=None)


def match_as_dict(match: Match) -> dict[str, Any]:
    """A match as the JSON of the `match` command."""
    return {
        "rule": match.rule,
        "way": match.way,
        "severity": str(match.severity),
        "confidence": match.confidence,
        "sure": match.sure,
        "evidence": [
            {
                "field": str(evidence.field),
                "start": evidence.start,
                "end": evidence.end,
                "text": evidence.text,
                "term": evidence.term,
                "how": str(evidence.how),
            }
            for evidence in match.evidence
        ],
    }


def _feed_of(record: Record) -> Feed:
    """The feed a record came from: its address or name stands for both the feed and, by its host, the family."""
    name = record.feed or record.source or "replay"
    return Feed(id=name, name=record.source or name, url=name, family=urlsplit(name).hostname or name)


def _item_of(record: Record, feed: Feed, now: datetime) -> Item:
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


def _as_dict(record: Record, prepared: Prepared, observation: Observation) -> dict[str, Any]:
    verdict, link = observation.verdict, observation.link
    return {
        "id": record.id,
        "rules": [match_as_dict(match) for match in prepared.matches],
        "item": observation.identity.item_id,
        "revision": observation.identity.revision,
        "story": link.story_id if link else None,
        "action": str(verdict.action) if verdict else "duplicate",
        "reason": f"{verdict.reason}: {verdict.detail}" if verdict else f"seen: {observation.identity.reason}",
    }
