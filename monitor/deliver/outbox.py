"""The outbox: in which channel is something due, and who works there?

Each channel has one task at a time (`posting`), and the database lets one process at a time speak to a channel, so that
messages keep their order and pace and nobody looks for a message that somebody else is posting.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from monitor.decide.backlog import fits
from monitor.decide.notices.channels import UNREACHABLE, of_channel
from monitor.decide.routing import routes_now
from monitor.deliver.leases import LeaseWatch
from monitor.deliver.outboxstore import OutboxStore
from monitor.deliver.posting import Posting, Work
from monitor.deliver.sink import Sink
from monitor.errors import StoreError, StoreUnavailable
from monitor.model import Routes

log = structlog.get_logger()

DRAIN_LIMIT = timedelta(minutes=2)
DRAIN_WAIT = timedelta(seconds=65)
"""A delivery due later than this (in quiet hours) is not waited for; any back-off is shorter."""

REFUSED_WAIT = timedelta(seconds=10)
"""A channel that is refused and tried again later than this is not waited for."""

EDIT_WAIT = timedelta(seconds=2)
"""An edit that is due later than this is left to whoever delivers next."""

_REST = timedelta(seconds=1)
_SHORTEST_REST = timedelta(milliseconds=50)
_RECOVER_EVERY = timedelta(seconds=15)


class Outbox:
    """Delivers from the store to one sink: channels side by side, each channel strictly one message at a time.

    `sleep` is what `drain` waits with; tests pass one that moves their clock. `uptime` is how long the machine has run,
    in seconds, whatever its clock says; without it the clock is trusted. `turned` is called each time it has looked
    what is due. `ask_channels`: before the first post to a channel it asks what was posted there before.
    """

    def __init__(
        self,
        store: OutboxStore,
        sink: Sink,
        routes: Routes,
        *,
        owner: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uptime: Callable[[], float] | None = None,
        turned: Callable[[], None] = lambda: None,
        ask_channels: bool = False,
    ) -> None:
        self._store = store
        self._sink = sink
        self._routes = routes
        self._clock = clock
        self._sleep = sleep
        self._uptime = uptime or (lambda: clock().timestamp())
        self._leases = LeaseWatch(store, clock=clock, uptime=self._uptime)
        self._posting = Posting(
            store,
            sink,
            routes,
            owner=owner,
            clock=clock,
            uptime=self._uptime,
            ask_channels=ask_channels,
        )
        self._turned = turned
        self._woken = asyncio.Event()
        self._working: dict[str, asyncio.Task[Work]] = {}
        self._resting: dict[str, float] = {}
        self._recover_at = self._uptime()
        self._stop = asyncio.Event()

    async def deliver_due(self) -> int:
        """Deliver everything that is due and possible right now; how many messages were sent.

        A channel that is slow or fails keeps no other from its messages.

        Raises:
            StoreError: what is due cannot be read. Trouble with one delivery is logged instead.
        """
        sent = 0
        while True:
            await self._start_due()
            if not self._working:
                return sent
            await asyncio.wait(self._working.values(), return_when=asyncio.FIRST_COMPLETED)
            sent += self._collect()

    async def drain(self) -> int:
        """Deliver until nothing is due any more, waiting out paces, limits and look-ups, two minutes at most.

        Returns:
            How many messages were sent.

        Raises:
            StoreError: the database cannot be used.
        """
        sent = 0
        end = self._uptime() + DRAIN_LIMIT.total_seconds()
        while True:
            await self._recover()
            sent += await self.deliver_due()
            now = self._clock()
            due_at = await self._next_at(now)
            if due_at is None:
                return sent
            if due_at > now + min(timedelta(seconds=end - self._uptime()), DRAIN_WAIT):
                log.info(
                    "deliveries left in the queue",
                    action="drain_ended",
                    next_due_at=due_at.isoformat(),
                )
                return sent
            await self._sleep(max(_SHORTEST_REST, due_at - now).total_seconds())

    async def _next_at(self, now: datetime) -> datetime | None:
        """When something can be posted, or a card be edited that waits for the pace only; None when nothing can."""
        problems = await self._store.channel_problems()
        refused = [channel for channel, problem in problems.items() if not problem.startswith(UNREACHABLE)]
        routes = routes_now(self._routes, now)
        post_at = await self._store.next_due_at(routes, refused=refused, until=now + REFUSED_WAIT)
        if post_at is not None and (watched := self._leases.seconds_left()) is not None:
            post_at = min(post_at, now + timedelta(seconds=watched))
        edit_at = await self._store.next_edit_at()
        soon = [edit_at] if edit_at is not None and edit_at <= now + EDIT_WAIT else []
        return min([*soon, *([post_at] if post_at is not None else [])], default=None)

    def use(self, routes: Routes) -> None:
        """Deliver by these routes from now on; a call under way is settled by them too."""
        self._routes = routes
        self._posting.use(routes)
        self.wake()

    def forget_channels(self) -> None:
        """Ask the channels again what was posted there: the database is another one, and may not know."""
        self._posting.forget_channels()

    def wake(self) -> None:
        """Look at once: there may be something new."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then finish the calls under way. Trouble is logged, never raised.

        When this is cancelled instead, what is under way is cut off and looked for at the next start.
        """
        self._stop = stop
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                try:
                    await self._recover_now_and_then()
                    await self._start_due()
                    rest = await self._rest()
                except StoreUnavailable:
                    rest = _REST  # the store logs it, for all who ask it
                except StoreError as error:
                    log.error(
                        "the outbox cannot reach the database", action="outbox_without_database", error=str(error)
                    )
                    rest = _REST
                except Exception:
                    log.exception("a bug in the outbox; it keeps running", action="outbox_failed")
                    rest = _REST
                self._turned()
                await self._wait(rest, stopped)
                self._collect()
            if self._working:
                await asyncio.wait(self._working.values())
        finally:
            stopped.cancel()
            for task in self._working.values():
                task.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)
            self._working.clear()

    async def due(self) -> Sequence[str]:
        """The channels in which something may be posted now, most urgent first.

        Raises:
            StoreError: what is due cannot be read.
        """
        await self._recover_now_and_then()
        return await self._due()

    async def post(self, channel: str, stop: asyncio.Event, *, seconds: float) -> int:
        """Post what is due in one channel, at its pace, until nothing is; how many messages were sent.

        Ends after so many seconds, or when `stop` is set. The lease of the channel keeps other processes
        out meanwhile. Trouble is logged, never raised.
        """
        self._stop, end, sent = stop, self._uptime() + seconds, 0
        while True:
            work = await self._posting.work(channel, self._stop)
            sent += work.sent
            if not work.attempts or stop.is_set() or self._uptime() >= end:
                return sent
            await self._sleep(self._sink.pace.total_seconds())

    async def _recover_now_and_then(self) -> None:
        if self._uptime() >= self._recover_at:
            await self._recover()
            self._recover_at = self._uptime() + _RECOVER_EVERY.total_seconds()

    async def _recover(self) -> None:
        await self._leases.look()
        if self._leases.in_doubt:
            return
        if count := await self._store.recover(self._clock()):
            log.warning(
                "deliveries were cut off by a crash; looking for them", action="deliveries_cut_off", count=count
            )

    async def _start_due(self) -> None:
        """Set a task to work on each due channel that has none."""
        channels = await self._due()
        uptime = self._uptime()
        self._resting = {channel: until for channel, until in self._resting.items() if until > uptime}
        for channel in channels:
            if not (channel in self._working or channel in self._resting):
                self._working[channel] = asyncio.create_task(
                    self._posting.work(channel, self._stop), name=f"deliver to {channel}"
                )

    async def _due(self) -> Sequence[str]:
        await self._posting.record()
        await self._leases.look()
        now = self._clock()
        routes = routes_now(self._routes, now)
        moved = await self._store.follow_routes(routes, now, broken=of_channel, fits=fits)
        for (before, channel), count in Counter(moved).items():
            log.info(
                "waiting messages go to the new channel of their route",
                action="deliveries_moved",
                channel=channel,
                channel_before=before,
                count=count,
            )
        due = await self._store.due_channels(now, routes)
        return [channel for channel in due if channel not in self._leases.in_doubt]

    def _collect(self) -> int:
        """Let go of the tasks that ended; how many messages they sent."""
        ended = [channel for channel, task in self._working.items() if task.done()]
        works = [self._working.pop(channel).result() for channel in ended]
        # Due, but another process has it, or it is in trouble: not again at once.
        rest = self._uptime() + _REST.total_seconds()
        self._resting |= {work.channel: rest for work in works if not work.attempts}
        return sum(work.sent for work in works)

    async def _rest(self) -> timedelta:
        """Until the next delivery is due, a second at most: another process may have put something in."""
        now = self._clock()
        due_at = await self._store.next_due_at(routes_now(self._routes, now))
        return _REST if due_at is None else min(_REST, max(_SHORTEST_REST, due_at - now))

    async def _wait(self, rest: timedelta, stopped: asyncio.Task[bool]) -> None:
        """Wait until woken, stopped, a channel's task ends, or `rest` is over."""
        woken = asyncio.create_task(self._woken.wait())
        try:
            waited_for = {woken, stopped, *self._working.values()}
            await asyncio.wait(waited_for, timeout=rest.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
