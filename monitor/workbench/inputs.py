"""JSON lines of items in, and for the `match` command JSON lines of matches out, without network or clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from monitor.collect.dates.published import published_at
from monitor.collect.items import language_of_item
from monitor.collect.text import plain_text
from monitor.errors import InputError
from monitor.match.engine import Engine
from monitor.match.itemtexts import ItemTexts
from monitor.model import Match

_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    # Compared before it is converted: a zone can lead beyond the years that Python has.
    known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if not _EARLIEST <= known <= _LATEST:
        raise ValueError("a time between the years 1900 and 9000 is wanted")
    return known.astimezone(UTC)


def _labels(value: object) -> dict[str, str]:
    """The labels of a line; what is none is ignored, as further keys are."""
    return (
        {str(rule): label for rule, label in value.items() if isinstance(label, str)} if isinstance(value, dict) else {}
    )


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Labels = Annotated[dict[str, str], BeforeValidator(_labels)]


class InputItem(BaseModel):
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


def read_items(lines: Iterable[bytes]) -> Iterator[InputItem]:
    """The records of a JSON lines stream; empty lines are skipped.

    Raises:
        InputError: at the first line that is no such record, after all before it were given.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield read_item(number, line)


def read_item(number: int, line: bytes) -> InputItem:
    """The record of one line; `number` counts from 1.

    Raises:
        InputError: the line is no such record.
    """
    try:
        return InputItem.model_validate(_without_nulls(json.loads(line)))
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"]) or "the line"
        raise InputError(number, f"{where}: {wrong['msg'].removeprefix('Value error, ').lower()}") from None
    except RecursionError:
        raise InputError(number, "not a JSON object: it is nested too deeply") from None
    except ValueError as error:
        why = "a number in it is too long" if "int_max_str_digits" in str(error) else str(error)
        raise InputError(number, f"not a JSON object: {why}") from None


def _without_nulls(value: object) -> object:
    return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


def match_items(records: Iterable[InputItem], engine: Engine) -> Iterator[dict[str, Any]]:
    """One result per record, in order: the rules it meets, with evidence in the cleaned fields."""
    for record in records:
        title, summary = plain_text(record.title), plain_text(record.summary)
        language = language_of_item(title, summary, record.language) or ""
        texts = ItemTexts(title, summary, plain_text(record.body), feed_id=record.feed, language=language)
        yield {"id": record.id, "rules": [match_as_dict(match) for match in engine.match(texts)]}


def time_of(record: InputItem) -> datetime | None:
    """When a record was seen, else published; None when it says neither."""
    return record.seen_at or published_at(record.published, seen_at=_LATEST)


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
