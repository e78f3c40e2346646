"""What Prometheus is told. Each part of the service gets its metrics here, in one registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, start_http_server

from monitor.errors import SettingsError
from monitor.settings import OFF, host_and_port


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
            server, thread = start_http_server(port, host, self.registry)
        except OSError as error:
            raise SettingsError(f"WIREWATCH_METRICS: cannot listen on {address}: {error.strerror}") from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
