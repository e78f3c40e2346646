"""In which turns are entries matched: beside the event loop, and feeds by turns."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor.judge.prepared import Prepared, in_order, match_again, prepare
from monitor.match.engine import Engine
from monitor.match.meaning import Given
from monitor.meaning.reader import Reader
from monitor.model import Entry
from monitor.pipeline.needs import FeedDocument
from monitor.pipeline.report import Laps

_AT_ONCE = 50
_LETTERS_AT_ONCE = 200_000
"""How many entries, and characters, of one feed are matched before another feed has its turn."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches entries in the thread of `cpu`, one slice of a document after another.

    `meaning` makes vectors of texts for the opinions that weigh them; None where no encoder is installed.
    """

    cpu: Executor
    meaning: Reader | None = None

    async def prepared(self, document: FeedDocument, engine: Engine, *, now: datetime, laps: Laps) -> list[Prepared]:
        """The new entries of a document as items that are matched, in the order of judging."""
        prepared: list[Prepared] = []
        encoder = self.meaning.encoder if self.meaning else ""
        language, base_url = document.parsed.language, document.base_url
        loop = asyncio.get_running_loop()
        for some in _slices(document.fresh):
            work = partial(
                prepare, some, document.feed, engine, language=language, base_url=base_url, now=now, encoder=encoder
            )
            prepared += await loop.run_in_executor(self.cpu, work)
        laps.end("match")
        return in_order(await self._weighed(prepared, engine, laps), now=now)

    async def _weighed(self, prepared: list[Prepared], engine: Engine, laps: Laps) -> list[Prepared]:
        """Items with those matched again that an opinion would weigh vectors of; meanwhile other feeds are matched."""
        waiting = [one for one in prepared if one.unweighed]
        if not waiting or self.meaning is None:
            return prepared
        # In one go, so that a poll waits once for vectors and no longer, however much it brings.
        vectors = Given(
            self.meaning.encoder, await self.meaning.vectors({text for one in waiting for text in one.unweighed})
        )
        laps.end("vectors")
        ready = [one for one in prepared if not one.unweighed]
        for start in range(0, len(waiting), _AT_ONCE):
            again = partial(match_again, waiting[start : start + _AT_ONCE], engine, vectors)
            ready += await asyncio.get_running_loop().run_in_executor(self.cpu, again)
        laps.end("match")
        return ready


def _slices(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Entries in slices that are matched at a stretch, the last first, so that feeds take turns at it."""
    some: list[Entry] = []
    letters = 0
    for entry in reversed(entries):
        some.insert(0, entry)
        letters += len(entry.title) + len(entry.summary) + len(entry.body)
        if len(some) >= _AT_ONCE or letters > _LETTERS_AT_ONCE:
            yield some
            some, letters = [], 0
    if some:
        yield some
