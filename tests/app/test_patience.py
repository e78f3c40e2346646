"""A start waits for a database that cannot be used, has ops told once, and goes on; or ends when it is asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest

from monitor.app import patience
from monitor.errors import StoreBusy, StoreError, StoreUnavailable


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRY_EVERY", 0.001)
    monkeypatch.setattr(patience, "TOLD_AFTER", 0.005)


def refusing(error: StoreError, *, while_: Callable[[], bool]) -> Callable[[], AbstractAsyncContextManager[str]]:
    @asynccontextmanager
    async def opening() -> AsyncIterator[str]:
        if while_():
            raise error
        yield "the store"

    return opening


@pytest.mark.parametrize("error", [StoreBusy("it is locked"), StoreUnavailable("its disk is full")])
async def test_it_is_told_once_and_once_when_the_start_goes_on(error: StoreError) -> None:
    told: list[tuple[str, str]] = []
    tries = iter(range(100))
    opening = refusing(error, while_=lambda: next(tries) < 20 or not told)
    async with AsyncExitStack() as stack:
        store = await patience.opened_patiently(
            stack,
            opening,
            tell=lambda title, text: told.append((title, text)),
            stop=asyncio.Event(),
        )
    assert store == "the store"
    (began, why), (ended, over) = told
    assert (began, ended) == (
        "Wirewatch cannot start: the database cannot be used",
        "Wirewatch starts: the database works again",
    )
    assert str(error) in why
    assert over.startswith("It is over.")


async def test_a_start_that_waits_ends_when_it_is_asked_to() -> None:
    stop, told = asyncio.Event(), list[str]()

    def tell(title: str, _: str) -> None:
        told.append(title)
        loop.call_soon_threadsafe(stop.set)

    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        opening = refusing(StoreBusy("it is locked"), while_=lambda: True)
        store = await patience.opened_patiently(stack, opening, tell=tell, stop=stop)
    assert store is None
    assert told == ["Wirewatch cannot start: the database cannot be used"]


async def test_what_waiting_does_not_help_ends_the_start() -> None:
    opening = refusing(StoreError("it is newer than this Wirewatch"), while_=lambda: True)
    async with AsyncExitStack() as stack:
        with pytest.raises(StoreError, match="newer"):
            await patience.opened_patiently(stack, opening, tell=print, stop=asyncio.Event())
