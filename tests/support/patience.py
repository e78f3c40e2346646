"""How long tests wait for what must happen: however slow the machine is, and less than pytest lets a test take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 100
"""Seconds. What a test promises of the service's own speed has a limit of its own."""


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what happens in another process.

    Raises:
        TimeoutError: it did not happen.
    """
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
