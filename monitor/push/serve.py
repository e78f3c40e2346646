"""Pushes beside the service: who keeps the subscriptions, and the server that hubs reach. Both end with the service."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from monitor.app.app import App
from monitor.app.edges import outgoing
from monitor.app.webserver import listen, served
from monitor.push.door import Take, door_of
from monitor.push.keeper import Keeper, PushStore
from monitor.settings import OFF, Settings, host_and_port

log = structlog.get_logger()

_MOST_REQUESTS = 32


@asynccontextmanager
async def pushes_of(
    settings: Settings,
    app: App,
    store: PushStore,
    take: Take,
    *,
    clock: Callable[[], datetime],
    forged: Callable[[], object] = lambda: None,
) -> AsyncIterator[Keeper | None]:
    """Keep subscriptions and take pushes meanwhile; None when that is off, or nobody can listen there.

    `forged` is called for each push that is not signed as agreed. Whatever goes wrong in here, feeds are polled.
    """
    listening = _listening(settings)
    if listening is None:
        yield None
        return
    ways = outgoing(settings)
    keeper = Keeper(
        store,
        ways,
        app.poller.pacing,
        public=settings.wirewatch_public_url,
        feeds=lambda: app.configuration.feeds_by_id,
        ops=lambda: app.configuration.routes.ops,
        clock=clock,
        on_forged=forged,
    )
    door = door_of(keeper, take, uptime=time.monotonic)
    host, port = listening.getsockname()[:2]
    keeping = asyncio.create_task(keeper.run(), name="the subscriptions")
    try:
        async with served(door, listening, at_once=_MOST_REQUESTS, name="the server for pushes"):
            log.info("hubs can push to this address", action="pushes_started", address=f"{host}:{port}")
            yield keeper
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await ways.close()
        app.poller.pacing.pushing = frozenset()


def _listening(settings: Settings) -> socket.socket | None:
    if settings.wirewatch_push == OFF:
        return None
    if not settings.wirewatch_public_url:
        log.error(
            "hubs cannot push: set WIREWATCH_PUBLIC_URL to the address at which they reach us; feeds are polled",
            action="pushes_not_started",
            address=settings.wirewatch_push,
        )
        return None
    try:
        return listen(*host_and_port(settings.wirewatch_push))
    except OSError as error:
        log.error(
            "hubs cannot push: the address of WIREWATCH_PUSH cannot be opened; feeds are polled",
            action="pushes_not_started",
            address=settings.wirewatch_push,
            error=error.strerror or str(error),
        )
        return None
