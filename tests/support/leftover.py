"""Services that a test leaves running, as one does that fails half-way, end with it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Protocol


class Process(Protocol):
    """A process that was started; `returncode` is None while it runs."""

    pid: int

    @property
    def returncode(self) -> int | None: ...


_started: list[Process] = []


def note(process: Process) -> None:
    """Have a process killed at the end of the test, should it still run then."""
    _started.append(process)


def kill() -> None:
    """Kill what still runs."""
    while _started:
        process = _started.pop()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
