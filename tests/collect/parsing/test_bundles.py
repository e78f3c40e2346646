"""Small documents that wait together: what is read at once, and what becomes of a bundle that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from monitor.collect.parsing.bundles import MOST, Bundles
from monitor.collect.parsing.parse import Parser
from monitor.model import Fetched
from tests.support.documents import parse_document
from tests.support.fakes.feed_server import FeedEntry, rss


async def read(
    numbers: Sequence[int], *, cut_off: int | None = None, fails: bool = False
) -> tuple[list[int], list[object]]:
    """How many numbers each bundle had, when these come while a first one is under way; and the answers."""
    sizes: list[int] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def doubled(some: Sequence[int]) -> Sequence[int] | None:
        sizes.append(len(some))
        begun.set()
        await go_on.wait()
        if fails and len(sizes) == 2:
            return None
        return [2 * one for one in some]

    bundles = Bundles(doubled)
    first = asyncio.create_task(bundles(0))
    await begun.wait()
    rest = [asyncio.create_task(bundles(number)) for number in numbers]
    await asyncio.sleep(0)
    if cut_off is not None:
        rest[cut_off].cancel()
        await asyncio.sleep(0)
    go_on.set()
    return sizes, await asyncio.gather(first, *rest, return_exceptions=True)


async def test_what_comes_while_a_bundle_is_under_way_is_the_next() -> None:
    sizes, answers = await read(range(1, MOST + 3))
    assert sizes == [1, MOST, 2]
    assert answers == [2 * number for number in range(MOST + 3)]


async def test_of_a_bundle_that_failed_each_document_is_to_be_read_alone() -> None:
    assert await read(range(1, MOST + 2), fails=True) == ([1, MOST, 1], [0, *[None] * MOST, 2 * (MOST + 1)])


async def test_a_poll_that_was_cut_off_is_in_no_bundle() -> None:
    sizes, answers = await read([1, 2, 3], cut_off=1)
    assert sizes == [1, 2]
    assert [answers[0], answers[1], answers[3]] == [0, 2, 6]
    assert isinstance(answers[2], asyncio.CancelledError)


async def test_whoever_waits_when_bundles_end_reads_alone() -> None:
    async def never(_: Sequence[int]) -> None:
        await asyncio.Event().wait()

    bundles = Bundles[int, int](never)
    waiting = [asyncio.create_task(bundles(number)) for number in range(MOST + 5)]
    await asyncio.sleep(0)
    await bundles.close()
    assert await asyncio.gather(*waiting) == [None] * (MOST + 5)


async def test_documents_in_bundles_say_what_each_says_alone() -> None:
    bodies = [rss(FeedEntry(f"Report {n}", f"https://f{n}.example/1", str(n))) for n in range(20)]
    bodies[7], bodies[11] = "<html><title>Sorry</title></html>", ""
    documents = [Fetched(url=f"https://f{n}.example/rss", body=one.encode()) for n, one in enumerate(bodies)]
    async with Parser() as parser:
        together = await asyncio.gather(*map(parser.parse, documents))
    assert list(together) == [parse_document(one.encode(), content_type=None) for one in bodies]
