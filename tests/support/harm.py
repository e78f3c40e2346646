"""What a service of the nursery does to itself when the file `harm` appears in its folder, named by HARM.

The service is real; what happens in it is what a fault of Wirewatch, of a library or of a disk would do.
"""

from __future__ import annotations

import asyncio
import gc
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

SCALE = 0.1
"""The limits of parts are a tenth of those outside of tests."""

_FOREVER = 3600.0


def lie_in_wait(name: str) -> None:
    """Shorten the limits, and do harm when the file appears."""
    _shorten_limits()
    wait_for_harm(name)


def wait_for_harm(name: str) -> None:
    """Do harm when the file appears, at the limits that there are."""
    threading.Thread(target=_wait_and_do, args=(HARMS[name],), name="harm", daemon=True).start()


def names_hang() -> None:
    """Let the names below news.test be this machine's, and be looked up in vain while the file `hang` is there."""
    real, here = socket.getaddrinfo, Path.cwd()

    def looked_up(host: Any, *arguments: Any, **more: Any) -> Any:
        if not str(host).endswith(".news.test"):
            return real(host, *arguments, **more)
        if (here / "hang").exists():
            time.sleep(20)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real("127.0.0.1", *arguments, **more)

    socket.getaddrinfo = looked_up


def _shorten_limits() -> None:
    from monitor.app import pulse  # noqa: PLC0415 - the parser's processes import this module too, for nothing
    from monitor.health import alarm, signs, vitals, watchdog  # noqa: PLC0415

    for part, limits in signs.LIMITS.items():
        dead = limits.dead and limits.dead * SCALE
        signs.LIMITS = {**signs.LIMITS, part: replace(limits, late=limits.late * SCALE, dead=dead)}
    changed: dict[Any, tuple[str, ...]] = {
        pulse: ("EVERY", "_ASK_EVERY", "_LOST_EVERY", "_WELL_EVERY", "STORE_FAILS_AFTER", "REPLACED_AFTER"),
        alarm: ("OVER_AFTER", "LONGEST_SILENCE"),
        vitals: ("LONGEST_UNTRIED", "LONGEST_SILENCE"),
        watchdog: ("FROZEN_LIMIT",),
    }
    for module, names in changed.items():
        for one in names:
            setattr(module, one, getattr(module, one) * SCALE)


def _wait_and_do(harm: Callable[[asyncio.AbstractEventLoop], object]) -> None:
    file = Path("harm")
    while not file.exists():
        time.sleep(0.05)
    gc.unfreeze()  # what a start loaded is not among the objects that can be found (monitor.app.memory)
    loop = next(one for one in gc.get_objects() if isinstance(one, asyncio.AbstractEventLoop) and one.is_running())
    harm(loop)
    file.rename("harmed")


def _task(loop: asyncio.AbstractEventLoop, name: str) -> asyncio.Task[Any]:
    return next(task for task in asyncio.all_tasks(loop) if task.get_name() == name)


def _only(kind: type[Any], **has: Any) -> Any:
    found = [one for one in gc.get_objects() if isinstance(one, kind)]
    return next(one for one in found if all(getattr(one, name, None) == value for name, value in has.items()))


def _matching_hangs(_: asyncio.AbstractEventLoop) -> None:
    from monitor.health.onethread import OneThread  # noqa: PLC0415

    _only(OneThread, _name="match").submit(time.sleep, _FOREVER)


def _polling_gone(loop: asyncio.AbstractEventLoop) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415

    loop.call_soon_threadsafe(_only(AsyncIOScheduler).remove_job, "poll_due_feeds")


def _resolver_hangs(loop: asyncio.AbstractEventLoop) -> None:
    def all_threads() -> None:
        for _ in range(64):
            loop.run_in_executor(None, time.sleep, _FOREVER)

    loop.call_soon_threadsafe(all_threads)


def _writing_hangs(_: asyncio.AbstractEventLoop) -> None:
    from storage.database import Database  # noqa: PLC0415

    _only(Database)._write_threads.submit(time.sleep, _FOREVER)


def _nobody_gets_a_turn(_: asyncio.AbstractEventLoop) -> None:
    threading.Thread(target=re.match, args=("(a+)+$", "a" * 60 + "b"), daemon=True).start()


HARMS: dict[str, Callable[[asyncio.AbstractEventLoop], object]] = {
    "matching hangs": _matching_hangs,
    "polling is gone": _polling_gone,
    "the outbox ends": lambda loop: loop.call_soon_threadsafe(_task(loop, "outbox").cancel),
    "the clock's watch ends": lambda loop: loop.call_soon_threadsafe(_task(loop, "watch the clock").cancel),
    "the event loop hangs": lambda loop: loop.call_soon_threadsafe(time.sleep, _FOREVER),
    "the resolver hangs": _resolver_hangs,
    "writing hangs": _writing_hangs,
    "nobody gets a turn": _nobody_gets_a_turn,
}
