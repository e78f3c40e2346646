"""What Prometheus is told. Each part of the service gets its metrics here, in one registry."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, make_wsgi_app

from monitor.errors import SettingsError
from monitor.settings import OFF, host_and_port

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


class LoadedRule(Protocol):
    """A rule that is live or on test, as far as it is counted."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def hash(self) -> str:
        """Its version."""

    @property
    def status(self) -> StrEnum:
        """Whether it is live or on test."""


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


class Metrics:
    """The metrics of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._last_reload = Gauge(
            "wirewatch_config_last_reload_successful",
            "1 when feeds, routes and rules had no error when they were last read, else 0.",
            registry=self.registry,
        )
        self._reloads = Counter(
            "wirewatch_config_reloads",
            "How often changed files were read, and whether all of them had no error (success) or not (failure).",
            ["result"],
            registry=self.registry,
        )
        self._rules = Gauge(
            "wirewatch_rules_loaded",
            "1 for each rule that is live or on test, with the hash of its version.",
            ["rule", "hash", "status"],
            registry=self.registry,
        )
        self._canary = Gauge(
            "wirewatch_canary_last_arrival_timestamp_seconds",
            "When the last test entry stood in the ops channel, 0 when none did yet.",
            registry=self.registry,
        )
        for result in ("success", "failure"):
            self._reloads.labels(result)

    def loaded(self, rules: Sequence[LoadedRule], *, without_error: bool, reload: bool) -> None:
        """Tell which rules are loaded; `reload` False for the reading at the start."""
        self._last_reload.set(without_error)
        self._rules.clear()
        for rule in rules:
            self._rules.labels(rule.id, rule.hash, str(rule.status)).set(1)
        if reload:
            self._reloads.labels("success" if without_error else "failure").inc()

    def reload_failed(self) -> None:
        """Tell that changed files could not be read at all."""
        self._last_reload.set(0)
        self._reloads.labels("failure").inc()

    def canary_arrived(self, at: datetime) -> None:
        """Tell when a test entry went through the whole chain."""
        self._canary.set(at.timestamp())

    @contextmanager
    def served(self, address: str) -> Iterator[None]:
        """Serve the metrics at HOST:PORT, or nowhere when it is "off".

        Raises:
            SettingsError: nobody can listen there.
        """
        if address == OFF:
            yield
            return
        host, port = host_and_port(address)
        try:
            server = _Server((host, port), make_wsgi_app(self.registry))
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
