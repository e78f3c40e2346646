"""What the metrics are fed from: polls, calls to the sink, the database, and how late the event loop is."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from monitor.app.app import App
from monitor.decide.routing import routes_now
from monitor.deliver.sink import Limited, LookUp, Outcome, Posted, Refused, Sent, Sink, Unreadable
from monitor.errors import StoreError
from monitor.metrics import Metrics
from monitor.model import Alert, Attempt, CardMessage, DigestMessage, EditAttempt
from monitor.model.configured import is_webhook
from monitor.model.stores import DiskStore, VitalsStore

log = structlog.get_logger()

_T = TypeVar("_T")

MEASURE_EVERY = 15.0
"""Seconds between two looks at the database: as often as Prometheus usually asks."""

_BEAT = 0.5
_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


class StoreToMeasure(DiskStore, VitalsStore, Protocol):
    """What the metrics ask of the store. Every method may raise `StoreError`."""

    def time_transactions(self, timed: Callable[[str, float], object]) -> None:
        """Call `timed` after each transaction, with read or write and its seconds."""


class Measure:
    """`run` it beside the service whose metrics are asked for."""

    def __init__(self, app: App, store: StoreToMeasure, metrics: Metrics, *, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._failed = ""
        metrics.count_restarts(lambda: app.parser.restarts)
        if app.meaning is not None:
            app.meaning.counted, app.meaning.restarted = metrics.meaning, metrics.meaning_restarted
        store.time_transactions(metrics.transaction)

    async def run(self) -> None:
        """Measure until cancelled. Trouble with the database is logged once, and leaves the last figures."""
        beat = asyncio.create_task(self._beat(), name="how late the loop is")
        try:
            while True:
                await self.look()
                await asyncio.sleep(MEASURE_EVERY)
        finally:
            beat.cancel()

    async def look(self) -> None:
        """Read the figures of the database."""
        now = self._clock()
        try:
            signs = await self._store.vital_signs(
                now, self._app.configuration.feed_ids, routes_now(self._app.configuration.routes, now)
            )
            stored, room = await self._store.stored(), await self._store.room()
        except StoreError as error:
            if str(error) != self._failed:
                log.warning("the metrics of the database are old", action="metrics_not_read", error=str(error))
            self._failed = str(error)
            return
        self._failed = ""
        self._metrics.measured(signs, stored, free=None if room is None else room.free, now=now)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _BEAT
            await asyncio.sleep(_BEAT)
            self._metrics.lagged(loop.time() - due)


class MeasuredSink:
    """A sink whose calls are counted. `clock` gives UTC."""

    def __init__(self, sink: Sink, metrics: Metrics, *, clock: Callable[[], datetime]) -> None:
        self._sink = sink
        self._metrics = metrics
        self._clock = clock
        self.name = sink.name
        self.pace = sink.pace

    async def post(self, attempt: Attempt) -> Outcome:
        """As the sink does."""
        outcome = await self._counted("post", attempt.delivery.channel, self._sink.post(attempt))
        if isinstance(outcome, Sent):
            now = self._clock()
            for alert in _alerts(attempt):
                self._metrics.posted(alert.published, alert.seen_at, now)
        return outcome

    async def find(self, attempt: Attempt) -> LookUp:
        """As the sink does."""
        return await self._counted("find", attempt.delivery.channel, self._sink.find(attempt))

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted] | Unreadable | Limited | Refused:
        """As the sink does."""
        return await self._counted("history", channel, self._sink.history(channel, after_ts))

    async def edit(self, edit: EditAttempt) -> Outcome:
        """As the sink does."""
        return await self._counted("edit", edit.delivery.channel, self._sink.edit(edit))

    async def _counted(self, call: str, channel: str, asked: Awaitable[_T]) -> _T:
        began, outcome = time.perf_counter(), "failed"
        try:
            result = await asked
            outcome = "read" if isinstance(result, list | tuple) else _HUMP.sub("_", type(result).__name__).lower()
            return result
        finally:
            sink = "webhook" if is_webhook(channel) else self.name
            self._metrics.called(sink, call, outcome, time.perf_counter() - began)


def _alerts(attempt: Attempt) -> Sequence[Alert]:
    """The alerts that a card or a digest tells of for the first time."""
    match attempt.delivery.message:
        case CardMessage(alert=alert):
            return (alert,)
        case DigestMessage(alerts=alerts):
            return alerts
        case _:
            return ()
