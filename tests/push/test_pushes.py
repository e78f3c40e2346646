"""Feeds that push, over real sockets: a hub of our own agrees, pushes, renews, forges, falls silent and is left."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from rich.console import Console
from structlog.testing import capture_logs

from monitor import settings
from monitor.app.app import App, open_app
from monitor.app.pulse import Pulse
from monitor.app.runner import Runner, Surroundings
from monitor.collect.schedule import APART
from monitor.config.configuration import Configuration
from monitor.config.reload import Reloader
from monitor.match.engine import compile_rules
from monitor.metrics import Metrics
from monitor.model import DeliveryState, Feed, Hub, PollReason, PollStatus, PushState, Route, Routes, Subscription
from monitor.pipeline.report import PollReport
from monitor.push.keeper import Keeper
from monitor.push.serve import pushes_of
from storage.store import Store
from tests.support.builders import NOW, minutes
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.hub import FakeHub
from tests.support.patience import PATIENCE
from tests.support.ports import free_port
from tests.support.stored import outbox_counts

OPS = Route(name="ops", channel="C0OPS")
OLD = [FeedEntry(f"The council met on matter {n}", f"https://wire.example/{n}", f"g{n}") for n in range(6)]
UNREAD = FeedEntry("The bridge at Dnipro is closed", "https://wire.example/unread", "unread")
NEW = FeedEntry("The ferry to Odesa runs again", "https://wire.example/new", "new")


@dataclass
class House:
    """A service that may be pushed to, with its own clock, one feed, and a hub."""

    app: App
    store: Store
    runner: Runner
    keeper: Keeper
    hub: FakeHub
    feeds: FeedServer
    configuration: Configuration
    now: datetime = NOW
    reports: list[PollReport] = field(default_factory=list)

    @property
    def feed(self) -> Feed:
        return self.configuration.feeds[0]

    async def poll(self, *entries: FeedEntry) -> PollReport:
        """Let the feed show these entries and its hub, and poll it."""
        links = f'<{self.hub.url}>; rel="hub", <{self.feed.url}>; rel="self"'
        self.feeds.serve("/wire.xml", Answer(rss(*entries), headers={"Link": links}))
        report = await self.app.poller.poll(self.feed)
        self.keeper.polled(report)
        return report

    async def pass_time(self, time: timedelta) -> None:
        """Move the clock, and look at what is due."""
        self.now += time
        await self.keeper.look()

    def subscription(self) -> Subscription:
        found = self.keeper.of("wire")
        assert found is not None
        return found

    async def agreed(self) -> None:
        """Wait until the hub has agreed to push."""
        await self.until(lambda: (found := self.keeper.of("wire")) is not None and found.state is PushState.ACTIVE)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that changes with what is under way."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - nothing says that it changed
                await asyncio.sleep(0.01)


@asynccontextmanager
async def house(folder: Path, *, private: bool = True, promised: bool = False) -> AsyncIterator[House]:
    port = free_port()
    options = settings.load(
        {
            "database_url": f"sqlite:///{folder}/w.db",
            "slack_bot_token": None,
            "wirewatch_allow_private_addresses": private,
            "wirewatch_push": f"127.0.0.1:{port}",
            "wirewatch_public_url": f"http://127.0.0.1:{port}/behind/a/proxy",
        }
    )
    async with FeedServer() as feeds, FakeHub() as hub:
        wire = Feed(id="wire", name="Wire", url=feeds.url("/wire.xml"), family="wire", promised=promised)
        configuration = Configuration((wire,), Routes((), OPS), compile_rules(()), ())
        store = Store.open(options.database_url)
        await store.upgrade()
        made: list[House] = []

        def clock() -> datetime:
            return made[0].now if made else NOW

        cards = Console(file=io.StringIO())
        async with open_app(options, configuration, store, clock=clock, cards=cards) as app:
            reloader = Reloader(options, store, Metrics(), clock=clock)
            pulse = Pulse(app, store, clock=clock)
            reports: list[PollReport] = []
            among = Surroundings(reloader=reloader, pulse=pulse, concurrency=1, clock=clock, polled=reports.append)
            runner = Runner(app, store, among)
            async with pushes_of(options, app, store, runner.push, clock=clock) as keeper:
                assert keeper is not None
                made.append(House(app, store, runner, keeper, hub, feeds, configuration, reports=reports))
                yield made[0]
        await store.close()


async def test_a_push_is_taken_as_a_poll_s_entries_are(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        assert (await it.poll(*OLD)).new == 6
        await it.until(lambda: it.hub.counts()["subscribe"] == 1)
        (form,) = it.hub.asks
        assert form["hub.topic"] == it.feed.url
        assert "/behind/a/proxy/push/" in form["hub.callback"]
        await it.agreed()
        before = await it.store.feed_state("wire")
        assert it.app.poller.pacing.pushing == set(), "nothing was pushed yet"

        assert await it.hub.push(rss(NEW)) == 202
        (pushed,) = it.reports
        assert (pushed.new, pushed.pushed) == (1, True)
        assert it.app.poller.pacing.pushing == {"wire"}
        after = await it.store.feed_state("wire")
        assert after.course.shown == 6
        assert after.course.missed == 0
        assert sum(after.rhythm.hours) == 1, "its rhythm is learnt from pushes, too"
        for name in ("etag", "body_hash", "validated_url", "next_poll_at", "polled_at", "succeeded_at"):
            assert getattr(after, name) == getattr(before, name), name

        assert await it.hub.push(rss(NEW), method="sha512") == 202
        assert it.reports[-1].new == 0, "a push that is repeated brings nothing"
        again = await it.poll(NEW, *OLD)
        assert (again.entries, again.new) == (7, 0), "nor does the poll that shows it"
        state = await it.store.feed_state("wire")
        assert state.rhythm.why is PollReason.PUSHED
        assert state.next_poll_at is not None
        assert state.next_poll_at - it.now >= 6 * it.feed.interval * 0.9

        of_another = f'<{it.feed.url}s>; rel="self alternate", <{it.hub.url}>; rel=hub'
        for body, link in (("<html>no feed</html>", ""), ("", ""), (rss(UNREAD), of_another)):
            it.now += minutes(1)
            assert await it.hub.push(body, link=link) == 202
            assert it.reports[-1].new == 0
            assert (await it.store.feed_state("wire")).next_poll_at == it.now, "what it held is polled for"
            await it.poll(NEW, *OLD)
        assert await it.hub.push("") == 202
        assert (await it.store.feed_state("wire")).next_poll_at == it.now + APART, "but not twice at once"
        assert await it.hub.push(rss(UNREAD), link=of_another.replace("xmls", "xml")) == 202
        assert it.reports[-1].new == 1


async def test_a_subscription_is_renewed_before_its_lease_ends_and_polls_take_over_when_it_is_lost(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as it:
        await it.poll(*OLD)
        await it.agreed()
        assert await it.hub.push(rss(NEW)) == 202
        await it.pass_time(timedelta(seconds=700))
        assert len(it.hub.asks) == 1
        await it.pass_time(timedelta(seconds=110))
        await it.until(lambda: it.hub.counts()["subscribe"] == 2)
        await it.until(lambda: it.subscription().until == it.now + timedelta(seconds=1000))
        assert it.app.poller.pacing.pushing == {"wire"}

        it.hub.silent = True
        await it.pass_time(timedelta(seconds=900))
        await it.hub.wait_for(3)
        assert it.app.poller.pacing.pushing == {"wire"}, "it holds until its lease ends"
        state = await it.store.feed_state("wire")
        asked = it.now + timedelta(seconds=150)
        rhythm = replace(state.rhythm, not_before=asked)
        await it.store.save_feed(replace(state, next_poll_at=asked + minutes(30), rhythm=rhythm))
        with capture_logs() as lines:
            await it.pass_time(timedelta(seconds=101))
        assert "push_lost" in [line["action"] for line in lines]
        assert it.app.poller.pacing.pushing == set()
        assert (await it.store.feed_state("wire")).next_poll_at == asked, "at once, but for what its publisher asks"


async def test_what_is_forged_is_dropped_counted_and_told_once(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        await it.poll(*OLD)
        await it.agreed()
        for signature in ("", "sha256=0", "sha1=" + "0" * 40):
            assert await it.hub.push(rss(NEW), signature=signature) == 202
        assert it.reports == []
        assert it.subscription().forged == 3
        assert it.app.poller.pacing.pushing == set()
        assert (await outbox_counts(it.store))[DeliveryState.PENDING] == 1
        assert (await it.poll(NEW, *OLD)).new == 1


async def test_a_hub_that_moved_is_asked_where_it_is_now(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        it.hub.moved = True
        await it.poll(*OLD)
        await it.agreed()
        assert len(it.hub.asks) == 1


async def test_only_what_was_asked_for_is_agreed_to(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        it.hub.silent = True
        await it.poll(*OLD)
        await it.hub.wait_for(1)
        (form,) = it.hub.asks
        assert (await it.hub.ask_back(form, topic="https://other.example/rss"))[0] == 404
        other = form | {"hub.callback": f"{form['hub.callback']}_"}
        assert (await it.hub.ask_back(other))[0] == 404
        assert await it.hub.ask_back(form) == (200, "a challenge")
        assert (await it.hub.ask_back(form))[0] == 404
        assert (await it.hub.ask_back(form, mode="unsubscribe"))[0] == 404
        assert it.subscription().state is PushState.ACTIVE


async def test_a_poll_that_finds_what_no_push_brought_is_trusted_more_than_pushes(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        await it.poll(*OLD)
        await it.agreed()
        assert await it.hub.push(rss(NEW)) == 202
        it.now += minutes(5)
        lost = FeedEntry("Nobody pushed this", "https://wire.example/lost", "lost")
        assert (await it.poll(lost, NEW, *OLD)).new == 1
        await it.keeper.look()
        assert it.app.poller.pacing.pushing == set()
        it.now += minutes(1)
        assert await it.hub.push(rss(replace(NEW, title="Another", guid="n2", link="https://wire.example/n2"))) == 202
        assert it.app.poller.pacing.pushing == {"wire"}


async def test_a_feed_that_is_taken_out_is_left(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        await it.poll(*OLD)
        await it.agreed()
        form = it.hub.asks[0]
        it.app.use(replace(it.configuration, feeds=()))
        await it.keeper.look()
        await it.until(lambda: it.hub.counts()["unsubscribe"] == 1)
        assert it.keeper.of("wire") is None
        assert await it.store.subscriptions() == []
        async with aiohttp.ClientSession() as session, session.post(form["hub.callback"], data=b"x") as answer:
            assert answer.status == 404


async def test_pushes_are_bounded_in_size_and_number(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        await it.poll(*OLD)
        await it.agreed()
        assert await it.hub.push(b"x" * 5_000_001) == 413
        found = [await it.hub.push("x", signature="") for _ in range(62)]
        assert found.count(429) == 3
        assert it.reports == []


async def test_a_hub_on_a_private_address_is_not_asked(tmp_path: Path) -> None:
    async with house(tmp_path, private=False) as it:
        it.keeper.polled(PollReport(id="wire", status=PollStatus.OK, hub=Hub(it.hub.url, it.feed.url)))
        await it.until(lambda: it.keeper.of("wire") is not None and bool(it.subscription().reason))
        assert "loopback" in it.subscription().reason
        assert it.hub.asks == []
