"""Keeps the search up to date: reads items for it a few at a time, whenever nothing else is to be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

EVERY = timedelta(seconds=1)
"""How soon what came in is found, when there is no backlog."""

_AT_MOST = 0.5
"""Seconds that one run may take; the rest is for the next one."""

_APART = 0.01


class SearchStore(Protocol):
    """What keeping the search up to date needs of the store. Every method may raise `StoreError`."""

    async def read_for_search(self, now: datetime) -> int:
        """Read some items for the search; how many, 0 when it is up to date."""


async def keep_up(store: SearchStore, clock: Callable[[], datetime]) -> None:
    """Read what waits, for half a second at most.

    Raises:
        StoreError: the database cannot be used now.
    """
    now = asyncio.get_running_loop().time
    end = now() + _AT_MOST
    while await store.read_for_search(clock()) and now() < end:  # noqa: ASYNC110 - others write meanwhile
        await asyncio.sleep(_APART)
