"""Waits at a start for a database that cannot be used, and has ops told of it by the second way (docs/decisions/0026).

A process that ended instead would be started again and again, and none of them would live long enough to tell anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeVar

import structlog

from monitor.errors import StoreBusy, StoreUnavailable

log = structlog.get_logger()

S = TypeVar("S")

TRY_EVERY = 5.0
"""Seconds from one attempt to the next."""

TOLD_AFTER = 35.0
"""Seconds after which ops is told that the service cannot start; an attempt itself may wait 30 s for a lock."""


async def opened_patiently(
    stack: AsyncExitStack,
    opening: Callable[[], AbstractAsyncContextManager[S]],
    *,
    tell: Callable[[str, str], object],
    stop: asyncio.Event,
) -> S | None:
    """The store, once it can be opened, to be closed with `stack`; None when `stop` was set before.

    `tell` sends a title and a text by the second way, and may block.

    Raises:
        StoreError: it cannot be opened, and waiting would not help.
    """
    loop = asyncio.get_running_loop()
    began, told, failed = loop.time(), False, False
    while not stop.is_set():
        try:
            store = await stack.enter_async_context(opening())
        except (StoreBusy, StoreUnavailable) as error:
            waited = loop.time() - began
            if not failed:
                log.error("the database cannot be used; the start waits for it", action="start_waits", error=str(error))
            failed = True
            if not told and waited >= TOLD_AFTER:
                told = True
                text = (
                    f"For {waited:.0f} s the service has been waiting for its database: {error}. Until it can use it, "
                    "no feed is read and no alert is posted. It tries again by itself. A message follows when it can."
                )
                await asyncio.to_thread(tell, "Wirewatch cannot start: the database cannot be used", text)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TRY_EVERY)
            continue
        if failed:
            log.info("the database can be used; the start goes on", action="start_goes_on")
        if told:
            lasted = f"It waited {loop.time() - began:.0f} s for its database, and starts now."
            await asyncio.to_thread(tell, "Wirewatch starts: the database works again", f"It is over. {lasted}")
        return store
    return None
