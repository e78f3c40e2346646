"""A port of this machine at which nobody listens."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port that was free a moment ago: to listen there, or to find nobody."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
