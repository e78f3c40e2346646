"""Runs a drill: puts a test alert for each route into the outbox, and watches each until it stands in its channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.deliver.sink import Limited, LookUp, NotFound, Refused, Sent, Sink, Unreadable
from monitor.health.drill_item import DrillAlert, drill_alert
from monitor.model import Attempt, DeliveryState, Progress, Route
from monitor.model.stores import EnqueueStore

LONGEST = timedelta(minutes=1)
"""How long a drill waits for its alerts; one that must wait longer is taken back."""

_GLANCE = 0.05
_FIND_AGAIN = 1.0
_FINDS = 3
_ENDED = (DeliveryState.SENT, DeliveryState.HELD, DeliveryState.REJECTED)


class Pump(Protocol):
    """What delivers while a drill waits."""

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set."""


class DrillStore(EnqueueStore, Protocol):
    """What a drill needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def progress(self, delivery_ids: Sequence[str]) -> Mapping[str, Progress]:
        """How far deliveries have got, by id."""

    async def withdraw(self, delivery_ids: Sequence[str]) -> int:
        """Take those back that were certainly not posted; how many."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """What became of one route's test alert: seconds for each stage it reached, and what went wrong.

    `waiting` is from the outbox to the call, `posting` the call, `finding` until it was read in the channel.
    """

    alert: DrillAlert
    waiting: float | None = None
    posting: float | None = None
    finding: float | None = None
    problem: str | None = None

    @property
    def total(self) -> float | None:
        """Seconds from the item to its being found, None when it was not."""
        parts = (self.alert.matching, self.alert.deciding, self.waiting, self.posting, self.finding)
        return None if self.problem or self.finding is None else sum(part for part in parts if part is not None)


async def drill(
    routes: Sequence[Route],
    store: DrillStore,
    outbox: Pump,
    sink: Sink,
    *,
    clock: Callable[[], datetime],
    longest: timedelta = LONGEST,
) -> list[Drilled]:
    """Test these routes side by side. The service may run beside it: whoever has the channel's lease posts.

    Raises:
        StoreError: the database cannot be used.
    """
    now = clock()
    alerts = [drill_alert(route, now=now) for route in routes]
    sent = {alert.delivery.delivery_id: alert for alert in alerts if alert.delivery is not None}
    put_in_at = clock()
    await store.enqueue([alert.delivery for alert in sent.values() if alert.delivery is not None])
    stop = asyncio.Event()
    pump = asyncio.create_task(outbox.run(stop), name="outbox")
    try:
        reached = await _watch(store, list(sent), until=put_in_at + longest, clock=clock)
    finally:
        stop.set()
        await pump
    late = [delivery_id for delivery_id, one in reached.items() if one.state not in _ENDED]
    await store.withdraw(late)
    drilled = [Drilled(alert, problem=alert.problem) for alert in alerts if alert.delivery is None]
    drilled += await asyncio.gather(
        *(_ended(alert, reached[delivery_id], sink, put_in_at) for delivery_id, alert in sent.items())
    )
    return sorted(drilled, key=lambda one: routes.index(one.alert.route))


async def _watch(
    store: DrillStore, delivery_ids: Sequence[str], *, until: datetime, clock: Callable[[], datetime]
) -> Mapping[str, Progress]:
    """Wait until each has ended, or its channel is known not to work, or time is up."""
    while True:
        reached = await store.progress(delivery_ids)
        going_on = [one for one in reached.values() if one.state not in _ENDED and not one.channel_problem]
        if not going_on or clock() >= until:
            return reached
        await asyncio.sleep(_GLANCE)


async def _ended(alert: DrillAlert, reached: Progress, sink: Sink, put_in_at: datetime) -> Drilled:
    if reached.state is not DeliveryState.SENT or alert.delivery is None:
        why = reached.channel_problem or reached.reason or "it is still waiting; is the channel busy?"
        return Drilled(alert, problem=f"not posted ({reached.state}): {why}")
    first = reached.first_attempt_at or put_in_at
    posted = reached.sent_at or first
    attempt = Attempt(
        delivery=alert.delivery, number=reached.attempts, look_up=True, lookups=0, first_attempt_at=put_in_at
    )
    began = asyncio.get_running_loop().time()
    found: LookUp = NotFound()
    for number in range(_FINDS):
        await asyncio.sleep(_FIND_AGAIN * number)
        found = await sink.find(attempt)
        if not isinstance(found, NotFound):
            break
    return Drilled(
        alert,
        waiting=max(0.0, (first - put_in_at).total_seconds()),
        posting=max(0.0, (posted - first).total_seconds()),
        finding=asyncio.get_running_loop().time() - began,
        problem=None if isinstance(found, Sent) else f"posted, but not found in the channel: {_why(found)}",
    )


def _why(found: LookUp) -> str:
    match found:
        case Unreadable(reason) | Limited(_, reason):
            return reason
        case Refused():
            return found.words
        case _:
            return "its history does not hold it"
