"""The canary: it goes through the chain to the ops channel's thread, is nobody's news, and is reported when late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from monitor.app.app import App
from monitor.app.canary import LATE_AFTER
from monitor.health.signs import WorkSigns
from storage.store import Store
from tests.support.builders import NOW
from tests.support.world import World

OPS = "C0OPS"
ROUTES = "ops: ops\nroutes: [{name: desk, channel: C0DESK}, {name: ops, channel: C0OPS}]\n"
EVERY = 30 * 60


@dataclass
class Flight:
    """An open app with a clock that tests move."""

    world: World
    app: App
    store: Store
    signs: WorkSigns
    now: list[datetime] = field(default_factory=lambda: [NOW])

    def pass_(self, seconds: float) -> None:
        self.now[0] += timedelta(seconds=seconds)
        self.signs.advance(seconds)

    async def look(self) -> int:
        assert self.app.canary is not None
        made = await self.app.canary.look()
        await self.app.outbox.drain()
        return made

    async def fly(self) -> None:
        self.pass_(EVERY)
        await self.look()
        await self.look()


@pytest.fixture
async def flight(world: World, unpaced: None) -> AsyncIterator[Flight]:
    world.write("routes.yaml", ROUTES)
    world.poll_feeds("wire")
    world.environment["WIREWATCH_ALLOW_PRIVATE_ADDRESSES"] = "false"
    world.environment["WIREWATCH_CANARY"] = "30m"
    signs, now = WorkSigns(), [NOW]

    def clock() -> datetime:
        now[0] += timedelta(milliseconds=5)  # the outbox waits for the next millisecond
        return now[0]

    async with world.opened(signs=signs, clock=clock) as (app, store):
        yield Flight(world, app, store, signs, now)


async def test_it_is_a_reply_in_one_thread_of_the_ops_channel_and_nobodys_news(flight: Flight) -> None:
    assert await flight.look() == 0, "a service that just started posts nothing but news"
    for _ in range(3):
        await flight.fly()
    messages = flight.world.slack.messages(OPS)
    (head,) = [one for one in messages if "thread_ts" not in one]
    replies = [one for one in messages if "thread_ts" in one]
    assert len(replies) == 3
    assert {one["thread_ts"] for one in replies} == {head["ts"]}
    assert not any(one.get("reply_broadcast") for one in replies)
    assert flight.world.slack.messages("C0DESK") == []
    assert list(await flight.store.stories(NOW - timedelta(days=1))) == []
    assert flight.app.canary is not None
    assert flight.app.canary.arrived_at is not None
    assert timedelta(0) <= flight.now[0] - flight.app.canary.arrived_at < timedelta(seconds=5)
    assert flight.app.canary.trouble("w1", flight.now[0]) is None


async def test_one_that_does_not_arrive_is_reported_with_its_stage_until_one_does(flight: Flight) -> None:
    canary = flight.app.canary
    assert canary is not None
    flight.pass_(EVERY)
    await canary.look()  # nobody delivers
    flight.pass_(LATE_AFTER)
    await canary.look()
    assert canary.trouble("w1", flight.now[0]) is None
    flight.pass_(1)
    late = canary.trouble("w1", flight.now[0])
    assert late is not None
    assert late.name == "canary@w1"
    assert late.since == flight.now[0] - timedelta(seconds=LATE_AFTER + 1)
    assert "the outbox" in late.what
    await flight.look()
    await flight.look()
    assert canary.trouble("w1", flight.now[0]) is None


async def test_a_chain_that_fails_before_the_outbox_is_tried_again_and_names_its_stage(flight: Flight) -> None:
    canary = flight.app.canary
    assert canary is not None
    flight.pass_(EVERY)
    await canary._runner.cleanup()
    assert await canary.look() == 0
    flight.pass_(LATE_AFTER + 1)
    assert await canary.look() == 0
    late = canary.trouble("w1", flight.now[0])
    assert late is not None
    assert "stopped at: fetch (" in late.what
