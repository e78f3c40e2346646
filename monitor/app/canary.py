"""The canary: an entry of our own that goes the way of a report, from its fetch to the ops channel, again and again.

It finds what no other sign does: a chain whose parts all work and that still posts nothing. docs/decisions/0034 has the
reasons.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Protocol
from xml.sax.saxutils import escape

from aiohttp import web

from monitor.collect.fetching.fetch import Fetcher
from monitor.health.drill_item import Tested, through
from monitor.health.vitals import CANARY
from monitor.loopback import OnLoopback
from monitor.model import (
    Delivery,
    DeliveryState,
    Failed,
    Feed,
    FeedState,
    Fetched,
    NoticeMessage,
    Progress,
    Route,
    Severity,
    Trouble,
)
from monitor.model.ids import delivery_id_of, notice_key
from monitor.model.stores import EnqueueStore
from monitor.pipeline.needs import FeedParser

TITLE = "CANARY – no event"
LATE_AFTER = 100.0
"""Seconds that one may be under way; somebody is to know within two minutes."""

_LONGEST_TRY = 30.0
"""Seconds after which one that has not reached the outbox is tried anew."""

LOOK_EVERY = timedelta(seconds=5)


class CanaryStore(EnqueueStore, Protocol):
    """What the canary needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def progress(self, delivery_ids: Sequence[str]) -> Mapping[str, Progress]:
        """How far deliveries have got, by id."""


class Canary(OnLoopback):
    """An async context manager that serves the entry on loopback; call `look` every few seconds.

    The first one starts after `every`. `arrived_at` is when the last one stood in the channel; `on_arrival` is called
    then. `uptime` is in seconds, whatever the clock says; `ops` gives the route of now.
    `fetcher` is its own, which alone may ask loopback.
    """

    def __init__(
        self,
        store: CanaryStore,
        fetcher: Fetcher,
        parser: FeedParser,
        cpu: Executor,
        *,
        every: timedelta,
        ops: Callable[[], Route | None],
        clock: Callable[[], datetime],
        uptime: Callable[[], float],
    ) -> None:
        self._store, self._fetcher, self._parser, self._cpu = store, fetcher, parser, cpu
        self._every, self._ops, self._clock, self._uptime = every, ops, clock, uptime
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._document = ""
        self._rested_since = uptime()
        self._began: float | None = None
        self._posting: Delivery | None = None
        self._stage = ""
        self.arrived_at: datetime | None = None
        self.on_arrival: Callable[[datetime], None] = lambda _: None

    def routes(self) -> Iterable[web.RouteDef]:
        """The one entry, at an address that nobody guesses."""
        return [web.get(self._path, self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler's signature
        return web.Response(text=self._document, content_type="application/rss+xml")

    async def look(self) -> int:
        """Start one when its time has come, or see how far it has got; how many messages that made.

        Raises:
            StoreError: the database cannot be used; the next look goes on from here.
        """
        ops = self._ops()
        if ops is None:
            self._rest()
            return 0
        if self._began is None:
            if self._uptime() - self._rested_since < self._every.total_seconds():
                return 0
            self._began = self._uptime()
        if self._posting is not None and self._posting.channel == ops.channel:
            await self._see(self._posting)
            return 0
        return await self._start(ops)

    def trouble(self, owner: str, now: datetime) -> Trouble | None:
        """What is wrong when one has been under way for too long."""
        if self._began is None or (silent := self._uptime() - self._began) <= LATE_AFTER:
            return None
        return Trouble(
            name=f"{CANARY}@{owner}",
            what=f"a test entry of our own has not gone through the chain; it stopped at: {self._stage}",
            since=now - timedelta(seconds=round(silent)),
            remedy="look at the log; if it does not name a reason, restart the service and report it",
        )

    async def _start(self, ops: Route) -> int:
        """Let one go the way of an entry, up to the outbox. What fails is tried again at the next look."""
        now = self._clock()
        link = f"http://canary.invalid/{now.timestamp():.6f}"
        self._document = _document(f"{TITLE}: {now:%Y-%m-%d %H:%M:%S} UTC", link, now)
        feed = Feed(id=CANARY, name="Canary", url=f"http://{self.host}:{self.port}{self._path}", family=CANARY)
        try:
            async with asyncio.timeout(_LONGEST_TRY):
                tested = await self._test(feed, ops, now)
        except TimeoutError:
            self._stage += f" (nothing came of it within {_LONGEST_TRY:g} s)"
            return 0
        if tested is None:
            return 0
        if not tested.alerted:
            self._stage += f" ({tested.why})"
            return 0
        self._stage = "the outbox"
        thread, one = _messages(ops, tested, now)
        made = await self._store.enqueue([thread, one])
        self._posting = one
        return made

    async def _test(self, feed: Feed, ops: Route, now: datetime) -> Tested | None:
        """Fetch, parse, match, link and decide; None where a stage failed, which is noted."""
        self._stage = "fetch"
        fetched = await self._fetcher.fetch(feed, FeedState(feed_id=CANARY, baselined_at=now))
        if not isinstance(fetched, Fetched):
            self._stage = f"fetch ({fetched.reason if isinstance(fetched, Failed) else 'not modified'})"
            return None
        self._stage = "parse"
        parsed = await self._parser.parse(fetched, language="en")
        if isinstance(parsed, Failed):
            self._stage = f"parse ({parsed.reason})"
            return None
        self._stage = "match, link and decide"
        work = partial(through, parsed.entries[0], feed, ops, now=now)
        return await asyncio.get_running_loop().run_in_executor(self._cpu, work)

    async def _see(self, posting: Delivery) -> None:
        reached = (await self._store.progress([posting.delivery_id])).get(posting.delivery_id)
        if reached is not None and reached.state is DeliveryState.SENT:
            self.arrived_at = self._clock()
            self.on_arrival(self.arrived_at)
            self._rest()
        elif reached is None or reached.state in (DeliveryState.HELD, DeliveryState.REJECTED):
            self._posting = None  # the next look starts another; since when it has been tried stays
            self._stage = f"the outbox ({reached.state}: {reached.reason})" if reached else "the outbox (it is gone)"
        else:
            self._stage = f"the outbox ({reached.channel_problem or reached.reason or reached.state})"

    def _rest(self) -> None:
        self._rested_since, self._began, self._posting, self._stage = self._uptime(), None, None, ""


def _messages(ops: Route, tested: Tested, now: datetime) -> tuple[Delivery, Delivery]:
    """The message of this month, and the reply in its thread that is this canary's."""
    key = f"canary:{ops.channel}:{now:%Y-%m}"
    text = (
        "Wirewatch tests itself: again and again an entry of its own goes from the fetch to this channel, and is "
        "posted in this thread. There is nothing to do. You get a message when one does not arrive."
    )
    head = NoticeMessage(title="Canary", text=text)
    thread = Delivery.new(notice_key(key), ops, head, severity=Severity.LOW, now=now)
    reply = NoticeMessage(title=TITLE, text=f"Nothing happened. The entry of {now:%H:%M:%S} UTC: {tested.why}.")
    one = Delivery.new(
        notice_key(f"{key}:{delivery_id_of(now.isoformat())}"),
        ops,
        reply,
        severity=Severity.MEDIUM,
        now=now,
        parent_id=thread.delivery_id,
    )
    return thread, one


def _document(title: str, link: str, now: datetime) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Canary</title><item>'
        f"<title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(now)}</pubDate></item></channel></rss>"
    )
