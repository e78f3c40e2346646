"""Services in processes that are there at once: forked from one that has everything loaded, and real in all else.

A test that kills a service twenty times must not wait for twenty interpreters to start and import.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
TIMES = {
    "monitor.deliver.posting.LEASE": 2.5,
    "monitor.deliver.settle.LOOK_UP_AFTER": 0.5,
    "monitor.deliver.settle.BROKEN_CHANNEL_RETRY": 3.0,
    "monitor.deliver.settle.BROKEN_APP_RETRY": 3.0,
    "monitor.deliver.settle.REFUSED_MESSAGE_RETRY": 9.0,
    "monitor.deliver.edits.BROKEN_CHANNEL_RETRY": 3.0,
    "monitor.deliver.edits.EDIT_EVERY": 3.0,
    "storage.cardedits.EDIT_EVERY": 3.0,
    "monitor.deliver.slack.client.TIMEOUT": 1.0,
    "monitor.deliver.slack.sink.FIND_TIMEOUT": 1.5,
    "monitor.deliver.slack.sink.CHECK_TIMEOUT": 0.3,
    "monitor.deliver.slack.sink.PACE": 0.02,
    "monitor.app.runner.TICK": 0.1,
    "monitor.app.runner.LEASE": 2.0,
    "monitor.app.queues.ALIVE_EVERY": 0.5,
    "monitor.app.queues.STALLED_AFTER": 2.5,
    "monitor.app.worker.TAKE_OVER_EVERY": 1.0,
}
"""Seconds for what takes ten times as long outside of tests, in the same proportions.

NURSERY_SLOWER in the environment multiplies them, for a machine that has much else to do.
"""


class Nursery:
    """Starts services. `start` gives a process id; `ended` waits for the exit status of one."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.nursery",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for pid, end in self._ends.items():
            if not end.done():
                os.kill(pid, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def start(self, folder: Path, environment: Mapping[str, str], command: str = "run") -> int:
        """A service with these settings; what it logs goes to `log` in the folder."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps([str(folder), dict(environment), command])}\n".encode())
        started = asyncio.create_task(self._started.get())
        await asyncio.wait([started, self._reading], return_when=asyncio.FIRST_COMPLETED)
        assert started.done(), "the process that services come from has ended; its error is above"
        return started.result()

    async def ended(self, pid: int) -> int:
        """The exit status of a service, minus the number of the signal that ended it."""
        return await self._ends[pid]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            pid, status = json.loads(line)
            if status is None:
                self._ends[pid] = asyncio.get_running_loop().create_future()
                self._started.put_nowait(pid)
            else:
                self._ends[pid].set_result(status)


def main() -> None:
    """Fork a service for each line that comes in, and tell when it started and how it ended."""
    _load()
    lines = open(0, "rb", buffering=0)  # noqa: SIM115 - what is not buffered is what `select` sees
    waiting: set[int] = set()
    while True:
        if select.select([0], [], [], 0.02)[0]:
            line = lines.readline()
            if not line:
                return
            folder, environment, command = json.loads(line)
            pid = os.fork()
            if pid == 0:
                os._exit(_serve(folder, environment, command))
            waiting.add(pid)
            _tell(pid, None)
        for pid in list(waiting):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                waiting.discard(pid)
                _tell(pid, os.waitstatus_to_exitcode(status))


def _tell(pid: int, status: int | None) -> None:
    os.write(1, f"{json.dumps([pid, status])}\n".encode())


def _load() -> None:
    """Import and read what every service needs, and shorten the waits."""
    import importlib.util  # noqa: PLC0415 - the parser's processes import this module too, for nothing
    from datetime import timedelta  # noqa: PLC0415

    for name in (
        *(
            ["procrastinate", "monitor.app.queues", "monitor.app.worker"]
            if importlib.util.find_spec("procrastinate")
            else []
        ),
        "service",
        "monitor.app.app",
        "monitor.metrics",
        "monitor.config.reload",
        "monitor.app.runner",
        "monitor.app.pulse",
        "monitor.health.watchdog",
        "storage.store",
    ):
        importlib.import_module(name)
    importlib.import_module("monitor.link.reading").load()
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


def _serve(folder: str, environment: dict[str, str], command: str) -> int:
    """Be the service until it ends."""
    import service  # noqa: PLC0415

    log = os.open(f"{folder}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream, target in ((0, nothing), (1, log), (2, log)):
        os.dup2(target, stream)
    os.chdir(folder)
    os.environ.update(environment)
    if "NAMES_HANG" in environment:
        from tests.support.harm import names_hang  # noqa: PLC0415

        names_hang()
    if harm := environment.get("HARM"):
        from tests.support.harm import lie_in_wait  # noqa: PLC0415

        lie_in_wait(harm)
    sys.argv = ["service.py", command]
    try:
        service.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


if __name__ == "__main__":
    main()
