"""The metrics: few connections at a time, none for ever, and none that takes descriptors from the service."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from monitor.health import scrapes
from monitor.metrics import Metrics
from tests.support.patience import PATIENCE
from tests.support.ports import free_port


def test_connections_beyond_the_limit_are_closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrapes, "_MOST_CONNECTIONS", 2)
    monkeypatch.setattr(scrapes._Handler, "timeout", 2 * PATIENCE)
    port = free_port()
    with scrapes.answered(f"127.0.0.1:{port}", Metrics().registry):
        *idle, beyond = [socket.create_connection(("127.0.0.1", port), PATIENCE) for _ in range(3)]
        assert beyond.recv(1) == b"", "closed by the server"
        for connection in (*idle, beyond):
            connection.close()


def test_an_idle_connection_is_closed_and_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrapes, "_MOST_CONNECTIONS", 2)
    port = free_port()
    with scrapes.answered(f"127.0.0.1:{port}", Metrics().registry):
        with monkeypatch.context() as hurried:
            hurried.setattr(scrapes._Handler, "timeout", 0.05)
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as idle:
                assert idle.recv(1) == b"", "closed by the server"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            assert b"wirewatch_config_last_reload_successful" in answer.read()
