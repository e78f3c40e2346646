"""A question to the store from the command line: opened, asked, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

_S = TypeVar("_S")
_T = TypeVar("_T")


def ask(opened: AbstractAsyncContextManager[_S], question: Callable[[_S], Awaitable[_T]]) -> _T:
    """What the store answers."""

    async def asked() -> _T:
        async with opened as store:
            return await question(store)

    return asyncio.run(asked())
