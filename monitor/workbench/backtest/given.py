"""The items of a backtest: from a file of JSON lines, as `match` takes them; the store gives its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from monitor.collect.text import clean, plain_text
from monitor.model import ItemRevision, Rating
from monitor.workbench.inputs import InputItem, read_items, time_of

_LINES_AT_A_TIME = 200
_LABELS = {"y": True, "n": False}
_NO_TIME = datetime.min.replace(tzinfo=UTC)


class RevisionStore(Protocol):
    """What a backtest needs of the store."""

    async def count_revisions(self, since: datetime, until: datetime) -> int:
        """How many revisions were seen in a period, its end left out."""

    def revisions(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[ItemRevision]]:
        """The revisions of a period in the order they were seen, some hundred at a time."""


def items_of_file(path: Path, on_read: Callable[[int], object] = lambda _: None) -> Iterator[ItemRevision]:
    """The items of a file, cleaned; `on_read` hears of the bytes read.

    Raises:
        InputError: at the first line that is no item.
    """
    with path.open("rb") as file:
        yield from map(item_of, read_items(_heard(file, on_read)))


def item_of(record: InputItem) -> ItemRevision:
    """A line as the first revision of an item; its labels are ratings."""
    seen_at = time_of(record)
    labels = [(rule, _LABELS[label]) for rule, label in record.labels.items() if label in _LABELS]
    return ItemRevision(
        item_id=record.id,
        revision=1,
        feed_id=record.feed,
        kind=None,
        source=clean(record.source or record.feed),
        url=clean(record.link),
        language=record.language or None,
        title=plain_text(record.title),
        summary=plain_text(record.summary),
        body=plain_text(record.body),
        seen_at=seen_at,
        ratings=tuple(
            Rating(item_id=record.id, revision=1, rule=rule, relevant=relevant, by="the file", at=seen_at or _NO_TIME)
            for rule, relevant in labels
        ),
    )


def _heard(lines: Iterator[bytes], on_read: Callable[[int], object]) -> Iterator[bytes]:
    """The lines, with the bytes of some hundred told at once."""
    read = 0
    for number, line in enumerate(lines):
        read += len(line)
        if number % _LINES_AT_A_TIME == 0:
            on_read(read)
            read = 0
        yield line
    on_read(read)
