"""Who answers Prometheus and probes: a server on threads, which also answers while the event loop hangs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from monitor.errors import SettingsError
from monitor.settings import OFF, host_and_port

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_MOST_CONNECTIONS = 8
_LONGEST_WAIT = 5.0
"""Seconds that a connection may say nothing; the descriptors are needed for feeds and Slack."""


class _Handler(WSGIRequestHandler):
    timeout = _LONGEST_WAIT

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's
        """Nobody wants a line for each scrape."""


class _Server(ThreadingMixIn, WSGIServer):
    """Answers few connections at a time, and closes the others at once."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], app: WSGIApplication) -> None:
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.set_app(app)

    def server_bind(self) -> None:
        """Bind without asking a nameserver for our own name, as the base does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a connection, if one is free."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke off is nobody's business."""


def _with_health(metrics: WSGIApplication, health: Callable[[], tuple[int, str]] | None) -> WSGIApplication:
    """The metrics at every path, except /healthz where that is asked for."""
    if health is None:
        return metrics

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/healthz":
            return metrics(environ, start)
        status, text = health()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        start(f"{status} {HTTPStatus(status).phrase}", headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [text.encode()]

    return answer


@contextmanager
def answered(
    address: str, registry: CollectorRegistry, health: Callable[[], tuple[int, str]] | None = None
) -> Iterator[None]:
    """Serve the metrics of `registry` at HOST:PORT, or nowhere when it is "off".

    At /healthz the status and text of `health` are served, where there is one.

    Raises:
        SettingsError: nobody can listen there.
    """
    if address == OFF:
        yield
        return
    host, port = host_and_port(address)
    try:
        server = _Server((host, port), _with_health(make_wsgi_app(registry), health))
    except OSError as error:
        raise SettingsError(f"WIREWATCH_METRICS: cannot listen on {address}: {error.strerror}") from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
