"""kill -9 at any instant loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.fakes.slack import FakeSlack
from tests.world import World

WORLDS, KILLS = 3, 7
DESKS = ("north", "east", "south", "west", "upper", "lower", "inner", "outer")
POSTS_PER_FEED = 4


@pytest.fixture
async def worlds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[World]]:
    """Several, killed beside each other: most of the time goes into waiting for leases of the dead to end."""
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(world_in(tmp_path_factory.mktemp("world"))) for _ in range(WORLDS)]


@contextlib.asynccontextmanager
async def world_in(folder: Path) -> AsyncIterator[World]:
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(folder, feeds, slack)
        world.environment["WIREWATCH_RULES"] = str(folder / "rules")
        routes = "\n".join(f"  - {{name: {desk}, channel: C{desk.upper()}}}" for desk in DESKS)
        world.write("routes.yaml", f"routes:\n{routes}\n")
        for desk in DESKS:
            world.write(
                f"rules/{desk}.yaml",
                f"format: 1\nid: {desk}\ntitle: {desk}\nstatus: live\nsend_to: [{desk}]\n"
                f"words: {{place: {{en: ['={desk}']}}}}\nfind: [{{name: any, all: [place]}}]\n"
                f"examples: {{match: [{desk} gate], no_match: [nothing]}}\n",
            )
        yield world


def headlines(feed: int) -> list[str]:
    """Headlines for four desks that share no rare word with any other, so that each is a story of its own."""
    desks = [DESKS[(feed * POSTS_PER_FEED + place) % len(DESKS)] for place in range(POSTS_PER_FEED)]
    return [
        f"Qal{feed}x{place} mor{place}k{feed} {desk} zan{feed}y{place} tel{place}w{feed}"
        for place, desk in enumerate(desks)
    ]


def publish(world: World, feed: int) -> list[str]:
    """One more feed, with an item for each of four desks."""
    titles = headlines(feed)
    entries = [FeedEntry(title, f"https://f{feed}.example/{place}", title) for place, title in enumerate(titles)]
    world.feeds.serve(f"/f{feed}.xml", Answer(rss(*entries), etag=f'"{feed}"'))
    world.poll_feeds(*(f"f{number}" for number in range(feed + 1)))
    return titles


async def kill_at_random_instant(world: World, rng: random.Random) -> None:
    """Start the service and kill it: some time after a poll began, or between Slack's storing and its reply."""
    process = await world.start("run")
    instant = asyncio.Event()
    count = rng.randint(1, POSTS_PER_FEED)

    def on_event(_: object) -> None:
        nonlocal count
        count -= 1
        if count == 0:
            instant.set()

    posting = rng.random() < 0.6
    if posting:
        world.slack.on_post = on_event
    else:
        count = 1
        world.feeds.on_request = on_event
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(instant.wait(), 6)
    if not posting:
        await asyncio.sleep(rng.random() * 0.2)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    world.slack.on_post = lambda _: None
    world.feeds.on_request = lambda _: None


@pytest.mark.first
@pytest.mark.timeout(280)
async def test_twenty_kills_lose_nothing_and_double_nothing(worlds: list[World]) -> None:
    await asyncio.gather(*(killed(world, random.Random(seed)) for seed, world in enumerate(worlds)))


async def killed(world: World, rng: random.Random) -> None:
    published: list[str] = []
    for feed in range(KILLS):
        published += publish(world, feed)
        await kill_at_random_instant(world, rng)

    process = await world.start("run")
    try:
        async with asyncio.timeout(180):
            await everything_told(world, len(published))
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()

    assert Counter(title(message) for message in world.slack.messages()) == Counter(published)
    assert process.returncode == 0


async def everything_told(world: World, count: int) -> None:
    """Wait until the service, a process of its own, has posted that many messages and has nothing left to post."""
    while len(world.slack.messages()) < count or await waiting(world):  # noqa: ASYNC110
        await asyncio.sleep(0.5)


async def waiting(world: World) -> bool:
    """Whether the outbox still holds anything that may be posted."""
    status, out, _ = await world.run("health")
    return status != 0 or ", 0 alerts waiting" not in out


def title(message: dict[str, object]) -> str:
    text = str(message["text"])
    return text.rpartition(" - ")[0].rpartition(": ")[2]
