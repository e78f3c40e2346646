"""The process that the services of tests are forked from, see `nursery`."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TIMES = {
    "monitor.deliver.posting.LEASE": 2.5,
    "monitor.deliver.retries.LOOK_UP_AFTER": 0.5,
    "monitor.deliver.retries.BROKEN_RETRY": 3.0,
    "monitor.deliver.retries.REFUSED_MESSAGE_RETRY": 9.0,
    "monitor.deliver.edits.EDIT_EVERY": 3.0,
    "storage.cardedits.EDIT_EVERY": 3.0,
    "monitor.deliver.slack.client.TIMEOUT": 1.0,
    "monitor.deliver.slack.sink.FIND_TIMEOUT": 1.5,
    "monitor.deliver.slack.sink.CHECK_TIMEOUT": 0.3,
    "monitor.deliver.slack.sink.PACE": 0.02,
    "monitor.app.runner.TICK": 0.1,
    "monitor.app.polling.LEASE": 2.0,
    "monitor.app.queueing.ALIVE_EVERY": 0.5,
    "monitor.app.queueing.STALLED_AFTER": 2.5,
    "monitor.app.worker.TAKE_OVER_EVERY": 1.0,
}
"""Seconds for what takes ten times as long outside of tests, in the same proportions.

NURSERY_SLOWER in the environment multiplies them, for a machine that has much else to do.
"""
_LOOK_EVERY = 0.02


def main() -> None:
    """Fork a service for each request that comes in, and tell its process id and how it ended."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(100)
    _load()
    gc.freeze()
    # A service that is forked sees it once it has a handler, as one that starts by itself has from its first lines.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    os.write(1, b"ready\n")
    services: dict[int, socket.socket] = {}
    this = os.getpid()
    try:
        if wanted := _look_after(listener, services):
            _serve(*wanted)
    finally:
        # No service stays behind, whatever went wrong here.
        for pid in services if os.getpid() == this else ():
            os.kill(pid, signal.SIGKILL)
    if os.getpid() == this:
        for left in (Path(sys.argv[1]), Path(f"{sys.argv[1]}.lock")):
            left.unlink(missing_ok=True)


def _look_after(listener: socket.socket, services: dict[int, socket.socket]) -> tuple[Any, ...] | None:
    """Fork services until nobody is connected any more; in a service itself, what it is to serve."""
    connections = {listener.accept()[0]}
    while connections:
        for one in select.select([listener, *connections], [], [], _LOOK_EVERY if services else None)[0]:
            if one is listener:
                connections.add(listener.accept()[0])
                continue
            request, streams = _read(one)
            if not request:
                connections.discard(one)
                one.close()
                for pid in [pid for pid, asked in services.items() if asked is one]:
                    os.kill(pid, signal.SIGKILL)
                continue
            pid = os.fork()
            if pid == 0:
                for open_here in (listener, *connections):
                    open_here.close()
                return (streams, *json.loads(request))
            for stream in streams:
                os.close(stream)
            services[pid] = one
            _tell(one, pid)
        for pid in list(services):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                _tell(services.pop(pid), os.waitstatus_to_exitcode(status))
    return None


def _read(connection: socket.socket) -> tuple[bytes, list[int]]:
    """A request and the streams that came with it; nothing where the connection is closed."""
    try:
        request, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    except ConnectionResetError:
        return b"", []
    return request, streams


def _tell(connection: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody wants to know any more
        connection.send(f"{number}\n".encode())


def _load() -> None:
    """Import and read what every service needs."""
    import importlib.util  # noqa: PLC0415 - the parser's processes import this module too, for nothing

    for name in (
        *(
            ["procrastinate", "monitor.app.queues", "monitor.app.worker"]
            if importlib.util.find_spec("procrastinate")
            else []
        ),
        "service",
        "monitor.app.app",
        "monitor.console.serve",
        "monitor.metrics",
        "monitor.config.reload",
        "monitor.app.runner",
        "monitor.app.pulse",
        "monitor.health.watchdog",
        "storage.store",
    ):
        importlib.import_module(name)
    importlib.import_module("monitor.link.reading").load()
    importlib.import_module("tests.support.rules").hits("kill", "Nine killed in Homs")


def _hurry() -> None:
    """Shorten the waits."""
    import importlib  # noqa: PLC0415
    from datetime import timedelta  # noqa: PLC0415

    slower = float(os.environ.get("NURSERY_SLOWER", "1"))
    for path, seconds in ((path, seconds * slower) for path, seconds in TIMES.items()):
        module, _, name = path.rpartition(".")
        if module not in sys.modules:
            continue
        before: Any = getattr(importlib.import_module(module), name)
        value = timedelta(seconds=seconds) if isinstance(before, timedelta) else seconds
        setattr(importlib.import_module(module), name, value)
    importlib.import_module("monitor.deliver.slack.sink").SlackSink.pace = timedelta(
        seconds=TIMES["monitor.deliver.slack.sink.PACE"]
    )
    importlib.import_module("tests.support.patience").ask_slack_again_soon()


def _serve(
    streams: Sequence[int],
    folder: str,
    environment: dict[str, str],
    arguments: list[str],
    hurried: bool,
) -> None:
    """Be the service until it ends, or run code as `python -c`; then this process ends as any that does so."""
    import service  # noqa: PLC0415

    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    if arguments[:1] == ["-c"]:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<code>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own
        return
    if hurried:
        _hurry()
    if "NAMES_HANG" in environment:
        from tests.support.harm import names_hang  # noqa: PLC0415

        names_hang()
    if harm := environment.get("HARM"):
        from tests.support.harm import lie_in_wait  # noqa: PLC0415

        lie_in_wait(harm)
    sys.argv = ["service.py", *arguments]
    service.end_until_started(arguments)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    service.main()


if __name__ == "__main__":
    main()
