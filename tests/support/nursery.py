"""Services in processes that are there at once: forked from one that has everything loaded, and real in all else.

A service that starts by itself imports for more than a second of processor time; a run of all tests starts a hundred.
All workers of a run share the process that services are forked from (`cradle`): the first that needs it starts it, and
it ends with the last of them. It is told of each service over a connection of its own, and says its process id and how
it ended; a service whose connection is closed is killed.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import fcntl
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.tree import ROOT

_ENDS_WITHIN = 10.0
_HOLDING = threading.Lock()


class Nursery:
    """Starts services that wait for less long. `start` gives a process id; `ended` waits for the exit status of one."""

    async def __aenter__(self) -> Self:
        self._ends: dict[int, asyncio.Task[int]] = {}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for pid, end in self._ends.items():
            if not end.done():
                with contextlib.suppress(ProcessLookupError):  # it ended just now
                    os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*self._ends.values())

    async def start(self, folder: Path, environment: Mapping[str, str], command: str = "run") -> int:
        """A service with these settings; what it logs goes to `log` in the folder."""
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        pid, end = await _forked(folder, {**os.environ, **environment}, [command], (nothing, log, log), hurried=True)
        self._ends[pid] = asyncio.create_task(end)
        return pid

    async def ended(self, pid: int) -> int:
        """The exit status of a service, minus the number of the signal that ended it."""
        return await asyncio.shield(self._ends[pid])


class Service:
    """A process of `service.py`, as `asyncio.subprocess.Process` has it."""

    def __init__(self, pid: int, end: asyncio.Task[int], stdin: int, stdout: int, stderr: int) -> None:
        self.pid = pid
        self._end, self._pipes = end, (stdin, stdout, stderr)

    async def opened(self) -> Self:
        """Open its ends of the pipes."""
        self._stdin = os.fdopen(self._pipes[0], "wb", buffering=0)
        self.stdout, self.stderr = [await _reader(end) for end in self._pipes[1:]]
        return self

    @property
    def returncode(self) -> int | None:
        """The exit status, minus the number of the signal that ended it; None while it runs."""
        return self._end.result() if self._end.done() else None

    async def communicate(self, stdin: bytes = b"") -> tuple[bytes, bytes]:
        """Send it this, and wait for its end; what it wrote to stdout and stderr."""
        sending = asyncio.to_thread(self._send, stdin)
        _, out, err = await asyncio.gather(sending, self.stdout.read(), self.stderr.read())
        await asyncio.shield(self._end)
        return out, err

    def _send(self, stdin: bytes) -> None:
        with self._stdin, contextlib.suppress(BrokenPipeError):
            self._stdin.write(stdin)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


async def started(folder: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> Service:
    """A service that waits as long as outside of tests, with pipes to it; `-c` and code run that, as Python does."""
    (in_there, in_here), (out_here, out_there), (err_here, err_there) = os.pipe(), os.pipe(), os.pipe()
    pid, end = await _forked(folder, environment, arguments, (in_there, out_there, err_there), hurried=False)
    return await Service(pid, asyncio.create_task(end), in_here, out_here, err_here).opened()


async def _reader(pipe: int) -> asyncio.StreamReader:
    """What comes out of a pipe."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0))
    return reader


async def _forked(
    folder: Path,
    environment: Mapping[str, str],
    arguments: Sequence[str],
    streams: tuple[int, int, int],
    *,
    hurried: bool,
) -> tuple[int, Any]:
    """The process id of a service with these streams, which are closed here, and what waits for its exit status."""
    request = json.dumps([str(folder), dict(environment), list(arguments), hurried])
    try:
        connection = await asyncio.to_thread(_connected)
        socket.send_fds(connection, [request.encode()], streams)
    finally:
        for stream in set(streams):
            os.close(stream)
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    pid = int(await reader.readline())

    async def end() -> int:
        status = await reader.readline()
        writer.close()
        assert status, "the process that services are forked from has ended; its error is above"
        return int(status)

    return pid, end()


def _connected() -> socket.socket:
    """A new connection to the process that services are forked from."""
    with _HOLDING:
        _held()
    return _connection()


@functools.cache
def _held() -> socket.socket:
    """A connection that keeps that process until this one ends; it is started if nobody has yet."""
    with open(f"{_address()}.lock", "w", encoding="utf-8") as lock:  # noqa: PTH123 - a name with an ending more
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            connection = _connection()
        except (FileNotFoundError, ConnectionRefusedError):
            _address().unlink(missing_ok=True)
            connection = _connection_to_new()
    atexit.register(connection.close)
    return connection


def _connection_to_new() -> socket.socket:
    """Start the process, and connect to it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.cradle", str(_address())], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline(), "the process that services are forked from did not start"
    # What is waited for counts as used by the tests, to those who look how much that is.
    atexit.register(_wait, process)
    return _connection()


def _wait(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDS_WITHIN)


def _connection() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(_address()))
    except OSError:
        connection.close()
        raise
    return connection


def _address() -> Path:
    """The same for all workers of a run, and for no other run."""
    return (
        Path(tempfile.gettempdir())
        / f"wirewatch-{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:12]}.forks"
    )
