"""Web servers within the service: where they listen, and how they end with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

_LONGEST_HEAD = 16 * 1024
_KEEP_ALIVE = 5
_STOP = 1.0


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        OSError: nobody can; the port is in use, say.
    """
    host = "127.0.0.1" if host == "localhost" else host
    family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # By its protocol the event loop knows that it may send without waiting: else each page takes 40 ms longer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(128)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


@asynccontextmanager
async def served(
    application: ASGIApp,
    listening: socket.socket,
    *,
    at_once: int,
    name: str,
    stop: asyncio.Event | None = None,
    failed: Callable[[BaseException], object] = lambda _: None,
) -> AsyncIterator[None]:
    """Answer requests meanwhile, so many `at_once`; the socket is closed at the end.

    With `stop` it takes no more requests once that is set: the service then has 10 seconds in all to end, and should
    not begin with this only when the others are done. `failed` is called with the error that ended the server.
    """
    server = _Server(
        uvicorn.Config(
            application,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=at_once,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]), name=name)
    ending = asyncio.create_task(_end(server, stop), name=f"the end of {name}")
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([serving], timeout=_STOP)
        serving.cancel()
        ending.cancel()
        ended, _ = await asyncio.gather(serving, ending, return_exceptions=True)
        listening.close()
        if isinstance(ended, Exception):
            failed(ended)


async def _end(server: uvicorn.Server, stop: asyncio.Event | None) -> None:
    if stop is not None:
        await stop.wait()
        server.should_exit = True


class _Server(uvicorn.Server):
    """Signals are the service's: it ends its servers with everything else."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
