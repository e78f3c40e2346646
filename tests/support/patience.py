"""How long tests wait for what must happen: however slow the machine is, and less than pytest lets a test take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from slack_sdk.http_retry import handler
from slack_sdk.http_retry.jitter import Jitter

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


class _NoJitter(Jitter):
    def recalculate(self, duration: float) -> float:
        return duration


def ask_slack_again_soon() -> None:
    """Let slack_sdk wait a twentieth of a second before it asks Slack again for what it reads, not up to two."""
    calculator = handler.default_interval_calculator
    calculator.backoff_factor, calculator.jitter = 0.05, _NoJitter()
