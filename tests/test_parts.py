"""A part of the service that dies or hangs: the process ends loudly or replaces it, somebody is told, and it can stop.

The services are real processes that do harm to themselves (`tests/support/harm.py`); their limits are a tenth of those
outside of tests. They run beside each other, for most of the time is waited.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.fakes.feed_server import FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.nursery import Nursery
from tests.support.patience import PATIENCE, until
from tests.support.ports import free_port
from tests.support.receiver import SECRET, Receiver
from tests.support.world import World

RULE = (
    "format: 1\nid: killed\ntitle: Killed\nstatus: live\nsend_to: [desk]\nwords: {harm: {en: [kill]}}\n"
    "find: [{name: any mention, all: [harm]}]\nexamples: {match: [Nine killed], no_match: [nothing]}\n"
)
OPS = "C0OPS"
NONE = "matching hangs"
"""A harm that is not done."""

ENDS = {
    "polling is gone": "the scheduler has done nothing",
    "the outbox ends": "outbox ended",
    "the clock's watch ends": "watch the clock ended",
    "the event loop hangs": "the event loop has done nothing",
    "writing hangs": "the database has done nothing",
}
STOPS = ("matching hangs", "the resolver hangs", "the event loop hangs", "writing hangs")


class Desk:
    """A world with an ops route and one rule, and a service in it that can be harmed."""

    def __init__(self, world: World, nursery: Nursery, receiver: Receiver) -> None:
        self.world, self.nursery, self.receiver = world, nursery, receiver
        self.pid = 0
        self.metrics = free_port()
        world.poll_feeds("wire")
        world.write(
            "routes.yaml", f"ops: ops\nroutes: [{{name: desk, channel: C0DESK}}, {{name: ops, channel: {OPS}}}]\n"
        )
        world.write("rules/killed.yaml", RULE)
        world.environment |= {
            "WIREWATCH_RULES": str(world.folder / "rules"),
            "WIREWATCH_OPS_URL": receiver.hook,
            "WIREWATCH_HEARTBEAT_URL": receiver.beat,
            "WIREWATCH_METRICS": f"127.0.0.1:{self.metrics}",
        }
        self.publish("Nine killed in Homs")

    async def start(self, harm: str) -> None:
        """A service that has told what there is to be told."""
        known = len(self.headlines())
        self.pid = await self.nursery.start(self.world.folder, self.world.environment | {"HARM": harm})
        await until(lambda: len(self.headlines()) > known)

    async def harm(self) -> None:
        (self.world.folder / "harm").touch()
        await until((self.world.folder / "harmed").exists)

    def publish(self, title: str) -> None:
        self.world.feeds.serve("/wire.xml", rss(FeedEntry(title, f"https://wire.example/{len(title)}", title)))

    def headlines(self) -> list[str]:
        return [one["text"] for one in self.world.slack.messages("C0DESK")]

    async def healthz(self) -> tuple[int, str]:
        """What anybody is answered at /healthz, by a thread that needs no event loop."""

        def ask() -> tuple[int, str]:
            connection = http.client.HTTPConnection("127.0.0.1", self.metrics, timeout=PATIENCE)
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

        return await asyncio.to_thread(ask)

    async def healthz_says(self, status: int, part: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                found, text = await self.healthz()
                if found == status and part in text.splitlines():
                    return
                await asyncio.sleep(0.05)

    def ops(self, words: str) -> int:
        """How many messages in the channel of ops have these words."""
        return sum(words in json.dumps(one) for one in self.world.slack.messages(OPS))

    async def ended(self) -> int:
        return await asyncio.wait_for(self.nursery.ended(self.pid), PATIENCE)

    def log(self) -> str:
        return (self.world.folder / "log").read_text(encoding="utf-8")


@pytest.fixture
async def new_desk(tmp_path: Path) -> AsyncIterator[Callable[[], Desk]]:
    async with contextlib.AsyncExitStack() as stack:
        nursery = await stack.enter_async_context(Nursery())
        servers = [
            (
                await stack.enter_async_context(FeedServer()),
                await stack.enter_async_context(FakeSlack()),
                await stack.enter_async_context(Receiver()),
            )
            for _ in range(len(ENDS))
        ]

        def made() -> Desk:
            feeds, slack, receiver = servers.pop()
            folder = tmp_path / str(len(servers))
            folder.mkdir()
            return Desk(World(folder, feeds, slack), nursery, receiver)

        yield made


@pytest.mark.long
async def test_a_dead_part_ends_the_service_loudly_and_ops_is_told_by_the_next(new_desk: Callable[[], Desk]) -> None:
    async def survived(desk: Desk, harm: str) -> None:
        await desk.start(harm)
        await desk.harm()
        if harm == "the event loop hangs":
            await desk.healthz_says(503, "loop")
        assert (harm, await desk.ended()) == (harm, 1)
        assert ENDS[harm] in desk.log()
        desk.publish("Ten killed in Aleppo")
        await desk.start(NONE)
        assert ["Ten killed" in text for text in desk.headlines()] == [False, True]
        await until(lambda: desk.ops("Wirewatch was started again") == 1)
        os.kill(desk.pid, signal.SIGTERM)
        assert await desk.ended() == 0

    await asyncio.gather(*(survived(new_desk(), harm) for harm in ENDS))


@pytest.mark.first
async def test_sigterm_ends_the_service_in_ten_seconds_whatever_hangs(new_desk: Callable[[], Desk]) -> None:
    async def stopped(desk: Desk, harm: str) -> None:
        await desk.start(harm)
        await desk.harm()
        began = asyncio.get_running_loop().time()
        os.kill(desk.pid, signal.SIGTERM)
        # What was dead before it was asked to stop may have been noticed first.
        assert await desk.ended() in ((0, 1) if harm == "the event loop hangs" else (0,)), harm
        assert asyncio.get_running_loop().time() - began < 12, harm

    await asyncio.gather(*(stopped(new_desk(), harm) for harm in STOPS))


@pytest.mark.long
async def test_a_process_in_which_no_thread_gets_its_turn_ends(new_desk: Callable[[], Desk]) -> None:
    """An expression that never ends keeps the interpreter's lock; only the kernel's timer still runs."""
    desk = new_desk()
    await desk.start("nobody gets a turn")
    (desk.world.folder / "harm").touch()
    assert await desk.ended() == -signal.SIGPROF
    assert "most recent call first" in desk.log()


async def test_a_thread_that_matches_for_ever_is_replaced_and_the_next_report_is_told(
    new_desk: Callable[[], Desk],
) -> None:
    desk = new_desk()
    await desk.start("matching hangs")
    await desk.healthz_says(200, "ok")
    await desk.harm()
    await desk.healthz_says(503, "matcher")
    desk.publish("Ten killed in Aleppo")
    await until(lambda: any("Ten killed" in text for text in desk.headlines()))
    assert "matching_replaced" in desk.log()
    await until(lambda: desk.ops("Wirewatch works again") == 1)
    await desk.healthz_says(200, "ok")
    assert desk.ops("The matching of rules has done nothing though it should") == 1


@pytest.mark.long
async def test_slack_that_fails_is_told_by_the_second_way_and_in_slack_when_it_is_over(
    new_desk: Callable[[], Desk],
) -> None:
    desk = new_desk()
    told = desk.receiver.told
    await desk.start(NONE)
    await until(lambda: desk.receiver.beats > 0)
    desk.world.slack.plan = lambda _: "500 before"
    desk.publish("Ten killed in Aleppo")
    await until(lambda: bool(told))
    assert "Messages wait for channel C0DESK, and none has been accepted" in told[0]["text"]
    desk.world.slack.plan = lambda _: None
    await until(lambda: told[-1]["title"] == "Wirewatch works again")
    await until(lambda: desk.ops("It is over: messages wait for channel C0DESK") == 1)
    assert sum("Ten killed" in text for text in desk.headlines()) == 1
    assert SECRET not in desk.log()
