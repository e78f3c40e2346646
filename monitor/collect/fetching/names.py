"""Names are looked up on threads of their own, so that a nameserver that does not answer holds up its own names alone.

The system's `getaddrinfo` is what knows this machine's hosts file and search domains, and it cannot be broken off. On
the event loop's few common threads, a handful of dead nameservers would stop every other feed, and Slack.
docs/decisions/0027.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import OrderedDict
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult

SLOW = 2.0
"""Seconds that a look-up may take before what the name stood for last is taken in its place."""

_AT_ONCE_QUICK = 16
_AT_ONCE_OTHERS = 96
"""How many look-ups run at once: of names that were quick the last time, and of the others."""

_REMEMBERED = 10_000


@dataclass(slots=True)
class _Known:
    quick: bool
    found: tuple[tuple[socket.AddressFamily, int, str], ...] = ()


class Names(AbstractResolver):
    """Looks up names for one aiohttp session."""

    def __init__(self) -> None:
        self._quick = asyncio.Semaphore(_AT_ONCE_QUICK)
        self._others = asyncio.Semaphore(_AT_ONCE_OTHERS)
        self._known: OrderedDict[tuple[str, int], _Known] = OrderedDict()
        self._asked: dict[tuple[str, int], asyncio.Task[_Known]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name; those of before when a nameserver is slow or fails for the moment (RFC 8767).

        Raises:
            OSError: there is no such name, or nobody says.
        """
        asked = (host, int(family))
        before = self._known.get(asked)
        task = self._asked.get(asked)
        if task is None:
            self._asked[asked] = task = asyncio.create_task(self._look_up(host, family), name=f"look up {host}")
            task.add_done_callback(lambda _: self._asked.pop(asked, None))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        stale = before is not None and before.found
        try:
            known = await asyncio.wait_for(asyncio.shield(task), SLOW if stale else None)
        except (TimeoutError, socket.gaierror) as error:
            if not stale or before is None or getattr(error, "errno", None) == socket.EAI_NONAME:
                raise
            known = before
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
            )
            for kind, protocol, address in known.found
        ]

    async def close(self) -> None:
        """Wait for no look-up that is under way: its thread ends by itself, at the latest with the process."""
        for task in list(self._asked.values()):
            task.cancel()

    async def _look_up(self, host: str, family: socket.AddressFamily) -> _Known:
        asked = (host, int(family))
        before = self._known.get(asked)
        loop = asyncio.get_running_loop()
        async with self._quick if before and before.quick else self._others:
            began = loop.time()
            try:
                found = await _on_a_thread(host, family)
            except OSError:
                self._keep(asked, _Known(loop.time() - began < SLOW, before.found if before else ()))
                raise
            except asyncio.CancelledError:
                self._keep(asked, _Known(quick=False, found=before.found if before else ()))
                raise
            known = _Known(loop.time() - began < SLOW, found)
            self._keep(asked, known)
            return known

    def _keep(self, asked: tuple[str, int], known: _Known) -> None:
        self._known[asked] = known
        self._known.move_to_end(asked)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


async def _on_a_thread(host: str, family: socket.AddressFamily) -> tuple[tuple[socket.AddressFamily, int, str], ...]:
    """What the system says of a name. The thread is a daemon: a stop of the service does not wait for it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[tuple[object, ...]]] = loop.create_future()

    def give(found: list[tuple[object, ...]] | None, error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def ask() -> None:
        found: list[tuple[object, ...]] | None = None
        failed: OSError | None = None
        try:
            found = list(socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG))
        except OSError as error:
            failed = error
        except UnicodeError:  # a label that is too long, or empty
            failed = socket.gaierror(socket.EAI_NONAME, "no such name")
        with contextlib.suppress(RuntimeError):  # the loop was closed in the meantime
            loop.call_soon_threadsafe(give, found, failed)

    threading.Thread(target=ask, name=f"look up {host[:60]}", daemon=True).start()
    return tuple(
        (socket.AddressFamily(one[0]), int(str(one[2])), _written(one[4]))  # type: ignore[arg-type]
        for one in await answer
    )


def _written(address: object) -> str:
    """An address in figures, with its zone where it has one."""
    parts = address if isinstance(address, tuple) else ("",)
    zoned = len(parts) > 3 and parts[3]
    return f"{parts[0]}%{parts[3]}" if zoned and "%" not in str(parts[0]) else str(parts[0])
