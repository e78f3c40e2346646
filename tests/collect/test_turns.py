"""Whose document is parsed next: told by order and by count, never by seconds."""

from __future__ import annotations

import asyncio

from monitor.collect.parsing.parse import Parser
from monitor.collect.turns import Turns
from monitor.model import Fetched, Parsed
from tests.support.fakes.feed_server import FeedEntry, rss


async def in_turn(turns: Turns, order: list[str], whose: str, expected: float, *, slow: bool = False) -> None:
    async with turns.turn(whose, expected=expected, slow=slow):
        order.append(whose)
        await asyncio.sleep(0)


async def test_short_documents_overtake_long_ones() -> None:
    turns, order = Turns(1), list[str]()
    costs = {"first": 1.0, "long": 9.0, "short": 0.1, "middle": 1.0}
    await asyncio.gather(*(in_turn(turns, order, name, cost) for name, cost in costs.items()))
    assert order == ["first", "short", "middle", "long"]


async def test_a_feed_that_took_little_overtakes_those_that_took_much_however_long_they_wait() -> None:
    turns, order, done = Turns(1), list[str](), asyncio.Event()
    for number in range(5):
        turns.took(f"greedy {number}", 5.0 - number)
    turns.took("modest", 0.1)

    async def hold() -> None:
        async with turns.turn("first", expected=1, slow=False):
            await done.wait()

    first = asyncio.create_task(hold())
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(in_turn(turns, order, f"greedy {number}", 0.1)) for number in range(5)]
    await asyncio.sleep(0)
    waiting.append(asyncio.create_task(in_turn(turns, order, "modest", 0.1)))
    await asyncio.sleep(0)
    done.set()
    await asyncio.gather(first, *waiting)
    assert order == ["modest", "greedy 4", "greedy 3", "greedy 2", "greedy 1", "greedy 0"]


async def test_a_worker_is_left_for_what_is_quick_however_much_is_slow() -> None:
    turns, running, done = Turns(2), set[str](), asyncio.Event()

    async def hold(name: str) -> None:
        async with turns.turn(name, expected=20, slow=True):
            running.add(name)
            await done.wait()
        running.discard(name)

    slow = [asyncio.create_task(hold(f"slow {number}")) for number in range(30)]
    await asyncio.sleep(0)
    order: list[str] = []
    for number in range(20):  # one after another, each while all the slow ones wait
        await in_turn(turns, order, f"quick {number}", 0.1)
        assert len(running) == 1
    assert len(order) == 20
    done.set()
    await asyncio.gather(*slow)


async def test_a_feed_has_one_turn_at_a_time() -> None:
    turns, order, done = Turns(2), list[str](), asyncio.Event()

    async def hold() -> None:
        async with turns.turn("greedy", expected=0.1, slow=False):
            order.append("greedy")
            await done.wait()

    greedy = [asyncio.create_task(hold()) for _ in range(3)]
    await asyncio.sleep(0)
    await in_turn(turns, order, "modest", 0.1)
    assert order == ["greedy", "modest"]
    done.set()
    await asyncio.gather(*greedy)
    assert order == ["greedy", "modest", "greedy", "greedy"]


async def test_a_turn_that_is_given_up_is_nobodys() -> None:
    turns, order = Turns(1), list[str]()
    async with turns.turn("first", expected=1, slow=False):
        waiting = asyncio.create_task(in_turn(turns, order, "gone", 1))
        await asyncio.sleep(0)
        waiting.cancel()
    await in_turn(turns, order, "next", 1)
    assert order == ["next"]


async def test_what_took_long_is_expected_to_take_long() -> None:
    turns = Turns(2)
    assert turns.expected("a", 1_000_000) < turns.expected("a", 20_000_000)
    turns.took("a", 12.0)
    assert turns.expected("a", 100) == 12.0


async def test_a_document_that_needs_more_than_the_short_time_is_read_all_the_same() -> None:
    async with Parser(quick=0.01) as parser:
        read = await parser.parse(Fetched(url="http://a.example/", body=rss(FeedEntry("One")).encode()))
        again = await parser.parse(Fetched(url="http://a.example/", body=rss(FeedEntry("Two")).encode()))
    assert isinstance(read, Parsed)
    assert isinstance(again, Parsed)
