"""What is done in one channel while it is its turn: post what is due, edit cards, and store the result of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.decide.backlog import MOST_WAITING, fold
from monitor.decide.notices.notice import as_posted
from monitor.decide.routing import routes_now
from monitor.deliver.before import PostedBefore
from monitor.deliver.edits import settle_edit
from monitor.deliver.leases import LEASE
from monitor.deliver.outboxstore import OutboxStore
from monitor.deliver.settle import settle
from monitor.deliver.sink import LookUp, NotFound, Outcome, Sent, Sink, Unknown, Unreadable
from monitor.errors import StoreBusy, StoreError, StoreUnavailable
from monitor.model import (
    Attempt,
    DeliveryState,
    EditAttempt,
    EditSettlement,
    EditState,
    Routes,
    Settlement,
)
from monitor.model.configured import is_webhook

log = structlog.get_logger()

_SAID_AGAIN = timedelta(minutes=10)
"""So seldom the log says again why a channel cannot be posted to: it is tried every half minute."""


@dataclass(slots=True)
class Work:
    """What was done in a channel in one go."""

    channel: str
    attempts: int = 0
    sent: int = 0


class Posting:
    """Posts in one channel or in several at once. The arguments are those of `Outbox`."""

    def __init__(
        self,
        store: OutboxStore,
        sink: Sink,
        routes: Routes,
        *,
        owner: str,
        clock: Callable[[], datetime],
        uptime: Callable[[], float],
        ask_channels: bool,
    ) -> None:
        self._store = store
        self._sink = sink
        self._routes = routes
        self._owner = owner
        self._clock = clock
        self._before = PostedBefore(store, sink, clock=clock, uptime=uptime) if ask_channels else None
        self._unrecorded: dict[str, tuple[Attempt, Settlement, datetime]] = {}
        self._broken: dict[str, tuple[str | None, datetime]] = {}
        """By channel that cannot be posted to, what the log last said of it, and when."""

    def use(self, routes: Routes) -> None:
        """Post by these routes from now on; a call under way is settled by them too."""
        self._routes = routes

    def forget_channels(self) -> None:
        """Look again what stands in the channels: the database is another one, and may not know of it."""
        self._unrecorded.clear()
        if self._before is not None:
            self._before.forget()

    async def record(self) -> None:
        """Write what could not be written when it happened, while its lease holds: then nobody needs to look for it.

        Raises StoreError when it still cannot be written.
        """
        for channel, (attempt, settlement, at) in list(self._unrecorded.items()):
            try:
                if timedelta(0) <= self._clock() - at < LEASE:
                    await self._store.settle(attempt, settlement, owner=self._owner, now=at)
                    self._report(attempt, settlement, at)
            except (StoreBusy, StoreUnavailable):
                raise
            except Exception:
                del self._unrecorded[channel]
                raise
            del self._unrecorded[channel]

    async def work(self, channel: str, stop: asyncio.Event) -> Work:
        """Attempt what is due in a channel, posts before edits, until nothing is or there is trouble. Never raises.

        When `stop` is set, the call under way is finished and no other begun.
        """
        work, began_by = Work(channel), self._routes
        try:
            await self._fold(channel)
            while not stop.is_set():
                now = self._clock()
                routes = routes_now(self._routes, now)
                attempt = await self._store.take_delivery(
                    channel, owner=self._owner, now=now, lease=LEASE, routes=routes
                )
                anew = self._routes is not began_by
                if attempt is not None:
                    settlement = await self._attempt(attempt)
                    anew = anew or settlement.state is DeliveryState.PENDING
                    work.sent += settlement.state is DeliveryState.SENT
                elif not await self._edit(channel):
                    break
                work.attempts += 1
                if anew:
                    break  # the outbox must ask the routes again before anything else is posted here
        except StoreError as error:
            # The delivery stays marked as being sent: unless it can be recorded before, it is looked for once its lease
            # is over.
            log.error(
                "a delivery could not be recorded; it is looked for",
                action="delivery_not_recorded",
                channel=channel,
                error=str(error),
            )
        except Exception:
            log.exception(
                "a bug in delivering to a channel; it is tried again", action="channel_failed", channel=channel
            )
        return work

    async def _fold(self, channel: str) -> None:
        """Post many waiting cards as one digest; not where a sink takes any number at once."""
        if not self._sink.pace or is_webhook(channel):
            return
        now = self._clock()
        routes = routes_now(self._routes, now)
        build = partial(fold, most=MOST_WAITING, limits=routes.limits, now=now)
        if count := await self._store.fold_backlog(channel, build, most=MOST_WAITING, now=now, routes=routes):
            log.warning(
                "too many cards wait; they are posted together", action="backlog_folded", channel=channel, cards=count
            )

    async def _attempt(self, attempt: Attempt) -> Settlement:
        """Make one call to the sink, and store what it leads to."""
        result: Outcome | LookUp
        settled = attempt
        try:
            if attempt.look_up:
                result = await self._sink.find(attempt)
            else:
                attempt = replace(attempt, delivery=as_posted(attempt.delivery, self._clock()))
                left = attempt if self._before is None else await self._before.look(attempt)
                result = await self._sink.post(left) if isinstance(left, Attempt) else left
                if isinstance(left, Sent):
                    settled = replace(attempt, look_up=True)
        except Exception as error:
            # A bug of ours must not block the channel, and nobody knows how far the call got.
            log.exception(
                "the sink raised", action="sink_failed", delivery=attempt.delivery.delivery_id, look_up=attempt.look_up
            )
            why = f"{type(error).__name__} in the {self._sink.name} sink"
            result = Unreadable(why, lasting=False) if attempt.look_up else Unknown(why)
        now = self._clock()
        settlement = settle(settled, result, routes=self._routes, pace=self._sink.pace, now=now)
        try:
            await self._store.settle(attempt, settlement, owner=self._owner, now=now)
        except (StoreBusy, StoreUnavailable):
            self._unrecorded[attempt.delivery.channel] = attempt, settlement, now
            raise
        # That it is looked for was said when it began.
        if not (isinstance(result, NotFound) and settlement.state is DeliveryState.UNKNOWN):
            self._report(attempt, settlement, now)
        return settlement

    async def _edit(self, channel: str) -> bool:
        """Edit the card whose turn it is, and store the result; False when none is due."""
        edit = await self._store.take_edit(channel, owner=self._owner, now=self._clock(), lease=LEASE)
        if edit is None:
            return False
        try:
            result = await self._sink.edit(edit)
        except Exception as error:
            log.exception(
                "the sink raised", action="sink_failed", delivery=edit.delivery.delivery_id, edit=edit.version
            )
            result = Unknown(f"{type(error).__name__} in the {self._sink.name} sink")
        now = self._clock()
        pace = timedelta(0) if is_webhook(channel) else self._sink.pace
        settlement = settle_edit(edit, result, pace=pace, now=now)
        await self._store.settle_edit(edit, settlement, owner=self._owner, now=now)
        _report_edit(edit, settlement)
        return True

    def _report(self, attempt: Attempt, settlement: Settlement, now: datetime) -> None:
        """Log an attempt; of a channel that stays broken for the same reason only now and then."""
        channel = attempt.delivery.channel
        if not settlement.channel_problem:
            self._broken.pop(channel, None)
        else:
            reason, at = self._broken.get(channel, (None, now))
            if reason == settlement.reason and abs(now - at) < _SAID_AGAIN:
                return
            self._broken[channel] = settlement.reason, now
        _report(attempt, settlement)


def _report(attempt: Attempt, settlement: Settlement) -> None:
    """One line for each attempt, loud when somebody must act."""
    delivery = attempt.delivery
    fields = {
        "delivery": delivery.delivery_id,
        "kind": delivery.message.kind,
        "route": delivery.route,
        "channel": delivery.channel,
        "state": str(settlement.state),
        "attempt": attempt.number,
        "look_up": attempt.look_up,
        "reason": settlement.reason,
    }
    match settlement.state:
        case DeliveryState.SENT:
            log.info("a delivery was posted", action="delivery_sent", **fields)
        case DeliveryState.HELD:
            log.error("a delivery may have been posted; it is held", action="delivery_held", **fields)
        case DeliveryState.REJECTED:
            log.error("Slack rejected a delivery; Wirewatch gives up on it", action="delivery_rejected", **fields)
        case _ if settlement.channel_problem:
            log.error("a channel cannot be posted to", action="channel_broken", **fields)
        case DeliveryState.UNKNOWN:
            log.warning("a delivery may have been posted; it is looked for", action="delivery_unknown", **fields)
        case _:
            log.warning("a delivery was not posted; it is tried again", action="delivery_put_off", **fields)


def _report_edit(edit: EditAttempt, settlement: EditSettlement) -> None:
    fields = {
        "delivery": edit.delivery.delivery_id,
        "channel": edit.delivery.channel,
        "version": edit.version,
        "tries": edit.tries,
        "state": str(settlement.state),
        "reason": settlement.reason,
    }
    if settlement.state is EditState.SHOWN:
        log.info("card edited", action="card_edited", **fields)
    else:
        log.warning("card not edited", action="card_not_edited", **fields)
