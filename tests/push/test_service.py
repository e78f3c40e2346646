"""The whole service beside a hub: from what is pushed to the card in Slack, without a poll."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.hub import FakeHub
from tests.support.fakes.slack import FakeSlack
from tests.support.patience import PATIENCE
from tests.support.world import World

HEADLINE = "Kherson: cluster munitions kill nine civilians at a market"
OLD = [FeedEntry(f"The council met on matter {n}", f"https://wire.example/{n}", f"g{n}") for n in range(6)]


@pytest.mark.long
async def test_what_is_pushed_to_a_running_service_is_a_card_and_health_says_who_pushes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as made:
        port = made.getsockname()[1]
    async with FeedServer() as feeds, FakeSlack() as slack, FakeHub() as hub:
        world = World(tmp_path, feeds, slack)
        world.poll_feeds("wire", interval="1h")
        links = f'<{hub.url}>; rel="hub", <{feeds.url("/wire.xml")}>; rel="self"'
        feeds.serve("/wire.xml", Answer(rss(*OLD), headers={"Link": links}))
        world.environment |= {
            "WIREWATCH_PUSH": f"127.0.0.1:{port}",
            "WIREWATCH_PUBLIC_URL": f"http://127.0.0.1:{port}/",
        }
        service = await world.start("run")
        reading = asyncio.create_task(service.communicate())
        try:
            await hub.wait_for(1, seconds=PATIENCE)
            assert await hub.push(rss(FeedEntry(HEADLINE, "https://wire.example/new", "new"))) == 202
            async with asyncio.timeout(PATIENCE):
                while not any(HEADLINE in str(message) for message in slack.messages()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            _, out, _ = await world.run("health")
            assert "feeds that push what is new: 1 of 1 with a hub" in out
        finally:
            with contextlib.suppress(ProcessLookupError):
                service.terminate()
            _, errors = await reading
        assert service.returncode == 0, errors.decode()[-2000:]
        assert len(feeds.requests) == 1
