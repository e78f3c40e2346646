"""The console beside the service, in the same event loop: it begins and ends with it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from monitor.app.webserver import listen, served
from monitor.console.access import Access, Address, address_of
from monitor.console.backtests import Backtests
from monitor.console.page import Console, ConsoleStore, Service
from monitor.console.site import site_of
from monitor.console.worker import DraftWorker
from monitor.settings import Settings

log = structlog.get_logger()

_MOST_REQUESTS = 64


@asynccontextmanager
async def console_of(
    settings: Settings,
    service: Service,
    store: ConsoleStore,
    *,
    clock: Callable[[], datetime],
    visitor: str,
    stop: asyncio.Event,
) -> AsyncIterator[str]:
    """Serve the console until `stop` is set; gives its address, "" when it is off or nobody can listen there.

    `visitor` is who acts where nobody has to log in. Whatever goes wrong in here, alerts go on.

    Raises:
        SettingsError: others could reach it, and there is no token.
    """
    address = address_of(settings)
    listening = _listening(address) if address else None
    if address is None or listening is None:
        yield ""
        return
    token = settings.wirewatch_console_token
    access = Access(token.get_secret_value() if token else "", time.monotonic, visitor)
    console = Console(service=service, store=store, clock=clock, access=access, settings=settings)
    worker, backtests = DraftWorker(settings), Backtests(console)
    site = site_of(console, address, worker, backtests)
    url = url_of(address, listening)
    try:
        async with served(site, listening, at_once=_MOST_REQUESTS, name="the console", stop=stop, failed=_failed):
            log.info("the console can be opened", action="console_started", url=url, login=access.needs_token)
            yield url
    finally:
        await backtests.close()
        await worker.close()


def _failed(error: BaseException) -> None:
    log.error("the console failed and ended", action="console_failed", error=f"{type(error).__name__}: {error}")


def _listening(address: Address) -> socket.socket | None:
    try:
        return listen(address.host, address.port)
    except OSError as error:
        log.error(
            "the console cannot be opened; alerts go on without it. Free the port or set WIREWATCH_CONSOLE to another "
            "address, then start again",
            action="console_not_started",
            address=f"{address.host}:{address.port}",
            error=error.strerror or str(error),
        )
        return None


def url_of(address: Address, listening: socket.socket) -> str:
    """Where to point a browser."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"http://{host}:{listening.getsockname()[1]}/"
