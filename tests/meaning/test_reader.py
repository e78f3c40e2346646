"""Vectors for the service: nobody waits long, a process that fails is replaced, and what fails is counted."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from monitor.meaning import reader as module
from monitor.meaning.encoder import Encoder
from monitor.meaning.reader import MOST_WAITING, Reader
from tests.support.encoders import CRASHES, HANGS, NO_NUMBER, RAISES, SHORT, SLOW, Broken, Frail, Letters


@asynccontextmanager
async def reading(
    encoder: type[Encoder] = Frail, *, within: float = 60.0, hangs: float = 60.0, rest: float = 60.0
) -> AsyncIterator[Reader]:
    name = f"tests.support.encoders:{encoder.__name__}"
    async with Reader(name, encoder, within=within, hangs=hangs, rest=rest) as reader:
        yield reader


async def test_vectors_come_from_another_process_and_are_made_once() -> None:
    async with reading() as reader:
        first = await reader.vectors({"one", "three"})
        again = await reader.vectors({"one"})
    assert {text: vector[1] for text, vector in first.items()} == {"one": 3.0, "three": 5.0}
    assert first["one"][0] not in (os.getpid(), 0)
    assert list(again["one"]) == list(first["one"])
    assert (reader.counts["read"], reader.counts["remembered"], reader.restarts) == (2, 1, 0)


async def test_a_text_that_two_polls_wait_for_is_read_once() -> None:
    async with reading() as reader:
        first, second = await asyncio.gather(reader.vectors({"a", "bb"}), reader.vectors({"a"}))
        assert list(first["a"]) == list(second["a"])
        assert reader.counts["read"] == 3


async def test_the_vectors_are_those_of_the_encoder() -> None:
    async with reading(Letters) as reader:
        text = "Удар по лікарні ⚕ and more"
        found = await reader.vectors({text})
    assert list(found[text]) == Letters().encode([text])[0]


@pytest.mark.parametrize("how", [CRASHES, HANGS, RAISES, NO_NUMBER, SHORT])
async def test_a_process_that_fails_is_replaced_and_costs_its_text_alone(how: str) -> None:
    async with reading(hangs=1.5 if how == HANGS else 60.0) as reader:
        before = await reader.vectors({"well"})
        assert await reader.vectors({how}) == {}
        after = await reader.vectors({"also"})
        assert after["also"][0] != before["well"][0]
        assert (reader.counts["failed"], reader.restarts) == (1, 1)


async def test_who_waits_too_long_goes_on_without() -> None:
    async with reading(within=0.5) as reader:
        reader.warm()
        began = time.monotonic()
        assert await reader.vectors({HANGS}) == {}
        assert time.monotonic() - began < 10.0
        assert reader.counts["late"] == 1


async def test_what_finds_the_queue_full_is_not_waited_for() -> None:
    texts = {f"{SLOW} {number}" for number in range(MOST_WAITING + 10)}
    async with reading() as reader:
        found = await reader.vectors(texts)
        assert (len(found), reader.counts["full"]) == (MOST_WAITING, 10)


async def test_an_encoder_that_cannot_be_loaded_is_left_alone_for_a_while() -> None:
    async with reading(Broken) as reader:
        for number in range(3):
            assert await reader.vectors({f"text {number}"}) == {}
        restarts = reader.restarts
        assert await reader.vectors({"one more"}) == {}
        assert (restarts, reader.restarts, reader.counts["failed"]) == (3, 3, 4)


async def test_after_a_rest_it_is_tried_again() -> None:
    async with reading(rest=0.0) as reader:
        for number in range(4):
            assert await reader.vectors({RAISES}) == {}, number
        assert list(await reader.vectors({"well"})) == ["well"]


async def test_only_so_many_vectors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    async with reading() as reader:
        for text in ("a", "bb", "ccc", "a"):
            assert await reader.vectors({text})
        assert reader.counts["remembered"] == 0
        await reader.vectors({"ccc", "a"})
        assert reader.counts["remembered"] == 2
