"""Keeps the subscriptions of the feeds that name a hub: asks for them, renews them, ends them, and knows who pushes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.collect.fetching.outgoing import Outgoing
from monitor.collect.fetching.unreachable import shown
from monitor.collect.pacing import Pacing
from monitor.collect.schedule import when_asked
from monitor.decide.notices.feeds import forged_push
from monitor.errors import StoreError
from monitor.model import Feed, Hub, PollStatus, PushState, Route, Subscription
from monitor.model.stores import EnqueueStore, FeedsStore, SubscriptionsStore
from monitor.pipeline.report import PollReport
from monitor.push import websub
from monitor.push.hub import ask_hub, is_web
from monitor.push.websub import SubscriptionStep

log = structlog.get_logger()

LOOK_EVERY = 15.0
"""Seconds between two looks at what is due."""

_READ_ANEW_AFTER = timedelta(seconds=30)


class PushStore(EnqueueStore, FeedsStore, SubscriptionsStore, Protocol):
    """What subscriptions need of the store. Every method is one transaction and may raise `StoreError`."""

    async def save_subscription(self, subscription: Subscription) -> None:
        """Write a subscription in the place of the one that the feed had."""

    async def forget_subscription(self, feed_id: str) -> None:
        """Delete the subscription of a feed."""


class Keeper:
    """The subscriptions of this process. `public` is the address under which hubs reach it, with a slash at the end.

    `feeds` are those that are polled now, `ops` is the route that is told of forged pushes. `outgoing` reaches
    only where feeds may be fetched from.
    """

    def __init__(
        self,
        store: PushStore,
        outgoing: Outgoing,
        pacing: Pacing,
        *,
        public: str,
        feeds: Callable[[], Mapping[str, Feed]],
        ops: Callable[[], Route | None],
        clock: Callable[[], datetime],
        on_forged: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._outgoing = outgoing
        self._pacing = pacing
        self._public = public
        self._feeds = feeds
        self._ops = ops
        self._clock = clock
        self._on_forged = on_forged
        self._known: dict[str, Subscription] = {}
        self._hubs: dict[str, Hub] = {}
        self._missed: set[str] = set()
        self._read_at: datetime | None = None
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def of(self, feed_id: str) -> Subscription | None:
        """The subscription of a feed."""
        return self._known.get(feed_id)

    async def by_token(self, token: str) -> Subscription | None:
        """The subscription whose address has this in it, also one that another process has just begun."""
        found = self._find(token)
        now = self._clock()
        if found is None and (self._read_at is None or abs(now - self._read_at) > _READ_ANEW_AFTER):
            await self.read()
            found = self._find(token)
        return found

    def _find(self, token: str) -> Subscription | None:
        given = token.encode("utf-8", "replace")
        return next((one for one in self._known.values() if secrets.compare_digest(one.token.encode(), given)), None)

    async def read(self) -> None:
        """Learn what is stored.

        Raises:
            StoreError: it cannot be read; what was known holds on.
        """
        self._known = {one.feed_id: one for one in await self._store.subscriptions()}
        self._read_at = self._clock()
        self._reckon()

    def polled(self, report: PollReport) -> None:
        """Take note of what a poll showed: the hub that its document names, and entries that no push had brought."""
        if report.pushed:
            return
        if report.hub is not None:
            self._hubs[report.id] = report.hub
        if report.new and report.status is PollStatus.OK and report.id in self._pacing.pushing:
            self._missed.add(report.id)
        self._wake.set()

    async def run(self) -> None:
        """Do what is due until cancelled. What fails is tried again."""
        while True:
            try:
                if self._read_at is None:
                    await self.read()
                await self.look()
            except StoreError as error:
                log.warning("subscriptions cannot be kept; tried again", action="pushes_not_kept", error=str(error))
            except Exception:
                log.exception("a bug while keeping subscriptions; tried again", action="pushes_failed")
            await self._sleep()

    async def _sleep(self) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
        except TimeoutError:
            return

    async def look(self) -> None:
        """Begin, renew and end what is due.

        Raises:
            StoreError: what came of it was not written.
        """
        async with self._one_at_a_time:
            await self._look()

    async def _look(self) -> None:
        feeds = self._feeds()
        for feed_id in self._missed & self._known.keys():
            log.info("a poll found what no push had brought", action="push_missed", feed=feed_id)
            await self.save(replace(self._known[feed_id], missed_at=self._clock()))
        self._missed.clear()
        for feed_id, hub in self._hubs.items():
            if feed_id in feeds:
                await self._named(feed_id, hub)
        self._hubs.clear()
        for feed_id, one in list(self._known.items()):
            if feed_id not in feeds and one.state is not PushState.LEAVING:
                await self._leave(one)
        for one in list(self._known.values()):
            await self._take_step(one)
        self._reckon()

    async def _named(self, feed_id: str, hub: Hub) -> None:
        """Make a subscription what a feed's document says of its hub."""
        known = self._known.get(feed_id)
        if not (is_web(hub.url) and is_web(hub.topic)):
            if known is not None and known.state is not PushState.LEAVING:
                await self._leave(known)
            return
        if known is not None and (known.hub, known.topic) == (hub.url, hub.topic):
            if known.state is PushState.LEAVING:
                await self.save(replace(known, state=PushState.WANTED, next_at=None, tries=0))
            return
        token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
        await self.save(Subscription(feed_id=feed_id, hub=hub.url, topic=hub.topic, token=token, secret=secret))

    async def _leave(self, one: Subscription) -> None:
        if one.state in (PushState.WANTED, PushState.REFUSED):
            await self._forget(one)
        else:
            await self.save(replace(one, state=PushState.LEAVING, next_at=None, tries=0))

    async def _take_step(self, one: Subscription) -> None:
        now = self._clock()
        match websub.next_step(one, now):
            case SubscriptionStep.SUBSCRIBE | SubscriptionStep.UNSUBSCRIBE:
                await self._ask(one)
            case SubscriptionStep.LOST:
                log.warning(
                    "a hub did not renew a subscription; the feed is polled", action="push_lost", feed=one.feed_id
                )
                if (feed := self._feeds().get(one.feed_id)) is not None:
                    state = await self._store.feed_state(feed.id)
                    await self._store.poll_by(feed.id, when_asked(feed, state, now=now))
                await self.save(websub.lost(one, now))
            case SubscriptionStep.FORGET:
                await self._forget(one)

    async def _ask(self, one: Subscription) -> None:
        # Written before: a hub may ask back before it answers.
        one = websub.asked(one, self._clock())
        await self.save(one)
        form = websub.form_of(one, f"{self._public}push/{one.token}")
        reason = await ask_hub(self._outgoing, one.hub, form)
        now = self._clock()
        current = self._known.get(one.feed_id)
        if reason and current is not None and current.asked_at == one.asked_at:
            again = websub.not_asked(current, reason, now)
            if one.tries == 1:
                log.warning(
                    "a hub did not agree to push; it is asked again",
                    action="push_not_agreed",
                    feed=one.feed_id,
                    hub=shown(one.hub),
                    reason=reason,
                )
            await self.save(again)

    async def verify(self, one: Subscription, query: Mapping[str, str]) -> str | None:
        """What a hub is answered that asks whether a subscription was meant; None where it was not.

        Raises:
            StoreError: it cannot be written; the hub is to ask again.
        """
        found = websub.verified(one, query, self._clock())
        if found is None:
            log.warning(
                "a hub asked to confirm what Wirewatch had not asked for", action="push_not_meant", feed=one.feed_id
            )
            return None
        after, challenge = found
        if after is None:
            await self._forget(one)
            return challenge
        await self.save(after)
        if after.state is PushState.REFUSED:
            log.warning("a hub refuses to push", action="push_refused", feed=one.feed_id, reason=after.reason)
        elif one.state is not PushState.ACTIVE:
            log.info(
                "a feed pushes what is new",
                action="push_agreed",
                feed=one.feed_id,
                until=after.until and after.until.isoformat(),
            )
        return challenge

    async def came(self, one: Subscription) -> None:
        """Remember that a push came and was taken."""
        await self.save(replace(self._known.get(one.feed_id, one), pushed_at=self._clock(), pushes=one.pushes + 1))

    async def forged(self, one: Subscription) -> None:
        """Remember that a push was not signed as agreed, and tell ops, once for each subscription."""
        self._on_forged()
        if one.forged == 0:
            log.warning("a push was not signed as agreed, and dropped", action="push_forged", feed=one.feed_id)
        await self.save(replace(self._known.get(one.feed_id, one), forged=one.forged + 1))
        if told := forged_push(one.feed_id, one.token, self._ops(), now=self._clock()):
            await self._store.enqueue(told)

    async def save(self, one: Subscription) -> None:
        """Write a subscription, and know it from now on.

        Raises:
            StoreError: it was not written, and is as it was.
        """
        await self._store.save_subscription(one)
        self._known[one.feed_id] = one
        self._reckon()
        self._wake.set()

    async def _forget(self, one: Subscription) -> None:
        await self._store.forget_subscription(one.feed_id)
        self._known.pop(one.feed_id, None)
        self._reckon()

    def _reckon(self) -> None:
        now = self._clock()
        self._pacing.pushing = frozenset(feed_id for feed_id, one in self._known.items() if one.is_pushing(now))
