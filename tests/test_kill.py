"""kill -9 at any instant loses nothing, doubles nothing and leaves no card as it was, while Slack misbehaves.

`make soak` does the same for longer, with real processes at their real pace.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.nursery import Nursery
from tests.support.patience import PATIENCE
from tests.support.siege import Siege, besieged

ROUNDS = 2


@pytest.fixture
async def sieges(tmp_path: Path, postgresql_url: str) -> AsyncIterator[list[Siege]]:
    """Several beside each other, for most of the time is waited; on PostgreSQL two services share the outbox."""
    async with contextlib.AsyncExitStack() as stack:
        nursery = await stack.enter_async_context(Nursery())
        alone = [besieged(tmp_path / str(seed), nursery, seed, edits=seed == 1) for seed in range(2)]
        shared = besieged(tmp_path / "shared", nursery, 2, services=2, database=postgresql_url)
        yield [await stack.enter_async_context(one) for one in (*alone, shared)]


@pytest.mark.first
async def test_kills_lose_nothing_double_nothing_and_keep_threads_in_order(sieges: list[Siege]) -> None:
    await asyncio.gather(*(endured(siege) for siege in sieges))
    assert sum(siege.channels.edited() for siege in sieges)


async def endured(siege: Siege) -> None:
    for _ in range(ROUNDS):
        await siege.attack()
    assert await siege.relieve(limit=PATIENCE) == 0
    assert siege.faults() == []
    assert siege.kills == ROUNDS * siege.services
