"""A Slack with Socket Mode, a clock, and a store, for whoever clicks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.support.fakes.socketmode import FakeSocketMode
from tests.support.messages import Clock


@pytest.fixture
async def slack() -> AsyncIterator[FakeSocketMode]:
    async with FakeSocketMode() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def one_store(sqlite_url: str) -> AsyncIterator[Store]:
    """A store where what is tested is not the database's doing."""
    store = Store.open(sqlite_url, busy_timeout=10)
    yield store
    await store.close()
