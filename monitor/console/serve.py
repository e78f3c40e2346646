"""The console beside the service: uvicorn in the same loop, without hands on signals, gone when the service stops."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
import uvicorn

from monitor.app.webserver import Server
from monitor.console.access import Access, Address, address_of, listen
from monitor.console.backtests import Backtests
from monitor.console.page import Console, ConsoleStore, Service
from monitor.console.site import site_of
from monitor.console.worker import Worker
from monitor.settings import Settings

log = structlog.get_logger()

_MOST_REQUESTS = 64
_STOP = 1.0
_KEEP_ALIVE = 5
_LONGEST_HEAD = 16 * 1024


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
    worker, backtests = Worker(settings), Backtests(console)
    server = Server(
        uvicorn.Config(
            site_of(console, address, worker, backtests),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MOST_REQUESTS,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
        )
    )
    url = url_of(address, listening)
    tasks = [
        asyncio.create_task(server.serve(sockets=[listening]), name="the console"),
        asyncio.create_task(_end(server, stop), name="the end of the console"),
    ]
    log.info("the console can be opened", action="console_started", url=url, login=access.needs_token)
    try:
        yield url
    finally:
        server.should_exit = True
        await asyncio.wait(tasks[:1], timeout=_STOP)
        for task in tasks:
            task.cancel()
        ended, _ = await asyncio.gather(*tasks, return_exceptions=True)
        await backtests.close()
        await worker.close()
        listening.close()
        if isinstance(ended, Exception):
            log.error("the console failed and ended", action="console_failed", error=f"{type(ended).__name__}: {ended}")


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    """End with the service, not after it: what is under way there has 10 seconds in all."""
    await stop.wait()
    server.should_exit = True


def _listening(address: Address) -> socket.socket | None:
    try:
        return listen(address)
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
