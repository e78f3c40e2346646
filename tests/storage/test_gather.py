"""Gathering: what is asked for at one moment is answered together, and nobody waits for what does not come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from storage.gather import Gather


class Bad(Exception):
    """The fault of one question."""


class Down(Exception):
    """What fails whatever is asked."""


@pytest.fixture
def batches() -> list[list[int]]:
    return []


@pytest.fixture
def gather(batches: list[list[int]]) -> Gather[int, int]:
    async def answer(asked: Sequence[int]) -> Sequence[int]:
        batches.append(list(asked))
        if min(asked) < 0:
            raise Bad
        if 9 in asked:
            raise Down
        return [10 * one for one in asked]

    return Gather(answer, own_fault=Bad, most=4)


async def test_what_is_asked_at_one_moment_is_answered_together(
    gather: Gather[int, int], batches: list[list[int]]
) -> None:
    async def late(number: int, turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await gather(number)

    answers = await asyncio.gather(*(late(number, turns) for number, turns in ((1, 0), (2, 1), (3, 3))))
    assert answers == [10, 20, 30]
    assert batches == [[1, 2, 3]]


async def test_no_more_than_so_many_are_answered_together(gather: Gather[int, int], batches: list[list[int]]) -> None:
    assert await asyncio.gather(*map(gather, range(6))) == [0, 10, 20, 30, 40, 50]
    assert batches == [[0, 1, 2, 3], [4, 5]]


async def test_heavy_questions_are_answered_by_few_and_one_too_heavy_alone(batches: list[list[int]]) -> None:
    async def answer(asked: Sequence[int]) -> Sequence[int]:
        batches.append(list(asked))
        return asked

    gather = Gather[int, int](answer, own_fault=Bad, most=4, weight=lambda asked: asked)
    assert await asyncio.gather(*map(gather, (1, 2, 2, 9, 1, 3))) == [1, 2, 2, 9, 1, 3]
    assert batches == [[1, 2], [2], [9], [1, 3]]


async def test_a_question_is_answered_though_others_never_cease(
    gather: Gather[int, int], batches: list[list[int]]
) -> None:
    first = asyncio.create_task(gather(1))
    others = []
    while not first.done():
        others.append(asyncio.create_task(gather(2)))
        await asyncio.sleep(0)
    assert await first == 10
    assert await asyncio.gather(*others) == [20] * len(others)
    assert batches[0][0] == 1


async def test_one_that_cannot_be_answered_costs_the_others_nothing(
    gather: Gather[int, int], batches: list[list[int]]
) -> None:
    answers = await asyncio.gather(*map(gather, (1, -2, 3)), return_exceptions=True)
    assert (answers[0], type(answers[1]), answers[2]) == (10, Bad, 30)
    assert batches == [[1, -2, 3], [1], [-2], [3]]


async def test_what_is_nobodys_fault_fails_for_all_and_is_not_asked_again(
    gather: Gather[int, int], batches: list[list[int]]
) -> None:
    answers = await asyncio.gather(*map(gather, (8, 9, 10)), return_exceptions=True)
    assert [type(one) for one in answers] == [Down, Down, Down]
    assert batches == [[8, 9, 10]]


async def test_a_caller_that_gives_up_keeps_nobody_waiting(gather: Gather[int, int]) -> None:
    calls = [asyncio.create_task(gather(number)) for number in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    assert [await calls[0], await calls[2]] == [0, 20]


async def test_who_waits_is_not_left_waiting_when_the_loop_ends(gather: Gather[int, int]) -> None:
    waiting = asyncio.create_task(gather(1))
    await asyncio.sleep(0)
    assert gather._task is not None
    await asyncio.sleep(0)
    gather._task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
