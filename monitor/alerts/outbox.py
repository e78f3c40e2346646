"""The outbox: takes what is due, posts it once, and settles what came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.alerts.settle import Settler
from monitor.alerts.sink import Sink
from monitor.errors import StoreError
from monitor.model import Claim, Delivery, DeliveryState, Routes, Settlement

__all__ = ["Outbox", "OutboxStore", "Sink"]

log = structlog.get_logger()

LEASE = timedelta(seconds=25)
"""Longer than any attempt takes (Slack's client gives up after 10 s, a look-up after two such calls)."""

_POLL = timedelta(seconds=1)
_RECOVER = timedelta(seconds=15)
_DRAIN_LIMIT = timedelta(minutes=2)


class OutboxStore(Protocol):
    """What the outbox needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def recover(self, now: datetime) -> int:
        """Turn deliveries left `sending` under an expired lease into `unknown`, due for a look-up; how many."""

    async def due_channels(self, now: datetime) -> Sequence[str]:
        """Channels that are ready, not leased to somebody else, and have something due, most urgent first."""

    async def claim(self, channel: str, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """Lease the channel, take its next due delivery (critical first, then oldest) and mark it `sending`.

        A delivery with a parent is due once the parent was sent. The attempt is recorded in the same transaction.
        None when there is nothing due, the channel is not ready, or another owner holds its lease.
        """

    async def settle(self, claim: Claim, settlement: Settlement, *, owner: str, now: datetime) -> None:
        """Write what an attempt led to, release the channel's lease, and enqueue the settlement's notices."""

    async def next_due_at(self, now: datetime) -> datetime | None:
        """When the next delivery that is not stuck behind a held or rejected one falls due; None when none waits."""


class Outbox:
    """Delivers from the store to one sink: channels side by side, each channel strictly one message at a time."""

    def __init__(
        self,
        store: OutboxStore,
        sink: Sink,
        routes: Routes,
        *,
        owner: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._sink = sink
        self._settler = Settler(routes=routes, pace=sink.pace)
        self._owner = owner
        self._clock = clock
        self._sleep = sleep
        self._woken = asyncio.Event()

    async def deliver_due(self) -> int:
        """Deliver everything that is due and possible right now; how many messages were sent.

        Trouble with one channel is logged and never keeps another from its messages.
        """
        sent = 0
        channels = await self._store.due_channels(self._clock())
        while channels:
            results = await asyncio.gather(*(self._next_of(channel) for channel in channels))
            sent += sum(result is True for result in results)
            if all(result is None for result in results):
                break
            channels = await self._store.due_channels(self._clock())
        return sent

    async def drain(self) -> int:
        """Deliver until nothing is due any more, waiting out paces, limits and look-ups, two minutes at most."""
        sent = 0
        await self._store.recover(self._clock())
        end = self._clock() + _DRAIN_LIMIT
        while True:
            sent += await self.deliver_due()
            now = self._clock()
            due_at = await self._store.next_due_at(now)
            if due_at is None or due_at > min(end, now + _DRAIN_WAIT):
                return sent
            await self._sleep(max(0.05, (due_at - now).total_seconds()))

    def wake(self) -> None:
        """Say that there may be something new."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; the call under way is finished."""
        recover_at = self._clock()
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                try:
                    now = self._clock()
                    if now >= recover_at:
                        recovered = await self._store.recover(now)
                        if recovered:
                            log.warning("deliveries of unknown outcome; looking for them", count=recovered)
                        recover_at = now + _RECOVER
                    await self.deliver_due()
                    await self._rest(stopped)
                except StoreError as error:
                    log.error("the outbox cannot reach the database", error=str(error))
                    await self._rest(stopped, at_least=_POLL)
        finally:
            stopped.cancel()

    async def _rest(self, stopped: asyncio.Task[bool], *, at_least: timedelta = timedelta(0)) -> None:
        """Wait until woken, stopped, or the next delivery is due; a second at most."""
        wait = at_least
        if not at_least:
            now = self._clock()
            due_at = await self._store.next_due_at(now)
            wait = _POLL if due_at is None else min(_POLL, max(timedelta(milliseconds=20), due_at - now))
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait({woken, stopped}, timeout=wait.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await woken

    async def _next_of(self, channel: str) -> bool | None:
        """One attempt in a channel: whether a message was sent; None when there was nothing to attempt."""
        try:
            claim = await self._store.claim(channel, owner=self._owner, now=self._clock(), lease=LEASE)
            if claim is None:
                return None
            result = await (self._sink.find(claim) if claim.look_up else self._sink.post(claim))
            now = self._clock()
            settlement = self._settler.settle(claim, result, now=now)
            await self._store.settle(claim, settlement, owner=self._owner, now=now)
        except StoreError as error:
            log.error(
                "delivery not recorded; it is looked for before it is posted again", channel=channel, error=str(error)
            )
            return None
        except Exception:
            log.exception("delivery failed; looked for before it is posted again", channel=channel)
            return None
        _report(claim.delivery, claim, settlement)
        return settlement.state is DeliveryState.SENT


_DRAIN_WAIT = timedelta(seconds=65)
"""A delivery due later than this (quiet hours, a broken channel) is not waited for."""


def _report(delivery: Delivery, claim: Claim, settlement: Settlement) -> None:
    """One line for each attempt, loud when somebody must act."""
    say = log.info if settlement.state is DeliveryState.SENT else log.warning
    if settlement.channel_problem or settlement.state in (DeliveryState.HELD, DeliveryState.REJECTED):
        say = log.error
    say(
        "delivery",
        delivery=delivery.delivery_id,
        kind=delivery.message.kind,
        route=delivery.route,
        state=str(settlement.state),
        attempt=claim.attempt,
        reason=settlement.reason,
    )
