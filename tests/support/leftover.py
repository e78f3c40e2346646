"""Services that a test leaves running, as one does that fails half-way, end with it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

_started: list[asyncio.subprocess.Process] = []


def note(process: asyncio.subprocess.Process) -> None:
    """Have a process killed at the end of the test, should it still run then."""
    _started.append(process)


def kill() -> None:
    """Kill what still runs."""
    while _started:
        process = _started.pop()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
