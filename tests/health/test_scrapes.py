"""The metrics: few connections at a time, none for ever, and none that takes descriptors from the service."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from monitor.health import scrapes
from monitor.metrics import Metrics
from tests.support.patience import PATIENCE


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_idle_connections_are_closed_and_those_beyond_the_limit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    port = _free_port()
    with scrapes.answered(f"127.0.0.1:{port}", Metrics().registry):
        with monkeypatch.context() as hurried:
            hurried.setattr(scrapes._Handler, "timeout", 0.5)
            idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(scrapes._MOST_CONNECTIONS + 20)]
            for connection in idle:
                connection.settimeout(PATIENCE)
                assert connection.recv(1) == b"", "closed by the server"
                connection.close()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            assert b"wirewatch_config_last_reload_successful" in answer.read()
